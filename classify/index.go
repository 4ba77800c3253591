package classify

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/beamlog/beamlog/classify/literal"
	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/term"
)

// tier grades how closely a match names a failure; lower is closer
// (patterns.md, matching order).
type tier uint8

const (
	tierTermWith      tier = iota // a term and something else
	tierTerm                      // a term
	tierExceptionWith             // an exception and something else
	tierException                 // an exception
	tierText                      // a text
	tierWrapper                   // the circumstances: any reason in this envelope or kind of report
	tierGeneric                   // what is left
	tierAside                     // only an alternative
)

// entry is one match of one rule.
type entry struct {
	rule  *Rule
	match *Match
	tier  tier
	size  int // of the constraint: between two that fit, the longer wins

	made atomic.Pointer[compiled] // on first use; most matches of a log are of few entries
}

// compiled holds the patterns and expressions of a match.
type compiled struct {
	pattern     *term.Pattern
	lastMessage *term.Pattern
	lastAtoms   []string // of which a last message must hold one for lastMessage to fit
	text        *regexp.Regexp
	frame       *regexp.Regexp
	frames      *regexp.Regexp
	initialCall *regexp.Regexp
	lastText    *regexp.Regexp
	name        *regexp.Regexp
	err         error
}

// index holds the entries by the head of the term that they match.
type index struct {
	byHead map[string][]*entry
	any    []*entry

	once   sync.Once
	starts [][]start // of the texts of any, see [index.textStarts]
}

// newIndex indexes the matches of rules.
func newIndex(rules []*Rule) (*index, error) {
	x := &index{byHead: make(map[string][]*entry, 2*len(rules))}
	n := 0
	for _, r := range rules {
		n += len(r.Match)
	}
	entries := make([]entry, n)
	for _, r := range rules {
		for i := range r.Match {
			m, err := r.Match[i].indexed()
			if err != nil {
				return nil, fmt.Errorf("rule %s, match %d: %w", r.ID, i+1, err)
			}
			heads := m.heads
			n--
			e := &entries[n]
			e.rule, e.match, e.tier, e.size = r, m, tierOf(r, m), m.size()
			if len(heads) == 0 || heads[0] == "*" {
				x.any = append(x.any, e)
				continue
			}
			for _, h := range heads {
				x.byHead[h] = append(x.byHead[h], e)
			}
		}
	}
	return x, nil
}

// indexed gives the match with what the generator has found out of the built-in
// ones.
func (m *Match) indexed() (*Match, error) {
	if m.heads != nil {
		return m, nil
	}
	own := *m
	var err error
	own.heads, err = m.Heads()
	own.texts, own.frameTexts, own.framesTexts = literal.Of(m.Text), literal.Of(m.Frame), literal.Of(m.Frames)
	return &own, err
}

// Heads gives the keys under which the engine's index holds the match: "badmatch/2",
// "noproc", "%KeyError". A single "*" says that any term may fit.
func (m *Match) Heads() ([]string, error) {
	switch {
	case m.Reason != "":
		p, err := term.ParsePattern(m.Reason)
		if err != nil {
			return nil, err
		}
		if heads, ok := p.Heads(); ok {
			return heads, nil
		}
	case m.Exception != "" && m.Exception != "*":
		var heads []string
		for mod := range strings.SplitSeq(m.Exception, "|") {
			heads = append(heads, "%"+strings.TrimSpace(mod))
		}
		return heads, nil
	}
	return []string{"*"}, nil
}

// tierOf grades a match.
func tierOf(r *Rule, m *Match) tier {
	more := m.Text != "" || m.circumstances()
	switch {
	case r.Generic:
		return tierGeneric
	case m.Aside:
		return tierAside
	case m.Wraps:
		return tierWrapper
	case m.Reason != "" && m.named():
		if more {
			return tierTermWith
		}
		return tierTerm
	case m.Exception != "" && m.Exception != "*":
		if more {
			return tierExceptionWith
		}
		return tierException
	case m.Text != "":
		return tierText
	}
	return tierWrapper
}

// named reports whether the match's pattern names its term: it does not begin
// with a variable.
func (m *Match) named() bool {
	if m.heads != nil {
		return m.heads[0] != "*"
	}
	h, err := m.Heads()
	return err == nil && h[0] != "*"
}

