package term

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Erlang writes t as ~0tp does: on one line and with nothing left out.
func (t Term) Erlang() string { return string(appendErlang(nil, &t)) }

func appendErlang(b []byte, t *Term) []byte {
	switch t.Kind {
	case Atom:
		return appendErlangAtom(b, t.Text)
	case Float:
		return append(b, erlangFloat(t.Text)...)
	case Binary:
		return appendErlangBinary(b, t)
	case Bitstring:
		return appendByteList(b, t, ",", ":", "")
	case Charlist:
		return appendErlangChars(b, t)
	case List:
		return appendErlangList(b, t)
	case Tuple:
		return append(appendErlangAll(append(b, '{'), t.Args), '}')
	case Map:
		return append(appendErlangPairs(append(b, "#{"...), t.Args), '}')
	case Struct:
		b = appendErlangAtom(append(b, "#{'__struct__' => "...), t.Text)
		if len(t.Args) > 0 {
			b = append(b, ',')
		}
		return append(appendErlangPairs(b, t.Args), '}')
	case Pid:
		return append(append(append(b, '<'), t.Text...), '>')
	case Port:
		return append(append(append(b, "#Port<"...), t.Text...), '>')
	case Ref:
		return append(append(append(b, "#Ref<"...), t.Text...), '>')
	case Fun:
		return appendErlangFun(b, t)
	case Elided:
		return append(b, "..."...)
	}
	return append(b, t.Text...) // Int, Opaque, Var, Raw
}

func appendErlangAll(b []byte, elems []Term) []byte {
	for i := range elems {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendErlang(b, &elems[i])
	}
	return b
}

func appendErlangPairs(b []byte, args []Term) []byte {
	for i := 0; i < len(args); i += 2 {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendErlang(b, &args[i])
		if i+1 < len(args) {
			b = append(b, " => "...)
			b = appendErlang(b, &args[i+1])
		}
	}
	return b
}

func appendErlangList(b []byte, t *Term) []byte {
	last := len(t.Args) - 1
	switch {
	case last < 0:
		return append(b, "[]"...)
	case !t.Improper && erlangString(t.Args):
		return appendErlangQuoted(b, charText(t.Args), '"')
	case last > 0 && (t.Improper || t.Args[last].Kind == Elided):
		b = appendErlangAll(append(b, '['), t.Args[:last])
		b = appendErlang(append(b, '|'), &t.Args[last])
		return append(b, ']')
	}
	return append(appendErlangAll(append(b, '['), t.Args), ']')
}

// erlangString tells whether ~tp writes a list as a string.
func erlangString(elems []Term) bool {
	for i := range elems {
		if c, ok := elems[i].codePoint(); !ok || !erlangPrintable(c) {
			return false
		}
	}
	return true
}

// erlangPrintable is io_lib:printable_unicode_list/1 for one character.
func erlangPrintable(c rune) bool {
	return c >= ' ' && c <= '~' || c >= 8 && c <= 13 || c == 27 ||
		c >= 0xA0 && c <= 0xD7FF || c >= 0xE000 && c <= 0xFFFD || c >= 0x10000 && c <= utf8.MaxRune
}

func appendErlangChars(b []byte, t *Term) []byte {
	printable := true
	for _, c := range t.Text {
		printable = printable && erlangPrintable(c)
	}
	if printable && (t.Text != "" || t.Cut) {
		b = appendErlangQuoted(b, t.Text, '"')
		if t.Cut {
			b = append(b, "..."...)
		}
		return b
	}
	b = append(b, '[')
	sep := ""
	for _, c := range t.Text {
		b = append(b, sep...)
		b = strconv.AppendInt(b, int64(c), 10)
		sep = ","
	}
	if t.Cut {
		b = append(b, "|..."...)
	}
	return append(b, ']')
}

// appendErlangAtom writes an atom, in quotes where it needs them.
func appendErlangAtom(b []byte, name string) []byte {
	if isErlangAtom(name) {
		return append(b, name...)
	}
	return appendErlangQuoted(b, name, '\'')
}

