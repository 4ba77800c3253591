package term

import (
	"strings"
)

// Match tells whether the pattern fits t, and what its variables then stand for,
// in order of appearance. A variable in an alternative that was not taken is
// left out.
//
// What the writer left out ("...") fits a wildcard or variable. A list or tuple
// that ends so fits if all that the pattern still has are such.
func (p *Pattern) Match(t Term) ([]Binding, bool) {
	var few [8]Term
	m := match{bound: few[:0]}
	if len(p.names) > len(few) {
		m.bound = make([]Term, len(p.names))
	} else {
		m.bound = few[:len(p.names)]
	}
	if !m.fits(&p.root, &t) {
		return nil, false
	}
	if len(p.names) == 0 {
		return nil, true
	}
	out := make([]Binding, 0, len(p.names))
	for i, name := range p.names {
		if m.bound[i].Kind != None {
			out = append(out, Binding{Name: name, Value: m.bound[i]})
		}
	}
	return out, true
}

// match is one matching: what the variables are bound to so far, None if not.
type match struct{ bound []Term }

func (m *match) fits(n *node, t *Term) bool {
	switch n.op {
	case literal:
		return equal(&n.term, t)
	case anything:
		return true
	case variable:
		return m.bind(n.slot, t)
	case assignment:
		return m.fits(&n.args[0], t) && m.bind(n.slot, t)
	case tuple:
		return t.Kind == Tuple && m.fitsElements(n, n.args, t.Args)
	case list:
		return m.fitsList(n, t)
	case pairs:
		return (t.Kind == Map || t.Kind == Struct) && m.fitsPairs(n, t)
	case structure:
		return m.fitsStruct(n, t)
	case regex:
		return fitsRegex(n, t)
	case prefix:
		return m.fitsPrefix(n, t)
	case alternatives:
		return m.fitsAny(n, t)
	}
	return false
}

// bind binds a variable, or compares with what it is bound to.
func (m *match) bind(slot int, t *Term) bool {
	if b := &m.bound[slot]; b.Kind != None {
		return equal(b, t)
	}
	m.bound[slot] = *t
	return true
}

// fitsElements matches the elements of a tuple or proper list.
func (m *match) fitsElements(n *node, pats []node, elems []Term) bool {
	cut := len(elems) > 0 && elems[len(elems)-1].Kind == Elided
	if cut {
		elems = elems[:len(elems)-1]
	}
	if len(elems) > len(pats) && !n.rest {
		return false
	}
	for i := range pats {
		if i == len(elems) {
			return cut && m.fitsElided(pats[i:])
		}
		if !m.fits(&pats[i], &elems[i]) {
			return false
		}
	}
	// The writer's "..." stands for at least one element.
	return !cut || n.rest
}

// fitsElided matches patterns with elements that were left out.
func (m *match) fitsElided(pats []node) bool {
	gap := Term{Kind: Elided}
	for i := range pats {
		if pats[i].op != anything && (pats[i].op != variable || !m.bind(pats[i].slot, &gap)) {
			return false
		}
	}
	return true
}

func (m *match) fitsList(n *node, t *Term) bool {
	switch {
	case t.Kind == Charlist:
		expanded := t.list()
		return m.fitsList(n, &expanded)
	case t.Kind != List:
		return false
	case n.cons:
		return m.fitsCons(n, t)
	case t.Improper:
		return n.rest && len(t.Args) > len(n.args) && m.fitsElements(n, n.args, t.Args)
	}
	return m.fitsElements(n, n.args, t.Args)
}

// fitsCons matches [a, b | tail].
func (m *match) fitsCons(n *node, t *Term) bool {
	heads, tail := n.args[:len(n.args)-1], &n.args[len(n.args)-1]
	if len(t.Args) < len(heads) {
		return false
	}
	for i := range heads {
		if !m.fits(&heads[i], &t.Args[i]) {
			return false
		}
	}
	rest := t.Args[len(heads):]
	if t.Improper && len(rest) == 1 {
		return m.fits(tail, &rest[0])
	}
	if t.Improper && len(rest) == 0 {
		return false
	}
	return m.fits(tail, &Term{Kind: List, Args: rest, Improper: t.Improper})
}

// fitsPairs matches the keys that the pattern has.
func (m *match) fitsPairs(n *node, t *Term) bool {
	for i := 0; i < len(n.args); i += 2 {
		if !m.fitsPair(&n.args[i].term, &n.args[i+1], t) {
			return false
		}
	}
	return true
}

func (m *match) fitsPair(key *Term, value *node, t *Term) bool {
	for i := 0; i+1 < len(t.Args); i += 2 {
		if equal(key, &t.Args[i]) {
			return m.fits(value, &t.Args[i+1])
		}
	}
	if t.Kind == Struct && key.IsAtom("__struct__") {
		return m.fits(value, &Term{Kind: Atom, Text: t.Text})
	}
	return len(t.Args)%2 == 1 && m.fitsElided([]node{*value})
}

func (m *match) fitsStruct(n *node, t *Term) bool {
	if t.Kind != Struct || n.term.Kind != None && n.term.Text != t.Text {
		return false
	}
	if n.slot >= 0 && !m.bind(n.slot, &Term{Kind: Atom, Text: t.Text}) {
		return false
	}
	return m.fitsPairs(n, t)
}

// fitsRegex matches the text of a string or the name of an atom.
func fitsRegex(n *node, t *Term) bool {
	if t.Kind == Atom {
		return n.re.MatchString(t.ModuleName())
	}
	s, ok := t.StringValue()
	return ok && n.re.MatchString(s)
}

// fitsPrefix matches "prefix" <> rest.
func (m *match) fitsPrefix(n *node, t *Term) bool {
	if t.Kind != Binary {
		return false
	}
	rest, ok := strings.CutPrefix(t.Text, n.term.Text)
	return ok && m.fits(&n.args[0], &Term{Kind: Binary, Text: rest, Cut: t.Cut})
}

// fitsAny matches the first alternative that fits.
func (m *match) fitsAny(n *node, t *Term) bool {
	before := append(make([]Term, 0, 8), m.bound...)
	for i := range n.args {
		if m.fits(&n.args[i], t) {
			return true
		}
		copy(m.bound, before)
	}
	return false
}

// list is a charlist as the list of its characters.
func (t Term) list() Term {
	out := Term{Kind: List, Start: t.Start, End: t.End}
	for _, c := range t.Text {
		out.Args = append(out.Args, MakeInt(int(c)))
	}
	if t.Cut {
		out.Args = append(out.Args, MakeElided())
	}
	return out
}
