package incident

import (
	"slices"

	"github.com/beamlog/beamlog/classify"
)

// key is one of the names by which the index knows a death.
type key struct {
	kind keyKind
	name string
}

type keyKind uint8

const (
	keyDead   keyKind = iota // a dead process's pid or name
	keyUnder                 // a supervisor, for the latest death under it
	keyLoop                  // a fingerprint and an identity that outlives a restart
	keyCause                 // a fingerprint or a cause
	keyTerm                  // a cause without its stack
	keyTarget                // a process that a dead one was calling
	keyLinked                // a process that a dead one was linked to
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
func (t *Tracker) join(e *entry, x *facts, at int64, timed bool) {
	now := moment{at, timed}
	var l link
	for _, tie := range ties {
		if l = tie(t, e, x, now); l.to != nil {
			break
		}
	}
	d, begun := l.to, false
	e.again = l.again
	if !l.same {
		d = &death{first: e, at: at, timed: timed, outcome: l.outcome, why: l.why, loop: 1,
			inner: x.inner, shape: e.f.Report.Shape, caller: x.caller}
		if l.to != nil {
			t.attach(d, l)
		} else {
			d.in = t.begin(d, e)
			begun = true
		}
	}
	e.death = d
	in := d.in.find()
	t.tell(d, e, x)
	t.touch(in, e, x, now)
	t.explain(d, e, x, now)
	t.register(d, e, x)
	if !l.same {
		t.watchDeath(d, e, x, now)
	}
	if !l.again {
		t.restartStorm(d, e, x, now)
		t.grows(d, e, x)
		t.lifeOf(x.scope).report(d, e, x, now)
	}
	if begun {
		t.begun(d.in, x, now)
	}
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

func (t *Tracker) begin(d *death, e *entry) *failure {
	in := &failure{root: d, isOpen: true, input: inputOf(e.f), first: timeOf(e.f), started: e.seq}
	in.node = t.open.PushBack(in)
	return in
}

// begun notes when in the life of its node an incident began.
func (t *Tracker) begun(in *failure, x *facts, now moment) {
	l := t.lifeOf(x.scope)
	in.onset = l.onset(now.at, now.timed)
	in.atBoot = l.booted && now.timed && now.at >= l.boot && now.at-l.boot <= noiseWindow
}

// tell adds a report to what is known of a death.
func (t *Tracker) tell(d *death, e *entry, x *facts) {
	d.told[x.teller] = true
	if d.pid == "" {
		d.pid = x.pid
	}
	if d.name == "" {
		d.name = x.name
	}
	if x.teller == tellGiveUp {
		d.supervisor = true
	}
	if d.suppressed == nil {
		d.suppressed = e.f.Suppressed
	}
	if n := fullness(e.f); d.best == nil || n > d.score {
		d.best, d.score = e.f, n
	}
	if d.term == "" {
		d.term = x.term
	}
	for _, c := range [...]string{x.print, x.cause} {
		if len(d.causes) < 8 {
			d.causes = appendNew(d.causes, c)
		}
	}
}

// touch notes that a finding was added to an incident.
func (t *Tracker) touch(in *failure, e *entry, x *facts, now moment) {
	in.count++
	in.pending++
	before := in.bytes
	in.keep(e, t.room())
	t.kept += in.bytes - before
	in.lastSeq, in.lastLine = e.seq, e.f.Report.EndLine
	in.timed, in.lastAt = now.timed, now.at
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
	if x.teller >= tellCrash && x.teller <= tellGiveUp {
		t.sasl[in.input] = true
	}
	t.open.MoveToBack(in.node)
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

// register enters a death under all keys by which a later finding may know it.
func (t *Tracker) register(d *death, e *entry, x *facts) {
	in := d.in.find()
	put := func(kind keyKind, name string) {
		if name == "" {
			return
		}
		k := key{kind, name}
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
			in.keys = slices.Clone(in.keys[drop:])
		}
	}
	put(keyDead, x.pid)
	put(keyDead, x.name)
	put(keyText, x.text)
	put(keyCause, x.cause)
	put(keyCause, x.print)
	put(keyTerm, x.termKey)
	for _, s := range x.supervisors {
		put(keyUnder, s)
	}
	for _, k := range x.targets {
		put(keyTarget, k)
	}
	for _, k := range x.linked {
		put(keyLinked, k)
	}
	if x.request != "" {
		put(keyRequest, x.scope+x.request)
	}
	for _, k := range x.loops {
		put(keyLoop, k)
	}
	if d.supervisor || x.teller == tellStart || x.teller == tellApplication {
		put(keyGiveUp, x.scope)
	}
}

// lookup gives the death under a key if its incident is still open here.
func (t *Tracker) lookup(kind keyKind, name string, e *entry, now moment) *death {
	if name == "" {
		return nil
	}
	d := t.index[key{kind, name}]
	if d == nil {
		return nil
	}
	in := d.in.find()
	if !in.isOpen || t.over(in, inputOf(e.f), e.f.Report.Line, now.at, now.timed) {
		return nil
	}
	if a, b := nodeOf(e.f), nodeOf(d.first.f); a != "" && b != "" && a != b {
		return nil
	}
	return d
}

// sharesTerm is sharesCause without the stacks: an exit signal carries the
// reason to a process that has a stack of its own.
func (d *death) sharesTerm(e *entry, x *facts) bool {
	return d.sharesCause(e, x) || x.term != "" && d.term == x.term
}

func nodeOf(f *classify.Finding) string {
	if r := f.Report.Record; r != nil {
		return r.Node
	}
	return ""
}

// sameCause gives the latest death of the same cause.
func (t *Tracker) sameCause(e *entry, x *facts, now moment) *death {
	if d := t.lookup(keyCause, x.cause, e, now); d != nil {
		return d
	}
	return t.lookup(keyCause, x.print, e, now)
}

// sameTerm is sameCause without the stacks, for a reason that is no everyday one.
func (t *Tracker) sameTerm(e *entry, x *facts, now moment) *death {
	if d := t.sameCause(e, x, now); d != nil || madeByTheCall(x.inner) {
		return d
	}
	return t.lookup(keyTerm, x.termKey, e, now)
}

func (d *death) sharesCause(e *entry, x *facts) bool {
	for _, c := range d.causes {
		if c == x.cause || c == x.print {
			return true
		}
	}
	return false
}

// toldItself says whether the process's own end is told, not only what others made of it.
func (d *death) toldItself() bool { return d.told[tellServer] || d.told[tellCrash] }