// isErlangAtom tells whether an atom is written with no quotes: io_lib:quote_atom/2.
func isErlangAtom(name string) bool {
	for i, c := range name {
		lower := c >= 'a' && c <= 'z' || c >= 'ß' && c <= 'ÿ' && c != '÷'
		if !lower && (i == 0 || !(c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '@' || c >= 'À' && c <= 'Þ' && c != '×')) {
			return false
		}
	}
	return name != "" && !isReserved(name)
}

// isReserved tells Erlang's reserved words.
func isReserved(w string) bool {
	switch w {
	case "after", "and", "andalso", "band", "begin", "bnot", "bor", "bsl", "bsr", "bxor", "case", "catch", "cond", "div",
		"end", "fun", "if", "let", "not", "of", "or", "orelse", "receive", "rem", "try", "when", "xor":
		return true
	}
	return false
}

// appendErlangBinary writes <<"abc">>, <<"é"/utf8>> or <<1,2>>.
func appendErlangBinary(b []byte, t *Term) []byte {
	ascii, text, latin := true, utf8.ValidString(t.Text), true
	for i := 0; i < len(t.Text); i++ {
		c := t.Text[i]
		ascii = ascii && c < 0x80
		latin = latin && erlangPrintable(rune(c))
	}
	if text && !ascii {
		for _, c := range t.Text {
			text = text && erlangPrintable(c)
		}
	}
	end := ">>"
	s := t.Text
	switch {
	case s == "" && !t.Cut:
		return append(b, "<<>>"...)
	case ascii && latin:
	case text && !ascii:
		end = "/utf8>>"
	case latin:
		s = latinText(s)
	default:
		return appendByteList(b, t, ",", "", "")
	}
	b = appendErlangQuoted(append(b, "<<"...), s, '"')
	if t.Cut {
		// Erlang writes "..." after the closing quote, and the type after that.
		end = strings.Replace("..."+end, ".../utf8", "/utf8...", 1)
	}
	return append(b, end...)
}

// latinText is the text of bytes that are Latin-1 characters.
func latinText(s string) string {
	b := make([]byte, 0, len(s)+8)
	for i := 0; i < len(s); i++ {
		b = utf8.AppendRune(b, rune(s[i]))
	}
	return string(b)
}

func appendErlangFun(b []byte, t *Term) []byte {
	if !t.External {
		text := t.Text
		if key := funKey(text); strings.Contains(text, " in ") && !strings.Contains(key, " ") && !strings.Contains(text, "file:") {
			text = key
		}
		return append(append(append(b, "#Fun<"...), text...), '>')
	}
	mod, fun, arity := t.MFA()
	b = append(appendErlangAtom(append(b, "fun "...), mod), ':')
	b = append(appendErlangAtom(b, fun), '/')
	return append(b, arity...)
}

// appendErlangQuoted writes a quoted text as ~tp does: what is not printable is
// escaped.
func appendErlangQuoted(b []byte, s string, q byte) []byte {
	b = append(b, q)
	for i := 0; i < len(s); {
		c, n := rune(s[i]), 1
		if c >= 0x80 {
			c, n = utf8.DecodeRuneInString(s[i:])
		}
		switch {
		case c == rune(q) || c == '\\':
			b = append(b, '\\', byte(c))
		case c >= 8 && c <= 13:
			b = append(b, '\\', "btnvfr"[c-8])
		case c == 27:
			b = append(b, `\e`...)
		case c == 127:
			b = append(b, `\d`...)
		case c < ' ':
			b = append(b, '\\', byte('0'+(c>>6)), byte('0'+(c>>3&7)), byte('0'+(c&7)))
		case !erlangPrintable(c):
			b = fmt.Appendf(b, `\x{%X}`, c)
		default:
			b = append(b, s[i:i+n]...)
		}
		i += n
	}
	return append(b, q)
}
