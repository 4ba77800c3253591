package ingest

import (
	"bytes"
	"slices"
)

// maxStreams is how many streams are remembered; with more, those without an open
// record are forgotten.
const maxStreams = 1024

// sampleLines is how many lines a log's transports are learned from.
const sampleLines = 200

// sampleBehind is how many of them may stand behind the one of interest. They
// tell where a logger's own prefix hides the transport's.
const sampleBehind = 4

// part is a line that a transport cut into pieces, as far as they have come.
type part struct {
	open bool
	text []byte
	line textLine // the first piece; next is behind the last one
}

// learn finds out which transports the log passed through, if the line at off,
// which may begin a record, does not fit what is known. It reports whether it had
// to look.
func (c *cutter) learn(off int64, line []byte) bool {
	t := &c.peeler
	early := (t.unsure || len(t.chain) == 0) && t.tries < maxTries
	inside := len(t.told) > 0 && len(t.chain) == len(t.told) && t.tries < maxTries // it may carry more
	if !inside && !early && off-t.learned < relearn+t.patient {
		return false
	}
	text := stripColours(trimReturn(line), &c.back)
	if !inside && !(early && t.unsure) && t.fits(text) {
		return false
	}
	t.tries++
	t.learned = off
	c.sample = c.sample[:0]
	sample := append(make([][]byte, 0, sampleLines+sampleBehind), c.keep(text))
	limit := c.reach(off)
	behind := c.linesBehind(off, sampleBehind)
	for at := off; at > limit && len(sample) < sampleLines; {
		i := int64(bytes.LastIndexByte(c.w.slice(limit, at-1), '\n'))
		if i < 0 && limit > 0 {
			break
		}
		from := limit + i + 1
		sample = append(sample, c.keep(c.w.slice(from, at-1)))
		at = from
	}
	slices.Reverse(sample)
	none := len(t.chain) == 0
	t.learn(append(sample, behind...))
	if t.patient = min(2*(relearn+t.patient), maxPatience); !none || len(t.chain) > 0 {
		t.patient = 0
	}
	if cap(c.sample) > 2*lookBack {
		c.sample = nil
	}
	return true
}

// keep gives a copy of a line of the sample, without colours and CR.
func (c *cutter) keep(line []byte) []byte {
	n := len(c.sample)
	c.sample = append(c.sample, stripColours(trimReturn(line), &c.back)...)
	return c.sample[n:len(c.sample):len(c.sample)]
}

// linesBehind gives the lines that follow the one at off: up to n of them.
func (c *cutter) linesBehind(off int64, n int) [][]byte {
	w := c.w
	var lines [][]byte
	for pos := off; len(lines) <= n; {
		i := bytes.IndexByte(w.slice(pos, w.end()), '\n')
		if i < 0 {
			if w.end()-off < maxLine && w.read(off-lookBack) {
				continue
			}
			if i = int(w.end() - pos); i == 0 || w.end()-off >= maxLine {
				break // how much of the line is at hand is a matter of chance
			}
		}
		lines = append(lines, c.keep(w.slice(pos, pos+int64(i))))
		pos = min(pos+int64(i)+1, w.end())
	}
	return lines[min(len(lines), 1):]
}

// carriesPrefix reports whether there is a logger's prefix in some lines behind
// what transports put there.
func (c *cutter) carriesPrefix(lines [][]byte) bool {
	t := &c.peeler
	t.learn(slices.Clone(lines))
	t.learned = 0
	if isHTML(lines) {
		t.chain = append(t.chain, htmlText)
	}
	if len(t.chain) == 0 {
		return false
	}
	var pre prefix
	for _, line := range lines {
		p, _ := t.peek(line, &c.back)
		for text := range bytes.SplitSeq(p.text, newline) {
			if readPrefix(stripColours(text, &c.joined), &pre, c.format) && pre.writer != WriterShell {
				return true
			}
		}
	}
	return false
}

// streamOf gives the stream of a line.
func (c *cutter) streamOf(p *peeled) *stream {
	if s := c.latest; s != nil && s.name == p.name && s.channel == p.channel {
		return s
	}
	key := p.name + "\x00" + p.channel
	if s := c.streams[key]; s != nil {
		c.latest = s
		return s
	}
	if c.streams == nil {
		c.streams = make(map[string]*stream)
	}
	if len(c.streams) >= maxStreams {
		for k, s := range c.streams {
			if s.idle() {
				delete(c.streams, k)
			}
		}
	}
	s := &stream{name: p.name, channel: p.channel, start: -1}
	c.streams[key], c.latest = s, s
	return s
}

// idle reports whether nothing of the stream is open.
func (s *stream) idle() bool {
	return s.open == nil && !s.part.open && s.start < 0 &&
		!slices.ContainsFunc(s.groups, func(g *stream) bool { return g.open != nil })
}

// joinPart keeps a piece of a line until the rest comes. It reports whether more
// is to come; else l is the whole line.
func (c *cutter) joinPart(s *stream, l *textLine, more bool) bool {
	if !s.part.open {
		if !more {
			return false
		}
		s.part.open, s.part.line = true, *l
		c.parts++
	} else if l.off < s.part.line.next {
		return true // read again
	}
	if room := maxLine - len(s.part.text); len(l.text) > room {
		l.lost += int64(len(l.text) - room)
		l.text = l.text[:room]
	}
	s.part.text = append(s.part.text, l.text...)
	s.part.line.next, s.part.line.last, s.part.line.to = l.next, l.last, l.to
	s.part.line.lost += l.lost
	if more {
		c.lastPart = l.next
		return true
	}
	*l = s.part.whole()
	c.parts--
	return false
}

// findHook has the peeler read the line that the one at off hangs under, where
// what is between was skipped.
func (c *cutter) findHook(off int64) bool {
	t := &c.peeler
	if !t.chain[0].hangs {
		return false
	}
	limit := c.reach(off)
	for at := off; at > limit; {
		i := int64(bytes.LastIndexByte(c.w.slice(limit, at-1), '\n'))
		if i < 0 && limit > 0 {
			return false
		}
		from := limit + i + 1
		line := trimReturn(c.w.slice(from, at-1))
		if !bytes.HasPrefix(line, hanging) {
			_, fits := t.peel(line, &c.back)
			return fits
		}
		at = from
	}
	return false
}

// goToFirstPiece goes back to where the line began whose piece is at off: the
// literal may stand in a later piece. It reports whether there was such a place.
func (c *cutter) goToFirstPiece(s *stream, off int64) bool {
	first := off
	for at := range c.linesBefore(s, &textLine{off: off}) {
		if !at.part {
			break
		}
		first = at.off
	}
	if first == off {
		return false
	}
	c.pos, c.rewound = first, true
	return true
}

// whole gives the line that the pieces make up, and forgets them.
func (t *part) whole() textLine {
	l := t.line
	l.raw, l.text, l.own = t.text, t.text, true
	*t = part{}
	return l
}

// endPart takes a line whose last piece did not come.
func (c *cutter) endPart(s *stream) {
	l := s.part.whole()
	c.parts--
	c.takeText(s, &l)
}

// endParts takes all lines whose last pieces did not come, at the input's end.
func (c *cutter) endParts() {
	var rest []*stream
	for _, s := range c.streams {
		if s.part.open {
			rest = append(rest, s)
		}
	}
	slices.SortFunc(rest, func(a, b *stream) int { return int(a.part.line.off - b.part.line.off) })
	for _, s := range rest {
		c.endPart(s)
	}
}
