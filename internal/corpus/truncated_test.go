package corpus

import (
	"slices"
	"strings"
	"testing"

	"github.com/beamlog/beamlog/parser"
)

// TestTruncatedMessages cuts messages as Logger does at every byte: what is left
// may say less than the whole, and nothing else.
func TestTruncatedMessages(t *testing.T) {
	for _, name := range []string{"calls.sasl-info", "tasks.sasl-info", "processes.sasl-info", "supervisors.sasl"} {
		step := 1
		if testing.Short() {
			step = 17
		}
		path := logs + "/corpus-elixir-1.14.0/" + name + ".log"
		t.Run(name, func(t *testing.T) {
			for _, f := range classified(t, corpusLog{path: path}) {
				whole := f.Report
				for at := step; at < len(whole.Record.Body); at += step {
					rec := *whole.Record
					rec.Body = rec.Body[:at] + " (truncated)"
					for _, cut := range parser.Parse(&rec) {
						for _, d := range moreThan(cut, whole) {
							t.Errorf("line %d: %s:\n%s", whole.Line, d, rec.Body)
						}
					}
				}
			}
		})
	}
}

// moreThan says what a report tells that is no part of the whole one.
func moreThan(cut, whole *parser.Report) (diffs []string) {
	differ := func(what, got, want string) {
		if got != "" && got != want {
			diffs = append(diffs, what+" "+got+", not "+want)
		}
	}
	if cut.Kind != parser.KindGenServer || whole.Kind != parser.KindAgent { // its state tells of an Agent
		differ("kind", string(cut.Kind), string(whole.Kind))
	}
	if !slices.ContainsFunc(whole.Reason.Chain, func(l parser.Link) bool { // an envelope whose content is missing
		return l.Envelope.Tagged(cut.Reason.Type, -1)
	}) {
		differ("type", cut.Reason.Type, whole.Reason.Type)
	}
	if !strings.HasPrefix(whole.Process.Name, `:"`) { // such a name may hold a report's title
		differ("name", cut.Process.Name, whole.Process.Name)
	}
	differ("pid", cut.Process.Pid, whole.Process.Pid)
	differ("initial call", cut.Process.InitialCall, whole.Process.InitialCall)
	for _, got := range cut.Reason.Stack {
		if !slices.ContainsFunc(stacks(whole), func(want parser.Frame) bool {
			return got.Module == want.Module && got.Function == want.Function && (got.Line == want.Line || got.Line == 0) &&
				(got.Arity == want.Arity || got.Arity < 0 || got.Arity == want.Arity/10) // "/1" of "/11"
		}) {
			diffs = append(diffs, "frame "+got.Text)
		}
	}
	if cut.Complete {
		diffs = append(diffs, "complete")
	}
	if strings.Contains(cut.Reason.Text, "(truncated)") {
		diffs = append(diffs, "mark in "+cut.Reason.Text)
	}
	return diffs
}

// stacks are all frames of a report.
func stacks(r *parser.Report) []parser.Frame {
	all := slices.Clone(r.Reason.Stack)
	for _, l := range r.Reason.Chain {
		all = append(all, l.Stack...)
	}
	return all
}
