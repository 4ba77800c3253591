# A shop whose price list has a hole: the ledger raises on it, the checkout that
# called it dies with it, and the supervisor gives up. Writes what README.md shows.
Logger.configure(level: :info)
Logger.configure_backend(:console, format: "$date $time [$level] $message\n", colors: [enabled: false])

defmodule Shop.Ledger do
  use GenServer
  def start_link(prices), do: GenServer.start_link(__MODULE__, prices, name: __MODULE__)
  def total(items), do: GenServer.call(__MODULE__, {:total, items})

  @impl true
  def init(prices), do: {:ok, prices}

  @impl true
  def handle_call({:total, items}, _from, prices) do
    {:reply, items |> Enum.map(&price(prices, &1)) |> Enum.sum(), prices}
  end

  defp price(prices, item), do: prices[item].cents
end

defmodule Shop.Checkout do
  use GenServer
  def start_link(_), do: GenServer.start_link(__MODULE__, %{card: "4242 4242 4242 4242", orders: 0}, name: __MODULE__)
  def order(items), do: GenServer.cast(__MODULE__, {:order, items})

  @impl true
  def init(state), do: {:ok, state}

  @impl true
  def handle_cast({:order, items}, state) do
    Shop.Ledger.total(items)
    {:noreply, %{state | orders: state.orders + 1}}
  end
end

require Logger
{:ok, sup} =
  Supervisor.start_link([{Shop.Ledger, %{tea: %{cents: 350}}}, Shop.Checkout],
    strategy: :one_for_one, name: Shop.Supervisor)
Process.unlink(sup)
Logger.info("Running Shop.Endpoint at 127.0.0.1:4000 (http)")
Process.monitor(sup)
for n <- 1..4 do
  Logger.info("POST /orders/#{n}")
  Shop.Checkout.order([:tea, :scone])
  Process.sleep(150)
end
receive do
  {:DOWN, _, _, _, _} -> :ok
after
  500 -> :ok
end
Logger.flush()
