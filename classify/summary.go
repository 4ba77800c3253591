package classify

import (
	"strconv"
	"strings"

	"github.com/beamlog/beamlog/classify/template"
	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/term"
)

// neutral is what stands for a name that the report does not tell.
var neutral = [...][2]string{
	{"process", "the process"}, {"callback", "the callback"}, {"behaviour", "the behaviour"}, {"module", "the module"},
	{"supervisor", "the supervisor"}, {"child", "the child"}, {"frame", "the code"}, {"function", "the function"}, {"reason", "an unknown reason"},
	{"client", "the caller"}, {"last_message", "the last message"}, {"legal", "it must return one of the legal values"},
	{"type", "an error"}, {"message", "the log does not say why"}, {"application", "the application"}, {"target", "the process that was called"},
	{"request", "the request"}, {"value", "the value"}, {"key", "the key"}, {"path", "the file"}, {"address", "the address"},
	{"constraint", "the constraint"}, {"repo", "the repo"}, {"fun", "the function"}, {"mod", "the module"}, {"id", "the child"},
	{"pid", "the other process"}, {"node", "the other node"}, {"name", "the name"}, {"server", "the process that was called"}, {"parent", "the parent"},
	{"code", "no code"}, {"why", "the log does not say why"}, {"what", "the log does not show which"},
	{"ms", "its limit"}, {"time", "the limit"}, {"limit", "the limit"}, {"max", "a fixed number"}, {"app", "the application"},
	{"pool", "the pool"}, {"inner", "the inner process"}, {"outer", "the outer process"}, {"worker", "the job"}, {"stage", "the stage"},
	{"stray", "a message"}, {"alert", "the log does not show the alert"}, {"struct", "a struct"}, {"file", "the file"},
	{"port", "the port"}, {"format", "of the request"}, {"topic", "the topic"}, {"operator", "the operator"}, {"registry", "the registry"},
	{"status", "the status"}, {"step", "a step"}, {"segment", "a segment"},
}

// Fill fills the names of a template such as "{{process}} called itself" with
// what the finding's rule bound and what its report tells. A name that neither
// knows becomes neutral words. A clause whose names it does not know is left out: see
// package template.
func (f *Finding) Fill(text string) string {
	return fill(text, f, &subject{report: f.Report})
}

// Summary is the rule's summary with its names filled in. It is made when asked for.
func (f *Finding) Summary() string {
	if f.summary != "" {
		return f.summary
	}
	if f.Alike == nil {
		return f.Fill(f.Rule.Summary)
	}
	if known := f.Alike.summary.Load(); known != nil {
		return *known
	}
	s := &subject{report: f.Report}
	text := fill(f.Rule.Summary, f, s)
	if !s.looked {
		f.Alike.summary.Store(&text)
	}
	return text
}

// SetSummary has the finding tell text instead of what its rule says.
func (f *Finding) SetSummary(text string) { f.summary = text }

// fill fills a template clause by clause.
func fill(text string, f *Finding, s *subject) string {
	var buf [256]byte
	b := buf[:0]
	for c := range template.Clauses(text) {
		n := len(b)
		var known bool
		if b, known = appendNames(b, c.Text, f, s); c.Optional && !known {
			b, _ = appendNames(b[:n], c.Instead, f, s)
		}
	}
	return capital(string(b))
}

// appendNames adds text to b, with each {{name}} replaced; known is false if the
// report does not tell one of them.
func appendNames(b []byte, text string, f *Finding, s *subject) (_ []byte, known bool) {
	known = true
	for {
		before, rest, ok := strings.Cut(text, "{{")
		b = append(b, before...)
		if !ok {
			return b, known
		}
		name, after, ok := strings.Cut(rest, "}}")
		if !ok {
			return append(append(b, "{{"...), rest...), known
		}
		word := lookUp(name, f, s)
		if word == "" {
			known = false
			word = neutralWord(name)
		}
		b = append(b, word...)
		text = after
	}
}

