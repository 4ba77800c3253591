package parser

import (
	"strings"

	"github.com/beamlog/beamlog/parser/ingest"
	"github.com/beamlog/beamlog/parser/term"
)

// sentence is a supervisor's report as guides write it: lager's words round
// Elixir's terms. It comes with a logger's prefix, so it is read in every mode:
//
//	Supervisor MyApp.Endpoint had child MyApp.Worker started with MyApp.Worker.start_link([]) at #PID<0.456.0> exit with reason: {:bad_match, :undefined} in MyApp.Worker.init/1
//	Supervisor MyApp.Endpoint terminated
type sentence struct {
	supervisor, child, start, pid, reason, where string
}

const (
	hadChild       = " had child "
	startedWith    = " started with "
	exitWithReason = " exit with reason: "
)

// readSentence reads the sentence in the first line.
func readSentence(body string) (s sentence, ok bool) {
	rest, ok := strings.CutPrefix(firstLine(body), "Supervisor ")
	if !ok {
		return s, false
	}
	var tail string
	if s.supervisor, ok = strings.CutSuffix(rest, " terminated"); ok {
		return s, isPid(s.supervisor) || isModule(s.supervisor)
	}
	if s.supervisor, tail, ok = strings.Cut(rest, hadChild); !ok {
		return s, false
	}
	if s.child, tail, ok = strings.Cut(tail, startedWith); !ok {
		return s, false
	}
	at := strings.Index(tail, exitWithReason)
	if at < 0 {
		return s, false
	}
	s.start, s.reason = tail[:at], tail[at+len(exitWithReason):]
	if i := strings.LastIndex(s.start, " at "); i >= 0 {
		s.start, s.pid = s.start[:i], s.start[i+len(" at "):]
	}
	if i := strings.LastIndex(s.reason, " in "); i >= 0 {
		if strings.HasPrefix(s.reason[i:], " in context ") {
			return s, false // lager's own: OTP's shapes read it
		}
		if _, ok := parseFrame(s.reason[i+len(" in "):]); ok {
			s.reason, s.where = s.reason[:i], s.reason[i+len(" in "):]
		}
	}
	return s, true
}

// sentenceReport gives the report of a sentence.
func sentenceReport(rec *ingest.Record) (*Report, int) {
	s, _ := readSentence(rec.Body)
	end := lineEnd(rec.Body, 0)
	r := &Report{Kind: KindSupervisor, Dialect: term.Elixir, Line: rec.Line, EndLine: rec.Line, Complete: true}
	r.setSupervisor(s.supervisor)
	if s.reason == "" {
		r.Context = ContextShutdown
		r.Complete = false
		return r, end
	}
	r.Context = ContextChildTerminated
	r.Child = &Child{ID: s.child, Pid: s.pid, Start: s.start}
	r.Reason = Normalize(readTerm(s.reason))
	r.Reason.Text = s.reason
	if s.where != "" {
		r.Reason.attach(readFrames(s.where))
	}
	return r, end
}
