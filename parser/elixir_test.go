package parser

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/beamlog/beamlog/parser/ingest"
	"github.com/beamlog/beamlog/parser/term"
)

// compare holds reports equal by their terms, and without their records.
var compare = cmp.Options{
	cmp.Comparer(term.Equal),
	cmpopts.IgnoreFields(Report{}, "Record"),
	cmpopts.EquateEmpty(),
}

// record makes a record of a body that begins on line 1.
func record(body string) *ingest.Record { return &ingest.Record{Line: 1, Body: body, Level: "error"} }

// read parses a body that holds one report.
func read(t *testing.T, body string) *Report {
	t.Helper()
	rs := Parse(record(body))
	if len(rs) != 1 {
		t.Fatalf("%d reports in %q, want 1", len(rs), body)
	}
	return rs[0]
}

// elixir reads a term as Elixir prints it.
func elixir(t *testing.T, s string) term.Term {
	t.Helper()
	v, err := term.ParseIn(s, term.Elixir)
	if err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	return v
}

// frame reads a line of a stacktrace that must be a frame.
func frame(t *testing.T, s string) Frame {
	t.Helper()
	f, ok := parseFrame(s)
	if !ok {
		t.Fatalf("%q is no frame", s)
	}
	return f
}

func frames(t *testing.T, lines ...string) []Frame {
	t.Helper()
	var out []Frame
	for _, s := range lines {
		out = append(out, frame(t, s))
	}
	return out
}

