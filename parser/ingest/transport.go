package ingest

import (
	"bytes"
	"slices"
)

// peeled is a physical line without what transports put round it.
type peeled struct {
	text    []byte
	name    string // of the stream, as the user may know it
	channel string // "stdout" or "stderr": keeps apart what mixes within a stream
	time    string // in ISO form
	part    bool   // the line goes on in the next piece of its stream
	whole   bool   // text is still JSON: the entry of a logger, under the name that a collector gave it
	decoded bool   // text is a copy, and may hold several lines

	names *names // those of lines before; may be nil
}

// names are some that lines had, so that each line need not have a copy of its own.
type names struct {
	list [16]string
	next int
}

// own gives a part of the line as a string that stays.
func (p *peeled) own(text []byte) string {
	n := p.names
	if n == nil {
		return string(text)
	}
	for i := range n.list {
		if string(text) == n.list[i] {
			return n.list[i]
		}
	}
	name := string(text)
	if len(name) <= 256 {
		n.list[n.next] = name
		n.next = (n.next + 1) % len(n.list)
	}
	return name
}

// fit says how well a line fits a transport.
type fit uint8

const (
	fitsNot fit = iota
	fitsWeak
	fitsWell
)

// transport is one wrapping of physical lines.
//
// peel takes the wrapping off p.text. It answers [fitsWeak] where the line could as
// well be a logger's own: such lines neither speak for the transport nor against it.
type transport struct {
	name string
	peel func(p *peeled) fit
	// hangs says that later lines of an entry come without the prefix, indented to
	// its text.
	hangs bool
	// decodes says that the text stands in a string of JSON, decoded for each line.
	decodes bool
}

// transports are tried in this order: the more specific come first.
func transports() []transport {
	return []transport{
		{name: "shipper", peel: peelShipper, decodes: true},
		{name: "cri", peel: peelCRI},
		{name: "heroku", peel: peelHeroku},
		{name: "fly", peel: peelFly},
		{name: "syslog-5424", peel: peelSyslog5424},
		{name: "journald", peel: peelJournal, hangs: true},
		{name: "kubectl", peel: peelPod},
		{name: "docker-compose", peel: peelCompose},
		{name: "cloudwatch", peel: peelCloudWatch},
		{name: "timestamps", peel: peelTimestamp},
		{name: "stern", peel: peelStern},
		{name: "quote", peel: peelQuote},
	}
}

// maxChain is how many transports one log can have passed through.
const maxChain = 4

// peeler takes off a log's transports. Which they are it learns from the lines
// before the first one of interest, and again when a line fits them no more.
type peeler struct {
	all     []transport
	told    []transport // those that the user named, the outermost first
	chain   []transport
	learned int64 // the end of what it learned from
	tries   int   // how often it looked
	patient int64 // how far it goes on, beyond relearn, where looking again told nothing new
	unsure  bool  // what looks like a transport's prefix may as well be the logger's
	width   int   // of the last prefix that later lines may hang under
	last    peeled
	line    peeled // the one at hand
	names   names
}

// relearn is how much must have been read before a log may prove to have other
// transports than the ones last learned.
const relearn = 64 << 10

// maxPatience bounds how far a log is read whose lines look a little as if they had
// passed through a transport, and did not when last looked at.
const maxPatience = 4 << 20

// maxTries is how many lines that may have passed through a transport are looked
// at before it is believed that there is none.
const maxTries = 32

// peel takes the transports off a line. It reports whether the line had them; if
// not, the line belongs to the stream before.
func (t *peeler) peel(line []byte, scratch *[]byte) (peeled, bool) {
	if len(t.chain) == 0 {
		return peeled{text: line}, true
	}
	p := &t.line
	*p = peeled{text: line, names: &t.names}
	for i := range t.chain {
		p.text = stripColours(p.text, scratch)
		before := len(p.text)
		if t.chain[i].peel(p) == fitsNot {
			if i > 0 {
				// The outer transport is there: what it carries is not what it mostly carries.
				break
			}
			*p = peeled{text: line, name: t.last.name, channel: t.last.channel, time: t.last.time}
			if t.chain[i].hangs {
				p.text = unhang(line, t.width)
			}
			return *p, false
		}
		if t.chain[i].hangs {
			t.width = before - len(p.text)
		}
		if p.whole {
			break
		}
	}
	t.last = peeled{name: p.name, channel: p.channel, time: p.time}
	return *p, true
}

