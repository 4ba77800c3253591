package classify_test

import (
	"testing"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/parser"
)

// benchReports are the first reports of the examples of rules of many kinds.
func benchReports(b *testing.B) []*parser.Report {
	b.Helper()
	var out []*parser.Report
	for _, f := range files(b) {
		switch f.ID {
		case "badmatch", "bad_return_value", "noproc", "timeout_chain", "runtime_error", "ets_table_missing", "request_crash":
			out = append(out, read(b, f.Examples[0].Log)[0])
		}
	}
	return out
}

// BenchmarkClassify classifies one report with all rules, and with ten.
func BenchmarkClassify(b *testing.B) {
	reports := benchReports(b)
	few := []*classify.Rule{}
	for _, id := range []string{"badmatch", "bad_return_value", "noproc", "timeout", "timeout_chain", "runtime_error", "badarg", "ets_table_missing", "request_crash", "custom_exit"} {
		few = append(few, classify.RuleByID(id))
	}
	for _, c := range []struct {
		name  string
		rules []*classify.Rule
	}{{"all", nil}, {"ten", few}} {
		b.Run(c.name, func(b *testing.B) {
			e, err := classify.New(classify.Options{Rules: c.rules})
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				e.Classify(reports[i%len(reports)])
			}
		})
	}
}

// BenchmarkNew makes the engine, which every start of the command pays for.
func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := classify.New(classify.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
