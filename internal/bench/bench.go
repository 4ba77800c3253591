// Package bench makes the logs that speed and memory are measured on, and says
// how many reports of which class they hold. They are made up by a program, in
// the layouts of the real logs in testdata/logs; the seed is fixed, so that a
// log of one size is always the same. Nothing but tests and measurements uses it.
package bench

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
)

// Class is a class of reports as beamlog's JSON names it.
type Class struct {
	Kind string // of the report: "gen_server", "supervisor"
	Type string // of the innermost reason: "KeyError", "noproc"
}

// Counts says how many reports of each class a log holds.
type Counts map[Class]int

// Sorted gives the classes in a fixed order.
func (c Counts) Sorted() []Class {
	var all []Class
	for class := range c {
		all = append(all, class)
	}
	slices.SortFunc(all, func(a, b Class) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Type, b.Type))
	})
	return all
}

// Log is one log that can be made in any size.
type Log struct {
	Name  string
	Size  int64 // in which it is measured, bytes
	What  string
	write func(*maker)
}

// Logs gives all logs.
func Logs() []Log {
	return []Log{
		{"a", 1_074_000_000, "Phoenix in production, no crash", quiet},
		{"b", 1_074_000_000, "the same, one crash in 10,000 lines", sparse},
		{"c", 210_000_000, "30 ordinary lines, then a cascade of three reports", dense},
		{"d", 210_000_000, "JSON, one crash in 3,400 lines", ndjson},
		{"e", 51_000_000, "one report with a state of 50 MB in one line", longState},
		{"f", 105_000_000, "OTP's single-line formatter, two reports in 1,000 lines", singleLine},
	}
}

// Write makes the log in a size of at least size bytes, and no more than one
// record above it.
func (l Log) Write(w io.Writer, size int64) (Counts, error) {
	m := &maker{
		w: bufio.NewWriterSize(w, 1<<20), rng: rand.New(rand.NewPCG(7, uint64(l.Name[0]))),
		size: size, counts: Counts{}, pid: 1200,
	}
	l.write(m)
	return m.counts, m.w.Flush()
}

// maker writes one log. Errors of the writer stay in w until its end.
type maker struct {
	w      *bufio.Writer
	rng    *rand.Rand
	size   int64
	made   int64
	lines  int64
	ms     int64 // of log time since midnight
	pid    int
	counts Counts
	buf    []byte
}

func (m *maker) full() bool { return m.made >= m.size }

// put writes one record, which holds so many lines.
func (m *maker) put(lines int, format string, args ...any) {
	m.buf = fmt.Appendf(m.buf[:0], format, args...)
	m.w.Write(m.buf)
	m.made += int64(len(m.buf))
	m.lines += int64(lines)
}

func (m *maker) count(kind, reason string) { m.counts[Class{kind, reason}]++ }

// clock gives the time of the next record as "12:00:00.000". A day is some 17
// million records long.
func (m *maker) clock() string {
	m.ms += 1 + m.rng.Int64N(9)
	ms := m.ms
	return fmt.Sprintf("%02d:%02d:%02d.%03d", ms/3_600_000%24, ms/60_000%60, ms/1000%60, ms%1000)
}

// stamp is clock with a date.
func (m *maker) stamp() string {
	at := m.clock()
	return fmt.Sprintf("2026-03-%02dT%s", 20+m.ms/86_400_000, at)
}

// process gives a pid that was not given before.
func (m *maker) process() string {
	m.pid++
	return fmt.Sprintf("0.%d.%d", m.pid&0xfffff, m.pid>>20)
}

func (m *maker) request() string {
	const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	id := []byte("GOn0")
	for x := m.rng.Uint64(); len(id) < 14; x >>= 6 {
		id = append(id, digits[x&63])
	}
	return string(append(id, "AABVh"...))
}
