package ingest

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"
)

// textLine is one line of a stream's text, without transport, colours and CR.
type textLine struct {
	off  int64 // of the physical line
	next int64 // offset of the next one
	from int64 // where it begins in the input: off, but where entries were unfolded
	to   int64 // behind its text there
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
	start []int32 // where each line begins in body
	off   int64   // of the head, among the lines as they are read
	end   int     // last line that is not blank
	endTo int64   // the end of its text in the input
	last  int64   // offset behind the last line
	size  int64   // bytes of the lines

	plain  bool   // the lines so far stand in the input as they do in the body, but for
	wrap   int64  // so many bytes before each but the first
	headTo int64  // then, the end of the first one
	steps  []byte // else, those of the layout
	num    int    // of the last line
	from   int64  // where that one begins
	to     int64  // and ends

	hit     bool // holds a literal
	trimmed bool // over maxWhole: lines are kept up to keepLine
	full    bool // over maxRecord: lines are dropped
	cut     bool
	closed  bool
	split   bool // entries of JSON may hold its further lines
	mark    levelMark
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
	if l.next != d.last { // else it is more of the same line
		d.size += l.to - l.from
	}
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
	d.start = append(d.start, int32(len(d.body)))
	d.place(l, len(text))
	d.body = append(d.body, text...)
	d.note(l, text)
	if !d.trimmed && len(d.body) > maxWhole {
		d.trim()
	}
	if len(d.body) > maxRecord || len(d.start) > maxRecord/16 {
		d.full, d.cut = true, true
	}
}

// place takes note of where a line stands in the input, of which size bytes are kept.
// Most lines stand there as they do in the body: nothing is kept of them until one
// does not.
func (d *draft) place(l *textLine, size int) {
	switch {
	case len(d.start) == 1:
		d.num, d.from, d.headTo = d.rec.Line, d.rec.Offset, l.to
		d.plain = l.num == d.num && l.last == l.num && l.from == d.from
	case !d.plain:
	case l.num != d.num+1 || l.last != l.num || l.from != d.to+1:
		d.layOut(len(d.start) - 1)
	default:
		wrap := l.to - l.from - int64(size)
		if len(d.start) == 2 && wrap >= 0 && wrap <= min(d.headTo-d.rec.Offset-int64(d.start[1]-1), maxPrefix) {
			d.wrap = wrap
		}
		if wrap != d.wrap {
			d.layOut(len(d.start) - 1)
		}
	}
	if !d.plain {
		d.step(l.num, l.last, l.from, l.to)
	}
	d.num, d.from, d.to = l.num, l.from, l.to
}

// layOut writes the layout of the first n lines, which are plain.
func (d *draft) layOut(n int) {
	d.plain = false
	d.num, d.from = d.rec.Line, d.rec.Offset
	num, from, to := d.num, d.from, d.headTo
	for i := range n {
		d.step(num, num, from, to)
		d.num, d.from = num, from
		if i+2 < len(d.start) {
			num, from = num+1, to+1
			to = from + d.wrap + int64(d.start[i+2]-d.start[i+1]) - 1
		}
	}
}

// layOutAll writes the layout of all lines so far, if they are plain.
func (d *draft) layOutAll() {
	if !d.plain {
		return
	}
	num, from, to := d.num, d.from, d.to
	d.start = append(d.start, int32(len(d.body))+1) // the last line's end
	d.layOut(len(d.start) - 1)
	d.start = d.start[:len(d.start)-1]
	d.num, d.from, d.to = num, from, to
}

// step adds a line to the layout: how many lines farther it begins than the one
// before, over how many lines more it reaches, how many bytes farther it begins,
// and how many it has.
func (d *draft) step(num, last int, from, to int64) {
	d.steps = binary.AppendVarint(d.steps, int64(num-d.num))
	d.steps = binary.AppendVarint(d.steps, int64(last-num))
	d.steps = binary.AppendVarint(d.steps, from-d.from)
	d.steps = binary.AppendVarint(d.steps, to-from)
}