// capital makes a sentence that begins with a neutral word begin with a capital.
func capital(s string) string {
	if rest, ok := strings.CutPrefix(s, unknownName); ok {
		return "S" + unknownName[1:] + rest
	}
	if s == "" || s[0]-'a' >= 26 { // as all neutral words begin
		return s
	}
	for _, n := range neutral {
		if rest, ok := strings.CutPrefix(s, n[1]); ok {
			return strings.ToUpper(n[1][:1]) + n[1][1:] + rest
		}
	}
	return s
}

// lookUp is the text of one name, "" if neither the rule nor the report knows it.
func lookUp(name string, f *Finding, s *subject) string {
	for _, b := range f.Bindings {
		if b.Name == name && b.Value.Kind != term.Elided && b.Value.Kind != term.None {
			return Short(b.Value, s.report.Dialect)
		}
	}
	return builtInName(name, f, s)
}

// unknownName stands for a name that has no neutral words.
const unknownName = "something that the log does not show"

// neutralWord is what a sentence says for a name that is not known.
func neutralWord(name string) string {
	for _, n := range neutral {
		if n[0] == name {
			return n[1]
		}
	}
	return unknownName
}

// builtInName is the text of a built-in name, "" if the report does not tell it.
func builtInName(name string, f *Finding, s *subject) string {
	r := s.report
	switch name {
	case "frame":
		return frameText(r)
	case "function":
		return functionDetail(r).text
	case "reason":
		return reasonText(r)
	case "type":
		return r.Reason.Type
	case "message":
		return oneLine(message(r.Reason.Cause))
	case "target", "request":
		return callPart(r, name)
	}
	text, known := personalName(name, f, s)
	s.looked = s.looked || known
	return text
}

// personalName is a name that tells of the process, and not only of its reason.
func personalName(name string, f *Finding, s *subject) (text string, known bool) {
	r := s.report
	switch name {
	case "process":
		return processName(r), true
	case "callback":
		return Callback(r), true
	case "behaviour":
		return behaviourOf(r), true
	case "module":
		if mod := callbackModule(r); mod != "" {
			return mod, true
		}
		if fr := topFrame(r); fr != nil {
			return strings.TrimPrefix(fr.Module, "Elixir."), true
		}
	case "supervisor":
		return supervisorName(r), true
	case "child":
		return childName(r), true
	case "client":
		if r.Client != nil {
			return firstOf(r.Client.Name, r.Client.Pid), true
		}
	case "last_message":
		if m := s.lastMessage(); m.Kind != term.None {
			return Short(m, r.Dialect), true
		}
	case "legal":
		return legalReturn(r, boundValue(f)), true
	case "application":
		if r.Kind == parser.KindApplication {
			return r.Process.Name, true
		}
	default:
		return "", false
	}
	return "", true
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
// what it ran. In a supervisor's report that is the child: of the supervisor
// itself there is nothing to tell.
func processName(r *parser.Report) string {
	if r.Kind == parser.KindSupervisor && r.Child != nil {
		return childName(r)
	}
	return oneLine(firstOf(r.Process.Name, r.Process.Pid, r.Process.InitialCall))
}

// childName names the child of a supervisor's report: its id, where it has one
// (the children of a dynamic supervisor have none), else its pid, else the
// function that starts it.
func childName(r *parser.Report) string {
	if r.Child == nil {
		return ""
	}
	id := r.Child.ID
	if strings.TrimPrefix(id, ":") == "undefined" {
		id = ""
	}
	if name := firstOf(id, r.Child.Pid); name != "" {
		return oneLine(name)
	}
	if start, _, ok := strings.Cut(r.Child.Start, "("); ok && start != "" {
		return "the child of " + oneLine(start)
	}
	return ""
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
		return Short(r.Reason.Cause, r.Dialect)
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
			return Short(args[0], r.Dialect)
		case ok && part == "request" && len(args) > 1:
			return Short(args[1], r.Dialect)
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
