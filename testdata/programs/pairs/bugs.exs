# Each bug happens twice in a run, with other processes, ids and arguments, and the program runs in two versions.
# "##### name" stands in the log before each time.
require Logger

Application.stop(:logger)
sasl = System.get_env("PAIRS_SASL") == "true"
Application.put_env(:logger, :handle_sasl_reports, sasl)
Application.put_env(:logger, :utc_log, true)
Application.put_env(:logger, :level, :info)
Application.put_env(:logger, :console, colors: [enabled: false])

if file = System.get_env("PAIRS_OTP") do
  :ok =
    :logger.add_handler(:otp, :logger_std_h, %{
      config: %{file: String.to_charlist(file)},
      formatter: {:logger_formatter, %{single_line: false, legacy_header: false, time_offset: 'Z'}}
    })
end

Application.start(:logger)

if dir = System.get_env("PAIRS_LAGER") do
  :code.add_pathsz(Path.wildcard("/usr/lib/erlang/lib/{lager,goldrush}-*/ebin") |> Enum.map(&String.to_charlist/1))
  Application.load(:lager)
  for {k, v} <- [crash_log: false, error_logger_hwm: :undefined, log_root: String.to_charlist(dir),
                 handlers: [lager_file_backend: [file: 'lager.log', level: :notice]]], do: Application.put_env(:lager, k, v)
  {:ok, _} = Application.ensure_all_started(:lager)
end

mark = fn text ->
  Logger.notice(text)
  if System.get_env("PAIRS_LAGER"), do: apply(:lager, :log, [:notice, self(), String.to_charlist(text)])
end

# What has been lived through before shifts pids, references and numbers.
for _ <- 1..String.to_integer(System.get_env("PAIRS_AGE")), do: spawn(fn -> make_ref() end)

quiet = fn fun -> try do fun.() catch _, _ -> :ok end end

# f runs inside a server, a Task or a bare process.
in_server = fn mod, f -> {:ok, pid} = mod.start(%{n: 1}); quiet.(fn -> GenServer.call(pid, f, 500) end) end
server = fn f -> in_server.(Shop.Server, f) end
task = fn f -> Task.start(f) end
ask = fn what, n -> {:ok, pid} = Shop.Server.start(n); quiet.(fn -> GenServer.call(pid, what) end) end
tell = fn mod, what, n -> {:ok, pid} = mod.start(n); GenServer.cast(pid, what) end
stock = fn what -> {:ok, pid} = :shop_stock.start(); quiet.(fn -> :gen_server.call(pid, what) end) end
slow = fn name -> {:ok, pid} = Shop.Server.start(1, name: name); pid end

