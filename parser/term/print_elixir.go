package term

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Print writes t in a spelling.
func (t Term) Print(d Dialect) string {
	if d == Erlang {
		return t.Erlang()
	}
	return t.Elixir()
}

// Elixir writes t as inspect/2 does, on one line and with nothing left out, in
// the spelling of Elixir 1.15 and later (charlists are ~c"abc").
func (t Term) Elixir() string {
	var buf [96]byte
	return string(appendElixir(buf[:0], &t))
}

// String is Elixir, for messages.
func (t Term) String() string { return t.Elixir() }

func appendElixir(b []byte, t *Term) []byte {
	switch t.Kind {
	case Atom:
		return appendElixirAtom(b, t.Text)
	case Binary:
		return appendElixirBinary(b, t)
	case Bitstring:
		return appendByteList(b, t, ", ", "::size(", ")")
	case Charlist:
		return appendElixirChars(b, t)
	case List:
		return appendElixirList(b, t)
	case Tuple:
		return append(appendElixirAll(append(b, '{'), t.Args), '}')
	case Map:
		return append(appendElixirPairs(append(b, "%{"...), t.Args), '}')
	case Struct:
		return appendElixirStruct(b, t)
	case Pid:
		return append(append(append(b, "#PID<"...), t.Text...), '>')
	case Port:
		return append(append(append(b, "#Port<"...), t.Text...), '>')
	case Ref:
		return append(append(append(b, "#Reference<"...), t.Text...), '>')
	case Fun:
		return appendElixirFun(b, t)
	case Elided:
		return append(b, "..."...)
	}
	return append(b, t.Text...) // Int, Float, Opaque, Var, Raw
}

func appendElixirAll(b []byte, elems []Term) []byte {
	for i := range elems {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = appendElixir(b, &elems[i])
	}
	return b
}

// appendElixirAtom writes :a, :"a b", nil, MyApp.Cache.
func appendElixirAtom(b []byte, name string) []byte {
	switch name {
	case "nil", "true", "false", "Elixir":
		return append(b, name...)
	}
	if alias, ok := strings.CutPrefix(name, aliasPrefix); ok && isAliasName(alias) {
		return append(b, alias...)
	}
	if isPlainAtom(name) {
		return append(append(b, ':'), name...)
	}
	return appendElixirQuoted(append(b, ':'), name, '"')
}

// isPlainAtom tells whether Elixir writes an atom with no quotes after the colon.
func isPlainAtom(name string) bool {
	if n := operatorAt(name); n > 0 && n == len(name) && name != "=>" {
		return isQuotedOperator(name)
	}
	for i, c := range name {
		switch {
		case c == '_' || unicode.IsLetter(c) && !compatibility(c):
		case i > 0 && (c == '@' || unicode.IsDigit(c) || unicode.IsMark(c)):
		case i > 0 && (c == '?' || c == '!') && i == len(name)-1:
		default:
			return false
		}
	}
	return name != ""
}

// isQuotedOperator tells the operators that stand with no quotes from "::",
// "^^^" and what only tokenizes as one.
func isQuotedOperator(name string) bool {
	switch name {
	case "::", "^^^", "//", "<<~", "=>":
		return name == "<<~" || name == "//"
	}
	return true
}

// compatibility tells whether a letter is one that Unicode has for compatibility
// only: Elixir quotes atoms with such.
func compatibility(c rune) bool {
	return c == 'ª' || c == 'º' || c == 'µ' || c >= 0xF900 && c <= 0xFDFF || c >= 0xFE70 && c <= 0xFFEF
}

// appendElixirKey writes the key of a "key: value".
func appendElixirKey(b []byte, name string) []byte {
	if isPlainAtom(name) {
		b = append(b, name...)
	} else {
		b = appendElixirQuoted(b, name, '"')
	}
	return append(b, ": "...)
}

// isKey tells whether Elixir writes the atom as "key: value": not an alias.
func isKey(t *Term) bool {
	return t.Kind == Atom && t.Text != "Elixir" && !strings.HasPrefix(t.Text, aliasPrefix)
}

