defmodule Vault.Conn do
  defstruct [:host, :password, :opts]
end
defmodule Bank.Auth do
  use GenServer
  def init(s), do: {:ok, s}
  def handle_call({:ping, n}, _f, s) when n > 100, do: {:reply, n, s}
  def handle_call(:bad, _f, _s), do: {:error, "refresh with tok_9f8e7d6c5b4a3 failed"}
  def handle_cast(:raise, s), do: raise "cannot connect to postgres://shop:Pg-s3cr3t-77@db.internal:5432/shop as ops@bank.example"
  def handle_cast({:login, _u, _p}, s), do: (nil + 1; {:noreply, s})
  def login("root", "never"), do: :ok
  def handle_info(:call, s), do: (login("bob", "hunter2-planted!"); {:noreply, s})
end
defmodule P do
  def state do
    %{
      "api_key" => "AKx99-plain-key-value",
      password: "correct-horse-battery-9",
      conn: %Vault.Conn{host: "db1", password: 'charlist-pass-42', opts: [secret_key_base: String.duplicate("Zz8", 22), pool: 5]},
      headers: [{"authorization", "Bearer abc.DEF123.ghi-xyz"}, {"accept", "text/html"}, {"cookie", "_app_key=SFMyNTY.g3QAAAABbQAAAAtfY3NyZg.Wk1abcDEF; theme=dark"}],
      jwt: "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NSJ9.c2lnbmF0dXJlLXBsYW50ZWQ",
      hash: "$2b$12$abcdefghijklmnopqrstuuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
      raw_token: <<0, 1, 2>> <> "PLANTEDBYTES42",
      peer: {{10, 1, 2, 3}, 4711},
      remote_ip: {192, 168, 7, 9},
      loop: {127, 0, 0, 1},
      time: {12, 30, 10, 1},
      ref: make_ref(),
      pid: self(),
      session_id: "sess-0a1b2c3d4e",
      token_expires_at: 1700000000,
      max_tokens: 8000,
      url: "https://user:pa55w0rd-url@api.example.com/v1?access_token=qwerty-token-1&page=2",
      card: "4111 1111 1111 1111",
      email: "jane.doe@example.com",
      phone: "+1 415 555 2671",
      pin: 4711,
      version: "1.2.3.4",
      mod: MyApp.Token,
      sys: {:system, "DB_PASSWORD"},
      filtered: %{password: "[FILTERED]"},
      auth: {:basic, "svc-user", "svc-Pass-88"},
      node: :"app@host.example.com"
    }
  end
end
Logger.configure(level: :debug)
start = fn -> {:ok, p} = GenServer.start(Bank.Auth, P.state()); p end
try do GenServer.call(start.(), {:ping, 1}) catch _, _ -> :ok end
try do GenServer.call(start.(), :bad) catch _, _ -> :ok end
GenServer.cast(start.(), :raise)
GenServer.cast(start.(), {:login, "alice@corp.example", "positional-Pw-1"})
send(start.(), :call)
Process.sleep(300)
spawn(fn -> Task.async(fn -> Process.sleep(50); raise(ArgumentError, "token=inline-tok-5566 rejected") end) |> Task.await() end)
Process.sleep(300)
