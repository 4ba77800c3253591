package suppress

import (
	"strings"
	"testing"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/ingest"
)

const day = "2026-06-30"

func finding(change func(*parser.Report)) *classify.Finding {
	r := &parser.Report{
		Record: &ingest.Record{}, Kind: parser.KindGenServer,
		Process: parser.Process{Name: "MyApp.Cart"},
		Reason:  parser.Reason{Stack: []parser.Frame{{Module: "Elixir.MyApp.Cart", Function: "total", Arity: 1, App: "my_app"}}},
	}
	if change != nil {
		change(r)
	}
	return &classify.Finding{Report: r, Rule: classify.RuleByID("nil_field"), Fingerprint: "297ede139ce7"}
}

func fits(t *testing.T, e Entry, f *classify.Finding) bool {
	t.Helper()
	e.Reason = "a test"
	s, err := New([]Entry{e}, classify.Rules())
	if err != nil {
		t.Fatal(err)
	}
	return s.Find(f, day) != nil
}

// TestFits has an entry hold for just what its fields name, all of them.
func TestFits(t *testing.T) {
	supervisor := func(context string) *classify.Finding {
		return finding(func(r *parser.Report) {
			r.Kind, r.Context = parser.KindSupervisor, context
			r.Process.Name = "MyApp.Supervisor"
			r.Child = &parser.Child{ID: "MyApp.Cart"}
		})
	}
	for _, c := range []struct {
		name string
		e    Entry
		f    *classify.Finding
		want bool
	}{
		{"a pattern", Entry{Pattern: "nil_field"}, finding(nil), true},
		{"its family", Entry{Pattern: "badkey"}, finding(nil), true},
		{"its group", Entry{Pattern: "code"}, finding(nil), true},
		{"another pattern", Entry{Pattern: "timeout"}, finding(nil), false},
		{"a fingerprint", Entry{Fingerprint: "297ede139ce7"}, finding(nil), true},
		{"another fingerprint", Entry{Fingerprint: "297ede139ce8"}, finding(nil), false},
		{"a name", Entry{Process: "MyApp.Cart"}, finding(nil), true},
		{"a name as an atom", Entry{Process: "Elixir.MyApp.Cart"}, finding(nil), true},
		{"the beginning of a name", Entry{Process: "MyApp"}, finding(nil), false},
		{"any end", Entry{Process: "MyApp.*"}, finding(nil), true},
		{"any beginning", Entry{Process: "*.Cart"}, finding(nil), true},
		{"a dot is a dot", Entry{Process: "MyApp?C*"}, finding(nil), false},
		{"the other spelling", Entry{Process: ":my_srv"}, finding(func(r *parser.Report) { r.Process.Name = "my_srv" }), true},
		{"the other spelling, with a star", Entry{Process: ":my_*"}, finding(func(r *parser.Report) { r.Process.Name = "my_srv" }), true},
		{"no name", Entry{Process: "*"}, finding(func(r *parser.Report) { r.Process.Name = "" }), false},
		{"a handler", Entry{Process: "MyApp.Handler"}, finding(func(r *parser.Report) { r.Process.Handler = "MyApp.Handler" }), true},
		{"a module", Entry{Process: "MyApp.Worker"}, finding(func(r *parser.Report) { r.Process = parser.Process{InitialCall: "MyApp.Worker.init/1"} }), true},
		{"a module in Erlang's spelling", Entry{Process: "MyApp.Worker"}, finding(func(r *parser.Report) { r.Process = parser.Process{InitialCall: "'Elixir.MyApp.Worker':init/1"} }), true},
		{"an Erlang module", Entry{Process: "my_worker"}, finding(func(r *parser.Report) { r.Process = parser.Process{InitialCall: ":my_worker.init/1"} }), true},
		{"a function", Entry{Process: "init"}, finding(func(r *parser.Report) { r.Process = parser.Process{InitialCall: "my_worker:init/1"} }), false},
		{"a child", Entry{Process: "MyApp.Cart"}, supervisor(parser.ContextChildTerminated), true},
		{"a child's supervisor", Entry{Process: "MyApp.Supervisor"}, supervisor(parser.ContextChildTerminated), false},
		{"the last child of one that gave up", Entry{Process: "MyApp.Cart"}, supervisor(parser.ContextShutdown), false},
		{"a supervisor that gave up", Entry{Process: "MyApp.Supervisor"}, supervisor(parser.ContextShutdown), true},
		{"the frame's application", Entry{Application: "my_app"}, finding(nil), true},
		{"another application", Entry{Application: "my"}, finding(nil), false},
		{"the application of the metadata", Entry{Application: ":shop"}, finding(func(r *parser.Report) {
			r.Record.Metadata = []ingest.Field{{Key: "application", Value: "shop"}}
		}), true},
		{"the application that ended", Entry{Application: "shop"}, finding(func(r *parser.Report) {
			r.Kind, r.Process.Name, r.Reason.Stack = parser.KindApplication, ":shop", nil
		}), true},
		{"all fields", Entry{Pattern: "code", Process: "MyApp.*", Application: "my_app", Fingerprint: "297ede139ce7"}, finding(nil), true},
		{"all fields but one", Entry{Pattern: "code", Process: "MyApp.*", Application: "your_app", Fingerprint: "297ede139ce7"}, finding(nil), false},
	} {
		if got := fits(t, c.e, c.f); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// TestExpiry has the day itself count, an expired entry make way for another,
// and what would have been suppressed be counted.
func TestExpiry(t *testing.T) {
	s, err := New([]Entry{
		{Pattern: "nil_field", Reason: "old", Until: "2026-06-29", File: "f", Line: 1},
		{Pattern: "nil_field", Reason: "new", Until: "2026-06-30", File: "f", Line: 5},
		{Pattern: "timeout", Reason: "never", File: "f", Line: 9},
	}, classify.Rules())
	if err != nil {
		t.Fatal(err)
	}
	x := s.Find(finding(nil), "2026-06-30")
	if x == nil || *x != (classify.Suppression{Reason: "new", Until: "2026-06-30", Place: "f:5"}) {
		t.Fatalf("%+v", x)
	}
	s.Count(x)
	if x := s.Find(finding(nil), "2026-07-01"); x != nil {
		t.Errorf("after the last day: %+v", x)
	}
	got := s.Uses()
	if got[0].Findings != 0 || got[0].Again != 1 || got[1].Findings != 1 || got[1].Again != 0 || got[2].Findings+got[2].Again != 0 {
		t.Errorf("%+v", got)
	}
	if s := (*Set)(nil); s.Find(finding(nil), day) != nil || s.Uses() != nil {
		t.Error("no configuration suppresses something")
	}
}

func TestNewRefuses(t *testing.T) {
	lines := map[string]int{"pattern": 4, "fingerprint": 5}
	for _, c := range []struct {
		e    Entry
		want string
	}{
		{Entry{Pattern: "timeout"}, `f:3: suppress has no reason`},
		{Entry{Pattern: "timeout", Reason: " "}, `f:3: suppress has no reason`},
		{Entry{Reason: "x"}, `f:3: suppress names nothing: add pattern, process`},
		{Entry{Reason: "x", Pattern: "timout"}, `f:4: pattern "timout": no rule, family or group has this name (is timeout meant?)`},
		{Entry{Reason: "x", Fingerprint: "297E"}, `f:5: fingerprint "297E": expected the 12 hex digits`},
	} {
		c.e.File, c.e.Line, c.e.Lines = "f", 3, lines
		if _, err := New([]Entry{c.e}, classify.Rules()); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
}
