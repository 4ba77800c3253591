package parser

import (
	"strconv"
	"strings"

	"github.com/beamlog/beamlog/parser/term"
)

// otpExceptionTerm reads what follows "exception error: ", "exception exit: " or
// "exception throw: " in a crash report or in the shell. erl_error prints the
// reasons of class error that the VM knows as sentences:
//
//	no match of right hand side value error
//	no function clause matching lists:nth(0,[1]) (lists.erl, line 198)
//	undefined function nomod:nofun/2
//
// and anything else as a term. raw is the reason; top, if there is one, is the
// first frame of the stack, which function_clause and undef moved into the text.
// ok is false where the text is neither.
func otpExceptionTerm(class, text string, lines crashFrames, d term.Dialect) (raw, top term.Term, complete, ok bool) {
	if text == "" {
		return term.Term{}, term.Term{}, false, false
	}
	if module, isException := strings.CutPrefix(text, "#Elixir."); isException {
		return elixirException(module, lines), term.Term{}, true, true
	}
	if class != "exit" && class != "throw" {
		if raw, top, complete, ok = errorSentence(text, d); ok {
			return raw, top, complete, true
		}
	} else if text == "the current process attempted to call itself" {
		return term.MakeAtom("calling_self"), term.Term{}, true, true
	}
	raw, complete, ok = otpTerm(text, d)
	return raw, term.Term{}, complete, ok
}

// elixirException is what Elixir's Exception gives for error_info: the line holds
// only "#Elixir.RuntimeError", the message stands under the first frame, after
// "***". Elixir 1.14 and later on OTP 24 and later.
func elixirException(module string, lines crashFrames) term.Term {
	module = strings.TrimSpace(module)
	if message := lines.general(); message != "" {
		return exceptionTerm(module, message)
	}
	return term.MakeStruct(module, term.MakeAtom("message"), term.MakeElided())
}

// plainSentences are the sentences that hold no value.
var plainSentences = []struct{ text, atom string }{
	{"bad argument", "badarg"},
	{"an error occurred when evaluating an arithmetic expression", "badarith"},
	{"no true branch found when evaluating an if expression", "if_clause"},
	{"no such process or port", "noproc"},
	{"bad receive timeout value", "timeout_value"},
	{"a system limit has been reached", "system_limit"},
	{"the node cannot be part of a distributed system", "notalive"},
}

// valueSentences are the sentences that end in the value of {Tag, Value}.
var valueSentences = []struct{ literal, tag string }{
	{"no match of right hand side value", "badmatch"},
	{"no case clause matching", "case_clause"},
	{"no try clause matching", "try_clause"},
	{"no else clause matching", "else_clause"},
	{"bad argument:", "badarg"},
	{"bad key:", "badkey"},
	{"bad map:", "badmap"},
	{"bad function", "badfun"},
	{"bad filter", "bad_filter"},
	{"bad generator", "bad_generator"},
}

// errorSentence reads a reason of class error that is printed as a sentence.
func errorSentence(text string, d term.Dialect) (raw, top term.Term, complete, ok bool) {
	for _, s := range plainSentences {
		if text == s.text {
			return term.MakeAtom(s.atom), term.Term{}, true, true
		}
	}
	for _, s := range valueSentences {
		if rest, found := cutWord(text, s.literal); found {
			v, complete := elidedTerm(rest, d)
			return term.MakeTuple(term.MakeAtom(s.tag), v), term.Term{}, complete, true
		}
	}
	switch {
	case strings.HasPrefix(text, "no function clause matching"):
		raw, top, complete = functionClause(strings.TrimSpace(text[len("no function clause matching"):]), d)
		return raw, top, complete, true
	case strings.HasPrefix(text, "undefined function "):
		raw, top, complete = undefinedFunction(text[len("undefined function "):])
		return raw, top, complete, true
	case strings.HasPrefix(text, "undefined shell command "):
		raw, _, complete = undefinedFunction("shell_default:" + text[len("undefined shell command "):])
		return raw, term.Term{}, complete, true
	}
	if raw, ok = badArity(text, d); ok {
		return raw, term.Term{}, true, true
	}
	return term.Term{}, term.Term{}, false, false
}

// cutWord cuts a literal and the blanks that follow it off the start of s.
func cutWord(s, literal string) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(s, literal)
	if !ok || rest != "" && !strings.ContainsAny(rest[:1], " \n\t") {
		return "", false
	}
	return strings.TrimSpace(rest), true
}

// elidedTerm reads a value; where it was cut off altogether it is Elided.
func elidedTerm(text string, d term.Dialect) (term.Term, bool) {
	if text == "" {
		return term.MakeElided(), false
	}
	t, _, complete := term.ReadIn(text, d)
	if t.Kind == term.None {
		return term.MakeElided(), false
	}
	return t, complete
}

// functionClause reads "bad:handle_cast(hello, St) (bad.erl, line 22)" and, for a
// function of the shell, "call to f/1".
func functionClause(text string, d term.Dialect) (raw, top term.Term, complete bool) {
	raw = term.MakeAtom("function_clause")
	if strings.HasPrefix(text, "call to ") {
		return raw, term.Term{}, true
	}
	call, location := text, ""
	if i := strings.LastIndex(text, " ("); i >= 0 && strings.HasSuffix(text, ")") && !strings.ContainsAny(text[i+2:], "{[#<") {
		call, location = strings.TrimSpace(text[:i]), text[i+2:len(text)-1]
	}
	open := callParen(call)
	if open < 0 {
		return raw, term.Term{}, false
	}
	module, function, ok := splitErlangCall(call[:open])
	if !ok {
		return raw, term.Term{}, false
	}
	args, complete := argumentList(call[open:], d)
	return raw, stackEntry(module, function, args, location), complete
}

// argumentList reads "(hello, St)" as a list of arguments. What was cut off is
// Elided in it.
func argumentList(text string, d term.Dialect) (term.Term, bool) {
	inner, closed := strings.CutPrefix(text, "(")
	if closed {
		inner, closed = strings.CutSuffix(strings.TrimSpace(inner), ")")
	}
	if !closed {
		list, _, _ := term.ReadIn("["+inner, d)
		return list, false
	}
	list, _, complete := term.ReadIn("["+inner+"]", d)
	return list, complete && list.Kind == term.List
}

// undefinedFunction reads "nomod:nofun/2".
func undefinedFunction(text string) (raw, top term.Term, complete bool) {
	raw = term.MakeAtom("undef")
	module, function, arity, ok := splitErlangMFA(strings.TrimSpace(text))
	if !ok {
		return raw, term.Term{}, false
	}
	return raw, stackEntry(module, function, term.MakeInt(arity), ""), true
}

// badArity reads "m:'-f/0-fun-0-'/1 called with two arguments". The arguments
// themselves are not printed.
func badArity(text string, d term.Dialect) (term.Term, bool) {
	i := strings.LastIndex(text, " called with ")
	if i < 0 || !strings.HasSuffix(text, " argument") && !strings.HasSuffix(text, " arguments") {
		return term.Term{}, false
	}
	fun := term.Term{Kind: term.Raw, Text: strings.TrimSpace(text[:i])}
	if module, function, arity, ok := splitErlangMFA(fun.Text); ok {
		fun = term.Term{Kind: term.Fun, External: true, Text: module + "." + function + "/" + strconv.Itoa(arity)}
	}
	args := term.MakeList(term.MakeElided())
	return term.MakeTuple(term.MakeAtom("badarity"), term.MakeTuple(fun, args)), true
}