func TestTermination(t *testing.T) {
	tests := []struct {
		name, body string
		want       func(t *testing.T) *Report
	}{
		{
			name: "1.14, call, client alive",
			body: `GenServer #PID<0.126.0> terminating
** (CaseClauseError) no case clause matching: %{opts: [a: 1]}
    gs.exs:30: MyApp.Worker.handle_call/3
    (stdlib 4.2) gen_server.erl:1149: :gen_server.try_handle_call/4
Last message (from #PID<0.96.0>): :case
State: %{opts: [a: 1]}
Client #PID<0.96.0> is alive

    (stdlib 4.2) gen.erl:256: :gen.do_call/4
    gs.exs:38: R.try_call/2`,
			want: func(t *testing.T) *Report {
				cause := elixir(t, "%CaseClauseError{term: %{opts: [a: 1]}}")
				return &Report{
					Line: 1, EndLine: 10, Kind: KindGenServer, Shape: "elixir_termination", Complete: true,
					Process: Process{Pid: "#PID<0.126.0>"},
					Reason: Reason{
						Text: "no case clause matching: %{opts: [a: 1]}", Term: cause, Cause: cause,
						Type: "CaseClauseError", Class: "error",
						Stack: frames(t, "gs.exs:30: MyApp.Worker.handle_call/3",
							"(stdlib 4.2) gen_server.erl:1149: :gen_server.try_handle_call/4"),
					},
					LastMessage: &Span{Text: ":case", Bytes: 5},
					State:       &Span{Text: "%{opts: [a: 1]}", Bytes: 15},
					Client: &Client{Pid: "#PID<0.96.0>", State: "alive", Stack: frames(t,
						"(stdlib 4.2) gen.erl:256: :gen.do_call/4", "gs.exs:38: R.try_call/2")},
				}
			},
		},
		{
			name: "a call that timed out, with one stack",
			body: `GenServer MyApp.Cart terminating
** (stop) exited in: GenServer.call(MyApp.Db, :get, 5000)
    ** (EXIT) time out
    (elixir 1.18.4) lib/gen_server.ex:1128: GenServer.call/3
    (my_app 0.1.0) lib/my_app/cart.ex:12: MyApp.Cart.handle_call/3
Last message: {:"$gen_cast", :checkout}`,
			want: func(t *testing.T) *Report {
				whole := elixir(t, "{:timeout, {GenServer, :call, [MyApp.Db, :get, 5000]}}")
				return &Report{
					Line: 1, EndLine: 6, Kind: KindGenServer, Shape: "elixir_termination", Complete: true,
					Process: Process{Name: "MyApp.Cart"},
					Reason: Reason{
						Text: "exited in: GenServer.call(MyApp.Db, :get, 5000)\n    ** (EXIT) time out",
						Term: whole, Cause: elixir(t, ":timeout"), Type: "timeout", Class: "exit",
						Chain: []Link{{Via: ViaCall, Relation: RelCaller, Detail: "GenServer.call(MyApp.Db, :get, 5000)",
							Target: "MyApp.Db", Envelope: whole}},
						Stack: frames(t, "(elixir 1.18.4) lib/gen_server.ex:1128: GenServer.call/3",
							"(my_app 0.1.0) lib/my_app/cart.ex:12: MyApp.Cart.handle_call/3"),
					},
					LastMessage: &Span{Text: `{:"$gen_cast", :checkout}`, Bytes: 25},
				}
			},
		},
		{
			name: "two stacks: the inner one is the cause's",
			body: `GenServer MyApp.Cart terminating
** (stop) exited in: GenServer.call(MyApp.Db, :get, 5000)
    ** (EXIT) an exception was raised:
        ** (ArgumentError) bad
multi line
            (my_app 0.1.0) lib/my_app/db.ex:3: MyApp.Db.handle_call/3
    (elixir 1.18.4) lib/gen_server.ex:1128: GenServer.call/3
Last message: :tick`,
			want: func(t *testing.T) *Report {
				cause := elixir(t, `%ArgumentError{message: "bad\nmulti line"}`)
				whole := elixir(t, `{%ArgumentError{message: "bad\nmulti line"}, {GenServer, :call, [MyApp.Db, :get, 5000]}}`)
				return &Report{
					Line: 1, EndLine: 8, Kind: KindGenServer, Shape: "elixir_termination", Complete: true,
					Process: Process{Name: "MyApp.Cart"},
					Reason: Reason{
						Text: "exited in: GenServer.call(MyApp.Db, :get, 5000)\n    ** (EXIT) an exception was raised:\n" +
							"        ** (ArgumentError) bad\nmulti line",
						Term: whole, Cause: cause, Type: "ArgumentError", Class: "error",
						Chain: []Link{{Via: ViaCall, Relation: RelCaller, Detail: "GenServer.call(MyApp.Db, :get, 5000)",
							Target: "MyApp.Db", Envelope: whole,
							Stack: frames(t, "(elixir 1.18.4) lib/gen_server.ex:1128: GenServer.call/3")}},
						Stack: frames(t, "(my_app 0.1.0) lib/my_app/db.ex:3: MyApp.Db.handle_call/3"),
					},
					LastMessage: &Span{Text: ":tick", Bytes: 5},
				}
			},
		},
		{
			name: "gen_statem of 1.18, label of 1.17 and OTP 27, client dead",
			body: `:gen_statem #PID<0.158.0> terminating
** (stop) {:bad_return_from_state_function, :bad}
    (stdlib 4.2) gen_statem.erl:1580: :gen_statem.loop_state_callback_result/11
Process Label: {:door, 1}
Queue: [{{:call, {#PID<0.94.0>, #Reference<0.2.3.4>}}, :badret}]
Postponed: []
State: {:closed, %{code: 1}}
Callback mode: :state_functions, state_enter: true
Client #PID<0.94.0> is dead`,
			want: func(t *testing.T) *Report {
				v := elixir(t, "{:bad_return_from_state_function, :bad}")
				return &Report{
					Line: 1, EndLine: 9, Kind: KindGenStatem, Shape: "elixir_termination", Complete: true,
					Process: Process{Pid: "#PID<0.158.0>", Label: "{:door, 1}"},
					Reason: Reason{
						Text: "{:bad_return_from_state_function, :bad}", Term: v, Cause: v,
						Type: "bad_return_from_state_function", Class: "exit",
						Stack: frames(t, "(stdlib 4.2) gen_statem.erl:1580: :gen_statem.loop_state_callback_result/11"),
					},
					State:  &Span{Text: "{:closed, %{code: 1}}", Bytes: 21},
					Client: &Client{Pid: "#PID<0.94.0>", State: "dead"},
					Fields: []ingest.Field{
						{Key: "Queue", Value: "[{{:call, {#PID<0.94.0>, #Reference<0.2.3.4>}}, :badret}]"},
						{Key: "Postponed", Value: "[]"},
						{Key: "Callback mode", Value: ":state_functions, state_enter: true"},
					},
				}
			},
		},
		{
			name: "gen_event handler",
			body: `:gen_event handler {GE, 2} installed in :ge terminating
** (RuntimeError) ge
    t2.exs:70: GE.handle_event/2
Last message: :x
State: :st`,
			want: func(t *testing.T) *Report {
				v := elixir(t, `%RuntimeError{message: "ge"}`)
				return &Report{
					Line: 1, EndLine: 5, Kind: KindGenEvent, Shape: "elixir_termination", Complete: true,
					Process: Process{Name: ":ge", Handler: "{GE, 2}"},
					Reason: Reason{Text: "ge", Term: v, Cause: v, Type: "RuntimeError", Class: "error",
						Stack: frames(t, "t2.exs:70: GE.handle_event/2")},
					LastMessage: &Span{Text: ":x", Bytes: 2},
					State:       &Span{Text: ":st", Bytes: 3},
				}
			},
		},
		{
			name: "remote client, name with spaces and commas, 1.7 frames",
			body: `GenServer {MyApp.Registry, {"a terminating", 1}} terminating
** (stop) :boom
    (elixir) lib/x.ex:1: MyApp.X.f/0
Last message (from MyApp.Caller): {:"$gen_call", 1}
State: nil
Client #PID<12.1.0> is remote on node :"a@b"`,
			want: func(t *testing.T) *Report {
				v := elixir(t, ":boom")
				return &Report{
					Line: 1, EndLine: 6, Kind: KindGenServer, Shape: "elixir_termination", Complete: true,
					Process: Process{Name: `{MyApp.Registry, {"a terminating", 1}}`},
					Reason: Reason{Text: ":boom", Term: v, Cause: v, Type: "boom", Class: "exit",
						Stack: frames(t, "(elixir) lib/x.ex:1: MyApp.X.f/0")},
					LastMessage: &Span{Text: `{:"$gen_call", 1}`, Bytes: 17},
					State:       &Span{Text: "nil", Bytes: 3},
					Client:      &Client{Pid: "#PID<12.1.0>", Name: "MyApp.Caller", State: "remote", Node: `:"a@b"`},
				}
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want(t), read(t, tt.body), compare...); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTask(t *testing.T) {
	v := elixir(t, `%ArgumentError{message: "errors were found at the given arguments:\n\n  * 1st argument: not a textual representation of an integer"}`)
	want := &Report{
		Line: 1, EndLine: 9, Kind: KindTask, Shape: "elixir_task", Complete: true,
		Process: Process{Pid: "#PID<0.143.0>"},
		Reason: Reason{
			Text: "errors were found at the given arguments:\n\n  * 1st argument: not a textual representation of an integer",
			Term: v, Cause: v, Type: "ArgumentError", Class: "error",
			Stack: frames(t, `:erlang.binary_to_integer("zz")`, "(elixir 1.18.4) lib/string.ex:2965: String.to_integer/1"),
		},
		Fields: []ingest.Field{{Key: "Started from", Value: "#PID<0.94.0>"}, {Key: "Function", Value: "&String.to_integer/1"},
			{Key: "Args", Value: `["zz"]`}},
	}
	got := read(t, `Task #PID<0.143.0> started from #PID<0.94.0> terminating
** (ArgumentError) errors were found at the given arguments:

  * 1st argument: not a textual representation of an integer

    :erlang.binary_to_integer("zz")
    (elixir 1.18.4) lib/string.ex:2965: String.to_integer/1
Function: &String.to_integer/1
    Args: ["zz"]`)
	if diff := cmp.Diff(want, got, compare...); diff != "" {
		t.Error(diff)
	}
}

func TestTaskHint(t *testing.T) {
	r := read(t, `Task #PID<0.143.0> started from #PID<0.94.0> terminating
** (UndefinedFunctionError) function M.f/0 is undefined (module M is not available)
    M.f()
Process Label: {:sync, 1}
Function: &M.f/0
    Args: []
    Hint: if this module is defined somewhere, this error may have happened because processes were spawned`)
	hint, _ := r.field("Hint")
	if r.EndLine != 7 || !strings.HasPrefix(hint, "if this module") || r.Process.Label != "{:sync, 1}" || len(r.Reason.Stack) != 1 || !r.Complete {
		t.Errorf("%+v", r)
	}
}

func TestProseTitles(t *testing.T) {
	for _, body := range []string{"GenServer cluster terminating", "Task sync started from cron terminating", "Child process of Supervisor tree terminated",
		"#PID<0.1.0> running job terminated", "Application form exited: user pressed back", "Application cart exited: 3 items left",
		"Worker got: received unexpected message in handle_info/2: x", "Running low on names, nick already in use"} {
		if rs := Parse(record(body)); len(rs) != 0 {
			t.Errorf("%q gave a %s report", body, rs[0].Kind)
		}
	}
	// What is cut after its title names its process all the same.
	for _, body := range []string{"GenServer MyApp.Cart terminating", "Task #PID<0.1.0> started from :cron terminating",
		"Child :w of Supervisor #PID<0.1.0> (Supervisor.Default) terminated", "Child of Supervisor MyApp.Bridge terminated"} {
		if r := read(t, body); r.Complete {
			t.Errorf("%q is complete", body)
		}
	}
}

func TestBlankBeforeMessage(t *testing.T) {
	// "[$level] $metadata $message" without metadata.
	for _, body := range []string{"GenServer W terminating\n** (stop) :x\nLast message: :y", "** (RuntimeError) x\n    lib/x.ex:1: M.f/0",
		"MyXQL.Connection (#PID<0.1.0>) failed to connect: ** (MyXQL.Error) (1045) (ER_ACCESS_DENIED_ERROR) Access denied",
		"M :w received unexpected message in handle_info/2: :x"} {
		want, rec := read(t, body), record("  "+body)
		rec.Writer = ingest.WriterElixir
		got := Parse(rec)
		if len(got) != 1 {
			t.Errorf("%q: %d reports", body, len(got))
		} else if diff := cmp.Diff(want, got[0], compare...); diff != "" {
			t.Errorf("%q: %s", body, diff)
		}
	}
}

func TestProcess(t *testing.T) {
	v := elixir(t, `%RuntimeError{message: "cast boom"}`)
	want := &Report{
		Line: 1, EndLine: 14, Kind: KindProcess, Shape: "elixir_process", Complete: true,
		Process: Process{Name: "MyApp.W1", Pid: "#PID<0.120.0>", InitialCall: "MyApp.Worker.init/1",
			Ancestors: []string{"MyApp.Sup", "#PID<0.94.0>"}, Links: []string{"#PID<0.119.0>"}},
		Reason: Reason{Text: "cast boom", Term: v, Cause: v, Type: "RuntimeError", Class: "error",
			Stack: frames(t, "gs.exs:31: MyApp.Worker.handle_cast/2")},
		Fields: []ingest.Field{
			{Key: "Message Queue Length", Value: "0"},
			{Key: "Messages", Value: "[]"},
			{Key: "Neighbours", Value: "\n    #PID<0.122.0>\n        Initial Call: :erlang.apply/2\n        Ancestors: []\n" +
				"        Current Stacktrace:\n            (stdlib 4.2) gen.erl:256: :gen.do_call/4"},
		},
	}
	got := read(t, `Process MyApp.W1 (#PID<0.120.0>) terminating
** (RuntimeError) cast boom
    gs.exs:31: MyApp.Worker.handle_cast/2
Initial Call: MyApp.Worker.init/1
Ancestors: [MyApp.Sup, #PID<0.94.0>]
Message Queue Length: 0
Messages: []
Links: [#PID<0.119.0>]
Neighbours:
    #PID<0.122.0>
        Initial Call: :erlang.apply/2
        Ancestors: []
        Current Stacktrace:
            (stdlib 4.2) gen.erl:256: :gen.do_call/4`)
	if diff := cmp.Diff(want, got, compare...); diff != "" {
		t.Error(diff)
	}
}

func TestRaised(t *testing.T) {
	tests := []struct{ body, pid, node, typ string }{
		{"Process #PID<0.148.0> raised an exception\n** (RuntimeError) raw\n    t2.exs:53: A.f/0", "#PID<0.148.0>", "", "RuntimeError"},
		{"Process #PID<9.1.0> on node :\"a@b\" raised an exception\n** (ErlangError) Erlang error: {:nocatch, :t}\n    t2.exs:53: A.f/0", "#PID<9.1.0>", "a@b", "ErlangError"},
	}
	for _, tt := range tests {
		r := read(t, tt.body)
		if r.Kind != KindProcess || r.Process.Pid != tt.pid || r.Node != tt.node || r.Reason.Type != tt.typ || !r.Complete || r.Weak {
			t.Errorf("%q: %+v", tt.body, r)
		}
	}
}

func TestSupervisor(t *testing.T) {
	v := elixir(t, ":econnrefused")
	want := &Report{
		Line: 1, EndLine: 6, Kind: KindSupervisor, Shape: "elixir_supervisor", Complete: true, Context: ContextStartError,
		Process:    Process{Pid: "#PID<0.122.0>"},
		Supervisor: &Supervisor{Pid: "#PID<0.122.0>", Module: "Supervisor.Default"},
		Child: &Child{ID: ":w1", Start: "MyApp.Worker.start_link({:stop, :econnrefused})", Restart: "permanent",
			Shutdown: "5000", Type: "worker"},
		Reason: Reason{Text: ":econnrefused", Term: v, Cause: v, Type: "econnrefused", Class: "exit"},
	}
	got := read(t, `Child :w1 of Supervisor #PID<0.122.0> (Supervisor.Default) failed to start
** (exit) :econnrefused
Start Call: MyApp.Worker.start_link({:stop, :econnrefused})
Restart: :permanent
Shutdown: 5000
Type: :worker`)
	if diff := cmp.Diff(want, got, compare...); diff != "" {
		t.Error(diff)
	}
}

func TestSupervisorHeads(t *testing.T) {
	tests := []struct{ head, child, sup, pid, context string }{
		{"Child :w1 of Supervisor MyApp.Sup terminated", ":w1", "MyApp.Sup", "", ContextChildTerminated},
		{"Child {Logger, \"of Supervisor x\"} of Supervisor {:my, 1} caused shutdown", `{Logger, "of Supervisor x"}`, "{:my, 1}", "", ContextShutdown},
		{"Children :undefined of Supervisor :s shut down abnormally", ":undefined", ":s", "", ContextShutdownError},
		{"Child W of Supervisor #PID<0.1.0> (MyApp.S) shutdown abnormally", "W", "", "#PID<0.1.0>", ContextShutdownError},
		{"Child of Supervisor MyApp.Bridge failed to start", "", "MyApp.Bridge", "", ContextStartError},
		{"Child {W, \"x terminated\"} of Supervisor {R, \"a of Supervisor b\"} terminated", `{W, "x terminated"}`, `{R, "a of Supervisor b"}`, "", ContextChildTerminated},
	}
	for _, tt := range tests {
		r := read(t, tt.head+"\n** (exit) :x\nNumber: 3\nStart Module: M")
		if r.Child.ID != tt.child || r.Supervisor.Name != tt.sup || r.Supervisor.Pid != tt.pid || r.Context != tt.context ||
			r.Child.Count != 3 || r.Child.Start != "M" {
			t.Errorf("%s: child %+v, supervisor %+v, %s", tt.head, r.Child, r.Supervisor, r.Context)
		}
	}
	if rs := Parse(record("Child :w1 of Supervisor MyApp.Sup started\nPid: #PID<0.1.0>\nStart Call: M.f([])")); len(rs) != 0 {
		t.Errorf("a progress report gave %+v", rs[0])
	}
}

func TestApplication(t *testing.T) {
	tests := []struct{ name, text, term, cause, typ, class string }{
		{"returned an error", "M.start(:normal, []) returned an error: shutdown: failed to start child: A\n    ** (EXIT) :econnrefused",
			"{{:shutdown, {:failed_to_start_child, A, :econnrefused}}, {M, :start, [:normal, []]}}", ":econnrefused", "econnrefused", "exit"},
		{"returned a bad value", "M.start(:normal, []) returned a bad value: :oops",
			"{:bad_return, {{M, :start, [:normal, []]}, :oops}}", "{:bad_return, {{M, :start, [:normal, []]}, :oops}}", "bad_return", ""},
		{"raised", "exited in: M.start(:normal, [])\n    ** (EXIT) an exception was raised:\n        ** (RuntimeError) x\n            M.f/1",
			`{:bad_return, {{M, :start, [:normal, []]}, {:EXIT, %RuntimeError{message: "x"}}}}`, `%RuntimeError{message: "x"}`, "RuntimeError", "error"},
		{"killed", "killed", ":killed", ":killed", "killed", ""},
		{"shutdown", "shutdown", ":shutdown", ":shutdown", "shutdown", ""},
		{"shutdown with a reason", "shutdown: :x", "{:shutdown, :x}", "{:shutdown, :x}", "shutdown", ""},
		{"duplicate child", "M.start(:normal, []) returned an error: bad child specification, more than one child specification has the id: MyW.\n" +
			"If using maps as child specifications, make sure the :id keys are unique.\nIf using a module, for example:\n\n    children = [\n      x\n    ]",
			"{{:start_spec, {:duplicate_child_name, MyW}}, {M, :start, [:normal, []]}}", "{:start_spec, {:duplicate_child_name, MyW}}", "start_spec", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := read(t, "Application my_app exited: "+tt.text)
			want := Reason{Text: r.Reason.Text, Term: elixir(t, tt.term), Cause: elixir(t, tt.cause), Type: tt.typ, Class: tt.class}
			if diff := cmp.Diff(want, r.Reason, append(compare, cmpopts.IgnoreFields(Reason{}, "Chain", "Stack"))...); diff != "" {
				t.Error(diff)
			}
			if r.Kind != KindApplication || r.Process.Name != "my_app" || !r.Complete {
				t.Errorf("%+v", r)
			}
		})
	}
	for _, text := range []string{":stopped", "normal"} {
		if rs := Parse(record("Application my_app exited: " + text)); len(rs) != 0 {
			t.Errorf("an orderly stop (%s) gave a report", text)
		}
	}
}
