package parser

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/beamlog/beamlog/parser/ingest"
	"github.com/beamlog/beamlog/parser/term"
)

// The tests here are named for the hard cases of formats.md.

func TestHardCase01UserText(t *testing.T) {
	r := read(t, "GenServer foo terminating\n** (stop) not a real one")
	if r.Kind != KindGenServer || !r.Weak || r.Complete {
		t.Errorf("%+v", r)
	}
}

func TestHardCase02BannerInALine(t *testing.T) {
	for _, body := range []string{"upstream said ** (exit) :boom", "CAUGHT ** (exit) :x\n    lib/x.ex:1: M.f/0", "GET /x took 3012ms",
		"payment said: ** (soft) decline", "** (soft) decline", "all good\n** (exit) not really"} {
		if rs := Parse(record(body)); len(rs) != 0 {
			t.Errorf("%q gave a %s report", body, rs[0].Kind)
		}
	}
}

func TestHardCase03BlankLinesInMessages(t *testing.T) {
	r := read(t, "** (ArgumentError) errors were found at the given arguments:\n\n  * 1st argument: out of range\n\n    :erlang.element(5, {1})\n    lib/x.ex:1: M.f/0")
	if len(r.Reason.Stack) != 2 || !strings.HasSuffix(r.Reason.Text, "out of range") {
		t.Errorf("%d frames, text %q", len(r.Reason.Stack), r.Reason.Text)
	}
}

func TestHardCase04TermsOnTheirOwnLines(t *testing.T) {
	for _, value := range []string{"{:error, :timeout}", "MapSet.new([1, 2])", "%{\n      a: 1,\n      b: [\n        2\n      ]\n    }", ":ok", "~D[2026-01-01]"} {
		r := read(t, "GenServer W terminating\n** (MatchError) no match of right hand side value:\n\n    "+value+
			"\n\n    (my_app 0.1.0) lib/my_app/worker.ex:12: MyApp.Worker.handle_call/3\nLast message: :x")
		want := elixir(t, "%MatchError{term: "+value+"}")
		if !term.Equal(r.Reason.Term, want) || len(r.Reason.Stack) != 1 || !r.Complete {
			t.Errorf("%s: %s, %d frames", value, r.Reason.Term.Elixir(), len(r.Reason.Stack))
		}
	}
}

func TestHardCase05PostgrexLines(t *testing.T) {
	r := read(t, "** (Postgrex.Error) ERROR 23505 (unique_violation) duplicate key value violates unique constraint \"items_sku_key\"\n\n"+
		"    table: items\n    constraint: items_sku_key\n\nKey (sku)=(x) already exists.\n    (ecto_sql 3.14.0) lib/ecto/adapters/sql.ex:1: Ecto.Adapters.SQL.raise_sql_call_error/1")
	if len(r.Reason.Stack) != 1 || !strings.Contains(r.Reason.Text, "table: items") || !strings.HasSuffix(r.Reason.Text, "already exists.") {
		t.Errorf("%d frames, text %q", len(r.Reason.Stack), r.Reason.Text)
	}
}

func TestHardCase08BlankLineInState(t *testing.T) {
	state := "#Inspect.Error<\n  got RuntimeError with message:\n\n      \"\"\"\n      oops\n      \"\"\"\n\n  while inspecting:\n\n      %{__struct__: Bad, x: 1}\n\n  Stacktrace:\n\n    (my_app 0.1.0) lib/bad.ex:1: Inspect.Bad.inspect/2\n\n>"
	r := read(t, "GenServer W terminating\n** (stop) :x\nLast message: :y\nState: "+state+"\nClient #PID<0.1.0> is dead")
	if r.State == nil || r.State.Text != state || r.Client == nil || r.Client.State != "dead" {
		t.Errorf("state %+v, client %+v", r.State, r.Client)
	}
}

