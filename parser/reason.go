package parser

import (
	"strings"

	"github.com/beamlog/beamlog/parser/term"
)

// Normalize reads a raw exit reason, as OTP and inspect/1 print it: stacks are
// taken out of the term, and its envelopes become the chain. The pretty text of
// the same reason gives the same Reason.
func Normalize(t term.Term) Reason { return unwrap(t, 0) }

// unwrap takes the outermost envelope off and does the same with what is in it.
func unwrap(t term.Term, depth int) Reason {
	if depth < maxLevels {
		switch t.Kind {
		case term.Tuple:
			if r, ok := unwrapTuple(t, depth); ok {
				return r
			}
		case term.Struct:
			if r, ok := unwrapException(t, depth); ok {
				return r
			}
		}
	}
	return Reason{Term: t, Cause: t, Type: typeOf(t)}
}

// unwrapTuple reads the envelopes that are tuples.
func unwrapTuple(t term.Term, depth int) (Reason, bool) {
	switch len(t.Args) {
	case 2:
		return unwrapPair(t, depth)
	case 3:
		return unwrapTriple(t, depth)
	case 5:
		if t.Tagged("DOWN", 5) && t.Args[2].Kind == term.Atom {
			link := Link{Via: ViaMonitor, Relation: RelObserver, Target: t.Args[3].Elixir()}
			return wrapAt(t, []int{4}, link, depth), true
		}
	}
	return Reason{}, false
}

// unwrapPair reads the envelopes {R, Stack}, {R, {M, F, Args}}, {shutdown, R} …
func unwrapPair(t term.Term, depth int) (Reason, bool) {
	first, second := t.Args[0], t.Args[1]
	switch {
	case isStack(second):
		r := unwrap(first, depth+1)
		r.attach(framesFromStack(second))
		return r, true
	case second.Kind == term.List && len(second.Args) == 0 && (first.Kind == term.Struct || first.Kind == term.Tuple || isErrorAtom(first)):
		return unwrap(first, depth+1), true // an error whose stack is empty
	case second.Kind == term.Elided && first.Kind == term.Tuple && len(first.Args) == 2 && isStack(first.Args[1]):
		// A limit cut a stack or a call off: {{R, Stack}, ...}.
		r := unwrap(first, depth+1)
		r.Term = term.MakeTuple(r.Term, second)
		return r, true
	case isMFA(second):
		return wrapAt(t, []int{0}, callLink(second), depth), true
	case second.Tagged("child", -1) && (len(second.Args) == 8 || len(second.Args) == 9):
		// What start_child returns: {R, {child, undefined, Id, MFA, …}}.
		return wrapAt(t, []int{0}, childLink(second.Args[2]), depth), true
	case first.IsAtom("shutdown") && isEnvelope(second):
		return wrapAt(t, []int{1}, Link{Via: ViaShutdown, Relation: RelSelf}, depth), true
	case first.IsAtom("bad_return"):
		return unwrapBadReturn(t, depth)
	case first.IsAtom("EXIT"):
		return wrapAt(t, []int{1}, Link{Via: ViaCaught, Relation: RelSelf}, depth), true
	case first.IsAtom("badrpc") && second.Tagged("EXIT", 2):
		return wrapAt(t, []int{1, 1}, Link{Via: ViaCaught, Relation: RelCaller}, depth), true
	}
	return Reason{}, false
}

// unwrapTriple reads {failed_to_start_child, Id, R}, {'EXIT', Pid, R},
// {error, R, Stack} …
func unwrapTriple(t term.Term, depth int) (Reason, bool) {
	switch tag := t.Args[0]; {
	case tag.Kind != term.Atom:
	case tag.Text == "failed_to_start_child":
		path := []int{2}
		if t.Args[2].Tagged("EXIT", 2) {
			path = []int{2, 1} // Elixir's text of it does not tell the 'EXIT' either
		}
		return wrapAt(t, path, childLink(t.Args[1]), depth), true
	case tag.Text == "EXIT" && t.Args[1].Kind != term.List:
		link := Link{Via: ViaLink, Relation: RelLinked, Target: t.Args[1].Elixir()}
		return wrapAt(t, []int{2}, link, depth), true
	case tag.Text == "gen_event_EXIT":
		link := Link{Via: ViaLink, Relation: RelObserver, Target: t.Args[1].Elixir()}
		return wrapAt(t, []int{2}, link, depth), true
	case tag.Text == "application_start_failure" || tag.Text == "application_terminated":
		link := Link{Via: ViaStart, Relation: RelSupervisor, Detail: t.Args[1].Elixir(), Target: t.Args[1].ModuleName()}
		return wrapAt(t, []int{2}, link, depth), true
	case (tag.Text == "error" || tag.Text == "exit" || tag.Text == "throw" || tag.Text == "exception") && isStack(t.Args[2]):
		// error_info of a crash report; what erpc raises.
		r := unwrap(t.Args[1], depth+1)
		if r.Class == "" && tag.Text != "exception" {
			r.Class = tag.Text
		}
		r.attach(framesFromStack(t.Args[2]))
		return r, true
	}
	return Reason{}, false
}