bugs = [
  email_key: fn n -> server.(fn -> Shop.Mail.address(%{id: n}) end) end,
  phone_key: fn n -> server.(fn -> Shop.Mail.phone(%{id: n}) end) end,
  fax_key: fn n -> server.(fn -> Shop.Mail.phone(%{id: n}, :fax) end) end,
  string_key: fn n -> server.(fn -> Shop.Mail.phone(%{id: n}, "field_#{n}") end) end,
  email_of_nil: fn _ -> server.(fn -> Shop.Mail.address(nil) end) end,
  greet_no_name: fn n -> server.(fn -> Shop.Mail.greet(%{age: n}) end) end,
  greet_age: fn n -> server.(fn -> Shop.Mail.greet(%{name: "user#{n}", age: "#{n}"}) end) end,
  label: fn n -> server.(fn -> Shop.Mail.label(%Shop.User{id: n}) end) end,
  label_tuple: fn n -> server.(fn -> Shop.Mail.label({:user, n}) end) end,
  ratio: fn n -> server.(fn -> Shop.Calc.ratio(n, 0) end) end,
  ratio_elsewhere: {:ratio, fn n -> in_server.(Shop.Other, fn -> Shop.Calc.ratio(n, 0) end) end},
  ratio_in_task: {:ratio, fn n -> task.(fn -> Shop.Calc.ratio(n, 0) end) end},
  ratio_seen_by_caller: {:ratio, fn n ->
    {:ok, pid} = Shop.Server.start(n)
    task.(fn -> Shop.Client.fun(pid, fn -> Shop.Calc.ratio(n, 0) end) end)
  end},
  prices: fn n -> server.(fn -> Shop.Calc.prices([%{price: n}, %{cost: n}]) end) end,
  parse: fn n -> server.(fn -> Shop.Calc.parse("x#{n}") end) end,
  parse_in_task: {:parse, fn n -> task.(fn -> Shop.Calc.parse("y#{n}") end) end},
  existing_atom: fn n -> server.(fn -> Shop.Calc.kind("no_such_kind_#{n}") end) end,
  list_number: fn n -> server.(fn -> Shop.Calc.number("x#{n}") end) end,
  binary_number: fn n -> server.(fn -> Shop.Calc.number('#{n}') end) end,
  table_prices: fn n -> server.(fn -> Shop.Calc.lookup(:prices, n) end) end,
  table_stock: fn n -> server.(fn -> Shop.Calc.lookup(:stock, n) end) end,
  rate: fn n -> server.(fn -> Shop.Calc.rate(-n) end) end,
  discount: fn n -> server.(fn -> Shop.Calc.discount(%{percentage: n}) end) end,
  average: fn _ -> server.(fn -> Shop.Calc.average([]) end) end,
  no_order: fn n -> server.(fn -> Shop.Orders.fetch(n) end) end,
  no_cart: fn n -> server.(fn -> Shop.Orders.fetch(n, :cart) end) end,
  no_user: fn n -> server.(fn -> Shop.Orders.fetch(Enum.at(["bob", "ann"], rem(n, 2)), :user) end) end,
  not_found_here: fn n -> server.(fn -> Shop.Orders.fetch(n, :twice) end) end,
  not_found_there: fn n -> server.(fn -> Shop.Orders.fetch(-n, :twice) end) end,
  refused_card: fn n -> server.(fn -> Shop.Orders.pay(n, :card) end) end,
  refused_limit: fn n -> server.(fn -> Shop.Orders.pay(n, :limit) end) end,
  save_error: fn _ -> server.(fn -> Shop.Orders.save({:error, :timeout}) end) end,
  save_nil: fn _ -> server.(fn -> Shop.Orders.save(nil) end) end,
  save_changes: fn n -> server.(fn -> Shop.Orders.save({:error, %Shop.User{id: n}}) end) end,
  state_big: fn n -> server.(fn -> Shop.Orders.state({:ok, n + 100}) end) end,
  state_error: fn n -> server.(fn -> Shop.Orders.state({:error, "e#{n}"}) end) end,
  renamed_function: fn n -> server.(fn -> Shop.Orders.total(%{amount: n}) end) end,
  no_report: fn n -> server.(fn -> Shop.Orders.missing(:report, n) end) end,
  no_export: fn n -> server.(fn -> Shop.Orders.missing(:export, n) end) end,
  no_send_all: fn n -> server.(fn -> Shop.Orders.missing(:mail, n) end) end,
  erlang_clause: fn n -> server.(fn -> Shop.Orders.stock(n + 5) end) end,
  each_number: fn n -> server.(fn -> Shop.Orders.each(n) end) end,
  each_atom: fn n -> server.(fn -> Shop.Orders.each(:"item_#{n}") end) end,
  thrown: fn n -> task.(fn -> Shop.Orders.refuse(n) end) end,
  exit_code: fn n -> task.(fn -> Shop.Orders.leave({:feed_down, n}) end) end,
  exit_other_code: fn n -> task.(fn -> Shop.Orders.leave({:feed_slow, n}) end) end,
  get_times_out: fn n -> s = slow.(:prices); task.(fn -> Shop.Client.get(:prices, 100 + n) end); Process.sleep(60); Process.exit(s, :kill) end,
  put_times_out: fn n -> s = slow.(:prices); task.(fn -> Shop.Client.put(:prices, 100 + n, n) end); Process.sleep(60); Process.exit(s, :kill) end,
  get_stock_times_out: fn n -> s = slow.(:stock); task.(fn -> Shop.Client.get(:stock, 100 + n) end); Process.sleep(60); Process.exit(s, :kill) end,
  get_worker_times_out: fn n -> name = :"worker_#{n}"; s = slow.(name); task.(fn -> Shop.Client.get(name, 100 + n) end); Process.sleep(60); Process.exit(s, :kill) end,
  get_nobody: fn n -> task.(fn -> Shop.Client.get(Shop.Nobody, n) end) end,
  get_noone: fn n -> task.(fn -> Shop.Client.get(Shop.Noone, n) end) end,
  call_answers_ok: fn n -> ask.({:answer, {:ok, %{id: n}}}, n) end,
  call_answers_error: fn n -> ask.({:answer, {:error, "e#{n}"}}, n) end,
  cast_answers_ok: fn n -> tell.(Shop.Server, {:answer, {:ok, %{id: n}}}, n) end,
  other_answers_ok: fn n -> tell.(Shop.Other, {:answer, {:ok, %{id: n}}}, n) end,
  info_answers_ok: fn n -> {:ok, pid} = Shop.Server.start(n); send(pid, {:answer, {:ok, %{id: n}}}) end,
  cast_no_clause: fn n -> tell.(Shop.Server, {:price, -n}, n) end,
  stops_with_code: fn n -> tell.(Shop.Server, {:stop, {:quota, n}}, n) end,
  init_raises: fn n -> quiet.(fn -> Shop.Server.start({:raise, n}) end) end,
  linked_init_raises: {:init_raises, fn n -> quiet.(fn -> Shop.Sup.start([%{id: :feed, start: {Shop.Server, :start_link, [{:raise, n}]}}]) end) end},
  bare_process: {:no_cart, fn n -> spawn(fn -> Shop.Orders.fetch(n, :cart) end) end},
  erlang_badmatch: fn n -> {:ok, pid} = :shop_stock.start(); :gen_server.cast(pid, {:drop, {:error, n}}) end,
  erlang_badmatch_nil: fn _ -> {:ok, pid} = :shop_stock.start(); :gen_server.cast(pid, {:drop, nil}) end,
  erlang_count: fn n -> stock.({:count, [n, n, n]}) end,
  erlang_length: fn n -> stock.({:count, [n, n]}) end,
  erlang_odd: fn _ -> stock.(:odd) end,
  erlang_times_out: fn n -> s = slow.(:prices); stock.({:ask, :prices, 100 + n}); Process.sleep(60); Process.exit(s, :kill) end,
  erlang_process: {:erlang_clause, fn n -> :shop_stock.later(fn -> :shop_stock.reserve(n + 5, 1) end) end},
  erlang_process_exits: fn n -> :shop_stock.later(fn -> exit({:depot, n}) end) end
]

first = String.to_integer(System.get_env("PAIRS_FIRST"))

for time <- 0..1, {name, what} <- bugs do
  {bug, fun} = if is_tuple(what), do: what, else: {name, what}
  Logger.flush()
  mark.("##### #{bug} #{name}")
  {_, ref} = spawn_monitor(fn -> Process.flag(:trap_exit, true); quiet.(fn -> fun.(first + time * 14) end) end)
  receive do {:DOWN, ^ref, _, _, _} -> Process.sleep(30) end
end

Logger.flush()
Process.sleep(200)
