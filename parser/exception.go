package parser

import (
	"strconv"
	"strings"

	"github.com/beamlog/beamlog/parser/term"
)

// maxMessage bounds the message kept in an exception's term.
const maxMessage = 64 << 10

// exceptionTerm gives the struct of an exception from its printed name and
// message. The fields are those that the message tells; an exception that is not
// known has its message and an Elided, since its other fields are not printed.
func exceptionTerm(name, message string) term.Term {
	name, message = exceptionType(name), strings.TrimRight(message, " \n")
	if len(message) > maxMessage {
		message = message[:maxMessage]
	}
	if fields := exceptionFields(name, message); fields != nil {
		return term.MakeStruct(name, fields...)
	}
	switch name {
	case "CondClauseError":
		return term.MakeStruct(name)
	case "RuntimeError", "ArgumentError", "ArithmeticError", "SystemLimitError", "Enum.EmptyError",
		"Enum.OutOfBoundsError", "Mix.Error":
		return term.MakeStruct(name, term.MakeAtom("message"), term.MakeString(message))
	case "Mix": // "** (Mix) text" is how mix prints Mix.Error
		return term.MakeStruct("Mix.Error", term.MakeAtom("message"), term.MakeString(message), term.MakeElided())
	}
	return term.MakeStruct(name, term.MakeAtom("message"), term.MakeString(message), term.MakeElided())
}

// valueTexts are the messages that end with one term, which is the field term.
var valueTexts = [...]struct{ module, text string }{
	{"MatchError", "no match of right hand side value:"},
	{"CaseClauseError", "no case clause matching:"},
	{"TryClauseError", "no try clause matching:"},
	{"WithClauseError", "no with clause matching:"},
	{"BadMapError", "expected a map, got:"},
	{"BadFunctionError", "expected a function, got:"},
}

// exceptionFields reads the messages of Elixir's own exceptions; nil if the
// message is not as Elixir writes it.
func exceptionFields(name, message string) []term.Term {
	for _, v := range valueTexts {
		if rest, ok := strings.CutPrefix(message, v.text); ok && v.module == name {
			return fields("term", readTerm(rest))
		}
	}
	switch name {
	case "KeyError":
		return keyErrorFields(message)
	case "FunctionClauseError":
		if rest, ok := strings.CutPrefix(message, "no function clause matching in "); ok {
			return mfaFields(rest)
		}
	case "UndefinedFunctionError":
		if rest, ok := strings.CutPrefix(message, "function "); ok {
			if mfa, _, ok := strings.Cut(rest, " is undefined"); ok {
				return mfaFields(mfa)
			}
		}
	case "ErlangError":
		if rest, ok := strings.CutPrefix(message, "Erlang error:"); ok {
			return fields("original", readTerm(rest))
		}
	case "BadArityError":
		return badArityFields(message)
	case "BadBooleanError":
		return badBooleanFields(message)
	case "BadStructError":
		if rest, ok := strings.CutPrefix(message, "expected a struct named "); ok {
			if s, v, ok := strings.Cut(rest, ", got:"); ok {
				return fields("struct", term.MakeAlias(s), "term", readTerm(v))
			}
		}
	case "Protocol.UndefinedError":
		return protocolFields(message)
	}
	return nil
}

// fields makes the keys and values of a struct.
func fields(kv ...any) []term.Term {
	out := make([]term.Term, 0, len(kv))
	for i := 0; i+1 < len(kv); i += 2 {
		key, _ := kv[i].(string)
		value, _ := kv[i+1].(term.Term)
		out = append(out, term.MakeAtom(key), value)
	}
	return out
}

// keyErrorFields reads "key :k not found in: T" and "key :k not found".
func keyErrorFields(message string) []term.Term {
	rest, ok := strings.CutPrefix(message, "key ")
	if !ok {
		return nil
	}
	key, n, _ := term.ReadIn(rest, term.Elixir)
	if key.Kind == term.None || !strings.HasPrefix(rest[n:], " not found") {
		return nil
	}
	value, ok := strings.CutPrefix(rest[n:], " not found in:")
	if !ok {
		return append(fields("key", key), term.MakeElided())
	}
	return fields("key", key, "term", readTerm(value))
}

// mfaFields reads "M.f/n", at the start of s.
func mfaFields(s string) []term.Term {
	s = s[:lineEnd(s, 0)]
	if in, ok := cutAnonymous(s); ok {
		s = in
	}
	slash := strings.LastIndexByte(s, '/')
	if slash < 0 {
		return nil
	}
	end := slash + 1
	for end < len(s) && s[end] >= '0' && s[end] <= '9' {
		end++
	}
	m, f, n := splitMFA(s[:end])
	if m == "" || n < 0 {
		return nil
	}
	return fields("module", term.MakeAtom(m), "function", term.MakeAtom(f), "arity", term.MakeInt(n))
}

// cutAnonymous gives "M.f/2" for "anonymous fn/1 in M.f/2".
func cutAnonymous(s string) (string, bool) {
	if !strings.HasPrefix(s, "anonymous fn/") {
		return s, false
	}
	_, in, ok := strings.Cut(s, " in ")
	return in, ok
}

// badArityFields reads "#Function<…> with arity 1 called with 2 arguments (1, 2)".
func badArityFields(message string) []term.Term {
	fun, rest, ok := strings.Cut(message, " with arity ")
	if !ok {
		return nil
	}
	args := term.Term{Kind: term.List}
	if open := strings.Index(rest, " ("); open >= 0 && strings.HasSuffix(rest, ")") {
		if call := readCall("M.f" + rest[open+1:]); call.Kind == term.Tuple {
			args = call.Args[2]
		}
	} else if !strings.Contains(rest, "no arguments") {
		args = term.MakeElided()
	}
	return fields("function", readTerm(fun), "args", args)
}

// badBooleanFields reads `expected a boolean on left-side of "and", got: T`.
func badBooleanFields(message string) []term.Term {
	rest, ok := strings.CutPrefix(message, "expected a boolean on left-side of ")
	if !ok {
		return nil
	}
	quoted, value, ok := strings.Cut(rest, ", got:")
	if !ok {
		return nil
	}
	op, err := strconv.Unquote(quoted)
	if err != nil {
		op = quoted
	}
	return fields("operator", term.MakeAtom(op), "term", readTerm(value))
}

// protocolFields reads the message of Protocol.UndefinedError, which three
// generations of Elixir wrote in three ways:
//
//	protocol Enumerable not implemented for 5 of type Integer           (to 1.17)
//	protocol Enumerable not implemented for type Integer … Got value:   (1.18)
//	protocol Enumerable not implemented for Integer … Got value:        (1.19)
func protocolFields(message string) []term.Term {
	rest, ok := strings.CutPrefix(message, "protocol ")
	if !ok {
		return nil
	}
	protocol, what, ok := strings.Cut(rest, " not implemented for ")
	if !ok || strings.ContainsAny(protocol, " \n") {
		return nil
	}
	value := term.MakeElided()
	if _, got, ok := strings.Cut(what, "Got value:"); ok {
		value = readTerm(got)
	} else if !strings.HasPrefix(what, "type ") {
		value = readTerm(what)
	}
	return fields("protocol", term.MakeAlias(protocol), "value", value)
}
