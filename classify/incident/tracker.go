package incident

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/beamlog/beamlog/classify"
)

// Tracker relates findings as they come. It holds each back until its role is
// final, and memory stays bounded however many come: see [Options].
//
// A Tracker is not for concurrent use.
type Tracker struct {
	o       Options
	clocks  map[string]*clock
	clock   *clock // that was asked for last
	clocked string // its input
	expired int64  // the moment when expire last looked
	even    bool   // what is open is of one input, with times that never went back
	seq     int

	held     entries
	kept     int // bytes that the findings kept in open incidents keep alive
	open     failures
	index    map[id]*death
	ids      int
	settled  []*failure // closed, and all of their findings are released
	closings int        // incidents closed so far
	done     []*Incident
	groups   groups

	sasl  map[string]bool // inputs in which a supervisor or crash report was seen
	watch *watch
	lines int64 // that were read

	facts   facts // of the finding at hand
	reasons reasons
}

// NewTracker gives a Tracker.
func NewTracker(o Options) *Tracker {
	o = o.withDefaults()
	return &Tracker{
		o:      o,
		clocks: map[string]*clock{},
		index:  map[id]*death{},
		groups: groups{max: o.MaxGroups, byPrint: map[string]*Group{}},
		sasl:   map[string]bool{},
		watch:  newWatch(),

		reasons: reasons{known: map[*classify.Alike]*reason{}},
	}
}

// entry is one held finding.
type entry struct {
	f     *classify.Finding
	death *death
	next  *entry // in [entries]
	seq   int
	again bool   // the same report, printed again
	told  teller // whose report it is
	full  int    // see [facts.fullness]
	cost  int
}

// usualDeath is by how many reports a death is told at most as a rule.
const usualDeath = 4

// death is one process's end, told by one or more reports.
type death struct {
	in     *failure
	first  entry
	best   *classify.Finding // the fullest report
	score  int
	told   [tellers]bool
	pid    id
	name   id
	causes [8]id // fingerprints and causes of its reports
	known  int   // how many of these there are
	term   id    // the cause without a stack
	inner  string
	at     int64
	timed  bool
	shape  string
	line   int // of its first report

	caller     bool // its reason holds another process's
	supervisor bool // a supervisor that gave up or could not start its children
	outcome    bool
	why        string
	loop       int // which death of a restart loop it is, the first being 1

	suppressed *classify.Suppression // what one of its reports says, and so all of them

	lead    *death  // the first of its loop; nil for that one
	deaths  int     // of a first one: the later deaths
	beats   []int64 // and when the first and the last of them were, where the log tells
	targets []id    // whom it was calling, of a time-out
	stormed bool    // it was counted among those that die of one reason
}

// failure is an incident that is still open.
type failure struct {
	into    *failure // merged into this one
	before  *failure // in [failures]
	after   *failure
	id      string
	number  int // that the id holds
	closing int // which one it was to be closed
	root    *death
	frozen  bool // its root has been released
	isOpen  bool
	pending int // findings not released yet
	kept    []*entry
	bytes   int // that those keep alive
	count   int
	hushed  int // findings released that are suppressed
	shown   int // count when the incident was last given by Open
	keys    []id

	input       string
	first, last string // printed times
	lastAt      int64
	timed       bool
	lastSeq     int
	lastLine    int
	grace       int64
	restarts    int
	gaveUp      bool
	sasl        bool // it holds a supervisor or crash report
	started     int  // sequence number of the first finding

	patterns patterns
	leads    []*death // the first deaths of its loops
	others   int      // deaths of others for the root's sake
	levels   level    // how far up it went
	starved  int      // processes that did not start for want of a pool
	atBoot   bool     // it began with its node
	onset    string   // after which start or change of version it began, in words
}

func (in *failure) find() *failure {
	for in.into != nil {
		in = in.into
	}
	return in
}

// Add takes the next finding in input order and gives those whose role is now
// final, in input order too.
func (t *Tracker) Add(f *classify.Finding) []*classify.Finding {
	t.seq++
	x := &t.facts
	x.now = t.moment(f)
	t.expire(f, x.now)
	x.read(f, &t.reasons)
	t.held.push(t.join(x))
	x.forget()
	return t.release(false)
}

