package term

import (
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"
)

// escapes says what the escapes with a number in them stand for.
type escapes uint8

const (
	characters    escapes = iota // \xE9 is a character: atoms, charlists, all of Erlang
	bytesOfString                // \xE9 is a byte: Elixir's strings
)

// quotedText reads the quoted text whose quote stands at s[i]. closed is false
// if s ends before the other quote.
func quotedText(s string, i int, d Dialect, mode escapes) (text string, end int, closed bool) {
	q := s[i]
	body := s[i+1:]
	n := strings.IndexByte(body, q)
	if n < 0 {
		n = len(body)
	} else {
		closed = true
	}
	if strings.IndexByte(body[:n], '\\') < 0 {
		end = i + 1 + n
		if closed {
			end++
		}
		return validText(body[:n], mode), end, closed
	}
	end, closed = skipPlain(s, i)
	body = s[i+1 : end]
	if closed {
		body = body[:len(body)-1]
	}
	return unescape(body, d, mode), end, closed
}

// validText makes bytes that are no UTF-8 the Latin-1 characters that they are.
// Elixir's strings keep them.
func validText(s string, mode escapes) string {
	if mode == bytesOfString || utf8.ValidString(s) {
		return s
	}
	b := make([]byte, 0, len(s)+8)
	for i := 0; i < len(s); {
		c, n := utf8.DecodeRuneInString(s[i:])
		if c == utf8.RuneError && n == 1 {
			c = rune(s[i])
		}
		b = utf8.AppendRune(b, c)
		i += n
	}
	return string(b)
}

// unescape replaces the escapes of either spelling.
func unescape(s string, d Dialect, mode escapes) string {
	b := make([]byte, 0, len(s))
	for {
		j := strings.IndexByte(s, '\\')
		if j < 0 || j+1 >= len(s) {
			return validText(string(append(b, s...)), mode)
		}
		b = append(b, s[:j]...)
		var n int
		b, n = appendEscape(b, s[j+1:], d, mode)
		s = s[j+1+n:]
	}
}

// appendEscape appends what the escape whose letter is s[0] stands for, and
// tells how long it is.
func appendEscape(b []byte, s string, d Dialect, mode escapes) ([]byte, int) {
	switch c := s[0]; c {
	case 'n':
		return append(b, '\n'), 1
	case 't':
		return append(b, '\t'), 1
	case 'r':
		return append(b, '\r'), 1
	case 'e':
		return append(b, 27), 1
	case 'b':
		return append(b, 8), 1
	case 'd':
		return append(b, 127), 1
	case 'f':
		return append(b, 12), 1
	case 'v':
		return append(b, 11), 1
	case 's':
		return append(b, ' '), 1
	case 'a':
		if d == Elixir {
			return append(b, 7), 1
		}
	case '\n': // a line that goes on
		if d == Elixir {
			return b, 1
		}
	case '^':
		if d == Erlang && len(s) > 1 {
			return append(b, s[1]&31), 2
		}
	case 'x', 'u':
		if b, n := appendHex(b, s, mode); n > 0 {
			return b, n
		}
	case '0', '1', '2', '3', '4', '5', '6', '7':
		n := 1
		for d == Erlang && n < 3 && n < len(s) && s[n]-'0' < 8 {
			n++
		}
		v, _ := strconv.ParseUint(s[:n], 8, 32)
		if d == Elixir && v != 0 {
			break
		}
		return utf8.AppendRune(b, rune(v)), n
	}
	_, n := utf8.DecodeRuneInString(s)
	return append(b, s[:n]...), n
}

// appendHex appends the character or byte of \xHH, \x{H…}, \uHHHH or \u{H…}.
func appendHex(b []byte, s string, mode escapes) ([]byte, int) {
	digits, n := "", 0
	switch {
	case len(s) > 1 && s[1] == '{':
		end := strings.IndexByte(s[:min(len(s), 12)], '}')
		if end < 0 {
			return b, 0
		}
		digits, n = s[2:end], end+1
	case s[0] == 'u' && len(s) >= 5:
		digits, n = s[1:5], 5
	case s[0] == 'x' && len(s) >= 3:
		digits, n = s[1:3], 3
	default:
		return b, 0
	}
	v, err := strconv.ParseUint(digits, 16, 32)
	if err != nil {
		return b, 0
	}
	if mode == bytesOfString && s[0] == 'x' && s[1] != '{' {
		return append(b, byte(v)), n
	}
	return utf8.AppendRune(b, rune(v)), n
}

