# Every kind of term as an exit reason, a last message and a state.
import Corpus

defmodule Shop.User do
  defstruct [:name, :email, roles: []]
end

defmodule Shop.Opaque do
  defstruct [:secret]
  defimpl Inspect do
    def inspect(_, _), do: "#Shop.Opaque<a > b, \"c\">"
  end
end

defmodule Shop.Broken do
  defstruct [:x]
  defimpl Inspect do
    def inspect(_, _), do: raise("cannot inspect\n\nthis")
  end
end

defmodule Shop.Holder do
  use GenServer
  def start(state), do: GenServer.start(__MODULE__, state)
  @impl true
  def init(state), do: {:ok, state}
  @impl true
  def handle_cast({:exit, reason}, _state), do: exit(reason)
  def handle_cast({:match, value}, state) do
    :expected = value
    {:noreply, state}
  end
  def handle_cast({:raise, text}, _state), do: raise(text)
end

values = [
  integers: [0, -5, 1_000_000, 123_456_789_012_345_678_901_234_567_890],
  floats: [1.0, -0.5, 1.0e100, 1.5e-10],
  atoms: [:ok, nil, true, :"a b", :"Elixir.lower", Shop.User, :é, :"with\"quote", :a?, :b!, :+, :"1a", :"", :"$gen_cast"],
  strings: ["plain", "quote \" and \\", "line\nbreak\ttab", "Ёлка 在庫 🛒", "", "\#{not}", <<0, 255, 128>>, <<5::3>>, <<1, 2, 3::5>>],
  charlists: ['abc', 'quote \' it', [104, 105, 0], 'é'],
  lists: [[], [1 | 2], [a: 1, b: [c: 2]], [{:a, 1}, 2], [1, [2, [3]]], ["x": 1, "y z": 2]],
  tuples: [{}, {:a}, {1, {2, {3}}}, {:error, {:badmatch, :x}}],
  maps: [%{}, %{a: 1, b: %{"k" => [1]}}, %{1 => 2, {:k} => "v"}, %{"a b": 1, c: :d}],
  structs: [%{__struct__: Shop.User, name: "Ada", email: "ada@example.com", roles: [:admin]}, %{__struct__: NoSuch.Module, a: 1}, 1..5, 1..10//3, %{__struct__: Shop.Opaque, secret: "x"}],
  sigils: [~D[2026-03-20], ~T[12:00:00.123], ~N[2026-03-20 12:00:00], ~U[2026-03-20 12:00:00Z], ~r/a(b|c)\/d/iu, MapSet.new([1, 2]), Version.parse!("1.2.3")],
  identifiers: [self(), &String.upcase/1, &Shop.User.__struct__/0, fn x -> x end, make_ref(), hd(Port.list())],
  delimiters: ["a), b(", "]}>>", "\"", "** (exit) no", "Last message: none", "State: %{a: [1, 2", {:"a)", :"b}"}],
  levels: ["[error] x", "12:00:00.000 [error] GenServer x terminating", "\n12:00:00.000 [error] not a record"]
]

for {name, list} <- values do
  for {how, tag} <- [exit: "reason", match: "value"] do
    scenario(:"#{tag}_#{name}", fn ->
      {:ok, pid} = Shop.Holder.start(%{held: list})
      GenServer.cast(pid, {how, {:odd, list}})
      gone(pid)
    end)
  end
end

scenario(:state_huge_list, fn ->
  {:ok, pid} = Shop.Holder.start(Enum.map(1..2000, &{&1, "item #{&1}"}))
  GenServer.cast(pid, {:exit, :huge})
  gone(pid)
end)

scenario(:state_huge_text, fn ->
  {:ok, pid} = Shop.Holder.start(%{text: String.duplicate("long (and [nested] \"quoted\") ", 400)})
  GenServer.cast(pid, {:raise, "huge text"})
  gone(pid)
end)

scenario(:state_deep, fn ->
  {:ok, pid} = Shop.Holder.start(Enum.reduce(1..300, :bottom, &{&1, [&2]}))
  GenServer.cast(pid, {:match, :deep})
  gone(pid)
end)

scenario(:message_huge, fn ->
  {:ok, pid} = Shop.Holder.start(%{})
  GenServer.cast(pid, {:raise, "short", String.duplicate("x", 9000)})
  gone(pid)
end)

scenario(:state_broken_inspect, fn ->
  {:ok, pid} = Shop.Holder.start(%{broken: %{__struct__: Shop.Broken, x: 1}})
  GenServer.cast(pid, {:exit, :with_broken_state})
  gone(pid)
end)

scenario(:message_with_banner, fn ->
  {:ok, pid} = Shop.Holder.start(%{})
  GenServer.cast(pid, {:raise, "first line\n** (RuntimeError) not the banner\n    lib/not_a_frame\nLast message: :no\nState: :no"})
  gone(pid)
end)

scenario(:message_blank_lines, fn ->
  {:ok, pid} = Shop.Holder.start(%{})
  GenServer.cast(pid, {:raise, "\n\nstarts and ends blank\n\n"})
  gone(pid)
end)

scenario(:message_unicode, fn ->
  {:ok, pid} = Shop.Holder.start(%{})
  GenServer.cast(pid, {:raise, "склад «Ёлка» не отвечает — 在庫切れ 🛒"})
  gone(pid)
end)

scenario(:message_empty, fn ->
  {:ok, pid} = Shop.Holder.start(%{})
  GenServer.cast(pid, {:raise, ""})
  gone(pid)
end)
