package ingest

import (
	"bytes"
	"iter"
	"slices"
)

// takeGrouped takes a line whose prefix stands on every line of its entry.
// Entries of several processes may alternate line by line.
func (c *cutter) takeGrouped(s *stream, l *textLine, p *prefix) {
	c.closeStream(s)
	var g *stream
	for _, x := range s.groups {
		if x.group == string(p.group) {
			g = x
		} else if x.gap++; x.gap > groupGap {
			c.closeStream(x)
		}
	}
	s.groups = slices.DeleteFunc(s.groups, func(x *stream) bool { return x.gap > groupGap })
	if g == nil {
		if s.start != l.off {
			if !c.hit(l) {
				s.last = nil
				return
			}
			if start := c.lookUpGroup(s, l, p.group); start < l.off {
				c.rewind(s, start)
				return
			}
		}
		g = &stream{name: s.name, group: string(p.group), start: -1}
		s.groups = append(s.groups, g)
		s.start = -1
		c.begin(g, p, l)
	} else if g.open != nil && (l.off >= g.seen || l.next == c.ahead) { // else it is read again, for another stream
		c.add(g.open, l, l.text[p.end:])
	}
	g.gap = 0
	s.last = g
}

// lookUpGroup finds the first line of the entry that l belongs to.
func (c *cutter) lookUpGroup(s *stream, l *textLine, group []byte) int64 {
	var p prefix
	start, gap := l.off, 0
	for at := range c.linesBefore(s, l) {
		if !readPrefix(at.text, &p, c.format) || !bytes.Equal(p.group, group) {
			if gap++; gap > groupGap {
				break
			}
			continue
		}
		start, gap = at.off, 0
	}
	return start
}

// linesBefore gives the lines of a stream before l, the nearest first, as far back
// as a lookup may go.
func (c *cutter) linesBefore(s *stream, l *textLine) iter.Seq[textLine] {
	return func(yield func(textLine) bool) {
		limit := max(l.off-c.budget, c.reach(l.off))
		floor := max(s.seen, limit, c.given)
		for at := l.off; at > floor; {
			i := int64(bytes.LastIndexByte(c.w.slice(floor, at-1), '\n'))
			if i < 0 && floor == limit && limit > 0 {
				return // the line's beginning is out of reach
			}
			from := floor + i + 1
			c.budget -= at - from
			p, fits := c.peeler.peek(trimReturn(c.w.slice(from, at-1)), &c.back)
			if !fits || len(c.peeler.chain) == 0 || s.name == p.name && s.channel == p.channel {
				first, _, _ := bytes.Cut(p.text, newline)
				if !yield(textLine{off: from, next: at, part: p.part, text: stripColours(first, &c.back)}) {
					return
				}
			}
			at = from
		}
	}
}

// lookUp finds the line at which the record begins that the literal in l belongs
// to: the nearest head before it in its stream; else its own line, or a few lines
// above it where they can only belong to it.
func (c *cutter) lookUp(s *stream, l *textLine) int64 {
	var p prefix
	start := l.off
	near := 3
	if c.lenient {
		near = len(contextKeys)
	}
	for at := range c.linesBefore(s, l) {
		if readPrefix(at.text, &p, c.format) {
			switch {
			case p.whole:
			case len(p.group) > 0:
				start = c.lookUpGroup(s, &at, bytes.Clone(p.group))
			default:
				start = at.off
			}
			break
		}
		if near--; near >= 0 && (prelude(at.text) || c.lenient && inContext(at.text)) {
			start = at.off
		}
	}
	return start
}
