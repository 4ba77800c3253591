# Bare processes, links, kills, :proc_lib, gen_statem and gen_event.
import Corpus

defmodule Shop.Worker do
  def boom(n), do: div(1, n)
  def loop(parent) do
    :proc_lib.init_ack(parent, {:ok, self()})
    receive do
      {:die, reason} -> exit(reason)
      :raise -> raise "worker broke"
      :throw -> throw(:loose)
    end
  end
end

defmodule Shop.Door do
  @behaviour :gen_statem
  def start(opts \\ []), do: :gen_statem.start(__MODULE__, opts, [])
  @impl true
  def init(_), do: {:ok, :closed, %{code: "1234"}}
  @impl true
  def callback_mode, do: [:state_functions, :state_enter]
  def closed(:enter, _, _), do: :keep_state_and_data
  def closed(:cast, :raise, _), do: raise("hinge broken")
  def closed(:cast, :bad, _), do: :open_wide
  def closed(:cast, :action, data), do: {:keep_state, data, [{:open, :soon}]}
  def closed({:call, _from}, :exit, _), do: exit(:jammed)
  def closed({:call, from}, {:code, c}, %{code: c} = data), do: {:next_state, :open, data, [{:reply, from, :ok}]}
  def open(:enter, _, _), do: :keep_state_and_data
  def open(:cast, {:knock, n}, _) when n > 0, do: :keep_state_and_data
end

defmodule Shop.Listener do
  @behaviour :gen_event
  @impl true
  def init(arg), do: {:ok, arg}
  @impl true
  def handle_event(:raise, _), do: raise("listener broke")
  def handle_event(:bad, _), do: :bad_return
  def handle_event({:add, n}, state), do: {:ok, state + n}
  @impl true
  def handle_call(:exit, _), do: exit(:listener_exit)
  @impl true
  def handle_info(:throw, _), do: throw(:listener_throw)
end

bare = fn name, fun -> scenario(name, fn -> gone(spawn(fun)) end) end

bare.(:spawn_raise, fn -> raise "bare and broken" end)
bare.(:spawn_throw, fn -> throw(:up) end)
bare.(:spawn_exit, fn -> exit(:quietly) end)
bare.(:spawn_badarith, fn -> Shop.Worker.boom(0) end)
bare.(:spawn_undef, fn -> apply(Shop.Nothing, :at_all, []) end)
bare.(:spawn_multiline, fn -> raise ArgumentError, "line one\n\nline three: [error] not a level\n** (exit) not a banner" end)
bare.(:spawn_call_noproc, fn -> GenServer.call(Shop.Nobody, :hello) end)
bare.(:spawn_function_clause, fn -> List.first(:oops, nil) end)

scenario(:spawn_mfa, fn -> gone(spawn(Shop.Worker, :boom, [0])) end)

scenario(:spawn_link_raise, fn ->
  gone(spawn_link(fn -> raise "linked and broken" end))
end)

worker = fn name, message ->
  scenario(name, fn ->
    {:ok, pid} = :proc_lib.start(Shop.Worker, :loop, [self()])
    send(pid, message)
    gone(pid)
  end)
end

worker.(:proc_lib_raise, :raise)
worker.(:proc_lib_throw, :throw)
worker.(:proc_lib_exit, {:die, {:worn_out, 12}})
worker.(:proc_lib_normal, {:die, :normal})
worker.(:proc_lib_shutdown, {:die, {:shutdown, :weekend}})

scenario(:linked_exit, fn ->
  {:ok, pid} = :proc_lib.start(Shop.Worker, :loop, [self()])
  gone(spawn(fn ->
    Process.link(pid)
    exit(:pulled_the_other_down)
  end))
  gone(pid)
end)

scenario(:linked_server, fn ->
  {:ok, agent} = Agent.start(fn -> Process.flag(:trap_exit, true) end)
  gone(spawn(fn ->
    Process.link(agent)
    exit(:client_broke)
  end))
  wait()
end)

scenario(:killed, fn ->
  {:ok, agent} = Agent.start(fn -> 0 end)
  Process.exit(agent, :kill)
  gone(agent)
end)

door = fn name, fun ->
  scenario(name, fn ->
    {:ok, pid} = Shop.Door.start()
    attempt(fn -> fun.(pid) end)
    gone(pid)
  end)
end

door.(:statem_raise, &:gen_statem.cast(&1, :raise))
door.(:statem_bad_return, &:gen_statem.cast(&1, :bad))
door.(:statem_bad_action, &:gen_statem.cast(&1, :action))
door.(:statem_exit, &:gen_statem.call(&1, :exit))
door.(:statem_no_clause, &:gen_statem.cast(&1, {:knock, 0}))
door.(:statem_no_clause_open, fn pid ->
  :gen_statem.call(pid, {:code, "1234"})
  :gen_statem.cast(pid, {:knock, 0})
end)

event = fn name, fun ->
  scenario(name, fn ->
    {:ok, pid} = :gen_event.start()
    :ok = :gen_event.add_handler(pid, Shop.Listener, 1)
    attempt(fn -> fun.(pid) end)
    wait()
    :gen_event.stop(pid)
  end)
end

event.(:event_raise, &:gen_event.notify(&1, :raise))
event.(:event_bad_return, &:gen_event.notify(&1, :bad))
event.(:event_call_exit, &:gen_event.call(&1, Shop.Listener, :exit))
event.(:event_info_throw, &send(&1, :throw))
event.(:event_badarith, &:gen_event.notify(&1, {:add, :one}))

scenario(:event_named, fn ->
  {:ok, pid} = :gen_event.start({:local, :shop_events})
  :ok = :gen_event.add_handler(pid, {Shop.Listener, 7}, 1)
  :gen_event.sync_notify(:shop_events, :raise)
  :gen_event.stop(pid)
end)