// doubleQuoted reads "…": a string, in Erlang a list of characters, or a key.
func (r *reader) doubleQuoted() {
	start := r.i
	mode, kind := bytesOfString, Binary
	if r.dialect == Erlang {
		mode, kind = characters, Charlist
	}
	if strings.HasPrefix(r.s[start:], `"""`) {
		if end, ok := skipQuoted(r.s, start); ok {
			r.i = end
			if end > start+6 {
				r.push(kind, start, validText(heredoc(r.s[start+3:end-3]), mode))
				return
			}
			r.i = start
		}
	}
	text, end, closed := quotedText(r.s, start, r.dialect, mode)
	r.i = end
	r.open = r.open || !closed
	if closed && r.isKey(end) {
		text, _, _ = quotedText(r.s, start, r.dialect, characters)
		r.keyAtom(start, end, text)
		return
	}
	r.stringTerm(kind, start, text, !closed)
}

// heredoc is the text between the quotes of """…""", without the indentation of
// its last line.
func heredoc(s string) string {
	body, ok := strings.CutPrefix(s, "\n")
	if !ok {
		return s
	}
	i := strings.LastIndexByte(body, '\n')
	indent := body[i+1:]
	if strings.Trim(indent, " \t") != "" {
		return body
	}
	body = body[:i+1]
	if indent != "" {
		body = strings.ReplaceAll("\n"+body, "\n"+indent, "\n")[1:]
	}
	return body
}

// singleQuoted reads '…': an atom, in Elixir a charlist.
func (r *reader) singleQuoted() {
	start := r.i
	text, end, closed := quotedText(r.s, start, r.dialect, characters)
	r.i = end
	r.open = r.open || !closed
	switch {
	case r.dialect == Erlang:
		r.push(Atom, start, text)
	case closed && r.isKey(end):
		r.keyAtom(start, end, text)
	default:
		r.stringTerm(Charlist, start, text, !closed)
	}
}

// stringTerm reads what may follow a string (another one, which continues it, or
// the mark that its rest was left out) and pushes it.
func (r *reader) stringTerm(kind Kind, start int, text string, cut bool) {
	var joined []byte
	for !cut && r.i < len(r.s) && !endsElement(r.s[r.i]) {
		i := r.i
		r.space()
		if rest := r.s[r.i:]; strings.HasPrefix(rest, "<> ") || strings.HasPrefix(rest, "++ ") {
			r.i += 3
			r.space()
			if strings.HasPrefix(r.s[r.i:], "...") {
				r.i += 3
				cut = true
				break
			}
		} else if strings.HasPrefix(rest, "...") && r.i == i {
			r.i += 3
			cut = true
			break
		}
		// Outside of brackets only Erlang's pretty printers go on in another literal.
		if r.peek(0) != '"' || r.dialect == Elixir && (kind == Charlist || r.depth == 0) {
			r.i = i
			break
		}
		mode := characters
		if kind == Binary {
			mode = bytesOfString
		}
		more, end, closed := quotedText(r.s, r.i, r.dialect, mode)
		if joined == nil {
			joined = append(joined, text...)
		}
		joined = append(joined, more...)
		r.i = end
		r.open = r.open || !closed
		cut = !closed
	}
	if joined != nil {
		text = string(joined)
	}
	if kind == Charlist && text == "" && !cut {
		kind = List
	}
	r.push(kind, start, text)
	r.stack[len(r.stack)-1].Cut = cut
}

// char reads Erlang's $a or Elixir's ?a: an integer.
func (r *reader) char() {
	start := r.i
	rest := r.s[start+1:]
	if rest == "" || isBlank(rest[0]) || r.s[start] == '?' && !plainChar(rest) {
		r.oddity(start)
		return
	}
	var b []byte
	n := 0
	if rest[0] == '\\' && len(rest) > 1 {
		b, n = appendEscape(nil, rest[1:], r.dialect, characters)
		n++
	} else {
		_, n = utf8.DecodeRuneInString(rest)
		b = []byte(rest[:n])
	}
	c, _ := utf8.DecodeRune(b)
	r.i += 1 + n
	r.push(Int, start, strconv.Itoa(int(c)))
}

