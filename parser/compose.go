package parser

import (
	"strings"

	"github.com/beamlog/beamlog/parser/term"
)

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
		v := term.MakeElided()
		if lv.Exit != nil {
			v = readTerm(lv.Exit.Term)
		}
		t := term.MakeTuple(term.MakeAtom("nocatch"), v)
		r = Reason{Term: t, Cause: t, Type: "nocatch", Class: "throw"}
	case lv.Inner != nil || lv.Exit != nil:
		r = lv.composeWrapper()
	default:
		t := exceptionTerm(class, lv.Message)
		r = Reason{Term: t, Cause: t, Type: exceptionType(class), Class: "error"}
	}
	r.attach(readFrames(lv.Frames))
	return r
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
	case e.Call != "":
		return composeCall(e.Call, inner(below))
	case e.Raised:
		return inner(below)
	case e.Child != "":
		return composeChild(e.Child, inner(below))
	case e.Returned != "":
		return e.composeReturned(below)
	case e.Phrase != "":
		t := term.MakeAtom(phraseAtom(e.Phrase))
		return Reason{Term: t, Cause: t, Type: t.Text}
	case e.Tag != "" && strings.HasPrefix(e.Tag, couldNotStart):
		return e.mixReason(below)
	case e.Tag != "":
		return Normalize(tagTerm(e.Tag, e.Value))
	}
	return Normalize(readTerm(e.Term))
}

// mixReason reads what follows "Could not start application my_app: ".
func (e *exitText) mixReason(below *level) Reason {
	if e.Tail != nil {
		return e.Tail.compose(below)
	}
	if e.Value != "" {
		return Normalize(readTerm(e.Value))
	}
	return Reason{}
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

// composeReturned reads "M.start(:normal, []) returned an error: R",
// "… returned a bad value: V" and "M.init/1 returned a bad value: V".
func (e *exitText) composeReturned(below *level) Reason {
	mfa := readCall(e.Started)
	if e.Returned == textError {
		r := e.Result.compose(below)
		if r.Term.Kind == term.None {
			r.Term = term.MakeElided()
		}
		link := Link{Via: ViaStart, Relation: RelSupervisor, Detail: e.Started}
		return wrap(r, term.MakeTuple(r.Term, mfa), link)
	}
	v := term.MakeElided()
	if e.Result != nil {
		v = readTerm(e.Result.Term)
	}
	if mfa.Kind == term.Tuple && mfa.Args[2].Kind == term.Int {
		return Normalize(term.MakeTuple(term.MakeAtom("bad_return"), term.MakeTuple(mfa.Args[0], mfa.Args[1], v)))
	}
	return Normalize(term.MakeTuple(term.MakeAtom("bad_return"), term.MakeTuple(mfa, v)))
}

// phraseAtom gives the atom that a fixed text stands for.
func phraseAtom(text string) string {
	for _, p := range phrases {
		if p.text == text {
			return p.atom
		}
	}
	return "noproc" // the long text, with something after it
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

// readTerm reads one inspected term; text that is none is Raw.
func readTerm(s string) term.Term {
	s = strings.TrimSpace(s)
	if s == "" {
		return term.MakeElided()
	}
	t, _, _ := term.ReadIn(s, term.Elixir)
	if t.Kind == term.None {
		return term.Term{Kind: term.Raw, Text: s}
	}
	return t
}

// readCall reads "M.f(args)" as {M, f, [args]} and "M.f/n" as {M, f, n}; a text
// that is no call is Raw.
func readCall(s string) term.Term {
	open := openParen(s)
	if open <= 0 {
		m, f, n := splitMFA(s)
		if m == "" || n < 0 {
			return term.Term{Kind: term.Raw, Text: s}
		}
		return term.MakeTuple(term.MakeAtom(m), term.MakeAtom(f), term.MakeInt(n))
	}
	dot := callDot(s[:open])
	if dot < 0 {
		return term.Term{Kind: term.Raw, Text: s}
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
	return term.MakeTuple(term.MakeAtom(moduleAtom(s[:dot])), term.MakeAtom(unquoteName(s[dot+1:open])), args)
}
