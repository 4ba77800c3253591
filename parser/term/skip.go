package term

import "strings"

// Classes of bytes for the skipping loop: most bytes are plain.
const (
	plain = iota
	opening
	closing
	quote
	hashSign
	dollar
	tilde
	comma
)

var byteClass = [256]uint8{
	'(': opening, '[': opening, '{': opening,
	')': closing, ']': closing, '}': closing,
	'"': quote, '\'': quote, '#': hashSign, '$': dollar, '~': tilde, ',': comma,
}

// Skip finds the end of the term that starts at s[i], by balancing brackets and
// quotes only. complete is false if one was still open at the end of s.
func Skip(s string, i int) (end int, complete bool) {
	if i >= len(s) {
		return len(s), true
	}
	// What stands before a bracket belongs to the term: %{, %Name{, #{.
	switch s[i] {
	case '%', '#':
		j := i + 1
		for j < len(s) && (isWord(s[j]) || s[j] == '.') {
			j++
		}
		if j < len(s) && s[j] == '{' {
			i = j
		}
	}
	if byteClass[s[i]] == opening {
		end, complete = skipTo(s, i+1, 1, false)
		return end, complete
	}
	if end, call := skipLeaf(s, i); call {
		return skipTo(s, end+1, 1, false)
	} else if end > i {
		return end, true
	}
	t, end, complete := ReadIn(s[i:], Elixir)
	if t.Kind == None {
		return i, true
	}
	return i + end, complete
}

// skipLeaf gives the end of what needs no reader: a pid, or an integer, an atom, a
// word or an alias that a blank follows, a mark, the end of the text or the name of
// a function. If that is called, it gives the bracket that opens the arguments. The
// end is i for everything else.
func skipLeaf(s string, i int) (end int, call bool) {
	end = i
	c := s[i]
	switch {
	case c == '#' || c == '<':
		if c == '#' {
			if !strings.HasPrefix(s[i:], "#PID<") {
				return i, false
			}
			end = i + len("#PID")
		}
		if end = dotted(s, end+1); end == 0 {
			return i, false
		}
		return end + 1, false
	case isDigit(c):
		for end < len(s) && isDigit(s[end]) {
			end++
		}
	case c == ':' || isLetter(c):
		if c == ':' && (i+1 == len(s) || !isLetter(s[i+1])) {
			return i, false
		}
		end = asciiWord(s, i+1)
		for isUpper(c) && end+1 < len(s) && s[end] == '.' && isUpper(s[end+1]) {
			end = asciiWord(s, end+1)
		}
		if name := end + 1; name < len(s) && s[end] == '.' && (c == ':' || isUpper(c)) && s[name]-'a' < 26 {
			switch name = asciiWord(s, name); {
			case name == len(s) || s[name] == '/':
				return end, false
			case s[name] == '(':
				return name, true
			}
		}
		if end-i == len("fun") && s[i:end] == "fun" {
			return i, false
		}
	default:
		return i, false
	}
	if end < len(s) && strings.IndexByte(" \n,;:/)]}", s[end]) < 0 {
		return i, false
	}
	return end, false
}

// asciiWord is the end of the letters and digits at i.
func asciiWord(s string, i int) int {
	for i < len(s) && isWord(s[i]) && s[i] < 0x80 {
		i++
	}
	return i
}

func isUpper(c byte) bool { return c-'A' < 26 }

// skipElement finds the next comma or closing bracket that stands outside of
// brackets and quotes, at i or after.
func skipElement(s string, i int) (end int, complete bool) { return skipTo(s, i, 0, true) }

// skipRest finds the closing bracket of the container that i stands in.
func skipRest(s string, i int) (end int, complete bool) { return skipTo(s, i, 0, false) }

// skipTo skips until depth brackets have been closed; the end is after the last
// of them. With depth 0 the end is before the next bracket that closes something
// opened before i, or, if atComma, before the next comma.
func skipTo(s string, i, depth int, atComma bool) (end int, complete bool) {
	outer := depth == 0
	for i < len(s) {
		switch byteClass[s[i]] {
		case plain:
			i++
		case opening:
			depth++
			i++
		case closing:
			if depth == 0 {
				return i, true
			}
			depth--
			i++
			if depth == 0 && !outer {
				return i, true
			}
		case comma:
			if atComma && depth == 0 {
				return i, true
			}
			i++
		default:
			end, ok := skipSpecial(s, i)
			if !ok {
				return len(s), false
			}
			i = end
		}
	}
	return i, false
}

// skipSpecial skips a quoted string, a #Name<…>, a character or a sigil.
func skipSpecial(s string, i int) (end int, complete bool) {
	switch s[i] {
	case '"', '\'':
		return skipQuoted(s, i)
	case '#':
		if j := nameEnd(s, i+1); j > i+1 && j < len(s) && s[j] == '<' {
			end, closed := skipAngle(s, j)
			return end, closed || end < len(s)
		}
	case '~':
		if i+2 < len(s) && isLetter(s[i+1]) {
			if end, ok := sigilEnd(s, i); end > 0 {
				return end, ok
			}
		}
	case '$':
		// Erlang's $" is a character, unless the $ ends a word.
		if i+1 < len(s) && byteClass[s[i+1]] != plain && (i == 0 || !isWord(s[i-1])) {
			return i + 2, true
		}
		if i+2 < len(s) && s[i+1] == '\\' {
			return i + 3, true
		}
	}
	return i + 1, true
}

