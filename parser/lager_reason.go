package parser

import (
	"strings"

	"github.com/beamlog/beamlog/parser/term"
)

// lagerReason reads the sentence that lager makes of a reason and the first frame
// of its stack:
//
//	no match of right hand value error in bad:handle_call/3 line 10
//	no function clause matching lists:nth(0, [1]) line 198
//	call to undefined function nomod:nofun(1, [a]) from bad:f/1 line 3
//	no such process or port in call to gen_server:call(nope, x) in gen_server:call/2 line 370
//	{bad_thing,[1,2,3]} in bad:handle_call/3 line 21
//
// It gives the raw reason back, {function_clause,[{lists,nth,[0,[1]],[{line,198}]}]},
// and normalises that. lager cuts terms after some 500 characters: an open
// bracket is Elided, and the report not complete. CouchDB's reasons end in
// " at M:F/A(line:N) <= M:F/A(line:N)", a chain of callers.
func lagerReason(text string, d term.Dialect) (r Reason, complete bool) {
	text = withoutForeignLines(strings.TrimSpace(text))
	s := &lagerSentence{d: d, complete: true}
	body := s.cutFrames(text)
	raw, ok := s.reason(body)
	if !ok {
		if whole, cut := cutFrameTail(body); cut {
			if raw, ok = s.reason(whole); ok {
				body, s.complete = whole, false
			}
		}
	}
	if !ok {
		r = Reason{Text: body}
		if len(s.frames) > 0 {
			r.Stack = framesFromStack(term.MakeList(s.frames...))
		}
		return r, text != "" && !strings.HasSuffix(body, "...")
	}
	shown := innerText(body, raw)
	if stack := s.stack(); len(stack) > 0 {
		raw = term.MakeTuple(raw, term.MakeList(stack...))
	}
	r = rawReason(raw, "", d)
	r.Text = shown
	return r, s.complete
}

// withoutForeignLines ends a sentence at the line that its last frame ends. What
// stands below was printed by something else.
//
//	boom in shop_cart:handle_cast/2 line 3
//	06:32:41.9 GET /
func withoutForeignLines(text string) string {
	for i := lineEnd(text, 0); i < len(text); i = lineEnd(text, i+1) {
		line := text[:i]
		at := strings.LastIndex(line, " line ")
		if at < 0 || endsOpen(line) || strings.Contains(line[at:], "\n") || strings.Trim(line[at+len(" line "):], "0123456789") != "" {
			continue
		}
		word := strings.LastIndex(line[:at], " ")
		if _, _, _, ok := splitErlangMFA(line[word+1 : at]); ok && word >= 0 {
			return line
		}
	}
	return text
}

// lagerSentence is one reason while it is read.
type lagerSentence struct {
	d        term.Dialect
	top      []term.Term // the frame that the sentence itself names: at most one
	frames   []term.Term // those at its end
	complete bool
}

// stack is the stack that the sentence tells: the frame it names, those at its end.
func (s *lagerSentence) stack() []term.Term { return append(s.top, s.frames...) }

// maxSentenceFrames bounds the frames at a sentence's end: a crash report adds
// its own to that of an exit reason with a stack in it.
const maxSentenceFrames = 4

// cutFrames takes the frames at the end off a sentence: " in M:F/A line N",
// " in M:F(Args)", " from M:F/A line N", or CouchDB's " at M:F/A(line:N) <= …".
//
//	{no_env,"X"} in shop_app:start/2 line 8 in application_master:init/4 line 142
func (s *lagerSentence) cutFrames(text string) string {
	if i := strings.LastIndex(text, " at "); i > 0 {
		if frames, ok := s.couchFrames(text[i+len(" at "):]); ok {
			s.frames = frames
			return text[:i]
		}
	}
	for len(s.frames) < maxSentenceFrames {
		rest, entry, ok := s.cutFrame(text)
		if !ok {
			break
		}
		text = rest
		s.frames = append([]term.Term{entry}, s.frames...)
	}
	return text
}

// cutFrame takes the last frame off.
func (s *lagerSentence) cutFrame(text string) (rest string, entry term.Term, ok bool) {
	for _, word := range []string{" in ", " from "} {
		i := strings.LastIndex(text, word)
		if i <= 0 {
			continue
		}
		at := text[i+len(word):]
		if entry, ok := s.frame(at); ok {
			return text[:i], entry, true
		}
		if word == " in " && strings.Contains(at, ":") {
			if module, function, args, ok := s.call(at); ok {
				return text[:i], stackEntry(module, function, args, ""), true
			}
		}
	}
	return text, term.Term{}, false
}

