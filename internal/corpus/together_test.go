package corpus

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/classify/incident"
	"github.com/beamlog/beamlog/internal/pipeline"
	"github.com/beamlog/beamlog/internal/render"
)

// told is what a run hands on.
type told struct{ incidents []*incident.Incident }

func (t *told) Begin(render.Input) error        { return nil }
func (t *told) Finding(*classify.Finding) error { return nil }
func (t *told) End(render.Summary) error        { return nil }
func (t *told) Incident(in *incident.Incident) error {
	t.incidents = append(t.incidents, in)
	return nil
}

// run reads a log as the command does.
func run(t *testing.T, log []byte) ([]*incident.Incident, render.Summary) {
	t.Helper()
	var sink told
	sum, err := pipeline.Run(context.Background(), pipeline.Options{Stdin: bytes.NewReader(log)}, &sink)
	if err != nil {
		t.Fatal(err)
	}
	return sink.incidents, sum
}

// patternIDs are the patterns of all incidents and groups, each once.
func patternIDs(incidents []*incident.Incident, groups []*incident.Group) []string {
	var ids []string
	for _, in := range incidents {
		for _, p := range in.Patterns {
			ids = append(ids, p.Rule.ID)
		}
	}
	for _, g := range groups {
		for _, p := range g.Patterns {
			ids = append(ids, p.Rule.ID)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// TestTogether reads logs of failures that only several reports show, each
// made for one pattern: it is found, and no other but those named here.
func TestTogether(t *testing.T) {
	texts := map[string]string{
		"restart_loop":           "Shop.Feed: 4 deaths in ",
		"restart_storm":          "6 different processes died of the same reason in ",
		"flapping":               "4 times in 19 s, never within 5.2 s of each other",
		"periodic_crash":         "every 6 s, 5 times",
		"timeout_pileup":         "7 calls of Shop.Prices timed out in ",
		"deadlock":               "Shop.B was waiting for Shop.A, which died because it was waiting for Shop.B",
		"cascade":                "it took 3 other processes with it, and a supervisor gave up",
		"one_for_all_collateral": "Shop.Supervisor started 2 siblings with it: Shop.Stock, Shop.Till",
		"memory_growth":          "Message Queue Length grew from report to report: 20 → 400 → 9000",
		"error_in_error_path":    "terminate/2 failed itself",
		"boot_noise":             "what it needed was started ",
		"poison_message":         `4 deaths with the same input: {:"$gen_cast", {:order, %{id: "A-17"`,
		"node_flap":              "stock@host was lost 3 times in ",
	}
	besides := map[string]string{"memory_growth": "restart_loop"} // its three deaths are one as well
	paths, err := filepath.Glob(logs + "/elixir-1.14.0/together/*.log")
	if err != nil || len(paths) != len(texts) {
		t.Fatalf("%d logs, %d patterns: %v", len(paths), len(texts), err)
	}
	for _, path := range paths {
		id := strings.TrimSuffix(filepath.Base(path), ".log")
		t.Run(id, func(t *testing.T) {
			log, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			incidents, sum := run(t, log)
			for _, got := range patternIDs(incidents, sum.Groups) {
				if got != id && got != besides[id] {
					t.Errorf("%s is shown too", got)
				}
			}
			for _, g := range sum.Groups {
				for _, p := range g.Patterns {
					if p.Rule.ID == id && strings.HasPrefix(p.Text, texts[id]) {
						return
					}
					t.Logf("%s: %s", p.Rule.ID, p.Text)
				}
			}
			t.Errorf("%s is not shown as %q", id, texts[id])
		})
	}
}

// TestDeployOnset reads two versions of one program, one after the other: what
// only the second does began with it.
func TestDeployOnset(t *testing.T) {
	var log []byte
	for _, version := range []string{"v1", "v2"} {
		text, err := os.ReadFile(logs + "/pairs-elixir-1.14.0/" + version + ".elixir.log")
		if err != nil {
			t.Fatal(err)
		}
		log = append(log, text...)
	}
	_, sum := run(t, log)
	n := 0
	for _, g := range sum.Groups {
		for _, p := range g.Patterns {
			if p.Rule.ID != "deploy_onset" {
				continue
			}
			n++
			if f := g.Sample.Root.Report.Reason.Stack; !strings.Contains(p.Text, "shop 0.1.0 became 0.2.0") || len(f) > 0 && f[0].Version == "0.1.0" {
				t.Errorf("%s: %s", g.Sample.Root.Recipe, p.Text)
			}
			if strings.Contains(g.Sample.Root.Recipe, "total_new") {
				n += 100
			}
		}
	}
	if n < 100 || n > 104 { // the renamed function, and what is parted by an id in a name
		t.Errorf("%d bugs began with version 0.2.0", n)
	}
}

// TestFewPatterns: logs of single crashes show next to nothing together.
func TestFewPatterns(t *testing.T) {
	// Six of the deaths in a row are of one bug, and eight calls time out.
	most := []string{"restart_loop", "timeout_pileup"}
	for _, path := range []string{"/pairs-elixir-1.14.0/v1.elixir.log", "/pairs-otp-25/v1.otp.log", "/pairs-lager-3.9.2/v1.lager.log"} {
		log, err := os.ReadFile(logs + path)
		if err != nil {
			t.Fatal(err)
		}
		incidents, sum := run(t, log)
		for _, id := range patternIDs(incidents, sum.Groups) {
			if !slices.Contains(most, id) {
				t.Errorf("%s: %s", path, id)
			}
		}
	}
}
