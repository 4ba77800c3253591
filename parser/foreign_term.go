package parser

import (
	"strings"

	"github.com/beamlog/beamlog/parser/term"
)

// maxForeignDepth bounds the nesting of a value that is printed in a spelling of
// neither Erlang nor Elixir.
const maxForeignDepth = 200

// foreignText is a value in such a spelling while it is read: up to i, unless bad.
type foreignText struct {
	s   string
	i   int
	bad bool
}

// ends says that there is no value to read here.
func (f *foreignText) ends(depth int) bool {
	if f.i >= len(f.s) || depth > maxForeignDepth {
		f.bad = true
	}
	return f.bad
}

// take skips literal, if it stands here.
func (f *foreignText) take(literal string) bool {
	if !strings.HasPrefix(f.s[f.i:], literal) {
		return false
	}
	f.i += len(literal)
	return true
}

// shared reads a value that is spelled as in Erlang or Elixir: a number, a string,
// a pid.
func (f *foreignText) shared(d term.Dialect) term.Term {
	t, end, complete := term.ReadIn(f.s[f.i:], d)
	if !complete || t.Kind == term.None || t.Kind == term.Raw || t.Kind == term.Var {
		f.bad = true
		return term.Term{}
	}
	f.i += end
	return t
}
