package parser

import (
	"strconv"
	"strings"
	"sync"

	"github.com/alecthomas/participle/v2"
	"github.com/beamlog/beamlog/parser/ingest"
	"github.com/beamlog/beamlog/parser/term"
)

// lfeError is what the shell of LFE prints of an exception, and lfescript without
// the stars:
//
//	** exception error: no match of value #(error enoent)
//	  in shop:fetch/1 (shop.lfe, line 3)
//
//	exception error: no function clause matching
//	  in (shop : fetch "seven")
//	  in lfescript:eval_code/4 (src/lfescript.erl, line 191)
//
// LFE 1.0 and later. What LFE's processes die of is reported by OTP, in Erlang's
// spelling.
type lfeError struct {
	Error  []string `parser:"( @Error"`
	Exit   []string `parser:"| @Exit"`
	Throw  []string `parser:"| @Throw"`
	Frames []string `parser:"| @Frames"`
	Other  []string `parser:"| @Other )*"`
}

var lfeGrammar = sync.OnceValue(func() *grammar[lfeError] {
	return newGrammar[lfeError](participle.Lexer(newLineLexer(
		label{literal: "** exception error: ", symbol: "Error"},
		label{literal: "** exception exit: ", symbol: "Exit"},
		label{literal: "** exception throw: ", symbol: "Throw"},
		label{literal: "exception error: ", symbol: "Error"},
		label{literal: "exception exit: ", symbol: "Exit"},
		label{literal: "exception throw: ", symbol: "Throw"},
		label{literal: "in ", symbol: "Frames", mode: runLines},
	)))
})

func lfeShape() shape {
	s := otpShape("lfe", readLFE)
	s.opens = opensLFE
	return s
}

// opensLFE tells LFE's exceptions from those of Erlang's shell by the first frame,
// or by the missing stars.
func opensLFE(_ *ingest.Record, body string) bool {
	body = body[otpStart(body):]
	rest, stars := strings.CutPrefix(body, "** ")
	if !strings.HasPrefix(rest, "exception ") {
		return false
	}
	for i := lineEnd(body, 0) + 1; i < len(body); i = lineEnd(body, i) + 1 {
		line := strings.TrimLeft(body[i:lineEnd(body, i)], " ")
		if frame, ok := strings.CutPrefix(line, "in "); ok {
			return !hasAnyPrefix(frame, []string{"function ", "operator ", "call from "})
		}
		if line == "" {
			break
		}
	}
	_, reason, _ := strings.Cut(rest[:lineEnd(rest, 0)], ": ")
	return !stars || lfeUnbound(strings.TrimSpace(reason)).Kind != term.None
}

// lfeUnbound reads what the shell says of a name that it does not know:
//
//	symbol shop is unbound
//	function fetch/0 undefined
func lfeUnbound(text string) term.Term {
	what, name, _ := strings.Cut(text, " ")
	switch what {
	case "symbol":
		if name, ok := strings.CutSuffix(name, " is unbound"); ok {
			return term.MakeTuple(term.MakeAtom("unbound_symbol"), term.MakeAtom(name))
		}
	case "function":
		name, ok := strings.CutSuffix(name, " undefined")
		slash := strings.LastIndexByte(name, '/')
		if n, err := strconv.Atoi(name[slash+1:]); ok && slash > 0 && err == nil {
			return term.MakeTuple(term.MakeAtom("undefined_function"), term.MakeTuple(term.MakeAtom(name[:slash]), term.MakeInt(n)))
		}
	}
	return term.Term{}
}

func readLFE(text string, d term.Dialect) *Report {
	g, err := lfeGrammar().read(text)
	if g == nil {
		return nil
	}
	class, reason := (&otpCrash{Error: g.Error, Exit: g.Exit, Throw: g.Throw}).exception()
	if class == "" {
		return nil
	}
	reason = strings.TrimSpace(reason)
	raw, readable := lfeReason(class, reason)
	r := &Report{Kind: KindOther, Dialect: d}
	r.Reason = Reason{Text: reason, Class: class}
	if raw.Kind != term.None {
		if class == "throw" {
			raw = thrownReason(raw)
		}
		r.Reason = rawReason(raw, "", d)
		r.Reason.Text, r.Reason.Class = reason, class
	}
	frames, whole := lfeFrames(firstRun(g.Frames))
	r.Reason.Stack = frames
	r.Complete = err == nil && readable && (whole || len(frames) == 0)
	return r
}