// peek is peel for a line that is not the next one.
func (t *peeler) peek(line []byte, scratch *[]byte) (peeled, bool) {
	last, width := t.last, t.width
	p, fits := t.peel(line, scratch)
	t.last, t.width = last, width
	return p, fits
}

// unhang takes up to n blanks off the start of a line.
func unhang(line []byte, n int) []byte {
	i := 0
	for i < n && i < len(line) && line[i] == ' ' {
		i++
	}
	return line[i:]
}

// fits reports whether a line looks like a line of the learned transports, or, if
// there are none, like one of no transport at all.
func (t *peeler) fits(line []byte) bool {
	if len(t.chain) > 0 {
		p := peeled{text: line}
		return t.chain[0].hangs && len(line) > 0 && line[0] == ' ' || t.chain[0].peel(&p) != fitsNot
	}
	if bytes.HasPrefix(line, hanging) {
		return false
	}
	if !maybeTransported(line) {
		return true
	}
	var p peeled
	for i := range t.all {
		p = peeled{text: line}
		if t.all[i].peel(&p) != fitsNot {
			return false
		}
	}
	return true
}

// maybeTransported is a cheap test that lines with a transport pass, and few others.
func maybeTransported(line []byte) bool {
	if len(line) == 0 {
		return false
	}
	switch c := line[0]; {
	case c == '{' || c == '<' || c == '[' || c == '>' || c == '+' || c == '|':
		return true
	case isDigit(c) && dateAt(line, 0) > 0, monthAt(line, 0) != "":
		return true
	case podEnd(line) > 0, namespaceEnd(line) > 0:
		return true
	}
	return bytes.Contains(line[:min(len(line), 120)], []byte(" |"))
}

// learn finds the transports of a log from some lines of it. The lines are changed.
func (t *peeler) learn(lines [][]byte) {
	t.chain, t.unsure = t.chain[:0], false
	lines = slices.DeleteFunc(lines, isBlank)
	for _, layer := range t.told {
		t.chain = append(t.chain, layer)
		lines = layer.peelAll(lines)
	}
	for len(t.chain) < maxChain && len(lines) > 0 {
		next := -1
		for i := range t.all {
			if t.carries(i, lines) {
				next = i
				break
			}
		}
		if next < 0 {
			return
		}
		layer := &t.all[next]
		t.chain = append(t.chain, *layer)
		lines = layer.peelAll(lines)
	}
}

// peelAll gives what the lines carry that have passed through the transport.
func (layer *transport) peelAll(lines [][]byte) [][]byte {
	var texts [][]byte
	for _, line := range lines {
		p := peeled{text: line}
		if fits := layer.peel(&p) != fitsNot; fits || !layer.decodes {
			first, _, _ := bytes.Cut(p.text, newline)
			if !isBlank(first) && !(layer.decodes && p.part) && !p.whole {
				texts = append(texts, first)
			}
		}
	}
	return texts
}

// carries reports whether most lines have passed through a transport.
func (t *peeler) carries(i int, lines [][]byte) bool {
	if layer := &t.all[i]; !layer.decodes && layer.name != "docker-compose" && slices.ContainsFunc(t.chain, func(x transport) bool { return x.name == layer.name }) {
		return false
	}
	well, weak, hung, not := 0, 0, 0, 0
	var scratch []byte
	var p peeled
	for _, line := range lines {
		p = peeled{text: stripColours(line, &scratch)}
		switch t.all[i].peel(&p) {
		case fitsWell:
			well++
		case fitsWeak:
			weak++
		case fitsNot:
			if t.all[i].hangs && bytes.HasPrefix(line, hanging) {
				hung++
			} else if not++; not*10 > len(lines)*4 {
				return false // those left cannot make it most
			}
		}
	}
	most := (well+weak)*10 >= (len(lines)-hung)*6
	t.unsure = t.unsure || most && well == 0
	return well > 0 && most
}

// hanging is what the later lines of an entry begin with, at least, where only its
// first line has the prefix.
var hanging = []byte("          ")
