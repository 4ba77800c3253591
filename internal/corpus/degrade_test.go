package corpus

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/beamlog/beamlog/parser/ingest"
)

// damage is a change to the lines of one record of a log.
type damage struct {
	name string
	// do changes the lines, of which the first is the record's head.
	do func(random *rand.Rand, lines []string) []string
}

// foreign is what can come between the lines of a report.
var foreign = [...]string{"hello from IO.puts", "%%%%", "[1, 2", "}}}]", "\"", "====", "    ", "** (soft) decline", "\x00\xff\xfe", "2026", "GET /health 200", "{\"a\":"}

var damages = []damage{
	{"cut", func(random *rand.Rand, lines []string) []string {
		i := random.IntN(len(lines))
		lines = lines[:i+1]
		lines[i] = lines[i][:random.IntN(len(lines[i])+1)]
		return lines
	}},
	{"dropped line", func(random *rand.Rand, lines []string) []string {
		i := random.IntN(len(lines))
		return slices.Delete(lines, i, i+1)
	}},
	{"doubled line", func(random *rand.Rand, lines []string) []string {
		i := random.IntN(len(lines))
		return slices.Insert(lines, i, lines[i])
	}},
	{"mangled field", func(random *rand.Rand, lines []string) []string {
		i := random.IntN(len(lines))
		if line := lines[i]; line != "" {
			from := random.IntN(len(line))
			to := from + 1 + random.IntN(min(20, len(line)-from))
			lines[i] = line[:from] + strings.Repeat("~", random.IntN(8)) + line[to:]
		}
		return lines
	}},
	{"foreign line", func(random *rand.Rand, lines []string) []string {
		return slices.Insert(lines, 1+random.IntN(len(lines)), foreign[random.IntN(len(foreign))])
	}},
}

// core is what must not change about a report when another one is damaged.
func (x account) core() account {
	return account{Kind: x.Kind, Pattern: x.Pattern, Process: x.Process, Context: x.Context, Reason: x.Reason, Chain: x.Chain, Top: x.Top, Stack: x.Stack, Class: x.Class}
}

// TestDegradation damages one record of a log: the reports of all other records
// stay as they are, and the damaged one keeps its kind if its header is whole.
func TestDegradation(t *testing.T) {
	rounds := 40
	if testing.Short() {
		rounds = 5
	}
	for _, s := range samples(t, 24<<10) {
		if len(s.plain) < 3 || strings.Contains(s.name, "json") {
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(7, uint64(len(s.text))))
			for range rounds {
				rec := s.plain[random.IntN(len(s.plain))].Report.Record
				d := damages[random.IntN(len(damages))]
				lines := s.lines()
				from, to := rec.Line-1, rec.EndLine
				hurt := d.do(random, slices.Clone(lines[from:to]))
				log := strings.Join(slices.Concat(lines[:from], hurt, lines[to:]), "\n") + "\n"
				checkDamage(t, s, d.name, rec, hurt, accounts(t, []byte(log), s.options))
				if t.Failed() {
					return
				}
			}
		})
	}
}

// checkDamage compares the reports of the records that were not damaged.
func checkDamage(t *testing.T, s *sample, name string, rec *ingest.Record, hurt []string, got []account) {
	t.Helper()
	head := s.lines()[rec.Line-1]
	shift := len(hurt) - (rec.EndLine - rec.Line + 1)
	what := func() string { return fmt.Sprintf("%s in line %d:\n%s\n", name, rec.Line, strings.Join(hurt, "\n")) }
	for i, f := range s.plain {
		other := f.Report.Record
		if other.Line <= rec.EndLine && other.EndLine >= rec.Line {
			continue
		}
		want := s.told[i]
		if want.Line > rec.EndLine {
			want.Line += shift
		} else if len(hurt) == 0 || hurt[0] != head {
			// Without its head the damaged record is a part of the one before.
			if !slices.ContainsFunc(got, func(x account) bool { return x.Line == want.Line && x.Kind == want.Kind }) {
				t.Errorf("%s: the report in line %d is lost: %s", what(), want.Line, want.Pattern)
			}
			continue
		}
		i := slices.IndexFunc(got, func(x account) bool { return x.Line == want.Line && x.Kind == want.Kind })
		if i < 0 {
			t.Errorf("%s: the report in line %d is lost: %s", what(), want.Line, want.Pattern)
		} else if diff := cmp.Diff(want.core(), got[i].core()); diff != "" {
			t.Errorf("%s: the report in line %d: %s", what(), want.Line, diff)
		}
	}
}

// TestCutReports cuts each report at bytes of its body: what is left of it is
// never something else, and where a bracket is open it is not complete.
func TestCutReports(t *testing.T) {
	cuts := 25
	if testing.Short() {
		cuts = 3
	}
	for _, s := range samples(t, 24<<10) {
		if strings.Contains(s.name, "json") || s.options.LoggerFormat != "" {
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(8, uint64(len(s.text))))
			lines := s.lines()
			for i, f := range s.plain {
				rec := f.Report.Record
				if f.Report.Line != rec.Line {
					continue
				}
				text := strings.Join(lines[rec.Line-1:rec.EndLine], "\n")
				var pieces []string
				for range cuts {
					pieces = append(pieces, text[:random.IntN(len(text))])
				}
				checkCuts(t, s, s.told[i], pieces, f.Report.Complete)
				if t.Failed() {
					return
				}
			}
		})
	}
}

