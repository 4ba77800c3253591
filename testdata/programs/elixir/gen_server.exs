# GenServers that fail in each callback, in each way in which code can fail.
import Corpus

defmodule Shop.Item do
  defstruct [:sku, price: 0, tags: []]
end

defmodule Shop.OutOfStock do
  defexception [:sku, :message]

  @impl true
  def exception(opts) do
    sku = Keyword.fetch!(opts, :sku)
    %__MODULE__{sku: sku, message: "no more of #{sku}"}
  end
end

defmodule Shop.Pricing do
  def quote(%Shop.Item{price: price}, :retail), do: price
  def half(price) when is_integer(price), do: div(price, 2)
  def ratio(a, b), do: a / b
  def wrap(value), do: {:error, value}

  def tried(value) do
    wrap(value)
  rescue
    ArgumentError -> 0
  else
    {:ok, price} -> price
  end
end

defmodule Shop.Cart do
  use GenServer

  def start(arg, opts \\ []), do: GenServer.start(__MODULE__, arg, opts)
  def start_link(arg, opts \\ []), do: GenServer.start_link(__MODULE__, arg, opts)

  @impl true
  def init({:run, fun}) do
    fun.()
  end

  def init({:continue, fun}), do: {:ok, state(), {:continue, fun}}
  def init(_), do: {:ok, state()}

  defp state, do: %{items: [%Shop.Item{sku: "A-1", price: 250}], owner: "ada"}

  @impl true
  def handle_call(:raise, _from, _state), do: raise("price feed is down")
  def handle_call(:multiline, _from, _state), do: raise("two things went wrong:\n\n  * the feed is down\n  * the cache is cold\n\ngiving up")
  def handle_call(:custom, _from, _state), do: raise(Shop.OutOfStock, sku: "A-1")
  def handle_call(:throw, _from, _state), do: throw({:gave_up, 3})
  def handle_call(:exit, _from, _state), do: exit(:feed_down)
  def handle_call(:exit_tuple, _from, _state), do: exit({:feed_down, %{retries: 3}})
  def handle_call(:bad_return, _from, state), do: {:ok, state}
  def handle_call(:function_clause, _from, state), do: {:reply, Shop.Pricing.quote(nil, :retail), state}
  def handle_call(:badmatch, _from, state) do
    {:ok, price} = Shop.Pricing.wrap(:not_found)
    {:reply, price, state}
  end

  def handle_call({:case, kind}, _from, state) do
    reply =
      case kind do
        :retail -> 1
        :trade -> 2
      end

    {:reply, reply, state}
  end

  def handle_call({:cond, n}, _from, state) do
    reply =
      cond do
        n > 10 -> :many
        n > 5 -> :some
      end

    {:reply, reply, state}
  end

  def handle_call(:with, _from, state) do
    reply =
      with {:ok, price} <- Shop.Pricing.wrap(:closed) do
        price
      else
        {:error, :not_found} -> 0
      end

    {:reply, reply, state}
  end

  def handle_call(:try, _from, state), do: {:reply, Shop.Pricing.tried(:late), state}
  def handle_call({:badarg, text}, _from, state), do: {:reply, String.to_integer(text), state}
  def handle_call(:ets, _from, state), do: {:reply, :ets.lookup(:prices, "A-1"), state}
  def handle_call(:ets_twice, _from, state) do
    :ets.new(:stock, [:named_table])
    :ets.new(:stock, [:named_table])
    {:reply, :ok, state}
  end

  def handle_call(:send_unknown, _from, state) do
    send(:nobody_here, :hello)
    {:reply, :ok, state}
  end

  def handle_call({:atom, text}, _from, state), do: {:reply, String.to_existing_atom(text), state}
  def handle_call(:argument, _from, _state), do: raise(ArgumentError, "price must not be negative")
  def handle_call({:ratio, a, b}, _from, state), do: {:reply, Shop.Pricing.ratio(a, b), state}
  def handle_call({:half, price}, _from, state), do: {:reply, price + Shop.Pricing.half(4), state}
  def handle_call({:apply, m, f, a}, _from, state), do: {:reply, apply(m, f, a), state}
  def handle_call({:field, map}, _from, state), do: {:reply, map.price, state}
  def handle_call({:fetch, map, key}, _from, state), do: {:reply, Map.fetch!(map, key), state}
  def handle_call({:update, map}, _from, state), do: {:reply, %{map | price: 1}, state}
  def handle_call({:badfun, fun}, _from, state), do: {:reply, fun.(1), state}
  def handle_call({:badarity, fun}, _from, state), do: {:reply, fun.(1, 2), state}
  def handle_call({:badmap, value}, _from, state), do: {:reply, Map.keys(value), state}
  def handle_call({:badbool, value}, _from, state), do: {:reply, value and state.owner == "ada", state}
  def handle_call({:each, value}, _from, state), do: {:reply, Enum.map(value, & &1), state}
  def handle_call({:string, value}, _from, state), do: {:reply, "#{value}", state}
  def handle_call({:access, struct}, _from, state), do: {:reply, struct[:sku], state}
  def handle_call(:env, _from, state), do: {:reply, Application.fetch_env!(:shop, :currency), state}
  def handle_call(:system_env, _from, state), do: {:reply, System.fetch_env!("SHOP_CURRENCY"), state}
  def handle_call(:file, _from, state), do: {:reply, File.read!("/nonexistent/prices.csv"), state}
  def handle_call(:empty, _from, state), do: {:reply, Enum.max([]), state}
  def handle_call(:erlang_error, _from, _state), do: :erlang.error({:shelf_broken, 7})
  def handle_call(:self, _from, state), do: {:reply, GenServer.call(self(), :again), state}
  def handle_call(:anonymous, _from, state), do: {:reply, Enum.map([1, 0], fn n -> div(10, n) end), state}
  def handle_call({:comprehension, list}, _from, state), do: {:reply, for(n <- list, do: n * 2), state}
  def handle_call(:stop, _from, state), do: {:stop, :stock_lost, :bye, state}
  def handle_call(:stop_shutdown, _from, state), do: {:stop, {:shutdown, :done}, :bye, state}
  def handle_call(:ping, _from, state), do: {:reply, :pong, state}
  def handle_call({:timer, ms}, _from, state) do
    receive do
    after
      ms -> {:reply, :ok, state}
    end
  end

  @impl true
  def handle_cast(:raise, _state), do: raise("cast went wrong")
  def handle_cast(:throw, _state), do: throw(:thrown)
  def handle_cast(:exit, _state), do: exit(:cast_exit)
  def handle_cast(:bad_return, _state), do: :ok
  def handle_cast({:price, price}, state) when price > 0, do: {:noreply, Map.put(state, :price, price)}

  @impl true
  def handle_info(:raise, _state), do: raise("tick failed")
  def handle_info(:throw, _state), do: throw({:noreply_nothing, 1})
  def handle_info(:exit, _state), do: exit({:tick, :failed})
  def handle_info(:bad_return, state), do: {:reply, :ok, state}
  def handle_info({:tick, n}, state) when is_integer(n), do: {:noreply, state}

  @impl true
  def handle_continue({:raise, text}, _state), do: raise(text)
  def handle_continue(:bad_return, _state), do: {:ok, :loaded}
  def handle_continue(:exit, _state), do: exit(:no_feed)

  @impl true
  def terminate(:stock_lost, %{owner: "eve"}), do: raise("cannot even stop")
  def terminate(_, _), do: :ok
