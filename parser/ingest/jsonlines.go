package ingest

import "bytes"

// A shipper that makes an entry of each line cuts a report into as many entries:
//
//	{"level":"error","ts":"14:33:15Z","msg":"GenServer MyApp.Cart terminating"}
//	{"level":"error","ts":"14:33:15Z","msg":"** (stop) :boom"}
//	{"level":"error","ts":"14:33:15Z","msg":"Last message: :go"}
//
// The entries that follow a report's first line belong to it while they are of
// one line and of its level, and carry its time or look like a report's lines.

// opensSplit reports whether a decoded entry can be the first line of a report
// whose other lines are entries of their own.
func (p *prefix) opensSplit() bool {
	return p.decoded && bytes.IndexByte(p.text, '\n') < 0 && (openingOf(p.text) != opensNothing || prelude(p.text))
}

// takeSplit takes the entry of a further line of the open report. It reports
// false if the entry is one of its own; it is decoded then.
func (c *cutter) takeSplit(s *stream, l *textLine, p *prefix) bool {
	d := s.open
	decodeJSON(l.text, p, c.format)
	if bytes.IndexByte(p.text, '\n') >= 0 || p.level != d.rec.Level || len(p.title) > 0 {
		return false
	}
	at := p.stamp.iso()
	if at == "" {
		at = l.time
	}
	atOnce := at != "" && at == d.rec.Time
	if p.inner && !atOnce {
		return false
	}
	switch openingOf(p.text) {
	case opensNothing:
		if !atOnce && !furtherLine(p.text) {
			return false
		}
		d.keys = d.keys || d.banners > 0 && endsReport(p.text)
	case opensBanner:
		if d.keys || d.banners > 0 && !atOnce {
			return false
		}
		d.banners++
	case opensHeader:
		if d.opening != opensNothing {
			return false
		}
		d.opening = opensHeader
	default:
		return false
	}
	c.add(d, l, stripColours(trimReturn(p.text), &c.joined))
	return true
}

// furtherLine reports whether a line cannot be the first of a message, but can be
// a further one of a report.
func furtherLine(line []byte) bool {
	if len(line) == 0 {
		return true
	}
	switch line[0] {
	case ' ', '\t', '}', ']', ')', '>':
		return true
	case '*':
		return bytes.HasPrefix(line, []byte("** "))
	case 'C':
		return bytes.HasPrefix(line, []byte("Client "))
	case 'n':
		return bytes.HasPrefix(line, []byte("neighbours:"))
	}
	return endsReport(line)
}
