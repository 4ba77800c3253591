# A log in which nothing crashes, and much that looks as if something did.
import Corpus
require Logger

scenario(:requests, fn ->
  for {method, path, status} <- [{"GET", "/", 200}, {"POST", "/orders", 302}, {"GET", "/missing", 404}, {"GET", "/broken", 500}] do
    Logger.info("#{method} #{path}")
    Logger.debug(["Processing with ShopWeb.PageController.show/2\n  Parameters: %{\"id\" => \"1\"}\n  Pipelines: [:browser]"])
    Logger.info("Sent #{status} in #{:erlang.phash2(path, 90)}ms")
  end
end)

scenario(:prose, fn ->
  Logger.error("the GenServer terminating last night was restarted by its supervisor")
  Logger.warn("Process exited: see the runbook, chapter \"Task terminating\"")
  Logger.error("could not reach the price feed: econnrefused, trying again in 5s")
  Logger.error("payment failed ** (exit) is what the old gateway printed here")
  Logger.info("Supervisor: all good. Context: nightly report. Reason: none. Offender: nobody.")
  Logger.error("note: {:badmatch, {:error, :enoent}} is a MatchError")
  Logger.info("a crash report: see docs. CRASH REPORT is what OTP calls it")
  Logger.error("Request: GET /orders took 3012ms")
  Logger.error("** (soft) decline of card 4242")
end)

scenario(:code, fn ->
  Logger.info("""
  def handle_call(:boom, _from, state) do
    raise RuntimeError, "boom"
  rescue
    e in RuntimeError -> {:stop, e, state}
  end
  """)

  Logger.debug("""
  try do
    GenServer.call(Shop.Cart, :checkout)
  catch
    :exit, {:noproc, _} -> :retry
    :exit, {:timeout, {GenServer, :call, _}} -> exit(:too_slow)
  end
  """)
end)

scenario(:queries, fn ->
  Logger.debug("QUERY OK source=\"items\" db=0.4ms queue=0.1ms\nSELECT i0.\"id\" FROM \"items\" AS i0 WHERE (i0.\"state\" = 'terminating') []")
  Logger.info(inspect(%{event: "exited", reason: :normal, worker: "GenServer"}))
  Logger.info("CONNECTED TO Phoenix.LiveView.Socket in 21µs\n  Transport: :websocket\n  Parameters: %{\"vsn\" => \"2.0.0\"}")
end)

scenario(:orderly_stop, fn ->
  {:ok, sup} = Supervisor.start_link([{Agent, fn -> 1 end}], strategy: :one_for_one)
  Supervisor.stop(sup)
  {:ok, agent} = Agent.start(fn -> 1 end)
  Agent.stop(agent, {:shutdown, :deploy})
  spawn(fn -> exit(:quietly) end)
  wait()
end)

scenario(:application_stopped, fn ->
  :ok = :application.load({:application, :quiet_app, [vsn: '0.1.0', applications: [:kernel]]})
  Application.start(:quiet_app)
  Application.stop(:quiet_app)
end)