// skipQuoted finds the end of the string whose quote stands at i, a heredoc's
// too.
func skipQuoted(s string, i int) (end int, complete bool) {
	if strings.HasPrefix(s[i:], `"""`) {
		if j := strings.Index(s[i+3:], `"""`); j >= 0 {
			return i + 3 + j + 3, true
		}
	}
	return skipPlain(s, i)
}

// skipPlain is skipQuoted for a string that is no heredoc.
func skipPlain(s string, i int) (end int, complete bool) {
	q := s[i]
	i++
	for i < len(s) {
		j := strings.IndexByte(s[i:], q)
		if j < 0 {
			return len(s), false
		}
		j += i
		// An odd number of backslashes before the quote escapes it.
		k := j
		for k > i && s[k-1] == '\\' {
			k--
		}
		i = j + 1
		if (j-k)%2 == 0 {
			return i, true
		}
	}
	return len(s), false
}

// nameEnd is the end of the name that starts at i: "Ecto.Query".
func nameEnd(s string, i int) int {
	if i >= len(s) || !isLetter(s[i]) {
		return i
	}
	for i < len(s) && (isWord(s[i]) || s[i] == '.') {
		i++
	}
	return i
}

// skipAngle finds the end of a #Name<…> whose "<" stands at i. Inside stands
// whatever the writer of an Inspect implementation liked, comparisons, arrows
// and unpaired brackets too: so only < and > that touch what they enclose count.
// complete is false if no such > was found: the end is then that of the element.
func skipAngle(s string, i int) (end int, complete bool) {
	if strings.HasSuffix(s[:i], "#Inspect.Error") {
		if end := inspectErrorEnd(s, i); end > 0 {
			return end, true
		}
	}
	depth, brackets, last := 0, 0, 0
	quotes := true
	for j := i; j < len(s); j++ {
		switch s[j] {
		case '"':
			if quotes {
				end, ok := skipQuoted(s, j)
				if ok {
					j = end - 1
				}
				quotes = ok // one that is open to the end is a character
			}
		case '(', '[', '{':
			brackets++
		case ')', ']', '}':
			brackets--
			if brackets < 0 {
				if last > 0 {
					return last, true
				}
				return j, false
			}
		case '<':
			if j == i || !comparison(s, j) {
				depth++
			}
		case '>':
			if comparison(s, j) {
				continue
			}
			depth--
			if brackets == 0 {
				last = j + 1
			}
			if depth == 0 {
				return j + 1, true
			}
		}
	}
	if last > 0 {
		return last, true
	}
	return len(s), false
}

// comparison tells whether the < or > at s[i] is an operator: a comparison, an
// arrow, a concatenation.
func comparison(s string, i int) bool {
	before, after := byte(' '), byte(' ')
	if i > 0 {
		before = s[i-1]
	}
	if i+1 < len(s) {
		after = s[i+1]
	}
	switch {
	case s[i] == '>' && (before == '=' || before == '-' || before == '|' || before == '~' || after == '='):
		return true
	case s[i] == '<' && (after == '=' || after == '-' || after == '~'):
		return true
	case s[i] == '<' && after == '>' || s[i] == '>' && before == '<':
		j := i - 1
		if s[i] == '>' {
			j--
		}
		return j >= 0 && s[j] == ' '
	}
	return before == ' ' && after == ' '
}

// inspectErrorLook bounds the length of a multi-line #Inspect.Error<…>.
const inspectErrorLook = 16 << 10

// inspectErrorEnd finds the ">" alone on its line that ends a multi-line
// #Inspect.Error<…>, 0 if there is none.
func inspectErrorEnd(s string, i int) int {
	if !strings.HasPrefix(s[i:], "<\n") && !strings.HasPrefix(s[i:], "<\r\n") {
		return 0
	}
	for stop := i + inspectErrorLook; i < stop; {
		j := strings.IndexByte(s[i:], '\n')
		if j < 0 {
			return 0
		}
		i += j + 1
		k := i
		for k < len(s) && (s[k] == ' ' || s[k] == '\t') {
			k++
		}
		if k < len(s) && s[k] == '>' && (k+1 == len(s) || endsElement(s[k+1]) || s[k+1] == '\n' || s[k+1] == '\r') {
			return k + 1
		}
	}
	return 0
}

// sigilEnd finds the end of the sigil that starts at s[i] with "~x", modifiers
// included. 0 means that it is none.
func sigilEnd(s string, i int) (end int, complete bool) {
	j := i + 1
	for j < len(s) && isLetter(s[j]) {
		j++
	}
	if j >= len(s) || j == i+1 {
		return 0, true
	}
	var closer byte
	switch s[j] {
	case '[':
		closer = ']'
	case '(':
		closer = ')'
	case '{':
		closer = '}'
	case '<':
		closer = '>'
	case '"', '\'', '/', '|':
		closer = s[j]
	default:
		return 0, true
	}
	for j++; j < len(s); j++ {
		switch s[j] {
		case '\\':
			j++
		case closer:
			j++
			for j < len(s) && isLetter(s[j]) {
				j++
			}
			return j, true
		}
	}
	return len(s), false
}

func isDigit(c byte) bool  { return c-'0' < 10 }
func isLetter(c byte) bool { return (c|0x20)-'a' < 26 }

// isWord tells whether a byte may stand in a bare word. Bytes of characters
// beyond ASCII do.
func isWord(c byte) bool {
	return c-'0' < 10 || (c|0x20)-'a' < 26 || c == '_' || c == '@' || c >= 0x80
}
