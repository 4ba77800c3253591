package redact

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/beamlog/beamlog/parser/term"
)

// maxWalk is the depth to which terms are redacted; the reader makes none
// deeper than [term.MaxDepth].
const maxWalk = term.MaxDepth + 8

// place is where in a term a subterm stands.
type place struct {
	rule   keyRule
	under  bool // rule holds: the subterm is the value of a key with such a name
	isKey  bool // the subterm is a key of a map
	intact bool // the subterm is a code location or a version: it stays
}

// edit replaces a part of the text a term was read from.
type edit struct {
	start, end int
	text       string
}

// walker redacts one term. With src it also notes what to change in the text
// the term was read from.
type walker struct {
	r     *Redactor
	src   string
	edits []edit
}

// reserve takes placeholders that stand in t out of use.
func (w *walker) reserve(t term.Term) {
	if strings.Contains(t.Text, prefix) {
		w.r.vault.reserve(t.Text)
	}
	for _, a := range t.Args {
		w.reserve(a)
	}
}

// walk returns t redacted.
func (w *walker) walk(t term.Term, p place, depth int) term.Term {
	if depth > maxWalk {
		return t
	}
	switch t.Kind {
	case term.Binary, term.Charlist, term.Bitstring:
		return w.leaf(t, t.Text, p)
	case term.Int, term.Float:
		return w.number(t, p)
	case term.Atom:
		return w.atom(t, p)
	case term.List:
		if s, ok := bytesOf(t, p.under && !p.rule.address); ok {
			return w.leaf(t, s, p)
		}
		return w.list(t, p, depth)
	case term.Tuple:
		return w.tuple(t, p, depth)
	case term.Map, term.Struct:
		return w.pairs(t, p, depth)
	case term.Opaque, term.Raw:
		return w.source(t, p)
	}
	return t
}

// list walks a list. What follows "--password" among the arguments of a
// command is its value.
func (w *walker) list(t term.Term, p place, depth int) term.Term {
	return w.args(t, func(i int) place {
		if i > 0 && t.Args[i-1].Kind == term.Binary && strings.HasPrefix(t.Args[i-1].Text, "--") {
			if rule, ok := ruleForKey(t.Args[i-1].Text); ok {
				return place{rule: rule, under: true}
			}
		}
		return p
	}, depth)
}

// each walks all elements of t in the same place.
func (w *walker) each(t term.Term, p place, depth int) term.Term {
	return w.args(t, func(int) place { return p }, depth)
}

// args walks the elements of t, each in the place that at gives.
func (w *walker) args(t term.Term, at func(i int) place, depth int) term.Term {
	if len(t.Args) == 0 {
		return t
	}
	out := make([]term.Term, len(t.Args))
	for i, a := range t.Args {
		out[i] = w.walk(a, at(i), depth+1)
	}
	t.Args = out
	return t
}

// pairs walks a map or struct.
func (w *walker) pairs(t term.Term, p place, depth int) term.Term {
	return w.args(t, func(i int) place {
		if i%2 == 0 {
			return place{isKey: true}
		}
		return valuePlace(t.Args[i-1], p)
	}, depth)
}

// valuePlace is the place of the value of key in a container that stands in p.
func valuePlace(key term.Term, p place) place {
	name, ok := keyName(key)
	if !ok {
		return p
	}
	if isVersionKey(name) {
		return place{intact: true}
	}
	if rule, ok := ruleForKey(name); ok {
		if p.under && !p.rule.address && (rule.random || rule.address) {
			return p
		}
		return place{rule: rule, under: true}
	}
	if words := splitKey(name); p.under && len(words) > 0 && cancelling()[words[len(words)-1]] {
		return place{}
	}
	p.isKey = false
	return p
}

// keyName is the name of a key: an atom, a string or a charlist.
func keyName(t term.Term) (string, bool) {
	switch t.Kind {
	case term.Atom, term.Var, term.Binary, term.Charlist:
		return strings.TrimPrefix(t.Text, "Elixir."), t.Text != ""
	}
	return "", false
}

