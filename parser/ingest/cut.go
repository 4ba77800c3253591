package ingest

import (
	"bytes"
	"context"
	"io"
	"iter"
	"slices"
	"time"
)

// Records reads the records of r that hold a literal: all that can be a report,
// and some that are not. They come in the order of their heads. What lies between
// them is scanned, not read line by line.
//
// An error ends the sequence. The input ends at an error like at its end: the
// records that were open come first.
func Records(ctx context.Context, r io.Reader, name string, o Options) iter.Seq2[*Record, error] {
	return func(yield func(*Record, error) bool) {
		c := newCutter(openWindow(ctx, r, o), name, o)
		defer c.w.stop() // of this window: run may put another before it
		c.yield = yield
		c.run(ctx)
	}
}

// stream is what a transport keeps apart: a container, a pod, a unit. Text
// without a transport is one stream.
type stream struct {
	name    string // as [Record.Stream] says it
	channel string // "stdout", "stderr"
	part    part   // a line of which pieces are still to come

	open  *draft
	seen  int64 // lines before this offset were read
	at    int64 // where the line begins that was read last,
	pass  int   // and in which reading of it
	start int64 // offset of a line at which a record begins that holds a literal; -1 if none

	// groups are the entries of writers that repeat their prefix on each line.
	groups []*stream
	group  string
	gap    int     // lines since the group's last one
	last   *stream // the group that the last line belonged to
}

// cutter cuts an input into records.
//
// It has two gaits. While no record is open it lets the scanner look for the next
// literal and goes back from there to the head of the record. While one is open it
// reads line by line.
type cutter struct {
	w       *window
	scan    scanner
	name    string
	o       Options
	stats   *Stats
	format  *loggerFormat
	lenient bool

	onlyJSON  bool // what is no JSON is noise
	unfoldAll bool // entries of JSON may be anywhere
	exports   exportSet
	noUnfold  bool

	parts    int   // streams of which pieces of a line have come
	lastPart int64 // end of the latest such piece
	pos      int64 // the next line begins here
	scanned  int64 // no literal begins between pos and here
	literal  int64 // the first literal at or after pos; -1 if not known
	budget   int64 // how far lookups may go back yet
	pass     int   // how often it went back to read lines again
	ahead    int64 // the farthest that pos has been
	rewound  bool  // pos is where a record begins
	far      int64 // the furthest line that was read

	pieces pieceScan
	split  int64 // a place where a literal may be cut in two, and which literal may name; -1 if none is

	unfold  *unfolder // nil if the input's lines are taken as they are
	peeler  peeler
	streams map[string]*stream
	latest  *stream // that of the last line

	plain   *stream
	open    []*draft // in the order of their heads; closed ones wait for those before
	nOpen   int
	given   int64    // offset of the latest head that was given: no later record has an earlier one
	done    []*draft // to be used again
	held    int      // bytes in open
	scratch []byte   // the text of the line at hand without its colours
	joined  []byte   // the same for lines of a decoded message
	back    []byte   // the same for lines that a lookup goes over
	sample  []byte   // the lines that transports are learned from

	yield   func(*Record, error) bool
	stopped bool
	ending  bool // nothing waits for older records any more
	paused  time.Time
}

func newCutter(w *window, name string, o Options) *cutter {
	c := &cutter{
		w: w, scan: fastest(), name: name, o: o, stats: o.Stats,
		lenient: o.Lenient, literal: -1, split: -1, budget: lookBack, plain: &stream{start: -1},
		peeler: peeler{all: transports(), learned: -relearn},
	}
	if o.LoggerFormat != "" {
		c.format = parseLoggerFormat(o.LoggerFormat)
	}
	c.setInputFormat(o.InputFormat)
	if c.stats == nil {
		c.stats = new(Stats)
	}
	return c
}

