package incident

import (
	"strings"

	"github.com/beamlog/beamlog/parser"
)

// ties are the ways in which a finding may belong to an open incident, the
// surest first. The first that holds counts.
var ties = [...]func(*Tracker, *facts) link{
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
func (t *Tracker) printedAgain(x *facts) link {
	d := t.lookup(keyText, x.text, x)
	if d == nil || timeOf(x.f) == "" && x.pid|x.name == 0 {
		return link{}
	}
	return link{to: d, same: true, again: true}
}

// samePid: a pid is not used again so soon.
func (t *Tracker) samePid(x *facts) link {
	d := t.lookup(keyDead, x.pid, x)
	if d == nil || d.pid != 0 && d.pid != x.pid {
		return link{}
	}
	alike := d.sharesTerm(x) || x.inner != "" && x.inner == d.inner && x.now.near(d, 1000)
	if (x.teller == tellEvent || d.told[tellEvent]) && !alike {
		return link{} // a connection's process serves many requests
	}
	return link{to: d, same: true}
}

// sameName: the server's report gives the name, the crash report name and pid,
// the supervisor's report the pid. A name may live again at once, so each
// teller is heard once for one death, and the supervisor last.
func (t *Tracker) sameName(x *facts) link {
	const soon = 1000
	d := t.lookup(keyDead, x.name, x)
	switch {
	case d == nil, x.pid != 0 && d.pid != 0, d.told[x.teller], d.told[tellChild], !x.now.near(d, soon), x.teller == tellEvent:
	case x.teller == tellChild && !d.sharesCause(x): // a child's id is not always its name
	default:
		return link{to: d, same: true}
	}
	if x.teller != tellChild {
		return link{}
	}
	d = t.sameCause(x)
	if d == nil || d.pid != 0 && x.pid != 0 || d.told[tellChild] || !d.toldItself() || !x.now.near(d, soon) {
		return link{}
	}
	return link{to: d, same: true}
}

// sameRequest: an application logs an exception that the server logs again, a
// job runner that its job's process died.
func (t *Tracker) sameRequest(x *facts) link {
	if x.f.Report.Kind == parser.KindJob {
		if d := t.lookup(keyTerm, x.termKey, x); d != nil && d.told[tellChild] && x.now.near(d, 200) {
			return link{to: d, same: true}
		}
	}
	if x.request != 0 {
		if d := t.lookup(keyRequest, x.request, x); d != nil && d.sharesCause(x) {
			return link{to: d, same: true}
		}
	}
	d := t.sameCause(x)
	if d == nil || x.teller == tellApplication || x.teller == tellSlogan || d.shape == x.f.Report.Shape || d.pid != 0 && x.pid != 0 && d.pid != x.pid ||
		!x.now.near(d, 1000) || len(x.f.Report.Reason.Stack) == 0 {
		return link{}
	}
	if !d.told[tellEvent] && x.teller != tellEvent && d.pid|d.name != 0 && x.pid|x.name != 0 {
		return link{} // each names its own process
	}
	return link{to: d, same: true}
}

// sameStart: a process that fails in init has a crash report, and its
// supervisor says start_error without a pid.
func (t *Tracker) sameStart(x *facts) link {
	if x.starting {
		return link{}
	}
	if x.teller == tellCrash || x.teller == tellServer { // the supervisor may speak first
		d := t.sameCause(x)
		if d == nil || !d.told[tellStart] || d.toldItself() || !x.now.near(d, 1000) {
			return link{}
		}
		return link{to: d, same: true}
	}
	if x.teller != tellStart {
		return link{}
	}
	for _, s := range x.supervisors {
		if d := t.lookup(keyUnder, s, x); d != nil && !d.told[tellStart] && !d.told[tellChild] && d.sharesCause(x) {
			return link{to: d, same: true}
		}
	}
	d := t.sameCause(x)
	if d == nil || d.told[tellStart] || d.told[tellChild] || !d.toldItself() || !x.now.near(d, 1000) {
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
func (t *Tracker) supervisorEnded(x *facts) link {
	r := x.f.Report
	switch {
	case x.teller == tellGiveUp:
		for _, key := range [...]id{x.pid, x.name} {
			if d := t.lookup(keyUnder, key, x); d != nil {
				return link{to: d, outcome: true, why: "its restarts were used up by " + what(d)}
			}
		}
	case x.teller == tellChild && isShutdown(x.inner):
		d := t.lookup(keyGiveUp, x.scope, x)
		if d != nil && d.supervisor && !d.told[tellChild] && (d.pid == 0 || x.pid == 0) && x.now.near(d, 1000) {
			return link{to: d, same: true}
		}
		if r.Context == parser.ContextShutdownError {
			break
		}
		for _, s := range x.supervisors {
			if d := t.lookup(keyUnder, s, x); d != nil {
				return link{to: d, why: "its supervisor " + supervisorName(r) + " stopped it after " + what(d)}
			}
		}
	case x.starting && (x.teller == tellStart || x.teller == tellCrash || x.teller == tellServer):
		d := t.sameTerm(x)
		if d == nil {
			d = t.lookup(keyGiveUp, x.scope, x)
		}
		if d != nil && x.now.near(d, 1000) {
			return link{to: d, outcome: true, why: "it could not start because of " + what(d)}
		}
	}
	if r.Context == parser.ContextShutdownError {
		for _, s := range x.supervisors {
			if d := t.lookup(keyUnder, s, x); d != nil && (x.pid == 0 || d.pid != x.pid) {
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
func (t *Tracker) applicationEnded(x *facts) link {
	if x.teller != tellApplication && x.teller != tellSlogan {
		return link{}
	}
	name := "the VM"
	if x.teller == tellApplication {
		name = "application " + x.f.Report.Process.Name
	}
	if d := t.sameTerm(x); d != nil {
		return link{to: d, outcome: true, why: name + " stopped because of " + what(d)}
	}
	d := t.lookup(keyGiveUp, x.scope, x)
	if d == nil {
		return link{}
	}
	if x.teller == tellSlogan && !d.told[tellApplication] && x.inner != "" && !isShutdown(x.inner) && !strings.HasPrefix(x.inner, "application") {
		return link{} // out of memory, say
	}
	return link{to: d, outcome: true, why: name + " stopped after " + what(d)}
}

// calledTheDead: the reason names a call to a process that died in an open incident.
func (t *Tracker) calledTheDead(x *facts) link {
	for _, key := range x.called {
		if d := t.lookup(keyDead, key, x); d != nil && key != x.pid && key != x.name {
			return link{to: d, why: "it was waiting for " + who(d) + ", which died (line " + lineOf(d) + ")"}
		}
	}
	for _, key := range x.mentions {
		if d := t.lookup(keyDead, key, x); d != nil && key != x.pid && d.pid == key {
			return link{to: d, why: "its reason names " + who(d) + ", which died (line " + lineOf(d) + ")"}
		}
	}
	return link{}
}

// linkedToTheDead: an exit signal carries the reason to the linked process
// and to the children of the dead one.
func (t *Tracker) linkedToTheDead(x *facts) link {
	if x.teller > tellChild {
		return link{}
	}
	signal := x.inner == "killed" || x.inner == "shutdown" // what a signal turns into on its way
	for _, key := range x.linked {
		if d := t.lookup(keyDead, key, x); d != nil && (signal || d.sharesTerm(x)) {
			return link{to: d, why: "it was linked to " + who(d) + ", which died (line " + lineOf(d) + ")"}
		}
	}
	for _, key := range [...]id{x.pid, x.name} {
		if d := t.lookup(keyLinked, key, x); d != nil && (signal || d.sharesTerm(x)) {
			return link{to: d, why: "it was linked to " + who(d) + ", which died (line " + lineOf(d) + ")"}
		}
	}
	return link{}
}

// aServer is in the looping id of a server without a name.
const aServer id = 's'

// looping fills in the identities that a process keeps over a restart, each with
// the bug it died of.
func (x *facts) looping() {
	kind := x.f.Report.Kind
	if x.teller > tellStart || kind == parser.KindTask || kind == parser.KindChannel || x.many {
		return
	}
	bug := idOf(x.f.Fingerprint)
	for _, it := range [...]id{x.name, x.child, x.initial} {
		if it != 0 {
			x.loops = append(x.loops, it.and(bug))
		}
	}
	if x.name == 0 && x.teller == tellServer {
		x.loops = append(x.loops, x.scope.and(aServer).and(idOf(string(kind))).and(bug)) // it comes back under another pid
		x.unnamed = true
	}
}

// perClient are modules whose processes serve one client, message or task each,
// and are not started again: many that die of one bug are no loop.
var perClient = [...]string{
	"Phoenix.LiveView.", "Phoenix.Channel.", "Phoenix.Socket", "ThousandIsland.", "Bandit.", "WebSockAdapter.", "Task.Supervised",
	"Oban.Queue.", "cowboy_", "ranch_", "plug_cowboy",
}

// oneOfMany says whether a process is one of those, as its report tells beside the
// stack: see [reason].
func oneOfMany(r *parser.Report) bool {
	return perClientModule(r.Process.InitialCall) || r.Child != nil && perClientModule(r.Child.Start)
}

// perClientModule says whether a module, or what begins with one, is one of those.
func perClientModule(s string) bool {
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

// restartLoop: the same process at the same place dies of the same bug again.
func (t *Tracker) restartLoop(x *facts) link {
	for i, key := range x.loops {
		d := t.lookup(keyLoop, key, x)
		if d == nil || x.unnamed && i == len(x.loops)-1 && d.in.find().lastSeq != t.seq-1 {
			continue // with other deaths in between nothing says that it is the same server
		}
		return link{to: d, loop: true, why: "the same death again after a restart, the " + ordinal(d.loop+1) + " in this incident"}
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
func (t *Tracker) carriesTheCrash(x *facts) link {
	if !x.caller || len(x.f.Report.Reason.Stack) == 0 || madeByTheCall(x.inner) {
		return link{}
	}
	for _, key := range [...]id{x.cause, x.print} {
		d := t.lookup(keyCause, key, x)
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
func (t *Tracker) pileUp(x *facts) link {
	for _, key := range x.called {
		if d := t.lookup(keyTarget, key, x); d != nil && d.inner == x.inner && x.inner != "" {
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
func (t *Tracker) poolDown(x *facts) link {
	if !ofPool(x.f.Report) {
		return link{}
	}
	if l := t.calledTheDead(x); l.to != nil {
		return l
	}
	d := t.sameCause(x)
	if d == nil || !d.told[tellEvent] {
		return link{}
	}
	return link{to: d, peer: true, why: "another connection, or another try, with the same failure as at line " + lineOf(d)}
}
