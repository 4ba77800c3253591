package parser

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/beamlog/beamlog/parser/ingest"
	"github.com/beamlog/beamlog/parser/term"
)

// lenient parses pasted text.
func lenient(body string) []*Report {
	return Parse(&ingest.Record{Line: 1, Body: body, Lenient: true})
}

// TestPasted has the samples of formats.md H that are events.
func TestPasted(t *testing.T) {
	tests := []struct {
		name, body      string
		kind            Kind
		pid, term, top  string
		typ, target     string
		stack, line, at int
	}{
		{name: "H1", body: "** (EXIT) #PID<0.123.0> exited with reason: {:bad_return_value, %{error: \"invalid_data\"}}\n(my_app 0.1.0) lib/my_app/server.ex:123: MyApp.Server.handle_call/3",
			kind: KindProcess, pid: "#PID<0.123.0>", term: `{:bad_return_value, %{error: "invalid_data"}}`, typ: "bad_return_value", top: "MyApp.Server.handle_call/3", stack: 1, line: 1, at: 123},
		{name: "H5", body: "** (EXIT) {:bad_match, {:state, :pending}}", kind: KindProcess, term: "{:bad_match, {:state, :pending}}", typ: "bad_match", line: 1},
		{name: "H6 and H7", body: "Application: myapp\nVersion: 1.2.3\nError Message:\n** (EXIT) #PID<0.123.0> exited with reason: {:bad_match, {:ok, user_data}}\n(myapp 1.2.3) lib/myapp/server/user_manager.ex:45: MyApp.Server.UserManager.handle_cast/2\nSupervision Tree:\n└── MyApp.UserSupervisor (:permanent)",
			kind: KindProcess, pid: "#PID<0.123.0>", term: "{:bad_match, {:ok, user_data}}", typ: "bad_match", top: "MyApp.Server.UserManager.handle_cast/2", stack: 1, line: 4, at: 45},
		{name: "H10", body: "it dies with ** (exit) { {:timeout, {GenServer, :call, [MyServer, :request, 5000]}}, [{GenServer, :call, 3, [file: 'lib/gen_server.ex', line: 1013]}, ...] } after a while",
			kind: KindProcess, term: "{:timeout, {GenServer, :call, [MyServer, :request, 5000]}}", typ: "timeout", target: "MyServer", stack: 1, line: 1},
		{name: "quoted, with entities", body: "see:\n> ** (RuntimeError) boom &lt;x&gt;\n>     (a 0.1.0) lib/a.ex:7: A.f/1", kind: KindOther,
			term: `%RuntimeError{message: "boom <x>"}`, typ: "RuntimeError", top: "A.f/1", stack: 1, line: 2, at: 7},
		{name: "indented", body: "    GenServer W terminating\n    ** (stop) :x\n    Last message: :y", kind: KindGenServer, term: ":x", typ: "x", line: 1},
		{name: "bullet", body: "- ** (EXIT) {:shutdown, :x}", kind: KindProcess, term: "{:shutdown, :x}", typ: "shutdown", line: 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rs := lenient(tt.body)
			if len(rs) != 1 {
				t.Fatalf("%d reports", len(rs))
			}
			r := rs[0]
			want, _, _ := term.ReadIn(tt.term, term.Elixir)
			if r.Kind != tt.kind || r.Process.Pid != tt.pid || !term.Equal(r.Reason.Term, want) || r.Reason.Type != tt.typ || r.Line != tt.line || len(r.Reason.Stack) != tt.stack {
				t.Errorf("kind %s pid %s term %s type %s line %d frames %d", r.Kind, r.Process.Pid, r.Reason.Term.Elixir(), r.Reason.Type, r.Line, len(r.Reason.Stack))
			}
			if f := r.TopFrame(); f != nil && (f.MFA() != tt.top || f.Line != tt.at) || f == nil && tt.top != "" {
				t.Errorf("top frame %+v", f)
			}
			if tt.target != "" && (len(r.Reason.Chain) != 1 || r.Reason.Chain[0].Target != tt.target) {
				t.Errorf("chain %+v", r.Reason.Chain)
			}
		})
	}
}

