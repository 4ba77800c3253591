# Writes the logs of the directory above: elixir -r lib/my_app/cache.ex crash.exs NAME
opts = [user: "jane.doe@example.com", password: "tulip-Garden-77", hits: 3]
run = fn f -> try do f.() catch _, _ -> :ok end end
case System.argv() do
  ["bad_return"] ->
    {:ok, pid} = GenServer.start(MyApp.Cache, opts, name: MyApp.Cache)
    run.(fn -> GenServer.call(pid, {:fetch, :missing}) end)

  ["function_clause"] ->
    list = for i <- 1..400, do: %{id: i, name: "item #{i}", note: String.duplicate("lorem ipsum ", 6)}
    {:ok, pid} = GenServer.start(MyApp.Cache, [items: list] ++ opts, name: MyApp.Cache)
    GenServer.cast(pid, {:put, :not_a_string, 1})

  ["supervised"] ->
    Process.flag(:trap_exit, true)
    {:ok, _} = Supervisor.start_link([{MyApp.Cache, opts}], strategy: :one_for_one, name: MyApp.Supervisor, max_restarts: 2)
    for _ <- 1..3 do
      run.(fn -> GenServer.call(MyApp.Cache, {:rate, 1, 0}) end)
      Process.sleep(100)
    end
end
Process.sleep(300)
