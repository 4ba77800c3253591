package parser

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/beamlog/beamlog/parser/ingest"
)

// sampleRecords gives the records of the Elixir logs in testdata.
func sampleRecords(tb testing.TB) []*ingest.Record {
	tb.Helper()
	names, err := filepath.Glob("../testdata/logs/elixir-*/*.log")
	if err != nil || len(names) == 0 {
		tb.Fatalf("no Elixir logs in testdata: %v", err)
	}
	var out []*ingest.Record
	for _, name := range names {
		in, err := os.Open(name)
		if err != nil {
			tb.Fatal(err)
		}
		for rec, err := range ingest.Records(context.Background(), in, name, ingest.Options{}) {
			if err != nil {
				tb.Fatal(err)
			}
			out = append(out, rec)
		}
		in.Close()
	}
	return out
}

// TestCutReports cuts every report of the samples at every line and at many
// bytes: the kind stays once the first line is whole, and nothing panics.
func TestCutReports(t *testing.T) {
	for _, rec := range sampleRecords(t) {
		whole := Parse(rec)
		if len(whole) == 0 || !strings.HasPrefix(whole[0].Shape, "elixir_") || whole[0].Shape == "elixir_job" || whole[0].Line != rec.Line {
			continue
		}
		head := lineEnd(rec.Body, 0)
		if whole[0].Shape == "elixir_banner" || whole[0].Shape == "elixir_request" {
			continue // their frames are the proof of their kind
		}
		if whole[0].Weak {
			continue // "GenServer foo terminating" alone is prose
		}
		step := max(1, len(rec.Body)/97)
		for n := head; n < len(rec.Body); n++ {
			if n%step != 0 && rec.Body[n] != '\n' {
				continue
			}
			cut := *rec
			cut.Body, cut.Cut = rec.Body[:n], true
			rs := Parse(&cut)
			if len(rs) == 0 {
				t.Fatalf("%s:%d cut at %d of %d: no report in %q", rec.Input, rec.Line, n, len(rec.Body), cut.Body)
			}
			if k := rs[0].Kind; k != whole[0].Kind && k != KindGenServer {
				t.Fatalf("%s:%d cut at %d: kind %s, whole %s", rec.Input, rec.Line, n, k, whole[0].Kind)
			}
			if rs[0].Complete {
				t.Fatalf("%s:%d cut at %d is complete", rec.Input, rec.Line, n)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	for i, rec := range sampleRecords(f) {
		if i%7 == 0 && len(rec.Body) < 4<<10 {
			f.Add(rec.Body, i%2 == 0)
		}
	}
	f.Add("** (exit) exited in: A.f(\n    ** (EXIT) an exception was raised:\n        ** (A) \n            x.ex:1: M.f/0", true)
	f.Add("Application a exited: M.start(:normal, [", false)
	f.Add("Child {a of Supervisor b caused shutdown\n** (exit) bad child specification, more than one child specification has the id: X.\nIf using maps\n    ]\n", true)
	f.Add(strings.Repeat("** (A) ", 100)+"x", false)
	f.Fuzz(func(t *testing.T, body string, lenient bool) {
		lines := strings.Count(body, "\n") + 1
		for _, r := range Parse(&ingest.Record{Line: 1, EndLine: lines, Body: body, Level: "error", Lenient: lenient}) {
			if r.Kind == "" || r.Record == nil || r.Shape == "" {
				t.Fatalf("%+v", r)
			}
			if r.Line < 1 || r.EndLine < r.Line || r.EndLine > lines {
				t.Fatalf("lines %d to %d of %d", r.Line, r.EndLine, lines)
			}
			r.TopFrame()
		}
	})
}
