package incident

import (
	"fmt"
	"strings"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/parser"
)

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
	alike := d.sharesTerm(e, x) || x.inner != "" && x.inner == d.inner && now.near(d, 1000)
	if (x.teller == tellEvent || d.told[tellEvent]) && !alike {
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

// sameRequest: an application logs an exception that the server logs again, a
// job runner that its job's process died.
func (t *Tracker) sameRequest(e *entry, x *facts, now moment) link {
	if e.f.Report.Kind == parser.KindJob {
		if d := t.lookup(keyTerm, x.termKey, e, now); d != nil && d.told[tellChild] && now.near(d, 200) {
			return link{to: d, same: true}
		}
	}
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
	if x.teller > tellChild {
		return link{}
	}
	signal := x.inner == "killed" || x.inner == "shutdown" // what a signal turns into on its way
	for _, key := range x.linked {
		if d := t.lookup(keyDead, key, e, now); d != nil && (signal || d.sharesTerm(e, x)) {
			return link{to: d, why: "it was linked to " + who(d) + ", which died (line " + lineOf(d) + ")"}
		}
	}
	for _, key := range [...]string{x.pid, x.name} {
		if d := t.lookup(keyLinked, key, e, now); d != nil && (signal || d.sharesTerm(e, x)) {
			return link{to: d, why: "it was linked to " + who(d) + ", which died (line " + lineOf(d) + ")"}
		}
	}
	return link{}
}

// unnamed marks the loop key of a server without a name.
const unnamed = "\x00unnamed "

// loopKeys are the identities that a process keeps over a restart, each with
// the bug it died of.
func loopKeys(f *classify.Finding, x *facts) []string {
	if x.teller > tellStart {
		return nil
	}
	kind := f.Report.Kind
	if kind == parser.KindTask || kind == parser.KindChannel || oneOfMany(f.Report) {
		return nil
	}
	bug := "\x00" + f.Fingerprint
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

// perClient are modules whose processes serve one client, message or task each,
// and are not started again: many that die of one bug are no loop.
var perClient = [...]string{
	"Phoenix.LiveView.", "Phoenix.Channel.", "Phoenix.Socket", "ThousandIsland.", "Bandit.", "WebSockAdapter.", "Task.Supervised",
	"Oban.Queue.", "cowboy_", "ranch_", "plug_cowboy",
}

// oneOfMany says whether a process is one of those.
func oneOfMany(r *parser.Report) bool {
	of := func(s string) bool {
		s = strings.TrimPrefix(strings.TrimPrefix(s, ":"), "Elixir.")
		if s == "" || strings.IndexByte("PTBWOcrp", s[0]) < 0 { // as their names begin
			return false
		}
		for _, p := range perClient {
			if strings.HasPrefix(s, p) {
				return true
			}
		}
		return false
	}
	if of(r.Process.InitialCall) || r.Child != nil && of(r.Child.Start) {
		return true
	}
	for i := range r.Reason.Stack {
		if of(r.Reason.Stack[i].Module) {
			return true
		}
	}
	return false
}

// restartLoop: the same process at the same place dies of the same bug again.
func (t *Tracker) restartLoop(e *entry, x *facts, now moment) link {
	for _, key := range x.loops {
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
	for _, key := range [...]string{x.cause, x.print} {
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
			return link{to: d, peer: true, why: "another caller of the same process, with the same answer as at line " + lineOf(d)}
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
	return link{to: d, peer: true, why: "another connection, or another try, with the same failure as at line " + lineOf(d)}
}
