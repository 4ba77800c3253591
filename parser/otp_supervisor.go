package parser

import (
	"strconv"
	"strings"
	"sync"

	"github.com/alecthomas/participle/v2"
	"github.com/beamlog/beamlog/parser/term"
)

// otpSupervisor is a supervisor's report about a child:
//
//	supervisor: {local,sup1}
//	errorContext: child_terminated
//	reason: killed
//	offender: [{pid,<0.93.0>},
//	           {id,w},
//	           {mfargs,{bad,start_link,[w1]}},
//	           {restart_type,permanent},
//	           {significant,false},
//	           {shutdown,5000},
//	           {child_type,worker}]
//
// OTP 21 to 28. Before, and in error_logger's and lager's files:
//
//	Supervisor: {local,sup1}
//	Context:    child_terminated
//	Reason:     killed
//	Offender:   [{pid,<0.9.0>},{name,w},{mfargs,{bad,start_link,[w1]}}]
//
// The child's id is {name,Id} up to OTP 17; a report about all children of a
// simple_one_for_one supervisor has {nb_children,N} for the pid; {significant,_}
// came with OTP 24. A progress report, which has "started:", is no report.
type otpSupervisor struct {
	Head     []string `parser:"@Head"`
	Context  []string `parser:"( @Context"`
	Reason   []string `parser:"| @Reason"`
	Offender []string `parser:"| @Offender"`
	Started  []string `parser:"| @Started"`
	Other    []string `parser:"| @Other )*"`
}

var otpSupervisorGrammar = sync.OnceValue(func() *grammar[otpSupervisor] {
	return newGrammar[otpSupervisor](participle.Lexer(newLabelLexer(
		label{literal: "supervisor: ", symbol: "Head"},
		label{literal: "Supervisor: ", symbol: "Head"},
		label{literal: "errorContext: ", symbol: "Context"},
		label{literal: "Context: ", symbol: "Context"},
		label{literal: "reason: ", symbol: "Reason"},
		label{literal: "Reason: ", symbol: "Reason"},
		label{literal: "offender: ", symbol: "Offender"},
		label{literal: "Offender: ", symbol: "Offender"},
		label{literal: "started: ", symbol: "Started"},
	)))
})

func readOTPSupervisor(text string, d term.Dialect) *Report {
	g, err := otpSupervisorGrammar().read(text)
	if g == nil || len(g.Started) > 0 || len(g.Context)+len(g.Reason)+len(g.Offender) == 0 || !isSupervisorName(firstValue(g.Head)) {
		return nil
	}
	r := &Report{Kind: KindSupervisor, Dialect: d}
	r.setOTPSupervisor(firstValue(g.Head), d)
	r.Context = supervisorContext(firstValue(g.Context))
	var readable, whole bool
	r.Reason, readable = otpReason(firstValue(g.Reason), d)
	r.Child, whole = readOffender(firstValue(g.Offender), d)
	r.Complete = err == nil && readable && whole && len(g.Context) > 0 // esockd's has contexts of its own
	r.Weak = len(g.Reason)+len(g.Offender) == 0
	return r
}

// readSupervisorOld reads what begins with a capital: the old layout, or one line
// of logger_formatter's.
func readSupervisorOld(text string, d term.Dialect) *Report {
	if line := text[:lineEnd(text, 0)]; strings.Contains(line, ". Context: ") || strings.Contains(line, ". Started: ") {
		return readOTPSentence(text, d)
	}
	return readOTPSupervisor(text, d)
}

// isSupervisorName says whether text is a name as supervisor prints its own: a
// tuple, always. A program's own "supervisor: x" is none.
func isSupervisorName(text string) bool { return strings.HasPrefix(text, "{") }

