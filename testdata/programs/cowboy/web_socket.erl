%% A WebSocket that fails in the way that its query or its message says.
-module(web_socket).
-behaviour(cowboy_websocket).
-export([init/2, websocket_init/1, websocket_handle/2, websocket_info/2]).

init(Req, _) -> {cowboy_websocket, Req, #{do => cowboy_req:qs(Req)}}.

websocket_init(#{do := <<"init">>}) -> error(no_seat);
websocket_init(#{do := <<"info">>} = State) -> self() ! {tick, 1}, {ok, State};
websocket_init(State) -> {ok, State}.

websocket_handle({text, <<"handle">>}, State) -> {ok, _} = maps:find(basket, State), {ok, State};
websocket_handle({text, <<"exit">>}, _) -> exit({kicked, "ada"});
websocket_handle({text, <<"throw">>}, _) -> throw(flood);
websocket_handle({text, <<"bad_return">>}, _) -> nonsense;
websocket_handle({text, <<"call">>}, State) -> {gen_server:call(rooms, {join, 7}), State}.

websocket_info({tick, N}, State) when N > 1 -> {ok, State}.