// lfeSentences are what LFE prints for the reasons of class error that it knows;
// those that end in a blank go on with the value.
var lfeSentences = []struct{ text, atom string }{
	{"bad argument", "badarg"},
	{"bad argument ", "badarg"},
	{"error in arithmetic expression", "badarith"},
	{"bad function ", "badfun"},
	{"no match of value ", "badmatch"},
	{"no case clause matching ", "case_clause"},
	{"no function clause matching", "function_clause"},
	{"no if clause matching", "if_clause"},
	{"no such process or port", "noproc"},
	{"the node cannot be part of a distributed system", "notalive"},
	{"a system limit has been reached", "system_limit"},
	{"bad receive timeout value", "timeout_value"},
	{"no try clause matching ", "try_clause"},
	{"undefined function", "undef"},
}

// lfeReason reads a reason. There is no term where it is a sentence of LFE's own;
// it is not complete where a value in it does not end.
func lfeReason(class, text string) (t term.Term, complete bool) {
	if class == "error" {
		for _, s := range lfeSentences {
			if text == s.text {
				return term.MakeAtom(s.atom), true
			}
			if value, ok := strings.CutPrefix(text, s.text); ok && strings.HasSuffix(s.text, " ") {
				t, end := readLFETerm(value)
				if complete = end == len(value); !complete {
					t = term.MakeElided()
				}
				return term.MakeTuple(term.MakeAtom(s.atom), t), complete
			}
		}
	}
	if t, end := readLFETerm(text); end == len(text) {
		return t, text != ""
	}
	return lfeUnbound(text), text != "" && strings.IndexByte(`#("|`, text[0]) < 0
}

// lfeFrames reads the frames, and says whether the last of them is whole.
//
//	in shop:fetch/1 (shop.lfe, line 3)
//	in (shop : fetch "seven")
func lfeFrames(text string) (frames []Frame, whole bool) {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		rest, ok := strings.CutPrefix(line, "in ")
		if !ok || len(frames) == maxFrames {
			break
		}
		f := Frame{Text: line, Arity: -1}
		if strings.HasPrefix(rest, "(") {
			whole = f.lfeCall(rest)
		} else {
			whole = f.lfePlace(rest)
		}
		frames = append(frames, f)
	}
	return frames, whole
}

// lfeCall reads a frame that shows the arguments.
func (f *Frame) lfeCall(text string) (whole bool) {
	t, end := readLFETerm(text)
	if end < len(text) || t.Kind != term.List || len(t.Args) < 3 {
		return false
	}
	f.Module, f.Function, f.Arity = t.Args[0].Text, t.Args[2].Text, len(t.Args)-3
	args := make([]string, 0, f.Arity)
	for _, a := range t.Args[3:] {
		args = append(args, a.Erlang())
	}
	f.Args = strings.Join(args, ",")
	return true
}

// lfePlace reads a frame that shows the arity, and the place where that is known.
func (f *Frame) lfePlace(text string) (whole bool) {
	name, place, _ := strings.Cut(text, " ")
	module, function, ok := strings.Cut(name, ":")
	slash := strings.LastIndexByte(function, '/')
	if !ok || slash < 0 {
		return false
	}
	f.Module, f.Function = module, function[:slash]
	if n, err := strconv.Atoi(function[slash+1:]); err == nil {
		f.Arity = n
	}
	unmangle(f)
	if file, line, ok := strings.Cut(strings.TrimPrefix(place, "("), ", line "); ok {
		n, err := strconv.Atoi(strings.TrimSuffix(line, ")"))
		f.File, f.Line = file, n
		return err == nil && strings.HasSuffix(line, ")")
	}
	return place == "" && f.Arity >= 0
}
