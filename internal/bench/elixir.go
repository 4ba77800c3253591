package bench

import (
	"fmt"
	"strings"
)

// quiet is a Phoenix application in production: requests, sockets, slow queries,
// and whatever in them looks like a report's text and is none.
func quiet(m *maker) {
	for !m.full() {
		m.ordinary()
	}
}

func sparse(m *maker) {
	const every = 10_000
	crashes := 0
	for next := int64(every); !m.full(); {
		if m.lines < next {
			m.ordinary()
			continue
		}
		next += every
		c := causes[crashes%len(causes)]
		crashes++
		if crashes%4 == 0 {
			m.cascade(c)
		} else {
			m.termination(c, m.process())
		}
	}
}

func dense(m *maker) {
	for n := 0; !m.full(); n++ {
		for range 30 {
			m.ordinary()
		}
		m.cascade(causes[n%len(causes)])
	}
}

// longState has one report in the middle whose state is nearly the whole log.
func longState(m *maker) {
	for range 100 {
		m.ordinary()
	}
	var state strings.Builder
	for i := 0; int64(state.Len()) < m.size-m.made; i++ {
		fmt.Fprintf(&state, `%d => %%{sku: "A-%d", price: %d, tags: ["new", "sale"], note: nil}, `, i, i%977, m.rng.IntN(9999))
	}
	m.put(8, `%s [error] GenServer Shop.Stock terminating
** (RuntimeError) stock is corrupt
    (shop 0.4.2) lib/shop/stock.ex:51: Shop.Stock.handle_info/2
    (stdlib 6.2) gen_server.erl:2345: :gen_server.try_handle_info/3
    (stdlib 6.2) gen_server.erl:2433: :gen_server.handle_msg/6
    (stdlib 6.2) proc_lib.erl:329: :proc_lib.init_p_do_apply/3
Last message: :count
State: %%{%s0 => nil}
`, m.clock(), state.String())
	m.count("gen_server", "RuntimeError")
	for range 100 {
		m.ordinary()
	}
}

// ordinary writes one record that is no report.
func (m *maker) ordinary() {
	at, id := m.clock(), m.request()
	switch m.rng.IntN(20) {
	case 0:
		m.put(5, `%s request_id=%s [info] CONNECTED TO Phoenix.LiveView.Socket in %dµs
  Transport: :websocket
  Serializer: Phoenix.Socket.V2.JSONSerializer
  Parameters: %%{"_csrf_token" => "%s==", "_live_referer" => "undefined", "_mounts" => "0", "_track_static" => %%{"0" => "https://shop.example.com/assets/app-%x.css?vsn=d"}, "vsn" => "2.0.0"}

`, at, id, m.rng.IntN(99), m.request(), m.rng.Uint64())
	case 1:
		m.put(1, "%s request_id=%s [warning] slow query took %dms: SELECT o0.\"id\", count(*) FROM \"orders\" AS o0 WHERE (o0.\"user_id\" = $1) AND NOT (o0.\"state\" = 'gone') [%d]\n",
			at, id, 200+m.rng.IntN(4000), m.rng.IntN(1e6))
	case 2:
		m.put(1, "%s [info] order %d shipped to Łódź in %dms\n", at, m.rng.IntN(1e6), m.rng.IntN(90))
	case 3, 4, 5, 6, 7, 8:
		m.put(1, "%s request_id=%s [info] Sent %d in %dms\n", at, id, 200+m.rng.IntN(4), m.rng.IntN(90))
	case 9:
		m.put(1, "%s request_id=%s [info] POST /api/v1/login?next=%%2F&token=%x==\n", at, id, m.rng.Uint64())
	default:
		m.put(1, "%s request_id=%s [info] GET /api/v1/orders/%d?filter=(state,*)&t=%x\n", at, id, m.rng.IntN(1e6), m.rng.Uint64()&0xffffff)
	}
}

// cause is why a server dies, as each of the reports prints it.
type cause struct {
	reason string // type
	server string // banner of the server's own report, and the lines below it
	crash  string // of the crash report
	frames string // above those of gen_server
	call   bool   // in handle_call/3
}

const noproc = `no process: the process is not alive or there's no process currently associated with the given name, possibly because its application isn't started`

