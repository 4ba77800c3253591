package ingest

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// oddLines are lines that begin a record, or nearly so, or hold what is taken off.
var oddLines = []string{
	"", "  ", "\t", "x", "heart: Erlang is gone", "Application a exited: shutdown", "Application: a", "#PID<0.1.0> running A terminated",
	"#PID<0.1.0>", "Cowboy stopped with reason :x", "ERROR! the application :a is not there", "could not start kernel pid",
	`{"could not start kernel pid",x}`, `{"init terminating in do_boot",{x}}`, "dets: file \"x\" not properly closed, repairing ...",
	"dets: file \"x\" not properly closed", "[ 12.3] dets: file \"x\" not properly closed", "bash: line 1: Segmentation fault",
	"beam.smp[12]: segfault at 0", "the default", "eheap_alloc: Cannot allocate 1 bytes of memory", "  1) test a (ATest)", "(error) x", "error: x",
	"[error] x", "12:00:00.000 [info] x", "** (stop) :x", "** (", "** (X) y", "    ** (EXIT) :x", "Last message: :x", "State: %{",
	"Crash dump is being written to: x", "\x1b[31mred\x1b[0m", `\e[31mred\e[0m`, "red #033[0m", "red^[[m", "a\rb", "a\r", "iex(1)> x", "a=b c=d [error] x",
	"level=error msg=x", "pid: <0.1.0>", "module: X", "a@b [info] x", "  crasher:", "crasher:", "Out of memory: Killed process 1", "=x", "info: x",
}

// openings are lines made of all texts that can open a record.
func openings() []string {
	var all []string
	for _, h := range slices.Concat(headers[:]...) {
		all = append(all, h.start, h.start+"x"+h.then)
	}
	for _, s := range slices.Concat(slogans[:]...) {
		all = append(all, s.text, s.text+"x")
	}
	for _, n := range notices {
		all = append(all, n.start+"x"+n.then, "[ 12.3] "+n.start+n.then)
	}
	for _, f := range faults {
		all = append(all, "x"+f)
	}
	return all
}

// TestGoesOn holds the cheap looks to what they stand for.
func TestGoesOn(t *testing.T) {
	lines := append(openings(), oddLines...)
	for _, text := range corpus(t) {
		lines = append(lines, strings.Split(string(text), "\n")...)
	}
	var scratch []byte
	plain := 0
	for _, s := range lines {
		line := []byte(s)
		if at, _ := fastest().next(line, 0); (at < 0 || !opensMarked(line)) && !opensUnmarked(line) && openingOf(line) != opensNothing {
			t.Errorf("opens a record without a literal: %.100q", line)
		}
		if len(line) == 0 || !goesOn(line) {
			continue
		}
		plain++
		if readPrefix(line, &prefix{}, nil) {
			t.Errorf("has a prefix: %.100q", line)
		}
		if m, _, _ := markOf(line); m != (levelMark{}) {
			t.Errorf("has a level: %.100q", line)
		}
		if bytes.IndexByte(line, '\r') >= 0 || !bytes.Equal(stripColours(line, &scratch), line) {
			t.Errorf("is to be cleaned: %.100q", line)
		}
	}
	if plain < len(lines)/2 {
		t.Errorf("%d of %d lines go on at a cheap look", plain, len(lines))
	}
}

// TestSkim has odd lines in reports that are at hand as a whole, and byte by byte,
// where no line is skimmed.
func TestSkim(t *testing.T) {
	var log strings.Builder
	for _, odd := range append(openings(), oddLines...) {
		for _, first := range []string{head + "** (stop) :x\n", "12:00:00.000 [info] x\n** (stop) :x\n", "** (X) y\n", "(error) ** (X) y\n", "noise\n  crasher:\n"} {
			fmt.Fprintf(&log, "00:00:00.000 [info] a\n%s    lib/a.ex:1: A.b/1\n%s\nState: 1\n\n%s\nx y\n", first, odd, odd)
		}
	}
	for _, text := range []string{log.String(), strings.ReplaceAll(log.String(), "\n", "\r\n")} {
		want := read(t, iotest.OneByteReader(strings.NewReader(text)), Options{})
		if diff := cmp.Diff(want, read(t, strings.NewReader(text), Options{})); diff != "" {
			t.Errorf("%.2000s", diff)
		}
		if len(want) < 500 {
			t.Errorf("%d records", len(want))
		}
	}
}

// TestSkimFull has lines of all kinds in a record that is full.
func TestSkimFull(t *testing.T) {
	full := head + strings.Repeat("** (\n", maxRecord/16+10)
	for _, odd := range oddLines {
		full += "\n\n\n" + odd + "\nx y z\n" + odd + "\n"
	}
	text := full + next + full
	want := read(t, iotest.OneByteReader(strings.NewReader(text)), Options{})
	if diff := cmp.Diff(want, read(t, strings.NewReader(text), Options{})); diff != "" {
		t.Errorf("%.2000s", diff)
	}
	if len(want) < 10 {
		t.Errorf("%d records", len(want))
	}
}
