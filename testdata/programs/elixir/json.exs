# Formatters for Logger's console that write one JSON object an entry, with the fields that loggers in the field write.
#
# LoggerJSON's four have the fields of its version 7, which needs a newer Elixir than this corpus has.
defmodule Corpus.JSON do
  # The fields of an entry, by style.
  def basic(level, message, meta) do
    %{message: message, severity: level, time: iso(meta), metadata: extra(meta)}
  end

  def datadog(level, message, meta) do
    %{
      message: message,
      domain: meta[:domain],
      logger: %{thread_name: inspect(meta[:pid]), method_name: mfa(meta), file_name: meta[:file], line: meta[:line]},
      syslog: %{hostname: "web-1", severity: level, timestamp: iso(meta)},
      error: datadog_error(level, message, meta[:crash_reason])
    }
  end

  defp datadog_error(:error, message, nil), do: %{kind: "error", message: message}
  defp datadog_error(_, _, nil), do: nil

  defp datadog_error(_, message, {%{__exception__: true} = exception, stack}) do
    kind = exception.__struct__ |> inspect() |> String.split(".") |> List.last()
    %{kind: kind, message: message, stack: if(stack != [], do: Exception.format_stacktrace(stack))}
  end

  defp datadog_error(_, message, {{:nocatch, _}, stack}), do: %{kind: "throw", message: message, stack: trace(stack)}
  defp datadog_error(_, message, {_, stack}), do: %{kind: "other", message: message, stack: trace(stack)}

  defp trace([]), do: nil
  defp trace(stack), do: Exception.format_stacktrace(stack)

  def google_cloud(level, message, meta) do
    Map.merge(
      %{
        severity: level |> to_string() |> String.upcase(),
        time: iso(meta),
        message: message,
        "logging.googleapis.com/operation": %{producer: inspect(meta[:pid]), id: meta[:request_id]},
        "logging.googleapis.com/sourceLocation": %{file: meta[:file], line: meta[:line], function: mfa(meta)}
      },
      google_error(level, message, meta)
    )
  end

  defp google_error(:error, message, meta) do
    reported = %{
      "@type": "type.googleapis.com/google.devtools.clouderrorreporting.v1beta1.ReportedErrorEvent",
      context: %{reportLocation: %{filePath: meta[:file], lineNumber: meta[:line], functionName: mfa(meta)}},
      serviceContext: %{service: "nonode@nohost"}
    }

    case meta[:crash_reason] do
      nil ->
        reported

      {%{__exception__: true} = exception, stack} ->
        banner = Exception.format_banner(:error, exception, stack)
        Map.merge(reported, %{message: Exception.message(exception), stack_trace: banner <> "\n" <> ruby(stack)})

      {{:nocatch, value}, stack} ->
        Map.merge(reported, %{message: message, stack_trace: Exception.format_banner(:throw, value, stack) <> "\n" <> ruby(stack)})

      {reason, stack} ->
        Map.merge(reported, %{message: message, stack_trace: "** (#{bare(reason)}) #{inspect(stack)}"})
    end
  end

  defp google_error(_, _, _), do: %{}

  # Error Reporting reads frames as Ruby prints them; those without a file come last.
  defp ruby(stack) do
    {placed, rest} =
      stack
      |> Enum.map(&Exception.format_stacktrace_entry/1)
      |> Enum.split_with(&(&1 =~ ~r/:\d+: /))

    placed = Enum.map_join(placed, fn line -> "    " <> Regex.replace(~r/(:\d+): (.*)$/s, line, "\\1:in `\\2'") <> "\n" end)
    if rest == [], do: placed, else: placed <> "Context:\n" <> Enum.map_join(rest, &"    #{&1}\n")
  end

  def elastic(level, message, meta) do
    Map.merge(
      %{
        "@timestamp": iso(meta),
        "log.level": level,
        "log.logger": meta[:application],
        "log.origin": %{"file.name": meta[:file], "file.line": meta[:line], function: mfa(meta)},
        "ecs.version": "8.11.0",
        message: message
      },
      elastic_error(meta[:crash_reason])
    )
  end

  defp elastic_error(nil), do: %{}

  defp elastic_error({%{__exception__: true} = exception, stack}) do
    %{
      "error.type": to_string(exception.__struct__),
      "error.message": Exception.message(exception),
      "error.stack_trace": Exception.format(:error, exception, stack)
    }
  end

  defp elastic_error({reason, stack}) when is_atom(reason) do
    %{"error.type": reason, "error.message": "#{reason}: #{inspect(stack)}", "error.stack_trace": "** (#{reason}) #{inspect(stack)}"}
  end

  defp elastic_error(reason), do: %{"error.message": inspect(reason)}

  # Loggers of a project's own: the text stands under this name or that, levels are words or numbers, times seconds or less.
  @names [:message, :msg, :log, :text, :event, :body, :"@message"]
  def keys(level, message, meta) do
    n = :erlang.phash2(message)
    name = Enum.at(@names, rem(n, length(@names)))

    case rem(n, 4) do
      0 -> %{name => message, level: level, ts: micros(meta) / 1_000_000}
      1 -> %{name => message, lvl: level |> to_string() |> String.upcase(), timestamp: micros(meta)}
      2 -> %{name => message, level: bunyan(level), time: iso(meta), pid: 4711, hostname: "web-1", v: 0}
      3 -> %{name => message, levelname: level, asctime: iso(meta), service: %{name: "shop", version: "1.2.0"}}
    end
  end

  defp bunyan(level), do: %{debug: 20, info: 30, notice: 30, warning: 40, warn: 40, error: 50}[level]

  # Docker's json-file, round an entry that a JSON logger of the program's wrote with JSON in a string of its own.
  def nested(level, message, meta) do
    inner = encode(%{msg: message, level: level, node: "shop@web-1"})
    entry = encode(%{message: inner, time: iso(meta), source: "elixir"})
    %{log: entry <> "\n", stream: "stdout", time: iso(meta, "456Z")}
  end

  # A shipper that makes an object of each line, whatever belongs together.
  def lines(level, message, meta) do
    for line <- String.split(message, "\n"), do: %{level: level, ts: iso(meta), msg: line}
  end

  # The message is the report's first line; what else is known stands in an object.
  def error(level, message, meta) do
    Map.merge(%{level: level, time: iso(meta), message: message}, error_fields(message, meta[:crash_reason]))
  end

  defp error_fields(_, nil), do: %{}

  defp error_fields(message, {reason, stack}) do
    {kind, text} =
      case reason do
        %{__exception__: true} -> {inspect(reason.__struct__), Exception.message(reason)}
        {:nocatch, value} -> {"throw", inspect(value, limit: :infinity, printable_limit: :infinity)}
        _ -> {"exit", Exception.format_exit(reason)}
      end

    %{message: first(message), error: %{kind: kind, message: text, stack: trace(stack)}}
  end

  # The message is the first line, and the term that Logger made of the reason is inspected.
  def crash_reason(level, message, meta) do
    fields = %{level: level, time: iso(meta), message: message, pid: inspect(meta[:pid])}

    case meta[:crash_reason] do
      nil -> fields
      reason -> Map.merge(fields, %{message: first(message), crash_reason: inspect(reason, limit: :infinity, printable_limit: :infinity)})
    end
  end

  defp first(message), do: message |> String.split("\n") |> hd()

  # format/4 of each style, as Logger's console calls it.
  for style <- [:basic, :datadog, :google_cloud, :elastic, :keys, :nested, :lines, :error, :crash_reason] do
    def unquote(:"format_#{style}")(level, message, _time, meta) do
      message = message |> Logger.Formatter.prune() |> IO.chardata_to_string()
      apply(__MODULE__, unquote(style), [level, message, meta]) |> List.wrap() |> Enum.map(&[encode(&1), "\n"])
    end
  end

  defp micros(meta), do: meta[:time]
  defp iso(meta, tail \\ "Z"), do: (micros(meta) |> DateTime.from_unix!(:microsecond) |> DateTime.to_iso8601() |> String.trim_trailing("Z")) <> tail

  defp mfa(meta) do
    case meta[:mfa] do
      {m, f, a} -> "#{m}.#{f}/#{a}"
      nil -> nil
    end
  end

  defp extra(meta) do
    for {key, value} <- meta, key not in [:crash_reason, :time, :gl, :report_cb, :error_logger, :pid, :ancestors, :callers, :initial_call, :registered_name],
        into: %{},
        do: {key, if(key == :mfa, do: mfa(meta), else: value)}
  end

  defp bare(reason) when is_atom(reason), do: to_string(reason)
  defp bare(reason), do: inspect(reason)

  def encode(%{} = map) do
    pairs = for {key, value} <- Enum.sort(map), value != nil, do: [encode(to_string(key)), ?:, encode(value)]
    IO.iodata_to_binary([?{, Enum.intersperse(pairs, ?,), ?}])
  end

  def encode(list) when is_list(list), do: encode_list(list, List.improper?(list) or (list != [] and List.ascii_printable?(list)))
  def encode(value) when value in [nil, true, false], do: to_string(value)
  def encode(value) when is_atom(value), do: encode(Atom.to_string(value))
  def encode(value) when is_integer(value), do: Integer.to_string(value)
  def encode(value) when is_float(value), do: :erlang.float_to_binary(value, decimals: 6)
  def encode(value) when is_binary(value), do: IO.iodata_to_binary([?", escape(value), ?"])
  def encode(value), do: encode(inspect(value))

  defp encode_list(list, true), do: encode(List.to_string(list))
  defp encode_list(list, false), do: IO.iodata_to_binary([?[, list |> Enum.map(&encode/1) |> Enum.intersperse(?,), ?]])

  defp escape(text) do
    for <<c::utf8 <- text>> do
      case c do
        ?" -> "\\\""
        ?\\ -> "\\\\"
        ?\n -> "\\n"
        ?\t -> "\\t"
        c when c < 32 -> "\\u" <> (c |> Integer.to_string(16) |> String.pad_leading(4, "0"))
        c -> <<c::utf8>>
      end
    end
  end
end
