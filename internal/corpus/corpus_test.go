package corpus

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/ingest"
	"github.com/beamlog/beamlog/parser/term"
)

const logs = "../../testdata/logs"

// corpusLog is one log of the corpus: "gen_server.sasl" in corpus-elixir-1.14.0.
type corpusLog struct{ path, program, setup, truth string }

func corpusLogs(t *testing.T) []corpusLog {
	t.Helper()
	paths, err := filepath.Glob(logs + "/corpus-*/*.log")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no corpus under %s: %v", logs, err)
	}
	var all []corpusLog
	for _, path := range paths {
		stem := strings.TrimSuffix(path, ".log")
		program, setup, ok := strings.Cut(filepath.Base(stem), ".")
		if !ok {
			t.Fatalf("%s is not PROGRAM.SETUP.log", path)
		}
		all = append(all, corpusLog{path, program, setup, stem + ".truth.ndjson"})
	}
	return all
}

// options is how the log is to be read: a format with metadata behind the level has to be told.
func (l corpusLog) options() ingest.Options {
	if l.setup == "custom" {
		return ingest.Options{LoggerFormat: "$date $time [$level] $metadata| $message\n"}
	}
	return ingest.Options{}
}

func classified(t *testing.T, l corpusLog) []*classify.Finding {
	t.Helper()
	return classifiedIn(t, l.path, l.options())
}

// classifiedIn reads a log as the command does, up to its findings. Several tests
// share them: nobody changes them.
func classifiedIn(t *testing.T, path string, o ingest.Options) []*classify.Finding {
	t.Helper()
	key := path + "\x00" + o.LoggerFormat
	if _, ok := inFile[key]; !ok {
		inFile[key] = readIn(t, path, o)
	}
	return inFile[key]
}

var inFile = map[string][]*classify.Finding{}

func readIn(t *testing.T, path string, o ingest.Options) []*classify.Finding {
	t.Helper()
	e, err := engine()
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var found []*classify.Finding
	for rec, err := range ingest.Records(context.Background(), f, filepath.Base(path), o) {
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range parser.Parse(rec) {
			if finding := e.Classify(r); finding != nil {
				found = append(found, finding)
			}
		}
	}
	return found
}

// pair is an event and the finding that tells of it.
type pair struct {
	want event
	got  *classify.Finding
}

// matched pairs events and findings: by time where the set-up prints the event's
// own, else in order by kind and process.
func matched(l corpusLog, events []event, found []*classify.Finding) (pairs []pair, missed []event, invented []*classify.Finding) {
	rest := slices.Clone(found)
	for _, e := range events {
		i := slices.IndexFunc(rest, func(f *classify.Finding) bool {
			if e.Kind == "note" && !l.timed() {
				return strings.Contains(f.Report.Record.Body, "unexpected message")
			}
			if l.timed() {
				return f.Report.Record.Time != "" && strings.HasPrefix(e.Time[len("2026-03-19T"):], clock(f.Report.Record.Time))
			}
			return sameKind(e, f.Report) && processDiff(e, f.Report) == ""
		})
		if e.Kind == "note" {
			if i >= 0 { // no report; a finding is allowed
				rest = slices.Delete(rest, i, i+1)
			}
			continue
		}
		if i < 0 {
			missed = append(missed, e)
			continue
		}
		pairs = append(pairs, pair{e, rest[i]})
		rest = slices.Delete(rest, i, i+1)
	}
	return pairs, missed, rest
}

// timed says whether the text carries the time of the event itself.
func (l corpusLog) timed() bool {
	return l.setup != "dev" && l.setup != "sasl-compatible" && !strings.HasPrefix(l.setup, "lager-")
}

// counted says whether times are, in part, numbers since 1970.
func (l corpusLog) counted() bool {
	return l.setup == "json-keys" || l.setup == "json-text"
}

// anonymous says whether the text holds neither a title nor a process: LoggerJSON's
// formatter for Google Cloud replaces the message by the exception's. A pid is right
// if it is that of the process that logged.
func (l corpusLog) anonymous(r *parser.Report) bool {
	if l.setup != "json-google_cloud" || r.Shape != "json_stacktrace" {
		return false
	}
	return r.Process.Name == "" && (r.Process.Pid == "" || slices.Contains(r.Record.Metadata, ingest.Field{Key: "pid", Value: r.Process.Pid}))
}

