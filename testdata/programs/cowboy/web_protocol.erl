%% A Ranch protocol that fails to start, or after it.
-module(web_protocol).
-behaviour(ranch_protocol).
-export([start_link/3, init/2]).

start_link(_, _, start_error) -> {error, emfile};
start_link(_, _, start_nonsense) -> started;
start_link(_, _, start_raises) -> error({no_banner, "welcome"});
start_link(_, _, start_exits) -> exit(no_licence);
start_link(_, _, start_throws) -> throw(ball);
start_link(Ref, _, Do) -> {ok, proc_lib:spawn_link(?MODULE, init, [Ref, Do])}.

init(Ref, Do) ->
    {ok, Socket} = ranch:handshake(Ref),
    case Do of
        raises -> {ok, _} = gen_tcp:recv(Socket, nonsense);
        exits -> exit({hung_up, Do});
        loops -> receive after 10 -> ok end       % ends as it should
    end.