// circumstances reports whether the match asks for anything beside the reason.
func (m *Match) circumstances() bool {
	return m.Frame != "" || m.Frames != "" || len(m.Kind) > 0 || len(m.Context) > 0 ||
		m.LastMessage != "" || m.LastText != "" || len(m.Shape) > 0 || m.Name != "" || m.InitialCall != "" || m.Class != "" || len(m.ChildType) > 0
}

// size measures the match's constraint.
func (m *Match) size() int {
	n := len(m.Reason) + len(m.Text) + len(m.Frame) + len(m.Frames) + len(m.LastMessage) + len(m.LastText) + len(m.Name) + len(m.InitialCall) + len(m.Class)
	switch m.Exception {
	case "":
	case "*":
		n += 12
	default:
		n += 20
	}
	for _, list := range [][]string{m.Kind, m.Context, m.ChildType, m.Shape} {
		if len(list) > 0 {
			n += 8
		}
	}
	return n
}

// compile reads the patterns and expressions of a match, once. A rule that does
// not compile never fits; [New] and the generator have said so before.
func (e *entry) compile() *compiled {
	if c := e.made.Load(); c != nil {
		return c
	}
	c, m := new(compiled), e.match
	c.pattern = c.readPattern(m.Reason)
	c.lastMessage = c.readPattern(m.LastMessage)
	c.lastAtoms = atomsOf(c.lastMessage)
	c.text = c.readRegexp(m.Text)
	c.frame, c.frames = c.readRegexp(m.Frame), c.readRegexp(m.Frames)
	c.initialCall = c.readRegexp(m.InitialCall)
	c.lastText, c.name = c.readRegexp(m.LastText), c.readRegexp(m.Name)
	e.made.CompareAndSwap(nil, c)
	return e.made.Load()
}

// personal says whether a match looks at the process or its last message.
func (m *Match) personal() bool {
	return m.InitialCall != "" || m.Name != "" || m.LastText != "" || m.LastMessage != ""
}

// atomsOf gives the atoms that a pattern's terms begin with: a message that holds
// none of them need not be read. None where it cannot tell.
func atomsOf(p *term.Pattern) []string {
	if p == nil {
		return nil
	}
	heads, _ := p.Heads()
	var atoms []string
	for _, h := range heads {
		name, _, _ := strings.Cut(strings.TrimPrefix(h, "%"), "/")
		if name == "" {
			return nil
		}
		atoms = append(atoms, name)
	}
	return atoms
}

// containsAny reports whether s holds one of texts; none asks for nothing.
func containsAny(s string, texts []string) bool {
	for _, t := range texts {
		if strings.Contains(s, t) {
			return true
		}
	}
	return len(texts) == 0
}

func (c *compiled) readPattern(s string) (p *term.Pattern) {
	if s != "" && c.err == nil {
		p, c.err = term.ParsePattern(s)
	}
	return p
}

func (c *compiled) readRegexp(s string) (re *regexp.Regexp) {
	if s != "" && c.err == nil {
		re, c.err = regexp.Compile(s)
	}
	return re
}

// pairs is a set of pairs of neighbouring bytes, some of which share a bit.
type pairs [16]uint64

func pairBit(a, b byte) (word, bit uint) {
	h := uint(a)*31 + uint(b)*17
	return h >> 6 % 16, h % 64
}

// pairsOf gives the pairs in a text: looking for a pair first saves most searches
// for the literals of some hundred rules.
func pairsOf(s string) *pairs {
	p := new(pairs)
	for i := 1; i < len(s); i++ {
		word, bit := pairBit(s[i-1], s[i])
		p[word] |= 1 << bit
	}
	return p
}

// start is how a literal begins: the places of its first pairs in a set of pairs.
type start [4]uint16

func startOf(literal string) start {
	var s start
	for i := range s {
		// A literal of fewer pairs asks for its last one again.
		at := min(i+1, len(literal)-1)
		word, bit := pairBit(literal[at-1], literal[at])
		s[i] = uint16(word<<6 | bit)
	}
	return s
}

// mayHold is false where the text of the pairs holds no literal that begins in
// one of these ways; none asks for nothing.
func (p *pairs) mayHold(starts []start) bool {
	for _, s := range starts {
		held := uint64(1)
		for _, at := range s {
			held &= p[at>>6] >> (at & 63)
		}
		if held&1 == 1 {
			return true
		}
	}
	return len(starts) == 0
}

