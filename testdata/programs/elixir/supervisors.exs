# Supervisors: restarts, give-ups, children that do not start, wrong specifications; applications that do not start.
import Corpus

defmodule Shop.Child do
  use GenServer

  def start_link(arg, opts \\ []), do: GenServer.start_link(__MODULE__, arg, opts)
  def start_nonsense(_), do: {:okay, self()}
  def start_raise(_), do: raise("start function broke")

  @impl true
  def init(:ok), do: {:ok, %{secret: "s3cr3t"}}
  def init(:stop), do: {:stop, :eaddrinuse}
  def init(:raise), do: raise("no currency set")
  def init(:exit), do: exit({:missing, :config})
  def init({:named, name}), do: Process.register(self(), name) && {:ok, nil}
  def init({:die_after, ms, reason}), do: Process.send_after(self(), {:die, reason}, ms) && {:ok, nil}

  @impl true
  def handle_info({:die, reason}, state), do: {:stop, reason, state}
  def handle_info(:raise, _state), do: raise("child broke")

  @impl true
  def handle_cast(:badmatch, state) do
    {:ok, _} = Map.get(state, :secret)
    {:noreply, state}
  end
end

defmodule Shop.Hanging do
  use GenServer
  def start_link(_), do: GenServer.start_link(__MODULE__, nil)
  @impl true
  def init(_) do
    Process.flag(:trap_exit, true)
    {:ok, nil}
  end

  @impl true
  def terminate(_, _), do: Process.sleep(1000)
end

defmodule Shop.Sup do
  use Supervisor
  def start_link({children, opts, name}), do: Supervisor.start_link(__MODULE__, {children, opts}, name)
  @impl true
  def init({:raw, value}), do: value
  def init({children, opts}), do: Supervisor.init(children, opts)
end

defmodule Shop.App do
  use Application
  @impl true
  def start(_type, {:children, children}), do: Supervisor.start_link(children, strategy: :one_for_one, name: Shop.TopSup)
  def start(_type, {:return, value}), do: value
  def start(_type, :raise), do: raise("no SHOP_SECRET in the environment")
  def start(_type, :exit), do: exit(:gave_up)
  def start(_type, :badmatch), do: {:ok, _} = File.read("/nonexistent/shop.conf")
end

child = fn id, arg, opts ->
  Map.merge(%{id: id, start: {Shop.Child, :start_link, [arg]}}, Map.new(opts))
end

start = fn children, opts -> Supervisor.start_link(children, Keyword.merge([strategy: :one_for_one], opts)) end

pid_of = fn sup, id -> sup |> Supervisor.which_children() |> List.keyfind(id, 0) |> elem(1) end

scenario(:child_raises, fn ->
  {:ok, sup} = start.([child.(:cart, :ok, [])], name: Shop.CartSup)
  send(pid_of.(sup, :cart), :raise)
  wait()
  Supervisor.stop(sup)
end)

scenario(:child_badmatch, fn ->
  {:ok, sup} = start.([child.({:cart, 7}, :ok, restart: :transient)], [])
  GenServer.cast(pid_of.(sup, {:cart, 7}), :badmatch)
  wait()
  Supervisor.stop(sup)
end)

scenario(:child_killed, fn ->
  {:ok, sup} = start.([child.(Shop.Cart, :ok, [])], name: Shop.KillSup)
  Process.exit(pid_of.(sup, Shop.Cart), :kill)
  wait()
  Supervisor.stop(sup)
end)

scenario(:child_exits_tuple, fn ->
  {:ok, sup} = start.([child.(:feed, :ok, shutdown: 1000)], name: Shop.FeedSup)
  send(pid_of.(sup, :feed), {:die, {:feed_down, %{host: "feed.example.com", retries: 3}}})
  wait()
  Supervisor.stop(sup)
end)

scenario(:permanent_child_normal, fn ->
  {:ok, sup} = start.([child.(:once, :ok, [])], [])
  send(pid_of.(sup, :once), {:die, :normal})
  wait()
  Supervisor.stop(sup)
end)

scenario(:temporary_child, fn ->
  {:ok, sup} = start.([child.(:once, :ok, restart: :temporary)], [])
  send(pid_of.(sup, :once), {:die, :lost})
  wait()
  Supervisor.stop(sup)
end)

scenario(:gives_up, fn ->
  {:ok, sup} = start.([child.(:loop, {:die_after, 5, :db_down}, [])], name: Shop.LoopSup, max_restarts: 2)
  gone(sup)
end)

scenario(:one_for_all, fn ->
  {:ok, sup} = start.([child.(:a, :ok, []), child.(:b, :ok, [])], strategy: :one_for_all, name: Shop.AllSup)
  send(pid_of.(sup, :a), :raise)
  wait()
  Supervisor.stop(sup)
end)

scenario(:one_for_all_gives_up, fn ->
  {:ok, sup} =
    start.([child.(:a, :ok, []), child.(:b, {:die_after, 5, {:lost, 1}}, [])], strategy: :one_for_all, max_restarts: 1)

  gone(sup)
end)

