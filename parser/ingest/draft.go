package ingest

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// textLine is one line of a stream's text, without transport, colours and CR.
type textLine struct {
	off  int64 // of the physical line
	next int64 // offset of the next one
	num  int
	last int    // number of the line's last piece; num if it came whole
	raw  []byte // the physical line
	text []byte
	time string // from the transport
	lost int64  // bytes of the line that were dropped as they arrived
	own  bool   // raw is not the input between off and next: joined pieces
	part bool   // the line goes on in a later piece
	some bool   // text is only some of the physical line's
}

// draft is a record that is still open.
type draft struct {
	rec    *Record // what its head says
	stream *stream

	body  []byte
	start []int // where each line begins in body
	nums  []int // its physical line
	off   int64 // of the head, among the lines as they are read
	end   int   // last line that is not blank
	last  int64 // offset behind the last line

	hit     bool // holds a literal
	trimmed bool // over maxWhole: lines are kept up to keepLine
	full    bool // over maxRecord: lines are dropped
	cut     bool
	closed  bool
	dropped int64

	// What the lines were, for text without prefixes.
	banners int
	keys    bool // a key line stood below the first banner
	slogan  sloganLine
	opening opening
}

// add appends a line's text.
func (d *draft) add(l *textLine, text []byte) {
	d.dropped += l.lost
	if l.lost > 0 {
		d.cut = true
	}
	if d.full {
		d.dropped += int64(len(text))
		d.note(l, text)
		return
	}
	if d.trimmed && len(text) > keepLine {
		n := runeCut(text, keepLine)
		d.dropped += int64(len(text) - n)
		text = text[:n]
	}
	if len(d.start) > 0 {
		d.body = append(d.body, '\n')
	}
	d.start = append(d.start, len(d.body))
	d.nums = append(d.nums, l.num)
	d.body = append(d.body, text...)
	d.note(l, text)
	if !d.trimmed && len(d.body) > maxWhole {
		d.trim()
	}
	if len(d.body) > maxRecord || len(d.nums) > maxRecord/16 {
		d.full, d.cut = true, true
	}
}

// note keeps account of where the record ends.
func (d *draft) note(l *textLine, text []byte) {
	d.last = l.next
	if !isBlank(text) && !d.full {
		d.end = l.last
	}
}

// trim cuts each line to keepLine, in place.
func (d *draft) trim() {
	d.trimmed = true
	out := 0
	for i, from := range d.start {
		to := len(d.body)
		if i+1 < len(d.start) {
			to = d.start[i+1] - 1
		}
		n := runeCut(d.body[from:to], keepLine)
		d.dropped += int64(to - from - n)
		if i > 0 {
			d.body[out] = '\n'
			out++
		}
		copy(d.body[out:], d.body[from:from+n])
		d.start[i] = out
		out += n
	}
	d.body = d.body[:out]
	if cap(d.body) > 4*maxWhole {
		d.body = bytes.Clone(d.body)
	}
}

// runeCut gives the largest length up to n that does not cut a rune of s.
func runeCut(s []byte, n int) int {
	if len(s) <= n {
		return len(s)
	}
	for i := n; i > n-utf8.UTFMax; i-- {
		if utf8.RuneStart(s[i]) {
			return i
		}
	}
	return n
}

func isBlank(s []byte) bool {
	for _, c := range s {
		if c != ' ' && c != '\t' {
			return false
		}
	}
	return true
}

// record gives the finished record.
func (d *draft) record() *Record {
	r := d.rec
	r.EndLine, r.Dropped, r.Cut = max(d.end, r.Line), d.dropped, r.Cut || d.cut
	first, last := 0, len(d.start)
	for first < last && isBlank(d.lineAt(first)) {
		first++
	}
	for last > first && isBlank(d.lineAt(last-1)) {
		last--
	}
	if r.Writer == WriterLegacy && first < last {
		if node, ok := nodeOf(d.lineAt(first)); ok {
			if r.Node == "" {
				r.Node = node
			}
			first++
		}
	}
	if first < last {
		end := len(d.body)
		if last < len(d.start) {
			end = d.start[last] - 1
		}
		r.Body = string(d.body[d.start[first]:end])
		r.Lines = d.lines(first, last)
	}
	if strings.HasSuffix(r.Body, "(truncated)") {
		r.Cut = true
	}
	return r
}

func (d *draft) lineAt(i int) []byte {
	if i+1 < len(d.start) {
		return d.body[d.start[i] : d.start[i+1]-1]
	}
	return d.body[d.start[i]:]
}

// lines gives the physical lines of the body's lines, nil if they simply count
// up from the head's.
func (d *draft) lines(first, last int) []int {
	for i := first; i < last; i++ {
		if d.nums[i] != d.rec.Line+i-first {
			return append([]int(nil), d.nums[first:last]...)
		}
	}
	return nil
}

// starts takes note of what the record's first line says.
func (d *draft) starts(line []byte) {
	d.opening = openingOf(line)
	switch d.opening {
	case opensBanner:
		d.banners = 1
	case opensSlogan:
		d.slogan = sloganAt(line)
	}
}

// splitsAt reports whether a line without a prefix begins a record of its own
// though this one is open.
func (d *draft) splitsAt(line []byte) bool {
	bare := d.rec.Writer == WriterNone || d.rec.Writer == WriterShell
	split := false
	switch openingOf(line) {
	case opensNothing:
		d.keys = d.keys || d.banners > 0 && len(line) > 0 && line[0] != ' ' && endsReport(line)
	case opensSlogan:
		kind := sloganAt(line)
		split = d.opening != opensSlogan || d.slogan&kind != 0
		if !split {
			d.slogan |= kind
		}
	case opensTest:
		split = true
	case opensHeader:
		split = bare && !d.onlyPrelude()
	case opensBanner:
		switch {
		case d.opening == opensSlogan:
			split = d.slogan&sloganDump != 0
		case bare:
			split = d.banners > 0
		case d.banners > 0:
			split = d.keys
		default:
			// What a script prints on stderr comes after some ordinary line.
			split = d.ordinary() && (d.opening == opensNothing || bytes.HasSuffix(d.lineAt(0), []byte(" started")))
		}
		if !split {
			d.banners++
		}
	}
	return split
}

// ordinary reports whether the record is of a level at which nothing crashes.
func (d *draft) ordinary() bool {
	switch d.rec.Level {
	case "debug", "info", "notice":
		return true
	}
	return false
}

// onlyPrelude reports whether all lines so far can stand above a report's header.
func (d *draft) onlyPrelude() bool {
	for i := range d.start {
		if line := d.lineAt(i); !isBlank(line) && !prelude(line) {
			return false
		}
	}
	return true
}
