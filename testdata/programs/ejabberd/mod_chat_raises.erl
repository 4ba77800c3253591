%% A module of ejabberd that does not start.
-module(mod_chat_raises).
-behaviour(gen_mod).
-export([start/2, stop/1, reload/3, depends/2, mod_options/1, mod_doc/0]).

start(_, _) ->
    try error({no_licence, "chat"})
    catch Class:Reason:Stack ->
        put(raised, {Class, Reason, Stack}),       % for truth.erl, as in mod_chat
        erlang:raise(Class, Reason, Stack)
    end.
stop(_) -> ok.
reload(_, _, _) -> ok.
depends(_, _) -> [].
mod_options(_) -> [].
mod_doc() -> #{}.
