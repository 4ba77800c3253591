# Calls that fail: no such process, too slow, crashed on the way, and chains of these.
import Corpus

defmodule Shop.Backend do
  use GenServer

  def start(opts \\ []), do: GenServer.start(__MODULE__, nil, opts)
  def start_link(opts \\ []), do: GenServer.start_link(__MODULE__, nil, opts)

  @impl true
  def init(_), do: {:ok, %{calls: 0}}

  @impl true
  def handle_call({:forward, to, request, timeout}, _from, state) do
    {:reply, GenServer.call(to, request, timeout), state}
  end

  def handle_call({:erlang_forward, to, request}, _from, state), do: {:reply, :gen_server.call(to, request), state}
  def handle_call({:sleep, ms}, _from, state), do: {:reply, Process.sleep(ms), state}
  def handle_call(:raise, _from, _state), do: raise(ArgumentError, "no such order:\n  42")
  def handle_call({:divide, a, b}, _from, state), do: {:reply, div(a, b), state}
  def handle_call(:kill, _from, _state), do: Process.exit(self(), :kill)
  def handle_call(:shutdown, _from, state), do: {:stop, :shutdown, state}
  def handle_call(:shutdown_reason, _from, state), do: {:stop, {:shutdown, :deploying}, state}
  def handle_call(:normal, _from, state), do: {:stop, :normal, state}
  def handle_call({:stop, reason}, _from, state), do: {:stop, reason, state}
  def handle_call(:bad, _from, _state), do: {:replied, %{order: 42}}
  def handle_call({:agent, agent}, _from, state), do: {:reply, Agent.get(agent, & &1), state}

  def handle_call({:await, ms}, _from, state) do
    task = Task.async(fn -> Process.sleep(:infinity) end)
    {:reply, Task.await(task, ms), state}
  end
end

ask = fn name, request ->
  scenario(name, fn ->
    {:ok, pid} = Shop.Backend.start()
    GenServer.call(pid, request, 2000)
  end)
end

forward = fn to, request -> {:forward, to, request, 5000} end

dead = fn ->
  {:ok, pid} = Shop.Backend.start()
  GenServer.stop(pid)
  pid
end

ask.(:noproc_name, forward.(Shop.Orders, {:get, 42}))
ask.(:noproc_atom, forward.(:orders, :all))
ask.(:noproc_global, forward.({:global, {:orders, "eu"}}, :all))
ask.(:noproc_erlang, {:erlang_forward, :orders, {:get, "x), y("}})
scenario(:noproc_pid, fn ->
  {:ok, pid} = Shop.Backend.start()
  GenServer.call(pid, forward.(dead.(), %{text: "a), b(", list: [1, {2}]}))
end)

scenario(:noproc_via, fn ->
  {:ok, _} = Registry.start_link(keys: :unique, name: Shop.Registry)
  {:ok, pid} = Shop.Backend.start()
  GenServer.call(pid, forward.({:via, Registry, {Shop.Registry, "order:42"}}, :get))
end)

ask.(:nodedown, forward.({Shop.Orders, :"shop@nowhere"}, :get))

scenario(:timeout_pid, fn ->
  {:ok, slow} = Shop.Backend.start()
  {:ok, pid} = Shop.Backend.start()
  GenServer.call(pid, {:forward, slow, {:sleep, 300}, 20})
end)

scenario(:timeout_name, fn ->
  {:ok, _} = Shop.Backend.start(name: Shop.Slow)
  {:ok, pid} = Shop.Backend.start(name: Shop.Front)
  GenServer.call(pid, {:forward, Shop.Slow, {:sleep, 300}, 20})
end)

scenario(:timeout_chain_two, fn ->
  {:ok, slow} = Shop.Backend.start()
  {:ok, middle} = Shop.Backend.start()
  {:ok, pid} = Shop.Backend.start()
  GenServer.call(pid, forward.(middle, {:forward, slow, {:sleep, 300}, 20}))
end)

scenario(:timeout_chain_three, fn ->
  {:ok, slow} = Shop.Backend.start(name: Shop.Disk)
  {:ok, inner} = Shop.Backend.start(name: Shop.Store)
  {:ok, middle} = Shop.Backend.start(name: Shop.Catalogue)
  {:ok, pid} = Shop.Backend.start(name: Shop.Gateway)
  GenServer.call(pid, forward.(middle, forward.(inner, {:forward, slow, {:sleep, 300}, 20})))
end)

nested = fn name, request ->
  scenario(name, fn ->
    {:ok, inner} = Shop.Backend.start()
    {:ok, pid} = Shop.Backend.start()
    GenServer.call(pid, forward.(inner, request))
  end)
end

nested.(:callee_raised, :raise)
nested.(:callee_badarith, {:divide, 1, 0})
nested.(:callee_killed, :kill)
nested.(:callee_shutdown, :shutdown)
nested.(:callee_shutdown_reason, :shutdown_reason)
nested.(:callee_normal, :normal)
nested.(:callee_stopped, {:stop, {:disk_full, "/var"}})
nested.(:callee_bad_return, :bad)
nested.(:callee_no_clause, {:no, :such, :request})

scenario(:callee_chain_three, fn ->
  {:ok, inner} = Shop.Backend.start()
  {:ok, middle} = Shop.Backend.start()
  {:ok, pid} = Shop.Backend.start()
  GenServer.call(pid, forward.(middle, forward.(inner, {:divide, 1, 0})))
end)

scenario(:agent_raised, fn ->
  {:ok, agent} = Agent.start(fn -> 1 end)
  Agent.cast(agent, fn n -> n + :one end)
  {:ok, pid} = Shop.Backend.start()
  GenServer.call(pid, {:agent, agent})
end)

ask.(:await_timeout, {:await, 20})

scenario(:deadlock, fn ->
  {:ok, a} = Shop.Backend.start(name: Shop.A)
  {:ok, b} = Shop.Backend.start(name: Shop.B)
  # Only one of the two gives up: the other would as well, or see it die, whichever is first.
  GenServer.call(a, {:forward, b, {:forward, a, :again, 5000}, 30})
  gone(b)
end)

scenario(:client_dead, fn ->
  {:ok, pid} = Shop.Backend.start()

  client =
    spawn(fn -> GenServer.call(pid, {:forward, Shop.Nobody, {:sleep, 30}, 5000}) end)

  gone(client)
  gone(pid)
end)

scenario(:client_gone_before_crash, fn ->
  {:ok, slow} = Shop.Backend.start()
  {:ok, pid} = Shop.Backend.start()
  client = spawn(fn -> GenServer.call(pid, {:forward, slow, {:sleep, 300}, 60}) end)
  Process.sleep(20)
  Process.exit(client, :kill)
  gone(pid)
end)

scenario(:client_named, fn ->
  Process.register(self(), :checkout)
  {:ok, pid} = Shop.Backend.start(name: {:global, {:backend, 7}})
  GenServer.call(pid, :raise)
end)

scenario(:name_global, fn ->
  {:ok, pid} = Shop.Backend.start(name: {:global, "orders of spring"})
  GenServer.call(pid, {:divide, 3, 0})
end)

scenario(:name_via, fn ->
  {:ok, _} = Registry.start_link(keys: :unique, name: Shop.Names)
  {:ok, pid} = Shop.Backend.start(name: {:via, Registry, {Shop.Names, {:order, 42}}})
  GenServer.call(pid, {:divide, 3, 0})
end)

scenario(:name_odd_atom, fn ->
  {:ok, pid} = Shop.Backend.start(name: :"order book (eu) terminating")
  GenServer.call(pid, {:divide, 3, 0})
end)
