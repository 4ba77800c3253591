package corpus

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/classify/incident"
	"github.com/beamlog/beamlog/internal/golden"
	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/ingest"
	"github.com/beamlog/beamlog/parser/term"
	godiff "github.com/google/go-cmp/cmp"
)

// death is one process's end in a log of testdata/logs/pairs-*, and the bug that it died of.
type death struct {
	bug, way, log string
	f             *classify.Finding
}

var pairMark = regexp.MustCompile(`##### (\w+) (\w+)`)

// deathsIn reads a log of pairs: what stands between two marks is of one bug.
func deathsIn(t *testing.T, path string) []death {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out []death
	marks := pairMark.FindAllSubmatchIndex(text, -1)
	for i, m := range marks {
		end := len(text)
		if i+1 < len(marks) {
			end = marks[i+1][0]
		}
		part := text[m[1]:end]
		part = part[bytes.IndexByte(part, '\n')+1:]
		if i+1 < len(marks) {
			part = part[:bytes.LastIndexByte(part, '\n')+1]
		}
		tracker := incident.NewTracker(incident.Options{})
		for _, f := range findings(t, part, ingest.Options{}) {
			tracker.Add(f)
		}
		tracker.End()
		for _, in := range tracker.Closed() {
			for k, f := range in.Findings {
				if in.Firsts[k] == f && f.Role != classify.Outcome {
					out = append(out, death{string(text[m[2]:m[3]]), string(text[m[4]:m[5]]), filepath.Base(path), f})
				}
			}
		}
	}
	return out
}

// key is a way to say which deaths are of one bug.
type key struct {
	name, text string
	of         func(*classify.Finding) string
}

// keys are ours, and those that others publish, written anew from what their
// sources say they look at (read in 2026) and applied to what the report prints.
var keys = [...]key{
	{"beamlog", "reason's constructor, identifying detail, first function of the project, as above",
		func(f *classify.Finding) string { return f.Fingerprint }},
	{"ErrorTracker", "kind, `file:line` and function of the application's first frame, else of the first frame; no reason",
		errorTrackerKey},
	{"Tower", "level, kind, banner without pids and milliseconds, the whole stacktrace with lines", towerKey},
	{"sentry-elixir", "for `:noproc` and `:timeout` of a `GenServer.call` the type and the whole request; else the server's default: type and in-app functions, without these the text without numbers",
		sentryKey},
}

// seenStack is the stack that a handler inside the VM gets: that of the process that died.
func seenStack(r *parser.Report) []parser.Frame {
	if len(r.Reason.Chain) > 0 && len(r.Reason.Chain[0].Stack) > 0 {
		return r.Reason.Chain[0].Stack
	}
	return r.Reason.Stack
}

func inApp(frames []parser.Frame) []parser.Frame {
	return slices.DeleteFunc(slices.Clone(frames), func(f parser.Frame) bool { return f.App != "shop" })
}

func errorTrackerKey(f *classify.Finding) string {
	r := f.Report
	stack := seenStack(r)
	if own := inApp(stack); len(own) > 0 {
		stack = own
	}
	kind := r.Reason.Class
	if kind == "error" {
		kind = r.Reason.Type
	}
	if len(stack) == 0 {
		return kind
	}
	return fmt.Sprintf("%s%s:%d%s", kind, stack[0].File, stack[0].Line, stack[0].MFA())
}

var towerMasks = regexp.MustCompile(`#PID<[\d.]+>|\d+ms`)

func towerKey(f *classify.Finding) string {
	r := f.Report
	level := ""
	if r.Record != nil {
		level = r.Record.Level
	}
	key := level + r.Reason.Class + towerMasks.ReplaceAllString(r.Reason.Text, "_")
	for _, frame := range seenStack(r) {
		key += "\n" + frame.Text
	}
	return key
}

func sentryKey(f *classify.Finding) string {
	r := f.Report
	if n := len(r.Reason.Chain); n > 0 && (r.Reason.Type == "noproc" || r.Reason.Type == "timeout") {
		call := r.Reason.Chain[n-1].Envelope
		if call.Kind == term.Tuple && len(call.Args) == 2 && call.Args[1].Kind == term.Tuple && len(call.Args[1].Args) == 3 {
			if mfa := call.Args[1]; mfa.Args[0].ModuleName() == "GenServer" && len(mfa.Args[2].Args) == 3 {
				return r.Reason.Type + " genserver_call " + mfa.Args[2].Args[1].Elixir()
			}
		}
	}
	key := ""
	if r.Reason.Class == "error" {
		key = r.Reason.Type
	}
	own := inApp(seenStack(r))
	if len(own) == 0 && key == "" {
		return term.Mask(r.Reason.Text)
	}
	if len(own) == 0 {
		own = seenStack(r)
	}
	for _, frame := range own {
		key += "\n" + frame.MFA()
	}
	return key
}

// score counts pairs: right is said to be one bug and is, joined is said to be and is not,
// parted is not said to be and is.
type score struct {
	right, joined, parted int
	wrong                 map[string]int // "parted no_user", "joined a and b"
}

