package corpus

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/ingest"
)

const web = logs + "/phoenix-1.8"

// webReport is a report that a table of phoenix-1.8/README.md says was printed,
// or a note: a line that is no report.
type webReport struct {
	scenario, kind, pattern string
	exception               string // "RuntimeError"; "" if the reason held none
	message                 string // the beginning of the exception's text; "" if it is not told
	note                    bool
}

func (w webReport) String() string {
	return fmt.Sprintf("%s: %s %s %s", w.scenario, w.kind, w.pattern, w.exception)
}

// sameAs says which patterns are meant by one of a table, and why. The tables
// say what happened, in words that are coarser in places than the rules' ids.
var sameAs = []struct {
	pattern  string
	scenario string // "" for all
	ids      []string
}{
	// No rule names the exception: the table has one word for all generics.
	{"exception_other", "", []string{"runtime_error", "request_crash", "channel_join_crash"}},
	// Nothing is known of the reason; of a Broadway processor, that it was one.
	{"exit_other", "", []string{"custom_exit", "broadway_processor_error"}},
	// {shutdown, Reason} with a Reason of the program's own is an ordered stop.
	{"shutdown", "", []string{"normal_exit"}},
	// An ArgumentError with a sentence of its own, and one of those by its text.
	{"badarg", "", []string{"argument_error", "registry_unknown"}},
	// A child of timeout.
	{"timeout", "req_stream_timeout", []string{"async_stream_timeout"}},
	// Oban wraps the reason: the deepest level that a rule names is the pattern.
	{"oban_crash", "", []string{"noproc"}},
	// A KeyError in assigns (%{__changed__: nil, …}) is a template that failed.
	{"badkey", "req_teapot", []string{"liveview_render_error"}},
	// {badmatch, {error, Reason}}: the assertion stays the pattern, Reason is its cause.
	{"econnrefused", "client_refused", []string{"badmatch"}},
	// The consumer dies of its producer's reason, and nothing in its own report tells a stage.
	{"gen_stage_bad_return", "genstage_producer_bad_return", []string{"bad_return_value"}},
	// What Bandit and Cowboy log of clients that speak no proper HTTP, by their own rule.
	{"http_protocol_error", "", []string{"plug_timeout"}},
	// These notes have no id of their own.
	{"logged_other", "db_client_exited", []string{"db_client_exited"}},
}

// knownTwins are rules of terminations whose crash report tells more: "Initial Call:
// GenStage.init/1" says what the process was.
var knownTwins = map[string]string{"bad_return_value": "gen_stage_bad_return"}

// means says whether the finding is the one that the table tells of.
func (w webReport) means(f *classify.Finding) bool {
	r := f.Report
	if !w.fitsKind(r) || !w.fitsPattern(f.Rule.ID) {
		return false
	}
	if w.exception != "" && !w.fitsException(r) {
		return false
	}
	return w.exception == "" || strings.Contains(squeezed(r.Reason.Text), squeezed(w.message))
}

func (w webReport) fitsKind(r *parser.Report) bool {
	switch {
	case w.note:
		return r.Kind == parser.KindOther || r.Kind == parser.KindConnection
	case w.scenario == "genstage_producer_bad_return":
		return r.Kind == parser.KindGenStage || r.Kind == parser.KindGenServer
	}
	return string(r.Kind) == w.kind
}

func (w webReport) fitsPattern(id string) bool {
	if id == w.pattern {
		return true
	}
	for _, s := range sameAs {
		if s.pattern == w.pattern && (s.scenario == "" || s.scenario == w.scenario) && slices.Contains(s.ids, id) {
			return true
		}
	}
	return false
}

// fitsException: the reason's type, or an exception that wraps it.
func (w webReport) fitsException(r *parser.Report) bool {
	if r.Reason.Type == w.exception || strings.Contains(r.Reason.Text, "** ("+w.exception+")") {
		return true
	}
	return strings.Contains(r.Reason.Term.Elixir(), "%"+w.exception+"{")
}

