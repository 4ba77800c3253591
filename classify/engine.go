package classify

import (
	"slices"
	"strings"
	"sync"

	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/term"
)

// Options configure an [Engine]. The zero value is the built-in rules.
type Options struct {
	Rules   []*Rule // instead of the built-in ones
	Explain bool    // fill in Finding.Parts
}

// Engine classifies reports. It is safe for use by several goroutines.
type Engine struct {
	index   *index
	byID    map[string]*Rule
	explain bool
	known   known
}

// New makes an engine of the built-in rules.
func New(o Options) (*Engine, error) {
	rules := o.Rules
	if rules == nil {
		rules = Rules()
	}
	x, err := newIndex(rules)
	if err != nil {
		return nil, err
	}
	byID := make(map[string]*Rule, len(rules))
	for _, r := range rules {
		byID[r.ID] = r
	}
	return &Engine{index: x, byID: byID, explain: o.Explain}, nil
}

// subject is a report under classification, with what is read of it only when
// a rule asks.
type subject struct {
	report  *parser.Report
	message *term.Term
	looked  bool          // what was found depends on the process or its last message
	refused []*entry      // these did not fit because of the process or its last message
	stack   *parser.Frame // the first frame of the stack that joined is of
	joined  string
}

// lastMessage reads the report's last message; the zero Term if it has none.
func (s *subject) lastMessage() term.Term {
	if s.message == nil {
		t := lastMessage(s.report)
		s.message = &t
	}
	return *s.message
}

// unknown is the rule of a report that no rule fits. With the built-in rules
// that cannot be: exit_other fits anything.
var unknown = sync.OnceValue(func() *Rule {
	return &Rule{ID: "exit_other", Generic: true, Group: "comm", Title: "Exited for a reason that could not be read",
		Severity: Error, Nature: Depends, Blame: "code", Summary: "{{process}} exited: {{reason}}."}
})

// Classify finds the rule that fits a report. It never returns nil.
//
// The rule is that of the deepest level of the reason; where that is a generic
// one, that of the next envelope outwards, then that of the kind of report.
func (e *Engine) Classify(r *parser.Report) *Finding {
	s := &subject{report: r}
	l, alike := likenessOf(r)
	if alike = alike && !e.explain; alike {
		if a := e.known.alike(&l, s); a != nil {
			return a.finding(r)
		}
	}
	f := e.classify(s)
	if alike && !s.looked {
		e.known.remember(&l, s, f)
	}
	return f
}

// classify is Classify where nothing is remembered.
func (e *Engine) classify(s *subject) *Finding {
	r := s.report
	inner := innermost(r)
	hits := e.index.find(s, inner)
	f := &Finding{Report: r, ChainRules: e.chainRules(s)}
	win, ok := e.choose(s, inner, hits, f)
	if !ok {
		win = hit{entry: &entry{rule: unknown(), match: &Match{Weak: true}}}
	}
	f.Rule, f.Bindings = win.rule, win.bound
	f.Alternatives = alternatives(win, hits, f.Alternatives)
	f.Confidence = confidence(win, r)
	f.Severity, f.Nature, f.Blame = severity(f), win.rule.Nature, win.rule.Blame
	p := printOf(s, win.rule)
	if n := len(f.ChainRules); n > 0 && f.ChainRules[n-1] == win.rule.ID && win.tier < tierWrapper && slices.ContainsFunc(hits, func(h hit) bool { return h.rule == win.rule }) {
		f.ChainRules[n-1] = "" // the innermost level's rule took its envelope in: {:timeout, {m, f, a}} is one thing
	}
	f.Fingerprint, f.Variant, f.Recipe = p.hash(), p.variant(), p.recipe()
	if e.explain {
		f.Parts = p.parts(s)
	}
	return f
}

// choose picks the hit that names the report, and sets the alternatives that
// lie inside a value.
func (e *Engine) choose(s *subject, inner level, hits []hit, f *Finding) (hit, bool) {
	if len(hits) > 0 && hits[0].tier <= tierText {
		win := hits[0]
		if in, ok := e.inValue(s, inner); ok && win.rule != in.rule {
			f.Alternatives = append(f.Alternatives, in.rule.ID)
		}
		return e.narrower(s, win, f.ChainRules), true
	}
	if in, ok := e.inValue(s, inner); ok {
		return in, true
	}
	for _, h := range hits {
		if h.encloses() {
			return h, true
		}
	}
	for i := len(f.ChainRules) - 1; i >= 0; i-- {
		if rule := e.rule(f.ChainRules[i]); rule != nil {
			return e.envelopeHit(s, i, rule), true
		}
	}
	if len(hits) > 0 && hits[0].tier < tierAside {
		return hits[0], true
	}
	return hit{}, false
}