func TestHardCase09LargeState(t *testing.T) {
	state := "%{items: [" + strings.Repeat("{1, \"a)\"}, ", 1<<17) + "0]}"
	body := "GenServer W terminating\n** (stop) :x\nLast message: :y\nState: " + state
	r := read(t, body)
	if r.State.Bytes != len(state) || len(r.State.Text) != maxSpan || !r.State.Truncated || !r.Complete {
		t.Errorf("%d bytes, %d kept", r.State.Bytes, len(r.State.Text))
	}
	if n := testing.AllocsPerRun(3, func() { Parse(record(body)) }); n > 150 {
		t.Errorf("%v allocations", n)
	}
}

func TestValuesWithoutABlankLineAfter(t *testing.T) {
	// As exceptions of one's own put a value on lines of its own.
	r := read(t, "GenServer W terminating\n** (MyApp.OptionError) invalid options:\n\n    %{\n      a: 1\n    }\n    (my_app 0.1.0) lib/w.ex:1: W.init/1\n"+
		"Last message (from #PID<0.1.0>): :y\nState: 1\nClient #PID<0.1.0> is alive\n\n    (stdlib 6.2) gen.erl:260: :gen.do_call/4")
	if !strings.HasSuffix(r.Reason.Text, "    }") || len(r.Reason.Stack) != 1 || r.LastMessage == nil || r.Client == nil || len(r.Client.Stack) != 1 || !r.Complete {
		t.Errorf("text %q, %d frames, client %+v", r.Reason.Text, len(r.Reason.Stack), r.Client)
	}
}

func TestCutInAFrame(t *testing.T) {
	for _, tail := range []string{"(my_app 0.1.0) lib/my_app/w.ex:12: MyApp.W (truncated)", "(my_app 0.1.0) lib/my (truncated)", "lib/my_app/w.ex:12: MyApp.W. (truncated)"} {
		for n, frames := range []string{"", "    lib/x.ex:1: M.f/0\n"} {
			rec := record("GenServer W terminating\n** (RuntimeError) x\n" + frames + "    " + tail)
			rec.EndLine = 3 + n
			rs := Parse(rec)
			if len(rs) != 1 {
				t.Fatalf("%s: %d reports", tail, len(rs))
			}
			if r := rs[0]; r.Reason.Text != "x" || len(r.Reason.Stack) != n || r.EndLine != 3+n || r.Complete {
				t.Errorf("%s: text %q, %d frames, to line %d", tail, r.Reason.Text, len(r.Reason.Stack), r.EndLine)
			}
		}
	}
}

func TestCutInAFramesArguments(t *testing.T) {
	r := read(t, "GenServer W terminating\n** (FunctionClauseError) no function clause matching in M.f/1\n    (shop 0.4.2) lib/shop.ex:3: M.quote(nil, :r (truncated)")
	if len(r.Reason.Stack) != 0 || r.Complete || r.Reason.Type != "FunctionClauseError" {
		t.Errorf("stack %+v, complete %t", r.Reason.Stack, r.Complete)
	}
}

func TestCutInAReason(t *testing.T) {
	for text, want := range map[string]string{
		"no process: the pr":                 "noproc",
		"ti":                                 "timeout",
		"shutdow":                            "", // or {shutdown, …}
		"no":                                 "", // normal or no process
		"an excep":                           "",
		":db_dow":                            "",
		"{:db_dow":                           "",
		"{:db_down, :prim":                   "db_down",
		"M.start(:normal, []) returned an e": "",
	} {
		r := read(t, "GenServer W terminating\n** (stop) exited in: GenServer.call(A, :x, 5000)\n    ** (EXIT) "+text+" (truncated)")
		if r.Reason.Type != want || r.Complete || strings.Contains(r.Reason.Text, truncated) {
			t.Errorf("%s: type %q, want %q; text %q", text, r.Reason.Type, want, r.Reason.Text)
		}
	}
}

func TestHardCase12Truncated(t *testing.T) {
	r := read(t, "GenServer W terminating\n** (stop) :x\nLast message: :y\nState: %{a: [1, 2 (truncated)")
	if r.Complete || r.State == nil || !r.State.Truncated || r.State.Text != "%{a: [1, 2" || r.Reason.Type != "x" {
		t.Errorf("%+v", r)
	}
}

