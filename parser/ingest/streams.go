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

// part is a line that a transport cut into pieces, as far as they have come.
type part struct {
	text []byte
	line textLine // the first piece; next is behind the last one
}

// learn finds out which transports the log passed through, if the line at off,
// which may begin a record, does not fit what is known.
func (c *cutter) learn(off int64, line []byte) {
	t := &c.peeler
	text := bytes.Clone(stripColours(trimReturn(line), &c.back))
	if off-t.learned < relearn || t.fits(text) {
		return
	}
	t.learned = off
	sample := [][]byte{text}
	limit := max(off-lookBack, 0)
	for at := off; at > limit && len(sample) < sampleLines; {
		i := int64(bytes.LastIndexByte(c.w.slice(limit, at-1), '\n'))
		if i < 0 && limit > 0 {
			break
		}
		from := limit + i + 1
		sample = append(sample, bytes.Clone(stripColours(trimReturn(c.w.slice(from, at-1)), &c.back)))
		at = from
	}
	slices.Reverse(sample)
	t.learn(sample)
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
	return s.open == nil && len(s.part.text) == 0 && s.start < 0 &&
		!slices.ContainsFunc(s.groups, func(g *stream) bool { return g.open != nil })
}

// joinPart keeps a piece of a line until the rest comes. It reports whether more
// is to come; else l is the whole line.
func (c *cutter) joinPart(s *stream, l *textLine, more bool) bool {
	if len(s.part.text) == 0 {
		if !more {
			return false
		}
		s.part.line = *l
	} else if l.off < s.part.line.next {
		return true // read again
	}
	if room := maxLine - len(s.part.text); len(l.text) > room {
		l.lost += int64(len(l.text) - room)
		l.text = l.text[:room]
	}
	s.part.text = append(s.part.text, l.text...)
	s.part.line.next = l.next
	s.part.line.lost += l.lost
	if more {
		return true
	}
	*l = s.part.whole()
	return false
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
	c.takeText(s, &l)
}

// endParts takes all lines whose last pieces did not come, at the input's end.
func (c *cutter) endParts() {
	var rest []*stream
	for _, s := range c.streams {
		if len(s.part.text) > 0 {
			rest = append(rest, s)
		}
	}
	slices.SortFunc(rest, func(a, b *stream) int { return int(a.part.line.off - b.part.line.off) })
	for _, s := range rest {
		c.endPart(s)
	}
}
