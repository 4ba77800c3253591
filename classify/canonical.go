package classify

import (
	"strings"

	"github.com/beamlog/beamlog/parser/term"
)

// Canonical gives the Erlang form of an exception that Elixir raises for an
// Erlang error: %MatchError{term: v} is {:badmatch, v}, whether the struct was
// printed with its fields or holds only the message of a banner. An exception
// without an Erlang form, and any other term, is returned as it is.
//
//	%KeyError{message: "key :a not found in: nil"}  {:badkey, :a, nil}
//	%ErlangError{original: :noproc}                 :noproc
//	%ArgumentError{message: "argument error"}       :badarg
//	{:with_clause, v}                               {:else_clause, v}
func Canonical(t term.Term) term.Term {
	switch {
	case t.Kind == term.Struct:
		if c, ok := erlangForm(t); ok {
			return c
		}
	case t.Tagged("with_clause", 2):
		return tagged("else_clause", t.Args[1])
	case t.Tagged("module could not be loaded", -1), t.IsAtom("module could not be loaded"),
		t.Tagged("function not exported", -1), t.IsAtom("function not exported"):
		return term.MakeAtom("undef") // gen_server's own text report says so
	}
	return t
}

// tagged makes {tag, args...}.
func tagged(tag string, args ...term.Term) term.Term {
	return term.MakeTuple(append([]term.Term{term.MakeAtom(tag)}, args...)...)
}

// message is the exception's message, "" if it has none.
func message(t term.Term) string {
	if t.Kind != term.Struct {
		return ""
	}
	m, ok := t.Get("message")
	if !ok {
		return ""
	}
	s, _ := m.StringValue()
	return s
}

// valueErrors are the exceptions that hold one value: the Erlang tag, and what
// their message says before the value.
var valueErrors = [...]struct{ module, tag, text string }{
	{"MatchError", "badmatch", "no match of right hand side value:"},
	{"CaseClauseError", "case_clause", "no case clause matching:"},
	{"WithClauseError", "else_clause", "no with clause matching:"},
	{"TryClauseError", "try_clause", "no try clause matching:"},
	{"BadMapError", "badmap", "expected a map, got:"},
	{"BadFunctionError", "badfun", "expected a function, got:"},
}

// erlangForm is [Canonical] for a struct.
func erlangForm(t term.Term) (term.Term, bool) {
	mod, msg := moduleOf(t), message(t)
	for _, e := range valueErrors {
		if mod == e.module {
			return tagged(e.tag, heldValue(t, msg, e.text)), true
		}
	}
	switch mod {
	case "ErlangError":
		return erlangError(t, msg)
	case "ArgumentError":
		if badargMessage(msg) {
			return term.MakeAtom("badarg"), true
		}
	case "ArithmeticError":
		return term.MakeAtom("badarith"), true
	case "CondClauseError":
		return term.MakeAtom("cond_clause"), true
	case "SystemLimitError":
		return term.MakeAtom("system_limit"), true
	case "FunctionClauseError":
		return term.MakeAtom("function_clause"), true
	case "UndefinedFunctionError":
		return term.MakeAtom("undef"), true
	case "KeyError":
		return badkey(t, msg), true
	case "BadArityError":
		return badarity(t), true
	case "BadBooleanError":
		return badbool(t, msg), true
	case "BadStructError":
		return badstruct(t, msg), true
	}
	return term.Term{}, false
}

// heldValue is the field term, or the value that the message prints after lead.
func heldValue(t term.Term, msg, lead string) term.Term {
	if v, ok := t.Get("term"); ok {
		return v
	}
	if _, rest, ok := strings.Cut(msg, lead); ok {
		return readValue(rest)
	}
	return term.MakeElided()
}

// readValue reads the term that a message goes on with.
func readValue(s string) term.Term {
	s = strings.TrimSpace(s)
	if s == "" {
		return term.MakeElided()
	}
	v, _, _ := term.Read(s)
	return v
}

// badargMessage reports whether an ArgumentError is Erlang's badarg: it carries
// no sentence of its own, or the one that OTP makes of error_info.
func badargMessage(msg string) bool {
	return msg == "" || strings.HasPrefix(msg, "argument error") ||
		strings.HasPrefix(msg, "errors were found at the given arguments") ||
		strings.HasPrefix(msg, "construction of binary failed")
}

// erlangError unwraps %ErlangError{original: t}, or "Erlang error: t".
func erlangError(t term.Term, msg string) (term.Term, bool) {
	if v, ok := t.Get("original"); ok {
		return Canonical(v), true
	}
	rest, ok := strings.CutPrefix(msg, "Erlang error:")
	if !ok {
		return term.Term{}, false
	}
	return Canonical(readValue(rest)), true
}

// badkey makes {:badkey, key, map} of a KeyError: "key :a not found in: nil".
func badkey(t term.Term, msg string) term.Term {
	key, hasKey := t.Get("key")
	in, hasTerm := t.Get("term")
	if !hasKey {
		key = term.MakeElided()
		if _, rest, ok := strings.Cut(msg, "key "); ok {
			key = readValue(rest)
		}
	}
	if !hasTerm || in.IsNil() && explicitNil(t, "message") { // a struct as inspected: nil where the term is not known
		in = term.MakeElided()
		if _, rest, ok := strings.Cut(msg, "not found in:"); ok {
			in = readValue(rest)
		}
	}
	return tagged("badkey", key, in)
}

// badarity makes {:badarity, {fun, args}} of a BadArityError.
func badarity(t term.Term) term.Term {
	fun, ok := t.Get("function")
	if !ok {
		fun = readValue(message(t)) // "#Function<…> with arity 1 called with 2 arguments (1, 2)"
	}
	args, ok := t.Get("args")
	if !ok {
		args = term.MakeElided()
	}
	return tagged("badarity", term.MakeTuple(fun, args))
}

// badbool makes {:badbool, operator, value} of a BadBooleanError.
func badbool(t term.Term, msg string) term.Term {
	op, ok := t.Get("operator")
	if !ok {
		op = term.MakeElided()
		if _, rest, ok := strings.Cut(msg, `of "`); ok {
			name, _, _ := strings.Cut(rest, `"`)
			op = term.MakeAtom(name)
		}
	}
	return tagged("badbool", op, heldValue(t, msg, ", got:"))
}

// badstruct makes {:badstruct, module, value} of a BadStructError.
func badstruct(t term.Term, msg string) term.Term {
	mod, ok := t.Get("struct")
	if !ok {
		mod = term.MakeElided()
		if _, rest, ok := strings.Cut(msg, "struct named "); ok {
			name, _, _ := strings.Cut(rest, ",")
			mod = term.MakeAlias(name)
		}
	}
	return tagged("badstruct", mod, heldValue(t, msg, ", got:"))
}

// explicitNil reports whether a struct shows a field to be nil.
func explicitNil(t term.Term, field string) bool {
	v, ok := t.Get(field)
	return ok && v.IsNil()
}
