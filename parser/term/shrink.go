package term

import (
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"
)

// Shrink cuts t down to about budget bytes of text. What tells most about the
// shape is kept longest: the keys of maps and structs, tags and sizes of tuples,
// the first two elements of a list and its last, the beginning and end of a
// string. What was left out is named where it stood, so that the result still
// reads as a term:
//
//	[1, 2, #Cut<9997 elements>, 10000]
//	"the beginning #Cut<4096 bytes> and the end"
//	#Cut<%MyApp.User{}, 12 keys, 4.1 kB>
//
// A term that fits is returned as it is.
func Shrink(t Term, budget int) Term {
	if fitsIn(&t, budget) {
		return t
	}
	for _, k := range cuts[:len(cuts)-1] {
		s := shrinker{cut: k, left: budget + 2} // a term by itself has no comma behind it
		if out := s.shrink(&t, 0); s.left >= 0 {
			return out
		}
	}
	s := shrinker{cut: cuts[len(cuts)-1], left: math.MaxInt}
	return s.shrink(&t, 0)
}

// shrinker cuts one term in one way. It stops when the result is too long, and is
// then of no use.
type shrinker struct {
	cut
	left int // bytes that the result may still have, as [spend] counts them
}

// took counts a term that was put into the result, without its elements.
func (s *shrinker) took(t Term) Term {
	s.left -= len(t.Text) + 4
	return t
}

// room is for how many of n elements room is to be made: no more than may fit.
func (s *shrinker) room(n int) []Term { return make([]Term, 0, min(n, max(s.left, 0)/4+2)) }

// cut says how much is kept.
type cut struct {
	depth int // deeper containers become one #Cut<…>
	list  int // elements of a list, the last of them included
	pairs int // keys of a map below depth 2; above it all stay
	text  int // bytes of a string
}

// cuts are tried in turn.
var cuts = [...]cut{
	{depth: 12, list: 50, pairs: 100, text: 1000},
	{depth: 10, list: 20, pairs: 50, text: 400},
	{depth: 8, list: 10, pairs: 30, text: 200},
	{depth: 6, list: 5, pairs: 20, text: 100},
	{depth: 4, list: 3, pairs: 20, text: 60},
	{depth: 3, list: 3, pairs: 12, text: 40},
	{depth: 2, list: 3, pairs: 8, text: 24},
	{depth: 1, list: 3, pairs: 8, text: 16},
	{depth: 0, list: 0, pairs: 0, text: 16},
}

// maxTuple is how many elements of a tuple are kept at most, and keys of a map
// that is not deep: more than any record or struct has.
const maxTuple = 200

func (s *shrinker) shrink(t *Term, depth int) Term {
	switch t.Kind {
	case Binary, Charlist, Bitstring, Opaque, Raw:
		return s.took(s.shorten(t))
	case List:
		return s.elements(t, depth, s.list)
	case Tuple:
		return s.elements(t, depth, maxTuple)
	case Map, Struct:
		return s.keys(t, depth)
	}
	return s.whole(*t)
}

// whole counts a term of which nothing was cut.
func (s *shrinker) whole(t Term) Term {
	s.left = spend(&t, s.left) - 2
	return t
}

// shorten shortens a string in its middle.
func (k cut) shorten(t *Term) Term {
	n := len(t.Text)
	if n <= k.text+24 {
		return *t
	}
	note := fmt.Sprintf(" #Cut<%d bytes> ", n-k.text)
	out := *t
	out.Start, out.End = 0, 0
	switch {
	case t.Kind == Opaque || t.Kind == Raw:
		return cutTerm(opaqueName(t.Text), n)
	case t.Kind == Bitstring || !utf8.ValidString(t.Text):
		return cutTerm("binary", n)
	}
	head := runeBefore(t.Text, k.text*2/3)
	tail := runeBefore(t.Text, n-k.text/3)
	out.Text = t.Text[:head] + note + t.Text[tail:]
	return out
}