func TestHardCase21NestedCalls(t *testing.T) {
	r := read(t, "GenServer W terminating\n** (stop) exited in: A.call(1)\n    ** (EXIT) exited in: B.call(2)\n        ** (EXIT) time out\nLast message: :x")
	if len(r.Reason.Chain) != 2 || r.Reason.Chain[0].Detail != "A.call(1)" || r.Reason.Chain[1].Detail != "B.call(2)" || r.Reason.Type != "timeout" {
		t.Errorf("%+v", r.Reason)
	}
	if want := elixir(t, "{{:timeout, {B, :call, [2]}}, {A, :call, [1]}}"); !term.Equal(r.Reason.Term, want) {
		t.Errorf("%s", r.Reason.Term.Elixir())
	}
	if want := elixir(t, "{:timeout, {B, :call, [2]}}"); !term.Equal(r.Reason.Chain[1].Envelope, want) {
		t.Errorf("inner envelope %s", r.Reason.Chain[1].Envelope.Elixir())
	}
}

func TestHardCase37OrderlyStops(t *testing.T) {
	for _, body := range []string{"Application a exited: :stopped", "Application a exited: normal",
		"Application a started at :nonode@nohost", "Child W of Supervisor S started\nPid: #PID<0.1.0>", "SIGTERM received - shutting down"} {
		if rs := Parse(record(body)); len(rs) != 0 {
			t.Errorf("%q gave a report", body)
		}
	}
}

func TestHardCase51Blame(t *testing.T) {
	r := read(t, `** (FunctionClauseError) no function clause matching in List.first/2

The following arguments were given to List.first/2:

    # 1
    MapSet.new([])

    # 2
    String.t(1)

Attempted function clauses (showing 2 out of 2):

    def first(-[]-, default)
    def first(-[head | _]-, _default)
    ...
    (4 clauses not shown)

    (elixir 1.18.4) lib/list.ex:293: List.first/2
    (my_app 0.1.0) lib/a.ex:1: A.f/1`)
	if len(r.Reason.Stack) != 2 {
		t.Errorf("%d frames: %+v", len(r.Reason.Stack), r.Reason.Stack)
	}
}

func TestHardCase54ExUnit(t *testing.T) {
	rec := record("  1) test adds an item (MyApp.CartTest)\n     test/cart_test.exs:5\n     ** (KeyError) key :x not found in: %{}\n     code: assert Cart.add(1)\n     stacktrace:\n" +
		"       (my_app 0.1.0) lib/cart.ex:3: MyApp.Cart.add/1\n       test/cart_test.exs:6: (test)\n\n  2) test fails (MyApp.CartTest)\n     test/cart_test.exs:9\n     Assertion with == failed\n     left: 1\n     right: 2\n\nFinished in 0.1 seconds\n2 tests, 2 failures")
	rec.Lenient = true
	rs := Parse(rec)
	if len(rs) != 2 {
		t.Fatalf("%d reports", len(rs))
	}
	if r := rs[1]; r.Kind != KindTest || r.Reason.Type != "ExUnit.AssertionError" || r.Reason.Term.Elixir() != `%ExUnit.AssertionError{message: "Assertion with == failed", ...}` || r.Line != 9 || r.EndLine != 13 {
		t.Errorf("%+v", r)
	}
	r := rs[0]
	if r.Kind != KindTest || r.Reason.Type != "KeyError" || len(r.Reason.Stack) != 2 || r.Line != 1 || r.EndLine != 7 || !r.Complete {
		t.Errorf("%+v", r)
	}
	if f := r.TopFrame(); f == nil || f.MFA() != "MyApp.Cart.add/1" {
		t.Errorf("%+v", f)
	}
}

