package incident_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"weak"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/classify/incident"
	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/ingest"
	"github.com/beamlog/beamlog/parser/term"
	"github.com/google/go-cmp/cmp"
)

// change sets a part of a finding that a test needs.
type change func(*classify.Finding)

// finding makes a finding as classify would give it: of a kind, at a printed
// time, with a reason, and a fingerprint made from reason.
func finding(kind parser.Kind, time, reason string, changes ...change) *classify.Finding {
	cause, _ := term.Parse(reason)
	typ := cause.Text
	if cause.Kind == term.Tuple {
		typ = cause.Args[0].Text
	}
	f := &classify.Finding{
		Rule: &classify.Rule{ID: typ}, Severity: classify.Error, Nature: classify.Deterministic, Fingerprint: "fp " + reason,
		Report: &parser.Report{
			Record: &ingest.Record{Input: "app.log", Time: time}, Kind: kind, Complete: true, Shape: string(kind),
			Reason: parser.Reason{Text: reason, Term: cause, Cause: cause, Type: typ},
		},
	}
	for _, c := range changes {
		c(f)
	}
	return f
}

func pid(s string) change  { return func(f *classify.Finding) { f.Report.Process.Pid = s } }
func name(s string) change { return func(f *classify.Finding) { f.Report.Process.Name = s } }
func protocol(s string) change {
	return func(f *classify.Finding) { f.Report.Fields = []ingest.Field{{Key: "Protocol", Value: s}} }
}
func print(s string) change {
	return func(f *classify.Finding) { f.Fingerprint = s }
}

func stack(mfas ...string) change {
	return func(f *classify.Finding) { f.Report.Reason.Stack = frames(mfas) }
}

func frames(mfas []string) []parser.Frame {
	var out []parser.Frame
	for _, s := range mfas {
		mod, fun, _ := strings.Cut(s, ":")
		out = append(out, parser.Frame{Module: mod, Function: fun, Arity: 1, File: "a.ex", Line: 7})
	}
	return out
}

func calling(target string) change {
	return func(f *classify.Finding) {
		f.Report.Reason.Chain = []parser.Link{{Via: parser.ViaCall, Relation: parser.RelCaller, Target: target,
			Detail: "GenServer.call(" + target + ", :get, 5000)"}}
	}
}

func initial(call string, ancestors ...string) change {
	return func(f *classify.Finding) {
		f.Report.Process.InitialCall, f.Report.Process.Ancestors = call, ancestors
	}
}

func child(context, sup, id, pid string) change {
	return func(f *classify.Finding) {
		r := f.Report
		r.Context = context
		r.Supervisor = &parser.Supervisor{Name: sup}
		if strings.Contains(sup, "<") {
			r.Supervisor = &parser.Supervisor{Pid: sup}
		}
		r.Child = &parser.Child{ID: id, Pid: pid}
	}
}

func failedStart(id string) change {
	return func(f *classify.Finding) {
		f.Report.Reason.Chain = append(f.Report.Reason.Chain,
			parser.Link{Via: parser.ViaFailedToStartChild, Relation: parser.RelSupervisor, Target: id})
	}
}

// relate runs findings through a tracker and prints each as "incident role".
func relate(t *testing.T, findings ...*classify.Finding) []string {
	t.Helper()
	tr := incident.NewTracker(incident.Options{})
	var out []*classify.Finding
	for i, f := range findings {
		f.Report.Line, f.Report.EndLine = i+1, i+1
		out = append(out, tr.Add(f)...)
	}
	out = append(out, tr.End()...)
	check(t, findings, out, tr.Closed())
	var got []string
	for _, f := range out {
		got = append(got, f.Incident+" "+string(f.Role))
	}
	return got
}

