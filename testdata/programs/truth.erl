%% What the runtime itself knows about each crash, written down beside the text that a logger prints of it.
%%
%% install/2 adds a logger handler that writes one line of JSON for every event that is a report, and one for every
%% scenario that a program begins. A primary filter gives each event a time of its own from a clock that starts anew in
%% every run: text and truth of one event carry the same time, which no other event has, and a second run writes the
%% same times.
-module(truth).
-export([install/2, scenario/1, stop/0]).
-export([log/2, clock/2]).

-define(START, 1773930735000000).      % 2026-03-19 14:32:15 UTC, in microseconds
-define(STEP, 7000).                   % between two events
-define(PAUSE, 60000000).              % between two scenarios: no incident spans them
-define(FRAMES, 12).
-define(FIRST, 50).                    % milliseconds that another process has to log before

%% install(File, Options): Options says what the text handler prints: system (elixir or otp), sasl (true or false).
install(File, Options) ->
    Clock = atomics:new(1, []),
    atomics:put(Clock, 1, ?START),
    persistent_term:put({?MODULE, clock}, Clock),
    Owner = self(),
    Writer = spawn(fun() ->
        {ok, Io} = file:open(File, [write, raw]),
        Owner ! {self(), ready},
        writer(Io, "")
    end),
    receive {Writer, ready} -> ok end,
    persistent_term:put({?MODULE, writer}, Writer),
    ok = logger:add_primary_filter(truth_clock, {fun ?MODULE:clock/2, Clock}),
    ok = logger:add_handler(truth, ?MODULE, #{level => all, filter_default => log, config => Options}).

%% scenario(Name): what is logged from here on belongs to Name.
scenario(Name) ->
    emulator(),
    atomics:add(persistent_term:get({?MODULE, clock}), 1, ?PAUSE),
    call({scenario, Name}).

stop() ->
    emulator(),
    logger:remove_handler(truth),
    call(stop).

%% Waits until what the emulator has said of dead processes is written: it goes by way of logger_proxy, which calls the
%% handlers and takes one message after the other.
emulator() ->
    gen_server:call(logger_proxy, info, infinity).

call(Request) ->
    Writer = persistent_term:get({?MODULE, writer}),
    Ref = monitor(process, Writer),
    Writer ! {self(), Ref, Request},
    receive
        {Ref, ok} -> demonitor(Ref, [flush]), ok;
        {'DOWN', Ref, _, _, _} -> ok
    after 5000 -> ok
    end.

writer(Io, Scenario) ->
    receive
        {From, Ref, {scenario, Name}} ->
            From ! {Ref, ok},
            writer(Io, Name);
        {From, Ref, {write, Fields}} ->
            ok = file:write(Io, [json([{scenario, text(Scenario)} | Fields]), $\n]),
            From ! {Ref, ok},
            writer(Io, Scenario);
        {From, Ref, stop} ->
            ok = file:close(Io),
            From ! {Ref, ok}
    end.

clock(#{meta := Meta, msg := Msg} = Event, Clock) ->
    %% A process that dies in init is linked to a supervisor that gives up at the same time: without this, the exit
    %% signal could end it between the two handlers, and only one would have told of it.
    case Msg of
        {report, #{label := {proc_lib, crash}}} -> process_flag(trap_exit, true);
        {report, #{label := L}} -> after_child(L);
        _ -> ok
    end,
    Event#{meta := base(Meta#{time => atomics:add_get(Clock, 1, ?STEP)})}.

%% A process that fails to start tells its starter first and logs then, so that both log at the same time: the starter
%% lets the other one go first.
after_child({supervisor, start_error}) -> timer:sleep(?FIRST);
after_child({application_controller, exit}) -> timer:sleep(?FIRST);
after_child(_) -> ok.

%% A file by its name alone: where this checkout stands is nobody's business.
base(#{file := File} = Meta) when is_list(File) -> Meta#{file := filename:basename(File)};
base(Meta) -> Meta.

log(#{msg := Msg, meta := Meta} = Event, #{config := Options}) ->
    case facts(Msg, Meta) of
        none -> ok;
        {Label, Facts} ->
            call({write, [{time, text(time(maps:get(time, Meta)))},
                          {printed, printed(Label, Event, Options)},
                          {label, text(label(Label))} | Facts]})
    end.

%% Elixir leaves SASL's reports out unless it is told otherwise, and before 1.17 those of gen_statem.
printed({gen_statem, _}, _, #{system := elixir}) -> false;
printed({proc_lib, _}, _, #{system := elixir, sasl := Sasl}) -> Sasl;
printed({supervisor, Context}, _, #{system := elixir, sasl := Sasl}) when Context =/= unexpected_msg -> Sasl;
printed(_, _, _) -> true.

label({A, B}) -> io_lib:format("~ts ~ts", [A, B]).

time(Micros) ->
    calendar:system_time_to_rfc3339(Micros, [{unit, microsecond}, {offset, "Z"}]).

facts({report, #{label := {gen_server, terminate} = L, name := Name, reason := R, last_message := Last}}, Meta) ->
    {L, [{kind, <<"gen_server">>}, pid(Meta), {name, name(Name)}, {last_message, term(Last)} | reason(R)]};
facts({report, #{label := {gen_statem, terminate} = L, name := Name, reason := {Class, R, Stack}}}, Meta) ->
    {L, [{kind, <<"gen_statem">>}, pid(Meta), {name, name(Name)} | reason(Class, R, Stack)]};
facts({report, #{label := {gen_event, terminate} = L, handler := H, name := Name, reason := R}}, Meta) ->
    {L, [{kind, <<"gen_event">>}, pid(Meta), {name, name(Name)}, {handler, term(H)} | reason(R)]};
facts({report, #{label := {'Elixir.Task.Supervisor', terminating} = L, report := #{name := Name, reason := R} = T}}, Meta) ->
    {L, [{kind, <<"task">>}, pid(Meta), {name, name(Name)}, {starter, term(maps:get(starter, T, undefined))} | reason(R)]};
facts({report, #{label := {proc_lib, crash} = L, report := [Info, _]}}, _) ->
    {error_info, {Class, R, Stack}} = lists:keyfind(error_info, 1, Info),
    {initial_call, Initial} = lists:keyfind(initial_call, 1, Info),
    {pid, Pid} = lists:keyfind(pid, 1, Info),
    {registered_name, Name} = lists:keyfind(registered_name, 1, Info),
    {L, [{kind, <<"process">>}, {pid, term(Pid)}, {name, name(Name)}, {initial_call, mfa(Initial)}
         | reason(Class, R, Stack)]};
facts({report, #{label := {supervisor, progress}}}, _) ->
    none;
facts({report, #{label := {supervisor, Context} = L, report := Report}}, Meta) when Context =/= unexpected_msg ->
    {supervisor, Sup} = lists:keyfind(supervisor, 1, Report),
    {reason, R} = lists:keyfind(reason, 1, Report),
    {offender, Child} = lists:keyfind(offender, 1, Report),
    {L, [{kind, <<"supervisor">>}, pid(Meta), {supervisor, term(Sup)}, {context, text(atom_to_list(Context))},
         {child, term(child_id(Child))}, {child_pid, term(proplists:get_value(pid, Child))} | reason(R)]};
facts({report, #{label := {application_controller, exit} = L, report := Report}}, _) ->
    {application, App} = lists:keyfind(application, 1, Report),
    {exited, R} = lists:keyfind(exited, 1, Report),
    case ordered(R) of
        true -> none;
        false -> {L, [{kind, <<"application">>}, {name, text(atom_to_list(App))} | reason(R)]}
    end;
facts({Format, [Pid | Args]}, #{error_logger := #{emulator := true}}) when is_list(Format), is_pid(Pid) ->
    case string:prefix(Format, "Error in process") of
        nomatch -> none;
        _ -> {{emulator, error}, [{kind, <<"process">>}, {pid, term(Pid)} | reason(lists:last(Args))]}
    end;
facts({report, #{label := {error_logger, _}, format := "** Generic server " ++ _, args := [Name | Args]}}, Meta) ->
    %% RabbitMQ's gen_server2
    {{gen_server2, terminate}, [{kind, <<"gen_server">>}, pid(Meta), {name, name(Name)} | reason(lists:last(Args))]};
facts({report, #{label := {error_logger, error_msg}, format := Format, args := Args}}, Meta) ->
    facts({Format, Args}, Meta);
facts({Format, Args}, _) when is_list(Format) ->
    said(Format, Args);
facts({report, #{label := {_, no_handle_info} = L}}, _) ->
    {L, [{kind, <<"note">>}]};        % no report, but a rule may name it
facts({report, #{label := {supervisor, unexpected_msg} = L}}, _) ->
    {L, [{kind, <<"note">>}]};
facts(_, _) ->
    none.

%% What Ranch, Cowboy 2 and ejabberd say. They print sentences of their own, so the arguments are all that there is to know.
said("Ranch listener ~p, connection process ~p, stream ~p had its request process ~p exit with reason" ++ _, [_, _, _, Pid, R, Stack]) ->
    {{cowboy, request}, [{kind, <<"request">>}, {pid, term(Pid)} | reason({R, Stack})]};
said("Ranch listener ~p had connection process started with" ++ _, [_, _, Pid, R]) ->
    {{ranch, connection}, [{kind, <<"connection">>}, {pid, term(Pid)} | reason(R)]};
said("Ranch listener ~p connection process start failure; ~p:start_link/3 returned" ++ _, [_, _, R]) ->
    {{ranch, start_returned}, [{kind, <<"connection">>} | reason(R)]};
said("Ranch listener ~p connection process start failure; ~p:start_link/3 crashed" ++ _, [_, _, Class, R]) ->
    {{ranch, start_crashed}, [{kind, <<"connection">>} | reason(Class, R, [])]};
said("Failed to start Ranch listener" ++ _, [_, _, _, R | _]) ->
    {{ranch, listen}, [{kind, <<"other">>} | reason(R)]};
said("Unhandled exception ~p:~p in cowboy_stream:" ++ _, [Class, R | Args]) ->
    [Stack | _] = lists:dropwhile(fun(A) -> not is_stack(A) end, Args),
    {{cowboy, stream}, [{kind, <<"request">>} | reason(Class, R, Stack)]};
said("Hook ~p crashed when running" ++ _, _) ->
    {{ejabberd, hook}, caught()};
said("Failed to open socket at" ++ _, _) ->
    {{ejabberd, listen}, [{kind, <<"note">>}]};       % its reason is only a text; a rule may name it
said("'global' at node " ++ _, _) ->
    {{global, partitions}, [{kind, <<"note">>}]};     % where nodes come and go fast; a rule may name it
said(Text, []) ->
    case string:prefix(Text, "Internal error of module") of
        nomatch -> none;
        _ -> {{ejabberd, module}, caught()}
    end;
said(_, _) ->
    none.

%% What the process that logs has just raised, which its modules leave behind for us.
caught() ->
    {Class, R, Stack} = get(raised),
    [{kind, <<"other">>} | reason(Class, R, Stack)].

is_stack([{M, F, _, L} | _]) -> is_atom(M) andalso is_atom(F) andalso is_list(L);
is_stack(_) -> false.

ordered(stopped) -> true;
ordered(normal) -> true;
ordered(_) -> false.

%% A static supervisor's child has an id, a dynamic one's none.
child_id(Child) ->
    case lists:keyfind(id, 1, Child) of
        {id, Id} -> Id;
        false -> proplists:get_value(name, Child)
    end.

pid(#{pid := Pid}) -> {pid, term(Pid)}.

name([]) -> null;
name(undefined) -> null;
name(Name) -> term(Name).

mfa({M, F, Args}) when is_list(Args) -> mfa({M, F, length(Args)});
mfa({M, F, A}) -> term({M, F, A}).

%% The reason as the process died with it, stacks and all, and the frames of its innermost stack.
reason(R) ->
    [{reason, term(R)}, {frames, frames(innermost(R, []))}].

reason(throw, R, Stack) ->
    [{class, <<"throw">>}, {reason, term({nocatch, R})}, {frames, frames(Stack)}];   % what the process ends with
reason(Class, R, Stack) ->
    [{class, text(atom_to_list(Class))}, {reason, term(R)}, {frames, frames(innermost(R, Stack))}].

innermost({R, {M, F, A}}, Stack) when is_atom(M), is_atom(F), is_list(A) ->
    innermost(R, case is_nested(R) of true -> []; false -> Stack end);
innermost({shutdown, {failed_to_start_child, _, R}}, Stack) -> innermost(R, Stack);
innermost({failed_to_start_child, _, R}, Stack) -> innermost(R, Stack);
innermost({bad_return, {{_, start, _}, {'EXIT', R}}}, Stack) -> innermost(R, Stack);
innermost({'EXIT', R}, Stack) -> innermost(R, Stack);
innermost({exception, R, [{M, F, _, L} | _] = Inner}, _) when is_atom(M), is_atom(F), is_list(L) -> innermost(R, Inner);   % erpc's
innermost({R, [{M, F, _, L} | _] = Inner}, _) when is_atom(M), is_atom(F), is_list(L) -> innermost(R, Inner);
innermost(_, Stack) -> Stack.

is_nested({_, [{_, _, _, _} | _]}) -> true;
is_nested({R, {_, _, A}}) when is_list(A) -> is_nested(R);
is_nested(_) -> false.

frames(Stack) ->
    [frame(F) || F <- lists:sublist(Stack, ?FRAMES)].

frame({M, F, A, Location}) ->
    Arity = if is_list(A) -> length(A); true -> A end,
    {[{module, text(atom_to_list(M))}, {function, text(atom_to_list(F))}, {arity, Arity}, {app, app(M)},
      {file, file(proplists:get_value(file, Location))}, {line, proplists:get_value(line, Location, 0)}]};
frame(Other) ->
    {[{raw, term(Other)}]}.

file(undefined) -> null;
file(File) -> text(File).

%% The application that holds a module; null for the program's own.
app(Module) ->
    case code:which(Module) of
        preloaded -> <<"erts">>;
        _ ->
            case application:get_application(Module) of
                {ok, App} -> text(atom_to_list(App));
                undefined -> null
            end
    end.

term(T) -> text(io_lib:format("~0tp", [T])).

text(Chars) -> unicode:characters_to_binary(Chars).

json({Fields}) -> json(Fields);
json([{_, _} | _] = Fields) ->
    Pairs = [[json(atom_to_binary(K)), $:, json(V)] || {K, V} <- Fields, V =/= null],
    [${, lists:join($,, Pairs), $}];
json(List) when is_list(List) -> [$[, lists:join($,, [json(V) || V <- List]), $]];
json(true) -> "true";
json(false) -> "false";
json(null) -> "null";
json(N) when is_integer(N) -> integer_to_list(N);
json(Text) when is_binary(Text) -> [$", [escape(C) || <<C>> <= Text], $"].

escape($") -> "\\\"";
escape($\\) -> "\\\\";
escape(C) when C < 32 -> io_lib:format("\\u~4.16.0b", [C]);
escape(C) -> C.
