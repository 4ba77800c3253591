%% Bare processes, proc_lib processes, supervisors and applications that fail.
-module(processes_scenarios).
-export([scenarios/0, loop/1, divide/2]).

scenarios() ->
    [{spawn_error, bare(fun() -> error(bare) end)},
     {spawn_badmatch, bare(fun() -> {ok, _} = file:read_file("/nonexistent") end)},
     {spawn_throw, bare(fun() -> throw({loose, "end"}) end)},
     {spawn_exit, bare(fun() -> exit(quietly) end)},
     {spawn_undef, bare(fun() -> shop_missing:run(#{a => 1}) end)},
     {spawn_mfa, fun() -> setup:gone(spawn(?MODULE, divide, [1, 0])) end},
     {spawn_call_noproc, bare(fun() -> gen_server:call(nobody, hello) end)},
     {spawn_badarg, bare(fun() -> list_to_integer("twelve") end)},
     {proc_lib_error, worker({error, {worn_out, 12}})},
     {proc_lib_exit, worker({exit, {worn_out, 12}})},
     {proc_lib_throw, worker({throw, loose})},
     {proc_lib_badarith, worker({divide, 0})},
     {proc_lib_function_clause, worker({reverse, not_a_list})},
     {proc_lib_normal, worker({exit, normal})},
     {proc_lib_shutdown, worker({exit, {shutdown, weekend}})},
     {proc_lib_neighbours, fun() ->
         {ok, A} = proc_lib:start(?MODULE, loop, [self()]),
         {ok, B} = proc_lib:start(?MODULE, loop, [self()]),
         A ! {link, B},
         setup:wait(),
         A ! {error, with_a_neighbour},
         setup:gone(A)
     end},
     {proc_lib_named, fun() ->
         {ok, A} = proc_lib:start(?MODULE, loop, [self()]),
         register('worker one', A),
         A ! {error, named},
         setup:gone(A)
     end},
     {child_dies, sup(#{}, [child(cart, x)], fun(S) -> pid(S, cart) ! {die, {feed_down, "feed.internal"}} end)},
     {child_no_clause, sup(#{}, [child({cart, 7}, x)], fun(S) -> gen_server:cast(pid(S, {cart, 7}), {price, -1}) end)},
     {child_killed, sup(#{}, [child(cart, x)], fun(S) -> exit(pid(S, cart), kill) end)},
     {child_normal, sup(#{}, [child(cart, x)], fun(S) -> pid(S, cart) ! {die, normal} end)},
     {child_temporary, sup(#{}, [(child(cart, x))#{restart => temporary}], fun(S) -> pid(S, cart) ! {die, lost} end)},
     {gives_up, sup(#{intensity => 1, period => 5}, [child(loop, {die_after, 5, db_down})], fun setup:gone/1)},
     {one_for_all_gives_up, sup(#{strategy => one_for_all, intensity => 1}, [child(a, x), child(b, {die_after, 5, lost})], fun setup:gone/1)},
     {nested_gives_up, fun() ->
         Inner = #{id => inner, type => supervisor, start => {shop_sup, start_link, [{local, inner_sup}, {#{intensity => 0}, [child(loop, {die_after, 5, db_down})]}]}},
         {ok, S} = shop_sup:start_link({local, outer_sup}, {#{intensity => 1}, [Inner]}),
         setup:gone(S)
     end},
     {simple_one_for_one, fun() ->
         {ok, S} = shop_sup:start_link({local, pool_sup}, {#{strategy => simple_one_for_one}, [(child(conn, x))#{start => {shop_cart, start_link, []}}]}),
         {ok, P} = supervisor:start_child(S, [x]),
         P ! {die, conn_lost},
         setup:wait(),
         setup:attempt(fun() -> gen_server:stop(S) end)
     end},
     {start_stop, start([child(web, {do, fun() -> {stop, eaddrinuse} end})])},
     {start_raise, start([child(web, {do, fun() -> error(no_currency) end})])},
     {start_undef, start([#{id => gone, start => {shop_removed, start_link, []}}])},
     {start_nonsense, start([#{id => odd, start => {shop_cart, odd, [{okay, 1}]}}])},
     {start_nested, start([#{id => inner, type => supervisor, start => {shop_sup, start_link, [{#{}, [child(db, {do, fun() -> {stop, enoent} end})]}]}}])},
     {bad_flags, fun() -> shop_sup:start_link({raw, {ok, {#{strategy => one_for_none}, []}}}) end},
     {bad_spec, fun() -> shop_sup:start_link({raw, {ok, {#{}, [not_a_spec]}}}) end},
     {bad_init, fun() -> shop_sup:start_link({raw, nothing}) end},
     {app_child_stops, app(app_child_stops, {children, [child(web, {do, fun() -> {stop, eaddrinuse} end})]})},
     {app_raises, app(app_raises, raise)},
     {app_exits, app(app_exits, exit)},
     {app_error, app(app_error, {return, {error, no_license}})},
     {app_nonsense, app(app_nonsense, {return, started})},
     {app_gives_up, app(app_gives_up, {children, [child(loop, {die_after, 5, db_down})]})},
     {prose, fun() ->
         logger:error("payment failed: {badmatch,{error,enoent}} is what the gateway said"),
         logger:error("the Generic server of last week is terminating tomorrow"),
         logger:error(#{what => report, crasher => nobody, reason => none}),
         logger:warning("Supervisor: none. Context: prose. Reason: none. Offender: nobody.")
     end}].

bare(Fun) -> fun() -> setup:gone(spawn(Fun)) end.

worker(Message) ->
    fun() ->
        {ok, P} = proc_lib:start(?MODULE, loop, [self()]),
        P ! Message,
        setup:gone(P)
    end.

loop(Parent) ->
    put(role, worker),
    proc_lib:init_ack(Parent, {ok, self()}),
    serve().

serve() ->
    receive
        {link, P} -> link(P), serve();
        {error, R} -> error(R);
        {exit, R} -> exit(R);
        {throw, V} -> throw(V);
        {divide, N} -> divide(1, N);
        {reverse, L} -> lists:reverse(L, [])
    end.

divide(A, B) -> A div B.

child(Id, Arg) -> #{id => Id, start => {shop_cart, start_link, [Arg]}}.

pid(Sup, Id) ->
    {Id, Pid, _, _} = lists:keyfind(Id, 1, supervisor:which_children(Sup)),
    Pid.

sup(Flags, Children, Fun) ->
    fun() ->
        {ok, S} = shop_sup:start_link({local, shop_sup}, {Flags, Children}),
        Fun(S),
        setup:wait(),
        setup:attempt(fun() -> gen_server:stop(S) end)
    end.

start(Children) ->
    fun() -> shop_sup:start_link({#{}, Children}) end.

app(Name, Arg) ->
    fun() ->
        ok = application:load({application, Name, [{vsn, "0.1.0"}, {applications, [kernel, stdlib]}, {mod, {shop_app, Arg}}]}),
        application:start(Name),
        timer:sleep(100),
        application:stop(Name)
    end.