// opaqueName is the name that an opaque text begins with.
func opaqueName(s string) string {
	if s != "" && s[0] == '#' {
		return s[:nameEnd(s, 1)]
	}
	return s[:nameEnd(s, 0)]
}

// runeBefore is the start of the character at i.
func runeBefore(s string, i int) int {
	for i > 0 && i < len(s) && !utf8.RuneStart(s[i]) {
		i--
	}
	return i
}

// elements shortens a list or tuple to keep elements, the last of them among
// these.
func (s *shrinker) elements(t *Term, depth, keep int) Term {
	n := len(t.Args)
	if depth >= s.depth && n > 0 && !(t.Kind == Tuple && depth == 0) {
		return s.whole(stub(t))
	}
	out := s.took(*t)
	if n == 0 {
		return out
	}
	out.Args = s.room(min(n, keep+1))
	for i := 0; i < n && s.left >= 0; i++ {
		if n > keep+1 && i == max(keep-1, 1) {
			i = max(n-1, i+1) - 1
			out.Args = append(out.Args, s.took(cutTerm(strconv.Itoa(i+1-max(keep-1, 1))+" elements", 0)))
			continue
		}
		out.Args = append(out.Args, s.shrink(&t.Args[i], depth+1))
	}
	return out
}

// keys shortens the values of a map, and deep in the term drops keys.
func (s *shrinker) keys(t *Term, depth int) Term {
	n := len(t.Args)
	if n > 0 && depth >= s.depth && depth > 0 {
		return s.whole(stub(t))
	}
	keep := 2 * maxTuple
	if depth >= 2 {
		keep = 2 * s.pairs
	}
	out := s.took(*t)
	if n == 0 {
		return out
	}
	out.Args = s.room(min(n, keep+1))
	for i := 0; i < n && s.left >= 0; i++ {
		if i == keep {
			out.Args = append(out.Args, s.took(MakeElided()))
			break
		}
		if i%2 == 0 {
			out.Args = append(out.Args, s.whole(t.Args[i]))
		} else {
			out.Args = append(out.Args, s.shrink(&t.Args[i], depth+1))
		}
	}
	return out
}

// stub replaces a container by one that says what it was. A short one stays.
func stub(t *Term) Term {
	if fitsIn(t, 24) {
		return *t
	}
	size := textSize(t)
	n := len(t.Args)
	switch t.Kind {
	case Map:
		return cutTerm(fmt.Sprintf("%%{}, %d keys", n/2), size)
	case Struct:
		return cutTerm(fmt.Sprintf("%%%s{}, %d keys", t.ModuleName(), n/2), size)
	case Tuple:
		if n > 0 && t.Args[0].Kind == Atom {
			return cutTerm(fmt.Sprintf("{%s, …}, %d elements", t.Args[0].Elixir(), n), size)
		}
		return cutTerm(fmt.Sprintf("tuple, %d elements", n), size)
	}
	return cutTerm(fmt.Sprintf("list, %d elements", n), size)
}

// cutTerm stands for what was left out; size is its bytes, if they are known.
func cutTerm(what string, size int) Term {
	switch {
	case size >= 1000:
		what = fmt.Sprintf("%s, %d.%d kB", what, size/1000, size%1000/100)
	case size > 0:
		what = fmt.Sprintf("%s, %d bytes", what, size)
	}
	return Term{Kind: Opaque, Text: "#Cut<" + what + ">"}
}

// textSize is how many bytes of text t took, or would take.
func textSize(t *Term) int {
	if t.End > t.Start {
		return int(t.End - t.Start)
	}
	return len(t.Elixir())
}

// fitsIn tells whether the print of t has at most budget bytes. It looks at no
// more of t than it must.
func fitsIn(t *Term, budget int) bool { return spend(t, budget) >= 0 }

// spend is what is left of budget when t has been printed; below 0 there is no
// telling by how much.
func spend(t *Term, budget int) int {
	budget -= len(t.Text) + 2
	for i := 0; i < len(t.Args) && budget >= 0; i++ {
		budget = spend(&t.Args[i], budget) - 2
	}
	return budget
}