func (c *cutter) run(ctx context.Context) {
	c.skipBOM()
	if !c.noUnfold {
		c.unfoldJSON()
	}
	c.findPieces()
	if !c.lenient && !c.onlyJSON && c.o.Pause == nil {
		c.lenient = c.looksPasted()
	}
	for n := 0; !c.stopped; n++ {
		if n&63 == 0 && ctx.Err() != nil {
			c.yield(nil, ctx.Err())
			return
		}
		if c.nOpen == 0 && c.parts == 0 && !c.rewound {
			at, ok := c.nextLiteral(ctx)
			if !ok {
				if c.pause() {
					continue
				}
				break
			}
			if !c.jump(at) {
				continue
			}
		}
		c.skim()
		if !c.readLine() && !c.pause() {
			break
		}
	}
	c.endParts()
	c.finish()
	c.count()
	if c.stopped {
		return
	}
	if ctx.Err() != nil {
		c.yield(nil, ctx.Err())
	} else if c.w.err != nil && c.w.err != io.EOF {
		c.yield(nil, c.w.err)
	}
}

// pause is what happens at the end of what has come so far. It is false at the
// input's end.
func (c *cutter) pause() bool {
	if c.o.Pause == nil || c.w.err != nil || c.stopped {
		return false
	}
	c.endParts()
	c.finish()
	c.count()
	c.tell()
	return !c.stopped
}

// tell lets the caller do what it does now and then.
func (c *cutter) tell() {
	c.paused = time.Now()
	c.stopped = c.stopped || !c.o.Pause()
}

// finish gives all records that are open.
func (c *cutter) finish() {
	for _, d := range c.open {
		if !d.closed {
			d.closed, d.stream.open = true, nil
			c.nOpen--
		}
	}
	c.ending = true
	c.emit()
	c.ending = false
}

// count brings the statistics up to date.
func (c *cutter) count() {
	w := c.w
	w.move(w.end())
	if c.unfold != nil {
		c.stats.Bytes, c.stats.Lines = c.unfold.off, int64(c.unfold.line-1)
		return
	}
	c.stats.Bytes = w.end()
	c.stats.Lines = int64(w.num - 1)
	if w.fill > 0 && w.buf[w.fill-1] != '\n' {
		c.stats.Lines++
	}
}

func (c *cutter) skipBOM() {
	for c.w.end() < 3 && c.w.read(0) {
	}
	if bytes.HasPrefix(c.w.buf[:c.w.fill], []byte("\xef\xbb\xbf")) {
		c.pos = 3
	}
}

// unfoldJSON has entries of JSON that are not one a line made so.
func (c *cutter) unfoldJSON() {
	w := c.w
	for w.end() < c.pos+unfoldFrom && w.read(0) {
	}
	head := w.slice(c.pos, w.end())
	head = head[:min(len(head), unfoldFrom)]
	if !c.unfoldAll && !unfolds(head) {
		return
	}
	set := c.exports
	if set == 0 {
		set = exportsIn(head)
	}
	c.unfold = newUnfolder(&windowRest{w, c.pos}, set)
	c.unfold.off, c.unfold.turns = c.pos, c.o.Pause == nil
	c.w, c.pos = newWindow(c.unfold), 0
}

// windowRest reads a window from a place on.
type windowRest struct {
	w  *window
	at int64
}

func (r *windowRest) Read(p []byte) (int, error) {
	if r.at == r.w.end() && !r.w.read(r.at) {
		if r.w.err == nil {
			return 0, errQuiet
		}
		return 0, r.w.err
	}
	n := copy(p, r.w.slice(r.at, r.w.end()))
	r.at += int64(n)
	return n, nil
}

// looksPasted reports whether the input is short and has no logger prefix. It
// reads no further than the first one.
func (c *cutter) looksPasted() bool {
	w := c.w
	var p prefix
	var lines [][]byte
	for pos := c.pos; pos <= lenientTo; {
		i := bytes.IndexByte(w.slice(pos, w.end()), '\n')
		if i < 0 {
			if w.end() <= lenientTo && w.read(0) {
				continue
			}
			if w.end() > lenientTo {
				return false
			}
			i = int(w.end() - pos)
		}
		end := pos + int64(i)
		text := bytes.Clone(stripColours(trimReturn(w.slice(pos, end)), &c.scratch))
		if readPrefix(text, &p, c.format) && p.writer != WriterShell {
			return false
		}
		lines = append(lines, text)
		if end == w.end() {
			return !c.carriesPrefix(lines)
		}
		pos = end + 1
	}
	return false
}

