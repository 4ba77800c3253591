%% A supervisor of whatever it is given.
-module(shop_sup).
-behaviour(supervisor).
-export([start_link/1, start_link/2, init/1]).

start_link(Arg) -> supervisor:start_link(?MODULE, Arg).
start_link(Name, Arg) -> supervisor:start_link(Name, ?MODULE, Arg).
init({raw, Value}) -> Value;
init({Flags, Children}) -> {ok, {Flags, Children}}.