end

defmodule Shop.Silent do
  use GenServer
  def start(arg), do: GenServer.start(__MODULE__, arg)
  @impl true
  def init(arg), do: {:ok, arg}
end

defmodule Shop.Stubborn do
  use GenServer
  def start, do: GenServer.start(__MODULE__, nil)
  @impl true
  def init(_), do: {:ok, nil}
  @impl true
  def handle_cast(:stop, state), do: {:stop, :normal, state}
  @impl true
  def terminate(_, _), do: raise("could not flush")
end

call = fn name, request ->
  scenario(name, fn ->
    {:ok, pid} = Shop.Cart.start(nil)
    GenServer.call(pid, request, 1000)
  end)
end

call.(:call_raise, :raise)
call.(:call_multiline, :multiline)
call.(:call_custom_exception, :custom)
call.(:call_throw, :throw)
call.(:call_exit, :exit)
call.(:call_exit_tuple, :exit_tuple)
call.(:call_bad_return, :bad_return)
call.(:call_function_clause, :function_clause)
call.(:call_badmatch, :badmatch)
call.(:call_case, {:case, :wholesale})
call.(:call_cond, {:cond, 1})
call.(:call_with, :with)
call.(:call_try, :try)
call.(:call_badarg, {:badarg, "12 €"})
call.(:call_ets_missing, :ets)
call.(:call_ets_exists, :ets_twice)
call.(:call_send_unknown, :send_unknown)
call.(:call_existing_atom, {:atom, "no_such_atom_at_all"})
call.(:call_argument_error, :argument)
call.(:call_badarith_zero, {:ratio, 1, 0})
call.(:call_badarith_type, {:half, "250"})
call.(:call_undef_module, {:apply, Shop.Missing, :run, [1, "two"]})
call.(:call_undef_function, {:apply, Shop.Pricing, :quota, []})
call.(:call_nil_receiver, {:apply, nil, :price, []})
call.(:call_library_clause, {:apply, List, :first, [:not_a_list, 0]})
call.(:call_key_map, {:field, %{sku: "A-1"}})
call.(:call_key_nil, {:field, nil})
call.(:call_key_struct, {:fetch, struct(Shop.Item, sku: "A-1"), :colour})
call.(:call_key_fetch, {:fetch, %{"sku" => "A-1"}, "colour"})
call.(:call_key_update, {:update, %{sku: "A-1"}})
call.(:call_badfun, {:badfun, :not_a_fun})
call.(:call_badarity, {:badarity, &Shop.Pricing.half/1})
call.(:call_badmap, {:badmap, [price: 2]})
call.(:call_badbool, {:badbool, "true"})
call.(:call_enumerable, {:each, 5})
call.(:call_string_chars, {:string, {:a, 1}})
call.(:call_access, {:access, struct(Shop.Item, sku: "A-1")})
call.(:call_app_env, :env)
call.(:call_system_env, :system_env)
call.(:call_file, :file)
call.(:call_enum_empty, :empty)
call.(:call_erlang_error, :erlang_error)
call.(:call_self, :self)
call.(:call_anonymous, :anonymous)
call.(:call_comprehension, {:comprehension, [2, :two]})
call.(:call_stop, :stop)
call.(:call_stop_shutdown, :stop_shutdown)
call.(:call_timeout_value, {:timer, -5})
call.(:call_no_clause, {:unknown, struct(Shop.Item, sku: "B-2")})

