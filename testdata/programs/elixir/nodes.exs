# Two nodes: what this one logs of the other, and what the other sends here, since whoever starts a process there lends
# it its group leader. The corpus script gives this node its name.
import Corpus

defmodule Shop.Peer do
  # A node beside this one, with the same code.
  def start(name, modules) do
    paths = Enum.flat_map([:elixir, :logger], &['-pa', :code.lib_dir(&1, :ebin)])

    {:ok, peer, node} =
      :peer.start(%{
        name: name,
        host: 'localhost',
        args: paths ++ ['-setcookie', Atom.to_charlist(Node.get_cookie())],
        wait_boot: 15000
      })

    {:ok, _} = :erpc.call(node, :application, :ensure_all_started, [:elixir])
    for {module, code} <- modules, do: {:module, _} = :erpc.call(node, :code, :load_binary, [module, 'nodes.exs', code])
    {peer, node}
  end
end

{:module, depot, depot_code, _} =
  defmodule Shop.Depot do
    use GenServer

    def start(opts \\ []), do: GenServer.start(__MODULE__, nil, opts)

    # A child on another node: its supervisor is here.
    def start_link_on(node) do
      pid = Node.spawn_link(node, __MODULE__, :run, [])
      {:ok, pid}
    end

    def run do
      receive do
        {:stop, reason} -> exit(reason)
        :raise -> raise ArgumentError, "no such shelf"
      end
    end

    # A Task.Supervisor there, with this node's group leader.
    def tasks(parent) do
      {:ok, _} = Task.Supervisor.start_link(name: Shop.Tasks)
      send(parent, :ready)
      Process.sleep(:infinity)
    end

    def fetch(shelf), do: div(shelf, 0)

    @impl true
    def init(:raise), do: raise("no depot here")
    def init(_), do: {:ok, %{shelves: 3}}

    @impl true
    def handle_call({:forward, to, request, timeout}, _from, state), do: {:reply, GenServer.call(to, request, timeout), state}
    def handle_call({:sleep, ms}, _from, state), do: {:reply, Process.sleep(ms), state}
    def handle_call(:raise, _from, _state), do: raise(ArgumentError, "no such shelf")
    def handle_call(:halt, _from, _state), do: :erlang.halt(0)
    def handle_call({:stop, reason}, _from, state), do: {:stop, reason, state}
    def handle_call({:erpc, node, ms, m, f, a}, _from, state), do: {:reply, :erpc.call(node, m, f, a, ms), state}

    def handle_call({:rpc, node, ms, m, f, a}, _from, state) do
      {:ok, reply} = :rpc.call(node, m, f, a, ms)
      {:reply, reply, state}
    end

    def handle_call({:task, supervisor, m, f, a}, _from, state) do
      {:reply, supervisor |> Task.Supervisor.async(m, f, a) |> Task.await(2000), state}
    end

    def handle_call({:link, pid}, _from, state), do: {:reply, Process.link(pid), state}
    def handle_call(:trap, _from, state), do: {:reply, Process.flag(:trap_exit, true), state}

    @impl true
    def handle_cast(:raise, _state), do: raise(ArgumentError, "no such shelf")

    @impl true
    def handle_info({:EXIT, pid, reason}, _state), do: raise("lost #{node(pid)}: #{inspect(reason)}")
  end

modules = [{depot, depot_code}]
{_, far} = Shop.Peer.start(:depot, modules)

on = fn node, f, a -> :erpc.call(node, Shop.Depot, f, a) end

# A GenServer there, whose group leader is this node's.
there = fn node, opts ->
  {:ok, pid} = on.(node, :start, [opts])
  pid
end

ask = fn name, request ->
  scenario(name, fn ->
    {:ok, pid} = Shop.Depot.start()
    GenServer.call(pid, request, 3000)
  end)
end

forward = fn to, request -> {:forward, to, request, 2000} end

# Calls.
ask.(:noproc_there, forward.({Shop.Orders, far}, {:get, 42}))

scenario(:noproc_pid_there, fn ->
  gone = there.(far, [])
  GenServer.stop(gone)
  {:ok, pid} = Shop.Depot.start()
  GenServer.call(pid, forward.(gone, :get))
end)

ask.(:nodedown, forward.({Shop.Orders, :nowhere@localhost}, :get))

scenario(:timeout_there, fn ->
  slow = there.(far, name: Shop.Slow)
  {:ok, pid} = Shop.Depot.start()
  GenServer.call(pid, {:forward, slow, {:sleep, 200}, 20})
end)

scenario(:timeout_name_there, fn ->
  {:ok, pid} = Shop.Depot.start()
  GenServer.call(pid, {:forward, {Shop.Slow, far}, {:sleep, 200}, 20})
end)

scenario(:raised_there, fn ->
  callee = there.(far, [])
  {:ok, pid} = Shop.Depot.start()
  GenServer.call(pid, forward.(callee, :raise))
end)

scenario(:stopped_there, fn ->
  there.(far, name: Shop.Shelves)
  {:ok, pid} = Shop.Depot.start()
  GenServer.call(pid, forward.({Shop.Shelves, far}, {:stop, {:disk_full, "/var"}}))
end)

scenario(:cast_raised_there, fn ->
  pid = there.(far, name: Shop.Shelves)
  GenServer.cast(pid, :raise)
  gone(pid)
end)

