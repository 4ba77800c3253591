defmodule MyApp.Cache do
  @moduledoc "Holds what the shop looked up."
  use GenServer

  def start_link(opts), do: GenServer.start_link(__MODULE__, opts, name: __MODULE__)

  @impl true
  def init(opts), do: {:ok, Map.new(opts)}

  @impl true
  def handle_call({:fetch, key}, _from, state) do
    case Map.fetch(state, key) do
      {:ok, value} -> {:reply, value, state}
      :error -> {:error, :not_found}
    end
  end

  def handle_call({:rate, a, b}, _from, state) do
    {:reply, ratio(a, b), state}
  end

  @impl true
  def handle_cast({:put, key, value}, state) when is_binary(key) do
    {:noreply, Map.put(state, key, value)}
  end

  defp ratio(a, b) do
    a / b
  end
end