var causes = []cause{
	{
		reason: "RuntimeError", server: "** (RuntimeError) price feed is down", crash: "** (RuntimeError) price feed is down",
		frames: `    (shop 0.4.2) lib/shop/pricing.ex:6: Shop.Pricing.boom/1
    (shop 0.4.2) lib/shop/cart.ex:31: Shop.Cart.handle_call/3
`, call: true,
	},
	{
		reason: "KeyError", server: `** (KeyError) key :total not found in: %{items: [], currency: "EUR"}`, crash: `** (KeyError) key :total not found in: %{items: [], currency: "EUR"}`,
		frames: `    (shop 0.4.2) lib/shop/cart.ex:44: Shop.Cart.total/1
    (shop 0.4.2) lib/shop/cart.ex:37: Shop.Cart.handle_cast/2
`,
	},
	{
		reason: "MatchError", server: "** (MatchError) no match of right hand side value: {:error, :enoent}", crash: "** (MatchError) no match of right hand side value: {:error, :enoent}",
		frames: `    (shop 0.4.2) lib/shop/pricing.ex:12: Shop.Pricing.match/1
    (elixir 1.18.4) lib/enum.ex:1714: Enum."-map/2-lists^map/1-1-"/2
    (shop 0.4.2) lib/shop/cart.ex:58: Shop.Cart.handle_info/2
`,
	},
	{
		reason: "noproc", server: "** (stop) exited in: GenServer.call(Shop.Orders, {:get, 42}, 5000)\n    ** (EXIT) " + noproc,
		crash: "** (exit) exited in: GenServer.call(Shop.Orders, {:get, 42}, 5000)\n    ** (EXIT) " + noproc,
		frames: `    (elixir 1.18.4) lib/gen_server.ex:1121: GenServer.call/3
    (shop 0.4.2) lib/shop/cart.ex:33: Shop.Cart.handle_call/3
`, call: true,
	},
	{
		reason: "timeout", server: "** (stop) exited in: GenServer.call(Shop.Ledger, :sum, 5000)\n    ** (EXIT) time out",
		crash: "** (exit) exited in: GenServer.call(Shop.Ledger, :sum, 5000)\n    ** (EXIT) time out",
		frames: `    (elixir 1.18.4) lib/gen_server.ex:1128: GenServer.call/3
    (shop 0.4.2) lib/shop/cart.ex:61: Shop.Cart.handle_info/2
`,
	},
	{
		reason: "FunctionClauseError", server: "** (FunctionClauseError) no function clause matching in Shop.Pricing.quote/2", crash: "** (FunctionClauseError) no function clause matching in Shop.Pricing.quote/2",
		frames: `    (shop 0.4.2) lib/shop/pricing.ex:19: Shop.Pricing.quote(nil, :retail)
    (shop 0.4.2) lib/shop/cart.ex:57: Shop.Cart.handle_call/3
`, call: true,
	},
}

// stack gives the frames of a server that died of c.
func (c *cause) stack() string {
	try := "    (stdlib 6.2) gen_server.erl:2345: :gen_server.try_handle_info/3\n"
	if c.call {
		try = "    (stdlib 6.2) gen_server.erl:2381: :gen_server.try_handle_call/4\n"
	}
	return c.frames + try + `    (stdlib 6.2) gen_server.erl:2433: :gen_server.handle_msg/6
    (stdlib 6.2) proc_lib.erl:329: :proc_lib.init_p_do_apply/3
`
}

// state prints a map with some maps in it.
func (m *maker) state() string {
	var b strings.Builder
	fmt.Fprintf(&b, `%%{user: %%Shop.User{id: %d, email: "u%d@example.com", tags: []}`, m.rng.IntN(1e6), m.rng.IntN(1e6))
	for i := range 2 + m.rng.IntN(5) {
		fmt.Fprintf(&b, `, item%d: %%{sku: "A-%d", price: Decimal.new("%d.5"), meta: %%{note: nil, at: ~U[2026-03-20 14:32:15Z]}}`, i, m.rng.IntN(999), m.rng.IntN(99))
	}
	return b.String() + "}"
}

// termination writes the report of a GenServer that stopped.
func (m *maker) termination(c cause, pid string) {
	m.put(0, "%s [error] GenServer #PID<%s> terminating\n%s\n%s", m.clock(), pid, c.server, c.stack())
	if c.call {
		client := m.process()
		m.put(0, `Last message (from #PID<%s>): {:checkout, %d}
State: %s
Client #PID<%s> is alive

    (stdlib 6.2) gen.erl:241: :gen.do_call/4
    (elixir 1.18.4) lib/gen_server.ex:1125: GenServer.call/3
    (shop 0.4.2) lib/shop_web/controllers/cart_controller.ex:14: ShopWeb.CartController.show/2
`, client, m.rng.IntN(1e6), m.state(), client)
	} else {
		m.put(0, "Last message: {:checkout, %d}\nState: %s\n", m.rng.IntN(1e6), m.state())
	}
	m.lines += 12
	m.count("gen_server", c.reason)
}

// cascade writes the three reports of one death.
func (m *maker) cascade(c cause) {
	pid := m.process()
	m.termination(c, pid)
	m.put(0, `%s [error] Process #PID<%s> terminating
%s
%sInitial Call: Shop.Cart.init/1
Ancestors: [Shop.CartSup, Shop.Supervisor, #PID<0.310.0>]
Message Queue Length: 0
Messages: []
Links: [#PID<0.318.0>]
Dictionary: []
Trapping Exits: false
Status: :running
Heap Size: 6772
Stack Size: 28
Reductions: %d
`, m.clock(), pid, c.crash, c.stack(), m.rng.IntN(1e5))
	banner, stack := c.crash, c.stack()
	if !strings.HasPrefix(c.crash, "** (exit)") {
		banner = "** (exit) an exception was raised:\n    " + c.crash
		stack = "    " + strings.TrimSuffix(strings.ReplaceAll(stack, "\n", "\n    "), "    ")
	}
	m.put(0, `%s [error] Child Shop.Cart of Supervisor Shop.CartSup terminated
%s
%sPid: #PID<%s>
Start Call: Shop.Cart.start_link([])
Restart: :permanent
Shutdown: 5000
Type: :worker
`, m.clock(), banner, stack, pid)
	m.lines += 32
	m.count("process", c.reason)
	m.count("supervisor", c.reason)
}
