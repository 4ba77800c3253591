package bench

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/classify/incident"
	"github.com/beamlog/beamlog/internal/pipeline"
	"github.com/beamlog/beamlog/internal/render"
)

// small is the size of a log in the tests.
const small = 4 << 20

// counter counts findings by class.
type counter Counts

func (counter) Begin(render.Input) error          { return nil }
func (counter) Incident(*incident.Incident) error { return nil }
func (counter) End(render.Summary) error          { return nil }

func (c counter) Finding(f *classify.Finding) error {
	c[Class{string(f.Report.Kind), f.Report.Reason.Type}]++
	return nil
}

// TestCounts has beamlog find in each log what was put there, however it is read.
func TestCounts(t *testing.T) {
	for _, l := range Logs() {
		t.Run(l.Name, func(t *testing.T) {
			t.Parallel()
			var text bytes.Buffer
			want, err := l.Write(&text, small)
			if err != nil {
				t.Fatal(err)
			}
			if len(want) == 0 && l.Name != "a" {
				t.Error("no crash in it")
			}
			file := filepath.Join(t.TempDir(), "x.log")
			if err := os.WriteFile(file, text.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
			for name, o := range map[string]pipeline.Options{
				"file -j1": {Inputs: []string{file}, Workers: 1},
				"file -j2": {Inputs: []string{file}, Workers: 2},
				"pipe -j1": {Stdin: bytes.NewReader(text.Bytes()), Workers: 1},
				"pipe -j2": {Stdin: bytes.NewReader(text.Bytes()), Workers: 2},
			} {
				got := counter{}
				sum, err := pipeline.Run(t.Context(), o, got)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, Counts(got)); diff != "" {
					t.Errorf("%s: %s", name, diff)
				}
				if total := sum.Total(); total.Bytes != int64(text.Len()) || total.Cut > 0 && l.Name != "e" {
					t.Errorf("%s: %d bytes of %d, %d reports are cut", name, total.Bytes, text.Len(), total.Cut)
				}
			}
		})
	}
}

// TestWorkers has the same bytes come out with any number of workers.
func TestWorkers(t *testing.T) {
	for _, l := range Logs() {
		var text bytes.Buffer
		if _, err := l.Write(&text, small/4); err != nil {
			t.Fatal(err)
		}
		for _, format := range []string{"json", "explain"} {
			var want []byte
			for _, workers := range []int{1, 2, 4} {
				var got bytes.Buffer
				sink, err := render.New(format, &got, render.Options{})
				if err != nil {
					t.Fatal(err)
				}
				o := pipeline.Options{Stdin: bytes.NewReader(text.Bytes()), Workers: workers}
				if _, err := pipeline.Run(t.Context(), o, sink); err != nil {
					t.Fatal(err)
				}
				if want == nil {
					want = got.Bytes()
				}
				if !bytes.Equal(want, got.Bytes()) {
					t.Errorf("%s as %s with %d workers: %d bytes, %d with one", l.Name, format, workers, got.Len(), len(want))
				}
			}
		}
	}
}

// TestSame has a log made twice: it is the same.
func TestSame(t *testing.T) {
	for _, l := range Logs() {
		var a, b bytes.Buffer
		if _, err := l.Write(&a, 1<<16); err != nil {
			t.Fatal(err)
		}
		if _, err := l.Write(&b, 1<<16); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a.Bytes(), b.Bytes()) || a.Len() < 1<<16 {
			t.Errorf("%s: %d and %d bytes", l.Name, a.Len(), b.Len())
		}
	}
}

// BenchmarkClassify reads each log through the whole flow.
func BenchmarkClassify(b *testing.B) {
	for _, l := range Logs() {
		b.Run(l.Name, func(b *testing.B) {
			var text bytes.Buffer
			if _, err := l.Write(&text, small); err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(text.Len()))
			b.ReportAllocs()
			for b.Loop() {
				sink, err := render.New("ndjson", io.Discard, render.Options{})
				if err != nil {
					b.Fatal(err)
				}
				if _, err := pipeline.Run(b.Context(), pipeline.Options{Stdin: bytes.NewReader(text.Bytes())}, sink); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
