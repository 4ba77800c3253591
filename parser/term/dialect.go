package term

import "strings"

// guessLimit bounds how much of a text is looked at.
const guessLimit = 4 << 10

// Guess tells which spelling a text is in. The first thing that only one of the
// two has decides: %{, :atom, key: value, an alias, #PID< for Elixir; #{, <<",
// <0.1.0>, #Ref<, 'Elixir.X' for Erlang. Without any, bare lower-case words are
// Erlang's atoms, and at last the blank after a comma tells: only Elixir prints
// it. What tells nothing is Elixir.
func Guess(s string) Dialect {
	g := guess{s: s[:min(len(s), guessLimit)]}
	for g.i < len(g.s) {
		if d, sure := g.step(); sure {
			return d
		}
	}
	switch {
	case g.words > 0:
		return Erlang
	case g.tight != g.spaced:
		return Dialect(b2i(g.tight > g.spaced))
	}
	return Dialect(b2i(g.quotes > 0))
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

type guess struct {
	s      string
	i      int
	words  int // bare lower-case words
	quotes int // '…', an atom or a charlist
	tight  int // commas with no blank after them
	spaced int // commas with one
}

// step looks at the next token.
func (g *guess) step() (d Dialect, sure bool) {
	s, i := g.s, g.i
	next := byte(0)
	if i+1 < len(s) {
		next = s[i+1]
	}
	g.i++
	switch c := s[i]; {
	case c == '"':
		g.i, _ = skipQuoted(s, i)
	case c == '\'':
		g.i, _ = skipQuoted(s, i)
		g.quotes++
		return Erlang, strings.HasPrefix(s[i:], "'Elixir.") || strings.HasPrefix(s[i:], "'EXIT'") || next == '$'
	case c == '%':
		return Elixir, next == '{' || next-'A' < 26
	case c == '#':
		return g.hash(next)
	case c == '<':
		if strings.HasPrefix(s[i:], "<<") {
			g.i++
			return Erlang, strings.HasPrefix(s[i:], `<<"`)
		}
		if next == '>' {
			return Elixir, true
		}
		return Erlang, isDigit(next)
	case c == ':':
		return Elixir, next == '"' || isWord(next)
	case c == '~':
		return Elixir, isLetter(next)
	case c == '&':
		return Elixir, next == ':' || next-'A' < 26
	case c == ',':
		if next == ' ' {
			g.spaced++
		} else if next != '\n' && next != '\r' && next != 0 {
			g.tight++
		}
	case isWord(c):
		return g.word(i)
	}
	return 0, false
}

// hash looks at what follows a #.
func (g *guess) hash(next byte) (d Dialect, sure bool) {
	if next == '{' {
		return Erlang, true
	}
	end := nameEnd(g.s, g.i)
	name := g.s[g.i:end]
	g.i = end
	if name == "Port" { // the same in both
		g.i++
		return 0, false
	}
	if end >= len(g.s) || name == "" {
		return 0, false
	}
	if name == "Ref" || name == "Fun" || g.s[end] == '{' {
		return Erlang, true
	}
	return Elixir, g.s[end] == '<'
}

// word looks at the bare word at i.
func (g *guess) word(i int) (d Dialect, sure bool) {
	s := g.s
	end := i
	for end < len(s) && isWord(s[end]) {
		end++
	}
	g.i = end
	if end < len(s) && (s[end] == '?' || s[end] == '!') {
		end++
	}
	if end+1 < len(s) && s[end] == ':' && isBlank(s[end+1]) && !isDigit(s[i]) {
		return Elixir, true
	}
	c := s[i]
	if c-'A' < 26 {
		return Elixir, true
	}
	if isDigit(c) || c == '_' {
		return 0, false
	}
	switch s[i:g.i] {
	case "nil", "true", "false":
	case "fun":
		return Erlang, g.i < len(s) && s[g.i] == ' '
	default:
		if g.i >= len(s) || s[g.i] != '(' {
			g.words++
		}
	}
	return 0, false
}

func isBlank(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }
