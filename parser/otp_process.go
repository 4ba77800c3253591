package parser

import (
	"strings"
	"sync"

	"github.com/alecthomas/participle/v2"
	"github.com/beamlog/beamlog/parser/term"
)

// otpProcess is what the emulator writes when a process that nothing supervises
// dies of an error:
//
//	Error in process <0.104.0> with exit value:
//	{{badmatch,{error,<<"abc">>}},
//	 [{go,'-run/0-fun-3-',0,[{file,"go.erl"},{line,17}]}]}
//
//	Error in process <0.104.0> on node 'a@b' with exit value:
//
// All OTP releases; older ones print the value on the same line, and single_line
// puts ", " before it. lager's files have the word emulator before it.
type otpProcess struct {
	Pid   string `parser:"@Pid"`
	Node  string `parser:"@Node?"`
	Value string `parser:"@Value?"`
}

var otpProcessGrammar = sync.OnceValue(func() *grammar[otpProcess] {
	return newGrammar[otpProcess](participle.Lexer(newSentenceLexer(
		label{literal: "Error in process ", symbol: "Pid"},
		label{literal: " on node ", symbol: "Node"},
		label{literal: " with exit value:", symbol: "Value", mode: runRest},
	)))
})

func readOTPProcess(text string, d term.Dialect) *Report {
	g, err := otpProcessGrammar().read(strings.TrimPrefix(text, "emulator "))
	if g == nil {
		return nil
	}
	r := &Report{Kind: KindProcess, Dialect: d, Process: otpProcessOf(otpValue(g.Pid))}
	if r.Process.Pid == "" && (g.Value == "" || !strings.Contains(g.Pid, "<")) {
		return nil // a sentence of a program that begins so
	}
	r.Node = unquoteName(otpValue(g.Node))
	var readable bool
	r.Reason, readable = otpReason(otpValue(g.Value), d)
	r.Complete = err == nil && readable
	r.Weak = strings.TrimSpace(g.Value) == ""
	return r
}
