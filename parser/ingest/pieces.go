package ingest

import (
	"bytes"
	"sync"
)

// A transport that cuts long lines can cut a literal in two, which the scanner
// then cannot see. pieceScan finds the lines that go on in a later one, so that a
// literal can be looked for across the border too. What it finds need not be
// exact: the lines are put together, and looked at again, when they are read.
type pieceScan struct {
	kind pieceKind
	from int64 // no piece ends before this offset but those that were looked at
}

type pieceKind uint8

const (
	noPieces     pieceKind = iota
	criPieces              // marked with a P
	dockerPieces           // without a newline at the end of "log"
	longPieces             // by their length alone, as Heroku's
)

// The marks of pieces.
var (
	criMarks   = [...][]byte{[]byte(" stdout P "), []byte(" stderr P ")}
	criEnds    = [...][]byte{[]byte(" stdout F "), []byte(" stderr F ")}
	dockerMark = []byte(`","stream":"std`)
	dockerHead = []byte(`{"log":"`)
	textHead   = []byte(": ")
)

// What the marks are found by: of CRI's, what a line that came whole does not hold.
var (
	criTails    = sync.OnceValue(func() func([]byte, int) int { return searchFor("out P ", "err P ") })
	dockerMarks = sync.OnceValue(func() func([]byte, int) int { return searchFor(string(dockerMark)) })
)

// The limits of the search for the rest of a line.
const (
	pieceTries = 4          // lines that may be its next piece
	pieceReach = 128 << 10  // how far behind it they may begin
	longLine   = herokuLine // shorter ones were not cut
)

// piecesIn says, from how an input begins, how lines are cut in it.
func piecesIn(head []byte) pieceKind {
	for i := range criMarks {
		if bytes.Contains(head, criMarks[i]) || bytes.Contains(head, criEnds[i]) {
			return criPieces
		}
	}
	if bytes.Contains(head, dockerMark) && bytes.Contains(head, dockerHead) {
		return dockerPieces
	}
	line, _, _ := bytes.Cut(head, newline)
	if p := (peeled{text: trimReturn(line)}); peelHeroku(&p) == fitsWell {
		return longPieces
	}
	return noPieces
}

// findPieces finds out how lines are cut in the input.
func (c *cutter) findPieces() {
	w := c.w
	for w.end() < c.pos+unfoldFrom && w.read(0) {
	}
	head := w.slice(c.pos, w.end())
	c.pieces.kind = piecesIn(head[:min(len(head), unfoldFrom)])
}

// nextSplit gives the first place before limit, at or after from, where a literal
// may be cut in two; -1 if there is none.
func (c *cutter) nextSplit(from, limit int64) int64 {
	if c.pieces.kind == longPieces {
		from = c.pos // a line's length is known from its beginning on
	}
	for from = max(from, c.pieces.from, c.w.base); from < limit; {
		at, behind := c.nextPiece(from, limit)
		if at < 0 {
			break
		}
		c.pieces.from = behind
		if c.joins(at, behind) {
			return at
		}
		from = max(behind, c.w.base)
	}
	if from > limit {
		return -1
	}
	done := limit - maxLiteral
	if c.pieces.kind == longPieces {
		done = limit - maxLine
		if i := bytes.LastIndexByte(c.w.slice(max(from, c.w.base), limit), '\n'); i >= 0 {
			done = max(from, c.w.base) + int64(i) + 1
		}
	}
	c.pieces.from = max(c.pieces.from, done)
	return -1
}

// nextPiece gives a place in the first line at or after from that may go on in
// another: where its text ends, or its mark stands; and an offset behind that.
func (c *cutter) nextPiece(from, limit int64) (at, behind int64) {
	text := c.w.slice(from, limit)
	switch c.pieces.kind {
	case criPieces:
		find := criTails()
		for i := find(text, 0); i >= 0; i = find(text, i+1) {
			if at := i - len(" std"); at >= 0 && string(text[at:i]) == " std" {
				return from + int64(at), from + int64(at) + 1
			}
		}
	case dockerPieces:
		find := dockerMarks()
		for i := find(text, 0); i >= 0; i = find(text, i+len(dockerMark)) {
			if i >= 2 && !(text[i-1] == 'n' && text[i-2] == '\\') {
				return from + int64(i), from + int64(i) + 1
			}
		}
	case longPieces:
		// A line so long lies over the whole of some stretch half as long.
		const stretch = longLine / 2
		for i := 0; i+stretch <= len(text); i += stretch {
			if bytes.IndexByte(text[i:i+stretch], '\n') >= 0 {
				continue
			}
			end := bytes.IndexByte(text[i+stretch:], '\n')
			if end < 0 {
				return -1, 0
			}
			end += i + stretch
			if start := bytes.LastIndexByte(text[:i], '\n') + 1; end-start >= longLine {
				return from + int64(end) - 1, from + int64(end)
			}
			i = end - stretch
		}
	}
	return -1, 0
}

// joins reports whether a literal stands in the end of the piece at "at" together
// with the beginning of one of the next lines.
func (c *cutter) joins(at, behind int64) bool {
	w := c.w
	for !bytes.Contains(w.slice(behind, w.end()), newline) || w.end() < behind+pieceReach {
		if w.end() > behind+maxLine || !w.read(at-lookBack) {
			break
		}
	}
	rest := w.slice(behind, w.end())
	end := bytes.IndexByte(rest, '\n')
	if end < 0 {
		return false
	}
	var joined [2 * maxLiteral]byte
	border := at // of Docker's text, else the line's end
	if c.pieces.kind != dockerPieces {
		border = behind + int64(end)
	}
	tail := trimReturn(w.slice(max(border-maxLiteral+1, w.base), border))
	n := copy(joined[:], tail)
	for tries, next := 0, rest[end+1:]; tries < pieceTries && len(rest)-len(next) < pieceReach; {
		line, more, _ := bytes.Cut(next, newline)
		if text := c.pieceText(line); text != nil {
			tries++
			m := copy(joined[n:n+maxLiteral-1], text)
			if c.holds(joined[:n+m]) {
				return true
			}
		}
		if len(more) == 0 {
			return false
		}
		next = more
	}
	return false
}

// pieceText gives what follows a line's prefix; nil if there is none.
func (c *cutter) pieceText(line []byte) []byte {
	head := line[:min(len(line), 512)]
	switch c.pieces.kind {
	case criPieces:
		for i := range criMarks {
			for _, mark := range [...][]byte{criMarks[i], criEnds[i]} {
				if n := bytes.Index(head, mark); n >= 0 {
					return line[n+len(mark):]
				}
			}
		}
	case dockerPieces:
		if n := bytes.Index(head, dockerHead); n >= 0 {
			return line[n+len(dockerHead):]
		}
	case longPieces:
		if n := bytes.Index(head, textHead); n >= 0 {
			return line[n+len(textHead):]
		}
	}
	return nil
}
