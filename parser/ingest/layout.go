package ingest

import (
	"encoding/binary"
	"iter"
	"strings"
)

// Layout tells where each line of a record's body stands in the input: the
// physical lines and the bytes of it, packed into a few bytes a line.
type Layout struct {
	Line   int    // those of the line before the first
	Offset int64  // where that line begins
	Steps  string // what there is of each line: see draft.place
}

// Place is where a line stands in the input. A line that came in pieces, or was
// unfolded, can reach over several physical ones.
type Place struct {
	Line, Last int   // the physical lines
	From, To   int64 // and their bytes, from the first to behind the last, without the line's end
}

// Next takes the first line off.
func (l *Layout) Next() (at Place, ok bool) {
	var v [stepsPerLine]int64
	i := 0
	for k := range v {
		n := 0
		if v[k], n = varint(l.Steps[i:]); n == 0 {
			return Place{}, false
		}
		i += n
	}
	l.Line, l.Offset, l.Steps = l.Line+int(v[0]), l.Offset+v[2], l.Steps[i:]
	return Place{l.Line, l.Line + int(v[1]), l.Offset, l.Offset + v[3]}, true
}

// lines gives the numbers of the body's n lines, the first of which is the
// record's line first; nil if they simply count up from the head's.
func (r *Record) lines(first, n int) []int {
	if r.Layout == nil {
		if first == 0 {
			return nil
		}
		all := make([]int, n)
		for i := range all {
			all[i] = r.Line + first + i
		}
		return all
	}
	plain, l := *r.Layout, *r.Layout
	for i := range n {
		if at, _ := plain.Next(); at.Line != r.Line+i {
			all := make([]int, n)
			for i := range all {
				at, _ := l.Next()
				all[i] = at.Line
			}
			return all
		}
	}
	return nil
}

// places gives where the lines of the body stand.
func (r *Record) places() iter.Seq[Place] {
	if r.Layout == nil {
		return r.plainPlaces
	}
	return func(yield func(Place) bool) {
		for l := *r.Layout; ; {
			if at, ok := l.Next(); !ok || !yield(at) {
				return
			}
		}
	}
}

// plainPlaces is places for a record without a layout: its lines stand in the input
// as they do in the body, but for what was taken off them.
func (r *Record) plainPlaces(yield func(Place) bool) {
	wrap := int64(r.Wrap)
	from := r.End - int64(len(r.Body))
	if wrap > 0 {
		from -= wrap * int64(1+strings.Count(r.Body, "\n"))
	}
	if from < r.Offset || r.Body == "" {
		return // no input holds the record
	}
	i := 0
	for line := range strings.SplitSeq(r.Body, "\n") {
		at := Place{r.Line + i, r.Line + i, from, from + wrap + int64(len(line))}
		if r.Lines != nil {
			at.Line, at.Last = r.Lines[i], r.Lines[i]
		}
		from, i = at.To+1, i+1
		if at.Line == r.Line {
			at.From = r.Offset
		}
		if !yield(at) {
			return
		}
	}
}

// varint is [binary.Varint] for a string.
func varint(s string) (v int64, n int) {
	var u uint64
	for i := 0; i < len(s) && i < binary.MaxVarintLen64; i++ {
		u |= uint64(s[i]&0x7f) << (7 * i)
		if s[i] < 0x80 {
			return int64(u>>1) ^ -int64(u&1), i + 1
		}
	}
	return 0, 0
}

// Span gives the place of some lines of the record in the input: from a line up to
// the end of another, as [Record.Line], [Record.EndLine] and [Record.Lines] number them.
func (r *Record) Span(line, endLine int) Place {
	span := Place{line, endLine, r.Offset, r.End}
	if line == r.Line && endLine == r.EndLine {
		return span
	}
	if n := len(r.Lines); n > 1 && r.Lines[0] > r.Lines[n-1] {
		return span // its lines stand the other way round
	}
	before := line != r.Line
	for at := range r.places() {
		if at.Line > endLine {
			break
		}
		if before && at.Line >= line {
			before, span.From = false, at.From
		}
		if endLine != r.EndLine {
			span.Last, span.To = max(endLine, at.Last), at.To
		}
	}
	return span
}
