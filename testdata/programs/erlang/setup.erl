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
    application:stop(lager),              % writes out what it holds
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
    error_logger:add_report_handler(sasl_report_tty_h, all);
handlers("template") ->
    formatter(#{time_offset => "Z", single_line => false, template => [time, " ", level, " ", pid, " ", mfa, " ", msg, "\n"]});
handlers("template-single") ->
    formatter(#{time_offset => "Z", time_designator => $\s, template => ["[", level, "] ", time, " ", {pid, [pid, "@"], []}, {mfa, [mfa, ":"], []}, {line, [line], []}, " ", msg, "\n"]});
handlers("legacy-single") ->
    formatter(#{time_offset => "Z", legacy_header => true, single_line => true});
handlers("offset") ->
    formatter(#{time_offset => "+00:00", time_designator => $\s, single_line => false, template => [time, " [", level, "] ", msg, "\n"]});
handlers("depth") -> formatter(#{time_offset => "Z", legacy_header => true, single_line => false, depth => 15});
handlers("chars-limit") -> formatter(#{time_offset => "Z", legacy_header => true, single_line => false, chars_limit => 600});
handlers("single-chars-limit") -> formatter(#{time_offset => "Z", chars_limit => 500});
handlers("single-depth") -> formatter(#{time_offset => "Z", depth => 12});
handlers("single-max-size") -> formatter(#{time_offset => "Z", legacy_header => true, single_line => true, max_size => 400});
handlers("max-size") -> formatter(#{time_offset => "Z", max_size => 700});
handlers("json-" ++ Message) ->
    logger:set_handler_config(default, formatter, {json_formatter, #{message => list_to_atom(Message)}});
handlers("lager-" ++ Backend) ->
    logger:remove_handler(default),
    Dir = os:getenv("CORPUS_DIR"),
    application:load(lager),
    [application:set_env(lager, K, V) || {K, V} <- [
        {crash_log, case Backend of "crash" -> "crash.log"; _ -> false end},
        {log_root, Dir}, {colored, Backend =:= "colours"}, {error_logger_hwm, undefined},
        {handlers, lager(Backend)}]],
    {ok, _} = application:ensure_all_started(lager).

lager("console") -> [{lager_console_backend, [{level, info}]}];
lager("colours") -> [{lager_console_backend, [{level, info}]}];
lager("file") -> [{lager_file_backend, [{file, "file.log"}, {level, info}]}];
lager("custom") -> [{lager_console_backend, [{level, info}, {formatter, lager_default_formatter},
    {formatter_config, [date, "T", time, " ", severity, " ", {pid, ["pid=", pid, " "], ""}, {module, [module, ":", function, ":", line, " "], ""}, message, "\n"]}]}];
lager("crash") -> [].

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
