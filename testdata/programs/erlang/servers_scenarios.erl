%% gen_servers, gen_statems and gen_event handlers that fail.
-module(servers_scenarios).
-export([scenarios/0]).

scenarios() ->
    [{call_badmatch, call(badmatch)},
     {call_case, call({'case', {odd, <<"one">>}})},
     {call_if, call({'if', 1})},
     {call_try, call({'try', late})},
     {call_function_clause, call({function_clause, coffee})},
     {call_library_clause, call({library_clause, not_a_list})},
     {call_badarith, call({badarith, 0})},
     {call_badarg, call({badarg, <<"12 eur">>})},
     {call_ets_missing, call(ets)},
     {call_send_unknown, call(send_unknown)},
     {call_undef_module, call(undef_module)},
     {call_undef_function, call(undef_function)},
     {call_badfun, call({badfun, not_a_fun})},
     {call_badarity, call({badarity, fun shop_cart:odd/1})},
     {call_badkey, call({badkey, #{<<"price">> => 1}})},
     {call_badkey_update, call({update, #{name => tea}})},
     {call_badmap, call({badmap, [{price, 2}]})},
     {call_badrecord, call({badrecord, {kart, 1}})},
     {call_timeout_value, call({timer, -5})},
     {call_throw, call(throw)},
     {call_exit, call(exit)},
     {call_error_tuple, call({error, {shelf_broken, 7, "long text to make the printer break the line somewhere", #{deep => [1, 2, {3}]}}})},
     {call_error_unicode, call({error, {unicode:characters_to_binary("склад 在庫"), "é", 'Ünicode atom'}})},
     {call_badret, call(badret)},
     {call_self, call(self)},
     {call_stop, call(stop)},
     {call_elixir_exception, call(elixir)},
     {call_no_clause, call({unknown, #{a => [1]}})},
     {cast_raise, cast(raise)},
     {cast_badret, cast(badret)},
     {cast_no_clause, cast({price, -1})},
     {info_badret, info(badret)},
     {info_no_clause, info({tick, "one"})},
     {info_stop, info({die, {shutdown, deploy}})},
     {continue_raise, fun() -> {ok, P} = shop_cart:start({continue, raise}), setup:gone(P) end},
     {init_raise, fun() -> shop_cart:start_link({do, fun() -> error(no_currency) end}) end},
     {init_stop, fun() -> shop_cart:start_link({do, fun() -> {stop, econnrefused} end}) end},
     {init_badret, fun() -> shop_cart:start_link({do, fun() -> {okay, 1} end}) end},
     {named, fun() ->
         {ok, _} = shop_cart:start({local, 'Shop.Cart'}, x),
         gen_server:call('Shop.Cart', badmatch)
     end},
     {named_global, fun() ->
         {ok, P} = shop_cart:start({global, {cart, "eu"}}, x),
         gen_server:call(P, {badarith, 0})
     end},
     {noproc_name, call({forward, orders, {get, "x), y("}, 5000})},
     {noproc_global, call({forward, {global, orders}, all, 5000})},
     {nodedown, call({forward, {orders, shop@nowhere}, all, 5000})},
     {timeout, fun() ->
         {ok, Slow} = shop_cart:start(x),
         {ok, P} = shop_cart:start({local, front}, x),
         gen_server:call(P, {forward, Slow, {sleep, 200}, 20})
     end},
     {timeout_chain, fun() ->
         {ok, Slow} = shop_cart:start({local, disk}, x),
         {ok, Middle} = shop_cart:start(x),
         {ok, P} = shop_cart:start(x),
         gen_server:call(P, {forward, Middle, {forward, Slow, {sleep, 200}, 20}, 5000})
     end},
     {callee_crashed, fun() ->
         {ok, Inner} = shop_cart:start(x),
         {ok, P} = shop_cart:start(x),
         gen_server:call(P, {forward, Inner, {badarith, 0}, 5000})
     end},
     {client_dead, fun() ->
         {ok, Slow} = shop_cart:start(x),
         {ok, P} = shop_cart:start(x),
         Client = spawn(fun() -> gen_server:call(P, {forward, Slow, {sleep, 200}, 60}) end),
         timer:sleep(20),
         exit(Client, kill),
         setup:gone(P)
     end},
     {statem_raise, door(fun(P) -> gen_statem:cast(P, raise) end)},
     {statem_badmatch, door(fun(P) -> gen_statem:cast(P, badmatch) end)},
     {statem_badret, door(fun(P) -> gen_statem:cast(P, badret) end)},
     {statem_action, door(fun(P) -> gen_statem:cast(P, action) end)},
     {statem_throw, door(fun(P) -> gen_statem:cast(P, throw) end)},
     {statem_exit, door(fun(P) -> gen_statem:call(P, exit) end)},
     {statem_postponed, door(fun(P) -> gen_statem:cast(P, later), gen_statem:cast(P, raise) end)},
     {statem_no_clause, door(fun(P) -> gen_statem:call(P, {code, 1234}), gen_statem:cast(P, {knock, 0}) end)},
     {statem_named, fun() ->
         {ok, P} = shop_door:start({local, front_door}),
         gen_statem:cast(front_door, badret),
         setup:gone(P)
     end},
     {event_raise, event(fun(P) -> gen_event:notify(P, raise) end)},
     {event_badret, event(fun(P) -> gen_event:notify(P, badret) end)},
     {event_badarith, event(fun(P) -> gen_event:notify(P, {add, one}) end)},
     {event_call_exit, event(fun(P) -> gen_event:call(P, shop_listener, exit) end)},
     {event_throw, event(fun(P) -> P ! throw end)},
     {event_named, fun() ->
         {ok, P} = gen_event:start({local, shop_events}),
         ok = gen_event:add_handler(P, {shop_listener, 7}, 1),
         gen_event:sync_notify(P, raise),
         gen_event:stop(P)
     end}].

call(Request) ->
    fun() -> {ok, P} = shop_cart:start(x), gen_server:call(P, Request, 1000) end.

cast(Message) ->
    fun() -> {ok, P} = shop_cart:start(x), gen_server:cast(P, Message), setup:gone(P) end.

info(Message) ->
    fun() -> {ok, P} = shop_cart:start(x), P ! Message, setup:gone(P) end.

door(Fun) ->
    fun() -> {ok, P} = shop_door:start(), setup:attempt(fun() -> Fun(P) end), setup:gone(P) end.

event(Fun) ->
    fun() ->
        {ok, P} = gen_event:start(),
        ok = gen_event:add_handler(P, shop_listener, 1),
        setup:attempt(fun() -> Fun(P) end),
        setup:wait(),
        gen_event:stop(P)
    end.
