package incident

import (
	"iter"
	"strings"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/ingest"
	"github.com/beamlog/beamlog/parser/term"
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
// Ids of processes and causes hold the scope, so that two nodes' pids never meet.
type facts struct {
	f      *classify.Finding
	now    moment
	scope  id // the input and the stream
	teller teller

	pid, name   id   // of the process that died; 0 unknown
	supervisors []id // the supervisor that reports, or the one it died under
	childID     id   // of the id alone that its supervisor knows the child by
	child       id   // the child's place in its supervisor
	initial     id   // initial call
	request     id   // request id

	cause    id       // the innermost cause with its top frames
	term     id       // the innermost cause, without the scope
	termKey  id       // and with it
	print    id       // the fingerprint
	loops    []id     // see [facts.looping]
	unnamed  bool     // the last of them is that of any server without a name
	many     bool     // see [oneOfMany]
	text     id       // the whole report, to know it when it is printed again
	caller   bool     // its reason holds another process's
	targets  []target // the processes that its reason says it called or watched
	linked   []id     // the processes that it was linked to or started by
	mentions []id     // the pids in the text of its reason or a message that a process ended
	inner    string   // the innermost reason's type
	timeout  int64    // printed call time-out in milliseconds
}

// target is a process as a reason names it.
type target struct {
	id   id
	name string // or pid
	pid  bool
}

// shown is the process as a log prints it.
func (p target) shown() string {
	if p.pid {
		return "<" + p.name + ">"
	}
	return p.name
}

// read fills in what a finding says.
func (x *facts) read(f *classify.Finding, known *causes) {
	r := f.Report
	x.f, x.teller, x.inner = f, tellerOf(r), r.Reason.Type
	if r.Record != nil {
		x.scope = scopeOf(r.Record)
		if request := metadata(r, "request_id"); request != "" {
			x.request = x.scope.and(idOf(request))
		}
	}
	x.print = x.scope.and(idOf(f.Fingerprint))
	x.many = x.teller <= tellStart && oneOfMany(r)
	x.who(r)
	x.why(r, known)
	x.looping()
	x.text = x.wholeText()
}

// forget empties the facts for the next finding.
func (x *facts) forget() {
	clear(x.targets)
	*x = facts{supervisors: x.supervisors[:0], loops: x.loops[:0], targets: x.targets[:0], linked: x.linked[:0], mentions: x.mentions[:0]}
}

func scopeOf(r *ingest.Record) id { return idOf(r.Input).and(idOf(r.Stream)) }

// wholeText is the id of all that a report printed twice has in common.
func (x *facts) wholeText() id {
	r := x.f.Report
	text := x.scope.and(idOf(string(r.Kind))).and(idOf(r.Context)).and(idOf(timeOf(x.f))).and(x.pid).and(x.name)
	for _, s := range x.supervisors {
		text = text.and(s)
	}
	return text.and(idOf(clip(r.Reason.Text)))
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
			x.supervisors = appendNew(appendNew(x.supervisors, x.pidID(s.Pid)), x.nameID(s.Name))
		}
		x.supervisors = appendNew(x.supervisors, x.pidID(pid))
		if r.Child != nil {
			x.whichChild(r)
		}
		return
	case tellGiveUp:
		if s := r.Supervisor; s != nil {
			x.pid, x.name = x.pidID(s.Pid), x.nameID(s.Name)
		}
		if x.pid == 0 {
			x.pid = x.pidID(pid)
		}
		return
	case tellApplication, tellSlogan:
		return
	}
	x.pid, x.name = x.pidID(pid), x.nameID(own.Name)
	if own.Handler != "" && x.pid|x.name != 0 { // the manager lives on; its handler is gone
		x.pid, x.name = 0, x.pid.and(x.name).and(idOf(parser.NameKey(own.Handler)))
	}
	if own.InitialCall != "" {
		x.initial = x.scope.and(idOf(own.InitialCall))
	}
	for i, a := range own.Ancestors[:min(len(own.Ancestors), maxReasonPids)] {
		ancestor := x.anyID(a)
		if i == 0 {
			x.supervisors = appendNew(x.supervisors, ancestor)
		}
		x.linked = appendNew(x.linked, ancestor)
	}
	x.linked = appendNew(x.linked, x.anyID(field(r, "Started from"))) // of a task
	for _, l := range own.Links[:min(len(own.Links), maxReasonPids)] {
		x.linked = appendNew(x.linked, x.anyID(l))
	}
}

