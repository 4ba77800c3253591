package incident

import (
	"slices"

	"github.com/beamlog/beamlog/classify"
)

// keyKind is what an id means by which the index knows a death.
type keyKind id

const (
	keyDead   keyKind = iota + 1 // a dead process's pid or name
	keyUnder                     // a supervisor, for the latest death under it
	keyLoop                      // a fingerprint and an identity that outlives a restart
	keyCause                     // a fingerprint or a cause
	keyTerm                      // a cause without its stack
	keyTarget                    // a process that a dead one was calling
	keyLinked                    // a process that a dead one was linked to
	keyRequest
	keyText   // a whole report
	keyGiveUp // a scope, for the latest supervisor that gave up or could not start
)

// link is a finding's tie to a death already known. The zero value is none.
type link struct {
	to      *death
	same    bool // the finding tells of that very death
	again   bool // and is the same report, printed again
	outcome bool
	loop    bool
	peer    bool // it failed beside the other, not for its sake
	why     string
}

// moment is a place in the log.
type moment struct {
	at    int64
	timed bool
}

// near says whether a death was within ms of this moment, as far as the log tells.
func (m moment) near(d *death, ms int64) bool {
	return !m.timed || !d.timed || m.at-d.at <= ms
}

// join finds the incident of a finding, or opens one.
func (t *Tracker) join(x *facts) *entry {
	var l link
	for _, tie := range ties {
		if l = tie(t, x); l.to != nil {
			break
		}
	}
	var e *entry
	if l.same {
		e = &entry{death: l.to}
	} else {
		d := &death{at: x.now.at, timed: x.now.timed, outcome: l.outcome, why: l.why, loop: 1,
			inner: x.inner, shape: x.f.Report.Shape, caller: x.caller, line: x.f.Report.Line}
		e = &d.first
		e.death = d
	}
	e.f, e.seq, e.told, e.again, e.full, e.cost = x.f, t.seq, x.teller, l.again, x.fullness(), cost(x.f)
	d, begun := e.death, l.to == nil
	switch {
	case begun:
		d.in = t.begin(e)
	case !l.same:
		t.attach(d, l)
	}
	d.tell(e, x)
	t.touch(d.in.find(), e, x)
	t.explain(d, x)
	t.register(d, x)
	if !l.same {
		t.watchDeath(d, x)
	}
	if !l.again {
		t.restartStorm(d, x)
		t.grows(d, x)
		t.lifeOf(x.scope).report(d, x, e == &d.first)
	}
	if begun {
		t.begun(d.in, x)
	}
	return e
}

// attach makes a death part of the incident that its link leads to.
func (t *Tracker) attach(d *death, l link) {
	d.in = l.to.in.find()
	if l.loop {
		d.loop = l.to.loop + 1
		d.in.restarts++
		d.in.looped(d, l.to)
		return
	}
	if !l.peer {
		d.in.others++
		d.in.levels |= atOthers
	}
}

func (t *Tracker) begin(e *entry) *failure {
	in := &failure{root: e.death, isOpen: true, input: inputOf(e.f), first: timeOf(e.f), started: e.seq,
		kept: make([]*entry, 0, usualDeath), keys: make([]id, 0, usualKeys)}
	t.open.pushBack(in)
	return in
}

// begun notes when in the life of its node an incident began.
func (t *Tracker) begun(in *failure, x *facts) {
	l := t.lifeOf(x.scope)
	in.onset = l.onset(x.now)
	in.atBoot = l.booted && x.now.timed && x.now.at >= l.boot && x.now.at-l.boot <= noiseWindow
}

// tell adds a report to what is known of a death.
func (d *death) tell(e *entry, x *facts) {
	d.told[x.teller] = true
	if d.pid == 0 {
		d.pid = x.pid
	}
	if d.name == 0 {
		d.name = x.name
	}
	if x.teller == tellGiveUp {
		d.supervisor = true
	}
	if d.suppressed == nil {
		d.suppressed = x.f.Suppressed
	}
	if d.best == nil || e.full > d.score {
		d.best, d.score = x.f, e.full
	}
	if d.term == 0 {
		d.term = x.term
	}
	for _, c := range [...]id{x.print, x.cause} {
		if c != 0 && d.known < len(d.causes) && !d.diedOf(c) {
			d.causes[d.known] = c
			d.known++
		}
	}
}

// touch notes that a finding was added to an incident.
func (t *Tracker) touch(in *failure, e *entry, x *facts) {
	in.count++
	in.pending++
	before := in.bytes
	in.keep(e, t.room())
	t.kept += in.bytes - before
	in.lastSeq, in.lastLine = e.seq, e.f.Report.EndLine
	in.timed, in.lastAt = x.now.timed, x.now.at
	if s := timeOf(e.f); s != "" {
		in.last = s
	}
	in.grace = max(in.grace, x.timeout)
	if ofPool(e.f.Report) {
		in.grace = maxGrace
	}
	switch x.teller {
	case tellGiveUp:
		in.gaveUp = true
	case tellApplication:
		in.levels |= atApplication
	case tellSlogan:
		in.levels |= atNode
	}
	if x.teller >= tellCrash && x.teller <= tellGiveUp && !in.sasl {
		in.sasl, t.sasl[in.input] = true, true
	}
	t.open.moveToBack(in)
}

