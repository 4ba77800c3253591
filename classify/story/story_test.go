package story_test

import (
	"strings"
	"testing"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/classify/incident"
	"github.com/beamlog/beamlog/classify/story"
	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/ingest"
	"github.com/beamlog/beamlog/parser/term"
	"github.com/google/go-cmp/cmp"
)

// badReturn is a server that returned 42 from handle_call/3.
func badReturn() *classify.Finding {
	reason, _ := term.Parse("{:bad_return_value, 42}")
	return &classify.Finding{
		Report: &parser.Report{
			Record: &ingest.Record{Input: "app.log", Time: "14:32:15.123"}, Line: 12, EndLine: 15,
			Kind: parser.KindGenServer, Complete: true,
			Process:     parser.Process{Pid: "#PID<0.123.0>", Name: "MyApp.Cart"},
			Reason:      parser.Reason{Text: "bad return value: 42", Term: reason, Cause: reason, Type: "bad_return_value", Class: "exit"},
			LastMessage: &parser.Span{Text: ":checkout"},
			Client:      &parser.Client{Pid: "#PID<0.96.0>", State: "dead"},
		},
		Rule: &classify.Rule{ID: "bad_return_value", Title: "A callback returned a value its behaviour does not allow", Group: "contract",
			Summary: "MyApp.Cart returned 42.", Causes: []string{"{{process}} returned {{value}}."}},
		Bindings:   []classify.Binding{{Name: "value", Value: reason.Args[1]}},
		Confidence: classify.Exact, Severity: classify.Error, Nature: classify.Deterministic, Blame: "code",
		Fingerprint: "aaaaaaaaaaaa",
	}
}

// relate gives the incidents that the tracker makes of findings.
func relate(findings ...*classify.Finding) []*incident.Incident {
	tr := incident.NewTracker(incident.Options{})
	for i, f := range findings {
		f.Report.Line += i * 10
		tr.Add(f)
	}
	tr.End()
	return tr.Closed()
}

func TestTellsABadReturn(t *testing.T) {
	s := story.Tell(relate(badReturn())[0], story.Options{})
	for _, tt := range []struct{ name, got, want string }{
		{"headline", s.Headline, "GenServer MyApp.Cart (#PID<0.123.0>) stopped"},
		{"reason", s.Reason.Shown, "{:bad_return_value, 42}"},
		{"words", s.Reason.Words, "a return value that the behaviour does not know"},
		{"message", s.Message, ":checkout"},
		{"client", s.Client, "#PID<0.96.0>, dead by then"},
		{"cure", string(s.Cure.Answer), "no"},
		{"causes", strings.Join(s.Causes, "|"), "MyApp.Cart returned 42."},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, tt.got, tt.want)
		}
	}
	if s.Contract == nil || s.Contract.Callback != "handle_call/3" && s.Contract.Callback != "handle_info/2" {
		t.Errorf("contract: %+v", s.Contract)
	}
	limits := strings.Join(s.Limits, "\n")
	for _, want := range []string{"SASL reports are off", "no stacktrace", "state is not printed"} {
		if !strings.Contains(limits, want) {
			t.Errorf("the limits do not say %q:\n%s", want, limits)
		}
	}
}

func TestSpelling(t *testing.T) {
	s := story.Tell(relate(badReturn())[0], story.Options{Spelling: "erlang"})
	if s.Reason.Shown != "{bad_return_value,42}" || s.Message != "checkout" {
		t.Errorf("got %q and %q", s.Reason.Shown, s.Message)
	}
}

// A loop that ends in a give-up: the restart did not cure it, and the rows of
// the timeline are deaths, not reports.
func TestTellsALoop(t *testing.T) {
	var in []*classify.Finding
	for range 3 {
		in = append(in, badReturn())
		child := badReturn()
		child.Report.Kind, child.Report.Context = parser.KindSupervisor, parser.ContextChildTerminated
		child.Report.Process = parser.Process{Name: "MyApp.Sup"}
		child.Report.Supervisor = &parser.Supervisor{Name: "MyApp.Sup"}
		child.Report.Child = &parser.Child{ID: "MyApp.Cart", Pid: "#PID<0.123.0>", Restart: ":permanent"}
		in = append(in, child)
	}
	for i, f := range in { // each life has a pid of its own
		pid := "#PID<0." + string(rune('1'+i/2)) + ".0>"
		if f.Report.Child != nil {
			f.Report.Child.Pid = pid
		} else {
			f.Report.Process.Pid = pid
		}
	}
	up := badReturn()
	up.Report.Kind, up.Report.Context = parser.KindSupervisor, parser.ContextShutdown
	up.Report.Process, up.Report.Supervisor = parser.Process{Name: "MyApp.Sup"}, &parser.Supervisor{Name: "MyApp.Sup"}
	up.Report.Reason = parser.Reason{Text: ":reached_max_restart_intensity", Type: "reached_max_restart_intensity"}
	up.Severity, up.Fingerprint = classify.Critical, "bbbbbbbbbbbb"
	incidents := relate(append(in, up)...)
	if len(incidents) != 1 {
		t.Fatalf("%d incidents", len(incidents))
	}
	s := story.Tell(incidents[0], story.Options{})
	var rows []string
	for _, e := range s.Timeline {
		rows = append(rows, string(e.Role)+": "+e.Text)
	}
	want := []string{
		"root: GenServer MyApp.Cart (#PID<0.1.0>) stopped: bad_return_value",
		"consequence: GenServer MyApp.Cart (#PID<0.2.0>) stopped: bad_return_value",
		"consequence: GenServer MyApp.Cart (#PID<0.3.0>) stopped: bad_return_value",
		"outcome: Supervisor MyApp.Sup gave up",
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("timeline (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int{22}, s.Timeline[0].Again); diff != "" {
		t.Errorf("told again (-want +got):\n%s", diff)
	}
	if s.Severity != classify.Critical || !strings.Contains(s.Cure.Text, "the same death came 2 more times, and the supervisor gave up") {
		t.Errorf("severity %s, cure %q", s.Severity, s.Cure.Text)
	}
	if want := "MyApp.Sup, child MyApp.Cart, permanent"; s.Supervisor != want {
		t.Errorf("supervisor %q, want %q", s.Supervisor, want)
	}
	wantAfter := []string{"It died of the same 2 more times.", "Supervisor MyApp.Sup gave up."}
	if diff := cmp.Diff(wantAfter, s.Aftermath); diff != "" {
		t.Errorf("aftermath (-want +got):\n%s", diff)
	}
}

func TestTellsTheChain(t *testing.T) {
	f := badReturn()
	f.Report.Reason.Type = "noproc"
	f.Report.Reason.Chain = []parser.Link{
		{Via: parser.ViaFailedToStartChild, Relation: parser.RelSupervisor, Target: ":cart"},
		{Via: parser.ViaCall, Relation: parser.RelCaller, Target: "MyApp.Db", Detail: "GenServer.call(MyApp.Db, :get, 5000)"},
	}
	var got []string
	for _, step := range story.Tell(relate(f)[0], story.Options{}).Chain {
		got = append(got, step.Text)
	}
	want := []string{
		"its child :cart did not start",
		"it was waiting for MyApp.Db: GenServer.call(MyApp.Db, :get, 5000)",
		"the cause: no such process",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