// TestSentences has H2 and H4, which are read in both modes.
func TestSentences(t *testing.T) {
	r := read(t, "Supervisor MyApp.Endpoint had child MyApp.Worker started with MyApp.Worker.start_link([]) at #PID<0.456.0> exit with reason: {:bad_match, :undefined} in MyApp.Worker.init/1")
	if r.Kind != KindSupervisor || r.Supervisor.Name != "MyApp.Endpoint" || r.Child.ID != "MyApp.Worker" || r.Child.Pid != "#PID<0.456.0>" ||
		r.Child.Start != "MyApp.Worker.start_link([])" || r.Context != ContextChildTerminated || r.Reason.Type != "bad_match" ||
		r.TopFrame() == nil || r.TopFrame().MFA() != "MyApp.Worker.init/1" {
		t.Errorf("%+v", r)
	}
	r = read(t, "Supervisor MyApp.Endpoint terminated")
	if r.Kind != KindSupervisor || r.Context != ContextShutdown || r.Reason.Type != "" {
		t.Errorf("%+v", r)
	}
}

// TestProse has H3, H8, H9 and H11 to H14: no events.
func TestProse(t *testing.T) {
	for _, body := range []string{
		"Starting MyApp.Worker restart 1/3",
		":normal, :shutdown, {:shutdown, reason}, {:bad_return_value, val}, {:EXIT, from, reason}, :badarg",
		"The UserManager GenServer crashes every 6 hours with badarg errors.\nSessionStore restarts 10+ times per day\nAll crashes show timeout during initialization.",
		"Latency is 5000ms and the message queue is overflowing",
		"Normal exit from #PID<0.1.0>\nReceived :DOWN from #PID<0.2.0>\nCounter 1: 0",
		"Application Supervisor\n├── Database Supervisor\n│   ├── Connection Pool",
		"```elixir\ntags: [\"server:#{server_name}\"]\nraise \"** (exit) boom\"\n```",
		"The GenServer is terminating when ** (EXIT) no process is printed",
	} {
		if rs := lenient(body); len(rs) != 0 {
			t.Errorf("%q gave a %s report", body, rs[0].Kind)
		}
	}
}

func TestOrphanFrames(t *testing.T) {
	rs := lenient("    (my_app 0.1.0) lib/a.ex:1: A.f/1\n    (my_app 0.1.0) lib/b.ex:2: B.g/2\n")
	if len(rs) != 1 || rs[0].Complete || len(rs[0].Reason.Stack) != 2 || rs[0].Kind != KindOther {
		t.Errorf("%+v", rs)
	}
}

// TestContext has H7, a block of pairs above a report and one below it.
func TestContext(t *testing.T) {
	const ticket = "It crashes at night: see below.\n\nApplication: myapp\n**Version:** 1.2.3\nTimestamp: 2026-03-20 14:32:15 UTC\n" +
		"Supervisor: MyApp.UserSupervisor\n\nError Message:\n** (EXIT) #PID<0.123.0> exited with reason: {:bad_match, {:ok, user_data}}\n" +
		"(myapp 1.2.3) lib/myapp/server/user_manager.ex:45: MyApp.Server.UserManager.handle_cast/2\n\nEnvironment: production\n" +
		"Supervision Tree:\n└── MyApp.UserSupervisor (:permanent)\n    ├── MyApp.UserManager (temporary)\nWe think: it is the cache\n"
	want := []ingest.Field{
		{Key: "Application", Value: "myapp"}, {Key: "Version", Value: "1.2.3"}, {Key: "Timestamp", Value: "2026-03-20 14:32:15 UTC"},
		{Key: "Supervisor", Value: "MyApp.UserSupervisor"}, {Key: "Environment", Value: "production"},
		{Key: "Supervision Tree", Value: "└── MyApp.UserSupervisor (:permanent)\n    ├── MyApp.UserManager (temporary)"},
	}
	n := 0
	for rec, err := range ingest.Records(t.Context(), strings.NewReader(ticket), "x.txt", ingest.Options{}) {
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range Parse(rec) {
			n++
			if diff := cmp.Diff(want, r.Fields); diff != "" || r.Line != 9 || r.EndLine != 10 {
				t.Errorf("lines %d to %d: %s", r.Line, r.EndLine, diff)
			}
		}
	}
	if n != 1 {
		t.Errorf("%d reports", n)
	}
}
