package incident

import (
	"iter"
	"strings"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/ingest"
)

// teller says whose report it is: one death is told at most once by each.
type teller uint8

const (
	tellServer teller = iota // a gen_server, gen_statem, gen_event, Task … about itself
	tellCrash                // proc_lib or the emulator about a process
	tellChild                // a supervisor about a child that died
	tellStart                // a supervisor about a child that did not start
	tellGiveUp               // a supervisor about itself: too many restarts
	tellApplication
	tellSlogan
	tellEvent // a request, job, connection or log text: the process may live on
	tellers
)

// facts is what one finding says about who died, of what, and who else had a part in it.
// Ids hold the scope, so that two nodes' pids never meet, but for those of [reason].
type facts struct {
	*reason
	f     *classify.Finding
	now   moment
	scope id // the input and the stream

	pid, name   id   // of the process that died; 0 unknown
	supervisors []id // the supervisor that reports, or the one it died under
	childID     id   // of the id alone that its supervisor knows the child by
	child       id   // the child's place in its supervisor
	initial     id   // initial call
	request     id   // request id

	cause    id     // the innermost cause with its top frames
	termKey  id     // the innermost cause
	print    id     // the fingerprint
	loops    []id   // see [facts.looping]
	unnamed  bool   // the last of them is that of any server without a name
	many     bool   // it is of one of many, see [oneOfMany]
	text     id     // the whole report, to know it when it is printed again
	called   []id   // the processes that its reason says it called or watched, as in targets
	linked   []id   // the processes that it was linked to or started by
	mentions []id   // the pids in the text of its reason or a message that a process ended
	inner    string // the innermost reason's type
}

// read fills in what a finding says.
func (x *facts) read(f *classify.Finding, known *reasons) {
	r := f.Report
	x.f, x.inner = f, r.Reason.Type
	x.reason = known.of(f)
	if r.Record != nil {
		x.scope = scopeOf(r.Record)
		x.request = x.here(idOf(metadata(r, "request_id")))
	}
	x.print = x.scope.and(idOf(f.Fingerprint))
	x.termKey = x.scope.and(x.term)
	x.cause = x.scope.and(x.framed)
	x.many = x.perClient || oneOfMany(r)
	x.who(r)
	x.others(r)
	x.looping()
	x.text = x.wholeText()
}

// forget empties the facts for the next finding.
func (x *facts) forget() {
	if x.f.Alike == nil {
		x.reason.forget()
	}
	*x = facts{supervisors: x.supervisors[:0], loops: x.loops[:0], called: x.called[:0], linked: x.linked[:0], mentions: x.mentions[:0]}
}

// here gives the id of something in the finding's scope; that of nothing is 0.
func (x *facts) here(what id) id {
	if what == 0 {
		return 0
	}
	return x.scope.and(what)
}

func scopeOf(r *ingest.Record) id { return idOf(r.Input).and(idOf(r.Stream)) }

// wholeText is the id of all that a report printed twice has in common.
func (x *facts) wholeText() id {
	all := x.scope.and(x.printed).and(idOf(timeOf(x.f))).and(x.pid).and(x.name)
	for _, s := range x.supervisors {
		all = all.and(s)
	}
	return all
}

// fullness says how much of what makes a fingerprint a report holds.
func (x *facts) fullness() int {
	r, n := x.f.Report, x.topped
	if r.LastMessage != nil {
		n += 4
	}
	if r.Process.InitialCall != "" || r.Process.Name != "" {
		n++
	}
	return n
}

func tellerOf(r *parser.Report) teller {
	switch r.Kind {
	case parser.KindSupervisor:
		switch r.Context {
		case parser.ContextStartError:
			return tellStart
		case parser.ContextShutdown:
			return tellGiveUp
		}
		if r.Context == "" && r.Reason.Type == "reached_max_restart_intensity" {
			return tellGiveUp
		}
		return tellChild
	case parser.KindProcess:
		return tellCrash
	case parser.KindApplication:
		return tellApplication
	case parser.KindSlogan:
		return tellSlogan
	case parser.KindRequest, parser.KindJob, parser.KindConnection, parser.KindTest, parser.KindOther:
		return tellEvent
	}
	return tellServer
}

// who fills in the processes.
func (x *facts) who(r *parser.Report) {
	own := &r.Process
	pid := own.Pid
	if r.Record != nil && pid == "" && x.teller != tellEvent {
		pid = metadata(r, "pid") // the reporting process is the one it reports about
	}
	switch x.teller {
	case tellChild, tellStart:
		if s := r.Supervisor; s != nil {
			x.supervisors = appendNew(appendNew(x.supervisors, x.here(pidOf(s.Pid))), x.here(nameOf(s.Name)))
		}
		x.supervisors = appendNew(x.supervisors, x.here(pidOf(pid)))
		if r.Child != nil {
			x.whichChild(r)
		}
		return
	case tellGiveUp:
		if s := r.Supervisor; s != nil {
			x.pid, x.name = x.here(pidOf(s.Pid)), x.here(nameOf(s.Name))
		}
		if x.pid == 0 {
			x.pid = x.here(pidOf(pid))
		}
		return
	case tellApplication, tellSlogan:
		return
	}
	x.pid, x.name = x.here(pidOf(pid)), x.here(nameOf(own.Name))
	if own.Handler != "" && x.pid|x.name != 0 { // the manager lives on; its handler is gone
		x.pid, x.name = 0, x.pid.and(x.name).and(idOf(parser.NameKey(own.Handler)))
	}
	if own.InitialCall != "" {
		x.initial = x.scope.and(idOf(own.InitialCall))
	}
	for i, a := range own.Ancestors[:min(len(own.Ancestors), maxReasonPids)] {
		ancestor := x.here(processOf(a))
		if i == 0 {
			x.supervisors = appendNew(x.supervisors, ancestor)
		}
		x.linked = appendNew(x.linked, ancestor)
	}
	x.linked = appendNew(x.linked, x.here(processOf(field(r, "Started from")))) // of a task
	for _, l := range own.Links[:min(len(own.Links), maxReasonPids)] {
		x.linked = appendNew(x.linked, x.here(processOf(l)))
	}
}

