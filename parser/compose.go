package parser

import (
	"slices"
	"strings"

	"github.com/beamlog/beamlog/parser/term"
)

// told is what the lines of a reason tell.
type told struct {
	level  *level
	reason Reason
	tokens []token // that the lines were cut into
}

// knownReasons remembers the reasons of a crash loop. Nobody may change one.
var knownReasons = memo[*told]{max: 2048}

// tell reads the reason that l has cut; nil if there is none.
func (l *runLexer) tell() *told {
	if len(l.tokens) == 0 {
		return nil
	}
	t, _ := knownReasons.read(l.reason, l.tellAnew)
	if !slices.Equal(t.tokens, l.tokens) {
		t, _ = l.tellAnew(l.reason) // what stands behind them, or a cut, made these lines tell something else
	}
	return t
}

// tellAnew is tell for lines that are not known.
func (l *runLexer) tellAnew(lines string) (*told, bool) {
	t := &told{tokens: slices.Clone(l.tokens)}
	t.level, _ = levelGrammar().parse(lines, t.tokens)
	t.reason = t.level.compose()
	t.reason.Text = reasonText(lines, t.tokens)
	return t, true
}

// reasonText gives a reason as printed after its banner, without frames.
func reasonText(lines string, tokens []token) string {
	from := 0
	if tokens[0].from > 0 { // else it has no banner
		from = min(bannerEnd(lines, 0), len(lines))
	}
	var b strings.Builder
	for _, t := range tokens {
		if t.kind != tokFrames {
			continue
		}
		if t.to == len(lines) && b.Len() == 0 {
			lines = lines[:t.from] // no text stands behind them
			break
		}
		b.WriteString(lines[from:t.from])
		from = t.to
	}
	if b.Len() > 0 {
		b.WriteString(lines[from:])
		lines, from = b.String(), 0
	}
	return strings.TrimRight(lines[from:], " \n")
}

// compose turns a tree of banners into the reason that was printed as it.
func (lv *level) compose() Reason {
	if lv == nil {
		return Reason{}
	}
	var r Reason
	switch class := lv.Banner; {
	case class == "", class == "stop", class == "exit", class == "EXIT", strings.HasPrefix(class, "EXIT from "):
		r = lv.Exit.compose(lv.Inner)
		if r.Class == "" && class != "" {
			r.Class = "exit"
		}
	case class == "throw":
		t := term.MakeTuple(term.MakeAtom("nocatch"), lv.Exit.thrown())
		r = Reason{Term: t, Cause: t, Type: "nocatch", Class: "throw"}
	case lv.Inner != nil || lv.Exit != nil:
		r = lv.composeWrapper()
	default:
		t := exceptionTerm(class, lv.Message)
		r = Reason{Term: t, Cause: t, Type: exceptionType(class)}
		if carried, ok := unwrapException(t, 0); ok {
			r = carried
		}
		r.Class = "error"
	}
	r.attach(readFrames(lv.Frames))
	return r
}

// thrown gives the term after "** (throw) ".
func (e *exitText) thrown() term.Term {
	if e == nil {
		return term.MakeElided()
	}
	return readTerm(e.Value)
}

// composeWrapper reads an exception whose message is another banner
// (Oban.CrashError) or an exit text (mix's start of an application).
func (lv *level) composeWrapper() Reason {
	if lv.Exit != nil {
		return lv.Exit.compose(lv.Inner)
	}
	inner := lv.Inner.compose()
	envelope := term.MakeStruct(lv.Banner, term.MakeAtom("reason"), inner.Term, term.MakeElided())
	return wrap(inner, envelope, Link{Via: ViaException, Relation: RelSelf, Detail: lv.Banner})
}

// exceptionType names an exception's module without a colon.
func exceptionType(name string) string { return strings.TrimPrefix(name, ":") }