// nextLiteral gives the place of the first literal at or after pos.
func (c *cutter) nextLiteral(ctx context.Context) (int64, bool) {
	if c.literal >= c.pos {
		return c.literal, true
	}
	w := c.w
	c.scanned = max(c.scanned, c.pos)
	for {
		from := max(c.scanned, w.base)
		at, _ := c.scan.next(w.slice(from, w.end()), 0)
		if c.pieces.kind != noPieces {
			limit := w.end()
			if at >= 0 {
				limit = from + int64(at)
			}
			if split := c.nextSplit(from, limit); split >= 0 {
				c.literal, c.split, c.scanned = split, split, split
				return split, true
			}
			if at < 0 && w.end() > limit { // more was read
				c.scanned = max(from, limit-maxLiteral)
				continue
			}
		}
		if at >= 0 {
			c.literal = from + int64(at)
			c.scanned = c.literal
			return c.literal, true
		}
		c.scanned = max(from, w.end()-maxLiteral)
		if ctx.Err() != nil || c.stopped || !w.read(c.lineAt(c.scanned)-lookBack) {
			c.literal = -1
			return 0, false
		}
		c.count()
		if c.o.Pause != nil && time.Since(c.paused) >= quietAfter {
			c.tell()
		}
	}
}

// literalFrom gives the place of the first literal at or after pos that is at hand; the
// end of what is if there is none.
func (c *cutter) literalFrom(pos int64) int64 {
	if c.literal >= pos {
		return c.literal
	}
	w := c.w
	from := max(c.scanned, pos)
	if at, _ := c.scan.next(w.slice(from, w.end()), 0); at >= 0 {
		c.literal = from + int64(at)
		c.scanned = c.literal
		return c.literal
	}
	c.scanned = max(from, w.end()-maxLiteral)
	return w.end()
}

// reach gives how far before the line at off may be looked: no further back than
// from the furthest line that was read, as what is before may be gone.
func (c *cutter) reach(off int64) int64 { return max(max(off, c.far)-lookBack, 0) }

// lineAt gives where the line begins in which "at" stands, or a place far before.
func (c *cutter) lineAt(at int64) int64 {
	from := max(c.w.base, at-lookBack)
	return from + int64(bytes.LastIndexByte(c.w.slice(from, at), '\n')) + 1
}

// jump moves to the line in which the literal at "at" stands. Where its beginning
// is too far away to be known, it moves to the next line and reports false.
func (c *cutter) jump(at int64) bool {
	from := max(c.pos, at-lookBack)
	if i := bytes.LastIndexByte(c.w.slice(from, at), '\n'); i >= 0 {
		c.advance(from + int64(i) + 1)
		return true
	}
	if from == c.pos {
		return true
	}
	c.advance(c.w.skipLine(at, at))
	return false
}

// advance moves pos forwards. What is new lets later lookups go back farther.
func (c *cutter) advance(pos int64) {
	if pos > c.ahead {
		c.budget = min(lookBack, c.budget+lookRate*(pos-c.ahead))
		c.ahead = pos
	}
	c.pos = pos
}

// rewind goes back to the line at which a record of s begins.
func (c *cutter) rewind(s *stream, start int64) {
	s.start, c.pos, c.rewound = start, start, true
	c.pass++
	if s.part.open {
		s.part = part{}
		c.parts--
	}
}

