# Failures that only several reports show. One scenario a run: its name is the argument.
[scenario] = System.argv()
require Logger

Application.stop(:logger)
Application.put_env(:logger, :handle_sasl_reports, true)
Application.put_env(:logger, :utc_log, true)
Application.put_env(:logger, :level, :debug)
Application.put_env(:logger, :console, colors: [enabled: false], format: "$date $time [$level] $message\n")
Application.start(:logger)

defmodule Shop.Worker do
  use GenServer

  def start_link(opts), do: GenServer.start_link(__MODULE__, opts, Keyword.take(opts, [:name]))
  def child_spec(opts), do: %{id: opts[:name] || opts[:id], start: {__MODULE__, :start_link, [opts]}}

  @impl true
  def init(opts) do
    if f = opts[:init], do: f.()
    if opts[:first], do: {:ok, opts, {:continue, opts[:first]}}, else: {:ok, opts}
  end

  @impl true
  def handle_continue(fun, s) do
    fun.()
    {:noreply, s}
  end

  @impl true
  def handle_call({:wait, ms}, _, s), do: {:reply, Process.sleep(ms), s}
  def handle_call({:ask, other, ms}, _, s), do: {:reply, GenServer.call(other, {:wait, 1}, ms), s}

  @impl true
  def handle_cast({:ask, other, ms}, s), do: {:noreply, {s, GenServer.call(other, {:wait, 1}, ms)}}
  def handle_cast({:order, %{id: id, total: total}}, s), do: {:noreply, {s, id, total + 1}}
  def handle_cast({:do, fun}, s), do: {:noreply, {s, fun.()}}

  @impl true
  def handle_info(:tick, s), do: {:noreply, {s, String.to_integer(Enum.random(["x"]))}}

  @impl true
  def terminate(_, opts) do
    if is_list(opts) && opts[:terminate], do: opts[:terminate].()
  end
end

defmodule Shop.Quiet do
  use GenServer
  def start_link(name), do: GenServer.start_link(__MODULE__, nil, name: name)
  def child_spec(name), do: %{id: name, start: {__MODULE__, :start_link, [name]}}
  @impl true
  def init(s), do: {:ok, s}
end

defmodule Shop.Run do
  def sup(children, opts \\ []) do
    Process.flag(:trap_exit, true)
    Supervisor.start_link(children, Keyword.merge([strategy: :one_for_one, name: Shop.Supervisor], opts))
  end

  def cast(to, message) do
    GenServer.cast(to, message)
    Process.sleep(25)
  end

  # One child crashes on what it reads after each start, until its supervisor gives up.
  def restart_loop do
    read = fn -> Process.sleep(400); String.to_integer(Enum.random(["x17"])) end
    sup([{Shop.Worker, name: Shop.Feed, first: read}])
    Process.sleep(2500)
  end

  # A poisoned row is delivered again to one consumer after the other.
  def poison_message do
    sup([], strategy: :one_for_one)

    for _ <- 1..4 do
      {:ok, pid} = GenServer.start(Shop.Worker, [])
      cast(pid, {:order, %{id: "A-17", total: nil}})
    end
  end

  # Many children need one service, which is not there.
  def restart_storm do
    connect = fn -> {:ok, _} = :gen_tcp.connect('127.0.0.1', 1, []) end

    for n <- 1..6 do
      {:ok, pid} = GenServer.start(Shop.Worker, [], name: :"client_#{n}")
      GenServer.cast(pid, {:do, connect})
    end

    Process.sleep(200)
  end

  # Some seconds between two crashes: no supervisor gives up.
  def flapping do
    sup([{Shop.Worker, name: Shop.Feed}])

    for ms <- [5200, 7900, 5600, 6800] do
      cast(Shop.Feed, {:do, fn -> raise "feed lost" end})
      Process.sleep(ms)
    end
  end

  def periodic_crash do
    sup([{Shop.Worker, name: Shop.Feed}])

    for _ <- 1..5 do
      send(Shop.Feed, :tick)
      Process.sleep(6000)
    end
  end

  def timeout_pileup do
    sup([{Shop.Worker, name: Shop.Prices}])
    for _ <- 1..7, do: Task.start(fn -> GenServer.call(Shop.Prices, {:wait, 400}, 100) end)
    Process.sleep(600)
  end

  def deadlock do
    {:ok, _} = GenServer.start(Shop.Worker, [], name: Shop.A)
    {:ok, _} = GenServer.start(Shop.Worker, [], name: Shop.B)
    GenServer.cast(Shop.A, {:ask, Shop.B, 200})
    GenServer.cast(Shop.B, {:ask, Shop.A, 230})
    Process.sleep(600)
  end

  # Shop.Stock dies, Shop.Cart and Shop.Till were calling it; then its supervisor gives up.
  def cascade do
    sup([{Shop.Worker, name: Shop.Stock}], max_restarts: 0)
    for name <- [Shop.Cart, Shop.Till], do: {:ok, _} = GenServer.start(Shop.Worker, [], name: name)
    GenServer.cast(Shop.Stock, {:do, fn -> Process.sleep(100); raise "no stock" end})
    GenServer.cast(Shop.Cart, {:ask, Shop.Stock, 5000})
    GenServer.cast(Shop.Till, {:ask, Shop.Stock, 5000})
    Process.sleep(400)
  end

  def one_for_all_collateral do
    sup([{Shop.Worker, name: Shop.Cart}, {Shop.Quiet, Shop.Stock}, {Shop.Quiet, Shop.Till}], strategy: :one_for_all)
    cast(Shop.Cart, {:do, fn -> raise "boom" end})
    Process.sleep(200)
  end

  # A queue that grows from crash to crash.
  def memory_growth do
    sup([{Shop.Worker, name: Shop.Feed}], max_restarts: 10)

    for n <- [20, 400, 9000] do
      pid = Process.whereis(Shop.Feed)
      :sys.suspend(pid)
      GenServer.cast(pid, {:do, fn -> raise "too late" end})
      for i <- 1..n, do: send(pid, {:row, i})
      :sys.resume(pid)
      Process.sleep(300)
    end
  end

  def error_in_error_path do
    save = fn -> Logger.error("failed: #{{:error, :closed}}") end
    sup([{Shop.Worker, name: Shop.Feed, terminate: save}])
    cast(Shop.Feed, {:do, fn -> raise "closed" end})
    Process.sleep(200)
  end

  # A node that comes and goes; calls are waiting for it each time.
  def node_flap do
    {:ok, _} = :net_kernel.start([:shop, :shortnames])

    for _ <- 1..3 do
      {:ok, peer, node} = :peer.start(%{name: :stock})
      silent = Node.spawn(node, :timer, :sleep, [:infinity])
      Task.start(fn -> GenServer.call(silent, :how_many) end)
      Process.sleep(300)
      :peer.stop(peer)
      Process.sleep(1200)
    end
  end

  # A request comes before what it needs was started.
  def boot_noise do
    Task.start(fn -> GenServer.call(Shop.Cache, {:wait, 1}) end)
    Process.sleep(80)
    sup([{Shop.Quiet, Shop.Cache}])
    Process.sleep(200)
  end
end

apply(Shop.Run, String.to_existing_atom(scenario), [])
Logger.flush()
Process.sleep(100)
