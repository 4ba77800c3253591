package corpus

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/parser"
)

// script is the number that Elixir's compiler gives to the module of a script: it
// counts the files that the VM compiled before.
var script = regexp.MustCompile(`elixir_compiler_\d+`)

// TestSameCrashEverywhere runs over the programs whose crashes several loggers
// printed, and holds the finding of each crash in each log to that of the first
// log: kind, pattern, family and top frame are the same, event by event as the
// runtime knew them, whoever wrote the text.
func TestSameCrashEverywhere(t *testing.T) {
	byProgram := map[string][]corpusLog{}
	for _, l := range corpusLogs(t) {
		key := l.folder() + "/" + l.program
		byProgram[key] = append(byProgram[key], l)
	}
	for program, all := range byProgram {
		if len(all) < 2 || program == "elixir/quiet" {
			continue
		}
		first := slices.IndexFunc(all, func(l corpusLog) bool { return !l.lager() && !l.limited() })
		base := findingsByEvent(t, all[first])
		for i, l := range all {
			if i == first {
				continue
			}
			name := filepath.Base(filepath.Dir(l.path)) + "/" + filepath.Base(l.path)
			t.Run(name, func(t *testing.T) {
				compared := 0
				for key, p := range findingsByEvent(t, l) {
					q, ok := base[key]
					if !ok || crash(p.want) != crash(q.want) {
						continue // the other set-up does not print it, or two processes died in another order
					}
					compared++
					for _, d := range everywhereDiffs(l, q.got, p.got) {
						t.Errorf("%s, line %d (line %d of %s): %s", key, p.got.Report.Line, q.got.Report.Line, all[first].setup, d)
					}
				}
				if compared < len(base)/4 {
					t.Errorf("only %d of %d reports in common with %s", compared, len(base), all[first].path)
				}
				t.Logf("%d reports compared", compared)
			})
		}
	}
}

// findingsByEvent gives a log's findings by what the runtime calls the event: its
// scenario, its label and which of these it is.
func findingsByEvent(t *testing.T, l corpusLog) map[string]pair {
	t.Helper()
	pairs, _, _ := matched(l, l.events(t), classified(t, l))
	all, seen := map[string]pair{}, map[string]int{}
	for _, p := range pairs {
		key := p.want.Scenario + ": " + p.want.Label
		seen[key]++
		all[fmt.Sprintf("%s %d", key, seen[key])] = p
	}
	return all
}

// identity is what a VM does not print twice: pids, references, ports, the
// numbers of scripts and of the funs in them.
var identity = regexp.MustCompile(`[<.]\d+[\d.]*>|elixir_compiler_\d+`)

// crash is the reason of an event without what differs from run to run.
func crash(e event) string { return identity.ReplaceAllString(e.Reason, "") }

// everywhereDiffs says in what two findings of one crash differ, though the text
// of l holds it.
func everywhereDiffs(l corpusLog, want, got *classify.Finding) (diffs []string) {
	differ := func(what, x, y string) {
		if x != y {
			diffs = append(diffs, fmt.Sprintf("%s %q, not %q", what, y, x))
		}
	}
	// A JSON logger may leave out the head, or the message that proves an Agent.
	unproven := want.Report.Kind == parser.KindAgent && got.Report.Kind == parser.KindGenServer
	if !l.anonymous(got.Report) && !unproven {
		differ("kind", string(want.Report.Kind), string(got.Report.Kind))
	}
	if !unproven && !l.cutReason(got.Rule.ID, []string{want.Rule.ID}) && (!generic(want.Rule.ID) || !generic(got.Rule.ID)) {
		differ("pattern", want.Rule.ID, got.Rule.ID)
		differ("family", want.Rule.Family(), got.Rule.Family())
	}
	if x, y := parser.NameKey(want.Report.Process.Name), parser.NameKey(got.Report.Process.Name); x != "" && y != "" && !sameText(y, x) {
		differ("name", x, y)
	}
	if x, y := want.Report.TopFrame(), got.Report.TopFrame(); x != nil && y != nil {
		if y.Arity < 0 { // a limit cut the frame
			cut := *x
			cut.Arity, x = -1, &cut
		}
		differ("top frame", script.ReplaceAllString(place(x, y), ""), script.ReplaceAllString(place(y, x), ""))
	}
	return diffs
}
