%% A module of ejabberd that does as it is told, mostly wrongly.
-module(mod_chat).
-behaviour(gen_mod).
-behaviour(gen_server).
-export([start/2, stop/1, reload/3, depends/2, mod_options/1, mod_doc/0, proc/0]).
-export([init/1, handle_call/3, handle_cast/2, on_message/2]).

proc() -> gen_mod:get_module_proc(<<"localhost">>, ?MODULE).

start(Host, Opts) -> gen_mod:start_child(?MODULE, Host, Opts).
stop(Host) -> gen_mod:stop_child(?MODULE, Host).
reload(_, _, _) -> ok.
depends(_, _) -> [].
mod_options(_) -> [].
mod_doc() -> #{}.

init([Host | _]) -> {ok, #{host => Host, rooms => 3}}.

handle_call(badmatch, _, State) -> {ok, _} = file:read_file("/nonexistent"), {reply, ok, State}.

handle_cast({price, N}, State) when N > 0 -> {noreply, State};
handle_cast(exit, _) -> exit({feed_down, "feed.internal"});
handle_cast(nonsense, _) -> nonsense.

%% ejabberd catches what a hook raises and logs its text alone: the term is left where truth.erl finds it.
on_message(Do, _) ->
    try hook(Do)
    catch Class:Reason:Stack ->
        put(raised, {Class, Reason, Stack}),
        erlang:raise(Class, Reason, Stack)
    end.

hook(badmatch) -> {ok, _} = file:read_file("/nonexistent");
hook(undef) -> shop_missing:run(1, <<"two">>);
hook(exit) -> exit({feed_down, "feed.internal"});
hook(throw) -> throw({loose, "end"});
hook(error) -> error({no_stock, 12});
hook(noproc) -> {reserved, gen_server:call(stock, {reserve, 42})}.