// Flush gives the findings still held, with the roles that they have by now. Their
// incidents stay open, but their roots are settled: a follower that must tell soon
// calls it.
func (t *Tracker) Flush() []*classify.Finding { return t.release(true) }

// Open gives the incidents that are open, are known from findings given so far, and
// have grown since the last call.
func (t *Tracker) Open() []*Incident {
	var out []*Incident
	for in := t.open.front; in != nil; in = in.after {
		if in.pending == 0 && in.count > in.shown {
			in.shown = in.count
			out = append(out, in.result(t))
		}
	}
	slices.SortFunc(out, func(a, b *Incident) int { return a.number - b.number })
	return out
}

// End closes what is open and gives the findings still held. The tracker can
// go on after it: a follower calls it when the log has been silent for long.
func (t *Tracker) End() []*classify.Finding {
	for t.open.n > 0 {
		t.close(t.open.front)
	}
	return t.release(false)
}

// Closed gives the incidents that have been closed, and whose findings have
// all been given, since the last call.
func (t *Tracker) Closed() []*Incident {
	done := t.done
	t.done = nil
	return done
}

// moment gives the time of a finding on its input's clock. A report without a
// time among timed ones (standard error between log lines) is as late as the last.
func (t *Tracker) moment(f *classify.Finding) moment {
	return t.clockOf(inputOf(f)).moment(timeOf(f))
}

func (t *Tracker) clockOf(input string) *clock {
	if t.clock != nil && input == t.clocked {
		return t.clock
	}
	c := t.clocks[input]
	if c == nil {
		if len(t.clocks) > 1000 {
			clear(t.clocks)
		}
		c = new(clock)
		t.clocks[input] = c
	}
	t.clock, t.clocked = c, input
	return c
}

// Read tells of lines that were read and gave no finding, too.
func (t *Tracker) Read(lines int64) { t.lines += lines }

func inputOf(f *classify.Finding) string {
	if r := f.Report.Record; r != nil {
		return r.Input
	}
	return ""
}

// expire closes the incidents that nothing can join any more, and the oldest
// ones where too many are open.
func (t *Tracker) expire(f *classify.Finding, now moment) {
	input := inputOf(f)
	if t.open.n == 0 {
		t.even = true
	}
	t.even = t.even && now.timed && (t.open.n == 0 || input == t.open.back.input && now.at >= t.expired)
	if now.timed && now.at == t.expired && t.open.n <= maxOpen && t.kept <= maxKeptBytes {
		return // nothing has passed since the last look
	}
	t.expired = now.at
	const look = 64 // enough to keep up: one finding opens at most one incident
	for in, n := t.open.front, 0; in != nil && n < look; n++ {
		next := in.after
		if t.over(in, input, f.Report.Line, now) {
			t.close(in)
		} else if t.even && now.at-in.lastAt <= t.o.Window {
			break // the others were touched later
		}
		in = next
	}
	for t.open.n > maxOpen || t.kept > maxKeptBytes && t.open.n > 1 {
		t.close(t.open.front)
	}
}

// over says whether an incident is past at this place of the log.
func (t *Tracker) over(in *failure, input string, line int, now moment) bool {
	if in.input == input && in.timed && now.timed {
		return now.at-in.lastAt > t.o.Window+in.grace
	}
	return t.seq-in.lastSeq > untimedWindow || in.input == input && line-in.lastLine > untimedLines
}

// close makes an incident final.
func (t *Tracker) close(in *failure) {
	t.open.remove(in)
	in.isOpen = false
	t.kept -= in.bytes
	for _, k := range in.keys {
		if d := t.index[k]; d != nil && d.in.find() == in {
			delete(t.index, k)
		}
	}
	in.keys = nil
	t.closings++
	in.closing = t.closings
	if in.pending == 0 {
		t.settled = append(t.settled, in)
	}
}

