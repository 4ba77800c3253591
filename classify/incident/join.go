package incident

import (
	"fmt"
	"sort"
	"strings"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/parser"
)

// The index has one map for all kinds of keys; the first byte of a key tells
// the kind.
const (
	keyDead    = "k" // a dead process's pid or name
	keyUnder   = "s" // a supervisor, for the latest death under it
	keyLoop    = "l" // a fingerprint and an identity that outlives a restart
	keyCause   = "c" // a fingerprint or a cause
	keyTerm    = "m" // a cause without its stack
	keyTarget  = "t" // a process that a dead one was calling
	keyLinked  = "e" // a process that a dead one was linked to
	keyRequest = "r"
	keyText    = "d" // a whole report
	keyGiveUp  = "g" // a scope, for the latest supervisor that gave up or could not start
)

// link is a finding's tie to a death already known. The zero value is none.
type link struct {
	to      *death
	same    bool // the finding tells of that very death
	again   bool // and is the same report, printed again
	outcome bool
	loop    bool
	why     string
}

// ties are the ways in which a finding may belong to an open incident, the
// surest first. The first that holds counts.
var ties = [...]func(*Tracker, *entry, *facts, moment) link{
	(*Tracker).printedAgain,
	(*Tracker).poolDown,
	(*Tracker).samePid,
	(*Tracker).sameName,
	(*Tracker).sameRequest,
	(*Tracker).sameStart,
	(*Tracker).supervisorEnded,
	(*Tracker).applicationEnded,
	(*Tracker).calledTheDead,
	(*Tracker).linkedToTheDead,
	(*Tracker).restartLoop,
	(*Tracker).carriesTheCrash,
	(*Tracker).pileUp,
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
	d := l.to
	e.again = l.again
	if !l.same {
		d = &death{first: e, at: at, timed: timed, parent: l.to, outcome: l.outcome, why: l.why, loop: 1,
			inner: x.inner, shape: e.f.Report.Shape, caller: x.caller}
		if l.to != nil {
			t.attach(d, l)
		} else {
			d.in = t.begin(d, e)
		}
	}
	e.death = d
	in := d.in.find()
	t.tell(d, e, x)
	t.touch(in, e, x, now)
	t.explain(d, e, x, now)
	t.register(d, e, x)
}

// attach makes a death part of the incident that its link leads to.
func (t *Tracker) attach(d *death, l link) {
	d.in = l.to.in.find()
	if l.loop {
		d.loop = l.to.loop + 1
		d.parent = d.in.root
		d.in.restarts++
	}
}

func (t *Tracker) begin(d *death, e *entry) *failure {
	in := &failure{root: d, isOpen: true, input: inputOf(e.f), first: timeOf(e.f), started: e.seq}
	in.node = t.open.PushBack(in)
	return in
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
	if n := fullness(e.f); d.best == nil || n > d.score {
		d.best, d.score = e.f, n
	}
	if d.term == "" {
		d.term = x.term
	}
	for _, c := range [...]string{x.scope + e.f.Fingerprint, x.cause} {
		if len(d.causes) < 8 {
			d.causes = appendNew(d.causes, c)
		}
	}
}

// touch notes that a finding was added to an incident.
func (t *Tracker) touch(in *failure, e *entry, x *facts, now moment) {
	in.count++
	in.pending++
	in.keep(e, t.o.MaxKept)
	in.lastSeq, in.lastLine = e.seq, e.f.Report.EndLine
	in.timed, in.lastAt = now.timed, now.at
	if s := timeOf(e.f); s != "" {
		in.last = s
	}
	in.grace = max(in.grace, x.timeout)
	if ofPool(e.f.Report) {
		in.grace = maxGrace
	}
	if x.teller == tellGiveUp {
		in.gaveUp = true
	}
	if x.teller >= tellCrash && x.teller <= tellGiveUp {
		t.sasl[in.input] = true
	}
	t.open.MoveToBack(in.node)
}

// keep adds a finding to those kept of an incident: the first ones, then the last.
func (in *failure) keep(e *entry, limit int) {
	if len(in.kept) >= limit {
		tail := limit - max(limit/5, 1)
		in.kept = append(in.kept[:tail], in.kept[tail+1:]...)
	}
	in.kept = append(in.kept, e)
	for i := len(in.kept) - 1; i > 0 && in.kept[i].seq < in.kept[i-1].seq; i-- {
		in.kept[i], in.kept[i-1] = in.kept[i-1], in.kept[i]
	}
}

