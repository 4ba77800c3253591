# What the bugs of bugs.exs are in. A line "# v2: code" is code in version 2 of the program, and a line that ends in
# "# v1" is left out there; "# v2 shift" becomes a few lines that move what follows.
defmodule Shop.Error do
  defexception [:code, :order]
  def message(e), do: "order #{e.order} was refused: #{e.code}"
end

defmodule Shop.User do
  defstruct [:id, :name]
end

defmodule Shop.Mail do
  # v2 shift
  def address(user), do: user.email
  # v2: def headers(user), do: [to: address(user)]

  def phone(user, which \\ :phone) do
    # v2: user = Map.put(user, :seen, true)
    Map.fetch!(user, which)
  end

  def greet(user) do
    "Dear " <> user.name <> " (" <> Integer.to_string(user.age + 1) <> ")"
  end

  def label(user), do: "to: #{user}"
end

defmodule Shop.Calc do
  # v2 shift
  def ratio(a, b) do
    a / b
  end

  # v2: def twice(list), do: Enum.map(list, fn x -> x * 2 end)
  def prices(list) do
    # v2: _ = Enum.map([1], fn x -> x + 1 end)
    Enum.map(list, fn item -> item.price * 2 end)
  end

  def parse(text), do: String.to_integer(text)
  def kind(text), do: {:ok, String.to_existing_atom(text)}

  def number(thing), do: :erlang.list_to_integer(thing) + :erlang.binary_to_integer(thing)

  def lookup(table, key) do
    [{_, v}] = :ets.lookup(table, key)
    v
  end

  def rate(n) when is_integer(n) and n > 0, do: 10 / n
  def discount(%{percent: p}), do: p

  def average(list), do: Enum.sum(list) / length(list)
end

defmodule Shop.Orders do
  # v2 shift
  def fetch(id, how \\ :id) do
    # v2: id = id
    case how do
      :id -> raise "order #{id} not found"
      :cart -> raise "cart #{id} is empty"
      :user -> raise "user #{id} not found"
      :twice when id > 0 -> raise "not found"
      :twice -> raise "not found"
    end
  end

  def pay(id, code), do: raise(Shop.Error, order: id, code: code)

  def save(result) do
    {:ok, order} = result
    order
  end

  def state(result) do
    case result do
      {:ok, x} when x < 10 -> x
      # v2: {:later, x} -> x
      :none -> 0
    end
  end

  def total_old(x), do: x.sum + 1 # v1
  # v2: def total_new(x), do: x.sum + 1

  def total(x) do
    total_old(x) # v1
    # v2: total_new(x)
  end

  def missing(:report, n), do: apply(Shop.Report, :rows, [n])
  def missing(:export, n), do: apply(Shop.Export, :rows, [n])
  def missing(:mail, n), do: apply(Shop.Mail, :send_all, [n, 1])

  def stock(n), do: :shop_stock.reserve(n, 3)

  def each(thing), do: Enum.each(thing, fn x -> x end)
  def refuse(x), do: throw({:refused, x})
  def leave(reason), do: exit(reason)
end

defmodule Shop.Client do
  # v2 shift
  def get(server, id), do: GenServer.call(server, {:get, id}, 20)

  def put(server, id, value) do
    # v2: value = [value]
    GenServer.call(server, {:put, id, value}, 25)
  end

  def fun(server, fun), do: GenServer.call(server, fun, 500)
end

defmodule Shop.Server do
  use GenServer

  def start(arg, opts \\ []), do: GenServer.start(__MODULE__, arg, opts)
  def start_link(arg, opts \\ []), do: GenServer.start_link(__MODULE__, arg, opts)

  # v2 shift
  @impl true
  def init({:raise, id}), do: raise("no feed for #{id}")
  def init({:stop, why}), do: {:stop, why}
  def init(arg), do: {:ok, arg}

  @impl true
  def handle_call({:get, ms}, _, s), do: {:reply, Process.sleep(ms), s}
  def handle_call({:put, ms, _}, _, s), do: {:reply, Process.sleep(ms), s}
  def handle_call({:answer, v}, _, _), do: v
  # v2: def handle_call(:ping, _, s), do: {:reply, :pong, s}
  def handle_call(fun, _, s) when is_function(fun), do: {:reply, fun.(), s}

  @impl true
  def handle_cast({:answer, v}, _), do: v
  def handle_cast({:stop, why}, s), do: {:stop, why, s}
  def handle_cast({:price, n}, s) when n > 0, do: {:noreply, s}

  @impl true
  def handle_info({:answer, v}, _), do: v
  def handle_info(:tick, s), do: {:noreply, Shop.Calc.ratio(s.n, 0)}
end

defmodule Shop.Other do
  use GenServer
  def start(arg, opts \\ []), do: GenServer.start(__MODULE__, arg, opts)
  # v2 shift
  @impl true
  def init(arg), do: {:ok, arg}
  @impl true
  def handle_call(fun, _, s), do: {:reply, fun.(), s}
  @impl true
  def handle_cast({:answer, v}, _), do: v
end

defmodule Shop.Sup do
  use Supervisor
  def start(children), do: Supervisor.start_link(__MODULE__, children)
  # v2 shift
  @impl true
  def init(children), do: Supervisor.init(children, strategy: :one_for_one, max_restarts: 0)
end
