package parser

import (
	"strings"
	"sync"

	"github.com/alecthomas/participle/v2"
	"github.com/beamlog/beamlog/parser/term"
)

// otpShell is what the Erlang shell and escript print of an exception:
//
//	** exception error: bad argument
//	     in function  ets:lookup/2
//	        called as ets:lookup(t,1)
//	        *** argument 1: the table identifier does not refer to an existing ETS table
//	     in call from erl_eval:do_apply/7 (erl_eval.erl, line 744)
//
//	escript: exception error: no match of right hand side value {error,enoent}
//
// All OTP releases.
type otpShell struct {
	Error  []string `parser:"( @Error"`
	Exit   []string `parser:"| @Exit"`
	Throw  []string `parser:"| @Throw"`
	Frames []string `parser:"| @Frames"`
	Other  []string `parser:"| @Other )*"`
}

var otpShellGrammar = sync.OnceValue(func() *grammar[otpShell] {
	return newGrammar[otpShell](participle.Lexer(newLabelLexer(
		label{literal: "** exception error: ", symbol: "Error"},
		label{literal: "** exception exit: ", symbol: "Exit"},
		label{literal: "** exception throw: ", symbol: "Throw"},
		label{literal: "escript: exception error: ", symbol: "Error"},
		label{literal: "escript: exception exit: ", symbol: "Exit"},
		label{literal: "escript: exception throw: ", symbol: "Throw"},
		label{literal: "in function ", symbol: "Frames", mode: runLines},
		label{literal: "in operator ", symbol: "Frames", mode: runLines},
		label{literal: "in call from ", symbol: "Frames", mode: runLines},
		label{literal: "called as ", symbol: "Frames", mode: runLines},
		label{literal: "*** ", symbol: "Frames", mode: runLines},
	)))
})

func readOTPShell(text string, d term.Dialect) *Report {
	g, err := otpShellGrammar().read(text)
	if g == nil {
		return nil
	}
	class, reason := (&otpCrash{Error: g.Error, Exit: g.Exit, Throw: g.Throw}).exception()
	if class == "" {
		return nil
	}
	r := &Report{Kind: KindOther, Dialect: d}
	c := readCrash(class, strings.TrimSpace(reason), firstRun(g.Frames), d)
	r.Reason, r.Fields = c.reason, c.notes
	r.Complete = err == nil && c.complete
	return r
}