// readLine reads the line at pos. It is false at the input's end.
func (c *cutter) readLine() bool {
	off, again := c.pos, c.rewound
	c.rewound = false
	c.far = max(c.far, off)
	c.w.move(off)
	num := c.w.num
	raw, next, lost, ok := c.w.readLine(off)
	if !ok {
		return false
	}
	c.advance(next)
	if c.nOpen == 0 && c.parts == 0 {
		if c.learn(off, raw) {
			raw, next, lost, _ = c.w.readLine(off) // what it read may have moved the line
		}
	}
	if c.w.slice(next-1, next)[0] == '\n' {
		c.w.pass(next, 1)
	}
	p, fits := c.peeler.peel(trimReturn(raw), &c.scratch)
	if !fits && c.nOpen == 0 && !again && c.findHook(off) {
		p, fits = c.peeler.peel(trimReturn(raw), &c.scratch)
	}
	s := c.plain
	if len(c.peeler.chain) > 0 {
		s = c.streamOf(&p)
		if c.nOpen == 0 && c.parts == 0 && !again && c.goToFirstPiece(s, off) {
			return true
		}
	}
	l := textLine{off: off, next: next, from: off, num: num, last: num, raw: raw, text: p.text, time: p.time, lost: lost}
	l.to = off + int64(len(raw)) + lost
	if lost == 0 {
		l.to = off + int64(len(trimReturn(raw)))
	}
	if c.unfold != nil {
		at := c.unfold.at(off)
		l.from, l.to, l.num, l.last = at.off, at.end, at.line, at.last
	}
	if !fits && s.part.open {
		c.endPart(s)
	}
	if off >= s.seen && !c.joinPart(s, &l, p.part) {
		c.takeText(s, &l)
	}
	c.closeIdle(next)
	return true
}

// takeText takes a line whose text may hold newlines: a shipper put an entry into
// one line, or a lone CR ends a line.
func (c *cutter) takeText(s *stream, l *textLine) {
	if bytes.IndexByte(l.text, '\r') >= 0 {
		l.text = bytes.ReplaceAll(bytes.ReplaceAll(l.text, []byte("\r\n"), newline), []byte{'\r'}, newline)
	}
	if bytes.IndexByte(l.text, '\n') < 0 {
		l.text = stripColours(l.text, &c.scratch)
		c.take(s, l)
		return
	}
	for text := range bytes.SplitSeq(l.text, newline) {
		one := *l
		one.some = true
		one.text = stripColours(text, &c.scratch)
		c.take(s, &one)
		if c.rewound {
			return
		}
		l.lost = 0
	}
}

func trimReturn(line []byte) []byte {
	for len(line) > 0 && line[len(line)-1] == '\r' {
		line = line[:len(line)-1]
	}
	return line
}

// hit reports whether a literal stands in the line.
func (c *cutter) hit(l *textLine) bool {
	if !l.own && c.literal >= l.off && c.literal != c.split {
		return c.literal < l.next
	}
	return c.holds(l.raw)
}

// holds reports whether a literal stands in a text.
func (c *cutter) holds(text []byte) bool {
	at, _ := c.scan.next(text, 0)
	return at >= 0
}

// take gives a line to its stream.
func (c *cutter) take(s *stream, l *textLine) {
	if c.onlyJSON {
		if l.text = embeddedJSON(l.text); l.text == nil {
			return
		}
	}
	var p prefix
	if !readPrefix(l.text, &p, c.format) {
		if s.open != nil && s.open.split {
			c.closeStream(s)
		}
		if s.last != nil && s.last.open != nil {
			if s = s.last; l.off < s.seen && (s.at != l.off || s.pass != c.pass) {
				return // it is read again, for another stream
			}
		}
		c.takeBare(s, l)
		return
	}
	if len(p.group) > 0 {
		c.takeGrouped(s, l, &p)
		return
	}
	if p.writer == WriterJSON && s.open != nil && s.open.split && c.takeSplit(s, l, &p) {
		return
	}
	for _, g := range s.groups {
		c.closeStream(g)
	}
	s.groups, s.last = s.groups[:0], nil
	c.closeStream(s)
	if s.start == l.off || c.hit(l) {
		c.begin(s, &p, l)
	}
}

// takeBare takes a line without a prefix.
func (c *cutter) takeBare(s *stream, l *textLine) {
	d := s.open
	if d != nil {
		if p, ok := d.mark.head(l.text); ok {
			c.closeStream(s)
			if c.hit(l) {
				c.begin(s, &p, l)
			}
			return
		}
		if d.splitsAt(l.text, openingOf(l.text)) {
			c.closeStream(s)
			c.begin(s, &prefix{}, l)
			return
		}
		c.add(d, l, l.text)
		return
	}
	switch {
	case s.start == l.off:
	case !c.hit(l) || l.some && !c.holds(l.text):
		return
	default:
		if start := c.lookUp(s, l); start < l.off {
			c.rewind(s, start)
			return
		}
	}
	c.begin(s, &prefix{}, l)
}