// stepsPerLine is how many numbers a layout has for a line.
const stepsPerLine = 4

// pack gives the body from line first up to line last, where it ends at end, and its
// layout, nil if the lines are plain. They share their memory: the body stands
// before the layout's steps.
func (d *draft) pack(first, last, end int) (string, *Layout) {
	body := int(d.start[first])
	if d.plain {
		return string(d.body[body:end]), nil
	}
	l := &Layout{Line: d.rec.Line, Offset: d.rec.Offset}
	from, to := 0, len(d.steps)
	for range first {
		var v [stepsPerLine]int64
		for i := range v {
			n := 0
			v[i], n = binary.Varint(d.steps[from:])
			from += n
		}
		l.Line, l.Offset = l.Line+int(v[0]), l.Offset+v[2]
	}
	for more := stepsPerLine * (len(d.start) - last); more > 0; {
		for to--; to > 0 && d.steps[to-1] >= 0x80; to-- {
		}
		more--
	}
	d.body = append(d.body[:end], d.steps[from:to]...) // its room is used again
	all := string(d.body[body:])
	l.Steps = all[end-body:]
	return all[:end-body], l
}

// note keeps account of where the record ends.
func (d *draft) note(l *textLine, text []byte) {
	d.last = l.next
	if !isBlank(text) && !d.full {
		d.end, d.endTo = l.last, l.to
	}
}

// trim cuts each line to keepLine, in place.
func (d *draft) trim() {
	d.trimmed = true
	d.layOutAll()
	out := 0
	for i, at := range d.start {
		from, to := int(at), len(d.body)
		if i+1 < len(d.start) {
			to = int(d.start[i+1]) - 1
		}
		n := runeCut(d.body[from:to], keepLine)
		d.dropped += int64(to - from - n)
		if i > 0 {
			d.body[out] = '\n'
			out++
		}
		copy(d.body[out:], d.body[from:from+n])
		d.start[i] = int32(out)
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
	r.EndLine, r.End, r.Size, r.Wrap = max(d.end, r.Line), d.endTo, d.size, int32(d.wrap)
	r.Dropped, r.Cut = d.dropped, r.Cut || d.cut
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
			end = int(d.start[last]) - 1
		}
		if r.Writer == WriterElixir && len(r.Metadata) == 0 && !d.full {
			end = d.takeTrailing(int(d.start[last-1]), end)
		}
		r.Cut = r.Cut || bytes.HasSuffix(d.body[d.start[first]:end], []byte("(truncated)"))
		r.Body, r.Layout = d.pack(first, last, end)
		r.Lines = r.lines(first, last-first)
	}
	if r.End < r.Offset { // the entries of its lines stood the other way round
		r.EndLine, r.End = r.Line, d.headTo
		r.Line, r.Offset = d.num, d.from
	}
	return r
}

// takeTrailing takes metadata off the end of the body's last line, and gives where
// the line ends then.
func (d *draft) takeTrailing(from, end int) int {
	line := d.body[from:end]
	i := trailingMetadata(line)
	if i <= 0 || isBlank(line[:i]) {
		return end
	}
	d.rec.Metadata = metadata(line[i+1:])
	d.layOutAll()
	return from + i
}

func (d *draft) lineAt(i int) []byte {
	if i+1 < len(d.start) {
		return d.body[d.start[i] : d.start[i+1]-1]
	}
	return d.body[d.start[i]:]
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
// though this one is open; o is what the line says it opens.
func (d *draft) splitsAt(line []byte, o opening) bool {
	bare := d.rec.Writer == WriterNone || d.rec.Writer == WriterShell
	split := false
	switch o {
	case opensNothing:
		d.keys = d.keys || d.banners > 0 && len(line) > 0 && line[0] != ' ' && endsReport(line)
	case opensSlogan:
		kind := sloganAt(line)
		split = d.opening != opensSlogan || d.slogan&kind != 0
		if !split {
			d.slogan |= kind
		}
	case opensTest, opensNotice:
		split = true
	case opensHeart:
		split = d.opening != opensHeart
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