// unwrapBadReturn reads {bad_return, {{M, start, Args}, {'EXIT', R}}}: a start
// function that crashed. Any other bad return is a cause of its own.
func unwrapBadReturn(t term.Term, depth int) (Reason, bool) {
	pair := t.Args[1]
	if pair.Kind != term.Tuple || len(pair.Args) != 2 || !isMFA(pair.Args[0]) || !pair.Args[1].Tagged("EXIT", 2) {
		return Reason{}, false
	}
	link := callLink(pair.Args[0])
	link.Via, link.Relation, link.Target = ViaBadReturn, RelSelf, ""
	return wrapAt(t, []int{1, 1, 1}, link, depth), true
}

// wrappers are the exceptions that carry another reason, and the field it is in.
var wrappers = [...]struct{ module, field string }{
	{"Elixir.Plug.Conn.WrapperError", "reason"},
	{"Elixir.Oban.CrashError", "reason"},
	{"Elixir.Oban.PerformError", "reason"},
	{"Elixir.Ecto.SubQueryError", "exception"},
}

// unwrapException reads an exception struct that carries another reason. An
// ErlangError is one only round an envelope: Elixir makes one of whatever was
// raised, and of the exit of a call where a library raised that again.
func unwrapException(t term.Term, depth int) (Reason, bool) {
	if t.Text == "Elixir.ErlangError" {
		if original, ok := t.Get("original"); !ok || !isEnvelope(original) {
			return Reason{}, false
		}
		link := Link{Via: ViaException, Relation: RelSelf, Detail: t.ModuleName()}
		return wrapAt(t, []int{fieldIndex(t, "original")}, link, depth), true
	}
	for _, w := range wrappers {
		if t.Text != w.module {
			continue
		}
		for i := 0; i+1 < len(t.Args); i += 2 {
			if !t.Args[i].IsAtom(w.field) || t.Args[i+1].IsNil() {
				continue
			}
			bare := t
			if stack, ok := t.Get("stack"); ok && isStack(stack) {
				bare = without(t, "stack")
				link := Link{Via: ViaException, Relation: RelSelf, Detail: t.ModuleName()}
				r := wrapAt(bare, []int{fieldIndex(bare, w.field)}, link, depth)
				if frames := framesFromStack(stack); len(r.Stack) == 0 {
					r.Stack = frames
				}
				return r, true
			}
			link := Link{Via: ViaException, Relation: RelSelf, Detail: t.ModuleName()}
			return wrapAt(bare, []int{i + 1}, link, depth), true
		}
	}
	return Reason{}, false
}

// without gives a struct without one of its fields.
func without(t term.Term, field string) term.Term {
	out := t
	out.Args = make([]term.Term, 0, len(t.Args))
	for i := 0; i < len(t.Args); i++ {
		if i+1 < len(t.Args) && i%2 == 0 && t.Args[i].IsAtom(field) {
			i++
			continue
		}
		out.Args = append(out.Args, t.Args[i])
	}
	return out
}

// fieldIndex gives the index of a field's value in a struct's Args.
func fieldIndex(t term.Term, field string) int {
	for i := 0; i+1 < len(t.Args); i += 2 {
		if t.Args[i].IsAtom(field) {
			return i + 1
		}
	}
	return 0
}

// wrapAt unwraps the subterm of t that path leads to, and puts link before its
// chain, with t as the envelope.
func wrapAt(t term.Term, path []int, link Link, depth int) Reason {
	inner := t
	for _, i := range path {
		inner = inner.Args[i]
	}
	r := unwrap(inner, depth+1)
	return wrap(r, replaceAt(t, path, r.Term), link)
}

// wrap puts one more envelope round a reason.
func wrap(r Reason, envelope term.Term, link Link) Reason {
	link.Envelope = envelope
	r.Term = envelope
	r.Chain = append([]Link{link}, r.Chain...)
	return r
}

// replaceAt gives t with the subterm at path replaced.
func replaceAt(t term.Term, path []int, with term.Term) term.Term {
	if len(path) == 0 {
		return with
	}
	args := make([]term.Term, len(t.Args))
	copy(args, t.Args)
	args[path[0]] = replaceAt(args[path[0]], path[1:], with)
	t.Args = args
	return t
}

// attach gives the reason the frames printed at its own level: they are the
// cause's if none nearer to it were printed, else the outermost envelope's.
func (r *Reason) attach(frames []Frame) {
	switch {
	case len(frames) == 0:
	case len(r.Stack) == 0:
		r.Stack = frames
	case len(r.Chain) > 0 && len(r.Chain[0].Stack) == 0:
		r.Chain[0].Stack = frames
	}
}