// isName says that t is an atom, or a bare word: an Erlang atom in a text that
// is Elixir's otherwise.
func isName(t term.Term) bool { return t.Kind == term.Atom || t.Kind == term.Var }

// tuple walks a tuple, whose first elements may tell what the others are.
func (w *walker) tuple(t term.Term, p place, depth int) term.Term {
	n := len(t.Args)
	if addr, ok := ipTuple(t); ok && p.under && p.rule.address {
		return w.address(t, addr)
	}
	if n == 0 {
		return t
	}
	first := t.Args[0]
	switch {
	case n == 2 && first.Kind == term.Tuple && t.Args[1].Kind == term.Int: // {{10, 0, 0, 1}, 443}
		if addr, ok := ipTuple(first); ok {
			return w.args2(t, w.address(first, addr), w.walk(t.Args[1], place{}, depth+1))
		}
	case n == 2 && (isAtom(first, "system") || isAtom(first, "line") || isAtom(first, "file")):
		return t // {:system, "VAR"}, {file, "src/a.erl"}, {line, 3}
	case n == 2:
		// In credentials a pair of strings is a user and a password, no key and value.
		pair := p.under && !isName(first) && (p.rule.kind == kindSecret || p.rule.kind == kindAuth)
		if name, ok := keyName(first); ok && !pair {
			if from, verb := secretVerb(name); verb && isName(first) {
				return w.positional(t, 1, from, n-1, p, depth)
			}
			q := valuePlace(first, p)
			return w.args(t, func(i int) place {
				if i == 0 {
					return place{isKey: true}
				}
				return q
			}, depth)
		}
	case isMFA(t):
		return w.mfa(t, p, depth)
	case isName(first):
		if from, ok := secretVerb(first.Text); ok {
			return w.positional(t, 1, from, n-1, p, depth)
		}
	}
	return w.each(t, p, depth)
}

func (w *walker) args2(t term.Term, a, b term.Term) term.Term {
	t.Args = []term.Term{a, b}
	return t
}

// positional walks t, whose arguments begin at index skip and are secret from
// the from-th on; a single argument is secret at any rate.
func (w *walker) positional(t term.Term, skip, from, count int, p place, depth int) term.Term {
	secret := place{rule: keyRule{kind: kindSecret, numbers: true}, under: true}
	return w.args(t, func(i int) place {
		arg := i - skip + 1
		switch {
		case i < skip:
			return place{isKey: true}
		case (arg >= from || count == 1) && positionalSecret(t.Args[i]):
			return secret
		}
		return p
	}, depth)
}

// positionalSecret says that t can be a secret by its position alone: a
// container has keys of its own to tell.
func positionalSecret(t term.Term) bool {
	switch t.Kind {
	case term.Binary, term.Charlist, term.Int:
		return true
	case term.List:
		_, ok := bytesOf(t, true)
		return ok
	}
	return false
}

// isMFA says that t is {M, F, Args} or {M, F, Args, Location}.
func isMFA(t term.Term) bool {
	n := len(t.Args)
	return (n == 3 || n == 4) && isName(t.Args[0]) && isName(t.Args[1]) &&
		(t.Args[2].Kind == term.List || t.Args[2].Kind == term.Charlist || n == 4) && (n == 3 || t.Args[3].Kind == term.List)
}

// mfa walks {M, F, Args[, Location]}, whose function may tell what its
// arguments are. The location stays.
func (w *walker) mfa(t term.Term, p place, depth int) term.Term {
	out := append([]term.Term(nil), t.Args...)
	args := out[2]
	if args.Kind == term.List {
		if from, ok := secretVerb(out[1].Text); ok {
			out[2] = w.positional(args, 0, from, len(args.Args), p, depth+1)
		} else {
			out[2] = w.each(args, p, depth+1)
		}
	} else {
		out[2] = w.walk(args, place{intact: args.Kind == term.Int}, depth+1)
	}
	t.Args = out
	return t
}