// release takes final findings off the head of the queue; all takes the others too.
func (t *Tracker) release(all bool) []*classify.Finding {
	var out []*classify.Finding
	for t.held.n > 0 {
		in := t.held.first.death.in.find()
		if in.isOpen && !all && t.held.n <= t.o.MaxHeld && t.held.bytes <= t.o.MaxBytes {
			break
		}
		if out == nil {
			out = make([]*classify.Finding, 0, usualDeath)
		}
		e := t.held.pop()
		t.finish(e, in)
		out = append(out, e.f)
	}
	t.settle()
	return out
}

// finish gives a finding its final place.
func (t *Tracker) finish(e *entry, in *failure) {
	if in.id == "" {
		t.ids++
		var room [20]byte
		in.number, in.id = t.ids, string(strconv.AppendInt(append(room[:0], 'i'), int64(t.ids), 10))
	}
	in.frozen = true
	if in.pending--; in.pending == 0 && !in.isOpen {
		t.settled = append(t.settled, in)
	}
	f := e.f
	f.Incident = in.id
	f.Role, f.Why = place(e, in)
	if f.Suppressed = e.death.suppressed; f.Suppressed != nil {
		in.hushed++
	}
	adopt(e, e.death)
}

// adopt gives a finding whose report lacks detail the fingerprint of the
// fullest report of its death.
func adopt(e *entry, d *death) {
	f := e.f
	if d.best == nil || d.best == f || f.Fingerprint == d.best.Fingerprint || e.full >= d.score {
		return
	}
	f.Fingerprint, f.Variant = d.best.Fingerprint, d.best.Variant
	f.Parts = d.best.Parts
	f.Recipe = fmt.Sprintf("%s (of the fullest report of this death, at line %d)", d.best.Recipe, d.best.Report.Line)
}

// settle hands out the closed incidents whose findings are all released.
func (t *Tracker) settle() {
	if len(t.settled) == 0 {
		return
	}
	slices.SortFunc(t.settled, func(a, b *failure) int { return a.closing - b.closing })
	for _, in := range t.settled {
		done := in.result(t)
		if !done.Expected() || t.o.Expected {
			t.groups.add(done, in, t)
		}
		in.shed()
		t.done = append(t.done, done)
	}
	clear(t.settled)
	t.settled = t.settled[:0]
	slices.SortFunc(t.done, func(a, b *Incident) int { return a.number - b.number })
}

// result is the incident as others see it.
func (in *failure) result(t *Tracker) *Incident {
	root := &in.root.first
	if !slices.Contains(in.kept, root) {
		in.keep(root, len(in.kept)+1)
	}
	n := len(in.kept)
	findings := make([]*classify.Finding, 2*n)
	for i, e := range in.kept {
		findings[i], findings[n+i] = e.f, e.death.first.f
	}
	out := &Incident{
		number: in.number, ID: in.id, Count: in.count, Root: root.f,
		First: in.first, Last: in.last, Restarts: in.restarts, GaveUp: in.gaveUp,
		Suppressed: in.hushed, Findings: findings[:n:n], Firsts: findings[n:],
	}
	out.Notes = in.notes(t)
	in.conclude()
	out.Patterns, out.Verdict = in.patterns.sorted(), in.verdict()
	return out
}

// shed lets go of what a closed incident no longer needs: others may remember it.
func (in *failure) shed() {
	in.root, in.kept, in.leads = nil, nil, nil
	in.patterns = nil
}

// frameCost is about what a frame takes beside its text.
const frameCost = 160

// cost estimates the bytes that a held finding keeps alive.
func cost(f *classify.Finding) int {
	r := f.Report
	n := 4096 + frameCost*len(r.Reason.Stack)
	for i := range r.Reason.Chain {
		n += frameCost * len(r.Reason.Chain[i].Stack)
	}
	if r.Record != nil {
		n += len(r.Record.Body)
	}
	if r.State != nil {
		n += len(r.State.Text)
	}
	if r.LastMessage != nil {
		n += len(r.LastMessage.Text)
	}
	return n
}
