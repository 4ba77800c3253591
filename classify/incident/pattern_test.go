package incident_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/classify/incident"
	"github.com/beamlog/beamlog/parser"
)

// watched runs findings through a tracker and gives what it has at the end.
func watched(lines int64, findings ...*classify.Finding) ([]*incident.Incident, []*incident.Group) {
	tr := incident.NewTracker(incident.Options{})
	for i, f := range findings {
		f.Report.Line, f.Report.EndLine = i+1, i+1
		tr.Add(f)
	}
	tr.Read(lines)
	tr.End()
	return tr.Closed(), tr.Groups()
}

func rule(id string, n classify.Nature) change {
	return func(f *classify.Finding) {
		f.Rule = &classify.Rule{ID: id, Nature: n}
		f.Nature = n
	}
}

func at(sec int) string { return fmt.Sprintf("%02d:%02d:%02d.000", 12+sec/3600, sec/60%60, sec%60) }

func message(text string) change {
	return func(f *classify.Finding) { f.Report.LastMessage = &parser.Span{Text: text} }
}

// TestPatterns takes what no runtime at hand shows, and what must not be shown.
func TestPatterns(t *testing.T) {
	loop := func(n, gap int, nature classify.Nature) (out []*classify.Finding) {
		for i := range n {
			out = append(out, finding(parser.KindGenServer, at(i*gap), "{:badmatch, 1}", name("MyApp.Feed"), pid(fmt.Sprintf("#PID<0.%d.0>", i)), rule("badmatch", nature)))
		}
		return out
	}
	var lost []*classify.Finding
	for i := range 6 {
		lost = append(lost, finding(parser.KindConnection, "12:00:00.100", ":closed", pid(fmt.Sprintf("#PID<0.%d.0>", i)), rule("db_disconnected", classify.Transient), protocol("Postgrex.Protocol")))
	}
	refused := finding(parser.KindConnection, "12:00:01.000", ":econnrefused", pid("#PID<0.50.0>"), rule("db_connect_failed", classify.Transient), protocol("Postgrex.Protocol"))
	starved := finding(parser.KindSupervisor, at1, "{:timeout, 1}", child(parser.ContextStartError, "MyApp.Sup", ":w", ""), rule("db_pool_queue_timeout", classify.Transient))
	poison := func(text string) (out []*classify.Finding) {
		for i := range 4 {
			out = append(out, finding(parser.KindGenServer, at(i), "{:badmatch, 1}", pid(fmt.Sprintf("#PID<0.%d.0>", i)), message(text), rule("badmatch", classify.Depends)))
		}
		return out
	}
	for _, tt := range []struct {
		name    string
		in      []*classify.Finding
		lines   int64
		want    string // patterns of the group, joined
		nature  classify.Nature
		because string
	}{
		{"connections come back together", append(lost, refused), 0, "thundering_reconnect", classify.Transient, ""},
		{"nothing left in the pool", []*classify.Finding{starved}, 0, "init_pool_exhaustion", classify.Transient, ""},
		{"two deaths are no loop", loop(2, 1, classify.Depends), 0, "", classify.Depends, ""},
		{"a loop changes what depends", loop(3, 1, classify.Depends), 0, "restart_loop", classify.Deterministic, "3 deaths of the same reason in 2 s"},
		{"a short loop is an outage", loop(3, 1, classify.Transient), 0, "restart_loop", classify.Transient, ""},
		{"an outage does not last so long", loop(5, 200, classify.Transient), 0, "periodic_crash", classify.Deterministic, "5 events in 13 min, longer than an outage lasts"},
		{"every minute", loop(5, 60, classify.Depends), 0, "periodic_crash", classify.Depends, ""},
		{"once in a long log", loop(1, 1, classify.Deterministic), 5000, "", classify.Deterministic, "seen once in a log of 5000 lines"},
		{"once in a short one", loop(1, 1, classify.Deterministic), 50, "", classify.Deterministic, ""},
		{"the same order", poison(`{:"$gen_cast", {:order, "A-17"}}`), 0, "poison_message periodic_crash", classify.Deterministic, "deterministic for that input"},
		{"a tick is no input", poison(":tick"), 0, "restart_loop periodic_crash", classify.Deterministic, "3 s"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, groups := watched(tt.lines, tt.in...)
			g := groups[0]
			var got []string
			for _, p := range g.Patterns {
				got = append(got, p.Rule.ID)
			}
			if strings.Join(got, " ") != tt.want {
				t.Errorf("patterns %q, want %q", got, tt.want)
			}
			if g.Verdict.Nature != tt.nature || !strings.Contains(g.Verdict.Why, tt.because) || (tt.because == "") != (g.Verdict.Why == "") {
				t.Errorf("%s because %q; want %s because %q", g.Verdict.Nature, g.Verdict.Why, tt.nature, tt.because)
			}
		})
	}
}

// TestPeriod tells the interval.
func TestPeriod(t *testing.T) {
	var in []*classify.Finding
	for i := range 6 {
		in = append(in, finding(parser.KindTask, at(i*60), "{:badmatch, 1}", pid(fmt.Sprintf("#PID<0.%d.0>", i))))
	}
	_, groups := watched(0, in...)
	if p := groups[0].Patterns; len(p) != 1 || p[0].Every != 60_000 || p[0].Text != "every 60 s, 6 times" || p[0].Span != 300_000 {
		t.Errorf("%+v", p)
	}
}