// leaf redacts a string, a charlist, or a list of bytes; s is its text.
func (w *walker) leaf(t term.Term, s string, p place) term.Term {
	s = w.uncut(t, s)
	if p.intact || neutral(s) {
		return t
	}
	if p.under && w.r.secretString(s, p.rule) {
		return w.hide(t, w.r.vault.placeholder(p.rule.kind, s))
	}
	if w.r.level == Strict && !p.isKey {
		kind := kindString
		if !printable(s) {
			kind = kindBinary
		}
		return w.hide(t, w.r.vault.placeholder(kind, s))
	}
	out := w.r.vault.replaceKnown(w.r.patterns(s))
	if out == s {
		return t
	}
	if t.Kind == term.List || w.numeric(t) {
		// A value inside numbers cannot be shown in part.
		return w.hide(t, w.r.vault.placeholder(kindBinary, s))
	}
	if t.Kind == term.Bitstring {
		t.Kind, t.Bits = term.Binary, 0
	}
	t.Text = out // in a text the patterns are looked for afterwards
	return t
}

// uncut is s up to the end of its line where the log ends inside the string t:
// what follows is no part of it.
func (w *walker) uncut(t term.Term, s string) string {
	if src, ok := w.sourceOf(t); ok && openQuote(src) {
		s, _, _ = strings.Cut(s, "\n")
	}
	return s
}

// openQuote says that the literal src has no end.
func openQuote(src string) bool {
	return (src[0] == '"' || src[0] == '\'') && (len(src) == 1 || src[len(src)-1] != src[0])
}

// numeric says that t stands in the source as numbers: <<80, 76, …>>.
func (w *walker) numeric(t term.Term) bool {
	src, ok := w.sourceOf(t)
	return ok && strings.HasPrefix(src, "<<") && !strings.Contains(src, `"`)
}

// number redacts an integer or a float.
func (w *walker) number(t term.Term, p place) term.Term {
	digits := len(strings.TrimLeft(t.Text, "-0"))
	switch {
	case p.intact || p.isKey:
	case p.under && p.rule.numbers && t.Kind == term.Int && digits >= 4 && (!p.rule.phone || digits >= 7):
		return w.hide(t, w.r.vault.placeholder(p.rule.kind, t.Text))
	case w.r.level == Strict && digits > 0:
		return w.hide(t, w.r.vault.placeholder(kindNumber, t.Text))
	}
	return t
}

// atom redacts an atom that is no name of anything: a distribution cookie.
func (w *walker) atom(t term.Term, p place) term.Term {
	name := w.uncut(t, t.Text)
	if p.isKey || neutral(name) {
		return t
	}
	if p.under && secretAtom(name, p.rule) {
		return w.hide(t, w.r.vault.placeholder(p.rule.kind, name))
	}
	if placeholder, ok := w.r.vault.byValue[name]; ok && distinct(name) {
		return w.hide(t, placeholder)
	}
	return t
}

// source redacts the text of what could not be read as a term.
func (w *walker) source(t term.Term, p place) term.Term {
	if p.under && !p.rule.random && !p.rule.address && (strings.HasPrefix(t.Text, "~s") || strings.HasPrefix(t.Text, "~S")) {
		hidden := w.hide(t, w.r.vault.placeholder(p.rule.kind, t.Text))
		hidden.Kind = term.Binary
		return hidden
	}
	if w.src != "" {
		return t // the text passes see it
	}
	if out := w.r.vault.replaceKnown(w.r.patterns(w.r.afterKeys(t.Text))); out != t.Text {
		t.Text = out
	}
	return t
}

// hide puts a placeholder in the place of the leaf t.
func (w *walker) hide(t term.Term, placeholder string) term.Term {
	if src, ok := w.sourceOf(t); ok {
		e := edit{int(t.Start), int(t.End), quoteAs(src, placeholder)}
		if openQuote(src) {
			line, _, _ := strings.Cut(src, "\n")
			e.end, e.text = e.start+len(line), src[:1]+placeholder
		}
		w.edits = append(w.edits, e)
	}
	hidden := term.Term{Kind: t.Kind, Text: placeholder, Start: t.Start, End: t.End}
	switch t.Kind {
	case term.List:
		hidden.Kind = term.Charlist
	case term.Bitstring:
		hidden.Kind = term.Binary
	case term.Int, term.Float:
		hidden.Kind = term.Atom
	}
	return hidden
}

