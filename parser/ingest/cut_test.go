package ingest

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// read gives all records of a text.
func read(t testing.TB, r io.Reader, o Options) []*Record {
	t.Helper()
	var all []*Record
	for rec, err := range Records(context.Background(), r, "x.log", o) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, rec)
	}
	return all
}

// What TestSpans and its like look at.
var (
	besidesLayout = cmpopts.IgnoreFields(Record{}, "Layout", "Wrap")
	besidesPlace  = cmpopts.IgnoreFields(Record{}, "Layout", "Wrap", "End", "Size")
)

func TestRecordsElixir(t *testing.T) {
	const log = "\n12:00:00.000 [info] Running\n\n" +
		"12:00:01.000 request_id=a b pid=<0.9.0> [error] GenServer #PID<0.1.0> terminating\n** (stop) :boom\n\nLast message: :x\n\n" +
		"12:00:02.000 [info] done\n"
	got := read(t, strings.NewReader(log), Options{})
	want := []*Record{{
		Input: "x.log", Line: 4, EndLine: 7, Offset: 30, End: 145, Size: 112, Writer: WriterElixir, Time: "12:00:01.000", Level: "error",
		Metadata: []Field{{"request_id", "a b"}, {"pid", "<0.9.0>"}},
		Body:     "GenServer #PID<0.1.0> terminating\n** (stop) :boom\n\nLast message: :x",
	}}
	if diff := cmp.Diff(want, got, besidesLayout); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(want, read(t, iotest.OneByteReader(strings.NewReader(log)), Options{}), besidesLayout); diff != "" {
		t.Error("read byte by byte:", diff)
	}
}

func TestRecordsLegacy(t *testing.T) {
	const log = "=PROGRESS REPORT==== 21-Nov-2026::02:22:27.000001 ===\n    application: sasl\n\n" +
		"=ERROR REPORT==== 6-Nov-2016::10:00:00 UTC ('a@b') ===\n** Generic server <0.90.0> terminating \n** Last message in was x\n\n"
	got := read(t, strings.NewReader(log), Options{})
	want := []*Record{
		{
			Input: "x.log", Line: 1, EndLine: 2, End: 75, Size: 74, Writer: WriterLegacy, Time: "2026-11-21T02:22:27.000001",
			Title: "PROGRESS REPORT", Body: "    application: sasl", Lines: []int{2},
		},
		{
			Input: "x.log", Line: 4, EndLine: 6, Offset: 77, End: 196, Size: 117, Writer: WriterLegacy, Time: "2016-11-06T10:00:00Z", Level: "error",
			Title: "ERROR REPORT", Node: "a@b", Body: "** Generic server <0.90.0> terminating \n** Last message in was x", Lines: []int{5, 6},
		},
	}
	if diff := cmp.Diff(want, got, besidesLayout); diff != "" {
		t.Error(diff)
	}
}

func BenchmarkRecordsQuiet(b *testing.B) { benchmarkRecords(b, quietLog(8<<20)) }

func BenchmarkRecordsDense(b *testing.B) {
	benchmarkRecords(b, []byte(strings.Repeat(crashLog, 2000)))
}

func BenchmarkRecordsBanners(b *testing.B) {
	benchmarkRecords(b, []byte(strings.Repeat("** (RuntimeError) boom\n", 50000)))
}

func BenchmarkRecordsCompose(b *testing.B) {
	benchmarkRecords(b, []byte(strings.Repeat(wrap(crashLog, wrappings["compose"]), 2000)))
}

func BenchmarkRecordsJSON(b *testing.B) {
	line := `{"time":"2026-11-21T04:25:59.128Z","severity":"error","message":` + quoted(crashLog[58:440]) + "}\n"
	benchmarkRecords(b, []byte(strings.Repeat(line, 2000)))
}

func benchmarkRecords(b *testing.B, log []byte) {
	b.SetBytes(int64(len(log)))
	b.ReportAllocs()
	for b.Loop() {
		for _, err := range Records(context.Background(), bytes.NewReader(log), "x.log", Options{}) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}
