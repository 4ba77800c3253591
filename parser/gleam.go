package parser

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/alecthomas/participle/v2"
	"github.com/beamlog/beamlog/parser/term"
)

// gleamError is what the entry point of a Gleam program (gleam run, an escript, an
// Erlang shipment) prints of what its main function died of:
//
//	runtime error: let assert
//
//	Pattern match failed, no pattern matched the value.
//
//	unmatched value:
//	  Error(NotFound("user 7"))
//
//	stacktrace:
//	  shop/orders.fetch src/shop/orders.gleam:12
//	  shop.main src/shop.gleam:6
//
// A linked process that dies without a stack has "exit reason:" instead. Gleam 1.5
// and later; the versions before print as the Erlang shell does.
type gleamError struct {
	Title  string   `parser:"@Title"`
	Value  []string `parser:"( @Value"`
	Exit   []string `parser:"| @Exit"`
	Cause  []string `parser:"| @Cause"`
	Frames []string `parser:"| @Frames"`
	Other  []string `parser:"| @Other )*"`
}

var gleamGrammar = sync.OnceValue(func() *grammar[gleamError] {
	return newGrammar[gleamError](participle.Lexer(newLineLexer(
		label{literal: gleamTitle, symbol: "Title"},
		label{literal: "unmatched value:", symbol: "Value"},
		label{literal: "exit reason:", symbol: "Exit"},
		label{literal: "erlang:error(", symbol: "Cause"},
		label{literal: "erlang:exit(", symbol: "Cause"},
		label{literal: "erlang:throw(", symbol: "Cause"},
		label{literal: "stacktrace:", symbol: "Frames", mode: runRest},
	)))
})

const gleamTitle = "runtime error: "

// gleamErrors are the errors of Gleam's own, by their titles.
var gleamErrors = map[string]string{"panic": "panic", "todo": "todo", "let assert": "let_assert", "assert": "assert"}

// gleamSentences are what is printed for the reasons of Erlang that Gleam's entry
// point knows; those of valued hold the value that did not match.
var gleamSentences = []struct {
	text, atom string
	valued     bool
}{
	{"A function was called but it did not exist.", "undef", false},
	{"No pattern matched in an Erlang case expression.", "case_clause", true},
	{"An Erlang assignment pattern did not match.", "badmatch", true},
	{"No Erlang function clause matched the arguments it was called with.", "function_clause", false},
}

func readGleam(text string, d term.Dialect) *Report {
	g, err := gleamGrammar().read(text)
	if g == nil {
		return nil
	}
	title, message, _ := strings.Cut(g.Title, "\n")
	title, message = strings.TrimSpace(title), strings.TrimSpace(message)
	class, own := "error", gleamErrors[title]
	if own == "" {
		class = strings.TrimPrefix(title, "Erlang ")
		if class != "error" && class != "exit" && class != "throw" {
			return nil
		}
	}
	raw, shown, readable := g.reason(own, message)
	frames, whole := gleamFrames(firstRun(g.Frames))
	r := &Report{Kind: KindOther, Dialect: d}
	r.Reason = rawReason(raw, "", d)
	r.Reason.Text, r.Reason.Class, r.Reason.Stack = shown, class, frames
	r.Complete = err == nil && readable && (whole || len(g.Exit) > 0)
	return r
}

// reason gives the reason, and its text. own is Gleam's name of the error, "" for
// one of Erlang's.
func (g *gleamError) reason(own, message string) (raw term.Term, text string, complete bool) {
	value, valued, complete := gleamValue(firstRun(slices.Concat(g.Value, g.Exit, g.Cause)), len(g.Cause) > 0)
	if own != "" {
		pairs := []term.Term{term.MakeAtom("gleam_error"), term.MakeAtom(own), term.MakeAtom("message"), term.MakeString(message)}
		if valued {
			pairs = append(pairs, term.MakeAtom("value"), value)
		}
		return term.Term{Kind: term.Map, Args: append(pairs, term.MakeElided())}, message, complete && message != ""
	}
	for _, s := range gleamSentences {
		switch {
		case s.text != message:
		case !s.valued:
			return term.MakeAtom(s.atom), message, true
		case valued:
			return term.MakeTuple(term.MakeAtom(s.atom), value), message, complete
		default:
			return term.MakeTuple(term.MakeAtom(s.atom), term.MakeElided()), message, false
		}
	}
	if !valued {
		return term.Term{}, message, false
	}
	return value, strings.TrimSpace(value.Erlang()), complete
}

// gleamValue reads a printed value; called says that it stands in "erlang:exit(…)".
func gleamValue(text string, called bool) (value term.Term, ok, complete bool) {
	text = strings.TrimSpace(text)
	if called {
		text = strings.TrimSuffix(text, ")")
	}
	if text == "" {
		return term.Term{}, false, true
	}
	value, end := readGleamTerm(text)
	if end == len(text) {
		return value, true, true
	}
	// Programs without gleam_stdlib print as Erlang does.
	value, complete, ok = otpTerm(text, term.Erlang)
	return value, ok, complete
}

// gleamFrames reads the lines below "stacktrace:", and says whether the last of them
// is whole:
//
//	shop/orders.fetch src/shop/orders.gleam:12
//	lists.nth lists.erl:198
//	erlang.list_to_integer unknown source
func gleamFrames(text string) (frames []Frame, whole bool) {
	for line := range strings.Lines(strings.TrimPrefix(text, "\n")) {
		if !strings.HasPrefix(line, "  ") || len(frames) == maxFrames {
			break
		}
		line = strings.TrimSpace(line)
		name, place, _ := strings.Cut(line, " ")
		dot := strings.LastIndexByte(name, '.')
		if dot < 0 {
			return frames, false
		}
		f := Frame{Module: strings.ReplaceAll(name[:dot], "/", "@"), Function: name[dot+1:], Arity: -1, Text: line}
		if colon := strings.LastIndexByte(place, ':'); colon > 0 {
			if n, err := strconv.Atoi(place[colon+1:]); err == nil {
				f.File, f.Line = place[:colon], n
			}
		}
		frames, whole = append(frames, f), f.Line > 0 || place == "unknown source"
	}
	return frames, whole
}
