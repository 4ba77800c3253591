package parser

import (
	"strconv"
	"strings"

	"github.com/beamlog/beamlog/parser/ingest"
	"github.com/beamlog/beamlog/parser/term"
)

// crashFrames is the stack of a crash report or of the shell, as erl_error
// prints it.
type crashFrames struct {
	stack []term.Term    // stack entries: {M, F, ArityOrArgs, [{file, F}, {line, L}]}
	texts []string       // the line of each, trimmed
	args  []string       // what was called, printed: "(no_tab,k)"; "" where the line tells only the arity
	notes []ingest.Field // "*** argument 1: …"
}

// readCrashFrames reads the lines
//
//	in function  ets:lookup/2
//	   called as ets:lookup(no_tab,k)
//	   *** argument 1: the table identifier does not refer to an existing ETS table
//	in call from bad:handle_call/3 (bad.erl, line 17)
//
// and the same lines joined by ", ".
func readCrashFrames(text string, d term.Dialect) (out crashFrames) {
	var part []string // the lines of one part
	kind := crashText
	for _, line := range crashLines(text) {
		next, rest := crashLine(line)
		if next == crashText {
			part = append(part, rest)
			continue
		}
		out.add(kind, part, d)
		if len(out.stack) == maxFrames {
			return out
		}
		kind, part = next, append(part[:0], rest)
	}
	out.add(kind, part, d)
	return out
}

// add takes in one part of a printed stack, of one or more lines.
func (c *crashFrames) add(kind crashLineKind, lines []string, d term.Dialect) {
	switch kind {
	case crashFrame:
		if entry, ok := crashEntry(lines[0]); ok {
			c.stack = append(c.stack, entry)
			c.texts = append(c.texts, lines[0])
			c.args = append(c.args, "")
		}
	case crashCalled:
		c.setArgs(strings.Join(lines, " "), d)
	case crashNote:
		c.notes = append(c.notes, noteField(strings.TrimSpace(strings.Join(lines, "\n"))))
	}
}

// crashLineKind is what one line of a printed stack is.
type crashLineKind uint8

const (
	crashText   crashLineKind = iota // goes on with the line before
	crashFrame                       // in function, in call from, in operator
	crashCalled                      // called as
	crashNote                        // ***
)

func crashLine(line string) (crashLineKind, string) {
	line = strings.Trim(line, " \t\r")
	for _, head := range []struct {
		literal string
		kind    crashLineKind
	}{
		{"in function ", crashFrame}, {"in call from ", crashFrame}, {"in operator ", crashFrame},
		{"called as ", crashCalled}, {"*** ", crashNote},
	} {
		if rest, ok := strings.CutPrefix(line, head.literal); ok {
			return head.kind, strings.TrimSpace(rest)
		}
	}
	return crashText, line
}

// crashLines splits the run of frames into its lines.
func crashLines(text string) []string {
	if strings.IndexByte(text, '\n') >= 0 {
		return strings.Split(text, "\n")
	}
	var out []string
	start := 0
	for i := 0; i+1 < len(text) && len(out) < 4*maxFrames; i++ {
		if text[i] != ',' || text[i+1] != ' ' {
			continue
		}
		if kind, _ := crashLine(text[i+2 : min(len(text), i+16)]); kind != crashText {
			out = append(out, text[start:i])
			start = i + 2
		}
	}
	return append(out, text[start:])
}

// setArgs puts the arguments of "called as ets:lookup(no_tab,k)" or "called as
// a + 1" into the last frame.
func (c *crashFrames) setArgs(call string, d term.Dialect) {
	n := len(c.stack) - 1
	if n < 0 {
		return
	}
	c.args[n] = call
	args, ok := callArgs(call, d)
	if !ok {
		return
	}
	e := c.stack[n].Args
	c.stack[n] = term.MakeTuple(e[0], e[1], args, e[3])
}

// callArgs reads the arguments of a printed call: of "m:f(1, 2)" or "a + 1".
func callArgs(call string, d term.Dialect) (term.Term, bool) {
	if open := callParen(call); open >= 0 && strings.HasSuffix(call, ")") {
		list, _, complete := term.ReadIn("["+call[open+1:len(call)-1]+"]", d)
		return list, complete && list.Kind == term.List
	}
	left, end, _ := term.ReadIn(call, d)
	op, rest, ok := strings.Cut(strings.TrimLeft(call[end:], " \n"), " ")
	if !ok || left.Kind == term.None || op == "" {
		return term.Term{}, false
	}
	right, _, complete := term.ReadIn(strings.TrimSpace(rest), d)
	return term.MakeList(left, right), complete && right.Kind != term.None
}

// callParen gives the parenthesis that opens the arguments of a call, or -1.
func callParen(call string) int {
	for i := 0; i < len(call); i++ {
		switch call[i] {
		case '(':
			return i
		case '\'', '"':
			end := strings.IndexByte(call[i+1:], call[i])
			if end < 0 {
				return -1
			}
			i += end + 1
		case '{', '[', ' ', '\n':
			return -1
		}
	}
	return -1
}

// noteField is an explanation of the failure: "argument 1: not an atom".
func noteField(text string) ingest.Field {
	if strings.HasPrefix(text, "argument ") {
		if key, value, ok := strings.Cut(text, ": "); ok {
			return otpField(key, value)
		}
	}
	return otpField("general", text)
}

