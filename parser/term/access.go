package term

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// aliasPrefix begins the name of every atom that Elixir writes as an alias.
const aliasPrefix = "Elixir."

// IsAtom tells whether t is the atom with that name. Aliases have the prefix
// "Elixir.".
func (t Term) IsAtom(name string) bool { return t.Kind == Atom && t.Text == name }

// IsNil tells whether t is the atom nil. Erlang's undefined is not nil.
func (t Term) IsNil() bool { return t.IsAtom("nil") }

// Tagged tells whether t is a tuple of size elements whose first is the atom
// tag. A negative size stands for any.
func (t Term) Tagged(tag string, size int) bool {
	return t.Kind == Tuple && len(t.Args) > 0 && t.Args[0].IsAtom(tag) && (size < 0 || len(t.Args) == size)
}

// Get returns the value of an atom key in a map, struct or keyword list.
func (t Term) Get(key string) (Term, bool) {
	switch t.Kind {
	case Map, Struct:
		for i := 0; i+1 < len(t.Args); i += 2 {
			if t.Args[i].IsAtom(key) {
				return t.Args[i+1], true
			}
		}
	case List:
		for _, e := range t.Args {
			if e.Tagged(key, 2) {
				return e.Args[1], true
			}
		}
	}
	return Term{}, false
}

// Elided tells whether the writer left out elements of t, a list, tuple, map or
// struct: whether it holds "...".
func (t Term) Elided() bool {
	for i := range t.Args {
		if t.Args[i].Kind == Elided {
			return true
		}
	}
	return false
}

// ModuleName is an atom's name as a module: "MyApp.Cache" for the atom
// "Elixir.MyApp.Cache", any other name as it is. Of a struct it is the
// module's; of other terms it is empty.
func (t Term) ModuleName() string {
	if t.Kind != Atom && t.Kind != Struct {
		return ""
	}
	return strings.TrimPrefix(t.Text, aliasPrefix)
}

// StringValue is the text that t stands for: a binary or charlist, a non-empty
// list of printable characters, or iodata made of these.
func (t Term) StringValue() (string, bool) {
	switch t.Kind {
	case Binary, Charlist:
		return t.Text, true
	case List:
		if len(t.Args) == 0 {
			return "", false
		}
		b, ok := appendChardata(make([]byte, 0, len(t.Args)), t)
		return string(b), ok
	}
	return "", false
}

// appendChardata appends the text of a list of characters, strings and lists.
func appendChardata(b []byte, t Term) ([]byte, bool) {
	switch t.Kind {
	case Binary, Charlist:
		return append(b, t.Text...), true
	case Int:
		n, err := strconv.ParseInt(t.Text, 10, 32)
		if err != nil || !erlangPrintable(rune(n)) {
			return b, false
		}
		return utf8.AppendRune(b, rune(n)), true
	case List:
		for i := range t.Args {
			var ok bool
			if b, ok = appendChardata(b, t.Args[i]); !ok {
				return b, false
			}
		}
		return b, true
	}
	return b, false
}

// codePoint is the value of an Int that is a character.
func (t Term) codePoint() (rune, bool) {
	if t.Kind != Int || len(t.Text) == 0 || len(t.Text) > 7 {
		return 0, false
	}
	n := rune(0)
	for i := 0; i < len(t.Text); i++ {
		c := t.Text[i]
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + rune(c-'0')
	}
	return n, utf8.ValidRune(n)
}

// MakeAtom makes the atom of that name.
func MakeAtom(name string) Term { return Term{Kind: Atom, Text: name} }

// MakeAlias makes the atom of an Elixir module: "MyApp.Cache".
func MakeAlias(mod string) Term {
	return Term{Kind: Atom, Text: aliasPrefix + strings.TrimPrefix(mod, aliasPrefix)}
}

// MakeTuple makes a tuple.
func MakeTuple(elems ...Term) Term { return Term{Kind: Tuple, Args: elems} }

// MakeList makes a proper list.
func MakeList(elems ...Term) Term { return Term{Kind: List, Args: elems} }

// MakeString makes a binary.
func MakeString(s string) Term { return Term{Kind: Binary, Text: s} }

// MakeInt makes an integer.
func MakeInt(n int) Term { return Term{Kind: Int, Text: strconv.Itoa(n)} }

// MakeStruct makes a struct of an Elixir module ("MyApp.User"; an Erlang-style
// name has a lower-case first letter) from keys and values in turn.
func MakeStruct(module string, kv ...Term) Term {
	if isAliasName(module) {
		module = aliasPrefix + module
	}
	return Term{Kind: Struct, Text: module, Args: kv}
}

// MakeElided makes the term that stands for what was left out.
func MakeElided() Term { return Term{Kind: Elided} }

// isAliasName tells whether s is written as an alias: "MyApp.Cache". A name that
// already begins with "Elixir." is not.
func isAliasName(s string) bool {
	if s == "" || strings.HasPrefix(s, aliasPrefix) {
		return false
	}
	start := true
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case start && (c < 'A' || c > 'Z'):
			return false
		case start:
			start = false
		case c == '.':
			start = true
		case !isWord(c) || c >= 0x80:
			return false
		}
	}
	return !start
}