scenario(:nested_gives_up, fn ->
  inner = %{
    id: :inner,
    type: :supervisor,
    start:
      {Shop.Sup, :start_link, [{[child.(:loop, {:die_after, 5, :db_down}, [])], [strategy: :one_for_one, max_restarts: 1], [name: Shop.InnerSup]}]}
  }

  {:ok, sup} = start.([inner], name: Shop.OuterSup, max_restarts: 0)
  gone(sup)
end)

starts = fn name, children, opts -> scenario(name, fn -> start.(children, opts) end) end

starts.(:start_stop, [child.(:web, :stop, [])], name: Shop.WebSup)
starts.(:start_raise, [child.(:cart, :raise, [])], [])
starts.(:start_exit, [child.(:cart, :exit, [])], [])
starts.(:start_second_fails, [child.(:first, :ok, []), child.(:second, :stop, [])], [])
starts.(:start_nonsense, [%{id: :odd, start: {Shop.Child, :start_nonsense, [1]}}], [])
starts.(:start_function_raises, [%{id: :odd, start: {Shop.Child, :start_raise, [1]}}], [])
starts.(:start_undef, [%{id: :gone, start: {Shop.Removed, :start_link, []}}], [])
starts.(:start_already_started, [child.(:a, {:named, :shop_clock}, []), %{id: :b, start: {Agent, :start_link, [fn -> 1 end, [name: :shop_clock]]}}], [])
starts.(:duplicate_id, [child.(:a, :ok, []), child.(:a, :ok, [])], [])

scenario(:start_nested, fn ->
  inner = %{id: Shop.Inner, type: :supervisor, start: {Shop.Sup, :start_link, [{[child.(:db, :stop, [])], [strategy: :one_for_one], []}]}}
  start.([inner], name: Shop.NestSup)
end)

scenario(:bad_flags, fn -> Shop.Sup.start_link({:raw, {:ok, {%{strategy: :one_for_none}, []}}, []}) end)
scenario(:bad_spec, fn -> Shop.Sup.start_link({:raw, {:ok, {%{strategy: :one_for_one}, [:not_a_spec]}}, []}) end)
scenario(:bad_init, fn -> Shop.Sup.start_link({:raw, :nothing, []}) end)

scenario(:dynamic, fn ->
  {:ok, sup} = DynamicSupervisor.start_link(strategy: :one_for_one, name: Shop.Dynamic)
  {:ok, pid} = DynamicSupervisor.start_child(sup, child.(:x, :ok, []))
  send(pid, :raise)
  wait()
  DynamicSupervisor.stop(sup)
end)

scenario(:dynamic_gives_up, fn ->
  {:ok, sup} = DynamicSupervisor.start_link(strategy: :one_for_one, max_restarts: 1)
  DynamicSupervisor.start_child(sup, child.(:x, {:die_after, 5, :no_luck}, []))
  gone(sup)
end)

scenario(:dynamic_start_fails, fn ->
  {:ok, sup} = DynamicSupervisor.start_link(strategy: :one_for_one)
  DynamicSupervisor.start_child(sup, child.(:x, :raise, []))
  DynamicSupervisor.stop(sup)
end)

scenario(:restart_fails, fn ->
  table = :ets.new(:flags, [:public])
  begin = fn -> if :ets.insert_new(table, {:first}), do: %{}, else: raise("the second start fails") end
  spec = %{id: :flaky, start: {Agent, :start_link, [begin]}}
  {:ok, sup} = start.([spec], name: Shop.FlakySup, max_restarts: 1)
  Process.exit(pid_of.(sup, :flaky), :kill)
  gone(sup)
end)

scenario(:shutdown_too_slow, fn ->
  {:ok, sup} = start.([%{id: :hanging, start: {Shop.Hanging, :start_link, [1]}, shutdown: 20}], name: Shop.SlowSup)
  Supervisor.stop(sup)
end)

app = fn name, arg ->
  scenario(name, fn ->
    spec = [description: 'shop', vsn: '0.1.0', modules: [Shop.App], registered: [], applications: [:kernel, :stdlib], mod: {Shop.App, arg}]
    :ok = :application.load({:application, name, spec})
    Application.start(name, :temporary)
    wait(150)
    Application.stop(name)
    # Else a frame of Shop.App is printed with any of the applications that have this module.
    :ok = Application.unload(name)
  end)
end

app.(:app_child_stops, {:children, [child.(:web, :stop, [])]})
app.(:app_child_raises, {:children, [child.(:cart, :raise, [])]})
app.(:app_child_nested, {:children, [%{id: Shop.Inner, type: :supervisor, start: {Shop.Sup, :start_link, [{[child.(:db, :raise, [])], [strategy: :one_for_one], []}]}}]})
app.(:app_raises, :raise)
app.(:app_exits, :exit)
app.(:app_badmatch, :badmatch)
app.(:app_error, {:return, {:error, :no_license}})
app.(:app_nonsense, {:return, :started})

scenario(:app_gives_up, fn ->
  arg = {:children, [Map.put(child.(:loop, {:die_after, 5, :db_down}, []), :restart, :permanent)]}
  spec = [description: 'shop', vsn: '0.1.0', modules: [], registered: [], applications: [:kernel, :stdlib], mod: {Shop.App, arg}]
  :ok = :application.load({:application, :app_gives_up, spec})
  Application.start(:app_gives_up, :temporary)
  wait(150)
  :ok = Application.unload(:app_gives_up)
end)