// encloses reports whether a wrapper looks at the reason's direct envelope or
// at the message, and not only at the kind of report.
func (h hit) encloses() bool {
	return h.tier == tierWrapper && (h.match.Reason != "" && !h.pure() || h.match.LastMessage != "")
}

// inValue classifies a reason that the innermost term wraps as a value, as in
// {:error, :econnrefused}: only a rule that names it counts.
func (e *Engine) inValue(s *subject, inner level) (hit, bool) {
	for range 4 {
		l, ok := inner.within()
		if !ok {
			return hit{}, false
		}
		hits := e.index.named(s, &l)
		if len(hits) > 0 && hits[0].tier <= tierException {
			return hits[0], true
		}
		inner = l
	}
	return hit{}, false
}

// narrower replaces the winner by a narrower rule of its own that fits an outer
// envelope: timeout_chain for timeout.
func (e *Engine) narrower(s *subject, win hit, chain []string) hit {
	for i := len(chain) - 1; i >= 0; i-- {
		if rule := e.rule(chain[i]); rule != nil && rule != win.rule && rule.within(win.rule) {
			return e.envelopeHit(s, i, rule)
		}
	}
	return win
}

// rule gives a rule of this engine by its id, nil if there is none.
func (e *Engine) rule(id string) *Rule { return e.byID[id] }

// envelopeHit is the hit of a rule that was found for link i of the chain.
func (e *Engine) envelopeHit(s *subject, i int, rule *Rule) hit {
	for _, h := range e.index.find(s, linkLevel(s.report, i)) {
		if h.rule == rule {
			return h
		}
	}
	return hit{entry: &entry{rule: rule, match: &Match{}, tier: tierTerm}}
}

// linkLevel is the level of link i of the chain.
func linkLevel(r *parser.Report, i int) level {
	link := r.Reason.Chain[i]
	return level{raw: link.Envelope, own: link.Envelope, stack: link.Stack}
}

// chainRules names the rule of each link of the chain.
func (e *Engine) chainRules(s *subject) []string {
	chain := s.report.Reason.Chain
	if len(chain) == 0 {
		return nil
	}
	ids := make([]string, len(chain))
	for i, link := range chain {
		ids[i] = e.linkRule(s, i, link)
	}
	return ids
}

// viaRules are the rules of links that need no look at their term.
var viaRules = [...]struct {
	via parser.Via
	id  string
}{
	{parser.ViaFailedToStartChild, "failed_to_start_child"},
	{parser.ViaStart, "app_start_failure"},
	{parser.ViaBadReturn, "application_bad_return"},
	{parser.ViaLink, "linked_exit"},
}

// linkRule names the rule of one link: what the envelope is.
func (e *Engine) linkRule(s *subject, i int, link parser.Link) string {
	if env := link.Envelope; env.Tagged("application_start_failure", 3) || env.Tagged("application_terminated", 3) {
		return "kernel_pid_terminated"
	}
	for _, v := range viaRules {
		if link.Via == v.via {
			return v.id
		}
	}
	switch link.Via {
	case parser.ViaCall:
		for _, h := range e.index.find(s, linkLevel(s.report, i)) {
			if h.tier <= tierTerm || h.tier == tierWrapper && h.match.Reason != "" && !h.pure() {
				return h.rule.ID
			}
		}
		return "callee_crashed"
	case parser.ViaException:
		for _, h := range e.index.find(s, linkLevel(s.report, i)) {
			if h.tier <= tierException {
				return h.rule.ID
			}
		}
	}
	return ""
}

// pure reports whether the match's pattern is a single variable, which any term
// matches.
func (h hit) pure() bool { return !strings.ContainsAny(h.match.Reason, "{[%(:") }

// alternatives lists the other rules that fit: not generic, no ancestors of the
// winner, and no wrappers beside a rule that names the reason.
func alternatives(win hit, hits []hit, ids []string) []string {
	for _, h := range hits {
		if h.rule == win.rule || h.tier == tierWrapper || h.tier == tierGeneric || win.rule.within(h.rule) || slices.Contains(ids, h.rule.ID) {
			continue
		}
		ids = append(ids, h.rule.ID)
	}
	return ids
}

// confidence says how the winner was matched.
func confidence(win hit, r *parser.Report) Confidence {
	m := win.match
	switch {
	case m.Weak || r.Weak || win.rule.ID == "exit_other":
		return Weak
	case win.tier == tierWrapper && win.pure():
		return Strong
	case m.Reason != "" && !strings.HasPrefix(m.Reason, "%") || win.tier == tierTerm && m.Reason == "":
		return Exact
	}
	return Strong
}
