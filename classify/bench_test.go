package classify_test

import (
	"strings"
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
			r := *read(b, f.Examples[0].Log)[0]
			r.Record = nil // or the engine would remember it
			out = append(out, &r)
		}
	}
	return out
}

// BenchmarkClassify classifies one report with all rules, and with the forty that
// were written first: those of the reports, and of the commonest failures.
func BenchmarkClassify(b *testing.B) {
	reports := benchReports(b)
	var few []*classify.Rule
	for _, id := range strings.Fields(`badmatch bad_return_value noproc timeout timeout_chain runtime_error badarg
		ets_table_missing request_crash custom_exit function_clause case_clause if_clause cond_clause with_clause try_clause
		badarith undef nil_receiver badkey nil_field badmap badfun badarity nocatch erlang_error argument_error
		callee_crashed normal_exit_in_call shutdown_in_call killed killed_in_call child_terminated start_error
		reached_max_restart_intensity failed_to_start_child init_stop exception_other exit_other normal_exit`) {
		few = append(few, classify.RuleByID(id))
	}
	for _, c := range []struct {
		name  string
		rules []*classify.Rule
	}{{"all", nil}, {"40", few}} {
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