// lager's sentences say less than the terms that they are made of.
func (l corpusLog) lager() bool { return strings.HasPrefix(l.setup, "lager-") }

// limited says whether the formatter's limits cut terms and texts.
func (l corpusLog) limited() bool {
	switch strings.TrimPrefix(l.setup, "single-") {
	case "chars-limit", "depth", "max-size":
		return true
	}
	return l.marked()
}

// marked says whether Logger cuts most messages, inside their reasons or stacks,
// and marks them so.
func (l corpusLog) marked() bool { return l.setup == "truncate-160" || l.setup == "truncate-400" }

// sameReason compares as much of a reason as the writer prints.
func (l corpusLog) sameReason(got, want term.Term) bool {
	switch {
	case same(got, want):
		return true
	case l.lager():
		return same(got, plain(want)) || isTuple(got, 2) && got.Args[1].Kind == term.Elided && same(got.Args[0], want)
	case l.limited(): // the head has to be right
		g, w := head(got), head(want)
		return same(g, w) || g.Kind == w.Kind && (g.Kind == term.Binary || messageBegins(g, w)) // cut in the middle
	}
	return false
}

// messageBegins says whether got is the same exception as want, and its message
// the beginning of want's.
func messageBegins(got, want term.Term) bool {
	g, ok1 := got.Get("message")
	w, ok2 := want.Get("message")
	begins, ok3 := g.StringValue()
	whole, ok4 := w.StringValue()
	return got.Kind == term.Struct && got.Text == want.Text && ok1 && ok2 && ok3 && ok4 && strings.HasPrefix(whole, begins)
}

// head is the first plain term in a reason: what is cut last.
func head(t term.Term) term.Term {
	for t.Kind == term.Tuple && len(t.Args) > 0 {
		t = t.Args[0]
	}
	return t
}

// unprinted says whether the text cannot hold the report.
func (l corpusLog) unprinted(e event) bool {
	if strings.HasPrefix(e.Label, "ranch ") && (l.lager() || l.setup == "sasl-compatible") {
		return true // Ranch 2.1 logs past error_logger, whose handlers these are
	}
	switch l.setup {
	case "lager-crash": // holds no application's end: it is no error to lager
		return e.Kind == "application"
	}
	return false
}

// unframed says whether the text does not hold the frame, or not all of it: lager
// prints at most the first of a stack, a limited formatter what fits.
func (l corpusLog) unframed(r *parser.Report, want *frame) bool {
	got := r.TopFrame()
	switch {
	case got == nil:
		return l.limited() || l.lager() && len(r.Reason.Stack) < 3
	case want != nil && l.limited() && got.Line == 0:
		cut := *want
		cut.Line = 0
		return frameDiff(got, &cut) == ""
	}
	return false
}

// clock is the time of day in an ISO time, without an offset.
func clock(iso string) string {
	if _, rest, ok := strings.Cut(iso, "T"); ok {
		iso = rest
	}
	if i := strings.IndexAny(iso, "Z+-"); i >= 0 {
		iso = iso[:i]
	}
	return iso
}

// events are the events of the log's truth as far as its text can tell them:
// lager's sentence about a request leaves its process out.
func (l corpusLog) events(t *testing.T) []event {
	t.Helper()
	events := readTruth(t, l.truth)
	if l.lager() && l.setup != "lager-crash" {
		for i := range events {
			if events[i].Label == "cowboy request" {
				events[i].Pid = ""
			}
		}
	}
	return events
}

func TestFindingsAreTheTruth(t *testing.T) {
	var found, missing, wrong int
	for _, l := range corpusLogs(t) {
		t.Run(filepath.Base(l.path), func(t *testing.T) {
			want, got := l.events(t), classified(t, l)
			pairs, missed, invented := matched(l, want, got)
			found, wrong = found+len(pairs), wrong+len(invented)
			for _, e := range missed {
				if l.unprinted(e) {
					continue
				}
				missing++
				t.Errorf("missed: %s %s in %s: %s", e.Label, e.Pid, e.Scenario, shortened(e.Reason))
			}
			for _, f := range invented {
				t.Errorf("invented: line %d: %s %s (%s)", f.Report.Line, f.Report.Kind, f.Rule.ID, shortened(f.Report.Reason.Text))
			}
			text, err := os.ReadFile(l.path)
			if err != nil {
				t.Fatal(err)
			}
			lines := bytes.Split(text, []byte("\n"))
			for _, p := range pairs {
				for _, d := range differences(t, l, p, lines) {
					t.Errorf("%s, line %d, %s: %s", p.want.Scenario, p.got.Report.Line, p.want.Label, d)
				}
			}
		})
	}
	t.Logf("%d reports found; recall %.2f %%, precision %.2f %%",
		found, 100*float64(found)/float64(found+missing), 100*float64(found)/float64(found+wrong))
}