// textStarts gives for each of the entries that any term may fit how the
// literals begin of which a text must hold one: most of these entries ask for a
// text that no report holds but theirs, and need not be tried or even compiled.
func (x *index) textStarts() [][]start {
	x.once.Do(func() {
		x.starts = make([][]start, len(x.any))
		for i, e := range x.any {
			if literal.Shortest(e.match.texts) < 2 {
				continue
			}
			for _, t := range e.match.texts {
				x.starts[i] = append(x.starts[i], startOf(t))
			}
		}
	})
	return x.starts
}

// holdsAny reports whether the level's text holds one of texts; none asks for
// nothing.
func (l *level) holdsAny(texts []string) bool {
	for _, t := range texts {
		if l.mayHold(t) && strings.Contains(l.text, t) {
			return true
		}
	}
	return len(texts) == 0
}

// mayHold is false where the first pairs of t are not in the level's text.
func (l *level) mayHold(t string) bool {
	if l.pairs == nil {
		return true
	}
	for i := 1; i < min(len(t), 5); i++ {
		if word, bit := pairBit(t[i-1], t[i]); l.pairs[word]>>bit&1 == 0 {
			return false
		}
	}
	return true
}

// hit is an entry that fits.
type hit struct {
	*entry
	bound []Binding
}

// find gives the entries that fit a level, closest first.
func (x *index) find(s *subject, l level) []hit {
	hits := x.named(s, &l)
	// Rules that any term may fit look at texts and circumstances: they count only
	// where no rule names the term.
	if len(hits) == 0 || hits[0].tier > tierException {
		if l.pairs == nil {
			l.pairs = pairsOf(l.text)
		}
		starts := x.textStarts()
		for i, e := range x.any {
			if !l.pairs.mayHold(starts[i]) {
				continue
			}
			if bound, ok := e.fits(s, &l); ok {
				hits = append(hits, hit{e, bound})
			}
		}
		slices.SortStableFunc(hits, closer)
	}
	return hits
}

// manyTexts is from how many entries of one head on, as of RuntimeError, the pairs
// of a text are worth their making.
const manyTexts = 8

// named gives the entries that fit a level and name its term or exception,
// closest first.
func (x *index) named(s *subject, l *level) []hit {
	var hits []hit
	var heads [3]string
	for i, t := range [...]*term.Term{&l.own, &l.raw, &l.env} {
		if heads[i] = headOf(*t); heads[i] == "" || slices.Contains(heads[:i], heads[i]) {
			continue
		}
		list := x.byHead[heads[i]]
		if l.pairs == nil && len(list) > manyTexts {
			l.pairs = pairsOf(l.text)
		}
		for _, e := range list {
			if slices.ContainsFunc(hits, func(h hit) bool { return h.entry == e }) {
				continue // it stands under several heads
			}
			if bound, ok := e.fits(s, l); ok {
				hits = append(hits, hit{e, bound})
			}
		}
	}
	slices.SortStableFunc(hits, closer)
	return hits
}

// closer orders two hits by how closely they name the failure.
func closer(a, b hit) int {
	switch {
	case a.tier != b.tier:
		return int(a.tier) - int(b.tier)
	case a.rule != b.rule && a.rule.within(b.rule):
		return -1
	case a.rule != b.rule && b.rule.within(a.rule):
		return 1
	case a.size != b.size:
		return b.size - a.size
	}
	return strings.Compare(a.rule.ID, b.rule.ID)
}

// fits says whether the match fits a level of the report's reason, and what it
// binds.
func (e *entry) fits(s *subject, l *level) ([]Binding, bool) {
	m, r := e.match, s.report
	if !oneOf(m.Kind, string(r.Kind)) || !oneOf(m.Context, r.Context) || !oneOf(m.Shape, r.Shape) || !l.holdsAny(m.texts) {
		return nil, false
	}
	if m.NoReason && l.raw.Kind != term.None {
		return nil, false
	}
	if len(m.ChildType) > 0 && (r.Child == nil || !oneOf(m.ChildType, strings.TrimPrefix(r.Child.Type, ":"))) {
		return nil, false
	}
	if m.Class != "" && m.Class != r.Reason.Class || m.Exception != "" && !isException(l.own, m.Exception) {
		return nil, false
	}
	if !e.fitsStack(s, l.stack) {
		return nil, false
	}
	c := e.compile()
	if c.err != nil {
		return nil, false
	}
	var last []term.Binding
	if m.personal() { // before the pattern, which beside it is mostly a variable that any term fits
		var ok bool
		if last, ok = e.fitsProcess(s); !ok {
			s.refused = append(s.refused, e)
			return nil, false
		}
		s.looked = true
	}
	var bound []Binding
	if c.pattern != nil {
		b, ok := matchAny(c.pattern, l.own, l.raw, l.env)
		if !ok || !agree(b, last) {
			return nil, false
		}
		bound = appendBound(bound, b)
	}
	bound = appendBound(bound, last)
	if c.text != nil {
		groups := c.text.FindStringSubmatch(l.text)
		if groups == nil {
			return nil, false
		}
		for i, name := range c.text.SubexpNames() {
			if name != "" && groups[i] != "" {
				bound = append(bound, Binding{name, term.Term{Kind: term.Raw, Text: groups[i]}})
			}
		}
	}
	return bound, true
}