// address hides an IP address written as a tuple; the tuple keeps its size.
func (w *walker) address(t term.Term, addr string) term.Term {
	placeholder := w.r.vault.placeholder(kindIP, addr)
	out := make([]term.Term, len(t.Args))
	for i, a := range t.Args {
		out[i] = term.Term{Kind: term.Int, Text: "0", Start: a.Start, End: a.End}
		if i == 0 {
			out[0].Kind, out[0].Text = term.Atom, placeholder
		}
		if _, ok := w.sourceOf(a); ok {
			text := "0"
			if i == 0 {
				text = placeholder
			}
			w.edits = append(w.edits, edit{int(a.Start), int(a.End), text})
		}
	}
	t.Args = out
	return t
}

// sourceOf is the text t was read from.
func (w *walker) sourceOf(t term.Term) (string, bool) {
	if w.src == "" || t.Start >= t.End || int(t.End) > len(w.src) {
		return "", false
	}
	return w.src[t.Start:t.End], true
}

// quoteAs writes placeholder in the way in which src is written.
func quoteAs(src, placeholder string) string {
	switch {
	case strings.HasPrefix(src, `"`):
		return `"` + placeholder + `"`
	case strings.HasPrefix(src, "<<"):
		return `<<"` + placeholder + `">>`
	case strings.HasPrefix(src, `'`):
		return "'" + placeholder + "'"
	case strings.HasPrefix(src, ":"):
		return ":" + placeholder
	case strings.HasPrefix(src, "["), strings.HasPrefix(src, "~c"), strings.HasPrefix(src, "~C"):
		return `~c"` + placeholder + `"`
	case strings.HasPrefix(src, "~"):
		return `"` + placeholder + `"`
	}
	return placeholder
}

// bytesOf decodes a list of bytes that may be text: printed as numbers because
// one of them is not printable. A short one counts only where a key asks for it.
func bytesOf(t term.Term, wanted bool) (string, bool) {
	least := 8
	if wanted {
		least = 4
	}
	if t.Kind != term.List || t.Improper || len(t.Args) < least {
		return "", false
	}
	buf := make([]byte, 0, len(t.Args))
	readable := 0
	for _, a := range t.Args {
		n, err := strconv.Atoi(a.Text)
		if a.Kind != term.Int || err != nil || n < 0 || n > 255 {
			return "", false
		}
		if n >= 0x20 && n < 0x7f {
			readable++
		}
		buf = append(buf, byte(n))
	}
	return string(buf), wanted || 2*readable >= len(buf)
}

// ipTuple reads {10, 0, 0, 1} or the eight numbers of an IPv6 address; not the
// loopback and unspecified ones.
func ipTuple(t term.Term) (string, bool) {
	n := len(t.Args)
	if t.Kind != term.Tuple || n != 4 && n != 8 {
		return "", false
	}
	limit, base, sep := 255, 10, "."
	if n == 8 {
		limit, base, sep = 0xffff, 16, ":"
	}
	parts := make([]string, n)
	var last, sum int
	for i, a := range t.Args {
		v, err := strconv.Atoi(a.Text)
		if a.Kind != term.Int || err != nil || v < 0 || v > limit {
			return "", false
		}
		parts[i] = strconv.FormatInt(int64(v), base)
		last, sum = v, sum+v
	}
	if n == 4 && (parts[0] == "127" || parts[0] == "0") || sum == 0 || n == 8 && sum == 1 && last == 1 {
		return "", false
	}
	return strings.Join(parts, sep), true
}

// printable says that s is text.
func printable(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		if r < 0x20 && r != '\n' && r != '\t' && r != '\r' || r == 0x7f {
			return false
		}
	}
	return true
}

func isAtom(t term.Term, name string) bool { return isName(t) && t.Text == name }
