package parser

import (
	"slices"
	"strings"
	"sync"

	"github.com/alecthomas/participle/v2"
	"github.com/beamlog/beamlog/parser/ingest"
	"github.com/beamlog/beamlog/parser/term"
)

// otpCrash is proc_lib's crash report:
//
//	crasher:
//	  initial call: bad:init/1
//	  pid: <0.84.0>
//	  registered_name: []
//	  exception error: bad argument
//	    in function  ets:lookup/2
//	       called as ets:lookup(no_tab,k)
//	       *** argument 1: the table identifier does not refer to an existing ETS table
//	    in call from bad:handle_call/3 (bad.erl, line 17)
//	  ancestors: [<0.9.0>]
//	  message_queue_len: 0
//	  messages: []
//	  links: []
//	  dictionary: []
//	  trap_exit: false
//	  status: running
//	  heap_size: 610
//	  stack_size: 28
//	  reductions: 9959
//	neighbours:
//
// All OTP releases. message_queue_len came with OTP 21, the notes after "***"
// with 24, process_label with 27, "(file:line)" for "(file, line N)" with 29.
// The order is the same in all of them, so the grammar keeps it: an alternative
// for each part costs 20 µs a report.
// lager's crash.log prints the exception as one raw term. logger_formatter with
// single_line joins the lines, says "error:" for "exception error:" and prints
// the exception as {Reason,Stack}:
//
//	crasher: initial call: bad:init/1, pid: <0.79.0>, registered_name: [],
//	error: {{badmatch,error},[{bad,handle_call,3,[{file,"bad.erl"},{line,10}]}]},
//	ancestors: [<0.9.0>], …, reductions: 7468; neighbours:
type otpCrash struct {
	Head       []string `parser:"@Head"`
	Call       []string `parser:"@Call?"`
	Pid        []string `parser:"@Pid?"`
	Name       []string `parser:"@Name?"`
	Label      []string `parser:"@Label?"`
	Error      []string `parser:"( @Error"`
	Exit       []string `parser:"| @Exit"`
	Throw      []string `parser:"| @Throw )?"`
	Frames     []string `parser:"@Frames?"`
	Ancestors  []string `parser:"@Ancestors?"`
	QueueLen   []string `parser:"@QueueLen?"`
	Messages   []string `parser:"@Messages?"`
	Links      []string `parser:"@Links?"`
	Dictionary []string `parser:"@Dictionary?"`
	TrapExit   []string `parser:"@TrapExit?"`
	Status     []string `parser:"@Status?"`
	Heap       []string `parser:"@Heap?"`
	Stack      []string `parser:"@Stack?"`
	Reductions []string `parser:"@Reductions?"`
	Neighbours []string `parser:"@Neighbours?"`
}

var otpCrashGrammar = sync.OnceValue(func() *grammar[otpCrash] {
	return newGrammar[otpCrash](participle.Lexer(newLabelLexer(
		label{literal: "crasher:", symbol: "Head"},
		label{literal: "initial call: ", symbol: "Call"},
		label{literal: "pid: ", symbol: "Pid"},
		label{literal: "registered_name: ", symbol: "Name"},
		label{literal: "process_label: ", symbol: "Label"},
		label{literal: "exception error: ", symbol: "Error"},
		label{literal: "exception exit: ", symbol: "Exit"},
		label{literal: "exception throw: ", symbol: "Throw"},
		label{literal: "error: ", symbol: "Error"},
		label{literal: "exit: ", symbol: "Exit"},
		label{literal: "throw: ", symbol: "Throw"},
		label{literal: "in function ", symbol: "Frames", mode: runLines},
		label{literal: "in operator ", symbol: "Frames", mode: runLines},
		label{literal: "in call from ", symbol: "Frames", mode: runLines},
		label{literal: "called as ", symbol: "Frames", mode: runLines},
		label{literal: "*** ", symbol: "Frames", mode: runLines},
		label{literal: "ancestors: ", symbol: "Ancestors"},
		label{literal: "message_queue_len: ", symbol: "QueueLen"},
		label{literal: "messages: ", symbol: "Messages"},
		label{literal: "links: ", symbol: "Links"},
		label{literal: "dictionary: ", symbol: "Dictionary"},
		label{literal: "trap_exit: ", symbol: "TrapExit"},
		label{literal: "status: ", symbol: "Status"},
		label{literal: "heap_size: ", symbol: "Heap"},
		label{literal: "stack_size: ", symbol: "Stack"},
		label{literal: "reductions: ", symbol: "Reductions"},
		label{literal: "neighbours:", symbol: "Neighbours", mode: runRest},
		label{literal: "neighbors:", symbol: "Neighbours", mode: runRest},
	)))
})