// setOTPSupervisor reads a supervisor's name as it prints it: {local,Name},
// {global,Name}, {via,Mod,Name}, {Pid,Module} or, in other writers, a bare name.
func (r *Report) setOTPSupervisor(text string, d term.Dialect) {
	s := &Supervisor{}
	t, _, _ := term.ReadIn(text, d)
	part := func(i int) string {
		if e := t.Args[i]; int(e.Start) < int(e.End) && int(e.End) <= len(text) {
			return text[e.Start:e.End]
		}
		return ""
	}
	switch {
	case t.Tagged("local", 2), t.Tagged("global", 2):
		s.Name = part(1)
	case t.Tagged("via", 3):
		s.Name = part(2)
	case t.Kind == term.Tuple && len(t.Args) == 2 && t.Args[0].Kind == term.Pid:
		s.Pid, s.Module = part(0), part(1)
	case t.Kind == term.Tuple && len(t.Args) == 2 && t.Args[1].Kind == term.Pid: // esockd, EMQX
		s.Pid, s.Module = part(1), part(0)
	case isPidText(text):
		s.Pid = text
	default:
		s.Name = text
	}
	r.Supervisor = s
	r.Process.Pid, r.Process.Name = s.Pid, s.Name
}

// supervisorContext checks a context: other words are none.
func supervisorContext(text string) string {
	switch text {
	case ContextChildTerminated, ContextStartError, ContextShutdown, ContextShutdownError:
		return text
	}
	return ""
}

// readOffender reads the property list of a child.
func readOffender(text string, d term.Dialect) (c *Child, complete bool) {
	if text == "" {
		return nil, false
	}
	t, _, complete := term.ReadIn(text, d)
	if t.Kind != term.List {
		return nil, false
	}
	c = &Child{}
	for _, e := range t.Args {
		if e.Kind != term.Tuple || len(e.Args) != 2 || e.Args[0].Kind != term.Atom {
			continue
		}
		v := e.Args[1]
		printed := ""
		if int(v.Start) < int(v.End) && int(v.End) <= len(text) {
			printed = text[v.Start:v.End]
		}
		c.set(e.Args[0].Text, v, printed, d)
	}
	return c, complete
}

// set reads one property of a child.
func (c *Child) set(key string, v term.Term, printed string, d term.Dialect) {
	switch key {
	case "pid":
		if v.Kind == term.Pid { // else undefined or restarting
			c.Pid = printed
		}
	case "id", "name":
		c.ID = printed
	case "mfargs", "mfa":
		c.Start = startCall(v, d)
	case "mod":
		c.Start = printed
	case "restart_type":
		c.Restart = printed
	case "shutdown":
		c.Shutdown = printed
	case "child_type":
		c.Type = printed
	case "nb_children":
		c.Count, _ = strconv.Atoi(printed)
	}
}

// startCall prints {bad,start_link,[w1]} as bad:start_link(w1), and with the
// arguments hidden, as for temporary children, as bad:start_link/?.
func startCall(t term.Term, d term.Dialect) string {
	if t.Kind != term.Tuple || len(t.Args) != 3 {
		return ""
	}
	sep := ":"
	if d == term.Elixir {
		sep = "."
	}
	call := t.Args[0].Print(d) + sep + callName(t.Args[1], d)
	args := t.Args[2]
	if args.Kind == term.Charlist { // a list of small integers that looks like a string
		return call + "(" + charArgs(args.Text) + ")"
	}
	if args.Kind != term.List {
		return call + "/?"
	}
	var b strings.Builder
	for i, a := range args.Args {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(a.Print(d))
	}
	return call + "(" + b.String() + ")"
}

// callName prints a function's name.
func callName(t term.Term, d term.Dialect) string {
	if d == term.Elixir {
		return strings.TrimPrefix(t.Print(d), ":")
	}
	return t.Print(d)
}

// charArgs prints the code points of s as arguments.
func charArgs(s string) string {
	var parts []string
	for _, c := range s {
		parts = append(parts, strconv.Itoa(int(c)))
	}
	return strings.Join(parts, ", ")
}
