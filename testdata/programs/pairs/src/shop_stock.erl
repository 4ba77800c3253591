-module(shop_stock).
-behaviour(gen_server).
-export([reserve/2, start/0, later/1]).
-export([init/1, handle_call/3, handle_cast/2]).
%% v2 shift
reserve(N, Left) when N =< Left -> ok.

later(Fun) -> proc_lib:spawn(fun() -> Fun() end).

start() -> gen_server:start(?MODULE, [], []).
%% v2 shift
init(X) -> {ok, X}.
handle_call({count, T}, _, S) -> {reply, count(T), S};
handle_call({ask, To, Id}, _, S) -> {reply, gen_server:call(To, {get, Id}, 20), S};
handle_call(odd, _, S) -> {ok, S}.
%% v2: handle_cast(nothing, S) -> {noreply, S};
handle_cast({drop, R}, S) -> {ok, _} = R, {noreply, S}.
count(T) ->
    [_, X] = T,
    length(X) + 1.
