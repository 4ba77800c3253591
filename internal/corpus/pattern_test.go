package corpus

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/beamlog/beamlog/classify"
)

const programs = "../../testdata/programs"

// TestPatterns holds the pattern of each report against what a person expects of
// the scenario (PROGRAM.want beside the program, checked by hand).
//
//	call_badmatch   badmatch
//	gives_up        custom_exit supervisor:reached_max_restart_intensity
//
// A bare id is right for every report of the scenario; "kind:id" for those of
// one kind; of several, any may be the one.
func TestPatterns(t *testing.T) {
	for _, l := range corpusLogs(t) {
		t.Run(filepath.Base(filepath.Dir(l.path))+"/"+filepath.Base(l.path), func(t *testing.T) {
			want := readWant(t, l)
			pairs, _, _ := matched(l, l.events(t), classified(t, l))
			for _, p := range pairs {
				r, got := p.got.Report, p.got.Rule.ID
				ids, ok := want[p.want.Scenario]
				switch {
				case !ok:
					t.Errorf("%s: no expectation for it; it is %s:%s", p.want.Scenario, r.Kind, got)
				case l.cutReason(got, ids):
				case !slices.Contains(ids, got) && !slices.Contains(ids, string(r.Kind)+":"+got):
					t.Errorf("%s, line %d: %s is %s, want %s", p.want.Scenario, r.Line, r.Kind, got, strings.Join(ids, " "))
				}
			}
		})
	}
}

// cutReason says whether a pattern is less exact only because the text is: lager
// leaves out the class, throw, {bad_return, …} and all frames but one, a limited
// formatter what does not fit; Logger's crash reason has no class.
func (l corpusLog) cutReason(got string, want []string) bool {
	if !l.lager() && !l.limited() && l.setup != "json-crash_reason" {
		return false
	}
	if l.marked() && slices.Contains([]string{"callee_crashed", "app_start_failure", "failed_to_start_child", "application_bad_return", "init_raise"}, got) {
		return true // only the envelope was printed, or not the frame that tells where
	}
	return generic(got) || got == "app_exited" || slices.ContainsFunc(want, func(id string) bool {
		rule := classify.RuleByID(id)
		return rule != nil && rule.Family() == got
	})
}

// folder is where the log's program stands.
func (l corpusLog) folder() string {
	if l.program == "web" { // lager and others write of it too
		return "cowboy"
	}
	for _, folder := range []string{"elixir", "rabbitmq", "ejabberd"} {
		if strings.Contains(l.path, "/corpus-"+folder+"-") {
			return folder
		}
	}
	return "erlang"
}

// readWant reads the expectations for a log's program: scenario to ids.
func readWant(t *testing.T, l corpusLog) map[string][]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(programs, l.folder(), l.program+".want"))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{}
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(line, "#")
		if f := strings.Fields(line); len(f) > 1 {
			want[f[0]] = f[1:]
		}
	}
	return want
}