// squeezed is a text without blanks: the table keeps no line breaks.
func squeezed(s string) string { return strings.Join(strings.Fields(s), "") }

var (
	webRow  = regexp.MustCompile("^\\| `([^`]+)` \\|(.*)\\|$")
	webCell = regexp.MustCompile(`^(\w+) (\w+)(?: \(([\w.]+)\))?(?: ×(\d+))?$`)
)

// shownRunes is how much of a message is compared: what follows may name the server.
const shownRunes = 60

const (
	unpiped = "\x00" // stands for \| while a row is cut into cells
	theSame = "the same"
	nothing = "nothing"
)

// webTruth reads the tables: what was printed in each scenario under a server,
// and of each VM that did not come up.
func webTruth(t *testing.T, server string) (reports []webReport, boots map[string][]webReport) {
	t.Helper()
	text, err := os.ReadFile(web + "/README.md")
	if err != nil {
		t.Fatal(err)
	}
	boots = map[string][]webReport{}
	for line := range strings.Lines(string(text)) {
		row := webRow.FindStringSubmatch(strings.TrimSpace(strings.ReplaceAll(line, `\|`, unpiped)))
		if row == nil {
			continue
		}
		cells := strings.Split(row[2], "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(strings.ReplaceAll(cells[i], unpiped, "|"))
		}
		switch {
		case strings.HasPrefix(row[1], "boot/") && len(cells) == 1:
			boots[row[1]] = webCells(t, row[1], "", cells[0])
		case len(cells) == 3 && !strings.ContainsAny(row[1], "./"):
			message, cell := cells[0], cells[1]
			if server == "cowboy" && cells[2] != theSame {
				message, cell = "", cells[2] // the message is Bandit's
			}
			reports = append(reports, webCells(t, row[1], message, cell)...)
		}
	}
	if len(reports) < 100 || len(boots) < 15 {
		t.Fatalf("the tables hold %d reports and %d boot logs only", len(reports), len(boots))
	}
	return reports, boots
}

func webCells(t *testing.T, scenario, message, cell string) (reports []webReport) {
	t.Helper()
	if cell == nothing {
		return nil
	}
	for i, part := range strings.Split(cell, "; ") {
		m := webCell.FindStringSubmatch(part)
		if m == nil {
			t.Fatalf("%s: %q is no report", scenario, part)
		}
		w := webReport{scenario: scenario, kind: m[1], pattern: m[2], exception: m[3], note: m[1] == "note"}
		if i == 0 && !w.note {
			w.message = string([]rune(message)[:min(len([]rune(message)), shownRunes)]) // of the first report
		}
		n, _ := strconv.Atoi(m[4])
		for range max(n, 1) {
			reports = append(reports, w)
		}
	}
	return reports
}

// TestWebLogs holds what is read of the logs of a Phoenix application against
// its own tables: each report in its order, nothing else.
func TestWebLogs(t *testing.T) {
	paths, err := filepath.Glob(web + "/*.log")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no logs in %s: %v", web, err)
	}
	for _, path := range paths {
		name := filepath.Base(path)
		t.Run(name, func(t *testing.T) {
			server, _, _ := strings.Cut(name, "-")
			want, _ := webTruth(t, server)
			want = asPrinted(want, name)
			got := classifiedIn(t, path, ingest.Options{})
			if strings.HasSuffix(name, "-sasl.log") {
				got = webWithoutSASL(t, got)
			}
			compareInOrder(t, want, got)
		})
	}
}

// printed is where a file holds other numbers than the table has: how often a
// pool tries again within its scenario differs from run to run.
var printed = []struct {
	file, scenario, pattern string
	times                   int
}{
	{"bandit-dev.log", "db_too_many", "db_too_many_connections", 4},
	{"bandit-dev.log", "db_repo_no_database", "badarg", 2},
	{"bandit-sasl.log", "db_too_many", "db_too_many_connections", 6},
	{"cowboy-sasl.log", "db_too_many", "db_too_many_connections", 5},
	{"cowboy-colours.log", "channel_connect_raise", "exception_other", 0}, // the text stands nowhere in it
	{"cowboy-sasl.log", "channel_connect_raise", "exception_other", 0},
}

