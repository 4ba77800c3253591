package ingest

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// corpus gives the real logs by name.
func corpus(t testing.TB) map[string][]byte {
	t.Helper()
	logs := map[string][]byte{}
	root := filepath.Join("..", "..", "testdata", "logs")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) == ".md" {
			return err
		}
		text, err := os.ReadFile(path)
		name, _ := filepath.Rel(root, path)
		logs[filepath.ToSlash(name)] = text
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(logs) == 0 {
		t.Fatal("no logs under testdata/logs")
	}
	return logs
}

// reads gives readers of the same text that hand it out in different portions.
func reads(text []byte) map[string]io.Reader {
	return map[string]io.Reader{
		"one byte":     iotest.OneByteReader(bytes.NewReader(text)),
		"half":         iotest.HalfReader(bytes.NewReader(text)),
		"data and EOF": iotest.DataErrReader(bytes.NewReader(text)),
		"97 bytes":     &portions{bytes.NewReader(text), 97},
		"4001 bytes":   &portions{bytes.NewReader(text), 4001},
	}
}

type portions struct {
	r io.Reader
	n int
}

func (p *portions) Read(b []byte) (int, error) { return p.r.Read(b[:min(p.n, len(b))]) }

// TestPortions reads every real log in different portions: the records must not
// depend on them.
func TestPortions(t *testing.T) {
	for name, text := range corpus(t) {
		if len(text) > 64<<10 {
			text = text[:64<<10]
		}
		want := read(t, bytes.NewReader(text), Options{})
		for portion, r := range reads(text) {
			if diff := cmp.Diff(want, read(t, r, Options{})); diff != "" {
				t.Errorf("%s, %s: %s", name, portion, diff)
			}
		}
		checkRecords(t, name, text, want)
	}
}

// checkRecords checks what holds for the records of any input.
func checkRecords(t *testing.T, name string, text []byte, records []*Record) {
	t.Helper()
	last := int64(-1)
	end := map[string]int{}
	for _, r := range records {
		if r.Offset < last || r.Offset >= int64(len(text)) {
			t.Fatalf("%s: offset %d after %d of %d", name, r.Offset, last, len(text))
		}
		last = r.Offset
		if want := 1 + bytes.Count(text[:r.Offset], newline); r.Line != want {
			t.Fatalf("%s: line %d, but offset %d is in line %d", name, r.Line, r.Offset, want)
		}
		if r.EndLine < r.Line || r.Writer != WriterRabbit && r.Writer != WriterJSON && r.Line < end[r.Stream] {
			t.Fatalf("%s: lines %d to %d after %d", name, r.Line, r.EndLine, end[r.Stream])
		}
		end[r.Stream] = r.Line
		if r.Lines != nil && len(r.Lines) != 1+strings.Count(r.Body, "\n") {
			t.Fatalf("%s: line %d: %d lines for %d of the body", name, r.Line, len(r.Lines), 1+strings.Count(r.Body, "\n"))
		}
		if strings.HasSuffix(r.Body, "\n") {
			t.Fatalf("%s: line %d: body ends in a newline", name, r.Line)
		}
	}
}

// TestCorpus holds the number of records in each real log, and that each was
// recognised as its writer's.
func TestCorpus(t *testing.T) {
	want := map[string]Writer{
		"elixir-1.7.4/crashes.log": WriterElixir, "elixir-1.18.4/crashes.log": WriterElixir,
		"otp-25/default.log": WriterLegacy, "otp-25/multi-line.log": WriterFormatter, "otp-25/single-line.log": WriterFormatter,
		"otp-25/sasl-compatible.log": WriterLegacy, "lager-3.9/error.log": WriterLager, "lager-3.9/crash.log": WriterLegacy,
	}
	logs := corpus(t)
	for name, writer := range want {
		records := read(t, bytes.NewReader(logs[name]), Options{})
		if len(records) < 10 {
			t.Errorf("%s: %d records", name, len(records))
		}
		for _, r := range records {
			if r.Writer != writer || r.Time == "" || r.Lenient {
				t.Errorf("%s: line %d: writer %d, time %q, lenient %v", name, r.Line, r.Writer, r.Time, r.Lenient)
			}
		}
	}
}

func FuzzRecords(f *testing.F) {
	for _, text := range corpus(f) {
		f.Add(text[:min(len(text), 8<<10)], uint16(100))
	}
	for _, wrapping := range wrappings {
		f.Add([]byte(wrap(crashLog, wrapping)), uint16(7))
	}
	f.Fuzz(func(t *testing.T, text []byte, n uint16) {
		if bytes.HasPrefix(text, []byte("\xef\xbb\xbf")) {
			return
		}
		want := read(t, bytes.NewReader(text), Options{})
		got := read(t, &portions{bytes.NewReader(text), 1 + int(n)}, Options{})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
		checkRecords(t, "fuzz", text, want)
	})
}

// TestStop ends the sequence early, and by its context.
func TestStop(t *testing.T) {
	n := 0
	for range Records(context.Background(), strings.NewReader(crashLog), "x.log", Options{}) {
		n++
		break
	}
	if n != 1 {
		t.Error(n)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, err := range Records(ctx, strings.NewReader(crashLog), "x.log", Options{}) {
		if err != context.Canceled {
			t.Error(err)
		}
	}
}

// TestReadError gives what came before a read error, then the error.
func TestReadError(t *testing.T) {
	r := io.MultiReader(strings.NewReader(crashLog), iotest.ErrReader(io.ErrClosedPipe))
	var records, errors int
	for rec, err := range Records(context.Background(), r, "x.log", Options{}) {
		if rec != nil {
			records++
		}
		if err == io.ErrClosedPipe {
			errors++
		}
	}
	if records != 2 || errors != 1 {
		t.Error(records, errors)
	}
}

// everywhere is a scanner that finds a literal in every line, so that all of an
// input is read line by line.
type everywhere struct{}

func (everywhere) next(block []byte, from int) (pos, literal int) {
	if from >= len(block) {
		return -1, -1
	}
	return from, 0
}

// TestSkipping compares the records found by skipping from literal to literal
// with those found by reading every line.
func TestSkipping(t *testing.T) {
	for name, text := range corpus(t) {
		var want []*Record
		c := newCutter(bytes.NewReader(text), "x.log", Options{})
		c.scan = everywhere{}
		c.yield = func(r *Record, err error) bool {
			want = append(want, r)
			return err == nil
		}
		c.run(context.Background())
		got := read(t, bytes.NewReader(text), Options{})
		i := 0
		for n, w := range want {
			end := int64(len(text))
			if n+1 < len(want) {
				end = want[n+1].Offset
			}
			if at, _ := (plainScanner{}).next(text[w.Offset:end], 0); at < 0 || w.Writer == WriterNone {
				continue
			}
			for i < len(got) && got[i].Writer == WriterNone {
				i++
			}
			if i == len(got) {
				t.Errorf("%s: line %d is missing", name, w.Line)
				break
			}
			if diff := cmp.Diff(w, got[i]); diff != "" {
				t.Errorf("%s: %s", name, diff)
				break
			}
			i++
		}
	}
}