// register enters a death under all keys by which a later finding may know it.
func (t *Tracker) register(d *death, e *entry, x *facts) {
	in := d.in.find()
	put := func(kind, key string) {
		if key == "" {
			return
		}
		k := kind + key
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
			in.keys = append([]string(nil), in.keys[drop:]...)
		}
	}
	put(keyDead, x.pid)
	put(keyDead, x.name)
	put(keyText, x.text)
	put(keyCause, x.cause)
	put(keyCause, x.scope+e.f.Fingerprint)
	put(keyTerm, x.scope+x.term)
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
	for _, k := range loopKeys(e, x) {
		put(keyLoop, k)
	}
	if d.supervisor || x.teller == tellStart || x.teller == tellApplication {
		put(keyGiveUp, x.scope)
	}
}

// lookup gives the death under a key if its incident is still open here.
func (t *Tracker) lookup(kind, key string, e *entry, now moment) *death {
	if key == "" {
		return nil
	}
	d := t.index[kind+key]
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
	return t.lookup(keyCause, x.scope+e.f.Fingerprint, e, now)
}

// sameTerm is sameCause without the stacks, for a reason that is no everyday one.
func (t *Tracker) sameTerm(e *entry, x *facts, now moment) *death {
	if d := t.sameCause(e, x, now); d != nil || madeByTheCall(x.inner) {
		return d
	}
	return t.lookup(keyTerm, x.scope+x.term, e, now)
}

func (d *death) sharesCause(e *entry, x *facts) bool {
	for _, c := range d.causes {
		if c == x.cause || c == x.scope+e.f.Fingerprint {
			return true
		}
	}
	return false
}

// toldItself says whether the process's own end is told, not only what others made of it.
func (d *death) toldItself() bool { return d.told[tellServer] || d.told[tellCrash] }

// printedAgain: two handlers print every report twice, byte for byte.
func (t *Tracker) printedAgain(e *entry, x *facts, now moment) link {
	d := t.lookup(keyText, x.text, e, now)
	if d == nil || timeOf(e.f) == "" && x.pid+x.name == "" {
		return link{}
	}
	return link{to: d, same: true, again: true}
}

// samePid: a pid is not used again so soon.
func (t *Tracker) samePid(e *entry, x *facts, now moment) link {
	d := t.lookup(keyDead, x.pid, e, now)
	if d == nil || d.pid != "" && d.pid != x.pid {
		return link{}
	}
	if (x.teller == tellEvent || d.told[tellEvent]) && !d.sharesCause(e, x) {
		return link{} // a connection's process serves many requests
	}
	return link{to: d, same: true}
}

// sameName: the server's report gives the name, the crash report name and pid,
// the supervisor's report the pid. A name may live again at once, so each
// teller is heard once for one death, and the supervisor last.
func (t *Tracker) sameName(e *entry, x *facts, now moment) link {
	const soon = 1000
	d := t.lookup(keyDead, x.name, e, now)
	switch {
	case d == nil, x.pid != "" && d.pid != "", d.told[x.teller], d.told[tellChild], !now.near(d, soon), x.teller == tellEvent:
	case x.teller == tellChild && !d.sharesCause(e, x): // a child's id is not always its name
	default:
		return link{to: d, same: true}
	}
	if x.teller != tellChild {
		return link{}
	}
	d = t.sameCause(e, x, now)
	if d == nil || d.pid != "" && x.pid != "" || d.told[tellChild] || !d.toldItself() || !now.near(d, soon) {
		return link{}
	}
	return link{to: d, same: true}
}

// sameRequest: an application logs an exception that the server logs again.
func (t *Tracker) sameRequest(e *entry, x *facts, now moment) link {
	if x.request != "" {
		if d := t.lookup(keyRequest, x.scope+x.request, e, now); d != nil && d.sharesCause(e, x) {
			return link{to: d, same: true}
		}
	}
	d := t.sameCause(e, x, now)
	if d == nil || x.teller == tellApplication || x.teller == tellSlogan || d.shape == e.f.Report.Shape || d.pid != "" && x.pid != "" && d.pid != x.pid ||
		!now.near(d, 1000) || len(e.f.Report.Reason.Stack) == 0 {
		return link{}
	}
	if !d.told[tellEvent] && x.teller != tellEvent && d.pid+d.name != "" && x.pid+x.name != "" {
		return link{} // each names its own process
	}
	return link{to: d, same: true}
}

