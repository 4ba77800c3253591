package ruleset

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/classify/rules/compile"
	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/crashdump"
	"github.com/beamlog/beamlog/parser/ingest"
	"github.com/beamlog/beamlog/parser/term"
)

// Reports reads an example's log as a run reads its input: records, then
// reports, or one report of a crash dump.
func Reports(ctx context.Context, log string) ([]*parser.Report, error) {
	if crashdump.Sniff([]byte(log)) {
		d, err := crashdump.Read(strings.NewReader(log), "example")
		if d == nil {
			return nil, err
		}
		return []*parser.Report{d.Report(nil)}, nil
	}
	var out []*parser.Report
	for rec, err := range ingest.Records(ctx, strings.NewReader(log+"\n"), "example", ingest.Options{}) {
		if err != nil {
			return out, err
		}
		out = append(out, parser.Parse(rec)...)
	}
	return out, nil
}

// Findings classifies the reports of an example.
func Findings(ctx context.Context, e *classify.Engine, ex compile.Example) ([]*classify.Finding, error) {
	reports, err := Reports(ctx, ex.Log)
	if err != nil {
		return nil, err
	}
	var out []*classify.Finding
	for _, r := range reports {
		out = append(out, e.Classify(r))
	}
	return out, nil
}

// Failure is an example that is not classified as its rule says.
type Failure struct {
	File string // "noproc.yaml"
	What string // "example 2", "counterexample 1"
	Err  error
}

func (f Failure) Error() string { return fmt.Sprintf("%s: %s: %v", f.File, f.What, f.Err) }

// Test runs the examples of rule files: the rule of the file must win in its
// examples, the wanted one in its counterexamples. n is the count of examples.
func Test(ctx context.Context, e *classify.Engine, files []*compile.File) (n int, failed []Failure) {
	for _, f := range files {
		for i, ex := range f.Examples {
			n++
			if err := testExample(ctx, e, f, ex, f.ID); err != nil {
				failed = append(failed, Failure{f.Name, fmt.Sprintf("example %d", i+1), err})
			}
		}
		for i, ex := range f.Counterexamples {
			n++
			if err := testExample(ctx, e, f, ex, ex.Want); err != nil {
				failed = append(failed, Failure{f.Name, fmt.Sprintf("counterexample %d", i+1), err})
			}
		}
	}
	return n, failed
}

// testExample says what is wrong with one example.
func testExample(ctx context.Context, e *classify.Engine, f *compile.File, ex compile.Example, want string) error {
	got, err := Findings(ctx, e, ex)
	switch {
	case err != nil:
		return err
	case len(got) == 0:
		return fmt.Errorf("no report in the log; expected one of %s", want)
	case f.Computed && want == f.ID:
		return nil // what several reports show, no single one does
	}
	first := got[0]
	if first.Rule.ID != want && !(first.Rule.Generic && aside(f) && slices.Contains(first.Alternatives, want)) {
		return fmt.Errorf("it is %s; expected %s", ids(got), want)
	}
	return bound(first, ex.Binds)
}

// bound checks the names that an example wants bound.
func bound(f *classify.Finding, binds map[string]string) error {
	for name, want := range binds {
		i := slices.IndexFunc(f.Bindings, func(b classify.Binding) bool { return b.Name == name })
		if i < 0 {
			return fmt.Errorf("%s is not bound; expected %s", name, want)
		}
		if got := f.Bindings[i].Value.Print(term.Elixir); got != want {
			return fmt.Errorf("%s is %s; expected %s", name, got, want)
		}
	}
	return nil
}

// ids are the rules of findings.
func ids(fs []*classify.Finding) string {
	var out []string
	for _, f := range fs {
		out = append(out, f.Rule.ID)
	}
	return strings.Join(out, ", ")
}

// aside says whether some match of the rule is only ever an alternative.
func aside(f *compile.File) bool {
	return slices.ContainsFunc(f.Match, func(m compile.Match) bool { return m.Aside })
}
