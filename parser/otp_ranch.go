package parser

import (
	"strings"
	"sync"

	"github.com/alecthomas/participle/v2"
	"github.com/beamlog/beamlog/parser/term"
)

// ranchReport is what Ranch and Cowboy say when a connection or a request dies.
// They print through logger's format strings, so Elixir's Logger writes them in
// its own spelling and over many lines:
//
//	Ranch listener http had connection process started with cowboy_clear:start_link/3
//	at <0.1.0> exit with reason: {badarg,[…]}
//
//	Ranch listener http, connection process <0.1.0>, stream 1 had its request
//	process <0.2.0> exit with reason badarg and stacktrace […]
//
//	Ranch listener http connection process start failure; cowboy_clear:start_link/3
//	returned: {error,emfile}    |    crashed with reason: error:badarg
//
//	Ranch listener http terminated in m:f/1 with reason: badarg        (lager)
//
//	Failed to start Ranch listener http in ranch_tcp:listen(Opts) for reason
//	eaddrinuse (address already in use)
//
// Ranch 1 and 2; Cowboy 2 (", and stacktrace" up to 2.12).
type ranchReport struct {
	Name     string `parser:"@Name"`
	Conn     string `parser:"@Conn?"`
	Stream   string `parser:"@Stream?"`
	Request  string `parser:"@Request?"`
	Start    string `parser:"@Start?"`
	At       string `parser:"@At?"`
	Returned string `parser:"@Returned?"`
	Crashed  string `parser:"@Crashed?"`
	In       string `parser:"@In?"`
	Listen   string `parser:"@Listen?"`
	Reason   string `parser:"@Reason?"`
	Stack    string `parser:"@Stack?"`
}

var ranchGrammar = sync.OnceValue(func() *grammar[ranchReport] {
	return newGrammar[ranchReport](participle.Lexer(newSentenceLexer(
		label{literal: "Failed to start Ranch listener ", symbol: "Name"},
		label{literal: "Ranch listener ", symbol: "Name"},
		label{literal: ", connection process ", symbol: "Conn"},
		label{literal: ", stream ", symbol: "Stream"},
		label{literal: " had its request process ", symbol: "Request"},
		label{literal: " had connection process started with ", symbol: "Start"},
		label{literal: " connection process start failure; ", symbol: "Start"},
		label{literal: " at ", symbol: "At"},
		label{literal: " returned: ", symbol: "Returned"},
		label{literal: " crashed with reason: ", symbol: "Crashed"},
		label{literal: " terminated in ", symbol: "In"},
		label{literal: " in ", symbol: "Listen"},
		label{literal: " for reason ", symbol: "Reason"},
		label{literal: " terminated with reason: ", symbol: "Reason"},
		label{literal: " exit with reason: ", symbol: "Reason"},
		label{literal: " exit with reason ", symbol: "Reason"},
		label{literal: " with reason: ", symbol: "Reason"},
		label{literal: " and stacktrace ", symbol: "Stack", mode: runRest},
	)))
})

func readRanchReport(text string, d term.Dialect) *Report {
	g, err := ranchGrammar().read(text)
	if g == nil {
		return nil
	}
	r := &Report{Kind: KindConnection, Dialect: d}
	r.Fields = append(r.Fields, otpField("listener", strings.TrimSpace(g.Name)))
	reason := strings.TrimSpace(g.Reason)
	switch {
	case strings.HasPrefix(text, "Failed to start"):
		if reason == "" {
			return nil
		}
		r.Kind = KindOther
		reason, _, _ = strings.Cut(reason, " (") // the text of the inet error
	case g.Request != "":
		r.Kind = KindRequest
		r.Process = otpProcessOf(strings.TrimSpace(g.Request))
		r.Fields = append(r.Fields, otpField("connection", strings.TrimSpace(g.Conn)),
			otpField("stream", strings.TrimSpace(g.Stream)))
	case g.Start != "":
		r.Process = otpProcessOf(strings.TrimSpace(g.At))
	case g.Reason == "":
		return nil // a listener that was started, stopped or suspended
	}
	var readable bool
	r.Reason, readable = g.reason(reason, d)
	r.Complete = err == nil && readable
	return r
}

// reason reads the part of the sentence that tells why.
func (g *ranchReport) reason(text string, d term.Dialect) (Reason, bool) {
	switch {
	case g.Returned != "":
		return otpReason(strings.TrimSpace(g.Returned), d)
	case g.Crashed != "" || g.Stack != "":
		return classReason(text+strings.TrimSpace(g.Crashed), strings.TrimSpace(g.Stack), d)
	case g.In != "":
		return lagerReason(text+" in "+strings.TrimSpace(g.In), d)
	}
	return lagerReason(text, d)
}