// sameStart: a process that fails in init has a crash report, and its
// supervisor says start_error without a pid.
func (t *Tracker) sameStart(e *entry, x *facts, now moment) link {
	if hasStartFailure(e.f.Report) {
		return link{}
	}
	if x.teller == tellCrash || x.teller == tellServer { // the supervisor may speak first
		d := t.sameCause(e, x, now)
		if d == nil || !d.told[tellStart] || d.toldItself() || !now.near(d, 1000) {
			return link{}
		}
		return link{to: d, same: true}
	}
	if x.teller != tellStart {
		return link{}
	}
	for _, s := range x.supervisors {
		if d := t.lookup(keyUnder, s, e, now); d != nil && !d.told[tellStart] && !d.told[tellChild] && d.sharesCause(e, x) {
			return link{to: d, same: true}
		}
	}
	d := t.sameCause(e, x, now)
	if d == nil || d.told[tellStart] || d.told[tellChild] || !d.toldItself() || !now.near(d, 1000) {
		return link{}
	}
	return link{to: d, same: true}
}

// hasStartFailure says whether a reason tells that something below did not
// start: {failed_to_start_child, Id, R}, {R, {Mod, start, Args}}.
func hasStartFailure(r *parser.Report) bool {
	for i := range r.Reason.Chain {
		switch r.Reason.Chain[i].Via {
		case parser.ViaFailedToStartChild, parser.ViaStart, parser.ViaBadReturn:
			return true
		}
	}
	return false
}

// supervisorEnded: a supervisor reports that it gave up, its own supervisor
// that it died of it, or that it did not start because a child did not.
func (t *Tracker) supervisorEnded(e *entry, x *facts, now moment) link {
	r := e.f.Report
	switch {
	case x.teller == tellGiveUp:
		for _, key := range [...]string{x.pid, x.name} {
			if d := t.lookup(keyUnder, key, e, now); d != nil {
				return link{to: d, outcome: true, why: "supervisor " + supervisorName(r) + " gave up after " + what(d)}
			}
		}
	case x.teller == tellChild && isShutdown(x.inner):
		d := t.lookup(keyGiveUp, x.scope, e, now)
		if d != nil && d.supervisor && !d.told[tellChild] && (d.pid == "" || x.pid == "") && now.near(d, 1000) {
			return link{to: d, same: true}
		}
		if r.Context == parser.ContextShutdownError {
			break
		}
		for _, s := range x.supervisors {
			if d := t.lookup(keyUnder, s, e, now); d != nil {
				return link{to: d, why: "its supervisor " + supervisorName(r) + " stopped it after " + what(d)}
			}
		}
	case hasStartFailure(r) && (x.teller == tellStart || x.teller == tellCrash || x.teller == tellServer):
		d := t.sameTerm(e, x, now)
		if d == nil {
			d = t.lookup(keyGiveUp, x.scope, e, now)
		}
		if d != nil && now.near(d, 1000) {
			return link{to: d, outcome: true, why: "it could not start because of " + what(d)}
		}
	}
	if r.Context == parser.ContextShutdownError {
		for _, s := range x.supervisors {
			if d := t.lookup(keyUnder, s, e, now); d != nil && (x.pid == "" || d.pid != x.pid) {
				return link{to: d, why: "its supervisor " + supervisorName(r) + " stopped it after " + what(d)}
			}
		}
	}
	return link{}
}

func isShutdown(inner string) bool {
	return inner == "shutdown" || inner == "reached_max_restart_intensity"
}

// applicationEnded: the application stops when its top supervisor does, and
// the VM when a permanent application does.
func (t *Tracker) applicationEnded(e *entry, x *facts, now moment) link {
	if x.teller != tellApplication && x.teller != tellSlogan {
		return link{}
	}
	name := "the VM"
	if x.teller == tellApplication {
		name = "application " + e.f.Report.Process.Name
	}
	if d := t.sameTerm(e, x, now); d != nil {
		return link{to: d, outcome: true, why: name + " stopped because of " + what(d)}
	}
	d := t.lookup(keyGiveUp, x.scope, e, now)
	if d == nil {
		return link{}
	}
	if x.teller == tellSlogan && !d.told[tellApplication] && x.inner != "" && !isShutdown(x.inner) && !strings.HasPrefix(x.inner, "application") {
		return link{} // out of memory, say
	}
	return link{to: d, outcome: true, why: name + " stopped after " + what(d)}
}

