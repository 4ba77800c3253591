package parser

import (
	"strconv"
	"strings"

	"github.com/beamlog/beamlog/parser/term"
)

// maxFrames bounds how many frames of one stack are kept.
const maxFrames = 512

// isStack says whether t is a stacktrace: a list, not empty, whose elements are
// {Module, Function, ArityOrArgs, Location} or {Fun, Args, Location}. What the
// writer left out may stand anywhere.
func isStack(t term.Term) bool {
	if t.Kind != term.List || len(t.Args) == 0 || t.Improper {
		return false
	}
	frames := 0
	for i, e := range t.Args {
		if e.Kind == term.Elided || isElidedEntry(e) {
			continue
		}
		if !isStackEntry(e) {
			// A stack cut in the middle of an entry is a stack all the same.
			return frames > 0 && i == len(t.Args)-1 && e.Kind == term.Tuple
		}
		frames++
	}
	return frames > 0
}

// isStackEntry says whether t is one element of a stacktrace.
func isStackEntry(t term.Term) bool {
	if t.Kind != term.Tuple {
		return false
	}
	switch len(t.Args) {
	case 4:
		return t.Args[0].Kind == term.Atom && t.Args[1].Kind == term.Atom &&
			isArityOrArgs(t.Args[2]) && isLocation(t.Args[3])
	case 3:
		if t.Args[0].Kind == term.Fun {
			return isArityOrArgs(t.Args[1]) && isLocation(t.Args[2])
		}
		// Before R15 frames had no location.
		return t.Args[0].Kind == term.Atom && t.Args[1].Kind == term.Atom && isArityOrArgs(t.Args[2])
	}
	return false
}

// isElidedEntry says whether t is an element of a stacktrace of which a limit of
// the formatter left only the module, or nothing: {gen_server,...}, {...}.
func isElidedEntry(t term.Term) bool {
	if t.Kind != term.Tuple || len(t.Args) == 0 || len(t.Args) > 2 {
		return false
	}
	return t.Args[len(t.Args)-1].Kind == term.Elided && (len(t.Args) == 1 || t.Args[0].Kind == term.Atom)
}

func isArityOrArgs(t term.Term) bool {
	switch t.Kind {
	case term.Int, term.List, term.Charlist, term.Elided:
		return true
	}
	return false
}

func isLocation(t term.Term) bool {
	switch t.Kind {
	case term.Elided:
		return true
	case term.List:
		for _, e := range t.Args {
			if e.Kind != term.Elided && (e.Kind != term.Tuple || len(e.Args) == 0 || e.Args[0].Kind != term.Atom && e.Args[0].Kind != term.Elided) {
				return false
			}
		}
		return true
	}
	return false
}

// framesFromStack gives the frames of a stacktrace term; elements that are no
// frames are left out.
func framesFromStack(t term.Term) []Frame {
	var out []Frame
	for _, e := range t.Args {
		if len(out) == maxFrames {
			break
		}
		if isStackEntry(e) {
			out = append(out, frameFromEntry(e))
		}
	}
	return out
}

// frameFromEntry reads one element of a stacktrace.
func frameFromEntry(e term.Term) Frame {
	if e.Args[0].Kind == term.Fun {
		f := frameFromFun(e.Args[0])
		setLocation(&f, e.Args[2])
		return f
	}
	f := Frame{Module: e.Args[0].Text, Function: e.Args[1].Text, Arity: -1}
	setArity(&f, e.Args[2])
	if len(e.Args) == 4 {
		setLocation(&f, e.Args[3])
	}
	unmangle(&f)
	return f
}

// setArity reads the third element of a stack entry: an arity, or the arguments.
func setArity(f *Frame, t term.Term) {
	switch t.Kind {
	case term.Int:
		if n, err := strconv.Atoi(t.Text); err == nil && n >= 0 && n <= 255 {
			f.Arity = n
		}
	case term.Charlist:
		f.Arity = len([]rune(t.Text))
	case term.List:
		f.Arity = len(t.Args)
		for _, a := range t.Args {
			if a.Kind == term.Elided {
				f.Arity = -1
			}
		}
	}
}

