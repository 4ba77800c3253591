package corpus

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/parser/term"
)

// event is one line of a truth file: a report as the runtime knew it.
type event struct {
	Scenario    string  `json:"scenario"`
	Time        string  `json:"time"`    // "2026-03-19T14:33:15.014000Z"
	Printed     bool    `json:"printed"` // the text handler prints it in this set-up
	Label       string  `json:"label"`
	Kind        string  `json:"kind"`
	Pid         string  `json:"pid"`
	Name        string  `json:"name"`
	Handler     string  `json:"handler"`
	InitialCall string  `json:"initial_call"` // {M,F,A}
	Class       string  `json:"class"`
	Reason      string  `json:"reason"`
	Supervisor  string  `json:"supervisor"` // {local,Name} or {Pid,Module}
	Context     string  `json:"context"`
	Child       string  `json:"child"`
	ChildPid    string  `json:"child_pid"`
	Frames      []frame `json:"frames"`
}

type frame struct {
	Module   string `json:"module"`
	Function string `json:"function"`
	Arity    int    `json:"arity"`
	App      string `json:"app"`
	File     string `json:"file"`
	Line     int    `json:"line"`
}

// readTruth reads the events of a truth file that the text handler printed.
func readTruth(t *testing.T, path string) []event {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var events []event
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if e.Printed {
			events = append(events, e)
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return events
}

// erlang reads a term that the truth handler wrote.
func erlang(t *testing.T, text string) term.Term {
	t.Helper()
	v, err := term.ParseIn(text, term.Erlang)
	if err != nil {
		t.Fatalf("truth: %q: %v", text, err)
	}
	return v
}

// unstacked is an exit reason without the stacks in it. It says the same as the
// parser's Normalize, on its own and from the raw term.
func unstacked(t term.Term) term.Term {
	switch {
	case isTuple(t, 2) && isStack(t.Args[1]):
		return unstacked(t.Args[0])
	case isTuple(t, 2) && isCall(t.Args[1]):
		return term.MakeTuple(unstacked(t.Args[0]), t.Args[1])
	case t.Tagged("shutdown", 2), t.Tagged("EXIT", 2):
		return term.MakeTuple(t.Args[0], unstacked(t.Args[1]))
	case t.Tagged("exception", 3) && isStack(t.Args[2]): // what erpc raises
		return unstacked(t.Args[1])
	case t.Tagged("failed_to_start_child", 3):
		return term.MakeTuple(t.Args[0], t.Args[1], unstacked(t.Args[2]))
	case t.Tagged("bad_return", 2) && isTuple(t.Args[1], 2):
		in := t.Args[1]
		return term.MakeTuple(t.Args[0], term.MakeTuple(in.Args[0], unstacked(in.Args[1])))
	}
	return t
}

// plain is what lager's sentences hold of an unstacked reason: a throw is told as
// its value, what a start function raised without the call, an exit as its reason.
func plain(t term.Term) term.Term {
	switch {
	case t.Tagged("nocatch", 2), t.Tagged("EXIT", 2):
		return plain(t.Args[1])
	case t.Tagged("bad_return", 2) && isTuple(t.Args[1], 2) && t.Args[1].Args[1].Tagged("EXIT", 2):
		return plain(t.Args[1].Args[1])
	}
	return t
}

func isTuple(t term.Term, size int) bool { return t.Kind == term.Tuple && len(t.Args) == size }

// isStack says whether t is a non-empty list of {M, F, A, Location}.
func isStack(t term.Term) bool {
	if t.Kind != term.List || len(t.Args) == 0 {
		return false
	}
	for _, f := range t.Args {
		if !isTuple(f, 4) || f.Args[0].Kind != term.Atom || f.Args[1].Kind != term.Atom {
			return false
		}
	}
	return true
}

// isCall says whether t is {M, F, Args}.
func isCall(t term.Term) bool {
	return isTuple(t, 3) && t.Args[0].Kind == term.Atom && t.Args[1].Kind == term.Atom &&
		(t.Args[2].Kind == term.List || t.Args[2].Kind == term.Charlist)
}

// same says whether the text's term is the truth's, as far as the text can tell:
// what a writer left out matches all, and an exception is known by its message.
func same(got, want term.Term) bool {
	got, want = classify.Canonical(got), classify.Canonical(want)
	switch {
	case want.Tagged("EXIT", 2) && !got.Tagged("EXIT", 2):
		return same(got, want.Args[1]) // gen_event and Elixir leave the tag out
	case want.Tagged("badkey", 2) && got.Tagged("badkey", 3):
		return same(got.Args[1], want.Args[1]) // Elixir takes the map from the frame's arguments
	case got.Kind == term.Elided, term.Equal(got, want):
		return true
	case got.Kind == term.Struct && want.Kind == term.Struct:
		return sameStruct(got, want)
	case got.Kind == term.Opaque, got.Kind == term.Fun && want.Kind == term.Fun:
		return true // the two spellings have nothing in common
	case got.Kind == term.Map && want.Kind == term.Map:
		return sameMap(got, want)
	case got.Kind == want.Kind && (got.Kind == term.Tuple || got.Kind == term.List):
		return sameElements(got.Args, want.Args)
	}
	return false
}

func sameElements(got, want []term.Term) bool {
	for i, g := range got {
		if g.Kind == term.Elided && i == len(got)-1 {
			return true
		}
		if i >= len(want) || !same(g, want[i]) {
			return false
		}
	}
	return len(got) == len(want)
}

func sameMap(got, want term.Term) bool {
	for i := 0; i+1 < len(got.Args); i += 2 {
		if !hasPair(want, got.Args[i], got.Args[i+1]) {
			return false
		}
	}
	elided := len(got.Args)%2 == 1
	return elided || len(got.Args) == len(want.Args)
}

func hasPair(m, key, value term.Term) bool {
	for i := 0; i+1 < len(m.Args); i += 2 {
		if same(key, m.Args[i]) && same(value, m.Args[i+1]) {
			return true
		}
	}
	return false
}

// sameStruct compares the fields that both sides have: a banner tells an
// exception's message, which the struct itself may compute only when asked.
func sameStruct(got, want term.Term) bool {
	if got.Text != want.Text {
		return false
	}
	for i := 0; i+1 < len(got.Args); i += 2 {
		key := got.Args[i]
		w, ok := want.Get(key.Text)
		if ok && !w.IsNil() && !same(got.Args[i+1], w) && !sameButBlanks(got.Args[i+1], w) {
			return false
		}
	}
	return true
}

// sameButBlanks: blank lines at a message's end cannot be told from those round it.
func sameButBlanks(got, want term.Term) bool {
	g, ok1 := got.StringValue()
	w, ok2 := want.StringValue()
	return ok1 && ok2 && strings.TrimRight(g, "\n") == strings.TrimRight(w, "\n")
}

// top is the frame to look at first, by the rule of the output schema.
func (e event) top() *frame {
	if len(e.Frames) == 0 {
		return nil
	}
	first := &e.Frames[0]
	if isUndef(e.Reason) {
		return &frame{Module: first.Module, Function: first.Function, Arity: first.Arity}
	}
	for i := range e.Frames {
		switch e.Frames[i].App {
		case "erts", "kernel", "stdlib", "sasl", "elixir", "logger", "compiler":
		default:
			return &e.Frames[i]
		}
	}
	return nil
}

// isUndef says whether the innermost error of a raw reason is an undefined function.
func isUndef(reason string) bool {
	return reason == "undef" || strings.Contains(reason, "{undef,[{") || strings.Contains(reason, "'Elixir.UndefinedFunctionError'")
}