// check is what holds for any log.
func check(t *testing.T, in, out []*classify.Finding, incidents []*incident.Incident) {
	t.Helper()
	if len(in) != len(out) {
		t.Fatalf("%d findings went in, %d came out", len(in), len(out))
	}
	roots := map[string]int{}
	counts := map[string]int{}
	next := 1
	for i, f := range out {
		if f != in[i] {
			t.Fatalf("finding %d is not in its place", i)
		}
		counts[f.Incident]++
		if counts[f.Incident] == 1 {
			if want := fmt.Sprintf("i%d", next); f.Incident != want {
				t.Errorf("finding %d opens incident %s, want %s", i, f.Incident, want)
			}
			next++
		}
		if f.Role == classify.Root {
			roots[f.Incident]++
		}
		if (f.Why == "") != (f.Role == classify.Root) {
			t.Errorf("finding %d is %s because of %q", i, f.Role, f.Why)
		}
	}
	if len(incidents) != len(counts) {
		t.Errorf("%d incidents were closed, the findings name %d", len(incidents), len(counts))
	}
	for _, x := range incidents {
		if roots[x.ID] != 1 {
			t.Errorf("incident %s has %d roots", x.ID, roots[x.ID])
		}
		if x.Count != counts[x.ID] {
			t.Errorf("incident %s counts %d findings, there are %d", x.ID, x.Count, counts[x.ID])
		}
		if x.Root.Role != classify.Root || x.Root.Incident != x.ID {
			t.Errorf("incident %s has the root %s %s", x.ID, x.Root.Incident, x.Root.Role)
		}
	}
}

const (
	at0 = "12:00:00.000"
	at1 = "12:00:00.010"
	at2 = "12:00:00.020"
	at3 = "12:00:00.030"
	at4 = "12:00:04.000"
)

