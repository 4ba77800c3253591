%% A gen_server that does as it is told, mostly wrongly.
-module(shop_cart).
-behaviour(gen_server).
-export([start/1, start/2, start_link/1, start_link/2, odd/1]).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2, handle_continue/2, terminate/2]).

-record(cart, {owner, items = [], options = #{}}).

start(Arg) -> gen_server:start(?MODULE, Arg, []).
start(Name, Arg) -> gen_server:start(Name, ?MODULE, Arg, []).
start_link(Arg) -> gen_server:start_link(?MODULE, Arg, []).
start_link(Name, Arg) -> gen_server:start_link({local, Name}, ?MODULE, Arg, []).
odd(V) -> V.

init({do, Fun}) -> Fun();
init({continue, What}) -> {ok, state(), {continue, What}};
init({die_after, Ms, Reason}) -> erlang:send_after(Ms, self(), {die, Reason}), {ok, state()};
init(_) -> {ok, state()}.

state() ->
    #cart{owner = <<"ada">>, items = ["tea", <<"cups">>], options = #{host => "db1.internal", retries => 3}}.

handle_call(badmatch, _, S) -> {ok, _} = file:read_file("/nonexistent"), {reply, ok, S};
handle_call({'case', V}, _, S) -> R = case V of a -> 1; b -> 2 end, {reply, R, S};
handle_call({'if', V}, _, S) -> R = if V > 10 -> many; V > 5 -> some end, {reply, R, S};
handle_call({'try', V}, _, S) -> R = try odd(V) of a -> 1 catch _:_ -> 2 end, {reply, R, S};
handle_call({function_clause, V}, _, S) -> {reply, price(V), S};
handle_call({library_clause, V}, _, S) -> {reply, lists:reverse(V, []), S};
handle_call({badarith, V}, _, S) -> {reply, 1 / V, S};
handle_call({badarg, V}, _, S) -> {reply, binary_to_integer(V), S};
handle_call(ets, _, S) -> {reply, ets:lookup(prices, tea), S};
handle_call(send_unknown, _, S) -> nobody_here ! hello, {reply, ok, S};
handle_call(undef_module, _, S) -> {reply, shop_missing:run(1, <<"two">>), S};
handle_call(undef_function, _, S) -> {reply, lists:no_such_function([1]), S};
handle_call({badfun, F}, _, S) -> {reply, F(1), S};
handle_call({badarity, F}, _, S) -> {reply, F(1, 2), S};
handle_call({badkey, M}, _, S) -> {reply, maps:get(price, M), S};
handle_call({update, M}, _, S) -> {reply, M#{price := 1}, S};
handle_call({badmap, M}, _, S) -> {reply, maps:keys(M), S};
handle_call({badrecord, R}, _, S) -> {reply, R#cart.owner, S};
handle_call({timer, Ms}, _, S) -> receive after Ms -> {reply, ok, S} end;
handle_call(throw, _, _) -> throw({gave_up, 3});
handle_call(exit, _, _) -> exit({feed_down, #{host => "feed.internal"}});
handle_call({error, R}, _, _) -> error(R);
handle_call(badret, _, S) -> {ok, S};
handle_call(self, _, S) -> {reply, gen_server:call(self(), again), S};
handle_call({forward, To, Request, Ms}, _, S) -> {reply, gen_server:call(To, Request, Ms), S};
handle_call({sleep, Ms}, _, S) -> {reply, timer:sleep(Ms), S};
handle_call(stop, _, S) -> {stop, stock_lost, S};
handle_call(elixir, _, _) ->
    error(#{'__struct__' => 'Elixir.KeyError', '__exception__' => true, key => sku, term => #{name => <<"tea">>}, message => nil});
handle_call(ping, _, S) -> {reply, pong, S}.

price(tea) -> 250.

handle_cast(raise, _) -> error(cast_broke);
handle_cast(badret, _) -> ok;
handle_cast({price, N}, S) when N > 0 -> {noreply, S}.

handle_info({die, Reason}, S) -> {stop, Reason, S};
handle_info(badret, S) -> {reply, ok, S};
handle_info({tick, N}, S) when is_integer(N) -> {noreply, S}.

handle_continue(raise, _) -> error({not_loaded, <<"prices.csv">>}).

terminate(_, _) -> ok.
