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
		checkSpan(t, name, text, r)
		if strings.HasSuffix(r.Body, "\n") {
			t.Fatalf("%s: line %d: body ends in a newline", name, r.Line)
		}
	}
}

// checkSpan checks that a record's span and layout lie in the input and on its lines.
func checkSpan(t *testing.T, name string, text []byte, r *Record) {
	t.Helper()
	if r.End < r.Offset || r.End > int64(len(text)) || r.Size < 0 || r.Size > int64(len(text)) {
		t.Fatalf("%s: line %d: span %d to %d, size %d, of %d bytes", name, r.Line, r.Offset, r.End, r.Size, len(text))
	}
	n := 0
	line, from := r.Line, r.Offset
	for at := range r.places() {
		num, a, b := at.Line, at.From, at.To
		if at.Last < num || num < line || a < from || b < a || b > int64(len(text)) || r.Lines != nil && r.Lines[n] != num || r.Lines == nil && num != r.Line+n {
			t.Fatalf("%s: line %d: line %d is %d, from %d to %d, after %d from %d", name, r.Line, n, num, a, b, line, from)
		}
		line, from, n = num, a, n+1
	}
	if lines := strings.Count(r.Body, "\n") + 1; r.Body != "" && n != lines || r.Body == "" && n > 1 {
		t.Fatalf("%s: line %d: %d lines in the layout, %d in the body", name, r.Line, n, lines)
	}
}

// TestSpans holds that text[Offset:End] of a log that came as it was written holds
// a record's first line and its last one, and nothing that is not its own.
func TestSpans(t *testing.T) {
	n := 0
	for name, text := range corpus(t) {
		for _, ending := range []string{"\n", "\r\n"} {
			text := bytes.ReplaceAll(bytes.ReplaceAll(text, []byte{'\r'}, nil), newline, []byte(ending))
			for _, r := range read(t, bytes.NewReader(text), Options{}) {
				if r.Writer == WriterJSON || r.Writer == WriterRabbit || r.Stream != "" || r.Dropped > 0 {
					continue
				}
				n++
				span := string(text[r.Offset:r.End])
				if strings.TrimRight(span, "\r\n") != span || r.Offset > 0 && text[r.Offset-1] != '\n' {
					t.Fatalf("%s: line %d: span %d to %d: %q", name, r.Line, r.Offset, r.End, span)
				}
				if bytes.IndexByte(text[r.Offset:r.End], 0x1b) >= 0 {
					continue // the lines of the body are without colours
				}
				lines := strings.Split(span, ending)
				i := len(lines)
				body := strings.Split(r.Body, "\n")
				for k := len(body) - 1; k >= 0; k-- {
					if i--; i < 0 || !strings.HasSuffix(lines[i], body[k]) {
						t.Fatalf("%s: line %d: %q does not end in line %d of the body, %q", name, r.Line, lines[max(i, 0)], k, body[k])
					}
				}
				if at := r.Span(r.Line, r.EndLine); at.From != r.Offset || at.To != r.End || at.Last != r.EndLine {
					t.Errorf("%s: line %d: span of all its lines is %+v", name, r.Line, at)
				}
			}
		}
	}
	if n < 1000 {
		t.Errorf("%d records", n)
	}
}

// TestSpanOfLines has spans of some lines of a record: of text as it is, of a
// stream between others, of lines in pieces and of entries that were unfolded.
func TestSpanOfLines(t *testing.T) {
	const a, b = "web-1  | ", "web-2  | "
	head, banner, last := "12:00:00.000 [error] GenServer A terminating", "** (stop) :x", "Last message: :m"
	tests := map[string]struct {
		log          string
		line, end    int
		first, after string // of the span
	}{
		"plain":       {head + "\n" + banner + "\n" + last + "\n\n", 2, 3, banner, last},
		"head only":   {head + "\n" + banner + "\n" + last + "\n\n", 1, 1, head, head},
		"interleaved": {a + head + "\n" + b + "x\n" + a + banner + "\n" + b + "y\n" + b + "z\n" + a + last + "\n", 3, 6, a + banner, a + last},
		"pieces": {"2026-11-21T02:22:43.08Z stdout F " + head + "\n2026-11-21T02:22:43.08Z stdout P " + banner[:4] +
			"\n2026-11-21T02:22:43.08Z stdout F " + banner[4:] + "\n2026-11-21T02:22:43.08Z stdout F " + last + "\n",
			2, 2, "2026-11-21T02:22:43.08Z stdout P " + banner[:4], "stdout F " + banner[4:]},
		"unfolded": {"{\n \"events\": [\n  {\"message\": " + quoted(head) + ", \"timestamp\": 1},\n  {\"message\": " + quoted(banner) +
			", \"timestamp\": 1},\n  {\n   \"message\": " + quoted(last) + ",\n   \"timestamp\": 1\n  }\n]}\n",
			4, 5, `{"message": ` + quoted(banner), "\"timestamp\": 1\n  }"},
	}
	for name, test := range tests {
		records := read(t, strings.NewReader(test.log), Options{})
		if len(records) != 1 {
			t.Fatalf("%s: %d records", name, len(records))
		}
		at := records[0].Span(test.line, test.end)
		if n := 1 + strings.Count(test.log[:at.To], "\n"); n != at.Last {
			t.Errorf("%s: ends in line %d, not %d", name, n, at.Last)
		}
		if got := test.log[at.From:at.To]; !strings.HasPrefix(got, test.first) || !strings.HasSuffix(got, test.after) {
			t.Errorf("%s: %q", name, got)
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
		c := newCutter(newWindow(bytes.NewReader(text)), "x.log", Options{})
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