// whichChild fills in the child that a supervisor tells of.
func (x *facts) whichChild(r *parser.Report) {
	c := r.Child
	x.pid = x.here(pidOf(c.Pid))
	for pid := range pidsIn(clip(c.ID)) { // {Postgrex.Protocol, #PID<0.1401.0>, 1}: the pool's connection
		x.linked = appendNew(x.linked, x.here(pidOf(pid)))
	}
	key := parser.NameKey(c.ID)
	x.childID = idOf(key)
	if key != "" && key != "undefined" {
		x.name = x.here(aName.and(x.childID))
	}
	if n := len(x.supervisors); n > 0 && c.ID != "" {
		place := x.supervisors[n-1]
		if s := r.Supervisor; s != nil && s.Name != "" {
			place = x.here(nameOf(s.Name))
		}
		x.child = place.and(x.childID)
	}
}

// others fills in the processes that the reason, or a message, tells of.
func (x *facts) others(r *parser.Report) {
	for i := range x.targets {
		x.called = append(x.called, x.here(x.targets[i].id))
	}
	for _, pid := range x.pids {
		x.mentions = append(x.mentions, x.here(pid))
	}
	if r.Record != nil && r.Kind == parser.KindOther {
		x.mention(r.Record.Body)
	}
	if m := r.LastMessage; m != nil && tellsOfAnEnd(m.Text) {
		x.mention(m.Text)
	}
}

// mention takes the pids of a text.
func (x *facts) mention(text string) {
	for pid := range pidsIn(clip(text)) {
		x.mentions = appendNew(x.mentions, x.here(pidOf(pid)))
	}
}

// clip bounds what is looked at of a text.
func clip(s string) string { return s[:min(len(s), 2048)] }

// What an id of a process is made of beside its text.
const (
	aPid  id = 'p'
	aName id = 'n'
)

func pidOf(s string) id {
	if k := parser.PidKey(s); k != "" {
		return aPid.and(idOf(k))
	}
	return 0
}

func nameOf(s string) id {
	if k := parser.NameKey(s); k != "" {
		return aName.and(idOf(k))
	}
	return 0
}

// processOf is the id of a process that is printed as its pid or its name.
func processOf(s string) id {
	if looksLikePid(s) {
		return pidOf(s)
	}
	return nameOf(s)
}

func metadata(r *parser.Report, key string) string {
	for _, m := range r.Record.Metadata {
		if m.Key == key {
			return m.Value
		}
	}
	return ""
}

func field(r *parser.Report, key string) string {
	for _, f := range r.Fields {
		if f.Key == key {
			return f.Value
		}
	}
	return ""
}

func timeOf(f *classify.Finding) string {
	if r := f.Report.Record; r != nil {
		return r.Time
	}
	return ""
}

// looksLikePid says whether s is "#PID<0.1.0>" or "<0.1.0>".
func looksLikePid(s string) bool {
	return strings.HasPrefix(s, "#PID<") || len(s) > 2 && s[0] == '<' && s[1] >= '0' && s[1] <= '9'
}

// pidsIn gives the pids that stand in a text, "<0.1.0>" with or without "#PID".
func pidsIn(s string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for n := 0; n < maxReasonPids; {
			i := strings.IndexByte(s, '<')
			if i < 0 {
				return
			}
			s = s[i:]
			end, dots := 1, 0
			for end < len(s) && (s[end] >= '0' && s[end] <= '9' || s[end] == '.') {
				if s[end] == '.' {
					dots++
				}
				end++
			}
			if dots == 2 && end < len(s) && s[end] == '>' {
				if !yield(s[:end+1]) {
					return
				}
				n++
			}
			s = s[end:]
		}
	}
}

// tellsOfAnEnd says whether a last message is {'EXIT', Pid, Reason} or
// {'DOWN', Ref, process, Pid, Reason}.
func tellsOfAnEnd(s string) bool {
	s = strings.TrimLeft(s, "{ :'")
	return strings.HasPrefix(s, "EXIT") || strings.HasPrefix(s, "DOWN")
}

// callTimeout reads the time-out at the end of "GenServer.call(MyApp.Db, :get, 5000)".
func callTimeout(detail string) int64 {
	detail = strings.TrimSuffix(detail, ")")
	i := strings.LastIndexAny(detail, ", ")
	if i < 0 {
		return 0
	}
	ms, ok := number(detail[i+1:])
	if !ok {
		return 0
	}
	return min(ms, maxGrace)
}
