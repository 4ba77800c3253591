package parser

import (
	"strings"
	"unicode"
)

// endsCut reports whether the text of a report stops where no writer stops: in
// the banner or the frame that its last line begins, or inside the brackets or
// the quotes of a reason that nothing follows.
//
//	** (RuntimeEr
//	    (shop 0.4.
//	    lib/shop/cart.ex:12: Shop.Ca
//	** (ErlangError) Erlang error: {:nocatch,
func endsCut(r *Report, body string) bool {
	body = strings.TrimRight(body, " \n")
	line := body[strings.LastIndexByte(body, '\n')+1:]
	text := strings.TrimLeft(line, " ")
	if rest, ok := strings.CutPrefix(text, "**"); ok && (rest == "" || rest == " " || strings.HasPrefix(rest, " (") && !strings.Contains(rest, ")")) {
		return true
	}
	if len(line)-len(text) >= 4 && startsFrame(text) {
		if _, ok := frameOf(line); !ok {
			return true
		}
	}
	reason := strings.TrimRight(r.Reason.Text, " \n")
	return reason != "" && strings.HasSuffix(body, reason) && endsOpen(reason[strings.LastIndexByte(reason, '\n')+1:])
}

// truncated is what Logger puts after a message that it cut.
const truncated = "(truncated)"

// withoutMark takes the mark of a cut off a message: what stands before it is the
// beginning of a term, a name or a frame, and no more is known of these.
func withoutMark(body string) (rest string, marked bool) {
	rest, marked = strings.CutSuffix(strings.TrimRight(body, " \n"), truncated)
	if !marked {
		return body, false
	}
	return strings.TrimSuffix(rest, " "), true
}

// withoutCutWord takes the last word off a term that was cut, unless it stands in
// quotes: an atom, a number or an alias of which the end is missing is not known.
//
//	{:error, {:already_star
func withoutCutWord(text string) string {
	if endsQuoted(text) {
		return text
	}
	return strings.TrimRightFunc(strings.TrimRight(text, " "), func(r rune) bool {
		return r == '_' || r == ':' || r == '.' || r == '/' || r == '@' || r == '?' || r == '!' || r == '-' || unicode.IsLetter(r) || unicode.IsDigit(r)
	})
}

// endsQuoted reports whether a text ends inside quotes.
func endsQuoted(text string) bool {
	var quote byte
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		}
	}
	return quote != 0
}

// markCut says of the part of the report with which the message ends that it was
// cut.
func (r *Report) markCut(body string) {
	for _, sp := range [...]*Span{r.LastMessage, r.State} {
		if sp != nil && strings.HasSuffix(body, sp.Text) {
			sp.Truncated = true
		}
	}
	if call := &r.Process.InitialCall; strings.HasSuffix(body, *call) && !endsArity(*call) {
		*call = ""
	}
}

// endsArity reports whether a text ends like a whole function: "Shop.Cart.init/1".
func endsArity(text string) bool {
	name := strings.TrimRight(text, "0123456789")
	return name != text && strings.HasSuffix(name, "/") && !strings.HasSuffix(name, " fn/")
}

// maybeFrame reports whether the last line of a text that was cut, which stands
// where frames do, can be the beginning of one: its file, or what [startsFrame]
// knows.
//
//	supervisors.ex
func maybeFrame(text string) bool {
	return startsFrame(text) || strings.Trim(text, "abcdefghijklmnopqrstuvwxyz_0123456789/.:-") == ""
}

// startsFrame reports whether a text begins like a frame: "(app 1.0" or
// "lib/x.ex:12: ", or is a call that is still open: ":erlang.div(1,".
func startsFrame(text string) bool {
	if strings.HasPrefix(text, "(") {
		app, _, closed := strings.Cut(text[1:], ")")
		name, version, _ := strings.Cut(app, " ")
		return (!closed || version != "" && version[0] >= '0' && version[0] <= '9') &&
			strings.Trim(name, "abcdefghijklmnopqrstuvwxyz_0123456789") == ""
	}
	for _, file := range [...]string{".ex:", ".exs:", ".erl:"} {
		if _, rest, ok := strings.Cut(text, file); ok {
			line, _, ok := strings.Cut(rest, ":")
			return ok && line != "" && strings.Trim(line, "0123456789") == ""
		}
	}
	name, args, ok := strings.Cut(text, "(")
	return ok && strings.Contains(strings.TrimSuffix(name, "."), ".") && !strings.Contains(name, " ") && endsOpen("("+args)
}

// endsOpen reports whether a text ends inside brackets or double quotes.
func endsOpen(text string) bool {
	depth, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[' || c == '(':
			depth++
		case c == '}' || c == ']' || c == ')':
			depth = max(depth-1, 0)
		}
	}
	return depth > 0 || quoted
}