// differences says in which parts a report is not what the runtime knew.
func differences(t *testing.T, l corpusLog, p pair, lines [][]byte) []string {
	t.Helper()
	var diffs []string
	r, e := p.got.Report, p.want
	if !sameKind(e, r) && !l.anonymous(r) {
		diffs = append(diffs, fmt.Sprintf("kind %s, not %s", r.Kind, e.Kind))
	}
	if d := processDiff(e, r); d != "" && !l.anonymous(r) && !(d == "no child" && l.limited() && !r.Complete) {
		diffs = append(diffs, d)
	}
	if got, want := r.Reason.Term, unstacked(erlang(t, e.Reason)); !l.sameReason(got, want) {
		diffs = append(diffs, fmt.Sprintf("reason\n\tgot  %s\n\twant %s", shortened(got.Elixir()), shortened(want.Elixir())))
	}
	if d := frameDiff(r.TopFrame(), e.top()); d != "" && !l.unframed(r, e.top()) {
		diffs = append(diffs, d)
	}
	if e.InitialCall != "" {
		if want := mfa(erlang(t, e.InitialCall)); r.Process.InitialCall != "" && initialCall(r.Process.InitialCall) != want {
			diffs = append(diffs, fmt.Sprintf("initial call %q, not %s", r.Process.InitialCall, want))
		}
	}
	if l.timed() && !l.counted() {
		if !bytes.Contains(lines[r.Line-1], []byte(clock(r.Record.Time))) {
			diffs = append(diffs, fmt.Sprintf("line %d does not hold its time %s: %q", r.Line, r.Record.Time, lines[r.Line-1]))
		}
	}
	if r.EndLine < r.Line || r.EndLine > len(lines) || strings.TrimSpace(string(lines[r.EndLine-1])) == "" {
		diffs = append(diffs, fmt.Sprintf("end line %d of a report at line %d", r.EndLine, r.Line))
	}
	if !r.Complete && !cut(r) {
		diffs = append(diffs, "not complete")
	}
	return diffs
}

// cut says whether Logger cut the message, so that the report cannot be complete.
func cut(r *parser.Report) bool {
	return r.Record.Cut || strings.Contains(r.Record.Body, "(truncated)") || strings.HasSuffix(strings.TrimSpace(r.Record.Body), "...")
}

// sameKind says whether the kind is right; an Agent is a gen_server to the runtime.
func sameKind(e event, r *parser.Report) bool {
	return string(r.Kind) == e.Kind || r.Kind == parser.KindAgent && e.Kind == string(parser.KindGenServer)
}

// processDiff compares what the report says of processes; "" if it is right.
func processDiff(e event, r *parser.Report) string {
	switch e.Kind {
	case "supervisor":
		return supervisorDiff(e, r)
	case "application":
		if r.Process.Name != e.Name {
			return fmt.Sprintf("application %q, not %q", r.Process.Name, e.Name)
		}
		return ""
	case "gen_event":
		if !sameText(r.Process.Handler, e.Handler) {
			return fmt.Sprintf("handler %q, not %q", r.Process.Handler, e.Handler)
		}
	}
	name := e.Name
	if name == "" {
		name = e.Pid
	}
	if name == "" { // the report's own text names no process
		if r.Process.Pid+r.Process.Name != "" {
			return fmt.Sprintf("process %q %q, not none", r.Process.Pid, r.Process.Name)
		}
		return ""
	}
	if strings.HasPrefix(name, "<") {
		if parser.PidKey(r.Process.Pid) != parser.PidKey(name) {
			return fmt.Sprintf("pid %q, not %q", r.Process.Pid, name)
		}
	} else if !sameText(r.Process.Name, name) {
		return fmt.Sprintf("name %q, not %q", r.Process.Name, name)
	}
	return ""
}