scenario(:call_not_implemented, fn ->
  {:ok, pid} = Shop.Silent.start(%{hits: 0})
  GenServer.call(pid, :hits)
end)

scenario(:cast_not_implemented, fn ->
  {:ok, pid} = Shop.Silent.start(%{hits: 0})
  GenServer.cast(pid, {:hit, 1})
  gone(pid)
end)

scenario(:info_not_implemented, fn ->
  {:ok, pid} = Shop.Silent.start(%{hits: 0})
  send(pid, {:surprise, 1})
  wait()
end)

cast = fn name, request ->
  scenario(name, fn ->
    {:ok, pid} = Shop.Cart.start(nil)
    GenServer.cast(pid, request)
    gone(pid)
  end)
end

cast.(:cast_raise, :raise)
cast.(:cast_throw, :throw)
cast.(:cast_exit, :exit)
cast.(:cast_bad_return, :bad_return)
cast.(:cast_no_clause, {:price, -1})

info = fn name, message ->
  scenario(name, fn ->
    {:ok, pid} = Shop.Cart.start(nil)
    send(pid, message)
    gone(pid)
  end)
end

info.(:info_raise, :raise)
info.(:info_throw, :throw)
info.(:info_exit, :exit)
info.(:info_bad_return, :bad_return)
info.(:info_no_clause, {:tick, "one"})

continue = fn name, what ->
  scenario(name, fn ->
    {:ok, pid} = Shop.Cart.start({:continue, what})
    gone(pid)
  end)
end

continue.(:continue_raise, {:raise, "could not warm up"})
continue.(:continue_exit, :exit)
continue.(:continue_bad_return, :bad_return)

init = fn name, fun -> scenario(name, fn -> Shop.Cart.start_link({:run, fun}) end) end

init.(:init_raise, fn -> raise "no currency set" end)
init.(:init_throw, fn -> throw(:not_today) end)
init.(:init_exit, fn -> exit(:no_config) end)
init.(:init_stop, fn -> {:stop, :econnrefused} end)
init.(:init_bad_return, fn -> {:okay, %{}} end)
init.(:init_badmatch, fn -> {:ok, _} = Shop.Pricing.wrap(:enoent) end)
init.(:init_ignore, fn -> :ignore end)

scenario(:init_timeout, fn ->
  Shop.Cart.start_link({:run, fn -> Process.sleep(500) end}, timeout: 30)
end)

scenario(:terminate_raise, fn ->
  {:ok, pid} = Shop.Stubborn.start()
  GenServer.cast(pid, :stop)
  gone(pid)
end)
