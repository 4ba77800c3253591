package classify

import (
	"strconv"
	"strings"

	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/term"
)

// level is one level of a reason, as rules see it: its own term, and the
// envelope directly round it.
type level struct {
	raw   term.Term // as printed; the zero Term if the report gives no reason
	own   term.Term // the canonical form of raw
	env   term.Term // the direct envelope, the zero Term if there is none
	text  string    // the exception's message, else the reason's text
	stack []parser.Frame
	pairs *pairs // of text; nil where nobody looked
}

// maxText bounds the text that regular expressions of rules see.
const maxText = 16 << 10

// innermost is the level of the report's innermost cause.
func innermost(r *parser.Report) level {
	l := level{
		raw:   r.Reason.Cause,
		own:   Canonical(r.Reason.Cause),
		text:  message(r.Reason.Cause),
		stack: r.Reason.Stack,
	}
	if n := len(r.Reason.Chain); n > 0 {
		l.env = r.Reason.Chain[n-1].Envelope
	}
	if l.text == "" {
		l.text = r.Reason.Text
	}
	l.text = clip(l.text, maxText)
	return l
}

// within is the level of a reason that is wrapped as a value in l's own term,
// as in {:error, r}; false if there is none.
func (l level) within() (level, bool) {
	own := l.own
	if own.Kind != term.Tuple || len(own.Args) < 2 || own.Args[0].Kind != term.Atom {
		return level{}, false
	}
	inner := own.Args[1]
	switch own.Args[0].Text {
	case "error", "EXIT", "badmatch", "case_clause", "else_clause", "try_clause", "aborted", "badrpc", "exception", "signal":
	case "normal", "shutdown": // of {normal, X} and {shutdown, X, Y} no supervisor says that they are in good order
		return level{}, false
	default: // {R, Info}
		inner = own.Args[0]
	}
	return level{raw: inner, own: Canonical(inner), text: clip(message(inner), maxText), stack: l.stack}, true
}

// clip cuts s to at most n bytes.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}

// moduleOf is the module of a struct as Elixir writes it: "MyApp.Error".
func moduleOf(t term.Term) string { return strings.TrimPrefix(t.Text, "Elixir.") }

// mfa writes a frame's function in one spelling for both languages:
// "MyApp.Cart.add/2", "gen_server.call/3". A function of unknown arity has
// none, and an anonymous function counts as the one that it is in.
func mfa(f parser.Frame) string {
	if f.Function == "" {
		return strings.TrimPrefix(f.Module, "Elixir.")
	}
	var b strings.Builder
	if f.Module != "" {
		b.WriteString(strings.TrimPrefix(f.Module, "Elixir."))
		b.WriteByte('.')
	}
	b.WriteString(f.Function)
	if f.Arity >= 0 {
		b.WriteByte('/')
		b.WriteString(strconv.Itoa(f.Arity))
	}
	return b.String()
}

// headOf is the key under which the index holds the patterns that t may match,
// in the spelling of [term.Pattern.Heads]; "" if t has none. Unlike [term.Term.Head]
// it gives a tuple that was cut off at its end a key too.
func headOf(t term.Term) string {
	switch t.Kind {
	case term.Atom:
		return t.ModuleName()
	case term.Struct:
		return "%" + moduleOf(t)
	case term.Tuple:
		size := "/" + strconv.Itoa(len(t.Args))
		if len(t.Args) > 0 && t.Args[0].Kind == term.Atom {
			return t.Args[0].ModuleName() + size
		}
		return size
	}
	return ""
}