func (s score) precision() float64 { return ratio(s.right, s.right+s.joined) }
func (s score) recall() float64    { return ratio(s.right, s.right+s.parted) }
func (s score) f1() float64        { return ratio(2*s.right, 2*s.right+s.joined+s.parted) }

func ratio(a, b int) float64 { return float64(a) / float64(max(b, 1)) }

func scoreOf(deaths []death, of func(*classify.Finding) string) score {
	s := score{wrong: map[string]int{}}
	keys := make([]string, len(deaths))
	for i := range deaths {
		keys[i] = of(deaths[i].f)
	}
	for i := range deaths {
		for j := range i {
			a, b := deaths[i], deaths[j]
			switch same := a.bug == b.bug; {
			case same && keys[i] == keys[j]:
				s.right++
			case same:
				s.parted++
				s.wrong["parted: `"+a.bug+"`"]++
			case keys[i] == keys[j]:
				s.joined++
				s.wrong["joined: `"+min(a.bug, b.bug)+"` and `"+max(a.bug, b.bug)+"`"]++
			}
		}
	}
	return s
}

const pairsPage = "../../docs/fingerprints.md"

const (
	pairsFrom = "<!-- from here to the end mark: go test ./internal/corpus -run '^TestFingerprintPairs$' -update -->\n"
	pairsTo   = "<!-- end of what is generated -->\n"
)

// TestFingerprintPairs holds our fingerprint against those of others, over all
// pairs of deaths in the logs of pairs, and docs/fingerprints.md to the result.
func TestFingerprintPairs(t *testing.T) {
	paths, err := filepath.Glob(logs + "/pairs-*/*.log")
	if err != nil || len(paths) != 7 {
		t.Fatalf("%d logs of pairs: %v", len(paths), err)
	}
	var seen, all []death
	for _, path := range paths {
		deaths := deathsIn(t, path)
		if len(deaths) < 120 {
			t.Fatalf("%s: %d deaths", path, len(deaths))
		}
		all = append(all, deaths...)
		if strings.HasSuffix(path, ".elixir.log") {
			seen = append(seen, deaths...)
		}
	}
	var b strings.Builder
	ours := writePairs(&b, seen, all)
	for _, k := range keys[1:] {
		if s := scoreOf(seen, k.of); s.f1() >= ours.f1() {
			t.Errorf("%s: F1 %.3f, ours %.3f", k.name, s.f1(), ours.f1())
		}
	}
	page, err := os.ReadFile(pairsPage)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(page), pairsFrom)
	_, tail, ok2 := strings.Cut(rest, pairsTo)
	if !ok || !ok2 {
		t.Fatalf("%s has lost its marks", pairsPage)
	}
	now := head + pairsFrom + b.String() + pairsTo + tail
	if golden.Update() {
		if err := os.WriteFile(pairsPage, []byte(now), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if now != string(page) {
		t.Errorf("%s (make docs rewrites it): (-is +should be)\n%s", pairsPage, godiff.Diff(string(page), now))
	}
}

// writePairs writes the tables and gives our score among what one writer prints.
func writePairs(b *strings.Builder, seen, all []death) score {
	bugs := map[string]bool{}
	for _, d := range seen {
		bugs[d.bug] = true
	}
	n := len(seen)
	fmt.Fprintf(b, "\n%d deaths of %d bugs, as Elixir's Logger prints them: %d pairs.\n\n", n, len(bugs), n*(n-1)/2)
	b.WriteString("| key | made of | precision | recall | F1 | pairs parted | pairs joined |\n| --- | --- | ---: | ---: | ---: | ---: | ---: |\n")
	row := func(name, text string, s score) {
		fmt.Fprintf(b, "| %s | %s | %.3f | %.3f | %.3f | %d | %d |\n", name, text, s.precision(), s.recall(), s.f1(), s.parted, s.joined)
	}
	var ours score
	for i, k := range keys {
		s := scoreOf(seen, k.of)
		if i == 0 {
			ours = s
		}
		row(k.name, k.text, s)
	}
	m := len(all)
	fmt.Fprintf(b, "\nThe same bugs as all writers print them (Elixir's Logger with and without SASL reports, `logger_formatter`, lager),\n%d deaths, %d pairs. The others' handlers see terms, not texts: they are not measured here.\n\n", m, m*(m-1)/2)
	b.WriteString("| key | | precision | recall | F1 | pairs parted | pairs joined |\n| --- | --- | ---: | ---: | ---: | ---: | ---: |\n")
	across := scoreOf(all, keys[0].of)
	row("beamlog", "across writers", across)
	b.WriteString("\nWhat beamlog's fingerprint gets wrong among these, all of it:\n\n| pairs | in one writer's prints | across writers |\n| --- | ---: | ---: |\n")
	for _, what := range slices.SortedFunc(maps.Keys(across.wrong), func(x, y string) int {
		return cmp.Or(-cmp.Compare(across.wrong[x], across.wrong[y]), cmp.Compare(x, y))
	}) {
		fmt.Fprintf(b, "| %s | %d | %d |\n", what, ours.wrong[what], across.wrong[what])
	}
	b.WriteByte('\n')
	return ours
}
