%% A shop under Cowboy and Ranch, whose handlers, streams, WebSockets and connections crash.
%%
%% Requests come from fixed ports, one each, so that two runs print the same peers.
-module(web_scenarios).
-export([scenarios/0]).
-compile({no_auto_import, [get/1]}).

-define(PORT, 28080).
-define(LISTENER, shop_http).

scenarios() ->
    [{listen, fun start/0}] ++
    [{Name, get(["/order/", atom_to_list(Do)])} || {Name, Do} <- [
         {handler_badmatch, badmatch}, {handler_undef, undef}, {handler_function_clause, function_clause},
         {handler_case_clause, 'case'}, {handler_badarith, badarith}, {handler_badkey, badkey},
         {handler_badarg, badarg}, {handler_error, error}, {handler_exit, exit}, {handler_throw, throw},
         {handler_shutdown, shutdown}, {handler_call_noproc, noproc}, {handler_call_timeout, timeout},
         {handler_callee_crashed, callee}, {handler_bad_return, bad_return},
         {handler_terminate, terminate}, {handler_killed, kill}]] ++
    [{handler_bad_query, get("/order/query?a=%zz")},
     {middleware_badmatch, get("/middleware")},
     {rest_raises, get("/price/raise")},
     {rest_bad_return, get("/price/nonsense")},
     {rest_no_callback, get("/price/absent")},
     {loop_info, get("/wait/info")},
     {loop_bad_return, get("/wait/bad_return")},
     {stream_init, get("/stream?init")},
     {stream_init_exit, get("/stream?init_exit")},
     {stream_data, send("POST /stream?data HTTP/1.1\r\nHost: shop\r\nContent-Length: 5\r\n\r\nhello")},
     {stream_info, get("/stream?info")},
     {stream_terminate, get("/stream?terminate")},
     {early_error, send("GET / HTTP/9.9\r\n\r\n")},
     {h2_handler, h2("/order/badmatch")},
     {h2_stream_init, h2("/stream?init")}] ++
    [{list_to_atom("websocket_" ++ Do), socket(Do)} || Do <- ["init", "handle", "exit", "throw", "info", "bad_return", "call"]] ++
    [{connection_killed, fun() -> held(fun(Pid) -> exit(Pid, kill) end) end},
     {connection_stray, fun() -> held(fun(Pid) -> Pid ! {stray, 1} end) end},
     {connection_shutdown, fun() -> held(fun(Pid) -> exit(Pid, shutdown) end) end}] ++
    [{list_to_atom("protocol_" ++ atom_to_list(Do)), fun() -> protocol(Do) end} || Do <- [
         start_error, start_nonsense, start_raises, start_exits, start_throws, raises, exits, loops]] ++
    [{acceptor_killed, fun() -> exit(child(ranch_acceptors_sup), kill) end},
     {port_in_use, fun() -> cowboy:start_clear(shop_again, [{ip, {127, 0, 0, 1}}, {port, ?PORT}], #{}) end},
     {no_such_address, fun() -> cowboy:start_clear(shop_lost, [{ip, {192, 0, 2, 1}}, {port, ?PORT + 1}], #{}) end},
     {no_certificate, fun() -> cowboy:start_tls(shop_https, [{ip, {127, 0, 0, 1}}, {port, ?PORT + 1}], #{}) end},
     {embedded_port_in_use, fun() ->
         Spec = ranch:child_spec({shop, http}, ranch_tcp, #{socket_opts => [{ip, {127, 0, 0, 1}}, {port, ?PORT}]}, web_protocol, []),
         shop_sup:start_link({#{}, [Spec]})
     end}].

start() ->
    {ok, _} = application:ensure_all_started(cowboy),
    {ok, _} = application:ensure_all_started(gun),
    %% A request that waits for code to be loaded may be given up by its client before it crashes.
    {ok, Modules} = application:get_key(cowboy, modules),
    ok = code:ensure_modules_loaded([web_order, web_price, web_wait, web_socket, web_stream, web_middleware, web_protocol, shop_cart | Modules]),
    Routes = cowboy_router:compile([{'_', [
        {"/order/:do", web_order, #{currency => <<"eur">>}}, {"/middleware", web_order, []}, {"/price/:do", web_price, []},
        {"/wait/:do", web_wait, []}, {"/stream", web_order, []}, {"/socket", web_socket, []}]}]),
    %% Ranch starts a listener in its own supervisor: it outlives this process.
    {ok, _} = cowboy:start_clear(?LISTENER, options(?PORT), #{
        env => #{dispatch => Routes}, middlewares => [cowboy_router, web_middleware, cowboy_handler],
        stream_handlers => [web_stream, cowboy_stream_h]}).

%% One acceptor and one supervisor of connections: which of several takes a connection is chance.
options(Port) ->
    #{num_acceptors => 1, num_conns_sups => 1, socket_opts => [{ip, {127, 0, 0, 1}}, {port, Port}]}.

child(Module) ->
    {_, Sup, _, _} = lists:keyfind({ranch_listener_sup, ?LISTENER}, 1, supervisor:which_children(ranch_sup)),
    {_, Pid, _, _} = lists:keyfind(Module, 1, supervisor:which_children(Sup)),
    Pid.

get(Path) -> send(["GET ", Path, " HTTP/1.1\r\nHost: shop\r\n\r\n"]).

send(Request) ->
    fun() ->
        Socket = connect(?PORT),
        ok = gen_tcp:send(Socket, Request),
        gen_tcp:recv(Socket, 0, 1000),
        gen_tcp:close(Socket)
    end.

connect(Port) ->
    N = persistent_term:get({?MODULE, peer}, 0),
    persistent_term:put({?MODULE, peer}, N + 1),
    {ok, Socket} = gen_tcp:connect({127, 0, 0, 1}, Port, [binary, {active, false}, {reuseaddr, true}, {port, 29000 + N}]),
    Socket.

held(Fun) ->
    Socket = connect(?PORT),
    setup:wait(),
    [Fun(Pid) || Pid <- ranch:procs(?LISTENER, connections)],
    setup:wait(),
    gen_tcp:close(Socket).

h2(Path) ->
    fun() ->
        N = persistent_term:get({?MODULE, peer}, 0),
        persistent_term:put({?MODULE, peer}, N + 1),
        {ok, Gun} = gun:open({127, 0, 0, 1}, ?PORT, #{protocols => [http2], retry => 0,
            transport_opts => [{reuseaddr, true}, {port, 29000 + N}]}),
        {ok, http2} = gun:await_up(Gun),
        gun:await(Gun, gun:get(Gun, Path), 1000),
        gun:close(Gun)
    end.

socket(Do) ->
    fun() ->
        Socket = connect(?PORT),
        ok = gen_tcp:send(Socket, ["GET /socket?", Do, " HTTP/1.1\r\nHost: shop\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"]),
        gen_tcp:recv(Socket, 0, 1000),
        gen_tcp:send(Socket, cow_ws:masked_frame({text, list_to_binary(Do)}, #{})),
        gen_tcp:recv(Socket, 0, 1000),
        gen_tcp:close(Socket)
    end.

%% A listener whose protocol does as it is told.
protocol(Do) ->
    {ok, _} = ranch:start_listener({shop, Do}, ranch_tcp, options(?PORT + 2), web_protocol, Do),
    Socket = connect(?PORT + 2),
    gen_tcp:recv(Socket, 0, 100),
    gen_tcp:close(Socket),
    ranch:stop_listener({shop, Do}).
