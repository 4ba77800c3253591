package pipeline

import (
	"fmt"
	"strings"
	"testing"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/classify/incident"
	"github.com/beamlog/beamlog/classify/suppress"
	"github.com/beamlog/beamlog/internal/render"
)

// kept is a sink that keeps what it is given.
type kept struct {
	findings  []*classify.Finding
	incidents []*incident.Incident
}

func (k *kept) Begin(render.Input) error          { return nil }
func (k *kept) End(render.Summary) error          { return nil }
func (k *kept) Finding(f *classify.Finding) error { k.findings = append(k.findings, f); return nil }
func (k *kept) Incident(in *incident.Incident) error {
	k.incidents = append(k.incidents, in)
	return nil
}

func terminating(at, name string) string {
	return fmt.Sprintf("%s [error] GenServer %s terminating\n** (stop) :oops\nLast message: :a\n", at, name)
}

// TestDay compares a suppression's last day with the report's own, else the
// last that the log has told, else today; or with what the user says.
func TestDay(t *testing.T) {
	const before, after = "2026-06-30 12:00:00.000", "2026-07-01 00:00:00.000"
	for _, c := range []struct {
		name, log, until, now string
		left                  bool
	}{
		{"its own day", terminating(before, "A"), "2026-06-30", "", true},
		{"the day after", terminating(after, "A"), "2026-06-30", "", false},
		{"no last day", terminating(after, "A"), "", "", true},
		{"a day before, by a line without a report", before + " [info] terminating ** (EXIT)\n" + terminating("12:00:00.000", "A"), "2026-06-30", "", true},
		{"the day after, by a line without a report", after + " [info] terminating ** (EXIT)\n" + terminating("12:00:00.000", "A"), "2026-06-30", "", false},
		{"today is later", terminating("12:00:00.000", "A"), "2000-01-01", "", false},
		{"today is earlier", terminating("12:00:00.000", "A"), "9999-12-31", "", true},
		{"as the user says", terminating(after, "A"), "2026-06-30", "2026-06-30", true},
		{"as the user says, without a date", terminating("12:00:00.000", "A"), "9999-12-30", "9999-12-31", false},
	} {
		set, err := suppress.New([]suppress.Entry{{Process: "A", Reason: "a test", Until: c.until}}, classify.Rules())
		if err != nil {
			t.Fatal(err)
		}
		var sink kept
		sum, err := Run(t.Context(), Options{Stdin: strings.NewReader(c.log), Suppress: set, Now: c.now}, &sink)
		if err != nil {
			t.Fatal(err)
		}
		if left := len(sink.findings) == 0; left != c.left {
			t.Errorf("%s: left out: %v", c.name, left)
		}
		if again := sum.Suppressions[0].Again == 1; again == c.left {
			t.Errorf("%s: counts again: %v", c.name, again)
		}
	}
}

// TestSuppress leaves out findings, and incidents that hold nothing else.
func TestSuppress(t *testing.T) {
	log := terminating("2026-06-30 12:00:00.000", "A") +
		"2026-06-30 12:01:00.000 [error] GenServer B terminating\n** (stop) :oops\nLast message: :a\n" +
		"2026-06-30 12:01:00.001 [error] GenServer A terminating\n** (stop) exited in: GenServer.call(B, :get, 5000)\n    ** (EXIT) :oops\nLast message: :a\n"
	run := func(show bool) (kept, render.Summary) {
		set, err := suppress.New([]suppress.Entry{{Process: "A", Reason: "a test"}}, classify.Rules())
		if err != nil {
			t.Fatal(err)
		}
		var sink kept
		sum, err := Run(t.Context(), Options{Stdin: strings.NewReader(log), Suppress: set, ShowSuppressed: show}, &sink)
		if err != nil {
			t.Fatal(err)
		}
		if sum.Suppressed != 2 || sum.SuppressedIncidents != 1 || sum.Incidents != 2 || sum.Suppressions[0].Findings != 2 {
			t.Errorf("%+v", sum)
		}
		return sink, sum
	}
	sink, sum := run(false)
	if len(sink.findings) != 1 || sink.findings[0].Report.Process.Name != "B" || len(sum.Groups) != 1 {
		t.Errorf("%d findings, %d groups", len(sink.findings), len(sum.Groups))
	}
	if len(sink.incidents) != 1 || sink.incidents[0].Count != 2 || sink.incidents[0].Suppressed != 1 {
		t.Errorf("%d incidents, %+v", len(sink.incidents), sink.incidents)
	}
	sink, sum = run(true)
	if len(sink.findings) != 3 || len(sink.incidents) != 2 || len(sum.Groups) != 2 || sink.findings[0].Suppressed.Reason != "a test" {
		t.Errorf("shown: %d findings, %d incidents, %d groups", len(sink.findings), len(sink.incidents), len(sum.Groups))
	}
}

// TestOthers counts the incidents of bugs beyond those that groups are kept of.
func TestOthers(t *testing.T) {
	log := terminating("2026-06-30 12:00:00.000", "A") +
		strings.ReplaceAll(terminating("2026-06-30 12:01:00.000", "B")+terminating("2026-06-30 12:02:00.000", "B"), "oops", "ouch")
	sum, err := Run(t.Context(), Options{Stdin: strings.NewReader(log), Incident: incident.Options{MaxGroups: 1}}, new(kept))
	if err != nil || len(sum.Groups) != 1 || sum.OtherIncidents != 2 || sum.OtherFindings != 2 {
		t.Errorf("%+v, %v", sum, err)
	}
	if got, want := sum.Others(), "and 2 incidents (2 findings) of other bugs: only 1 are told apart"; got != want {
		t.Errorf("%q", got)
	}
}