func TestHardCase56PathInTheTree(t *testing.T) {
	r := read(t, "Application shop exited: Shop.Application.start(:normal, []) returned an error: shutdown: failed to start child: ShopWeb.Endpoint\n"+
		"    ** (EXIT) shutdown: failed to start child: {ShopWeb.Endpoint, :http}\n        ** (EXIT) shutdown: failed to start child: :listener\n            ** (EXIT) :eaddrinuse")
	var path []string
	for _, l := range r.Reason.Chain {
		if l.Via == ViaFailedToStartChild {
			path = append(path, l.Target)
		}
	}
	if diff := cmp.Diff([]string{"ShopWeb.Endpoint", "{ShopWeb.Endpoint, :http}", ":listener"}, path); diff != "" || r.Reason.Type != "eaddrinuse" {
		t.Errorf("type %s %s", r.Reason.Type, diff)
	}
}

func TestHardCase60Oban(t *testing.T) {
	r := read(t, `{"args":{"do":"call"},"attempt":1,"error":"** (Oban.CrashError) ** (exit) exited in: GenServer.call(Shop.Printer, :print, 5000)\n    ** (EXIT) time out","event":"job:exception","id":7,"queue":"default","source":"oban","state":"failure","worker":"Shop.Jobs.Invoice"}`)
	worker, _ := r.field("worker")
	if r.Kind != KindJob || worker != "Shop.Jobs.Invoice" || r.Reason.Type != "timeout" || len(r.Reason.Chain) != 2 ||
		r.Reason.Chain[0].Via != ViaException || r.Reason.Chain[1].Target != "Shop.Printer" {
		t.Errorf("%+v", r)
	}
}

func TestHardCase61Kinds(t *testing.T) {
	frame := func(s string) string { return "** (RuntimeError) x\n    (my_app 0.1.0) lib/a.ex:1: A.f/1\n    " + s }
	tests := []struct {
		body string
		kind Kind
	}{
		{frame("(bandit 1.12.5) lib/bandit/pipeline.ex:1: Bandit.Pipeline.call_plug!/2"), KindRequest},
		{frame("(phoenix 1.8.9) lib/phoenix/router.ex:428: Phoenix.Router.__call__/5"), KindRequest},
		{frame("(broadway 1.3.0) lib/broadway/topology/processor_stage.ex:1: Broadway.Topology.ProcessorStage.f/2"), KindJob},
		{frame("(my_app 0.1.0) lib/b.ex:1: B.f/1"), KindOther},
		{"an exception was raised:\n    ** (RuntimeError) x\n        (phoenix 1.8.9) lib/phoenix/channel/server.ex:1: Phoenix.Channel.Server.channel_join/4", KindChannel},
		{"GenServer #PID<0.1.0> terminating\n** (stop) :kicked\nLast message: %Phoenix.Socket.Message{topic: \"room:1\", event: \"x\"}", KindChannel},
		{"GenServer #PID<0.1.0> terminating\n** (stop) :kicked\nLast message: %Phoenix.Socket.Message{topic: \"lv:phx-1\", event: \"x\"}", KindGenServer},
		{"GenServer #PID<0.1.0> terminating\n** (stop) :x\nLast message: {:\"$gen_consumer\", {#PID<0.2.0>, #Reference<0.1.2.3>}, [1]}", KindGenStage},
		{"GenServer #PID<0.1.0> terminating\n** (stop) :x\nLast message: {:get, #Function<0.1 in A.f/1>}", KindAgent},
		{"GenServer #PID<0.1.0> terminating\n** (stop) :x\nLast message: {:get, :key}", KindGenServer},
	}
	for _, tt := range tests {
		if r := read(t, tt.body); r.Kind != tt.kind {
			t.Errorf("%q: kind %s, want %s", tt.body, r.Kind, tt.kind)
		}
	}
}

func TestHardCase62RawNestedTerm(t *testing.T) {
	r := read(t, "Process #PID<0.1.0> terminating\n** (exit) {{{%Phoenix.Router.NoRouteError{conn: nil}, [{MyAppWeb.Router, :call, 2, [file: ~c\"lib/r.ex\", line: 3]}]}, "+
		"{MyAppWeb.Endpoint, :call, [%Plug.Conn{adapter: {A, :...}}, []]}}, []}\nInitial Call: :cowboy_stream_h.request_process/3\nAncestors: [MyAppWeb.Endpoint.HTTP]")
	if r.Reason.Type != "Phoenix.Router.NoRouteError" || len(r.Reason.Stack) != 1 || len(r.Reason.Chain) != 1 || !r.Complete {
		t.Errorf("%+v", r)
	}
}

