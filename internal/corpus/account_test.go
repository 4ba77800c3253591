package corpus

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/internal/pipeline"
	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/ingest"
)

// account is what a finding says, in words that can be compared: all that must not
// depend on how the log travelled.
type account struct {
	Stream        string
	Line, End     int
	Kind, Pattern string
	Process       string
	Context       string
	Reason, Class string
	Chain, Stack  string
	Top           string
	Client        string
	Message       string
	State         string
	Severity      string
	Confidence    string
	Fingerprint   string
	Complete      bool
}

// engine is the classifier with the built-in rules.
var engine = sync.OnceValues(func() (*classify.Engine, error) { return classify.New(classify.Options{}) })

// accounts reads a log of any packing as the command does. One worker does:
// [TestWorkers] holds that more of them find the same.
func accounts(t testing.TB, log []byte, o ingest.Options) []account {
	t.Helper()
	return accountsOf(findings(t, log, o))
}

func accountsOf(found []*classify.Finding) []account {
	var all []account
	for _, f := range found {
		all = append(all, accountOf(f))
	}
	return all
}

// findings gives the findings of a log.
func findings(t testing.TB, log []byte, o ingest.Options) []*classify.Finding {
	t.Helper()
	e, err := engine()
	if err != nil {
		t.Fatal(err)
	}
	var all []*classify.Finding
	_, err = pipeline.Reports(context.Background(), pipeline.Options{
		Stdin: bytes.NewReader(log), Workers: 1, Ingest: o, Bad: func(err error) { t.Error(err) },
	}, func(r *parser.Report) error {
		if f := e.Classify(r); f != nil {
			all = append(all, f)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func accountOf(f *classify.Finding) account {
	r := f.Report
	x := account{
		Stream: r.Record.Stream, Line: r.Line, End: r.EndLine, Kind: string(r.Kind), Pattern: f.Rule.ID, Context: r.Context,
		Process: strings.Join([]string{r.Process.Pid, r.Process.Name, r.Process.InitialCall, r.Process.Label, r.Process.Handler}, " "),
		Reason:  r.Reason.Term.Elixir(), Class: r.Reason.Class, Stack: frames(r.Reason.Stack), Complete: r.Complete,
		Severity: string(f.Severity), Confidence: string(f.Confidence), Fingerprint: f.Fingerprint,
	}
	if r.Child != nil {
		x.Process += fmt.Sprintf(" child %+v", *r.Child)
	}
	if r.Supervisor != nil {
		x.Process += fmt.Sprintf(" supervisor %+v", *r.Supervisor)
	}
	if r.Client != nil {
		x.Client = fmt.Sprint(r.Client.Pid, r.Client.Name, r.Client.State, r.Client.Node, "\n", frames(r.Client.Stack))
	}
	for _, link := range r.Reason.Chain {
		x.Chain += fmt.Sprintln(link.Via, link.Detail, link.Target, frames(link.Stack))
	}
	if top := r.TopFrame(); top != nil {
		x.Top = fmt.Sprint(top.MFA(), " ", top.File, ":", top.Line)
	}
	x.Message, x.State = spanText(r.LastMessage), spanText(r.State)
	return x
}

func spanText(s *parser.Span) string {
	if s == nil {
		return ""
	}
	return s.Text
}

func frames(stack []parser.Frame) string {
	var b strings.Builder
	for _, f := range stack {
		fmt.Fprintln(&b, f.MFA(), f.File, f.Line)
	}
	return b.String()
}

// sample is a log whose findings are known when it is read as it is.
type sample struct {
	name    string
	text    []byte
	options ingest.Options
	plain   []*classify.Finding
	told    []account // what each of plain says
}

// lines are the log's lines without their ends.
func (s *sample) lines() []string {
	return strings.Split(strings.TrimSuffix(string(s.text), "\n"), "\n")
}

// samples are the logs of the corpus, of RabbitMQ, lager, OTP and Phoenix, up to a size.
// Several tests share them: nobody changes them.
func samples(t testing.TB, size int) []*sample {
	t.Helper()
	if known[size] == nil {
		known[size] = readSamples(t, size)
	}
	return known[size]
}

var known = map[int][]*sample{}

func readSamples(t testing.TB, size int) []*sample {
	t.Helper()
	var all []*sample
	for _, pattern := range [...]string{"corpus-*", "rabbitmq-*", "lager-*", "otp-25", "elixir-1.1*", "phoenix-*"} {
		paths, err := filepath.Glob(filepath.Join(logs, pattern, "*.log"))
		if err != nil || len(paths) == 0 {
			t.Fatalf("no logs under %s/%s: %v", logs, pattern, err)
		}
		for _, path := range paths {
			if strings.Contains(path, ".json-") && !strings.HasPrefix(filepath.Base(path), "processes.") {
				continue // JSON is itself a wrapping, and there are many of these: one program's will do
			}
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if len(text) > size {
				text = text[:bytes.LastIndexByte(text[:size], '\n')+1]
			}
			s := &sample{name: filepath.Base(filepath.Dir(path)) + "/" + filepath.Base(path), text: text}
			_, setup, _ := strings.Cut(strings.TrimSuffix(filepath.Base(path), ".log"), ".")
			s.options = corpusLog{setup: setup}.options()
			s.plain = findings(t, text, s.options)
			s.told = accountsOf(s.plain)
			all = append(all, s)
		}
	}
	return all
}

// firstDifference says in what the findings of a log first differ; "" if in nothing.
func firstDifference(want, got []account) string {
	for i := range max(len(want), len(got)) {
		switch {
		case i >= len(want) || i < len(got) && got[i].Line < want[i].Line:
			return fmt.Sprintf("%d findings, want %d; one too many at line %d: %s", len(got), len(want), got[i].Line, cmp.Diff(account{}, got[i]))
		case i >= len(got) || got[i].Line > want[i].Line:
			return fmt.Sprintf("%d findings, want %d; none at line %d: %s", len(got), len(want), want[i].Line, cmp.Diff(want[i], account{}))
		case got[i] != want[i]:
			return fmt.Sprintf("line %d (%d of %d): %s", want[i].Line, len(got), len(want), cmp.Diff(want[i], got[i]))
		}
	}
	return ""
}