// room is how many findings an incident may keep now.
func (t *Tracker) room() int {
	if t.kept > maxKeptBytes {
		return 2 // the first and the last
	}
	return t.o.MaxKept
}

// keep adds a finding to those kept of an incident: the first ones, then the last.
func (in *failure) keep(e *entry, limit int) {
	for len(in.kept) >= limit {
		tail := limit - max(limit/5, 1)
		in.bytes -= in.kept[tail].cost
		in.kept = append(in.kept[:tail], in.kept[tail+1:]...)
	}
	in.bytes += e.cost
	in.kept = append(in.kept, e)
	for i := len(in.kept) - 1; i > 0 && in.kept[i].seq < in.kept[i-1].seq; i-- {
		in.kept[i], in.kept[i-1] = in.kept[i-1], in.kept[i]
	}
}

// register enters a death under all ids by which a later finding may know it.
func (t *Tracker) register(d *death, x *facts) {
	in := d.in.find()
	t.enter(d, in, keyDead, x.pid)
	t.enter(d, in, keyDead, x.name)
	t.enter(d, in, keyText, x.text)
	t.enter(d, in, keyCause, x.cause)
	t.enter(d, in, keyCause, x.print)
	t.enter(d, in, keyTerm, x.termKey)
	for _, s := range x.supervisors {
		t.enter(d, in, keyUnder, s)
	}
	for _, c := range x.called {
		t.enter(d, in, keyTarget, c)
	}
	for _, l := range x.linked {
		t.enter(d, in, keyLinked, l)
	}
	t.enter(d, in, keyRequest, x.request)
	for _, l := range x.loops {
		t.enter(d, in, keyLoop, l)
	}
	if d.supervisor || x.teller == tellStart || x.teller == tellApplication {
		t.enter(d, in, keyGiveUp, x.scope)
	}
}

// usualKeys is how many keys an incident has room for from its beginning: those of
// one death that is told three times.
const usualKeys = 24

// enter enters a death of an incident under one id.
func (t *Tracker) enter(d *death, in *failure, kind keyKind, what id) {
	if what == 0 {
		return
	}
	k := what.and(id(kind))
	if t.index[k] == d {
		return
	}
	t.index[k] = d
	in.keys = append(in.keys, k)
	if len(in.keys) > maxDeaths*8 { // a loop that never ends: the oldest keys are of no use
		drop := len(in.keys) / 2
		for _, old := range in.keys[:drop] {
			if o := t.index[old]; o != nil && o != d && o.in.find() == in {
				delete(t.index, old)
			}
		}
		in.keys = slices.Delete(in.keys, 0, drop)
	}
}

// lookup gives the death under an id if its incident is still open here.
func (t *Tracker) lookup(kind keyKind, what id, x *facts) *death {
	if what == 0 {
		return nil
	}
	d := t.index[what.and(id(kind))]
	if d == nil {
		return nil
	}
	in := d.in.find()
	if !in.isOpen || t.over(in, inputOf(x.f), x.f.Report.Line, x.now) {
		return nil
	}
	if a, b := nodeOf(x.f), nodeOf(d.first.f); a != "" && b != "" && a != b {
		return nil
	}
	return d
}

// sharesTerm is sharesCause without the stacks: an exit signal carries the
// reason to a process that has a stack of its own.
func (d *death) sharesTerm(x *facts) bool {
	return d.sharesCause(x) || x.term != 0 && d.term == x.term
}

func nodeOf(f *classify.Finding) string {
	if r := f.Report.Record; r != nil {
		return r.Node
	}
	return ""
}

// sameCause gives the latest death of the same cause.
func (t *Tracker) sameCause(x *facts) *death {
	if d := t.lookup(keyCause, x.cause, x); d != nil {
		return d
	}
	return t.lookup(keyCause, x.print, x)
}

// sameTerm is sameCause without the stacks, for a reason that is no everyday one.
func (t *Tracker) sameTerm(x *facts) *death {
	if d := t.sameCause(x); d != nil || madeByTheCall(x.inner) {
		return d
	}
	return t.lookup(keyTerm, x.termKey, x)
}

func (d *death) sharesCause(x *facts) bool { return d.diedOf(x.cause) || d.diedOf(x.print) }

// diedOf says whether one of its reports has this fingerprint or cause.
func (d *death) diedOf(cause id) bool { return slices.Contains(d.causes[:d.known], cause) }

// toldItself says whether the process's own end is told, not only what others made of it.
func (d *death) toldItself() bool { return d.told[tellServer] || d.told[tellCrash] }