scenario(:caller_there, fn ->
  {:ok, here} = Shop.Depot.start()
  pid = there.(far, [])
  GenServer.call(pid, forward.(here, :raise))
end)

# Processes of that node.
scenario(:spawned_there, fn ->
  pid = Node.spawn(far, Shop.Depot, :fetch, [3])
  gone(pid)
  wait()
end)

scenario(:proc_lib_there, fn ->
  pid = :proc_lib.spawn(far, Shop.Depot, :fetch, [3])
  gone(pid)
  wait()
end)

for {name, message} <- [
      child_exited_there: {:stop, :shelf_broke},
      child_killed_there: :kill,
      child_raised_there: :raise
    ] do
  scenario(name, fn ->
    {:ok, sup} =
      Supervisor.start_link([%{id: :shelves, start: {Shop.Depot, :start_link_on, [far]}, restart: :temporary}],
        strategy: :one_for_one,
        name: Shop.Supervisor
      )

    [{_, pid, _, _}] = Supervisor.which_children(sup)
    if message == :kill, do: Process.exit(pid, :kill), else: send(pid, message)
    gone(pid)
    wait()
    Supervisor.stop(sup)
  end)
end

# Tasks.
# Starts a process there that says when it is ready.
ready = fn node, f, args ->
  pid = Node.spawn(node, Shop.Depot, f, args ++ [self()])
  receive do: (:ready -> pid), after: (5000 -> exit(:not_ready))
end

ready.(far, :tasks, [])

scenario(:task_raised_there, fn ->
  {:ok, pid} = Task.Supervisor.start_child({Shop.Tasks, far}, Shop.Depot, :fetch, [3])
  gone(pid)
  wait()
end)

ask.(:task_awaited_there, {:task, {Shop.Tasks, far}, Shop.Depot, :fetch, [3]})
ask.(:task_supervisor_missing, {:task, {Shop.NoTasks, far}, Shop.Depot, :fetch, [3]})

# Remote procedure calls.
ask.(:erpc_raised, {:erpc, far, 2000, Shop.Depot, :fetch, [3]})
ask.(:erpc_exited, {:erpc, far, 2000, :erlang, :exit, [:shelf_broke]})
ask.(:erpc_threw, {:erpc, far, 2000, :erlang, :throw, [:shelf]})
ask.(:erpc_undef, {:erpc, far, 2000, Shop.NoDepot, :fetch, [3]})
ask.(:erpc_timeout, {:erpc, far, 20, :timer, :sleep, [300]})
ask.(:erpc_noconnection, {:erpc, :nowhere@localhost, 2000, :erlang, :node, []})
ask.(:rpc_raised, {:rpc, far, 2000, Shop.Depot, :fetch, [3]})
ask.(:rpc_timeout, {:rpc, far, 20, :timer, :sleep, [300]})
ask.(:rpc_nodedown, {:rpc, :nowhere@localhost, 2000, :erlang, :node, []})

# The other node goes away.
losing = fn name, fun ->
  {_, node} = Shop.Peer.start(:depot2, modules)

  scenario(name, fn ->
    fun.(node)
    wait(150)
  end)
end

halt = fn node -> :erpc.cast(node, :erlang, :halt, [0]) end

losing.(:nodedown_in_call, fn node ->
  callee = there.(node, name: Shop.Shelves)
  {:ok, pid} = Shop.Depot.start()
  GenServer.call(pid, forward.(callee, :halt))
end)

losing.(:nodedown_in_call_name, fn node ->
  there.(node, name: Shop.Shelves)
  {:ok, pid} = Shop.Depot.start(name: Shop.Front)
  GenServer.call(pid, forward.({Shop.Shelves, node}, :halt))
end)

losing.(:linked_noconnection, fn node ->
  other = there.(node, [])
  {:ok, pid} = Shop.Depot.start()
  GenServer.call(pid, :trap)
  GenServer.call(pid, {:link, other})
  halt.(node)
  gone(pid)
end)

losing.(:child_noconnection, fn node ->
  {:ok, sup} =
    Supervisor.start_link([%{id: :shelves, start: {Shop.Depot, :start_link_on, [node]}, restart: :temporary}],
      strategy: :one_for_one
    )

  [{_, pid, _, _}] = Supervisor.which_children(sup)
  halt.(node)
  gone(pid)
  wait()
  Supervisor.stop(sup)
end)

losing.(:gives_up_noconnection, fn node ->
  {:ok, sup} =
    Supervisor.start_link([%{id: :shelves, start: {Shop.Depot, :start_link_on, [node]}}],
      strategy: :one_for_one,
      max_restarts: 1,
      name: Shop.Supervisor
    )

  halt.(node)
  gone(sup)
end)

losing.(:task_noconnection, fn node ->
  {:ok, pid} = Shop.Depot.start()
  ready.(node, :tasks, [])
  GenServer.call(pid, :trap)
  GenServer.call(pid, {:task, {Shop.Tasks, node}, :erlang, :halt, [0]}, 3000)
end)

losing.(:erpc_halted, fn node ->
  {:ok, pid} = Shop.Depot.start()
  GenServer.call(pid, {:erpc, node, 2000, :erlang, :halt, [0]})
end)
