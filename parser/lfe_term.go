package parser

import (
	"strings"

	"github.com/beamlog/beamlog/parser/term"
)

// readLFETerm reads a value as LFE prints it, and gives where it ends; 0 if the
// text is no such value:
//
//	#(error "text" #"binary" #M(key 1) (1 2 . 3) |an atom| #Pid<0.1.0>)
//
// LFE 1.0 and later.
func readLFETerm(s string) (term.Term, int) {
	l := lfeReader{foreignText{s: s}}
	t := l.term(0)
	if l.bad {
		return term.Term{}, 0
	}
	return t, l.i
}

type lfeReader struct{ foreignText }

// lfeBrackets open a sequence of values; the longer ones stand first.
var lfeBrackets = []struct {
	open string
	kind term.Kind
}{{"#M(", term.Map}, {"#m(", term.Map}, {"#B(", term.Bitstring}, {"#(", term.Tuple}, {"(", term.List}}

func (l *lfeReader) term(depth int) term.Term {
	if l.ends(depth) {
		return term.Term{}
	}
	rest := l.s[l.i:]
	for _, b := range lfeBrackets {
		if l.take(b.open) {
			return l.sequence(b.kind, depth)
		}
	}
	switch {
	case strings.HasPrefix(rest, `#"`):
		l.i++
		t := l.shared(term.Erlang)
		t.Kind = term.Binary
		return t
	case rest[0] == '"':
		return l.shared(term.Erlang)
	case rest[0] == '|':
		return l.barred()
	case strings.HasPrefix(rest, "#Pid<"):
		l.take("#Pid")
		return l.shared(term.Erlang)
	case strings.HasPrefix(rest, "#Ref<"), strings.HasPrefix(rest, "#Port<"), strings.HasPrefix(rest, "#Fun<"):
		return l.shared(term.Erlang)
	}
	return l.word()
}

// sequence reads values up to the closing bracket.
func (l *lfeReader) sequence(kind term.Kind, depth int) term.Term {
	t, start := term.Term{Kind: kind}, l.i
	for !l.bad {
		l.blanks()
		if l.take(")") {
			break
		}
		if kind == term.List && len(t.Args) > 0 && l.take(". ") {
			t.Improper = true
		}
		t.Args = append(t.Args, l.term(depth+1))
	}
	if l.bad {
		return t
	}
	switch {
	case kind == term.Bitstring: // its segments have sizes and types: kept as they are
		return term.Term{Kind: term.Opaque, Text: "#B(" + l.s[start:l.i]}
	case kind == term.Map && len(t.Args)%2 == 1:
		l.bad = true
	case t.Improper && t.Args[len(t.Args)-1].Kind == term.List:
		l.bad = true
	}
	return t
}

func (l *lfeReader) blanks() {
	for l.i < len(l.s) && strings.IndexByte(" \t\r\n", l.s[l.i]) >= 0 {
		l.i++
	}
}

// barred reads |an atom|.
func (l *lfeReader) barred() term.Term {
	end := strings.IndexByte(l.s[l.i+1:], '|')
	if end < 0 {
		l.bad = true
		return term.Term{}
	}
	name := l.s[l.i+1 : l.i+1+end]
	l.i += end + 2
	return term.MakeAtom(name)
}

// word reads a number or a symbol.
func (l *lfeReader) word() term.Term {
	start := l.i
	for l.i < len(l.s) && strings.IndexByte(" \t\r\n()", l.s[l.i]) < 0 {
		l.i++
	}
	text := l.s[start:l.i]
	switch {
	case text == "":
		l.bad = true
		return term.Term{}
	case text == "...":
		return term.MakeElided()
	}
	if t, end, _ := term.ReadIn(text, term.Erlang); end == len(text) && (t.Kind == term.Int || t.Kind == term.Float) {
		return t
	}
	return term.MakeAtom(text)
}
