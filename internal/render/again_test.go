package render_test

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/internal/render"
	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/ingest"
)

// What is written again is what would be written anew, also when more comes again
// than is kept.
func TestWhatIsWrittenAgain(t *testing.T) {
	engine, err := classify.New(classify.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var findings []*classify.Finding
	for _, name := range logs(t) {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		for rec, err := range ingest.Records(context.Background(), f, name, ingest.Options{}) {
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range parser.Parse(rec) {
				findings = append(findings, engine.Classify(r))
			}
		}
		f.Close()
	}
	if len(findings) < 500 {
		t.Fatalf("%d findings", len(findings))
	}
	// In an order in which most come again soon, and all of them later on.
	var order []*classify.Finding
	for i, f := range findings {
		order = append(order, f, findings[i/2], f)
	}
	again, anew := new(bytes.Buffer), new(bytes.Buffer)
	a, _ := render.New("ndjson", again, render.Options{})
	b, _ := render.New("ndjson", anew, render.Options{})
	for _, f := range order {
		unlike := *f
		unlike.Alike = nil
		if err := firstError(a.Finding(f), b.Finding(&unlike)); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(again.Bytes(), anew.Bytes()) {
			t.Fatalf("%s:%d:\nagain %s\nanew  %s", f.Report.Record.Input, f.Report.Line, again, anew)
		}
		again.Reset()
		anew.Reset()
	}
}

func logs(t *testing.T) []string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join("..", "..", "testdata", "logs", "*", "*.log"))
	if err != nil || len(all) == 0 {
		t.Fatal(err)
	}
	return all
}

// What comes again is written without an allocation.
func TestWhatComesAgainIsCheap(t *testing.T) {
	const log = "12:00:00.000 [error] GenServer Shop.Cart terminating\n" +
		"** (ArithmeticError) bad argument in arithmetic expression\n" +
		"    (shop 0.1.0) lib/shop/cart.ex:12: Shop.Cart.add/2\n" +
		"Last message: {:add, \"a\"}\nState: %{items: [\"a\", \"b\"]}\n"
	engine, err := classify.New(classify.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var f *classify.Finding
	for rec, err := range ingest.Records(context.Background(), strings.NewReader(log), "app.log", ingest.Options{}) {
		if err != nil {
			t.Fatal(err)
		}
		f = engine.Classify(parser.Parse(rec)[0])
	}
	w, _ := render.New("ndjson", io.Discard, render.Options{})
	if n := testing.AllocsPerRun(100, func() { err = w.Finding(f) }); n > 0 || err != nil {
		t.Errorf("%v allocations, %v", n, err)
	}
}