func appendElixirList(b []byte, t *Term) []byte {
	if len(t.Args) > 0 && !t.Improper && elixirCharlist(t.Args) {
		return appendElixirChars(b, &Term{Kind: Charlist, Text: charText(t.Args), Cut: t.Args[len(t.Args)-1].Kind == Elided})
	}
	b = append(b, '[')
	if !t.Improper && isKeyword(t.Args) {
		for i := range t.Args {
			if i > 0 {
				b = append(b, ", "...)
			}
			if e := &t.Args[i]; e.Kind == Elided {
				b = append(b, "..."...)
			} else {
				b = appendElixirKey(b, e.Args[0].Text)
				b = appendElixir(b, &e.Args[1])
			}
		}
		return append(b, ']')
	}
	if t.Improper && len(t.Args) > 1 {
		last := len(t.Args) - 1
		b = appendElixirAll(b, t.Args[:last])
		b = append(b, " | "...)
		b = appendElixir(b, &t.Args[last])
		return append(b, ']')
	}
	return append(appendElixirAll(b, t.Args), ']')
}

// isKeyword tells whether all elements are pairs of an atom and a value.
func isKeyword(elems []Term) bool {
	for i := range elems {
		e := &elems[i]
		if e.Kind == Elided && i > 0 && i == len(elems)-1 {
			return true
		}
		if e.Kind != Tuple || len(e.Args) != 2 || !isKey(&e.Args[0]) {
			return false
		}
	}
	return len(elems) > 0
}

// appendElixirPairs writes what stands in a map's braces.
func appendElixirPairs(b []byte, args []Term) []byte {
	keys := true
	for i := 0; i+1 < len(args); i += 2 {
		keys = keys && isKey(&args[i])
	}
	for i := 0; i < len(args); i += 2 {
		if i > 0 {
			b = append(b, ", "...)
		}
		if i+1 == len(args) {
			return appendElixir(b, &args[i])
		}
		if keys {
			b = appendElixirKey(b, args[i].Text)
		} else {
			b = append(appendElixir(b, &args[i]), " => "...)
		}
		b = appendElixir(b, &args[i+1])
	}
	return b
}

// appendElixirStruct writes %MyApp.User{…}; a struct that no alias names as the
// map that it is.
func appendElixirStruct(b []byte, t *Term) []byte {
	alias, ok := strings.CutPrefix(t.Text, aliasPrefix)
	keys := true
	for i := 0; i+1 < len(t.Args); i += 2 {
		keys = keys && isKey(&t.Args[i])
	}
	if ok && isAliasName(alias) && keys {
		b = append(append(append(b, '%'), alias...), '{')
		return append(appendElixirPairs(b, t.Args), '}')
	}
	args := append([]Term{MakeAtom("__struct__"), MakeAtom(t.Text)}, t.Args...)
	return append(appendElixirPairs(append(b, "%{"...), args), '}')
}

// appendElixirFun writes #Function<…> and &Mod.fun/1.
func appendElixirFun(b []byte, t *Term) []byte {
	if !t.External {
		text := t.Text
		if !strings.Contains(text, " in ") {
			// erl_eval.43.3316493
			if n := strings.LastIndexByte(text, '.'); n > 0 {
				if m := strings.LastIndexByte(text[:n], '.'); m > 0 {
					text = text[m+1:] + " in " + string(appendElixirAtom(nil, text[:m]))
				}
			}
		}
		return append(append(append(b, "#Function<"...), text...), '>')
	}
	mod, fun, arity := t.MFA()
	b = append(appendElixirAtom(append(b, '&'), mod), '.')
	if isPlainAtom(fun) && (isWord(fun[0]) && fun[0] != '@' || operatorAt(fun) == len(fun)) {
		b = append(b, fun...)
	} else {
		b = appendElixirQuoted(b, fun, '"')
	}
	return append(append(b, '/'), arity...)
}

// MFA splits an external function into module, name and arity: "Elixir.String",
// "upcase", "1". All are empty for other terms.
func (t Term) MFA() (mod, fun, arity string) {
	if t.Kind != Fun || !t.External {
		return "", "", ""
	}
	s := t.Text
	slash := strings.LastIndexByte(s, '/')
	if slash <= 0 {
		return "", "", ""
	}
	s, arity = s[:slash], s[slash+1:]
	for _, op := range [...]string{"..//", "...", ".."} {
		if m, ok := strings.CutSuffix(s, "."+op); ok && m != "" && !strings.HasSuffix(m, ".") {
			return m, op, arity
		}
	}
	dot := strings.LastIndexByte(s, '.')
	if dot < 0 {
		return "", s, arity
	}
	return s[:dot], s[dot+1:], arity
}

// appendElixirBinary writes a string or, if it is not printable, its bytes.
func appendElixirBinary(b []byte, t *Term) []byte {
	if !elixirPrintable(t.Text) {
		return appendByteList(b, t, ", ", "", "")
	}
	b = appendElixirQuoted(b, t.Text, '"')
	if t.Cut {
		b = append(b, " <> ..."...)
	}
	return b
}