func TestRelate(t *testing.T) {
	const badmatch = "{:badmatch, 1}"
	for _, tt := range []struct {
		name string
		in   []*classify.Finding
		want []string
	}{
		{"one death told three times", []*classify.Finding{
			finding(parser.KindGenServer, at0, badmatch, name("MyApp.Cart")),
			finding(parser.KindProcess, at0, badmatch, name("MyApp.Cart"), pid("#PID<0.9.0>")),
			finding(parser.KindSupervisor, at1, badmatch, child(parser.ContextChildTerminated, "MyApp.Sup", ":cart", "#PID<0.9.0>")),
		}, []string{"i1 root", "i1 same", "i1 same"}},
		{"the server's name only, then the supervisor's pid only", []*classify.Finding{
			finding(parser.KindGenServer, at0, badmatch, name("MyApp.Cart")),
			finding(parser.KindSupervisor, at1, badmatch, child(parser.ContextChildTerminated, "MyApp.Sup", ":cart", "#PID<0.9.0>")),
		}, []string{"i1 root", "i1 same"}},
		{"two strangers", []*classify.Finding{
			finding(parser.KindGenServer, at0, badmatch, name("MyApp.Cart")),
			finding(parser.KindGenServer, at1, "{:case_clause, 2}", name("MyApp.Db")),
		}, []string{"i1 root", "i2 root"}},
		{"the caller after the callee", []*classify.Finding{
			finding(parser.KindGenServer, at0, badmatch, name("MyApp.Db"), stack("m:f")),
			finding(parser.KindGenServer, at1, badmatch, name("MyApp.Web"), calling("MyApp.Db"), stack("m:f")),
		}, []string{"i1 root", "i1 consequence"}},
		{"the caller before the callee", []*classify.Finding{
			finding(parser.KindGenServer, at0, badmatch, name("MyApp.Web"), calling("MyApp.Db"), stack("m:f")),
			finding(parser.KindGenServer, at1, badmatch, name("MyApp.Db"), stack("m:f")),
			finding(parser.KindProcess, at1, badmatch, name("MyApp.Db"), pid("#PID<0.9.0>"), stack("m:f")),
		}, []string{"i1 consequence", "i1 root", "i1 same"}},
		{"the caller knows the pid, the callee prints its name first", []*classify.Finding{
			finding(parser.KindGenServer, at0, badmatch, name("MyApp.Web"), calling("#PID<0.9.0>")),
			finding(parser.KindGenServer, at1, "{:case_clause, 2}", name("MyApp.Db")),
			finding(parser.KindProcess, at1, "{:case_clause, 2}", name("MyApp.Db"), pid("<0.9.0>")),
		}, []string{"i1 consequence", "i1 root", "i1 same"}},
		{"callers of callers", []*classify.Finding{
			finding(parser.KindGenServer, at0, badmatch, name("A"), calling("B")),
			finding(parser.KindGenServer, at1, badmatch, name("B"), calling("C")),
			finding(parser.KindGenServer, at2, badmatch, name("C")),
		}, []string{"i1 consequence", "i1 consequence", "i1 root"}},
		{"many callers time out at one server", []*classify.Finding{
			finding(parser.KindGenServer, at0, ":timeout", name("A"), calling("MyApp.Db")),
			finding(parser.KindGenServer, at1, ":timeout", name("B"), calling("MyApp.Db"), print("other")),
		}, []string{"i1 root", "i1 consequence"}},
		{"it was not there before it came", []*classify.Finding{
			finding(parser.KindGenServer, at0, ":noproc", name("A"), calling("MyApp.Db")),
			finding(parser.KindGenServer, at4, badmatch, name("MyApp.Db")),
		}, []string{"i1 root", "i2 root"}},
		{"a restart loop, then the supervisor gives up, up to the application", []*classify.Finding{
			finding(parser.KindProcess, at0, badmatch, pid("<0.9.0>"), initial("w:init/1", "my_sup")),
			finding(parser.KindSupervisor, at0, badmatch, child(parser.ContextChildTerminated, "my_sup", "w", "<0.9.0>")),
			finding(parser.KindProcess, at1, badmatch, pid("<0.10.0>"), initial("w:init/1", "my_sup")),
			finding(parser.KindSupervisor, at1, badmatch, child(parser.ContextChildTerminated, "my_sup", "w", "<0.10.0>")),
			finding(parser.KindSupervisor, at2, ":reached_max_restart_intensity", child(parser.ContextShutdown, "my_sup", "w", ""), pid("<0.5.0>")),
			finding(parser.KindSupervisor, at2, ":shutdown", child(parser.ContextChildTerminated, "top_sup", "my_sup", "<0.5.0>")),
			finding(parser.KindSupervisor, at2, ":reached_max_restart_intensity", child(parser.ContextShutdown, "top_sup", "my_sup", "<0.4.0>")),
			finding(parser.KindApplication, at3, ":shutdown", name("my_app")),
		}, []string{"i1 root", "i1 same", "i1 consequence", "i1 consequence", "i1 outcome", "i1 outcome", "i1 outcome", "i1 outcome"}},
		{"a give-up without its crashes", []*classify.Finding{
			finding(parser.KindSupervisor, at0, ":reached_max_restart_intensity", child(parser.ContextShutdown, "my_sup", "w", "")),
		}, []string{"i1 root"}},
		{"a loop that only names show", []*classify.Finding{
			finding(parser.KindGenServer, at0, badmatch, name("MyApp.Cart")),
			finding(parser.KindGenServer, at1, badmatch, name("MyApp.Cart")),
			finding(parser.KindGenServer, at2, "{:case_clause, 2}", name("MyApp.Cart")),
		}, []string{"i1 root", "i1 consequence", "i2 root"}},
		{"tasks that fail alike are no loop", []*classify.Finding{
			finding(parser.KindTask, at0, badmatch, pid("#PID<0.1.0>")),
			finding(parser.KindTask, at1, badmatch, pid("#PID<0.2.0>")),
		}, []string{"i1 root", "i2 root"}},
		{"nor are live views", []*classify.Finding{
			finding(parser.KindGenServer, at0, badmatch, pid("#PID<0.1.0>"), stack("Elixir.MyApp.Live:f", "Elixir.Phoenix.LiveView.Channel:g")),
			finding(parser.KindGenServer, at1, badmatch, pid("#PID<0.2.0>"), stack("Elixir.MyApp.Live:f", "Elixir.Phoenix.LiveView.Channel:g")),
		}, []string{"i1 root", "i2 root"}},
		{"two unnamed servers with another death in between", []*classify.Finding{
			finding(parser.KindGenServer, at0, badmatch, pid("#PID<0.1.0>")),
			finding(parser.KindGenServer, at1, "{:case_clause, 2}", pid("#PID<0.2.0>")),
			finding(parser.KindGenServer, at2, badmatch, pid("#PID<0.3.0>")),
		}, []string{"i1 root", "i2 root", "i3 root"}},
		{"an unnamed server that comes back", []*classify.Finding{
			finding(parser.KindGenServer, at0, badmatch, pid("#PID<0.1.0>")),
			finding(parser.KindGenServer, at1, badmatch, pid("#PID<0.3.0>")),
		}, []string{"i1 root", "i1 consequence"}},
		{"two handlers", []*classify.Finding{
			finding(parser.KindGenServer, at0, badmatch, name("MyApp.Cart")),
			finding(parser.KindGenServer, at0, badmatch, name("MyApp.Cart")),
		}, []string{"i1 root", "i1 same"}},
		{"killed: the supervisor alone tells it", []*classify.Finding{
			finding(parser.KindSupervisor, at0, ":killed", child(parser.ContextChildTerminated, "MyApp.Sup", ":w1", "#PID<0.9.0>")),
		}, []string{"i1 root"}},
		{"the pid of long ago is another process", []*classify.Finding{
			finding(parser.KindGenServer, "12:00:00.000", badmatch, pid("#PID<0.9.0>")),
			finding(parser.KindProcess, "12:00:06.000", badmatch, pid("#PID<0.9.0>")),
		}, []string{"i1 root", "i2 root"}},
		{"a call time-out keeps the incident open", []*classify.Finding{
			finding(parser.KindGenServer, "12:00:00.000", ":timeout", name("A"), calling("MyApp.Db")),
			finding(parser.KindGenServer, "12:00:08.000", badmatch, name("MyApp.Db")),
		}, []string{"i1 consequence", "i1 root"}},
		{"over midnight", []*classify.Finding{
			finding(parser.KindGenServer, "23:59:59.990", badmatch, pid("#PID<0.9.0>")),
			finding(parser.KindProcess, "00:00:00.010", badmatch, pid("#PID<0.9.0>")),
		}, []string{"i1 root", "i1 same"}},
		{"no times: the order decides", []*classify.Finding{
			finding(parser.KindGenServer, "", badmatch, pid("#PID<0.9.0>")),
			finding(parser.KindProcess, "", badmatch, pid("#PID<0.9.0>")),
		}, []string{"i1 root", "i1 same"}},
		{"a process that fails in init", []*classify.Finding{
			finding(parser.KindProcess, at0, badmatch, pid("<0.9.0>"), initial("w:init/1", "my_sup", "<0.2.0>"), stack("w:init")),
			finding(parser.KindSupervisor, at0, badmatch, child(parser.ContextStartError, "my_sup", "w", ""), stack("w:init")),
			finding(parser.KindSupervisor, at0, badmatch, child(parser.ContextStartError, "top_sup", "my_sup", ""), failedStart("w"), stack("w:init")),
			finding(parser.KindApplication, at1, badmatch, name("my_app"), failedStart("my_sup"), stack("w:init")),
		}, []string{"i1 root", "i1 same", "i1 outcome", "i1 outcome"}},
		{"a pool's client went away", []*classify.Finding{
			finding(parser.KindTask, at0, badmatch, pid("#PID<0.9.0>")),
			finding(parser.KindConnection, at1, `{:disconnected, "client #PID<0.9.0> exited"}`),
		}, []string{"i1 root", "i1 consequence"}},
		{"a message that its linked process died", []*classify.Finding{
			finding(parser.KindGenServer, at0, badmatch, pid("#PID<0.9.0>")),
			finding(parser.KindGenServer, at1, badmatch, pid("#PID<0.8.0>"), print("x"), func(f *classify.Finding) {
				f.Report.LastMessage = &parser.Span{Text: "{:EXIT, #PID<0.9.0>, {:badmatch, 1}}"}
			}),
		}, []string{"i1 root", "i1 consequence"}},
		{"a pool that cannot connect", []*classify.Finding{
			finding(parser.KindConnection, "12:00:00.000", ":econnrefused", protocol("Postgrex.Protocol"), pid("#PID<0.1.0>")),
			finding(parser.KindConnection, "12:00:02.000", ":econnrefused", protocol("Postgrex.Protocol"), pid("#PID<0.2.0>")),
			finding(parser.KindConnection, "12:00:40.000", ":econnrefused", protocol("Postgrex.Protocol"), pid("#PID<0.1.0>")),
		}, []string{"i1 root", "i1 consequence", "i1 consequence"}},
		{"the supervisor speaks before the crash report", []*classify.Finding{
			finding(parser.KindSupervisor, at0, badmatch, child(parser.ContextStartError, "my_sup", "w", ""), stack("w:init")),
			finding(parser.KindProcess, at0, badmatch, pid("<0.9.0>"), initial("w:init/1", "my_sup", "<0.2.0>"), stack("w:init")),
		}, []string{"i1 root", "i1 same"}},
		{"an application that fails to start stops the VM", []*classify.Finding{
			finding(parser.KindApplication, at0, badmatch, name("my_app"), stack("w:init")),
			finding(parser.KindSlogan, "", "{:badmatch, #Cut<1>}", print("other")),
		}, []string{"i1 root", "i1 outcome"}},
		{"out of memory is not the application's", []*classify.Finding{
			finding(parser.KindGenServer, at0, badmatch, name("A")),
			finding(parser.KindSlogan, at1, ":eheap_alloc"),
		}, []string{"i1 root", "i2 root"}},
		{"an exception that the application and the server both log", []*classify.Finding{
			finding(parser.KindOther, at0, badmatch, stack("m:f")),
			finding(parser.KindGenServer, at0, badmatch, stack("m:f"), pid("#PID<0.9.0>")),
		}, []string{"i1 root", "i1 same"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, relate(t, tt.in...)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// Two inputs are two nodes as far as anybody knows.
func TestPidsOfTwoInputsNeverMeet(t *testing.T) {
	a := finding(parser.KindGenServer, at0, ":boom", pid("#PID<0.9.0>"))
	b := finding(parser.KindProcess, at0, ":boom", pid("#PID<0.9.0>"))
	b.Report.Record.Input = "other.log"
	if got := relate(t, a, b); got[1] != "i2 root" {
		t.Errorf("got %q", got)
	}
}

func TestFullestReportGivesTheFingerprint(t *testing.T) {
	server := finding(parser.KindGenServer, at0, ":boom", pid("#PID<0.9.0>"), stack("Elixir.MyApp.Cart:f"))
	server.Fingerprint, server.Recipe = "full", "v1|boom||MyApp.Cart.f/1"
	server.Report.LastMessage = &parser.Span{Text: ":x"}
	sup := finding(parser.KindSupervisor, at0, ":boom", child(parser.ContextChildTerminated, "S", "w", "#PID<0.9.0>"))
	sup.Fingerprint, sup.Recipe = "poor", "v1|boom||-"
	relate(t, server, sup)
	if sup.Fingerprint != "full" || !strings.HasPrefix(sup.Recipe, server.Recipe+" (") {
		t.Errorf("got %q of %q", sup.Fingerprint, sup.Recipe)
	}
}

// A loop of 30,000 deaths: memory is bounded, so findings come out before the
// end, and there is still one root.
func TestEndlessLoop(t *testing.T) {
	tr := incident.NewTracker(incident.Options{MaxHeld: 100})
	var in, out []*classify.Finding
	held := 0
	for i := range 30000 {
		f := finding(parser.KindGenServer, fmt.Sprintf("%02d:%02d:%02d.%03d", i/36000, i/600%60, i/10%60, i%10*100), ":boom", name("MyApp.Cart"))
		in = append(in, f)
		out = append(out, tr.Add(f)...)
		held = max(held, len(in)-len(out))
	}
	out = append(out, tr.End()...)
	closed := tr.Closed()
	check(t, in, out, closed)
	if held > 101 {
		t.Errorf("%d findings were held", held)
	}
	if len(closed) != 1 || closed[0].Restarts != 29999 || len(closed[0].Findings) > 51 {
		t.Errorf("%d incidents, the first with %d restarts and %d findings kept", len(closed), closed[0].Restarts, len(closed[0].Findings))
	}
	if g := tr.Groups(); len(g) != 1 || g[0].Findings != 30000 {
		t.Errorf("groups: %+v", g)
	}
}

// 500 MB of reports with large bodies, in one loop and in many incidents:
// what is held, kept and sampled stays small.
func TestMemoryIsBounded(t *testing.T) {
	const size = 256 << 10
	for _, tt := range []struct {
		name string
		make func(i int) *classify.Finding
	}{
		{"one loop", func(int) *classify.Finding { return finding(parser.KindGenServer, at0, ":boom", name("MyApp.Cart")) }},
		{"many incidents", func(i int) *classify.Finding { return finding(parser.KindTask, at0, fmt.Sprintf("{:boom, %d}", i)) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tr := incident.NewTracker(incident.Options{})
			for i := range 2000 {
				f := tt.make(i)
				f.Report.Record.Body = strings.Repeat("x", size)
				tr.Add(f)
				tr.Closed()
			}
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			if m.HeapAlloc > 48<<20 {
				t.Errorf("%d MB are in use", m.HeapAlloc>>20)
			}
			runtime.KeepAlive(tr)
		})
	}
}

// Whatever comes in whatever order: the findings keep their order, each has a
// role, and each incident has one root.
func TestAnythingGoes(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		tr := incident.NewTracker(incident.Options{MaxHeld: 1 + r.IntN(30), MaxKept: 5, MaxGroups: 3})
		var in, out []*classify.Finding
		var closed []*incident.Incident
		for i := range 120 {
			f := randomFinding(r, i)
			in = append(in, f)
			out = append(out, tr.Add(f)...)
			closed = append(closed, tr.Closed()...)
		}
		out = append(out, tr.End()...)
		closed = append(closed, tr.Closed()...)
		check(t, in, out, closed)
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

func randomFinding(r *rand.Rand, i int) *classify.Finding {
	kinds := []parser.Kind{parser.KindGenServer, parser.KindProcess, parser.KindSupervisor, parser.KindTask, parser.KindApplication,
		parser.KindSlogan, parser.KindRequest, parser.KindConnection, parser.KindGenEvent, parser.KindOther}
	reasons := []string{":boom", "{:badmatch, 1}", ":noproc", ":timeout", ":shutdown", ":killed", ":reached_max_restart_intensity"}
	aPid := func() string { return fmt.Sprintf("#PID<0.%d.0>", r.IntN(5)) }
	aName := func() string { return string(rune('A' + r.IntN(4))) }
	var ch []change
	if r.IntN(2) == 0 {
		ch = append(ch, pid(aPid()))
	}
	if r.IntN(2) == 0 {
		ch = append(ch, name(aName()))
	}
	if r.IntN(3) == 0 {
		ch = append(ch, calling(aName()))
	}
	if r.IntN(6) == 0 {
		ch = append(ch, failedStart("w"))
	}
	if r.IntN(2) == 0 {
		ch = append(ch, stack("m:f"))
	}
	if r.IntN(3) == 0 {
		ch = append(ch, initial("w:init/1", aName(), aPid()))
	}
	kind := kinds[r.IntN(len(kinds))]
	if kind == parser.KindSupervisor {
		contexts := []string{parser.ContextChildTerminated, parser.ContextStartError, parser.ContextShutdown, parser.ContextShutdownError, ""}
		ch = append(ch, child(contexts[r.IntN(len(contexts))], aName(), aName(), aPid()))
	}
	time := fmt.Sprintf("12:00:%02d.000", i/3)
	if r.IntN(10) == 0 {
		time = ""
	}
	return finding(kind, time, reasons[r.IntN(len(reasons))], ch...)
}

// TestForgets has one incident that never ends: what was given out is not kept.
func TestForgets(t *testing.T) {
	tr := incident.NewTracker(incident.Options{MaxHeld: 10})
	var all []weak.Pointer[classify.Finding]
	for i := range 5000 {
		f := finding(parser.KindGenServer, fmt.Sprintf("12:%02d:%02d.000", i/60%60, i%60), ":boom", pid(fmt.Sprintf("#PID<0.%d.0>", i)), stack("m:f"))
		all = append(all, weak.Make(f))
		tr.Add(f)
		tr.Closed()
	}
	runtime.GC()
	alive := 0
	for _, p := range all {
		if p.Value() != nil {
			alive++
		}
	}
	if alive > 600 {
		t.Errorf("%d findings of %d are alive", alive, len(all))
	}
	tr.End()
}

func BenchmarkAdd(b *testing.B) {
	tr := incident.NewTracker(incident.Options{})
	var loop []*classify.Finding
	for i := range 100 {
		loop = append(loop,
			finding(parser.KindGenServer, "", ":boom", name("MyApp.Cart")),
			finding(parser.KindProcess, "", ":boom", name("MyApp.Cart"), pid(fmt.Sprintf("#PID<0.%d.0>", i)), stack("m:f")))
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		tr.Add(loop[i%len(loop)])
		tr.Closed()
	}
}

// A suppression that fits one report of a death holds for all of them, also for
// those before, and for no other death of the incident.
func TestSuppressed(t *testing.T) {
	why := &classify.Suppression{Reason: "a test"}
	suppressed := func(f *classify.Finding) { f.Suppressed = why }
	died := finding(parser.KindGenServer, "12:00:00.000", "boom", pid("<0.1.0>"))
	crash := finding(parser.KindProcess, "12:00:00.001", "boom", pid("<0.1.0>"), suppressed)
	took := finding(parser.KindGenServer, "12:00:00.002", "boom", pid("<0.2.0>"), calling("<0.1.0>"))
	alone := finding(parser.KindGenServer, "12:05:00.000", "bang", pid("<0.3.0>"), suppressed)

	for _, all := range []bool{false, true} {
		tr := incident.NewTracker(incident.Options{Expected: all})
		var out []*classify.Finding
		for i, f := range []*classify.Finding{died, crash, took, alone} {
			f.Report.Line, f.Report.EndLine = i+1, i+1
			out = append(out, tr.Add(f)...)
		}
		out = append(out, tr.End()...)
		var got []string
		for _, f := range out {
			got = append(got, fmt.Sprint(f.Incident, " ", f.Role, " ", f.Suppressed != nil))
		}
		want := []string{"i1 root true", "i1 same true", "i1 consequence false", "i2 root true"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		closed := tr.Closed()
		if len(closed) != 2 || closed[0].Suppressed != 2 || closed[0].Expected() || closed[1].Suppressed != 1 || !closed[1].Expected() {
			t.Errorf("%+v", closed)
		}
		if groups := tr.Groups(); len(groups) != 1 && !all || len(groups) != 2 && all {
			t.Errorf("%d groups", len(groups))
		}
		died.Suppressed = nil
	}
}

// What stacks take counts as much as the log's text does: a log of long ones must
// not make memory grow.
func TestLongStacksAreHeldInBounds(t *testing.T) {
	long := make([]parser.Frame, 300)
	tracker := incident.NewTracker(incident.Options{MaxBytes: 1 << 20})
	released := 0
	for i := range 100 {
		f := finding(parser.KindGenServer, "12:00:00.000", fmt.Sprintf("{boom, %d}", i))
		f.Report.Reason.Stack = long
		released += len(tracker.Add(f))
	}
	if released < 70 {
		t.Errorf("%d of 100 findings were released, the others hold %d frames", released, (100-released)*len(long))
	}
}
