// Package template reads the sentences of rules, in which {{name}} stands for
// what a finding tells, and a clause in double brackets is left out, or replaced
// by what stands after its bar, where a name in it is not known:
//
//	The node stopped[[ because {{app}} ended]].
//	[[{{worker}}|A job]] took longer than its limit.
package template

import (
	"iter"
	"strings"
)

// Clause is a part of a sentence.
type Clause struct {
	Text     string
	Optional bool   // it stood in brackets
	Instead  string // what an optional clause is replaced by
}

// Clauses gives the parts of a sentence, in order.
func Clauses(s string) iter.Seq[Clause] {
	return func(yield func(Clause) bool) {
		for s := s; s != ""; {
			before, rest, open := strings.Cut(s, "[[")
			if before != "" && !yield(Clause{Text: before}) || !open {
				return
			}
			clause, after, _ := strings.Cut(rest, "]]")
			text, instead, _ := strings.Cut(clause, "|")
			if !yield(Clause{Text: text, Optional: true, Instead: instead}) {
				return
			}
			s = after
		}
	}
}

// Show gives a sentence as a manual has it: all clauses, with the names between
// the given marks.
func Show(s, open, end string) string {
	var b strings.Builder
	for c := range Clauses(s) {
		b.WriteString(c.Text)
	}
	return strings.NewReplacer("{{", open, "}}", end).Replace(b.String())
}
