%% What happens to nodes rather than to processes: cookies, names, partitions, signals, tables that were not
%% closed. Each function is one half of a scenario; the program "run" beside this file starts the nodes.
-module(node).
-export([stay/1, allow/0, ping/1, sigterm/0, on_load/0, dets_kill/0, dets_open/0, disk_log_kill/0, disk_log_open/0,
         tick/1, overload/0, failing/0, mnesia/1, mnesia_peer/0, overlap/2, alarm/0, rabbit_sysmon/0, heart/0, frozen/0]).
-export([log/2]).

peer(Name) ->
    [_, Host] = string:split(atom_to_list(node()), "@"),
    list_to_atom(atom_to_list(Name) ++ "@" ++ Host).

wait_for(Name) ->
    case net_adm:ping(peer(Name)) of
        pong -> ok;
        pang -> timer:sleep(200), wait_for(Name)
    end.

halt_in(Ms) -> timer:sleep(Ms), halt().

stay(Ms) -> halt_in(Ms).

ping(Node) ->
    net_adm:ping(case lists:member($@, atom_to_list(Node)) of true -> Node; false -> peer(Node) end),
    halt_in(500).

allow() -> net_kernel:allow([peer(nobody)]), halt_in(5000).

kill(Signal) -> os:cmd("kill -" ++ Signal ++ " " ++ os:getpid()), timer:sleep(infinity).

sigterm() -> timer:sleep(500), kill("TERM").

%% no_library and no_nif are written by "run".
on_load() ->
    catch no_library:f(), timer:sleep(200),
    catch no_nif:f(), halt_in(300).

dets_kill() ->
    {ok, T} = dets:open_file(prices, [{file, "prices.dets"}, {auto_save, infinity}]),
    [dets:insert(T, {I, I}) || I <- lists:seq(1, 500)],
    dets:sync(T), dets:insert(T, {last, 1}), kill("KILL").

dets_open() -> {ok, _} = dets:open_file(prices, [{file, "prices.dets"}]), halt_in(300).

disk_log_kill() ->
    {ok, L} = disk_log:open([{name, orders}, {file, "orders.LOG"}]),
    disk_log:log(L, x), disk_log:sync(L), kill("KILL").

disk_log_open() -> disk_log:open([{name, orders}, {file, "orders.LOG"}]), halt_in(300).

%% The peer is stopped, so that it answers no tick; net_ticktime is 4 s.
tick(Name) ->
    wait_for(Name),
    Pid = rpc:call(peer(Name), os, getpid, []),
    os:cmd("kill -STOP " ++ Pid), timer:sleep(10000),
    os:cmd("kill -KILL " ++ Pid), halt_in(300).

overload() ->
    [logger:error("the queue is full: ~p", [I]) || I <- lists:seq(1, 1500)],
    halt_in(6000).

failing() ->
    ok = logger:add_handler(bad, ?MODULE, #{}),
    logger:error("one"), halt_in(300).

log(_, _) -> error(no_disk).

mnesia_peer() -> application:start(mnesia), halt_in(8000).

mnesia(Name) ->
    application:start(mnesia), wait_for(Name),
    {ok, _} = mnesia:change_config(extra_db_nodes, [peer(Name)]),
    {atomic, ok} = mnesia:create_table(t, [{ram_copies, [node(), peer(Name)]}]),
    timer:sleep(300), erlang:disconnect_node(peer(Name)), timer:sleep(1000),
    net_adm:ping(peer(Name)), halt_in(1500).

overlap(A, B) ->
    wait_for(A), wait_for(B), timer:sleep(1500),
    rpc:call(peer(A), erlang, disconnect_node, [peer(B)]), halt_in(3000).

alarm() ->
    application:start(sasl),
    alarm_handler:set_alarm({{disk_almost_full, "/"}, []}),
    timer:sleep(100),
    alarm_handler:set_alarm({system_memory_high_watermark, []}), halt_in(300).

%% RabbitMQ's handler of the system monitor's messages.
rabbit_sysmon() ->
    application:load(sysmon_handler),
    [application:set_env(sysmon_handler, K, V) || {K, V} <-
        [{process_limit, 100}, {port_limit, 100}, {gc_ms_limit, 1}, {schedule_ms_limit, 0},
         {heap_word_limit, 100000}, {busy_port, true}, {busy_dist_port, true}]],
    {ok, _} = application:ensure_all_started(sysmon_handler),
    rabbit_sysmon_handler:add_handler(),
    timer:sleep(1500),
    spawn(fun() -> L = lists:seq(1, 3000000), erlang:garbage_collect(), length(L) end),
    halt_in(3000).

heart() -> timer:sleep(500), kill("KILL").

%% heart kills it: it does not beat.
frozen() -> timer:sleep(500), kill("STOP").