// setLocation reads the file and line of a stack entry.
func setLocation(f *Frame, t term.Term) {
	for _, e := range t.Args {
		if e.Kind != term.Tuple || len(e.Args) != 2 {
			continue
		}
		switch v := e.Args[1]; e.Args[0].Text {
		case "file":
			f.File = v.Text
		case "line":
			if n, err := strconv.Atoi(v.Text); err == nil {
				f.Line = n
			}
		}
	}
}

// frameFromFun gives the frame of a call of a fun: the function that it is in,
// where its text tells that ("0.3316493/0 in MyApp.run/1").
func frameFromFun(t term.Term) Frame {
	f := Frame{Arity: -1, Anon: true}
	if _, in, ok := strings.Cut(t.Text, " in "); ok {
		f.Module, f.Function, f.Arity = splitMFA(in)
	} else if t.External {
		f.Module, f.Function, f.Arity = splitMFA(t.Text)
		f.Anon = false
	}
	return f
}

// splitMFA splits "MyApp.Cart.add/2", ":lists.map/2" and "Elixir.String.upcase/1"
// into the module's atom name, the function and the arity (-1 if there is none).
func splitMFA(s string) (module, function string, arity int) {
	arity = -1
	if i := strings.LastIndexByte(s, '/'); i > 0 {
		if n, err := strconv.Atoi(s[i+1:]); err == nil && n >= 0 && n <= 255 {
			arity, s = n, s[:i]
		}
	}
	dot := callDot(s)
	if dot < 0 {
		return "", unquoteName(s), arity
	}
	return moduleAtom(s[:dot]), unquoteName(s[dot+1:]), arity
}

// callDot gives the index of the dot between module and function, or -1. The
// function may be quoted or an operator, with dots in it.
func callDot(s string) int {
	if i := strings.Index(s, `."`); i > 0 && strings.HasSuffix(s, `"`) {
		return i
	}
	end := len(s)
	for end > 0 && s[end-1] == '.' { // the operators . and ..
		end--
	}
	if end == 0 {
		return -1
	}
	if i := strings.LastIndexByte(s[:end], '.'); i > 0 && i < len(s)-1 {
		return i
	}
	if end < len(s)-1 {
		return end
	}
	return -1
}

// moduleAtom gives the atom's name of a module as Elixir prints it: "Elixir.MyApp"
// for "MyApp", "gen_server" for ":gen_server".
func moduleAtom(s string) string {
	switch {
	case s == "":
		return ""
	case s[0] == ':':
		return unquoteName(s[1:])
	case s[0] >= 'A' && s[0] <= 'Z':
		if s == "Elixir" || strings.HasPrefix(s, "Elixir.") {
			return s
		}
		return "Elixir." + s
	}
	return s
}

// unquoteName takes the quotes off an atom or function name.
func unquoteName(s string) string {
	if len(s) >= 2 && (s[0] == '"' || s[0] == '\'') && s[len(s)-1] == s[0] {
		if u, err := strconv.Unquote(`"` + s[1:len(s)-1] + `"`); err == nil {
			return u
		}
		return s[1 : len(s)-1]
	}
	return s
}

// unmangle turns a name that the compiler made into the function that the code
// is in: "-run/0-fun-3-", "-map/2-lists^map/1-0-", "-fun.handle/2-".
func unmangle(f *Frame) {
	name := f.Function
	if len(name) < 3 || name[0] != '-' || name[len(name)-1] != '-' {
		return
	}
	inner := name[1:]
	if rest, ok := strings.CutPrefix(inner, "fun."); ok {
		inner = rest
	} else if rest, ok := strings.CutPrefix(inner, "inlined-"); ok {
		inner = rest
	}
	slash := strings.IndexByte(inner, '/')
	if slash <= 0 {
		return
	}
	digits := slash + 1
	for digits < len(inner) && inner[digits] >= '0' && inner[digits] <= '9' {
		digits++
	}
	n, err := strconv.Atoi(inner[slash+1 : digits])
	if err != nil || digits >= len(inner) || inner[digits] != '-' {
		return
	}
	f.Function, f.Arity, f.Anon = inner[:slash], n, true
}