// isMFA says whether t is {M, F, Args}, as gen and the application controller
// add it to the reason of a call that failed.
func isMFA(t term.Term) bool {
	if t.Kind != term.Tuple || len(t.Args) != 3 || t.Args[0].Kind != term.Atom || t.Args[1].Kind != term.Atom {
		return false
	}
	switch args := t.Args[2]; args.Kind {
	case term.List:
		return !args.Improper
	case term.Charlist, term.Elided:
		return true
	}
	return false
}

// isEnvelope says whether t is one of the structures that {shutdown, R} and an
// ErlangError wrap.
func isEnvelope(t term.Term) bool {
	return t.Tagged("failed_to_start_child", 3) || t.Tagged("exception", 3) && isStack(t.Args[2]) || t.Kind == term.Tuple && len(t.Args) == 2 && (isMFA(t.Args[1]) || isStack(t.Args[1]))
}

// isErrorAtom says whether t is a reason of the runtime's own errors.
func isErrorAtom(t term.Term) bool {
	if t.Kind != term.Atom {
		return false
	}
	switch t.Text {
	case "undef", "function_clause", "badarg", "badarith", "if_clause", "cond_clause", "system_limit", "noproc", "killed":
		return true
	}
	return false
}

// callLink is the link of {R, {M, F, Args}}.
func callLink(mfa term.Term) Link {
	m, f, args := mfa.Args[0], mfa.Args[1].Text, mfa.Args[2]
	link := Link{Via: ViaCall, Relation: RelCaller, Detail: printCall(mfa)}
	if f == "start" && len(args.Args) == 2 && isStartType(args.Args[0]) {
		link.Via, link.Relation = ViaStart, RelSupervisor
		return link
	}
	link.Target = callTarget(m.Text, args)
	return link
}

// childLink is the link of {failed_to_start_child, Id, R}.
func childLink(id term.Term) Link {
	text := id.Elixir()
	return Link{Via: ViaFailedToStartChild, Relation: RelSupervisor, Detail: text, Target: text}
}

// isStartType says whether t is the first argument of an application's start/2.
func isStartType(t term.Term) bool {
	return t.IsAtom("normal") || t.Tagged("takeover", 2) || t.Tagged("failover", 2)
}

// callTarget names the process that a call of module m went to; "" if the
// arguments do not tell.
func callTarget(m string, args term.Term) string {
	if args.Kind != term.List || len(args.Args) == 0 {
		return ""
	}
	to := args.Args[0]
	switch m {
	case "Elixir.Task":
		if pid, ok := to.Get("pid"); ok {
			return pid.Elixir()
		}
		return ""
	case "Elixir.Task.Supervised":
		return ""
	}
	switch to.Kind {
	case term.Pid, term.Opaque, term.Var:
		return to.Elixir()
	case term.Atom:
		if to.Text == "nil" || to.Text == "true" || to.Text == "false" {
			return ""
		}
		return to.Elixir()
	case term.Tuple:
		// {global, Name}, {via, Mod, Name} and {Name, Node}.
		if to.Tagged("global", 2) || to.Tagged("via", 3) {
			return to.Elixir()
		}
		if len(to.Args) == 2 && to.Args[0].Kind == term.Atom && to.Args[1].Kind == term.Atom && strings.Contains(to.Args[1].Text, "@") {
			return to.Args[0].Elixir()
		}
	}
	return ""
}

// maxDetail bounds the printed call in a link.
const maxDetail = 4 << 10

// printCall prints {M, F, Args} as Elixir prints a call.
func printCall(mfa term.Term) string {
	m, f, args := mfa.Args[0], mfa.Args[1], mfa.Args[2]
	var b strings.Builder
	b.WriteString(m.Elixir())
	b.WriteByte('.')
	b.WriteString(quoteElixirName(f.Text))
	b.WriteByte('(')
	switch args.Kind {
	case term.List:
		for i, a := range args.Args {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(term.Shrink(a, maxDetail/2).Elixir())
			if b.Len() > maxDetail && i < len(args.Args)-1 {
				b.WriteString(", ...")
				break
			}
		}
	default:
		b.WriteString("...")
	}
	b.WriteByte(')')
	return b.String()
}

// typeOf names a cause: the module of an exception, else the atom that it is or
// begins with.
func typeOf(t term.Term) string {
	switch {
	case t.Kind == term.Atom, t.Kind == term.Struct:
		return t.ModuleName()
	case t.Kind == term.Tuple && len(t.Args) > 0 && t.Args[0].Kind == term.Atom:
		return t.Args[0].ModuleName()
	}
	return ""
}

// moduleName gives a module as inspected: "MyApp.Cart" for "Elixir.MyApp.Cart".
func moduleName(atom string) string { return strings.TrimPrefix(atom, "Elixir.") }