func TestQuotedReportInAMessage(t *testing.T) {
	r := read(t, "** (RuntimeError) upstream said:\n\n    HTTP/1.1 503\n    [error] overloaded\n\n** (exit) not really\nLast message: none\n\n    (shop 0.4.2) lib/shop/pricing.ex:6: Shop.Pricing.boom/1")
	if len(r.Reason.Stack) != 1 || !strings.HasSuffix(r.Reason.Text, "Last message: none") {
		t.Errorf("%q, %d frames", r.Reason.Text, len(r.Reason.Stack))
	}
	r = read(t, "GenServer W terminating\n** (RuntimeError) upstream said\nLast message: none\n    lib/x.ex:1: M.f/0\nLast message: :x")
	if len(r.Reason.Stack) != 1 || r.LastMessage == nil || r.LastMessage.Text != ":x" {
		t.Errorf("%+v", r)
	}
}

func TestForeignLines(t *testing.T) {
	rs := Parse(&ingest.Record{Line: 10, EndLine: 16, Level: "error", Body: "GenServer W terminating\n** (stop) :x\nLast message: :y\nState: 1\nHello from IO.puts\n** (RuntimeError) boom\n    lib/x.ex:1: M.f/0"})
	if len(rs) != 2 {
		t.Fatalf("%d reports", len(rs))
	}
	if rs[0].Line != 10 || rs[0].EndLine != 13 || rs[1].Line != 15 || rs[1].EndLine != 16 || rs[1].Kind != KindOther {
		t.Errorf("lines %d-%d and %d-%d", rs[0].Line, rs[0].EndLine, rs[1].Line, rs[1].EndLine)
	}
}

func TestRequests(t *testing.T) {
	r := read(t, "#PID<0.914.0> running ShopWeb.Endpoint (connection #PID<0.913.0>, stream id 1) terminated\nServer: shop.example.com:80 (http)\nRequest: GET /api\n"+
		"** (exit) an exception was raised:\n    ** (RuntimeError) boom\n        (shop 0.4.2) lib/shop/pricing.ex:6: Shop.Pricing.boom/1")
	path, _ := r.field("Request")
	if r.Kind != KindRequest || r.Process.Pid != "#PID<0.914.0>" || path != "GET /api" || r.Reason.Type != "RuntimeError" || len(r.Reason.Stack) != 1 || !r.Complete {
		t.Errorf("%+v", r)
	}
	r = read(t, "Ranch protocol #PID<0.1.0> of listener ShopWeb.Endpoint.HTTP (connection #PID<0.2.0>, stream id 1) terminated\nan exception was raised:\n    ** (KeyError) key :x not found in: %{}\n        lib/a.ex:1: A.f/1")
	if r.Kind != KindRequest || r.Process.Pid != "#PID<0.1.0>" || r.Reason.Type != "KeyError" || len(r.Reason.Stack) != 1 {
		t.Errorf("%+v", r)
	}
	r = read(t, "Ranch protocol #PID<0.1.0> (:cowboy_protocol) of listener MyApp.Endpoint.HTTP terminated\n** (exit) exited in: :cowboy_protocol.init/4\n    ** (EXIT) time out")
	listener, _ := r.field("Listener")
	if r.Kind != KindRequest || r.Process.Pid != "#PID<0.1.0>" || listener != "MyApp.Endpoint.HTTP" || r.Reason.Type != "timeout" || r.Reason.Class != "exit" || !r.Complete {
		t.Errorf("%+v", r)
	}
}

