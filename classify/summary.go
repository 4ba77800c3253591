package classify

import (
	"strconv"
	"strings"

	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/term"
)

// shortTerm is how many bytes of a term a sentence shows.
const shortTerm = 160

// neutral is what stands for a name that the report does not tell.
var neutral = [...][2]string{
	{"process", "the process"}, {"callback", "its callback"}, {"behaviour", "its behaviour"}, {"module", "the module"},
	{"supervisor", "its supervisor"}, {"child", "the child"}, {"frame", "the code"}, {"function", "a function"}, {"reason", "an unknown reason"},
	{"client", "its caller"}, {"last_message", "a message"}, {"legal", "it must return one of the legal values"},
	{"type", "an error"}, {"message", "no message"}, {"application", "the application"}, {"target", "the process it called"},
	{"request", "a request"}, {"value", "a value"}, {"key", "a key"}, {"path", "a file"}, {"address", "the address"},
	{"constraint", "a constraint"}, {"repo", "the repo"}, {"fun", "the function"}, {"mod", "the module"}, {"id", "a child"},
	{"pid", "a process"}, {"node", "the other node"}, {"name", "the name"}, {"server", "the process"}, {"parent", "the process"},
	{"code", "its code is not shown"}, {"why", "the log does not say why"}, {"what", "the log does not show which"},
	{"ms", "some"}, {"time", "the given"}, {"limit", "some"}, {"max", "a fixed number"}, {"app", "an application"},
	{"pool", "the pool"}, {"inner", "the inner process"}, {"outer", "the outer process"}, {"worker", "the job"}, {"stage", "the stage"},
	{"stray", "a message"}, {"alert", "the log does not show the alert"}, {"action", "write"}, {"struct", "struct"},
	{"port", "the port"}, {"format", "of the request"}, {"topic", "a LiveView"}, {"operator", "an operator"}, {"registry", "the registry"},
}

// Fill fills the names of a template such as "{{process}} called itself" with
// what the finding's rule bound and what its report tells. A name that neither
// knows becomes neutral words.
func (f *Finding) Fill(template string) string {
	return fill(template, f, &subject{report: f.Report})
}

// summary is the rule's summary, filled in.
func summary(f *Finding, s *subject) string { return fill(f.Rule.Summary, f, s) }

// fill replaces each {{name}}.
func fill(template string, f *Finding, s *subject) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(template, "{{")
		b.WriteString(before)
		if !ok {
			break
		}
		name, after, ok := strings.Cut(rest, "}}")
		if !ok {
			b.WriteString("{{" + rest)
			break
		}
		b.WriteString(lookUp(name, f, s))
		template = after
	}
	return capital(b.String())
}

// capital makes a sentence that begins with a neutral word begin with a capital.
func capital(s string) string {
	for _, n := range neutral {
		if rest, ok := strings.CutPrefix(s, n[1]); ok {
			return strings.ToUpper(n[1][:1]) + n[1][1:] + rest
		}
	}
	return s
}

// lookUp is the text of one name, never empty.
func lookUp(name string, f *Finding, s *subject) string {
	for _, b := range f.Bindings {
		if b.Name == name && b.Value.Kind != term.Elided && b.Value.Kind != term.None {
			return short(b.Value, s.report.Dialect)
		}
	}
	if v := builtInName(name, f, s); v != "" {
		return v
	}
	for _, n := range neutral {
		if n[0] == name {
			return n[1]
		}
	}
	return "something that the log does not show"
}

// short prints a term in about [shortTerm] bytes, on one line.
func short(t term.Term, d term.Dialect) string {
	if t.Kind == term.Raw {
		return oneLine(t.Text)
	}
	if m := message(t); m != "" {
		return moduleOf(t) + ": " + oneLine(m)
	}
	return oneLine(term.Shrink(t, shortTerm).Print(d))
}

// oneLine cuts text for a sentence: its first line, at most [shortTerm] bytes
// or little more.
func oneLine(s string) string {
	s = strings.TrimSpace(s)
	if line, _, more := strings.Cut(s, "\n"); more {
		s = strings.TrimSpace(line)
	}
	if len(s) > 2*shortTerm {
		s = clip(s, 2*shortTerm) + "…"
	}
	return s
}

