package classify_test

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/ingest"
)

// What an engine remembers changes no finding: one that has seen all logs says of
// each report what one says that has seen nothing.
func TestRememberedReasons(t *testing.T) {
	var reports []*parser.Report
	err := filepath.WalkDir(filepath.Join("..", "testdata", "logs"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".log" {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		for rec, err := range ingest.Records(context.Background(), f, path, ingest.Options{}) {
			if err != nil {
				return err
			}
			reports = append(reports, parser.Parse(rec)...)
		}
		return nil
	})
	if err != nil || len(reports) < 1000 {
		t.Fatalf("%d reports, %v", len(reports), err)
	}
	engine := func() *classify.Engine {
		e, err := classify.New(classify.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	old, fresh := engine(), engine()
	alike := map[*classify.Alike]*parser.Report{}
	for i := range 2 * len(reports) {
		r := reports[i%len(reports)]
		unread := *r
		unread.Record = nil // of a report without a record nothing is remembered
		got, want := old.Classify(r), fresh.Classify(&unread)
		want.Report = r
		if text, anew := got.Summary(), want.Summary(); text != anew {
			t.Fatalf("%s:%d: remembered %q, anew %q", r.Record.Input, r.Line, text, anew)
		}
		if first := alike[got.Alike]; first == nil {
			alike[got.Alike] = r
		} else if got.Alike != nil && !reflect.DeepEqual(first.Reason, r.Reason) {
			t.Fatalf("%s:%d: alike\n%+v\n%+v", r.Record.Input, r.Line, first.Reason, r.Reason)
		}
		got.Alike = nil
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("%s:%d:\nremembered %+v\nanew       %+v", r.Record.Input, r.Line, got, want)
		}
	}
}

func TestAKnownReasonIsCheap(t *testing.T) {
	const log = "12:00:00.000 [error] GenServer Shop.Cart terminating\n" +
		"** (ArithmeticError) bad argument in arithmetic expression\n" +
		"    (shop 0.1.0) lib/shop/cart.ex:12: Shop.Cart.add/2\n" +
		"Last message: :add\nState: 1\n"
	e, _ := classify.New(classify.Options{})
	reports := read(t, log)
	anew := *reports[0]
	anew.Record = nil
	first := testing.AllocsPerRun(20, func() { e.Classify(&anew) })
	again := testing.AllocsPerRun(20, func() { e.Classify(reports[0]) })
	if again > first/2 {
		t.Errorf("%v allocations where the reason is known, %v where it is not", again, first)
	}
}
