package parser

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/beamlog/beamlog/parser/ingest"
)

// TestExUnit reads what ExUnit printed of a script and of a project: one report for
// each failure that it counts.
func TestExUnit(t *testing.T) {
	for file, want := range map[string][]string{
		"script.log": {
			"3 RuntimeError setup_all", "11 ExUnit.AssertionError test sum is right", "22 ExUnit.AssertionError test matches",
			"33 RuntimeError test raises", "42 gone test exits", "51 nocatch test throws", "60 ExUnit.AssertionError test refute",
			"69 ExUnit.AssertionError test receives", "79 ExUnit.AssertionError test flunks", "88 ExUnit.AssertionError test wrong raise",
			"98 linked_death test linked", "104 ExUnit.TimeoutError test slow", "127 ExUnit.AssertionError test multi",
		},
		"mix.log": {
			"5 ArithmeticError doctest Shop.Pricing.broken/1 (1)", "14 ExUnit.AssertionError doctest Shop.Pricing.syntax/1 (2)",
			"28 ExUnit.AssertionError doctest Shop.Pricing.total/2 (3)", "42 ExUnit.AssertionError test total/2 sum is right",
			"53 ExUnit.AssertionError test total/2 matches", "64 ArithmeticError test total/2 of nothing", "75 ExUnit.AssertionError test many",
		},
	} {
		in, err := os.Open("../testdata/logs/elixir-1.14.0/exunit/" + file)
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		var got []string
		for rec, err := range ingest.Records(context.Background(), in, file, ingest.Options{}) {
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range Parse(rec) {
				if r.Kind != KindTest || !r.Complete {
					t.Errorf("%s, line %d: %s, complete: %t", file, r.Line, r.Kind, r.Complete)
				}
				got = append(got, fmt.Sprint(r.Line, " ", r.Reason.Type, " ", r.Fields[0].Value))
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", file, diff)
		}
	}
}

// TestExUnitLookAlikes: numbered lines of other programs are no failures.
func TestExUnitLookAlikes(t *testing.T) {
	for _, text := range []string{
		"  1) test the pump (Monday)",
		"  1) test the pump (Shop.Pump)\n     by hand\n     then again",
		"  1) test the pump (Shop.Pump)\n     lib/pump.ex:4\n     went well",
		"  1) MyApp.CartTest: failure on the way",
	} {
		if rs := Parse(record(text)); len(rs) > 0 {
			t.Errorf("%q: %+v", text, rs[0])
		}
	}
}

// TestShellEvaluator: what IEx says of the process that evaluates.
func TestShellEvaluator(t *testing.T) {
	r := read(t, "** (EXIT from #PID<0.106.0>) evaluator process exited with reason: an exception was raised:\n    ** (RuntimeError) x\n        iex:1: (file)")
	if r.Kind != KindProcess || r.Process.Pid != "#PID<0.106.0>" || r.Reason.Type != "RuntimeError" || len(r.Reason.Stack) != 1 {
		t.Errorf("%+v", r)
	}
}
