package parser

import (
	"strings"

	"github.com/beamlog/beamlog/parser/term"
)

// readGleamTerm reads a value as Gleam's string.inspect prints it, in one line, and
// gives where it ends; 0 if the text is no such value:
//
//	Error(NotFound("user 7", #(1, 2.5), [True, Nil], dict.from_list([#("a", 1)])))
//
// A constructor is a tuple whose first element is its name in Erlang's spelling,
// one without arguments an atom. gleam_stdlib 0.34 and later.
func readGleamTerm(s string) (term.Term, int) {
	g := gleamReader{foreignText{s: s}}
	t := g.term(0)
	if g.bad {
		return term.Term{}, 0
	}
	return t, g.i
}

type gleamReader struct{ foreignText }

func (g *gleamReader) term(depth int) term.Term {
	switch {
	case g.ends(depth):
		return term.Term{}
	case g.take("#("):
		return term.MakeTuple(g.elements(')', depth)...)
	case g.take("["):
		return term.MakeList(g.elements(']', depth)...)
	case g.take("dict.from_list(["):
		return g.dict(depth)
	case g.take("charlist.from_string("):
		t := g.until(')')
		t.Kind = term.Charlist
		return t
	case g.take("atom.create("), g.take("atom.create_from_string("):
		return term.MakeAtom(g.until(')').Text)
	case g.take("//erl("):
		return g.until(')')
	case g.take("//fn("):
		return g.function()
	case isUpper(g.s[g.i]):
		return g.constructor(depth)
	}
	return g.plain()
}

// elements reads values up to the closing bracket.
func (g *gleamReader) elements(closing byte, depth int) []term.Term {
	var out []term.Term
	if g.take(string(closing)) {
		return out
	}
	for !g.bad {
		out = append(out, g.term(depth+1))
		if g.take(string(closing)) {
			break
		}
		g.bad = g.bad || !g.take(", ")
	}
	return out
}

// dict reads what stands in dict.from_list([…]): pairs.
func (g *gleamReader) dict(depth int) term.Term {
	t := term.Term{Kind: term.Map}
	for _, pair := range g.elements(']', depth) {
		if pair.Kind != term.Tuple || len(pair.Args) != 2 {
			g.bad = true
			return t
		}
		t.Args = append(t.Args, pair.Args...)
	}
	g.bad = g.bad || !g.take(")")
	return t
}

// constructor reads a record, or a value of a type without fields.
func (g *gleamReader) constructor(depth int) term.Term {
	start := g.i
	for g.i < len(g.s) && (isUpper(g.s[g.i]) || g.s[g.i] >= 'a' && g.s[g.i] <= 'z' || g.s[g.i] >= '0' && g.s[g.i] <= '9') {
		g.i++
	}
	tag := term.MakeAtom(snakeCase(g.s[start:g.i]))
	if !g.take("(") {
		return tag
	}
	return term.MakeTuple(append([]term.Term{tag}, g.elements(')', depth)...)...)
}

// function reads what stands for a function: //fn(a, b) { ... }.
func (g *gleamReader) function() term.Term {
	end := strings.IndexByte(g.s[g.i:], '}')
	if end < 0 {
		g.bad = true
		return term.Term{}
	}
	start := g.i - len("//fn(")
	g.i += end + 1
	return term.Term{Kind: term.Opaque, Text: g.s[start:g.i]}
}

// until reads a value in Erlang's spelling and the bracket behind it.
func (g *gleamReader) until(closing byte) term.Term {
	t := g.plain()
	g.bad = g.bad || !g.take(string(closing))
	return t
}

// plain reads what Gleam prints as Erlang or Elixir do: numbers, strings, bits,
// and what stands in //erl(…).
func (g *gleamReader) plain() term.Term {
	d := term.Erlang
	if strings.HasPrefix(g.s[g.i:], `"`) {
		d = term.Elixir // \u{1F} is Elixir's
	}
	t := g.shared(d)
	if t.Kind == term.Charlist { // no value of Gleam's: Erlang reads "…" so
		t.Kind = term.Binary
	}
	return t
}

func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }

// snakeCase gives the atom of a constructor: "NotFound" is not_found.
func snakeCase(name string) string {
	var b strings.Builder
	for i := 0; i < len(name); i++ {
		c := name[i]
		if isUpper(c) {
			if i > 0 {
				b.WriteByte('_')
			}
			c += 'a' - 'A'
		}
		b.WriteByte(c)
	}
	return b.String()
}