// builtInName is the text of a built-in name, "" if the report does not tell it.
func builtInName(name string, f *Finding, s *subject) string {
	r := s.report
	switch name {
	case "process":
		return processName(r)
	case "callback":
		return Callback(r)
	case "behaviour":
		return behaviourOf(r)
	case "module":
		if mod := callbackModule(r); mod != "" {
			return mod
		}
		if fr := topFrame(r); fr != nil {
			return strings.TrimPrefix(fr.Module, "Elixir.")
		}
	case "supervisor":
		return supervisorName(r)
	case "child":
		if r.Child != nil {
			return oneLine(r.Child.ID)
		}
	case "frame":
		return frameText(r)
	case "function":
		return functionDetail(r)
	case "reason":
		return reasonText(r)
	case "client":
		if r.Client != nil {
			return firstOf(r.Client.Name, r.Client.Pid)
		}
	case "last_message":
		if m := s.lastMessage(); m.Kind != term.None {
			return short(m, r.Dialect)
		}
	case "legal":
		return legalReturn(r, boundValue(f))
	case "type":
		return r.Reason.Type
	case "message":
		return oneLine(message(r.Reason.Cause))
	case "application":
		if r.Kind == parser.KindApplication {
			return r.Process.Name
		}
	case "target", "request":
		return callPart(r, name)
	}
	return ""
}

// boundValue is the value that a bad return's rule bound.
func boundValue(f *Finding) term.Term {
	for _, b := range f.Bindings {
		if b.Name == "value" {
			return b.Value
		}
	}
	return term.Term{}
}

// processName names the process whose end is told: its name, else its pid, else
// what it ran. In a supervisor's report that is the child.
func processName(r *parser.Report) string {
	if r.Kind == parser.KindSupervisor && r.Child != nil {
		if name := firstOf(r.Child.ID, r.Child.Pid); name != "" && name != "undefined" && name != ":undefined" {
			return oneLine(name)
		}
	}
	return oneLine(firstOf(r.Process.Name, r.Process.Pid, r.Process.InitialCall))
}

// supervisorName names the supervisor of a supervisor report.
func supervisorName(r *parser.Report) string {
	if r.Supervisor == nil {
		return ""
	}
	return oneLine(firstOf(r.Supervisor.Name, r.Supervisor.Module, r.Supervisor.Pid))
}

// frameText is the frame where the failure happened, with its place.
func frameText(r *parser.Report) string {
	f := topFrame(r)
	if f == nil {
		return ""
	}
	text := f.MFA()
	if f.File != "" && f.Line > 0 {
		text += " (" + f.File + ":" + strconv.Itoa(f.Line) + ")"
	}
	return oneLine(text)
}

// reasonText is the innermost cause in a few words: an exception's message, or
// the term.
func reasonText(r *parser.Report) string {
	if m := message(r.Reason.Cause); m != "" {
		return oneLine(m)
	}
	if r.Reason.Cause.Kind != term.None {
		return short(r.Reason.Cause, r.Dialect)
	}
	return oneLine(r.Reason.Text)
}

// callPart is the target or the request of the innermost call in the chain.
func callPart(r *parser.Report, part string) string {
	for i := len(r.Reason.Chain) - 1; i >= 0; i-- {
		link := r.Reason.Chain[i]
		if link.Via != parser.ViaCall {
			continue
		}
		if part == "target" && link.Target != "" {
			return oneLine(link.Target)
		}
		args, ok := callArgs(link.Envelope)
		switch {
		case ok && part == "target" && len(args) > 0:
			return short(args[0], r.Dialect)
		case ok && part == "request" && len(args) > 1:
			return short(args[1], r.Dialect)
		}
		return ""
	}
	return ""
}

// callArgs are the arguments in the envelope {inner, {M, F, Args}}.
func callArgs(env term.Term) ([]term.Term, bool) {
	if env.Kind != term.Tuple || len(env.Args) != 2 {
		return nil, false
	}
	call := env.Args[1]
	if call.Kind != term.Tuple || len(call.Args) != 3 || call.Args[2].Kind != term.List {
		return nil, false
	}
	return call.Args[2].Args, true
}

// firstOf is the first of the strings that is not empty.
func firstOf(ss ...string) string {
	for _, s := range ss {
		if s != "" {
			return s
		}
	}
	return ""
}