// plainChar says whether what follows a "?" is no bracket, quote or comma, escaped
// or not. Nothing prints ?" for a character, so there the quote is the next thing,
// as it is to Skip.
func plainChar(rest string) bool {
	if rest[0] == '\\' && len(rest) > 1 {
		rest = rest[1:]
	}
	return byteClass[rest[0]] == plain
}

// number reads an integer, a float or a range.
func (r *reader) number() {
	s, start := r.s, r.i
	i := start
	if s[i] == '-' || s[i] == '+' {
		i++
	}
	first := i
	i = digits(s, i)
	switch {
	case i+1 < len(s) && s[i] == '.' && isDigit(s[i+1]):
		r.float(start, i)
		return
	case i < len(s) && s[i] == '#' && i-first <= 2 || i == first+1 && s[first] == '0' && i < len(s) && strings.IndexByte("xob", s[i]) >= 0:
		if r.based(start, first, i) {
			return
		}
	case i+2 < len(s) && s[i] == '.' && s[i+1] == '.' && (isDigit(s[i+2]) || s[i+2] == '-'):
		r.rangeOf(start, i)
		return
	}
	r.i = i
	text := s[start:i]
	if c := s[first]; c == '0' && i-first > 1 || s[start] == '+' || strings.IndexByte(text, '_') >= 0 || text == "-0" {
		text = plainInt(text, 10)
	}
	r.push(Int, start, text)
}

// digits is the end of the decimal digits at i, with underscores among them.
func digits(s string, i int) int {
	for i < len(s) && (isDigit(s[i]) || s[i] == '_' && i+1 < len(s) && isDigit(s[i+1])) {
		i++
	}
	return i
}

// plainInt is an integer of any base in plain decimal digits.
func plainInt(s string, base int) string {
	s = strings.ReplaceAll(s, "_", "")
	if n, err := strconv.ParseInt(s, base, 64); err == nil {
		return strconv.FormatInt(n, 10)
	}
	if len(s) > 4096 { // converting takes longer than linear time
		return s
	}
	n, ok := new(big.Int).SetString(s, base)
	if !ok {
		return s
	}
	return n.String()
}

// based reads 16#1F600 or 0x1F. i is after the base.
func (r *reader) based(start, first, i int) bool {
	s := r.s
	base := 0
	if s[i] == '#' {
		base, _ = strconv.Atoi(s[first:i])
	} else {
		base = map[byte]int{'x': 16, 'o': 8, 'b': 2}[s[i]]
	}
	end := i + 1
	for end < len(s) && (isDigit(s[end]) || isLetter(s[end]) || s[end] == '_') {
		end++
	}
	if base < 2 || base > 36 || end == i+1 || end-i > 4096 {
		return false
	}
	if _, ok := new(big.Int).SetString(strings.ReplaceAll(s[i+1:end], "_", ""), base); !ok {
		return false
	}
	r.i = end
	text := plainInt(s[i+1:end], base)
	if s[start] == '-' && text != "0" {
		text = "-" + text
	}
	r.push(Int, start, text)
	return true
}

// float reads the rest of a float, from its point at i.
func (r *reader) float(start, i int) {
	s := r.s
	i = digits(s, i+1)
	if i+1 < len(s) && (s[i] == 'e' || s[i] == 'E') {
		j := i + 1
		if s[j] == '-' || s[j] == '+' {
			j++
		}
		if j < len(s) && isDigit(s[j]) {
			i = digits(s, j)
		}
	}
	r.i = i
	r.push(Float, start, elixirFloat(s[start:i]))
}

// rangeOf reads 1..3 or 1..10//2, whose ".." stands at i, as Opaque.
func (r *reader) rangeOf(start, i int) {
	s := r.s
	end := digits(s, i+3)
	if strings.HasPrefix(s[end:], "//") {
		j := end + 2
		if j < len(s) && s[j] == '-' {
			j++
		}
		if k := digits(s, j); k > j {
			end = k
		}
	}
	r.i = end
	r.push(Opaque, start, s[start:end])
}
