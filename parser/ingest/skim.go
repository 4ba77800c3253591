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
		if d.full && text[0] == '\n' { // nothing is kept of a blank line then
			n := newlines(text)
			text = text[n:]
			l.off, l.num = l.off+int64(n), l.num+n
			d.last, s.seen, s.at = l.off, l.off, l.off-1
			continue
		}
		n := bytes.IndexByte(text, '\n')
		if n < 0 || n > maxLine {
			break
		}
		l.next = l.off + int64(n) + 1
		line := trimReturn(text[:n])
		if marked < l.off && (!d.hit || opensMarked(line)) {
			marked = c.literalFrom(l.off)
		}
		hit, opens := marked >= l.off && marked < l.next, opensNothing
		if hit || opensUnmarked(line) {
			opens = openingOf(line)
		}
		if !goesOn(line) || d.splitsAt(line, opens) {
			break
		}
		l.from, l.to, l.last = l.off, l.off+int64(len(line)), l.num
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
	if first, last := line[0], line[len(line)-1]; first == '\\' || first == '^' || last == 'm' || mayHavePrefix(line) {
		return false // a colour that is spelled as text may begin or end so
	}
	return bytes.IndexByte(line, 0x1b) < 0 && bytes.IndexByte(line, '\r') < 0
}

// opensMarked reports whether a line may open a record if a literal stands in it.
func opensMarked(line []byte) bool { return len(line) >= 5 && line[0] != ' ' && line[0] != '\t' }

// opensUnmarked reports whether a line may open a record though it has no literal or
// is not looked through for one: whether it begins like those that do.
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
	case ' ', '\t':
		i := skipBlanks(line, 0)
		return i < len(line) && (line[i] == 'c' || line[i] == 'S' || isDigit(line[i]))
	}
	return false
}

// newlines gives how many newlines a text begins with.
func newlines(text []byte) int {
	n := 0
	for n < len(text) && text[n] == '\n' {
		n++
	}
	return n
}
