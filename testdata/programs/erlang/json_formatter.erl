%% A formatter for logger that writes one JSON object an event, as formatters in the field do.
%%
%% Config: message says how the event's message is told: text (as logger_formatter does, on many lines), line (on one) or
%% report (a report's own keys as an object, each value printed as a term).
-module(json_formatter).
-export([check_config/1, format/2]).

check_config(_) -> ok.

format(#{level := Level, meta := #{time := Time} = Meta} = Event, #{message := How}) ->
    Fields = [{time, time(How, Time)}, {level, Level}, {msg, message(How, Event)}
              | [{K, meta(maps:get(K, Meta))} || K <- [pid, mfa, file, line, domain], is_map_key(K, Meta)]],
    [json(Fields), $\n].

time(line, Time) -> calendar:system_time_to_rfc3339(Time, [{unit, microsecond}, {offset, "Z"}]);
time(_, Time) -> Time.

meta({M, F, A}) -> io_lib:format("~ts:~ts/~b", [M, F, A]);
meta(Pid) when is_pid(Pid) -> pid_to_list(Pid);
meta(Domain) when is_list(Domain), is_atom(hd(Domain)) -> {list, Domain};
meta(Other) -> Other.

message(report, #{msg := {report, Report}}) when is_map(Report) -> object(maps:to_list(Report));
message(report, Event) -> message(text, Event);
message(How, Event) ->
    string:trim(logger_formatter:format(Event, #{single_line => How =:= line, template => [msg], legacy_header => false})).

%% Property lists are objects too; all else is printed.
object(Pairs) -> {object, [{K, value(V)} || {K, V} <- Pairs]}.

value([{K, _} | _] = Pairs) when is_atom(K) ->
    case lists:all(fun({Key, _}) -> is_atom(Key); (_) -> false end, Pairs) of
        true -> object(Pairs);
        false -> print(Pairs)
    end;
value([[{K, _} | _] | _] = Lists) when is_atom(K) -> {list, [value(L) || L <- Lists]};
value(V) -> print(V).

print(V) -> io_lib:format("~0tp", [V]).

json({object, Pairs}) -> json(Pairs);
json({list, List}) -> [$[, lists:join($,, [json(V) || V <- List]), $]];
json([{K, _} | _] = Pairs) when is_atom(K) ->
    [${, lists:join($,, [[json(atom_to_list(Key)), $:, json(V)] || {Key, V} <- Pairs]), $}];
json(N) when is_integer(N) -> integer_to_list(N);
json(A) when is_atom(A) -> json(atom_to_list(A));
json(Text) -> [$", [escape(C) || C <- unicode:characters_to_list(Text)], $"].

escape($") -> "\\\"";
escape($\\) -> "\\\\";
escape($\n) -> "\\n";
escape(C) when C < 32; C > 126, C < 16#10000 -> io_lib:format("\\u~4.16.0b", [C]);
escape(C) when C >= 16#10000 -> [escape(U) || <<U:16>> <= unicode:characters_to_binary([C], utf8, utf16)];
escape(C) -> C.