// appendByteList writes <<1, 2, 3::size(4)>> or <<1,2,3:4>>.
func appendByteList(b []byte, t *Term, sep, size, end string) []byte {
	b = append(b, "<<"...)
	for i := 0; i < len(t.Text); i++ {
		if i > 0 {
			b = append(b, sep...)
		}
		b = strconv.AppendUint(b, uint64(t.Text[i]), 10)
	}
	if t.Kind == Bitstring {
		b = append(b, size...)
		b = strconv.AppendUint(b, uint64(t.Bits), 10)
		b = append(b, end...)
	}
	if t.Cut {
		if len(t.Text) > 0 {
			b = append(b, sep...)
		}
		b = append(b, "..."...)
	}
	return append(b, ">>"...)
}

// appendElixirChars writes a charlist: as such if all of its characters are
// printable ASCII, else as a list of integers.
func appendElixirChars(b []byte, t *Term) []byte {
	ascii := true
	for _, c := range t.Text {
		ascii = ascii && elixirChar(c)
	}
	if ascii && (t.Text != "" || t.Cut) {
		b = appendElixirQuoted(append(b, "~c"...), t.Text, '"')
		if t.Cut {
			b = append(b, " ++ ..."...)
		}
		return b
	}
	b = append(b, '[')
	sep := ""
	for _, c := range t.Text {
		b = append(b, sep...)
		b = strconv.AppendInt(b, int64(c), 10)
		sep = ", "
	}
	if t.Cut {
		b = append(append(b, sep...), "..."...)
	}
	return append(b, ']')
}

// elixirChar tells whether a character may stand in a charlist that is printed
// as one: List.ascii_printable?/1.
func elixirChar(c rune) bool {
	return c >= 7 && c <= 13 || c == 27 || c >= ' ' && c <= '~'
}

// elixirCharlist tells whether inspect/2 writes a list as a charlist. With
// elements left out it is not: what they are is unknown.
func elixirCharlist(elems []Term) bool {
	for i := range elems {
		if c, ok := elems[i].codePoint(); !ok || !elixirChar(c) {
			return false
		}
	}
	return true
}

// charText is the text of a list of characters.
func charText(elems []Term) string {
	b := make([]byte, 0, len(elems))
	for i := range elems {
		if c, ok := elems[i].codePoint(); ok {
			b = utf8.AppendRune(b, c)
		}
	}
	return string(b)
}

// elixirPrintable is String.printable?/1.
func elixirPrintable(s string) bool {
	for i := 0; i < len(s); {
		if c := s[i]; c < 0x80 {
			if !elixirChar(rune(c)) && c != 127 {
				return false
			}
			i++
			continue
		}
		c, n := utf8.DecodeRuneInString(s[i:])
		if c == utf8.RuneError && n == 1 || c < 0xA0 || c > 0xFFFD && c < 0x10000 {
			return false
		}
		i += n
	}
	return true
}

// appendElixirQuoted writes a quoted text. What is no UTF-8 or not printable is
// escaped.
func appendElixirQuoted(b []byte, s string, q byte) []byte {
	b = append(b, q)
	for i := 0; i < len(s); {
		c, n := rune(s[i]), 1
		if c >= 0x80 {
			c, n = utf8.DecodeRuneInString(s[i:])
		}
		switch {
		case c == rune(q) || c == '\\' || c == '#' && i+1 < len(s) && s[i+1] == '{':
			b = append(b, '\\', byte(c))
		case c >= 7 && c <= 13:
			b = append(b, '\\', "abtnvfr"[c-7])
		case c == 27:
			b = append(b, `\e`...)
		case c == 127:
			b = append(b, `\d`...)
		case c == 0:
			b = append(b, `\0`...)
		case c == utf8.RuneError && n == 1:
			b = fmt.Appendf(b, `\x%02X`, s[i])
		case c < ' ' || c >= 0x80 && c < 0xA0 || c == 0xFFFE || c == 0xFFFF:
			b = fmt.Appendf(b, `\x{%X}`, c)
		case invisible(c):
			b = fmt.Appendf(b, `\u%04X`, c)
		default:
			b = append(b, s[i:i+n]...)
		}
		i += n
	}
	return append(b, q)
}

// invisible tells which characters Elixir 1.18 escapes as \u200B: marks of
// direction and of no width.
func invisible(c rune) bool {
	return c >= 0x200B && c <= 0x200F || c >= 0x202A && c <= 0x202E || c >= 0x2066 && c <= 0x2069 || c == 0x061C || c == 0xFEFF
}
