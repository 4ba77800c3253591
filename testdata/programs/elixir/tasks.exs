# Tasks and Agents.
import Corpus

defmodule Shop.Jobs do
  use GenServer

  def start(arg \\ nil), do: GenServer.start(__MODULE__, arg)
  def import_file(path, _opts), do: {:ok, _} = File.read(path)
  def parse(text), do: String.to_integer(text)

  @impl true
  def init(arg), do: {:ok, arg}

  @impl true
  def handle_call({:async, fun}, _from, state), do: {:reply, Task.await(Task.async(fun)), state}
  def handle_call({:await, ms}, _from, state) do
    {:reply, Task.await(Task.async(fn -> Process.sleep(1000) end), ms), state}
  end

  def handle_call({:await_many, ms}, _from, state) do
    {:reply, Task.await_many([Task.async(fn -> Process.sleep(1000) end)], ms), state}
  end

  def handle_call({:stream, list, fun, opts}, _from, state) do
    {:reply, list |> Task.async_stream(fun, opts) |> Enum.to_list(), state}
  end

  def handle_call({:agent, f, agent, fun}, _from, state), do: {:reply, apply(Agent, f, [agent, fun]), state}

  def handle_call({:not_owner, task}, _from, state), do: {:reply, Task.await(task), state}
end

task = fn name, fun ->
  scenario(name, fn ->
    {:ok, pid} = Task.start(fun)
    gone(pid)
  end)
end

task.(:task_raise, fn -> raise "import failed" end)
task.(:task_throw, fn -> throw({:not, :caught}) end)
task.(:task_exit, fn -> exit(:disk_full) end)
task.(:task_badmatch, fn -> {:ok, _} = File.read("/nonexistent") end)
task.(:task_badarith, fn -> 1 + Process.get(:missing) end)
task.(:task_undef, fn -> apply(Shop.Mailer, :deliver, ["ada@example.com", %{subject: "Hi"}]) end)
task.(:task_call_timeout, fn -> GenServer.call(elem(Agent.start(fn -> 1 end), 1), :unknown, 20) end)
task.(:task_call_noproc, fn -> GenServer.call(Shop.Printer, :print) end)
task.(:task_long_function, fn -> Enum.each([3, 2, 1, 0], fn n -> 6 |> div(n) end) end)
task.(:task_normal, fn -> exit(:normal) end)
task.(:task_shutdown, fn -> exit({:shutdown, :done}) end)

scenario(:task_mfa, fn ->
  {:ok, pid} = Task.start(Shop.Jobs, :parse, ["zz"])
  gone(pid)
end)

scenario(:task_mfa_badmatch, fn ->
  {:ok, pid} = Task.start(Shop.Jobs, :import_file, ["/nonexistent", [mode: :fast, note: "a, b) c"]])
  gone(pid)
end)

scenario(:task_supervised, fn ->
  {:ok, sup} = Task.Supervisor.start_link(name: Shop.TaskSupervisor)
  {:ok, pid} = Task.Supervisor.start_child(sup, fn -> raise KeyError, key: :sku, term: %{name: "tea"} end)
  gone(pid)
  Supervisor.stop(sup)
end)

scenario(:task_nolink, fn ->
  {:ok, sup} = Task.Supervisor.start_link()
  Task.Supervisor.async_nolink(sup, fn -> Map.fetch!(%{}, "id") end) |> Task.yield(200)
  Supervisor.stop(sup)
end)

scenario(:task_transient, fn ->
  {:ok, sup} = Task.Supervisor.start_link(max_restarts: 1)
  Task.Supervisor.start_child(sup, fn -> raise "again and again" end, restart: :transient)
  gone(sup)
end)

scenario(:task_started_by_name, fn ->
  Process.register(self(), :importer)
  {:ok, pid} = Task.start(fn -> Process.register(self(), :import_one) && raise("one failed") end)
  gone(pid)
end)

jobs = fn name, request ->
  scenario(name, fn ->
    {:ok, pid} = Shop.Jobs.start()
    attempt(fn -> GenServer.call(pid, request) end)
    gone(pid)
  end)
end

jobs.(:async_raise, {:async, fn -> raise "in a linked task" end})
jobs.(:async_exit, {:async, fn -> exit({:feed, :down}) end})
jobs.(:await_timeout, {:await, 20})
jobs.(:await_many_timeout, {:await_many, 20})
jobs.(:stream_timeout, {:stream, [1], fn _ -> Process.sleep(1000) end, [timeout: 20]})
jobs.(:stream_raise, {:stream, ["1", "two"], &Shop.Jobs.parse/1, []})

scenario(:await_not_owner, fn ->
  {:ok, pid} = Shop.Jobs.start()
  GenServer.call(pid, {:not_owner, Task.async(fn -> Process.sleep(100) end)})
end)

agent = fn name, f, fun ->
  scenario(name, fn ->
    {:ok, pid} = Agent.start(fn -> %{count: 0} end)
    attempt(fn -> apply(Agent, f, [pid, fun]) end)
    gone(pid)
  end)
end

agent.(:agent_update, :update, fn state -> Map.update!(state, :total, &(&1 + 1)) end)
agent.(:agent_get, :get, fn state -> state.total end)
agent.(:agent_get_and_update, :get_and_update, fn state -> {:ok, state, :extra} end)
agent.(:agent_get_and_update_ok, :get_and_update, fn _ -> :ok end)
agent.(:agent_exit, :update, fn _ -> exit(:no_more) end)
agent.(:agent_cast, :cast, fn state -> state + 1 end)

scenario(:agent_start, fn ->
  Agent.start_link(fn -> raise "no initial state" end)
end)

scenario(:agent_called_from_server, fn ->
  {:ok, agent} = Agent.start(fn -> %{count: 0} end, name: Shop.Counter)
  {:ok, pid} = Shop.Jobs.start()
  attempt(fn -> GenServer.call(pid, {:agent, :update, agent, fn %{total: n} -> n end}) end)
  gone(pid)
end)