// calledTheDead: the reason names a call to a process that died in an open incident.
func (t *Tracker) calledTheDead(e *entry, x *facts, now moment) link {
	for _, key := range x.targets {
		if d := t.lookup(keyDead, key, e, now); d != nil && key != x.pid && key != x.name {
			return link{to: d, why: "it was waiting for " + who(d) + ", which died (line " + lineOf(d) + ")"}
		}
	}
	for _, key := range x.mentions {
		if d := t.lookup(keyDead, key, e, now); d != nil && key != x.pid && d.pid == key {
			return link{to: d, why: "its reason names " + who(d) + ", which died (line " + lineOf(d) + ")"}
		}
	}
	return link{}
}

// linkedToTheDead: an exit signal carries the reason to the linked process
// and to the children of the dead one.
func (t *Tracker) linkedToTheDead(e *entry, x *facts, now moment) link {
	if x.teller != tellServer && x.teller != tellCrash {
		return link{}
	}
	for _, key := range x.linked {
		if d := t.lookup(keyDead, key, e, now); d != nil && d.sharesTerm(e, x) {
			return link{to: d, why: "it was linked to " + who(d) + ", which died (line " + lineOf(d) + ")"}
		}
	}
	for _, key := range [...]string{x.pid, x.name} {
		if d := t.lookup(keyLinked, key, e, now); d != nil && d.sharesTerm(e, x) {
			return link{to: d, why: "it was linked to " + who(d) + ", which died (line " + lineOf(d) + ")"}
		}
	}
	return link{}
}

// unnamed marks the loop key of a server without a name.
const unnamed = "\x00unnamed "

// loopKeys are the identities that a process keeps over a restart, each with
// the bug it died of.
func loopKeys(e *entry, x *facts) []string {
	if x.teller > tellStart {
		return nil
	}
	kind := e.f.Report.Kind
	if kind == parser.KindTask || kind == parser.KindChannel || kind == parser.KindRequest {
		return nil
	}
	bug := "\x00" + e.f.Fingerprint
	var keys []string
	if x.name != "" {
		keys = append(keys, x.name+bug)
	}
	if x.child != "" {
		keys = append(keys, x.child+bug)
	}
	if x.initial != "" {
		keys = append(keys, x.initial+bug)
	}
	if x.name == "" && x.teller == tellServer {
		keys = append(keys, x.scope+unnamed+string(kind)+bug) // it comes back under another pid
	}
	return keys
}

// restartLoop: the same process at the same place dies of the same bug again.
func (t *Tracker) restartLoop(e *entry, x *facts, now moment) link {
	for _, key := range loopKeys(e, x) {
		d := t.lookup(keyLoop, key, e, now)
		if d == nil || strings.HasPrefix(key, x.scope+unnamed) && d.in.find().lastSeq != t.seq-1 {
			continue // with other deaths in between nothing says that it is the same server
		}
		return link{to: d, loop: true, why: fmt.Sprintf("the same death again after a restart, the %s in this incident", ordinal(d.loop+1))}
	}
	return link{}
}

// madeByTheCall says whether a reason comes from the calling side itself, so
// that it and its stack tell nothing of another process's crash.
func madeByTheCall(inner string) bool {
	switch inner {
	case "timeout", "noproc", "nodedown", "noconnection", "calling_self", "normal", "shutdown", "killed":
		return true
	}
	return false
}

// carriesTheCrash: an exit reason that holds another process's reason and stack.
func (t *Tracker) carriesTheCrash(e *entry, x *facts, now moment) link {
	if !x.caller || len(e.f.Report.Reason.Stack) == 0 || madeByTheCall(x.inner) {
		return link{}
	}
	for _, key := range [...]string{x.cause, x.scope + e.f.Fingerprint} {
		d := t.lookup(keyCause, key, e, now)
		if d == nil {
			continue
		}
		if d.caller {
			return link{to: d, why: "the same failure reached this process too, as it did the one at line " + lineOf(d)}
		}
		return link{to: d, why: "its reason carries the crash of " + who(d) + " (line " + lineOf(d) + ")"}
	}
	return link{}
}

// pileUp: many callers wait for one server, many connections for one database.
func (t *Tracker) pileUp(e *entry, x *facts, now moment) link {
	for _, key := range x.targets {
		if d := t.lookup(keyTarget, key, e, now); d != nil && d.inner == x.inner && x.inner != "" {
			return link{to: d, why: "another caller of the same process, with the same answer as at line " + lineOf(d)}
		}
	}
	return link{}
}

// ofPool says whether a report is a connection pool's about one of its
// connections, which tries again and again.
func ofPool(r *parser.Report) bool {
	return r.Kind == parser.KindConnection && field(r, "Protocol") != ""
}

