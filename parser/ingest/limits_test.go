package ingest

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	head = "00:00:00.545 [error] GenServer X terminating\n"
	next = "00:00:01.000 [error] GenServer Y terminating\n"
)

// bothWays reads a text in large and in odd portions, which must give the same.
func bothWays(t *testing.T, text string) []*Record {
	t.Helper()
	want := read(t, strings.NewReader(text), Options{})
	for _, n := range []int{7919, 100003, 1 << 20} {
		if diff := cmp.Diff(want, read(t, &portions{strings.NewReader(text), n}, Options{})); diff != "" {
			t.Fatalf("portions of %d: %.2000s", n, diff)
		}
		if diff := cmp.Diff(want, read(t, &portions{strings.NewReader(text), n}, Options{Ahead: true})); diff != "" {
			t.Fatalf("portions of %d, ahead: %.2000s", n, diff)
		}
	}
	return want
}

// TestLongLine has a state of some megabytes: the lines below it stay.
func TestLongLine(t *testing.T) {
	for _, size := range []int{keepLine, maxWhole, maxLine, maxLine + 1, 3 << 20} {
		got := bothWays(t, head+"** (stop) :x\nState: "+strings.Repeat("é", size/2)+"\nClient #PID<0.1.0> is alive\n"+next)
		if len(got) != 2 || got[1].Line != 5 || got[1].Dropped != 0 {
			t.Fatalf("%d: %d records", size, len(got))
		}
		r := got[0]
		if !strings.HasSuffix(r.Body, "\nClient #PID<0.1.0> is alive") || r.EndLine != 4 {
			t.Errorf("%d: line %d, %q", size, r.EndLine, r.Body[len(r.Body)-40:])
		}
		all := len("GenServer X terminating\n** (stop) :x\nState: \nClient #PID<0.1.0> is alive") + size/2*2
		if int64(all) != int64(len(r.Body))+r.Dropped {
			t.Errorf("%d: %d of %d bytes, %d dropped", size, len(r.Body), all, r.Dropped)
		}
		if want := size > maxWhole-100; (r.Dropped > 0) != want {
			t.Errorf("%d: %d dropped", size, r.Dropped)
		}
	}
}

// TestLongRecord has a record that goes on: it is cut, and the next one is found.
func TestLongRecord(t *testing.T) {
	got := bothWays(t, head+strings.Repeat("    lib/a.ex:1: A.b/1\n", 200000)+next)
	if len(got) != 2 || !got[0].Cut || got[0].Dropped == 0 || got[1].Cut || got[1].Line != 200002 {
		t.Fatalf("%d records", len(got))
	}
	if len(got[0].Body) > maxRecord+keepLine {
		t.Error(len(got[0].Body))
	}
}

// TestFarHead has the literal so far below the head that the head is not looked
// for there.
func TestFarHead(t *testing.T) {
	filler := strings.Repeat(strings.Repeat("x", 99)+"\n", 2*lookBack/100)
	got := bothWays(t, "00:00:00.000 [info] a\n"+filler+"** (stop) :x\n"+next)
	if len(got) != 2 || got[0].Writer != WriterNone || got[0].Body != "** (stop) :x" || got[1].Writer != WriterElixir {
		t.Fatalf("%d records", len(got))
	}
	got = bothWays(t, "00:00:00.000 [info] a\n"+filler[:lookBack/2]+"** (stop) :x\n"+next)
	if len(got) != 2 || got[0].Offset != 0 || got[0].Writer != WriterElixir {
		t.Fatalf("%d records", len(got))
	}
}

// TestLiteralFarInLine has the literal in a line whose beginning is out of reach:
// nothing can be said of it, but what comes after it is found.
func TestLiteralFarInLine(t *testing.T) {
	line := "00:00:00.000 [info] " + strings.Repeat("x", 2*lookBack) + strings.Repeat(" ** (stop) :x", 1000) + "\n"
	got := bothWays(t, strings.Repeat("00:00:00.000 [info] a\n", 1000)+line+next)
	if len(got) != 1 || got[0].Line != 1002 {
		t.Fatalf("%d records", len(got))
	}
}

