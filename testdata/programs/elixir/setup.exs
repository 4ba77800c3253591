# Loaded before each program: chooses how Logger writes, and puts the truth handler beside it.
#
# CORPUS_SETUP names the set-up, CORPUS_TRUTH the file for the truth.
defmodule Corpus do
  require Logger

  @console [colors: [enabled: false]]
  @dated "$date $time $metadata[$level] $message\n"
  @custom "$date $time [$level] $metadata| $message\n"
  @setups %{
    "default" => {:debug, false, @console},
    "info" => {:info, false, @console},
    "sasl" => {:debug, true, @console},
    "sasl-info" => {:info, true, @console},
    "metadata" => {:info, true, @console ++ [metadata: [:request_id, :pid, :mfa, :domain, :file, :line]]},
    "dated" => {:info, true, @console ++ [format: @dated, metadata: [:request_id]]},
    "custom" => {:info, true, @console ++ [format: @custom, metadata: [:request_id]]},
    "colours" => {:debug, true, [colors: [enabled: true]]},
    "dev" => {:debug, false, @console ++ [format: "[$level] $message\n"]}
  }
  @json ~w(basic datadog google_cloud elastic keys nested lines error crash_reason)
  @styles for style <- @json,
              into: %{},
              do: {"json-" <> style, {:info, true, @console ++ [format: {Corpus.JSON, :"format_#{style}"}, metadata: :all]}}

  # Logger's limits: the message is cut behind so many bytes, or each term is inspected with limits.
  @limits %{
    "truncate-160" => [truncate: 160],
    "truncate-400" => [truncate: 400],
    "truncate-900" => [truncate: 900],
    "inspect" => [translator_inspect_opts: [limit: 3, printable_limit: 20]]
  }

  # OTP's own handler writes what Logger is told to leave to it.
  def setup("otp-reports", truth) do
    Application.put_env(:logger, :handle_otp_reports, false)
    setup("sasl", truth, :otp)
  end

  def setup(name, truth), do: setup(name, truth, :elixir)

  defp setup(name, truth, system) do
    limits = Map.get(@limits, name, [])
    name = if limits == [], do: name, else: "sasl"
    for {key, value} <- limits, do: Application.put_env(:logger, key, value)
    {level, sasl, console} = @setups |> Map.merge(@styles) |> Map.fetch!(name)
    Application.stop(:logger)
    Application.put_env(:logger, :handle_sasl_reports, sasl)
    Application.put_env(:logger, :utc_log, true)
    Application.put_env(:logger, :level, level)
    Application.put_env(:logger, :console, console)
    # Logger puts the primary filters back that it found, so ours come while it is stopped.
    :truth.install(String.to_charlist(truth), %{system: system, sasl: sasl})
    Application.start(:logger)
    Logger.metadata(request_id: "F1cKq0")
  end

  # Runs a scenario in a process of its own and waits until it has ended and its reports are written.
  def scenario(name, fun) do
    Logger.flush()
    :truth.scenario(Atom.to_charlist(name))
    Logger.info("scenario #{name}")

    {_, ref} =
      spawn_monitor(fn ->
        Process.flag(:trap_exit, true)
        attempt(fun)
      end)

    receive do
      # What another node sends comes later than what this one writes.
      {:DOWN, ^ref, _, _, _} -> Process.sleep(if Node.alive?(), do: 250, else: 40)
    end
  end

  # What the caller sees is of no interest: the reports are.
  def attempt(fun) do
    fun.()
  rescue
    _ -> :raised
  catch
    _, _ -> :caught
  end

  def wait(ms \\ 40), do: Process.sleep(ms)

  # Waits until a process is gone.
  def gone(pid) do
    ref = Process.monitor(pid)

    receive do
      {:DOWN, ^ref, _, _, _} -> :ok
    after
      2000 -> :still_there
    end
  end
end

Corpus.setup(System.fetch_env!("CORPUS_SETUP"), System.fetch_env!("CORPUS_TRUTH"))

System.at_exit(fn _ ->
  Logger.flush()
  :truth.stop()
end)
