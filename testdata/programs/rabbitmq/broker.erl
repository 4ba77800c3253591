%% Makes a RabbitMQ broker crash. Called in the node itself, whose log files are the text; truth.erl writes the truth.
-module(broker).
-export([run/1]).

run([Truth]) ->
    [true = code:add_patha(Dir) || Dir <- filelib:wildcard(filename:join(plugins(), "amqp_client-*/ebin"))],
    truth:install(Truth, #{system => otp, sasl => true}),
    [scenario(Name, Fun) || {Name, Fun} <- scenarios()],
    truth:stop().

plugins() -> filename:dirname(filename:dirname(code:lib_dir(rabbit, ebin))).

scenario(Name, Fun) ->
    truth:scenario(atom_to_list(Name)),
    {_, Ref} = spawn_monitor(fun() -> process_flag(trap_exit, true), catch Fun() end),
    receive {'DOWN', Ref, _, _, _} -> timer:sleep(300) end.

scenarios() ->
    [{queue_function_clause, fun() -> gen_server2:cast(queue(<<"orders">>), {price, -1}) end},
     {queue_exit, fun() -> exit(queue(<<"invoices">>), {disk_gone, "sda1"}) end},
     {queue_killed, fun() -> exit(queue(<<"mails">>), kill) end},
     {monitor_bad_message, fun() -> vm_memory_monitor ! {tick, "one"}, gen_server:cast(vm_memory_monitor, nonsense) end},
     {alarm_handler, fun() -> gen_event:notify(rabbit_alarm, {set_alarm, {{resource_limit, disk, 1, 2}, []}}), gen_event:call(rabbit_alarm, rabbit_alarm, nonsense) end},
     {channel_missing_exchange, fun() -> publish(<<"nowhere">>) end},
     {channel_crash, fun() -> channel(fun(Ch) -> exit(server_channel(Ch), boom) end) end},
     {channel_bad_cast, fun() -> channel(fun(Ch) -> gen_server2:cast(server_channel(Ch), {method, nothing}) end) end},
     {reader_killed, fun() -> channel(fun(_) -> [exit(P, kill) || P <- rabbit_networking:connections()] end) end},
     {reader_bad_message, fun() -> channel(fun(_) -> [P ! {nonsense, 1} || P <- rabbit_networking:connections()] end) end},
     {http_on_amqp, fun() -> send(<<"GET / HTTP/1.1\r\nHost: broker\r\n\r\n">>) end},
     {half_handshake, fun() -> send(<<"AMQP", 0, 0, 9, 1>>) end},
     {wrong_password, fun() -> connect(<<"nobody">>, <<"secret">>) end},
     {missing_vhost, fun() -> connect(<<"guest">>, <<"guest">>, <<"nowhere">>) end},
     {plain_process, fun() -> spawn(fun() -> rabbit_misc:table_lookup(nonsense, <<"x">>) end) end},
     {worker_pool, fun() -> worker_pool:submit_async(fun() -> error(in_the_pool) end) end},
     {vhost_store, fun() -> exit(element(2, rabbit_vhost_sup_sup:get_vhost_sup(<<"/">>)), {store_lost, 1}) end}].

queue(Name) ->
    Resource = rabbit_misc:r(<<"/">>, queue, Name),
    {_, Q} = rabbit_amqqueue:declare(Resource, false, false, [], none, <<"guest">>),
    amqqueue:get_pid(Q).

port() -> list_to_integer(os:getenv("RABBITMQ_NODE_PORT", "21672")).

connect(User, Password) -> connect(User, Password, <<"/">>).

%% The tuple is #amqp_params_network{}, without its header file.
connect(User, Password, VHost) ->
    amqp_connection:start({amqp_params_network, User, Password, VHost, "127.0.0.1", port(), 2047, 0, 10, 60000, none,
                           [fun amqp_auth_mechanisms:plain/3], [], []}).

channel(Fun) ->
    {ok, Connection} = connect(<<"guest">>, <<"guest">>),
    {ok, Channel} = amqp_connection:open_channel(Connection),
    Fun(Channel),
    timer:sleep(200),
    catch amqp_connection:close(Connection).

server_channel(_) -> hd(rabbit_channel:list()).

publish(Exchange) ->
    channel(fun(Ch) ->
        amqp_channel:cast(Ch, {'basic.publish', 0, Exchange, <<"key">>, false, false}, {amqp_msg, {'P_basic', undefined, undefined, undefined, undefined, undefined, undefined, undefined, undefined, undefined, undefined, undefined, undefined, undefined, undefined}, <<"hello">>})
    end).

send(Bytes) ->
    {ok, Socket} = gen_tcp:connect({127, 0, 0, 1}, port(), [binary, {active, false}]),
    ok = gen_tcp:send(Socket, Bytes),
    gen_tcp:recv(Socket, 0, 500),
    gen_tcp:close(Socket).