// TestHeadBeforeBlock has a line of which only the beginning was in the first block,
// so that less than usual is at hand before it.
func TestHeadBeforeBlock(t *testing.T) {
	for _, size := range []int{blockSize, windowSize} {
		filler := strings.Repeat(strings.Repeat("x", 99)+"\n", size/100)
		line := "web-1  | 00:00:00.000 [error] " + strings.Repeat("y", 300) + " ** (stop) :x\n"
		if got := bothWays(t, filler[len(filler)-size+200:]+line); len(got) != 1 {
			t.Errorf("%d records", len(got))
		}
	}
}

// TestRewindBeforeBlock has a record whose literal is in the first line of a block:
// what stands before its head is not at hand.
func TestRewindBeforeBlock(t *testing.T) {
	const report = "2026-11-21T08:06:27.190137Z error:\n** Last message in was {answer,{ok,#{id => 64}}}\n** Generic server <0.4208.0> termin#ting \n"
	filler := strings.Repeat(strings.Repeat("x", 99)+"\n", windowSize/100+10)
	at := windowSize - maxLiteral - strings.Index(report, "** Last")
	if got := bothWays(t, filler[len(filler)-at:]+report); len(got) != 1 {
		t.Errorf("%d records", len(got))
	}
}

// endless gives a text again and again, so many bytes in all.
type endless struct {
	text []byte
	at   int
	left int64
}

func (e *endless) Read(p []byte) (int, error) {
	if e.left <= 0 {
		return 0, io.EOF
	}
	n := copy(p, e.text[e.at:])
	e.at = (e.at + n) % len(e.text)
	e.left -= int64(n)
	return n, nil
}

// TestHostile reads inputs that would make a careless reader slow or large.
func TestHostile(t *testing.T) {
	for name, text := range map[string]string{
		"banners in one line": strings.Repeat(" ** (X) ", 1000),
		"banners":             strings.Repeat("** (X) y\n", 1000),
		"indented banners":    strings.Repeat(" ** (X) y\n", 1000),
		"heads":               strings.Repeat("[error] ** (X) y\n", 1000),
		"open JSON":           strings.Repeat(`{"a":`, 1000),
		"brackets":            strings.Repeat("[", 1000) + " terminating",
		"blank lines":         strings.Repeat("\n", 1000) + "** (X) y",
		"carriage returns":    strings.Repeat("** (X) y\r", 1000),
	} {
		stats := new(Stats)
		for _, err := range Records(t.Context(), &endless{text: []byte(text), left: 4 << 20}, "x.log", Options{Stats: stats}) {
			if err != nil {
				t.Error(name, err)
			}
		}
		if stats.Bytes < 4<<20 {
			t.Errorf("%s: %d bytes read", name, stats.Bytes)
		}
	}
}

func TestStats(t *testing.T) {
	var stats Stats
	n := 0
	for range Records(t.Context(), strings.NewReader(strings.Repeat(crashLog, 10)+"end"), "x.log", Options{Stats: &stats}) {
		n++
	}
	want := Stats{Bytes: int64(10*len(crashLog) + 3), Lines: int64(10*strings.Count(crashLog, "\n") + 1), Records: int64(n)}
	if stats != want || n != 20 {
		t.Errorf("%+v, want %+v", stats, want)
	}
}

// TestPasted has a crash as people paste it.
func TestPasted(t *testing.T) {
	const report = "GenServer A terminating\n** (stop) :x\n    (a 1.0.0) lib/a.ex:1: A.b/1\nLast message: {:a, #PID<0.1.0>}"
	for name, text := range map[string]string{
		"plain":  report,
		"quoted": "> " + strings.ReplaceAll(report, "\n", "\n> "),
		"html":   strings.NewReplacer("<", "&lt;", ">", "&gt;").Replace(report),
	} {
		got := read(t, strings.NewReader(text+"\n"), Options{})
		if len(got) != 1 || !got[0].Lenient || got[0].Body != report {
			t.Errorf("%s: %+v", name, got)
		}
	}
	got := read(t, bytes.NewReader([]byte(report+"\n"+strings.Repeat("x\n", lenientTo))), Options{})
	if len(got) != 1 || got[0].Lenient {
		t.Error("a long input is read leniently")
	}
}
