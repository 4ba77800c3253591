package parser

import "strings"

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
		if _, ok := parseFrame(line); !ok {
			return true
		}
	}
	reason := strings.TrimRight(r.Reason.Text, " \n")
	return reason != "" && strings.HasSuffix(body, reason) && endsOpen(reason[strings.LastIndexByte(reason, '\n')+1:])
}

// truncated is what Logger puts after a message that it cut.
const truncated = "(truncated)"

// isTruncated reports whether Logger cut the message.
func isTruncated(body string) bool {
	return strings.HasSuffix(strings.TrimRight(body, " \n"), truncated)
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
