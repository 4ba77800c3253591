%% A loop handler that fails when its message comes.
-module(web_wait).
-behaviour(cowboy_loop).
-export([init/2, info/3]).

init(Req, _) ->
    self() ! {ready, cowboy_req:binding(do, Req)},
    {cowboy_loop, Req, #{tries => 1}}.

info({ready, <<"info">>}, _, #{tries := 2}) -> ok;
info({ready, <<"bad_return">>}, _, _) -> again.