// compose turns an exit text, and the banner below it, into a reason.
func (e *exitText) compose(below *level) Reason {
	switch {
	case e == nil:
		return Reason{}
	case e.Words == "":
		return Normalize(readTerm(e.Value))
	case e.Words == textExitedIn:
		return composeCall(e.Value, inner(below))
	case e.Words == textRaised:
		return inner(below)
	case e.Words == textChildFailed:
		return composeChild(e.Value, inner(below))
	case e.Words == textError:
		return e.composeError(below)
	case e.Words == textBadValue:
		return Normalize(e.badValue())
	case strings.HasPrefix(e.Words, couldNotStart):
		return e.Then.compose(below)
	case e.Value == "" && !strings.HasSuffix(e.Words, ": "):
		t := phraseTerm(e.Words)
		return Reason{Term: t, Cause: t, Type: typeOf(t)}
	}
	return Normalize(tagTerm(e.Words, e.Value))
}

// inner composes the banner below an envelope. If the text was cut before it,
// the reason is what is not known.
func inner(below *level) Reason {
	r := below.compose()
	if r.Term.Kind == term.None {
		r.Term = term.MakeElided()
	}
	return r
}

// composeCall reads "exited in: M.f(args)".
func composeCall(call string, r Reason) Reason {
	mfa := readCall(call)
	link := Link{Via: ViaCall, Relation: RelCaller}
	if isMFA(mfa) {
		link = callLink(mfa)
	}
	if len(call) <= maxDetail {
		link.Detail = call // as printed
	}
	return wrap(r, term.MakeTuple(r.Term, mfa), link)
}

// composeChild reads "shutdown: failed to start child: Id".
func composeChild(id string, r Reason) Reason {
	child := readTerm(id)
	link := childLink(child)
	r = wrap(r, term.MakeTuple(term.MakeAtom("failed_to_start_child"), child, r.Term), link)
	return wrap(r, term.MakeTuple(term.MakeAtom("shutdown"), r.Term), Link{Via: ViaShutdown, Relation: RelSelf})
}

// composeError reads "M.start(:normal, []) returned an error: R".
func (e *exitText) composeError(below *level) Reason {
	r := e.Then.compose(below)
	if r.Term.Kind == term.None {
		r.Term = term.MakeElided()
	}
	link := Link{Via: ViaStart, Relation: RelSupervisor, Detail: e.Value}
	return wrap(r, term.MakeTuple(r.Term, readCall(e.Value)), link)
}

// badValue reads "M.start(:normal, []) returned a bad value: V", which is
// {bad_return, {{M, start, Args}, V}}, and "M.init/1 returned a bad value: V",
// which is {bad_return, {M, init, V}}.
func (e *exitText) badValue() term.Term {
	mfa := readCall(e.Value)
	v := term.MakeElided()
	if e.Then != nil {
		v = readTerm(e.Then.Value)
	}
	if mfa.Kind == term.Tuple && mfa.Args[2].Kind == term.Int {
		return term.MakeTuple(term.MakeAtom("bad_return"), term.MakeTuple(mfa.Args[0], mfa.Args[1], v))
	}
	return term.MakeTuple(term.MakeAtom("bad_return"), term.MakeTuple(mfa, v))
}

// phraseTerm gives the atom that a fixed text stands for.
func phraseTerm(text string) term.Term {
	for _, p := range phrases {
		if p.text == text {
			return term.MakeAtom(p.atom)
		}
	}
	if beginsWords(text) {
		return cutWords(text)
	}
	return term.MakeAtom("noproc") // the long text, with something after it
}

// tagTerm gives the term of "text: value".
func tagTerm(tag, value string) term.Term {
	if tag == textNoConn {
		return term.MakeTuple(term.MakeAtom("nodedown"), term.MakeAtom(strings.TrimSpace(value)))
	}
	for _, t := range tags {
		if t.text == tag {
			return term.MakeTuple(term.MakeAtom(t.atom), readTerm(value))
		}
	}
	if what, ok := strings.CutPrefix(tag, textBadSpec); ok {
		return specTerm(strings.TrimSuffix(what, ": "), value)
	}
	what := strings.TrimSuffix(strings.TrimPrefix(tag, textBadSup), ": ")
	return pairTerm("supervisor_data", supervisorTags[:], what, value)
}

type textAtom struct{ text, atom string }

