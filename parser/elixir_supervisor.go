package parser

import (
	"strconv"
	"strings"

	"github.com/beamlog/beamlog/parser/ingest"
	"github.com/beamlog/beamlog/parser/term"
)

var supervisorLayout = layout{labels: []string{
	"Pid", "Number", "Start Call", "Start Module", "Restart", "Shutdown", "Type", "Significant",
}}

// supervisorContexts are the ends of the first line. Elixir up to 1.7 writes
// "shutdown abnormally".
var supervisorContexts = [...]struct{ text, context string }{
	{" failed to start", ContextStartError},
	{" terminated", ContextChildTerminated},
	{" caused shutdown", ContextShutdown},
	{" shut down abnormally", ContextShutdownError},
	{" shutdown abnormally", ContextShutdownError},
}

const ofSupervisor = " of Supervisor "

// supervisorHead is what the first line of a supervisor's report tells.
type supervisorHead struct{ child, supervisor, context string }

// readSupervisorHead reads "Child <id> of Supervisor <sup> <context>".
func readSupervisorHead(body string) (h supervisorHead, ok bool) {
	if !strings.HasPrefix(body, "Child") {
		return h, false
	}
	line := firstLine(body)
	rest, ok := strings.CutPrefix(line, "Children ")
	if !ok {
		if rest, ok = strings.CutPrefix(line, "Child "); !ok {
			return h, false
		}
	}
	if !strings.HasPrefix(rest, ofSupervisor[1:]) {
		// Both names are terms, which may hold any text.
		i, _ := term.Skip(rest, 0)
		if !strings.HasPrefix(rest[i:], ofSupervisor) {
			if i = strings.LastIndex(rest, ofSupervisor); i < 0 {
				return h, false
			}
		}
		h.child, rest = rest[:i], rest[i+1:]
	}
	rest = rest[len(ofSupervisor)-1:]
	for _, c := range supervisorContexts {
		if sup, ok := strings.CutSuffix(rest, c.text); ok && sup != "" {
			h.supervisor, h.context = sup, c.context
			return h, true
		}
	}
	return h, false // also "started": a progress report
}

func opensSupervisor(_ *ingest.Record, body string) bool {
	if _, ok := readSupervisorHead(body); ok {
		return true
	}
	_, ok := readSentence(body)
	return ok
}

// readSupervisor reads a supervisor's report about a child. "Children … of" has a
// Number; "Child of" is a supervisor_bridge's. Restart and what follows is
// printed at level debug only:
//
//	Child :w1 of Supervisor #PID<0.122.0> (Supervisor.Default) failed to start
//	** (exit) :econnrefused
//	Start Call: MyApp.Worker.start_link({:stop, :econnrefused})
//	Restart: :permanent
//	Shutdown: 5000
//	Type: :worker
func readSupervisor(rec *ingest.Record) (*Report, int) {
	h, ok := readSupervisorHead(rec.Body)
	if !ok {
		return sentenceReport(rec)
	}
	l := lexReport(rec, lineEnd(rec.Body, 0), &supervisorLayout)
	defer l.release()
	r := elixirReport(rec, KindSupervisor, l)
	r.Context = h.context
	r.setSupervisor(h.supervisor)
	if r.onlyTitle(l, h.child, r.Supervisor.Name) {
		return nil, l.end
	}
	r.Child = &Child{ID: h.child}
	r.setReason(l)
	for _, f := range l.fields {
		r.childField(f)
	}
	r.Complete = r.Complete && r.Child.Start != ""
	r.Weak = len(l.fields) == 0 && len(r.Reason.Stack) == 0
	return r, l.end
}

// setSupervisor reads "MyApp.Sup" and "#PID<0.122.0> (Supervisor.Default)".
func (r *Report) setSupervisor(text string) {
	s := &Supervisor{}
	if open := strings.LastIndex(text, " ("); open > 0 && strings.HasSuffix(text, ")") && isPid(text[:open]) {
		s.Pid, s.Module = text[:open], text[open+2:len(text)-1]
	} else if isPid(text) {
		s.Pid = text
	} else {
		s.Name = text
	}
	r.Supervisor = s
	r.Process.Pid, r.Process.Name = s.Pid, s.Name
}

// childField puts one labelled part of a supervisor's report where it belongs.
func (r *Report) childField(f field) {
	c := r.Child
	switch f.Label {
	case "Pid":
		c.Pid = f.Value
	case "Number":
		c.Count, _ = strconv.Atoi(f.Value)
	case "Start Call", "Start Module":
		c.Start = f.Value
	case "Restart":
		c.Restart = strings.TrimPrefix(f.Value, ":")
	case "Shutdown":
		c.Shutdown = strings.TrimPrefix(f.Value, ":")
	case "Type":
		c.Type = strings.TrimPrefix(f.Value, ":")
	default:
		r.keep(f.Label, f.Value)
	}
}