// poolDown: the connections of a pool that fail alike have one cause, whatever
// their pids; a connection whose client died has that.
func (t *Tracker) poolDown(e *entry, x *facts, now moment) link {
	if !ofPool(e.f.Report) {
		return link{}
	}
	if l := t.calledTheDead(e, x, now); l.to != nil {
		return l
	}
	d := t.sameCause(e, x, now)
	if d == nil || !d.told[tellEvent] {
		return link{}
	}
	return link{to: d, why: "another connection, or another try, with the same failure as at line " + lineOf(d)}
}

// explain looks for deaths already reported that this one is the cause of: a
// caller may print its report before the callee does.
func (t *Tracker) explain(d *death, e *entry, x *facts, now moment) {
	for _, key := range [...]string{x.pid, x.name} {
		w := t.lookup(keyTarget, key, e, now)
		if w == nil || w == d {
			continue
		}
		if w.inner == "noproc" && !now.near(w, 500) {
			continue // the process was not there then: this is a later life
		}
		t.reroot(d, w, "it was waiting for "+who(d)+", which died (line "+lineOf(d)+")")
	}
	if x.caller || x.teller == tellEvent || len(e.f.Report.Reason.Stack) == 0 || madeByTheCall(x.inner) {
		return
	}
	for _, key := range [...]string{x.cause, x.scope + e.f.Fingerprint} {
		if w := t.lookup(keyCause, key, e, now); w != nil && w != d && w.caller {
			t.reroot(d, w, "its reason carries the crash of "+who(d)+" (line "+lineOf(d)+")")
		}
	}
}

// reroot makes w, and with it w's incident, a consequence of d.
func (t *Tracker) reroot(d, w *death, why string) {
	a, b := d.in.find(), w.in.find()
	if w != b.root || a.frozen && b.frozen && a != b {
		return
	}
	if a == b {
		if b.frozen { // the caller's report has been given out as the root
			return
		}
		w.parent, w.why, w.outcome = d, why, false
		d.parent, d.why, d.outcome = nil, "", false
		b.root = d
		return
	}
	if b.frozen {
		// The caller stays the root that it was said to be.
		if a.root == d && !a.frozen {
			d.parent, d.why = w, "the process that the one at line "+lineOf(w)+" was waiting for"
			t.merge(a, b)
		}
		return
	}
	w.parent, w.why, w.outcome = d, why, false
	t.merge(b, a)
}

// merge makes the findings of one open incident part of another.
func (t *Tracker) merge(from, to *failure) {
	from.into = to
	from.isOpen = false
	t.open.Remove(from.node)
	to.count += from.count
	to.pending += from.pending
	to.keys = append(to.keys, from.keys...)
	to.restarts += from.restarts
	to.gaveUp = to.gaveUp || from.gaveUp
	to.grace = max(to.grace, from.grace)
	to.kept = append(to.kept, from.kept...)
	sort.SliceStable(to.kept, func(i, j int) bool { return to.kept[i].seq < to.kept[j].seq })
	if limit := t.o.MaxKept; len(to.kept) > limit {
		tail := limit - max(limit/5, 1)
		to.kept = append(to.kept[:tail], to.kept[len(to.kept)-(limit-tail):]...)
	}
	if from.started < to.started {
		to.started, to.first = from.started, from.first
	}
	if to.id == "" {
		to.id = from.id
	}
	to.frozen = to.frozen || from.frozen
}

// who names a dead process.
func who(d *death) string {
	r := d.first.f.Report
	switch {
	case r.Kind == parser.KindSupervisor && r.Context != parser.ContextShutdown && r.Child != nil:
		return "child " + r.Child.ID
	case r.Kind == parser.KindSupervisor:
		return "supervisor " + supervisorName(r)
	case r.Process.Name != "":
		return r.Process.Name
	case r.Process.Pid != "":
		return r.Process.Pid
	}
	return "a process"
}

// what names a death: "the death of MyApp.Cart (line 12)".
func what(d *death) string { return "the death of " + who(d) + " (line " + lineOf(d) + ")" }

func lineOf(d *death) string { return fmt.Sprint(d.first.f.Report.Line) }

func supervisorName(r *parser.Report) string {
	if s := r.Supervisor; s != nil {
		if s.Name != "" {
			return s.Name
		}
		if s.Pid != "" {
			return s.Pid
		}
	}
	if r.Process.Name != "" {
		return r.Process.Name
	}
	return r.Process.Pid
}

func ordinal(n int) string {
	suffix := "th"
	if n%100 < 11 || n%100 > 13 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return fmt.Sprintf("%d%s", n, suffix)
}