// specTags and supervisorTags are the reasons of start_spec and
// supervisor_data, by their texts.
var (
	specTags = [...]textAtom{
		{"invalid child specification", "invalid_child_spec"},
		{"invalid child type", "invalid_child_type"},
		{"invalid mfa", "invalid_mfa"},
		{"invalid restart type", "invalid_restart_type"},
		{"invalid shutdown", "invalid_shutdown"},
		{"invalid significant", "invalid_significant"},
		{"invalid module", "invalid_module"},
		{"invalid modules", "invalid_modules"},
		{"more than one child specification has the id", "duplicate_child_name"},
	}
	supervisorTags = [...]textAtom{
		{"invalid type", "invalid_type"},
		{"invalid strategy", "invalid_strategy"},
		{"invalid max_restarts (intensity)", "invalid_intensity"},
		{"invalid max_seconds (period)", "invalid_period"},
		{"invalid max_children", "invalid_max_children"},
		{"invalid extra_arguments", "invalid_extra_arguments"},
	}
)

// specTerm gives {start_spec, {Reason, Value}} and {bad_start_spec, Value}.
func specTerm(what, value string) term.Term {
	if what == "invalid children" {
		return term.MakeTuple(term.MakeAtom("bad_start_spec"), readTerm(value))
	}
	return pairTerm("start_spec", specTags[:], what, value)
}

// pairTerm gives {tag, {atom, value}} for a text of the table, else {tag, value}.
func pairTerm(tag string, table []textAtom, what, value string) term.Term {
	v := readTerm(value)
	for _, t := range table {
		if t.text == what {
			v = term.MakeTuple(term.MakeAtom(t.atom), v)
			break
		}
	}
	return term.MakeTuple(term.MakeAtom(tag), v)
}

// knownTerms and knownCalls remember the values and calls in exit texts. Nobody
// changes a term that was read.
var (
	knownTerms = memo[term.Term]{max: 256}
	knownCalls = memo[term.Term]{max: 256}
)

// readTerm reads one inspected term; text that is none is Raw.
func readTerm(s string) term.Term {
	s = strings.TrimSpace(s)
	if s == "" {
		return term.MakeElided()
	}
	t, _ := knownTerms.read(s, parseTerm)
	return t
}

// parseTerm is readTerm for a text that is not known.
func parseTerm(s string) (term.Term, bool) {
	t, end, _ := term.ReadIn(s, term.Elixir)
	prose := t.Kind == term.Var && strings.TrimSpace(s[end:lineEnd(s, end)]) != "" // words, not one word of a guide
	if t.Kind == term.None || prose {
		return term.Term{Kind: term.Raw, Text: s}, true
	}
	return t, true
}

// readCall reads "M.f(args)" as {M, f, [args]} and "M.f/n" as {M, f, n}; a text
// that is no call is Raw.
func readCall(s string) term.Term {
	t, _ := knownCalls.read(s, parseCall)
	return t
}

// parseCall is readCall for a text that is not known.
func parseCall(s string) (term.Term, bool) {
	open := openParen(s)
	if open <= 0 {
		m, f, n := splitMFA(s)
		if m == "" || n < 0 {
			return term.Term{Kind: term.Raw, Text: s}, true
		}
		return term.MakeTuple(term.MakeAtom(m), term.MakeAtom(f), term.MakeInt(n)), true
	}
	dot := callDot(s[:open])
	if dot < 0 {
		return term.Term{Kind: term.Raw, Text: s}, true
	}
	args := term.Term{Kind: term.List}
	for i := open + 1; i < len(s) && s[i] != ')'; {
		t, n, _ := term.ReadIn(s[i:], term.Elixir)
		if t.Kind == term.None || n == 0 {
			break
		}
		args.Args = append(args.Args, t)
		for i += n; i < len(s) && (s[i] == ',' || s[i] == ' ' || s[i] == '\n'); i++ {
		}
		if i >= len(s) { // cut inside the arguments
			args.Args = append(args.Args, term.MakeElided())
		}
	}
	return term.MakeTuple(term.MakeAtom(moduleAtom(s[:dot])), term.MakeAtom(unquoteName(s[dot+1:open])), args), true
}
