%% A gen_event handler.
-module(shop_listener).
-behaviour(gen_event).
-export([init/1, handle_event/2, handle_call/2, handle_info/2]).

init(State) -> {ok, State}.
handle_event(raise, _) -> error(listener_broke);
handle_event(badret, _) -> nonsense;
handle_event({add, N}, S) -> {ok, S + N}.
handle_call(exit, _) -> exit(listener_exit).
handle_info(throw, _) -> throw(listener_throw).