// whichChild fills in the child that a supervisor tells of.
func (x *facts) whichChild(r *parser.Report) {
	c := r.Child
	x.pid = x.pidID(c.Pid)
	for pid := range pidsIn(clip(c.ID)) { // {Postgrex.Protocol, #PID<0.1401.0>, 1}: the pool's connection
		x.linked = appendNew(x.linked, x.pidID(pid))
	}
	key := parser.NameKey(c.ID)
	x.childID = idOf(key)
	if key != "" && key != "undefined" {
		x.name = x.scope.and(aName).and(x.childID)
	}
	if n := len(x.supervisors); n > 0 && c.ID != "" {
		place := x.supervisors[n-1]
		if s := r.Supervisor; s != nil && s.Name != "" {
			place = x.nameID(s.Name)
		}
		x.child = place.and(x.childID)
	}
}

// why fills in what the reason says of other processes.
func (x *facts) why(r *parser.Report, known *causes) {
	reason := &r.Reason
	x.term = known.of(reason)
	x.termKey = x.scope.and(x.term)
	x.cause = x.termKey
	for i := range reason.Stack[:min(len(reason.Stack), 3)] {
		f := &reason.Stack[i]
		x.cause = x.cause.and(idOf(f.Module)).and(idOf(f.Function)).and(id(f.Line))
	}
	for i := range reason.Chain {
		link := &reason.Chain[i]
		switch link.Relation {
		case parser.RelCaller, parser.RelLinked, parser.RelObserver:
			x.caller = true
			for p := range x.targetsOf(link.Target) {
				x.aim(p)
			}
		}
		if link.Via == parser.ViaCall {
			x.timeout = max(x.timeout, callTimeout(link.Detail))
		}
	}
	x.mention(reason.Text)
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
		x.mentions = appendNew(x.mentions, x.pidID(pid))
	}
}

// aim adds a target that is not among them yet.
func (x *facts) aim(p target) {
	for i := range x.targets {
		if x.targets[i].id == p.id {
			return
		}
	}
	x.targets = append(x.targets, p)
}

// clip bounds what is looked at of a text.
func clip(s string) string { return s[:min(len(s), 2048)] }

// causes remembers the ids of innermost causes, of those seen last: to print one
// takes far longer than to know its term again. It holds no text.
type causes [256]struct{ term, id id }

// of gives the id of the innermost cause, equal for all tellings of one crash; 0 if
// there is none.
func (known *causes) of(r *parser.Reason) id {
	if r.Cause.Kind == term.None {
		return idOf(clip(r.Text))
	}
	of := termID(&r.Cause)
	place := &known[of%id(len(known))]
	if place.term != of {
		place.term, place.id = of, idOf(causeText(r.Cause))
	}
	return place.id
}

// termID is the id of a term as it was read: terms that print alike may have two.
func termID(t *term.Term) id {
	form := id(t.Kind) | id(t.Bits)<<8 | id(len(t.Args))<<32
	for i, set := range [...]bool{t.Improper, t.External, t.Cut} {
		if set {
			form |= 1 << (16 + i)
		}
	}
	of := idOf(t.Text).and(form)
	for i := range t.Args {
		of = of.and(termID(&t.Args[i]))
	}
	return of
}

// causeText is a spelling of the innermost cause.
func causeText(cause term.Term) string {
	t := classify.Canonical(cause)
	if m, ok := t.Get("message"); ok && t.Kind == term.Struct {
		if text, ok := m.StringValue(); ok {
			return t.Text + ": " + clip(text) // a banner gives no other field
		}
	}
	return clip(t.Elixir())
}

// targetsOf gives all that a called process may be known by: its pid or name, and
// the name alone of {name, node}.
func (x *facts) targetsOf(s string) iter.Seq[target] {
	return func(yield func(target) bool) {
		p := target{id: x.anyID(s), name: parser.NameKey(s)}
		if looksLikePid(s) {
			p.name, p.pid = parser.PidKey(s), true
		}
		if p.id != 0 && !yield(p) {
			return
		}
		if name, node, ok := strings.Cut(strings.Trim(s, "{}"), ","); ok && strings.Contains(node, "@") {
			if key := parser.NameKey(name); key != "" {
				yield(target{id: x.nameID(name), name: key})
			}
		}
	}
}

// What an id of a process is made of beside the scope.
const (
	aPid  id = 'p'
	aName id = 'n'
)

func (x *facts) pidID(s string) id {
	if k := parser.PidKey(s); k != "" {
		return x.scope.and(aPid).and(idOf(k))
	}
	return 0
}

func (x *facts) nameID(s string) id {
	if k := parser.NameKey(s); k != "" {
		return x.scope.and(aName).and(idOf(k))
	}
	return 0
}

func (x *facts) anyID(s string) id {
	if looksLikePid(s) {
		return x.pidID(s)
	}
	return x.nameID(s)
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