// cutFrameTail takes the beginning of a frame off a sentence that ends in it:
//
//	conn_lost in gen_ser
func cutFrameTail(text string) (rest string, ok bool) {
	for _, word := range []string{" in ", " from ", " at "} {
		if i := strings.LastIndex(text, word); i > 0 && !strings.ContainsAny(text[i+len(word):], " {}[]()\"<>") {
			return text[:i], true
		}
	}
	return text, false
}

// frame reads "bad:handle_call/3 line 10", "bad:handle_call/3" and, in Elixir's
// spelling, "MyApp.Worker.init/1".
func (s *lagerSentence) frame(text string) (term.Term, bool) {
	call, line, ok := strings.Cut(firstLine(text), " line ") // another writer's line may follow
	if ok && strings.Trim(line, "0123456789") != "" {
		return term.Term{}, false
	}
	call = strings.TrimSpace(call)
	if s.d == term.Elixir && !strings.Contains(call, ":") {
		module, function, arity := splitMFA(call)
		if module == "" || arity < 0 || strings.ContainsAny(call, " {}[]\"") {
			return term.Term{}, false
		}
		return stackEntry(module, function, term.MakeInt(arity), line), true
	}
	module, function, arity, ok := splitErlangMFA(call)
	if !ok || module == "erlang" && !strings.HasPrefix(call, "erlang:") || !isAtomText(module) {
		return term.Term{}, false
	}
	return stackEntry(module, function, term.MakeInt(arity), line), true
}

// isAtomText says whether a module's name looks like one: what splits at a colon
// may be the end of a term.
func isAtomText(s string) bool { return s != "" && !strings.ContainsAny(s, "{}[](),\"<>") }

// couchFrames reads "m:f/1(line:3) <= m:g/2(line:9)".
func (s *lagerSentence) couchFrames(text string) (out []term.Term, ok bool) {
	for _, part := range strings.Split(text, " <= ") {
		call, line, _ := strings.Cut(strings.TrimSpace(part), "(line:")
		module, function, arity, ok := splitErlangMFA(call)
		if !ok || strings.Trim(line, "0123456789)") != "" || !strings.Contains(call, ":") || !isAtomText(module) || len(out) == maxFrames {
			return nil, false
		}
		out = append(out, stackEntry(module, function, term.MakeInt(arity), strings.TrimSuffix(line, ")")))
	}
	return out, len(out) > 0
}

// lagerValues are the sentences that end in the value of {Tag, Value}.
var lagerValues = []struct{ literal, tag string }{
	{"no match of right hand side value", "badmatch"},
	{"no match of right hand value", "badmatch"},
	{"no case clause matching", "case_clause"},
	{"no try clause matching", "try_clause"},
	{"bad return value:", "bad_return_value"},
	{"bad return value", "bad_return_value"},
	{"bad record", "badrecord"},
	{"bad function", "badfun"},
}

// lagerPlain are the sentences without a value.
var lagerPlain = []struct{ text, atom string }{
	{"no true branch found while evaluating if expression", "if_clause"},
	{"bad arithmetic expression", "badarith"},
	{"bad argument", "badarg"},
	{"maximum number of file descriptors exhausted, check ulimit -n", "emfile"},
}

// reason reads the sentence without its frames; ok is false for prose.
func (s *lagerSentence) reason(text string) (term.Term, bool) {
	for _, p := range lagerPlain {
		if text == p.text {
			return term.MakeAtom(p.atom), true
		}
	}
	if t, ok := s.badReturn(text); ok {
		return t, true
	}
	for _, v := range lagerValues {
		if rest, ok := cutWord(text, v.literal); ok {
			return term.MakeTuple(term.MakeAtom(v.tag), s.value(rest)), true
		}
	}
	for _, c := range lagerCalls {
		if rest, ok := cutWord(text, c.literal); ok {
			return c.read(s, rest), true
		}
	}
	if strings.HasPrefix(text, "system limit: ") {
		return term.MakeAtom("system_limit"), true
	}
	if strings.HasPrefix(text, "fun called with wrong arity of ") {
		return unknownArity(), true
	}
	return s.term(text)
}

// badReturn reads what lager makes of {bad_return, {{M, F, Args}, Value}}:
//
//	bad return value started from shop_app:start(normal, [])
func (s *lagerSentence) badReturn(text string) (term.Term, bool) {
	rest, ok := cutWord(text, "bad return value")
	i := strings.LastIndex(rest, " from ")
	if !ok || i < 0 {
		return term.Term{}, false
	}
	module, function, args, ok := s.call(rest[i+len(" from "):])
	if !ok {
		return term.Term{}, false
	}
	call := term.MakeTuple(term.MakeAtom(module), term.MakeAtom(function), args)
	return term.MakeTuple(term.MakeAtom("bad_return"), term.MakeTuple(call, s.value(rest[:i]))), true
}

