%% Makes an ejabberd crash: hooks, modules, client connections, supervised processes, listeners.
%%
%% Runs in the server's own node, whose handlers write the text; truth.erl writes the truth.
-module(chat_scenarios).
-export([run/1]).

run([Truth]) ->
    truth:install(Truth, #{system => otp, sasl => true}),
    [scenario(Name, Fun) || {Name, Fun} <- scenarios()],
    truth:stop(),
    [catch logger_std_h:filesync(H) || H <- logger:get_handler_ids()],
    timer:sleep(200),
    halt(0).

scenario(Name, Fun) ->
    truth:scenario(atom_to_list(Name)),
    logger:notice("scenario ~ts", [Name]),
    {_, Ref} = spawn_monitor(fun() -> process_flag(trap_exit, true), catch Fun() end),
    receive {'DOWN', Ref, _, _, _} -> timer:sleep(200) end.

scenarios() ->
    [{hook_badmatch, hook(badmatch)},
     {hook_function_clause, hook(function_clause)},
     {hook_undef, hook(undef)},
     {hook_exit, hook(exit)},
     {hook_throw, hook(throw)},
     {hook_error, hook(error)},
     {hook_call_noproc, hook(noproc)},
     {hook_no_module, fun() -> ejabberd_hooks:run(shop_closed, [1]) end},
     {module_badmatch, fun() -> catch gen_server:call(mod_chat:proc(), badmatch) end},
     {module_function_clause, fun() -> gen_server:cast(mod_chat:proc(), {price, -1}) end},
     {module_exit, fun() -> gen_server:cast(mod_chat:proc(), exit) end},
     {module_bad_return, fun() -> gen_server:cast(mod_chat:proc(), nonsense) end},
     {module_killed, fun() -> exit(whereis(mod_chat:proc()), kill) end},
     {module_start_raises, fun() -> reload("  mod_chat_raises: {}\n") end},
     {module_missing, fun() -> reload("  mod_chat_missing: {}\n") end},
     {router_killed, fun() -> exit(whereis(ejabberd_router_multicast), kill) end},
     {session_manager_dies, fun() -> exit(whereis(ejabberd_local), {disk_gone, "sda1"}) end},
     {unexpected_message, fun() -> whereis(ejabberd_s2s) ! {nonsense, 1}, gen_server:cast(ejabberd_s2s, nonsense) end},
     {client_killed, fun() -> client(fun(Pid) -> exit(Pid, kill) end) end},
     {client_state_broken, fun() -> client(fun(Pid) -> sys:replace_state(Pid, fun(_) -> broken end), Pid ! {ping, 1} end) end},
     {client_bad_xml, fun() -> send(<<"<stream:stream xmlns='jabber:client'><oops></stream>">>) end},
     {port_in_use, fun() ->
         {ok, _} = gen_tcp:listen(25223, [{ip, {127, 0, 0, 1}}]),
         ejabberd_listener:add_listener({25223, {127, 0, 0, 1}, tcp}, ejabberd_c2s, #{})
     end},
     {bad_config, fun() -> reload("hosts: 7\n") end}].

%% The configuration with one line more. Its last section is that of the modules.
reload(Line) ->
    File = os:getenv("EJABBERD_CONFIG_PATH"),
    {ok, Config} = file:read_file(File),
    ok = file:write_file(File, [Config, Line]),
    try ejabberd_config:reload()
    after file:write_file(File, Config)
    end.

hook(Do) ->
    fun() ->
        ejabberd_hooks:add(chat_message, <<"localhost">>, mod_chat, on_message, 50),
        ejabberd_hooks:run(chat_message, <<"localhost">>, [Do, #{from => <<"ada@localhost">>}]),
        ejabberd_hooks:delete(chat_message, <<"localhost">>, mod_chat, on_message, 50)
    end.

%% From ports of our own, one each: two runs print the same peers.
connect() ->
    N = persistent_term:get({?MODULE, peer}, 0),
    persistent_term:put({?MODULE, peer}, N + 1),
    {ok, Socket} = gen_tcp:connect({127, 0, 0, 1}, 25222, [binary, {active, false}, {reuseaddr, true}, {port, 29500 + N}]),
    Socket.

client(Fun) ->
    Socket = connect(),
    ok = gen_tcp:send(Socket, <<"<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='localhost' version='1.0'>">>),
    {ok, _} = gen_tcp:recv(Socket, 0, 2000),
    [Fun(Pid) || {_, Pid, _, _} <- supervisor:which_children(ejabberd_c2s_sup)],
    gen_tcp:recv(Socket, 0, 500),
    gen_tcp:close(Socket).

send(Bytes) ->
    Socket = connect(),
    ok = gen_tcp:send(Socket, Bytes),
    gen_tcp:recv(Socket, 0, 500),
    gen_tcp:close(Socket).
