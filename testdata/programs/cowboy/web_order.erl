%% A plain handler that does as its path says, mostly wrongly.
-module(web_order).
-behaviour(cowboy_handler).
-export([init/2, terminate/3, odd/1]).

init(Req, State) ->
    do(cowboy_req:binding(do, Req), Req, State).

do(<<"badmatch">>, Req, State) -> {ok, _} = file:read_file("/nonexistent"), {ok, Req, State};
do(<<"undef">>, _, _) -> shop_missing:run(1, <<"two">>);
do(<<"function_clause">>, Req, _) -> price(cowboy_req:method(Req));
do(<<"case">>, _, _) -> case odd(maybe) of yes -> 1; no -> 2 end;
do(<<"badarith">>, _, State) -> map_size(State) / odd(0);
do(<<"badkey">>, Req, State) -> {ok, Req, maps:get(price, State)};
do(<<"badarg">>, Req, State) -> {ok, Req, State#{id => binary_to_integer(cowboy_req:host(Req))}};
do(<<"error">>, _, _) -> error({no_stock, 12});
do(<<"exit">>, _, _) -> exit({feed_down, "feed.internal"});
do(<<"throw">>, _, _) -> throw({loose, "end"});
do(<<"shutdown">>, _, _) -> exit({shutdown, weekend});
do(<<"noproc">>, Req, State) -> {ok, gen_server:call(stock, {reserve, 42}), {Req, State}};
do(<<"timeout">>, Req, State) ->
    {ok, Pid} = shop_cart:start(x),
    {ok, gen_server:call(Pid, {sleep, 200}, 20), {Req, State}};
do(<<"callee">>, Req, State) ->
    {ok, Pid} = shop_cart:start(x),
    {ok, gen_server:call(Pid, badmatch), {Req, State}};
do(<<"bad_return">>, _, _) -> {okay, done};
do(<<"terminate">>, Req, _) -> {ok, Req, terminate};
do(<<"kill">>, _, _) -> exit(self(), kill), timer:sleep(1000);
do(<<"query">>, Req, State) -> {ok, Req, cowboy_req:parse_qs(Req) ++ [State]};
do(undefined, #{qs := <<"info">>} = Req, _) -> cowboy_req:cast({price_changed, 12}, Req), timer:sleep(500), {ok, Req, []};
do(undefined, Req, State) -> {ok, cowboy_req:reply(200, Req), State}.

terminate(_, _, terminate) -> error(drawer_stuck);
terminate(_, _, _) -> ok.

price(<<"POST">>) -> 350.

odd(V) -> V.
