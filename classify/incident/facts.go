package incident

import (
	"hash/maphash"
	"strconv"
	"strings"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/parser"
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
// All keys hold the scope, so that two nodes' pids never meet.
type facts struct {
	scope  string
	teller teller
	line   int

	pid, name   string   // keys of the process that died; "" unknown
	supervisors []string // keys of the supervisor that reports, or of the one it died under
	child       string   // key of the child's place in its supervisor
	initial     string   // initial call
	request     string   // request id

	cause    string   // key of the innermost cause with its top frames
	term     string   // the innermost cause
	termKey  string   // its key
	print    string   // key of the fingerprint
	loops    []string // see [loopKeys]
	text     string   // key of the whole report, to know it when it is printed again
	caller   bool     // its reason holds another process's
	targets  []string // keys of the processes that its reason says it called or watched
	linked   []string // keys of the processes that it was linked to or started by
	mentions []string // keys of the pids in the text of its reason or a message that a process ended
	inner    string   // the innermost reason's type
	timeout  int64    // printed call time-out in milliseconds
}

func factsOf(f *classify.Finding) *facts {
	r := f.Report
	x := &facts{teller: tellerOf(r), line: r.Line, inner: r.Reason.Type}
	if r.Record != nil {
		x.scope = r.Record.Input + "\x00" + r.Record.Stream + "\x00"
		x.request = metadata(r, "request_id")
	}
	x.print = x.scope + f.Fingerprint
	x.who(r)
	x.why(f)
	x.loops = loopKeys(f, x)
	x.text = x.textKey(f)
	return x
}

// textSeed makes the keys of texts; they only have to differ within one run.
var textSeed = maphash.MakeSeed()

// textKey is a hash of all that a report printed twice has in common.
func (x *facts) textKey(f *classify.Finding) string {
	var h maphash.Hash
	h.SetSeed(textSeed)
	put := func(s string) {
		h.WriteString(s)
		h.WriteByte(0)
	}
	r := f.Report
	put(x.scope)
	put(string(r.Kind))
	put(r.Context)
	put(timeOf(f))
	put(x.pid)
	put(x.name)
	for _, s := range x.supervisors {
		put(s)
	}
	put(clip(r.Reason.Text))
	return string(h.Sum(nil))
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
	own := r.Process
	if r.Record != nil && own.Pid == "" && x.teller != tellEvent {
		own.Pid = metadata(r, "pid") // the reporting process is the one it reports about
	}
	switch x.teller {
	case tellChild, tellStart:
		if s := r.Supervisor; s != nil {
			x.supervisors = x.keys(s.Pid, s.Name)
		}
		if pid := x.pidKey(own.Pid); pid != "" {
			x.supervisors = appendNew(x.supervisors, pid)
		}
		if c := r.Child; c != nil {
			x.pid = x.pidKey(c.Pid)
			for _, pid := range pidsIn(clip(c.ID)) { // {Postgrex.Protocol, #PID<0.1401.0>, 1}: the pool's connection
				x.linked = appendNew(x.linked, x.pidKey(pid))
			}
			if id := parser.NameKey(c.ID); id != "" && id != "undefined" {
				x.name = x.nameKey(c.ID)
			}
			if len(x.supervisors) > 0 && c.ID != "" {
				x.child = x.supervisors[len(x.supervisors)-1] + "\x00" + parser.NameKey(c.ID)
				if s := r.Supervisor; s != nil && s.Name != "" {
					x.child = x.nameKey(s.Name) + "\x00" + parser.NameKey(c.ID)
				}
			}
		}
		return
	case tellGiveUp:
		if s := r.Supervisor; s != nil {
			x.pid, x.name = x.pidKey(s.Pid), x.nameKey(s.Name)
		}
		if x.pid == "" {
			x.pid = x.pidKey(own.Pid)
		}
		return
	case tellApplication, tellSlogan:
		return
	}
	x.pid, x.name = x.pidKey(own.Pid), x.nameKey(own.Name)
	if own.Handler != "" && x.pid+x.name != "" { // the manager lives on; its handler is gone
		x.pid, x.name = "", x.pid+x.name+"\x00"+parser.NameKey(own.Handler)
	}
	if own.InitialCall != "" {
		x.initial = x.scope + own.InitialCall
	}
	for i, a := range own.Ancestors {
		key := x.anyKey(a)
		if i == 0 {
			x.supervisors = appendNew(x.supervisors, key)
		}
		if i < maxReasonPids {
			x.linked = appendNew(x.linked, key)
		}
	}
	x.linked = appendNew(x.linked, x.anyKey(field(r, "Started from"))) // of a task
	for i, l := range own.Links {
		if i < maxReasonPids {
			x.linked = appendNew(x.linked, x.anyKey(l))
		}
	}
}

// why fills in what the reason says of other processes.
func (x *facts) why(f *classify.Finding) {
	reason := &f.Report.Reason
	x.term = causeText(reason)
	x.cause = x.scope + x.term + frameText(reason)
	x.termKey = x.cause[:len(x.scope)+len(x.term)]
	for i := range reason.Chain {
		link := &reason.Chain[i]
		switch link.Relation {
		case parser.RelCaller, parser.RelLinked, parser.RelObserver:
			x.caller = true
			for _, key := range x.targetKeys(link.Target) {
				x.targets = appendNew(x.targets, key)
			}
		}
		if link.Via == parser.ViaCall {
			x.timeout = max(x.timeout, callTimeout(link.Detail))
		}
	}
	for _, pid := range pidsIn(clip(reason.Text)) {
		x.mentions = appendNew(x.mentions, x.pidKey(pid))
	}
	if rec := f.Report.Record; rec != nil && f.Report.Kind == parser.KindOther {
		for _, pid := range pidsIn(clip(rec.Body)) {
			x.mentions = appendNew(x.mentions, x.pidKey(pid))
		}
	}
	if m := f.Report.LastMessage; m != nil && tellsOfAnEnd(m.Text) {
		for _, pid := range pidsIn(clip(m.Text)) {
			x.mentions = appendNew(x.mentions, x.pidKey(pid))
		}
	}
}

// clip bounds what is looked at of a text.
func clip(s string) string { return s[:min(len(s), 2048)] }

// causeText is a spelling of the innermost cause, equal for all tellings of one crash.
func causeText(r *parser.Reason) string {
	if r.Cause.Kind == term.None {
		return clip(r.Text)
	}
	t := classify.Canonical(r.Cause)
	if m, ok := t.Get("message"); ok && t.Kind == term.Struct {
		if text, ok := m.StringValue(); ok {
			return t.Text + ": " + clip(text) // a banner gives no other field
		}
	}
	return clip(t.Elixir())
}

// frameText is the top of the stack.
func frameText(r *parser.Reason) string {
	var buf [256]byte
	b := buf[:0]
	for i := range r.Stack[:min(len(r.Stack), 3)] {
		fr := &r.Stack[i]
		b = append(append(append(b, 0), fr.Module...), ':')
		b = strconv.AppendInt(append(append(b, fr.Function...), ':'), int64(fr.Line), 10)
	}
	return string(b)
}

// targetKeys gives the keys under which a called process may be known: its pid
// or name, and the name alone of {name, node}.
func (x *facts) targetKeys(target string) []string {
	if target == "" {
		return nil
	}
	keys := []string{x.anyKey(target)}
	if name, node, ok := strings.Cut(strings.Trim(target, "{}"), ","); ok && strings.Contains(node, "@") {
		keys = append(keys, x.nameKey(name))
	}
	return keys
}

func (x *facts) keys(pid, name string) []string {
	var out []string
	for _, k := range [...]string{x.pidKey(pid), x.nameKey(name)} {
		if k != "" {
			out = append(out, k)
		}
	}
	return out
}

func (x *facts) pidKey(s string) string {
	if k := parser.PidKey(s); k != "" {
		return x.scope + "p" + k
	}
	return ""
}

func (x *facts) nameKey(s string) string {
	if k := parser.NameKey(s); k != "" {
		return x.scope + "n" + k
	}
	return ""
}

func (x *facts) anyKey(s string) string {
	if looksLikePid(s) {
		return x.pidKey(s)
	}
	return x.nameKey(s)
}

func appendNew(keys []string, key string) []string {
	if key == "" {
		return keys
	}
	for _, k := range keys {
		if k == key {
			return keys
		}
	}
	return append(keys, key)
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
func pidsIn(s string) []string {
	var out []string
	for len(out) < maxReasonPids {
		i := strings.IndexByte(s, '<')
		if i < 0 {
			return out
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
			out = append(out, s[:end+1])
		}
		s = s[end:]
	}
	return out
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
