package classify

import (
	"strings"

	"github.com/beamlog/beamlog/parser/term"
)

// shortTerm is how many bytes of a term a sentence shows.
const shortTerm = 160

// cutMark begins what [term.Shrink] puts where it left something out.
const cutMark = "#Cut<"

// Short prints a term for a sentence: on one line, in about [shortTerm] bytes,
// with "…" where something was left out. Of an exception it gives the module and
// the message.
//
//	{:error, %Ecto.Changeset{…}}
//	[1, 2, …, 10000]
//	"the beginning … and the end"
func Short(t term.Term, d term.Dialect) string {
	if t.Kind == term.Raw {
		return oneLine(t.Text)
	}
	if m := message(t); m != "" {
		return moduleOf(t) + ": " + oneLine(m)
	}
	shrunk := term.Shrink(t, shortTerm)
	return oneLine(withDots(&shrunk, d).Print(d))
}

// oneLine cuts text for a sentence: its first line, at most twice [shortTerm]
// bytes or little more.
func oneLine(s string) string {
	s = strings.TrimSpace(s)
	if line, _, more := strings.Cut(s, "\n"); more {
		s = strings.TrimSpace(line)
	}
	if len(s) > 2*shortTerm {
		s = clip(s, 2*shortTerm) + "…"
	}
	return s
}

// withDots gives t with an ellipsis for each mark of what was left out.
func withDots(t *term.Term, d term.Dialect) term.Term {
	out := *t
	switch t.Kind {
	case term.Opaque:
		if what, ok := strings.CutPrefix(t.Text, cutMark); ok {
			out.Text = ellipsis(what, d)
		}
	case term.Binary, term.Charlist:
		out.Text = dotted(t.Text)
	}
	if len(t.Args) > 0 {
		out.Args = make([]term.Term, len(t.Args))
		for i := range t.Args {
			out.Args[i] = withDots(&t.Args[i], d)
		}
	}
	return out
}

// ellipsis shows what was left out by its brackets; what is how [term.Shrink]
// names it, after the mark.
func ellipsis(what string, d term.Dialect) string {
	what, _, _ = strings.Cut(strings.TrimSuffix(what, ">"), "},")
	switch {
	case strings.HasPrefix(what, "list"):
		return "[…]"
	case strings.HasPrefix(what, "tuple"):
		return "{…}"
	case strings.HasPrefix(what, "binary"):
		return "<<…>>"
	case strings.HasPrefix(what, "%{"):
		if d == term.Erlang {
			return "#{…}"
		}
		return "%{…}"
	case strings.HasPrefix(what, "%"):
		return what + "…}"
	case strings.HasPrefix(what, "{"):
		return what + "}"
	case strings.HasPrefix(what, "#"):
		name, _, _ := strings.Cut(what, ",")
		return name + "<…>"
	}
	return "…"
}

// dotted replaces the marks inside a shortened string.
func dotted(s string) string {
	for {
		before, rest, ok := strings.Cut(s, " "+cutMark)
		if !ok {
			return s
		}
		_, after, ok := strings.Cut(rest, "> ")
		if !ok {
			return s
		}
		s = before + "…" + after
	}
}