func TestConnections(t *testing.T) {
	r := read(t, "Postgrex.Protocol (#PID<0.461.0> (:proc_lib)) disconnected: ** (DBConnection.ConnectionError) client #PID<0.9.0> (:proc_lib) timed out because it queued and checked out the connection for longer than 150ms\n\n"+
		"#PID<0.9.0> (:proc_lib) was at location:\n\n    (stdlib 4.2) gen.erl:1: :gen.do_call/4\n    lib/a.ex:1: A.f/1\n")
	if r.Kind != KindConnection || r.Process.Pid != "#PID<0.461.0>" || r.Process.Label != ":proc_lib" || len(r.Reason.Stack) != 0 ||
		r.Client == nil || r.Client.Pid != "#PID<0.9.0>" || len(r.Client.Stack) != 2 {
		t.Errorf("%+v client %+v", r, r.Client)
	}
	r = read(t, "Postgrex.Protocol (#PID<0.1.0>) disconnected: ** (DBConnection.ConnectionError) owner #PID<0.8.0> exited\n\n"+
		"Client #PID<0.9.0> (MyApp.Sync) is still using a connection from owner at location:\n\n    (stdlib 4.2) gen.erl:1: :gen.do_call/4\n    lib/a.ex:1: A.f/1\n\n"+
		"The connection itself was checked out by #PID<0.9.0> (MyApp.Sync) at location:\n\n    lib/a.ex:9: A.g/1")
	if len(r.Reason.Stack) != 0 || r.EndLine != 10 || r.Client == nil || r.Client.Pid != "#PID<0.9.0>" || r.Client.Name != "MyApp.Sync" || len(r.Client.Stack) != 2 {
		t.Errorf("%+v client %+v", r, r.Client)
	}
	r = read(t, "Postgrex.Protocol (#PID<0.1.0>) failed to connect: ** (Postgrex.Error) FATAL 28P01 (invalid_password) password authentication failed")
	if r.Kind != KindConnection || r.Reason.Type != "Postgrex.Error" || !r.Complete {
		t.Errorf("%+v", r)
	}
}

func TestMessages(t *testing.T) {
	r := read(t, "MyApp.W :w received unexpected message in handle_info/2: {:surprise, 1}\n")
	if r.Kind != KindOther || r.Process.Name != ":w" || r.LastMessage == nil || r.LastMessage.Text != "{:surprise, 1}" {
		t.Errorf("%+v", r)
	}
}

func TestHardCase49Tabs(t *testing.T) {
	r := read(t, "GenServer W terminating\n** (stop) exited in: A.f(1)\n\t** (EXIT) an exception was raised:\n\t\t** (RuntimeError) x\n\t\t\tlib/a.ex:1: A.f/1\n\tlib/b.ex:1: B.f/1\nLast message: :x")
	if len(r.Reason.Stack) != 1 || len(r.Reason.Chain) != 1 || len(r.Reason.Chain[0].Stack) != 1 || r.Reason.Type != "RuntimeError" {
		t.Errorf("%+v", r.Reason)
	}
}

func TestHardCase64JSONWithoutHeader(t *testing.T) {
	rec := &ingest.Record{Line: 7, EndLine: 7, Writer: ingest.WriterJSON, Level: "error", Body: "no match of right hand side value: :x", Metadata: []ingest.Field{
		{Key: "stack_trace", Value: "** (MatchError) no match of right hand side value: :x\n    (shop 0.4.2) lib/shop/pricing.ex:6:in `Shop.Pricing.match/1'\n    (stdlib 4.2) gen_server.erl:1123:in `:gen_server.try_dispatch/4'\n"},
	}}
	rs := Parse(rec)
	if len(rs) != 1 || rs[0].Kind != KindGenServer || rs[0].Line != 7 || len(rs[0].Reason.Stack) != 2 {
		t.Fatalf("%+v", rs)
	}
	if f := rs[0].TopFrame(); f == nil || f.MFA() != "Shop.Pricing.match/1" || f.File != "lib/shop/pricing.ex" || f.Line != 6 {
		t.Errorf("%+v", f)
	}
}