// begin opens a record with its first line.
func (c *cutter) begin(s *stream, p *prefix, l *textLine) *draft {
	if p.writer == WriterJSON && !p.decoded {
		decodeJSON(l.text, p, c.format)
	}
	d := c.newDraft()
	d.stream, d.mark = s, p.mark
	d.rec = &Record{
		Input: c.name, Stream: s.name, Line: l.num, Offset: l.from, Writer: p.writer, Time: p.stamp.iso(), Level: p.level,
		Node: string(p.node), Title: string(p.title), Metadata: p.metadata(), Cut: p.cut, Lenient: c.lenient,
	}
	if d.rec.Time == "" {
		d.rec.Time = l.time
	}
	d.off, d.endTo = l.off, l.to
	s.open, s.start = d, -1
	c.open = append(c.open, d)
	for i := len(c.open) - 1; i > 0 && c.open[i-1].off > l.off; i-- {
		c.open[i-1], c.open[i] = d, c.open[i-1]
	}
	c.nOpen++
	if p.decoded {
		for line := range bytes.SplitSeq(p.text, newline) {
			c.add(d, l, stripColours(trimReturn(line), &c.joined))
		}
	} else {
		d.starts(l.text[p.end:])
		c.add(d, l, l.text[p.end:])
	}
	switch {
	case !p.whole:
	case p.opensSplit():
		d.split = true
		d.starts(p.text)
	default:
		c.closeStream(s)
	}
	return d
}

// add gives a line to an open record.
func (c *cutter) add(d *draft, l *textLine, text []byte) {
	if !d.hit {
		d.hit = c.hit(l)
	}
	before := len(d.body)
	d.add(l, text)
	c.held += len(d.body) - before
	d.stream.seen, d.stream.at, d.stream.pass = l.next, l.off, c.pass
}

func (c *cutter) closeStream(s *stream) {
	if s.open != nil {
		c.close(s.open)
	}
}

// close ends a record, and gives the caller those that no open one precedes.
func (c *cutter) close(d *draft) {
	if d.closed {
		return
	}
	d.closed = true
	d.stream.open = nil
	c.nOpen--
	c.emit()
}

// emit gives the records that no open one precedes. Where streams mix they are
// held a little: one that began before them may show only later that it matters.
func (c *cutter) emit() {
	n := 0
	for n < len(c.open) && c.open[n].closed {
		if (len(c.open[n].stream.name) > 0 || len(c.streams) > 1) && !c.ending && c.pos-c.open[n].last < holdBytes && c.held <= maxHeld {
			break
		}
		d := c.open[n]
		n++
		c.held -= len(d.body)
		if d.hit && !c.stopped {
			r := d.record()
			c.stats.Records++
			c.given = d.off
			c.stats.Dropped += r.Dropped
			c.stopped = !c.yield(r, nil)
		}
		c.reuse(d)
	}
	c.open = slices.Delete(c.open, 0, n)
}

// newDraft gives an empty draft, with the buffers of one that is done.
func (c *cutter) newDraft() *draft {
	n := len(c.done)
	if n == 0 {
		return &draft{}
	}
	d := c.done[n-1]
	c.done = c.done[:n-1]
	*d = draft{body: d.body[:0], start: d.start[:0], steps: d.steps[:0]}
	return d
}

// reuse keeps the buffers of a draft unless they are large.
func (c *cutter) reuse(d *draft) {
	if len(c.done) < 16 && cap(d.body) <= keepLine {
		c.done = append(c.done, d)
	}
}

// closeIdle closes the records of streams that fell silent, and the oldest ones
// where too many are open.
func (c *cutter) closeIdle(pos int64) {
	if c.parts > maxParts || c.parts > 0 && pos-c.lastPart > idleBytes {
		c.endParts()
	}
	if len(c.open) > 0 && c.open[0].closed {
		c.emit()
	}
	for c.nOpen > 0 {
		d := c.open[slices.IndexFunc(c.open, func(d *draft) bool { return !d.closed })]
		if c.nOpen <= maxOpen && c.held <= maxHeld && pos-d.last < idleBytes {
			return
		}
		c.close(d)
	}
}