func readOTPCrash(text string, d term.Dialect) *Report {
	g, err := otpCrashGrammar().read(text)
	if g == nil {
		return nil
	}
	r := &Report{Kind: KindProcess, Dialect: d}
	r.Process = Process{
		Pid:         firstValue(g.Pid),
		InitialCall: firstValue(g.Call),
		Label:       firstValue(g.Label),
		Ancestors:   listItems(firstValue(g.Ancestors)),
		Links:       listItems(firstValue(g.Links)),
	}
	if name := firstValue(g.Name); name != "[]" { // [] says that it had none
		r.Process.Name = name
	}
	class, text := g.exception()
	if !strings.HasPrefix("initial call:", strings.TrimSpace(firstRun(g.Head))) {
		return nil // a sentence of a program that begins so
	}
	c := readCrash(class, text, firstRun(g.Frames), d)
	r.Reason, r.Fields = c.reason, g.fields(c.notes)
	r.Complete = err == nil && c.complete && r.Process.Pid != "" && r.Process.InitialCall != "" &&
		len(g.Ancestors)+len(g.Reductions) == 2 && len(g.Neighbours) > 0
	r.Weak = class == "" && r.Process.Pid == ""
	return r
}

// exception gives the class and the text of the exception.
func (g *otpCrash) exception() (class, text string) {
	switch {
	case len(g.Error) > 0:
		return "error", firstValue(g.Error)
	case len(g.Exit) > 0:
		return "exit", firstValue(g.Exit)
	case len(g.Throw) > 0:
		return "throw", firstValue(g.Throw)
	}
	return "", ""
}

// fields are the parts of a crash report that no other field of [Report] holds,
// in printed order.
func (g *otpCrash) fields(notes []ingest.Field) []ingest.Field {
	out := append(make([]ingest.Field, 0, len(notes)+8), notes...)
	for _, f := range []struct {
		key  string
		runs []string
	}{
		{"message_queue_len", g.QueueLen}, {"messages", g.Messages}, {"dictionary", g.Dictionary},
		{"trap_exit", g.TrapExit}, {"status", g.Status}, {"heap_size", g.Heap},
		{"stack_size", g.Stack}, {"reductions", g.Reductions},
	} {
		out = appendField(out, f.key, f.runs)
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// thrownReason is what a process exits with that threw a value: {nocatch, V}, with
// the stack where the text holds it (single-line form).
func thrownReason(raw term.Term) term.Term {
	nocatch := func(v term.Term) term.Term { return term.MakeTuple(term.MakeAtom("nocatch"), v) }
	if raw.Kind == term.Tuple && len(raw.Args) == 2 && isStack(raw.Args[1]) {
		return term.MakeTuple(nocatch(raw.Args[0]), raw.Args[1])
	}
	return nocatch(raw)
}

// crash is what a crash report's exception and the lines under it came to.
type crash struct {
	class    string
	text     int // bytes of the exception's text
	dialect  term.Dialect
	reason   Reason
	notes    []ingest.Field
	complete bool
}

// knownCrashes remembers the crashes of a crash loop.
var knownCrashes = memo[crash]{max: 1024}

// readCrash reads the text of an exception and the lines under it.
func readCrash(class, text, lines string, d term.Dialect) crash {
	all := text
	if lines != "" {
		all = text + "\n" + lines
	}
	read := func(all string) (crash, bool) {
		c := crash{class: class, text: len(text), dialect: d}
		frames := readCrashFrames(strings.TrimPrefix(all[len(text):], "\n"), d)
		c.reason, c.complete = crashReason(class, all[:len(text)], frames, d)
		c.notes = slices.Clip(frames.notes)
		return c, true
	}
	c, _ := knownCrashes.read(all, read)
	if c.class != class || c.text != len(text) || c.dialect != d {
		c, _ = read(all)
	}
	return c
}

// crashReason puts a crash report's exception together again: the text gives the
// reason, the lines under it the stack, and the frame that function_clause and
// undef moved into the text goes back on top.
func crashReason(class, text string, lines crashFrames, d term.Dialect) (r Reason, complete bool) {
	raw, top, complete, ok := otpExceptionTerm(class, text, lines, d)
	if !ok {
		r = Reason{Text: text, Class: class}
		if len(lines.stack) > 0 {
			r.Stack = framesFromStack(term.MakeList(lines.stack...))
		}
		return r, complete
	}
	shown := innerText(text, raw)
	if class == "throw" {
		raw = thrownReason(raw)
	}
	stack := lines.stack
	if top.Kind != term.None {
		stack = append([]term.Term{top}, stack...)
	}
	if len(stack) > 0 {
		raw = term.MakeTuple(raw, term.MakeList(stack...))
	}
	r = rawReason(raw, "", d)
	r.Text, r.Class = shown, class
	lines.restore(r.Stack, top.Kind != term.None)
	return r, complete
}
