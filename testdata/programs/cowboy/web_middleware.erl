%% A middleware that fails on one path.
-module(web_middleware).
-behaviour(cowboy_middleware).
-export([execute/2]).

execute(#{path := <<"/middleware">>} = Req, Env) ->
    {ok, Session} = maps:find(session, Env),
    {ok, Req#{session => Session}, Env};
execute(Req, Env) -> {ok, Req, Env}.