// checkCuts reads what is left of a report, cut in several places, as one log.
func checkCuts(t *testing.T, s *sample, want account, pieces []string, complete bool) {
	t.Helper()
	// Another record before each keeps it from being read as pasted, or as a part of
	// the one before.
	const before = "12:00:00.000 [info] hello\n"
	var log []byte
	at := map[int]string{} // the pieces by their first line
	for _, text := range pieces {
		at[bytes.Count(log, []byte("\n"))+2] = text
		log = append(append(append(log, before...), text...), '\n')
	}
	for _, x := range accounts(t, log, s.options) {
		text, ok := at[x.Line]
		if !ok || !strings.Contains(text, "\n") {
			continue
		}
		if x.Kind != want.Kind && x.Kind != "other" && x.Kind != "gen_server" && want.Kind != "request" {
			t.Errorf("%s, line %d: a cut makes it %s, not %s:\n%s", s.name, want.Line, x.Kind, want.Kind, text)
		}
		if x.Complete && complete && x.Reason != want.Reason && isOpen(text) {
			t.Errorf("%s, line %d: complete, but its reason is %s, not %s:\n%s", s.name, want.Line, x.Reason, want.Reason, text)
		}
	}
}

// isOpen says whether a text ends within brackets that its last line opened.
func isOpen(text string) bool {
	last := text[strings.LastIndexByte(text, '\n')+1:]
	depth := 0
	for _, c := range last {
		switch c {
		case '"', '\'', '\\':
			return false // strings would have to be read
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth--
		}
	}
	return depth > 0
}

// FuzzSplice damages real logs: no panic, and every report lies inside its log.
func FuzzSplice(f *testing.F) {
	var logs [][]byte
	for _, s := range samples(f, 6<<10) {
		logs = append(logs, s.text)
	}
	for i := range logs {
		f.Add(uint64(i), uint8(i), uint8(i+7), []byte("** (EXIT) {"))
	}
	f.Fuzz(func(t *testing.T, seed uint64, a, b uint8, between []byte) {
		random := rand.New(rand.NewPCG(seed, 1))
		one, two := logs[int(a)%len(logs)], logs[int(b)%len(logs)]
		log := slices.Concat(one[:random.IntN(len(one)+1)], between, two[random.IntN(len(two)+1):])
		lines := bytes.Count(log, []byte("\n")) + 1
		if bytes.IndexByte(log, 0) >= 0 {
			return // no text
		}
		for _, x := range accounts(t, log, ingest.Options{}) {
			if x.Line < 1 || x.End < x.Line || x.End > lines {
				t.Errorf("lines %d to %d of %d", x.Line, x.End, lines)
			}
		}
	})
}

// TestTornLogs tears logs in two at a byte: what the pieces hold whole reads as in
// the whole log, and so it does where the end of one log follows the beginning of
// another.
func TestTornLogs(t *testing.T) {
	rounds := 500
	if testing.Short() {
		rounds = 40
	}
	random := rand.New(rand.NewPCG(9, 1))
	var logs []*sample
	for _, s := range samples(t, 24<<10) {
		if len(s.plain) > 2 && s.options.LoggerFormat == "" && !strings.Contains(s.name, "json") {
			logs = append(logs, s)
		}
	}
	for range rounds {
		one, two := logs[random.IntN(len(logs))], logs[random.IntN(len(logs))]
		from, to := random.IntN(len(one.text)), random.IntN(len(two.text))
		head, tail := one.text[:from], two.text[to:]
		lines, gone := bytes.Count(head, []byte("\n")), bytes.Count(two.text[:to], []byte("\n"))
		got := accounts(t, slices.Concat(head, tail), ingest.Options{})
		check := func(s *sample, want account, shift int) {
			want.Line += shift
			if i := slices.IndexFunc(got, func(x account) bool { return x.Line == want.Line && x.Kind == want.Kind }); i < 0 {
				t.Errorf("%s up to byte %d, then %s from %d: the report in line %d of %s is lost: %s", one.name, from, two.name, to, want.Line-shift, s.name, want.Pattern)
			} else if diff := cmp.Diff(want.core(), got[i].core()); diff != "" {
				t.Errorf("%s up to byte %d, then %s from %d: line %d of %s: %s", one.name, from, two.name, to, want.Line-shift, s.name, diff)
			}
		}
		for i, f := range one.plain {
			// The line at the seam may go on with the report before it.
			if rec := f.Report.Record; rec.EndLine < lines && f.Report.Line == rec.Line {
				check(one, one.told[i], 0)
			}
		}
		for i, f := range two.plain {
			if rec := f.Report.Record; rec.Line > gone+1 && f.Report.Line == rec.Line {
				check(two, two.told[i], lines-gone)
			}
		}
		if t.Failed() {
			return
		}
	}
}