func asPrinted(want []webReport, file string) []webReport {
	for _, p := range printed {
		if p.file != file {
			continue
		}
		i := slices.IndexFunc(want, func(w webReport) bool { return w.scenario == p.scenario && w.pattern == p.pattern })
		w, end := want[i], i
		for end < len(want) && want[end] == w {
			end++
		}
		want = slices.Replace(want, i, end, slices.Repeat([]webReport{w}, p.times)...)
	}
	return want
}

// TestWebBoot does the same for VMs that do not come up.
func TestWebBoot(t *testing.T) {
	_, boots := webTruth(t, "bandit")
	for name, want := range boots {
		t.Run(name, func(t *testing.T) {
			compareInOrder(t, want, classifiedIn(t, filepath.Join(web, name), ingest.Options{}))
		})
	}
}

// webWithoutSASL leaves out crash reports and supervisor reports, which the
// table does not count. A crash report is held against the termination of the
// same process instead.
func webWithoutSASL(t *testing.T, got []*classify.Finding) (rest []*classify.Finding) {
	t.Helper()
	ids := map[string]string{}
	for _, f := range got {
		switch f.Report.Kind {
		case parser.KindSupervisor:
		case parser.KindProcess:
			pid := parser.PidKey(f.Report.Process.Pid)
			if id, ok := ids[pid]; ok && id != f.Rule.ID && !generic(f.Rule.ID) && knownTwins[id] != f.Rule.ID {
				t.Errorf("line %d: crash report of %s is %s, its termination %s", f.Report.Line, pid, f.Rule.ID, id)
			}
		default:
			ids[parser.PidKey(f.Report.Process.Pid)] = f.Rule.ID
			rest = append(rest, f)
		}
	}
	return rest
}

// generic says whether a rule only says that nothing is known of a reason.
func generic(id string) bool {
	return slices.Contains([]string{"runtime_error", "erlang_error", "exception_other", "custom_exit", "exit_other"}, id)
}

// compareInOrder lays the table and the findings side by side.
func compareInOrder(t *testing.T, want []webReport, got []*classify.Finding) {
	t.Helper()
	missed, invented := aligned(want, got)
	for _, w := range missed {
		// Processes that die at the same time log in any order.
		i := slices.IndexFunc(invented, func(f *classify.Finding) bool { return w.means(f) })
		switch {
		case i >= 0:
			invented = slices.Delete(invented, i, i+1)
		case !w.note:
			t.Errorf("missed: %s", w)
		}
	}
	for _, f := range invented {
		t.Errorf("invented: line %d: %s %s: %s", f.Report.Line, f.Report.Kind, f.Rule.ID, shortened(f.Report.Reason.Text))
	}
}

// aligned pairs as many as it can without changing the order of either side,
// and gives back what is left.
func aligned(want []webReport, got []*classify.Finding) (missed []webReport, invented []*classify.Finding) {
	// best[i][j] is the number of pairs in want[i:] and got[j:].
	best := make([][]int, len(want)+1)
	for i := range best {
		best[i] = make([]int, len(got)+1)
	}
	for i := len(want) - 1; i >= 0; i-- {
		for j := len(got) - 1; j >= 0; j-- {
			best[i][j] = max(best[i+1][j], best[i][j+1])
			if want[i].means(got[j]) {
				best[i][j] = max(best[i][j], 1+best[i+1][j+1])
			}
		}
	}
	i, j := 0, 0
	for i < len(want) && j < len(got) {
		switch {
		case want[i].means(got[j]) && best[i][j] == 1+best[i+1][j+1]:
			i, j = i+1, j+1
		case best[i][j] == best[i+1][j]:
			missed = append(missed, want[i])
			i++
		default:
			invented = append(invented, got[j])
			j++
		}
	}
	return append(missed, want[i:]...), append(invented, got[j:]...)
}