func supervisorDiff(e event, r *parser.Report) string {
	switch {
	case r.Supervisor == nil:
		return "no supervisor"
	case r.Child == nil:
		return "no child"
	case r.Context != e.Context:
		return fmt.Sprintf("context %q, not %q", r.Context, e.Context)
	case !sameText(r.Child.ID, e.Child) && !(r.Child.ID == "" && e.Child == "undefined"):
		return fmt.Sprintf("child %q, not %q", r.Child.ID, e.Child)
	case r.Child.Pid != "" && parser.PidKey(r.Child.Pid) != parser.PidKey(e.ChildPid) && e.ChildPid != "undefined":
		return fmt.Sprintf("child's pid %q, not %q", r.Child.Pid, e.ChildPid)
	}
	sup, err := term.ParseIn(e.Supervisor, term.Erlang)
	if err != nil || !isTuple(sup, 2) {
		return "truth: supervisor " + e.Supervisor
	}
	if sup.Args[0].Kind == term.Pid {
		if parser.PidKey(r.Supervisor.Pid) != sup.Args[0].Text {
			return fmt.Sprintf("supervisor %q, not %s", r.Supervisor.Pid, e.Supervisor)
		}
	} else if !sameText(r.Supervisor.Name, sup.Args[1].Erlang()) {
		return fmt.Sprintf("supervisor %q, not %s", r.Supervisor.Name, e.Supervisor)
	}
	return ""
}

// sameText says whether two texts are the same term, in whichever spelling.
func sameText(got, want string) bool {
	g, err := term.Parse(got)
	if err != nil {
		return false
	}
	w, err := term.ParseIn(want, term.Erlang)
	return err == nil && same(g, w)
}

func frameDiff(got *parser.Frame, want *frame) string {
	switch {
	case got == nil && want == nil:
		return ""
	case got == nil:
		return fmt.Sprintf("no top frame; want %s.%s/%d line %d", want.Module, want.Function, want.Arity, want.Line)
	case want == nil:
		return fmt.Sprintf("top frame %q, want none", got.Text)
	}
	function, arity := want.Function, want.Arity
	if i := strings.IndexByte(function, '/'); strings.HasPrefix(function, "-") && i > 0 {
		function = function[1:i] // "-run/0-fun-3-": the function it is in
		fmt.Sscanf(want.Function[i+1:], "%d", &arity)
	}
	if got.Module != want.Module || got.Function != function || got.Arity >= 0 && got.Arity != arity || got.Line != want.Line {
		return fmt.Sprintf("top frame %s.%s/%d line %d (%q), want %s.%s/%d line %d",
			got.Module, got.Function, got.Arity, got.Line, got.Text, want.Module, function, arity, want.Line)
	}
	return ""
}

// mfa spells {M, F, A} in the language of M; an anonymous function as the one it is in.
func mfa(t term.Term) string {
	if !isTuple(t, 3) {
		return t.Erlang()
	}
	return initialCall(parser.Frame{Module: t.Args[0].Text, Function: t.Args[1].Text, Arity: number(t.Args[2])}.MFA())
}

func number(t term.Term) (n int) {
	fmt.Sscanf(t.Text, "%d", &n)
	return n
}

// initialCall is an initial call as printed, brought to one spelling.
func initialCall(s string) string {
	s = strings.TrimPrefix(s, ":")
	if alias, rest, ok := strings.Cut(s, "':"); ok && strings.HasPrefix(alias, "'Elixir.") { // as Erlang writes it
		s = strings.TrimPrefix(alias, "'Elixir.") + "." + rest
	}
	if _, in, ok := strings.Cut(s, " in "); ok { // anonymous fn/0 in M.f/1
		return strings.TrimPrefix(in, ":")
	}
	module, rest, ok := strings.Cut(s, "-")
	function, _, anon := strings.Cut(rest, "-fun-")
	if ok && anon { // M."-f/1-fun-0-"/0
		return strings.ReplaceAll(strings.Trim(module, `"'`)+function, ":", ".")
	}
	s = strings.ReplaceAll(s, ":", ".")
	if sup, ok := strings.CutPrefix(s, "supervisor."); ok && s != "supervisor.init/1" { // Elixir writes Module.init/1
		sup = strings.TrimPrefix(strings.Trim(strings.TrimSuffix(sup, "/1"), "'"), "Elixir.")
		return strings.TrimPrefix(sup, "Elixir.") + ".init/1"
	}
	return s
}

func shortened(s string) string {
	if len(s) > 400 {
		return s[:400] + "…"
	}
	return s
}
