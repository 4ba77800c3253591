package term

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Equal tells whether two terms are the same value, however they were printed:
// spans do not count, nor does the order of keys, and a charlist equals the list
// of its characters. What was left out equals only what was left out.
func Equal(a, b Term) bool { return equal(&a, &b) }

func equal(a, b *Term) bool {
	if a.Kind != b.Kind {
		return a.Kind == Charlist && b.Kind == List && equalChars(a, b) ||
			a.Kind == List && b.Kind == Charlist && equalChars(b, a)
	}
	switch a.Kind {
	case List:
		return a.Improper == b.Improper && equalAll(a.Args, b.Args)
	case Tuple:
		return equalAll(a.Args, b.Args)
	case Map, Struct:
		return a.Text == b.Text && equalPairs(a.Args, b.Args)
	case Fun:
		return a.External == b.External && (a.Text == b.Text || !a.External && funKey(a.Text) == funKey(b.Text))
	case Bitstring:
		return a.Text == b.Text && a.Bits == b.Bits && a.Cut == b.Cut
	}
	return a.Text == b.Text && a.Cut == b.Cut
}

func equalAll(a, b []Term) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !equal(&a[i], &b[i]) {
			return false
		}
	}
	return true
}

// equalChars compares a Charlist with a List of characters.
func equalChars(chars, list *Term) bool {
	s, elems := chars.Text, list.Args
	if chars.Cut {
		if len(elems) == 0 || elems[len(elems)-1].Kind != Elided {
			return false
		}
		elems = elems[:len(elems)-1]
	}
	for i := range elems {
		c, n := utf8.DecodeRuneInString(s)
		if n == 0 {
			return false
		}
		if got, ok := elems[i].codePoint(); !ok || got != c {
			return false
		}
		s = s[n:]
	}
	return s == "" && !list.Improper
}

// equalPairs compares keys and values without regard to their order: first in
// the order given, then by looking keys up.
func equalPairs(a, b []Term) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !equal(&a[i], &b[i]) {
			return i < len(a)&^1 && equalUnordered(a[i&^1:], b[i&^1:])
		}
	}
	return true
}

func equalUnordered(a, b []Term) bool {
	if len(a)%2 == 1 && a[len(a)-1].Kind != b[len(b)-1].Kind {
		return false
	}
	index := make(map[string][]int, len(b)/2)
	for i := 0; i+1 < len(b); i += 2 {
		k := keyText(b[i])
		index[k] = append(index[k], i)
	}
	for i := 0; i+1 < len(a); i += 2 {
		k := keyText(a[i])
		places := index[k]
		found := false
		for j, p := range places {
			if equal(&a[i], &b[p]) && equal(&a[i+1], &b[p+1]) {
				index[k] = append(places[:j], places[j+1:]...)
				found = true
				break
			}
		}
		if !found {
			return false
		}
	}
	return true
}

// keyText is equal for equal keys, and mostly different for different ones.
func keyText(t Term) string {
	switch t.Kind {
	case Charlist:
		return "[" + strconv.Itoa(utf8.RuneCountInString(t.Text))
	case List:
		return "[" + strconv.Itoa(len(t.Args))
	case Tuple:
		var b strings.Builder
		for i := range t.Args {
			b.WriteString(keyText(t.Args[i]))
			b.WriteByte(',')
		}
		return b.String()
	case Map, Struct, Fun:
		return string(rune('0' + t.Kind))
	}
	return string(rune('0'+t.Kind)) + t.Text
}

// funKey names a function however it was printed: Elixir's
// "43.3316493/0 in :erl_eval.expr/6" and Erlang's "erl_eval.43.3316493" are both
// "erl_eval.43.3316493".
func funKey(s string) string {
	id, in, ok := strings.Cut(s, " in ")
	if !ok {
		return s
	}
	id, _, _ = strings.Cut(id, "/")
	mod, _, _ := strings.Cut(in, "/")
	if i := strings.LastIndexByte(mod, '.'); i > 0 && mod[i+1:] != "" && mod[i+1] >= 'a' && mod[i+1] <= 'z' {
		mod = mod[:i]
	}
	if name, erl := strings.CutPrefix(mod, ":"); erl {
		mod = name
	} else {
		mod = aliasPrefix + mod
	}
	return mod + "." + id
}
