// Package prompt makes of an incident what a model, or a colleague, needs to
// explain it: numbered blocks of evidence with the secrets taken out, a
// question, and the form of the answer, within a budget of tokens.
//
// A [Bundle] is a function of the incident and the options: same input, same
// bytes. It is complete by itself: it can be sent, pasted, compared and kept.
package prompt

import (
	"github.com/beamlog/beamlog/prompt/redact"
)

// Block is one piece of evidence. An answer cites it by its ID.
type Block struct {
	ID     string // kind and ordinal: "E1", "S2"
	Title  string // "crash report"
	Text   string // clean and redacted
	Tokens int    // estimate
	Cut    bool   // parts were left out to fit the budget
}

// Bundle is all that is told to a model about one incident.
type Bundle struct {
	ID        string // 12 hex digits of the SHA-256 of System and User
	System    string // the system message: rules
	User      string // the user message: evidence and questions
	Blocks    []Block
	Tokens    int // estimate of System and User together
	Redacted  []redact.Count
	LeftOut   []string // what did not fit, in words; the prompt says so too
	Warnings  []string // for the person who reads or sends the bundle
	Unguarded bool     // redaction was off

	redactor *redact.Redactor
	view     *view
}

// Restore puts back into an answer the values that were hidden from the model.
// The result is for the owner of the log only.
func (b *Bundle) Restore(s string) string {
	if b.redactor == nil {
		return s
	}
	return b.redactor.Restore(s)
}