// TestIEx has the blame of an exception as IEx 1.14 prints it: the message is
// indented and its lines are padded.
func TestIEx(t *testing.T) {
	r := read(t, "** (FunctionClauseError) no function clause matching in List.first/2    \n    \n    The following arguments were given to List.first/2:\n    \n        # 1\n        MapSet.new([1])\n    \n        # 2\n        nil\n    \n"+
		"    Attempted function clauses (showing 2 out of 2):\n    \n        def first(-[]-, default)\n        def first(-[head | _]-, _default)\n    \n    (elixir 1.14.0) lib/list.ex:293: List.first/2\n    iex:1: (file)")
	if len(r.Reason.Stack) != 2 || r.Reason.Term.Elixir() != "%FunctionClauseError{module: List, function: :first, arity: 2}" {
		t.Errorf("%d frames, %s", len(r.Reason.Stack), r.Reason.Term.Elixir())
	}
	r = read(t, "** (EXIT from #PID<0.106.0>) shell process exited with reason: an exception was raised:\n    ** (RuntimeError) x\n        iex:1: (file)")
	if r.Kind != KindProcess || r.Process.Pid != "#PID<0.106.0>" || r.Reason.Type != "RuntimeError" || len(r.Reason.Stack) != 1 {
		t.Errorf("%+v", r)
	}
}

func TestMix(t *testing.T) {
	r := read(t, "** (Mix) Could not start application my_app: MyApp.Application.start(:normal, []) returned an error: shutdown: failed to start child: MyApp.Repo\n    ** (EXIT) :econnrefused")
	if r.Kind != KindApplication || r.Process.Name != "my_app" || r.Reason.Type != "econnrefused" || len(r.Reason.Chain) != 3 {
		t.Errorf("%+v", r)
	}
	r = read(t, "** (Mix) The task \"foo\" could not be found")
	if r.Kind != KindOther || r.Reason.Type != "Mix.Error" && r.Reason.Type != "Mix" {
		t.Errorf("%+v", r)
	}
}

// TestHostile parses large records made to be slow: the time must stay linear.
func TestHostile(t *testing.T) {
	const size = 256 << 10
	for name, unit := range map[string]string{
		"banners": "** (A) \n", "open calls": "    ** (EXIT) exited in: M.f(\n", "open fields": "State: {\nx\n",
		"headers": "=ERROR REPORT==== \n", "arguments": "    # 1\n", "colons": "a:\n\n    b\n", "quotes": "\"'", "brackets": "[{(",
		"texts": "shell process exited with reason: ", "starts": "A.f() returned an error: ", "levels": "** (A) ",
		"frames": "    lib/x.ex:1: M.f/0\n", "labels": "Last message: x\n", "bullets": "- ** (EXIT) {\n", "half banners": " ** (",
		"clients": "Client #PID<0.1.0> is alive\n\n", "blank": "\n", "tabs": "\n\t\t",
	} {
		for _, head := range []string{"GenServer W terminating\n** (stop) ", "GenServer W terminating\n** (RuntimeError) x\n", "Application a exited: ", "** (exit) ", ""} {
			body := head + strings.Repeat(unit, size/len(unit))
			start := time.Now()
			Parse(&ingest.Record{Line: 1, Body: body, Level: "error", Lenient: head == ""})
			if d := time.Since(start); d > time.Minute { // a path that is not linear takes many
				t.Errorf("%s after %q: %v", name, head, d)
			}
		}
	}
}

func TestErpcInAnErlangError(t *testing.T) {
	const raised = "{:exception, :badarith, [{Shop.Depot, :fetch, 1, [file: 'depot.ex', line: 58]}]}"
	for _, body := range []string{
		"GenServer W terminating\n** (stop) " + raised + "\n    (kernel 8.5.3) erpc.erl:702: :erpc.call/5\nLast message: :x",
		"Process #PID<0.1.0> terminating\n** (ErlangError) Erlang error: " + raised + "\n    (kernel 8.5.3) erpc.erl:702: :erpc.call/5\nInitial Call: W.init/1",
	} {
		r := read(t, body)
		if top := r.TopFrame(); r.Reason.Type != "badarith" || top == nil || top.MFA() != "Shop.Depot.fetch/1" {
			t.Errorf("type %q, top frame %+v", r.Reason.Type, top)
		}
	}
}