// agree says whether a name that stands both in the pattern of the reason and in
// that of the last message is bound to one term.
func agree(reason, message []term.Binding) bool {
	for _, a := range reason {
		for _, b := range message {
			if a.Name == b.Name && !term.Equal(Canonical(a.Value), Canonical(b.Value)) {
				return false
			}
		}
	}
	return true
}

// fitsProcess checks the parts of a match that look at the process and its last
// message, and gives what it binds of that.
func (e *entry) fitsProcess(s *subject) ([]term.Binding, bool) {
	r, c := s.report, e.compile()
	if c.initialCall != nil && !c.initialCall.MatchString(r.Process.InitialCall) {
		return nil, false
	}
	if c.name != nil && !c.name.MatchString(r.Process.Name) {
		return nil, false
	}
	if c.lastText != nil && (r.LastMessage == nil || !c.lastText.MatchString(r.LastMessage.Text)) {
		return nil, false
	}
	if c.lastMessage == nil {
		return nil, true
	}
	if r.LastMessage == nil || !containsAny(r.LastMessage.Text, c.lastAtoms) {
		return nil, false
	}
	return c.lastMessage.Match(s.lastMessage())
}

// fitsStack checks the parts of a match that look at frames.
func (e *entry) fitsStack(s *subject, stack []parser.Frame) bool {
	m := e.match
	if m.Frame == "" && m.Frames == "" {
		return true
	}
	all := s.frames(stack)
	if m.Frame != "" {
		first, _, _ := strings.Cut(all, "\n")
		if len(stack) == 0 || !containsAny(first, m.frameTexts) || !matches(e.compile().frame, first) {
			return false
		}
	}
	return m.Frames == "" || containsAny(all, m.framesTexts) && matches(e.compile().frames, all)
}

// matches is false for an expression that did not compile.
func matches(re *regexp.Regexp, s string) bool { return re != nil && re.MatchString(s) }

// frames is [joined] of a stack, which many rules look at in turn.
func (s *subject) frames(stack []parser.Frame) string {
	if len(stack) == 0 {
		return ""
	}
	if s.stack != &stack[0] {
		s.stack, s.joined = &stack[0], joined(stack)
	}
	return s.joined
}

// maxJoined bounds how many frames rules see.
const maxJoined = 64

// joined writes a stack for a rule's expression, one frame a line.
func joined(stack []parser.Frame) string {
	b := make([]byte, 0, 512)
	for _, f := range stack[:min(len(stack), maxJoined)] {
		b = append(append(b, mfa(f)...), '\n')
	}
	return string(b)
}

// matchAny matches the first of the terms that fits.
func matchAny(p *term.Pattern, terms ...term.Term) ([]term.Binding, bool) {
	for _, t := range terms {
		if t.Kind == term.None {
			continue
		}
		if b, ok := p.Match(t); ok {
			return b, true
		}
	}
	return nil, false
}

func appendBound(to []Binding, from []term.Binding) []Binding {
	for _, b := range from {
		to = append(to, Binding(b))
	}
	return to
}

// oneOf reports whether s is in list; an empty list allows everything.
func oneOf(list []string, s string) bool {
	return len(list) == 0 || slices.Contains(list, s)
}

// isException reports whether t is an exception of one of the modules, which
// have "|" between them; "*" is any.
func isException(t term.Term, modules string) bool {
	if t.Kind != term.Struct {
		return false
	}
	if modules == "*" {
		return true
	}
	mod := moduleOf(t)
	for m := range strings.SplitSeq(modules, "|") {
		if strings.TrimSpace(m) == mod {
			return true
		}
	}
	return false
}
