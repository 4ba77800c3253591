package parser

import (
	"sync"

	"github.com/alecthomas/participle/v2"
	"github.com/beamlog/beamlog/parser/term"
)

// otpApplication is what application_controller writes when an application
// stops:
//
//	application: myapp
//	exited: {{shutdown,{failed_to_start_child,w,eaddrinuse}},
//	         {myapp_app,start,[normal,[]]}}
//	type: temporary
//
// All OTP releases, under =INFO REPORT==== (notice). With "started_at:" it is a
// progress report and none of ours, and so is an application that was stopped.
type otpApplication struct {
	Name    []string `parser:"@Head"`
	Exited  []string `parser:"( @Exited"`
	Type    []string `parser:"| @Type"`
	Started []string `parser:"| @Started"`
	Other   []string `parser:"| @Other )*"`
}

var otpApplicationGrammar = sync.OnceValue(func() *grammar[otpApplication] {
	return newGrammar[otpApplication](participle.Lexer(newLabelLexer(
		label{literal: "application: ", symbol: "Head"},
		label{literal: "exited: ", symbol: "Exited"},
		label{literal: "type: ", symbol: "Type"},
		label{literal: "started_at: ", symbol: "Started"},
	)))
})

func readOTPApplication(text string, d term.Dialect) *Report {
	g, err := otpApplicationGrammar().read(text)
	if g == nil || len(g.Exited) == 0 || len(g.Started) > 0 {
		return nil
	}
	r := applicationExit(firstValue(g.Name), firstValue(g.Exited), d)
	if r == nil {
		return nil
	}
	r.Fields = appendField(r.Fields, "type", g.Type)
	r.Complete = r.Complete && err == nil && len(g.Type) > 0
	return r
}

// applicationExit is the report of an application's exit; nil for an orderly one.
func applicationExit(name, exited string, d term.Dialect) *Report {
	r := &Report{Kind: KindApplication, Dialect: d, Process: Process{Name: name}}
	r.Reason, r.Complete = otpReason(exited, d)
	if t := r.Reason.Term; t.IsAtom("stopped") || t.IsAtom("normal") {
		return nil
	}
	return r
}
