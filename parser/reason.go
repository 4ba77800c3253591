package parser

import (
	"github.com/beamlog/beamlog/parser/term"
)

// Normalize reads a raw exit reason, as OTP prints it: stacks are taken out of
// the term, and its envelopes become the chain.
func Normalize(t term.Term) Reason {
	r := Reason{Term: t, Cause: t}
	for r.Cause.Kind == term.Tuple && len(r.Cause.Args) == 2 && isStack(r.Cause.Args[1]) {
		r.Stack = framesFromStack(r.Cause.Args[1])
		r.Cause = r.Cause.Args[0]
		r.Term = r.Cause
	}
	r.Type = typeOf(r.Cause)
	return r
}

// typeOf names a cause: the module of an exception, else the atom that it is or
// begins with.
func typeOf(t term.Term) string {
	switch {
	case t.Kind == term.Atom:
		return moduleName(t.Text)
	case t.Kind == term.Struct:
		return moduleName(t.Text)
	case t.Kind == term.Tuple && len(t.Args) > 0 && t.Args[0].Kind == term.Atom:
		return moduleName(t.Args[0].Text)
	}
	return ""
}

// moduleName gives a module as inspected: "MyApp.Cart" for "Elixir.MyApp.Cart".
func moduleName(atom string) string {
	if len(atom) > 7 && atom[:7] == "Elixir." {
		return atom[7:]
	}
	return atom
}