// lagerCalls are the sentences that name a call.
var lagerCalls = []struct {
	literal string
	read    func(s *lagerSentence, rest string) term.Term
}{
	{"no function clause matching", func(s *lagerSentence, rest string) term.Term {
		return s.moved("function_clause", rest)
	}},
	{"call to undefined function", func(s *lagerSentence, rest string) term.Term { return s.moved("undef", rest) }},
	{"call to unexported function", func(s *lagerSentence, rest string) term.Term { return s.moved("undef", rest) }},
	{"bad argument in call to", func(s *lagerSentence, rest string) term.Term { return s.moved("badarg", rest) }},
	{"no such process or port in call to", func(s *lagerSentence, rest string) term.Term {
		return s.exitedIn("noproc", rest)
	}},
}

// value reads the value at the end of a sentence; junk after it is dropped.
func (s *lagerSentence) value(text string) term.Term {
	v, complete := elidedTerm(text, s.d)
	s.complete = s.complete && complete
	return v
}

// term reads a reason that lager has no sentence for.
func (s *lagerSentence) term(text string) (term.Term, bool) {
	raw, complete, ok := otpTerm(text, s.d)
	if !ok {
		return term.Term{}, false
	}
	s.complete = s.complete && complete
	// gen_statem's report has the callback mode where gen_fsm's had the stack.
	if raw.Kind == term.Tuple && len(raw.Args) == 2 && isCallbackMode(raw.Args[1]) {
		raw = raw.Args[0]
	}
	return raw, true
}

// isCallbackMode says whether t is what gen_statem's callback_mode/0 returns as
// a list.
func isCallbackMode(t term.Term) bool {
	if t.Kind != term.List || len(t.Args) == 0 || len(t.Args) > 2 {
		return false
	}
	return t.Args[0].Kind == term.Atom && isCallbackModeName(t.Args[0].Text)
}

// isCallbackModeName says whether lager took gen_statem's callback mode, alone, for
// the stack: "no function clause matching state_functions" is a whole sentence.
func isCallbackModeName(s string) bool {
	return s == "state_functions" || s == "handle_event_function"
}

// moved reads "lists:nth(0, [1]) line 198": the call is the first frame.
func (s *lagerSentence) moved(atom, text string) term.Term {
	reason := term.MakeAtom(atom)
	call, line := text, ""
	if i := strings.LastIndex(text, ") line "); i >= 0 {
		call, line = text[:i+1], text[i+len(") line "):]
	}
	module, function, args, ok := s.call(call)
	if !ok {
		if module, function, arity, ok := splitErlangMFA(call); ok {
			s.top = []term.Term{stackEntry(module, function, term.MakeInt(arity), line)}
		} else if !isCallbackModeName(call) {
			s.complete = false // cut within the call's name
		}
		return reason
	}
	s.top = []term.Term{stackEntry(module, function, args, line)}
	return reason
}

// exitedIn reads "gen_server:call(nope, x)": the call that failed.
func (s *lagerSentence) exitedIn(atom, text string) term.Term {
	reason := term.MakeAtom(atom)
	module, function, args, ok := s.call(text)
	if !ok {
		return reason
	}
	return term.MakeTuple(reason, term.MakeTuple(term.MakeAtom(module), term.MakeAtom(function), args))
}

// call splits "gen_server:call(nope, x)" into module, function and arguments.
func (s *lagerSentence) call(text string) (module, function string, args term.Term, ok bool) {
	open := callParen(text)
	if open < 0 {
		return "", "", term.Term{}, false
	}
	module, function, ok = splitErlangCall(text[:open])
	if !ok {
		return "", "", term.Term{}, false
	}
	end := len(text)
	if i, closed := term.Skip(text, open); closed {
		end = i // what follows is another writer's line
	}
	args, complete := argumentList(text[open:end], s.d)
	s.complete = s.complete && complete
	return module, function, args, args.Kind == term.List
}

// unknownArity is what "fun called with wrong arity of 2 instead of 1" tells:
// neither the fun nor its arguments.
func unknownArity() term.Term {
	elided := term.MakeElided()
	return term.MakeTuple(term.MakeAtom("badarity"), term.MakeTuple(elided, term.MakeList(elided)))
}
