%% Runs a module of scenarios under one of the ways in which Erlang/OTP writes its log.
%%
%% CORPUS_SETUP names the way, CORPUS_TRUTH the file for the truth. The module exports scenarios/0: names and funs.
-module(setup).
-export([run/1, attempt/1, gone/1, wait/0]).

run([Module]) ->
    Setup = os:getenv("CORPUS_SETUP"),
    handlers(Setup),
    truth:install(os:getenv("CORPUS_TRUTH"), #{system => otp, sasl => true}),
    [scenario(Name, Fun) || {Name, Fun} <- Module:scenarios()],
    truth:stop(),
    catch logger_std_h:filesync(default),
    timer:sleep(200),
    halt(0).

handlers("default") -> ok;
handlers("multi-line") ->
    logger:set_primary_config(level, info),
    formatter(#{legacy_header => false, single_line => false, time_offset => "Z"});
handlers("single-line") -> formatter(#{time_offset => "Z"});
handlers("sasl-compatible") ->
    logger:remove_handler(default),
    error_logger:add_report_handler(error_logger_tty_h, []),
    error_logger:add_report_handler(sasl_report_tty_h, all).

formatter(Config) ->
    ok = logger:set_handler_config(default, formatter, {logger_formatter, Config}).

scenario(Name, Fun) ->
    truth:scenario(atom_to_list(Name)),
    logger:notice("scenario ~ts", [Name]),
    {_, Ref} = spawn_monitor(fun() ->
        process_flag(trap_exit, true),
        attempt(Fun)
    end),
    receive {'DOWN', Ref, _, _, _} -> wait() end.

attempt(Fun) ->
    try Fun() catch _:_ -> failed end.

gone(Pid) ->
    Ref = monitor(process, Pid),
    receive {'DOWN', Ref, _, _, _} -> ok after 2000 -> still_there end.

wait() -> timer:sleep(40).
