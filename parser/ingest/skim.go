package ingest

import "bytes"

// skim reads on in a record for as long as its lines are of the simplest kind, as
// most lines of reports are: they came without a transport, hold nothing to take
// off, and no prefix begins like them. It leaves the next other line to [cutter.readLine],
// which would do the same with all of these.
func (c *cutter) skim() {
	s, w := c.plain, c.w
	d := s.open
	if d == nil || len(c.open) > 1 || !c.untouched() || s.last != nil || d.split || c.pos < s.seen {
		return
	}
	w.move(c.pos)
	before := len(d.body)
	l := textLine{off: c.pos, num: w.num}
	text := w.slice(c.pos, w.end())
	marked := int64(-1) // the next literal
	for len(text) > 0 {
		n := 0
		if text[0] != '\n' {
			if n = bytes.IndexByte(text, '\n'); n < 0 || n > maxLine {
				break
			}
		}
		l.next = l.off + int64(n) + 1
		line := text[:n]
		if marked < l.off {
			marked = c.literalFrom(l.off)
		}
		hit, opens := marked < l.next, opensNothing
		if hit || opensUnmarked(line) {
			opens = openingOf(line)
		}
		if !goesOn(line) || d.splitsAt(line, opens) {
			break
		}
		l.from, l.to, l.last = l.off, l.next-1, l.num
		d.hit = d.hit || hit
		d.add(&l, line)
		s.seen, s.at = l.next, l.off
		l.off, l.num = l.next, l.num+1
		text = text[n+1:]
	}
	if l.off > c.pos {
		w.pass(l.off, l.num-w.num)
		c.held += len(d.body) - before
		s.pass = c.pass
		c.advance(l.off)
	}
}

// untouched reports whether the lines at pos are the text of one stream as they
// stand in the input.
func (c *cutter) untouched() bool {
	return len(c.peeler.chain) == 0 && c.unfold == nil && c.parts == 0 && c.pieces.kind == noPieces &&
		!c.onlyJSON && c.format == nil && !c.rewound
}

// goesOn reports whether a line is, at a cheap look, nothing but text: no head, and
// without colours and CR.
func goesOn(line []byte) bool {
	if len(line) == 0 {
		return true
	}
	switch c := line[0]; {
	case c == ' ' || c == '\t' || c == '*':
	case isLetter(c):
		if c == 'i' || partBegins(line) {
			return false
		}
	case isDigit(c):
		return false
	default:
		switch c {
		case '=', '[', '{', '(', '<', '_', '\\', '^', '#':
			return false
		}
	}
	if line[len(line)-1] == 'm' { // as spelled colours end
		return false
	}
	return bytes.IndexByte(line, 0x1b) < 0 && bytes.IndexByte(line, '\r') < 0
}

// opensUnmarked reports whether a line without a literal may open a record: whether
// it begins like one of the few openings that hold none.
func opensUnmarked(line []byte) bool {
	if len(line) < 5 {
		return false
	}
	switch string(line[:3]) {
	case "App", "Cow", "#PI", "ERR", "cou", `{"c`, "hea", "det":
		return true
	}
	switch line[0] {
	case '[':
		return true
	case ' ', '\t': // a failure of ExUnit
		i := skipBlanks(line, 0)
		return i < len(line) && isDigit(line[i])
	}
	return false
}