// general gives the explanation that is tied to no argument, "" if there is none.
func (c *crashFrames) general() string {
	for _, f := range c.notes {
		if f.Key == "general" {
			return f.Value
		}
	}
	return ""
}

// restore gives frames, read from the stack built here, their printed texts;
// moved says that the first of them came from the exception's text.
func (c *crashFrames) restore(frames []Frame, moved bool) {
	if moved && len(frames) > 0 {
		frames = frames[1:]
	}
	if len(frames) != len(c.texts) {
		return // the stack went to an outer level, or was cut
	}
	for i := range frames {
		frames[i].Text = c.texts[i]
		if open := callParen(c.args[i]); open >= 0 && strings.HasSuffix(c.args[i], ")") {
			frames[i].Args = c.args[i][open+1 : len(c.args[i])-1]
		}
	}
}

// setArgs gives the frames of a reason the arguments that stand in the stack of
// the raw reason, as text prints them; text is "" for a stack that was put
// together.
func (r *Reason) setArgs(raw term.Term, text string, d term.Dialect) {
	var stacks []term.Term
	for raw.Kind == term.Tuple && len(raw.Args) == 2 && isStack(raw.Args[1]) {
		stacks = append(stacks, raw.Args[1])
		raw = raw.Args[0]
	}
	for _, stack := range stacks {
		i := 0
		for _, e := range stack.Args {
			if i == len(r.Stack) {
				break
			}
			if !isStackEntry(e) || len(e.Args) < 3 {
				continue
			}
			f := &r.Stack[i]
			i++
			if args := e.Args[2]; f.Args == "" && f.Module == e.Args[0].Text && f.Arity == len(args.Args) && args.Kind == term.List {
				f.Args = printedArgs(args, text, d)
			}
		}
	}
}

// printedArgs gives a list of arguments as it is printed, without its brackets.
func printedArgs(args term.Term, text string, d term.Dialect) string {
	if start, end := int(args.Start), int(args.End); end-start > 1 && end <= len(text) && text[start] == '[' && text[end-1] == ']' {
		return text[start+1 : end-1]
	}
	var b strings.Builder
	for i, a := range args.Args {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(a.Print(d))
		if b.Len() > maxDetail {
			break
		}
	}
	return b.String()
}

// crashEntry reads "bad:handle_call/3 (bad.erl, line 17)" as a stack entry. BIFs
// and operators stand without their module.
func crashEntry(text string) (term.Term, bool) {
	call, location := text, ""
	if i := strings.LastIndex(text, " ("); i >= 0 && strings.HasSuffix(text, ")") {
		call, location = strings.TrimSpace(text[:i]), text[i+2:len(text)-1]
	}
	module, function, arity, ok := splitErlangMFA(call)
	if !ok {
		return term.Term{}, false
	}
	return stackEntry(module, function, term.MakeInt(arity), location), true
}

// stackEntry makes a stack entry; location is "bad.erl, line 17", "bad.erl:17",
// "17" or "".
func stackEntry(module, function string, args term.Term, location string) term.Term {
	var loc []term.Term
	file, line, ok := strings.Cut(location, ", line ")
	if !ok {
		if i := strings.LastIndexByte(location, ':'); i >= 0 {
			file, line = location[:i], location[i+1:]
		} else {
			file, line = "", location
		}
	}
	if file != "" {
		loc = append(loc, term.MakeTuple(term.MakeAtom("file"), term.Term{Kind: term.Charlist, Text: file}))
	}
	if n, err := strconv.Atoi(line); err == nil {
		loc = append(loc, term.MakeTuple(term.MakeAtom("line"), term.MakeInt(n)))
	}
	return term.MakeTuple(term.MakeAtom(module), term.MakeAtom(function), args, term.MakeList(loc...))
}

// splitErlangMFA splits "bad:handle_call/3", "'Elixir.My.Mod':'run me'/0" and
// "node/1" into module, function and arity; the module of a BIF is erlang.
func splitErlangMFA(s string) (module, function string, arity int, ok bool) {
	slash := strings.LastIndexByte(s, '/')
	if slash <= 0 {
		return "", "", 0, false
	}
	arity, err := strconv.Atoi(s[slash+1:])
	if err != nil || arity < 0 || arity > 255 {
		return "", "", 0, false
	}
	module, function, ok = splitErlangCall(s[:slash])
	return module, function, arity, ok
}

// splitErlangCall splits "bad:handle_call" into module and function.
func splitErlangCall(s string) (module, function string, ok bool) {
	if s == "" || strings.ContainsAny(s, "\n\t") {
		return "", "", false
	}
	colon := strings.IndexByte(s, ':')
	if s[0] == '\'' {
		end := strings.IndexByte(s[1:], '\'')
		if end < 0 {
			return "", "", false
		}
		colon = -1
		if end+2 < len(s) && s[end+2] == ':' {
			colon = end + 2
		}
	}
	if colon <= 0 || colon == len(s)-1 {
		return "erlang", unquoteName(s), true
	}
	return unquoteName(s[:colon]), unquoteName(s[colon+1:]), true
}
