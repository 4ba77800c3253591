package term

import (
	"strings"
)

// maskLook bounds how far a word is looked at: longer ones are no address.
const maskLook = 128

// Mask replaces what differs between two prints of one bug: pids, times,
// counters, payloads. What replaces it, the first that fits:
//
//	colours           (nothing)      #PID<0.1.0>, <0.1.0>   PID
//	references, ports REF, PORT      functions              FUN(Mod.fun/1), FUN(mod)
//	#Name<…>          OPAQUE(Name)   dates and times        TIME
//	UUIDs             UUID           e-mail, IP, query      ADDR
//	hex, 8 digits up  HEX            strings, binaries      STR
//	node@host         NODE           2003ms                 DUR
//	other numbers     N
//
// Arities, SQLSTATE and AMQP codes stay, and the digits inside of a module's
// name that are not at its end.
func Mask(text string) string {
	m := masker{s: text, out: make([]byte, 0, len(text))}
	for m.i < len(text) {
		m.step()
	}
	return string(m.out)
}

// masker goes through a text once. Each method that begins with "mask" tells
// whether it found its thing at i; if so it has replaced it.
type masker struct {
	s   string
	i   int
	out []byte

	// What was left open once is not looked for again to the end of the text.
	openAngle, openString, openSigil bool
}

// replace writes with for the text up to end.
func (m *masker) replace(end int, with string) bool {
	m.out = append(m.out, with...)
	m.i = end
	return true
}

func (m *masker) step() {
	c := m.s[m.i]
	if isWord(c) {
		m.maskWord()
		return
	}
	switch {
	case c == 0x1b && m.maskColour(),
		c == '#' && m.maskHash(),
		c == '<' && m.maskAngle(),
		c == '"' && m.maskString(m.i),
		c == '~' && m.maskSigil(),
		c == '{' && m.maskErlangTime(),
		c == '?' && m.maskQuery(),
		c == '[' && m.maskIPv6(),
		c == '-' && m.maskNegative():
		return
	}
	m.out = append(m.out, c)
	m.i++
}

// maskColour drops an ANSI control sequence.
func (m *masker) maskColour() bool {
	if !strings.HasPrefix(m.s[m.i:], "\x1b[") {
		return false
	}
	for j := m.i + 2; j < len(m.s); j++ {
		if m.s[j] >= 0x40 && m.s[j] <= 0x7e {
			return m.replace(j+1, "")
		}
	}
	return false
}

// maskHash replaces #PID<…> and all other #Name<…>.
func (m *masker) maskHash() bool {
	end := nameEnd(m.s, m.i+1)
	if end == m.i+1 || end >= len(m.s) || m.s[end] != '<' {
		return false
	}
	name := m.s[m.i+1 : end]
	text := m.s
	if m.openAngle {
		text = text[:min(len(text), end+maskLook)]
	}
	close, complete := skipAngle(text, end)
	if !complete {
		m.openAngle = true
		return false
	}
	switch name {
	case "PID":
		return m.replace(close, "PID")
	case "Reference", "Ref":
		return m.replace(close, "REF")
	case "Port":
		return m.replace(close, "PORT")
	case "Function":
		_, in, _ := strings.Cut(m.s[end+1:close-1], " in ")
		return m.replace(close, "FUN("+in+")")
	case "Fun":
		return m.replace(close, "FUN("+funName(m.s[end+1:close-1])+")")
	}
	return m.replace(close, opaqueShape(m.s[m.i:close]))
}

// maskAngle replaces <0.1.0> and <<…>>.
func (m *masker) maskAngle() bool {
	if end := dotted(m.s, m.i+1); end > 0 && strings.Count(m.s[m.i:end], ".") == 2 {
		return m.replace(end+1, "PID")
	}
	if !strings.HasPrefix(m.s[m.i:], "<<") {
		return false
	}
	text := m.s[m.i:]
	if m.openAngle {
		text = text[:min(len(text), maskLook)]
	}
	t, end, complete := ReadIn(text, Erlang)
	m.openAngle = m.openAngle || !complete || t.Kind == Raw
	return complete && (t.Kind == Binary || t.Kind == Bitstring || t.Kind == Opaque) && m.replace(m.i+end, "STR")
}

// maskString replaces the string whose quote stands at quote.
func (m *masker) maskString(quote int) bool {
	if m.openString {
		return false
	}
	end, closed := skipQuoted(m.s, quote)
	m.openString = !closed
	return closed && m.replace(end, "STR")
}

// maskSigil replaces ~D[…], ~c"…" and the like.
func (m *masker) maskSigil() bool {
	if m.openSigil {
		return false
	}
	end, complete := sigilEnd(m.s, m.i)
	if end == 0 || !complete {
		m.openSigil = !complete
		return false
	}
	switch m.s[m.i+1] {
	case 'D', 'T', 'N', 'U':
		return m.replace(end, "TIME")
	case 'c', 's', 'S', 'C', 'w':
		return m.replace(end, "STR")
	}
	return m.replace(end, "OPAQUE("+m.s[m.i:m.i+2]+")")
}

// maskErlangTime replaces {{2026,11,21},{4,5,6}}.
func (m *masker) maskErlangTime() bool {
	if layoutEnd(m.s, m.i, "{{0000") == 0 {
		return false
	}
	t, end, complete := ReadIn(m.s[m.i:min(len(m.s), m.i+48)], Erlang)
	if !complete || t.Kind != Tuple || len(t.Args) != 2 {
		return false
	}
	for i := range t.Args {
		if !isIntTriple(&t.Args[i]) {
			return false
		}
	}
	return len(t.Args[0].Args[0].Text) == 4 && m.replace(m.i+end, "TIME")
}

func isIntTriple(t *Term) bool {
	return t.Kind == Tuple && len(t.Args) == 3 && t.Args[0].Kind == Int && t.Args[1].Kind == Int && t.Args[2].Kind == Int
}

// maskQuery replaces the query of a URL or path.
func (m *masker) maskQuery() bool {
	end, value := m.i+1, false
	for end < len(m.s) && m.s[end] > ' ' && strings.IndexByte("\"'<>)]},", m.s[end]) < 0 {
		value = value || m.s[end] == '='
		if end++; !value && end > m.i+maskLook {
			return false
		}
	}
	inWord := m.i > 0 && (isWord(m.s[m.i-1]) || m.s[m.i-1] == '/')
	return inWord && value && m.replace(end, "?ADDR")
}

// maskIPv6 replaces [::1]:4000.
func (m *masker) maskIPv6() bool {
	end := m.i + 1
	for end < len(m.s) && end < m.i+48 && (isHex(m.s[end]) || m.s[end] == ':' || m.s[end] == '.') {
		end++
	}
	if end >= len(m.s) || m.s[end] != ']' || strings.Count(m.s[m.i:end], ":") < 2 {
		return false
	}
	return m.replace(port(m.s, end+1), "ADDR")
}

// maskNegative replaces a number with its sign.
func (m *masker) maskNegative() bool {
	if m.i+1 >= len(m.s) || !isDigit(m.s[m.i+1]) || m.i > 0 && (isWord(m.s[m.i-1]) || m.s[m.i-1] == ')') {
		return false
	}
	m.i++
	return m.maskWord()
}

// maskWord replaces a word, or the numbers in it. i is at its start.
func (m *masker) maskWord() bool {
	s, i := m.s, m.i
	end, plain := i, true
	for end < len(s) && isWord(s[end]) {
		plain = plain && !isDigit(s[end]) && s[end] != '@'
		end++
	}
	if plain && (end == len(s) || strings.IndexByte(".-@+%", s[end]) < 0) {
		m.out = append(m.out, s[i:end]...) // most words: no number, and no part of an address
		m.i = end
		return true
	}
	if isDigit(s[i]) {
		if end := timeEnd(s, i); end > 0 {
			return m.replace(end, "TIME")
		}
	}
	if end := uuidEnd(s, i); end > 0 {
		return m.replace(end, "UUID")
	}
	if m.maskAddress() {
		return true
	}
	word := s[i:end]
	switch {
	case isHexWord(word):
		return m.replace(end, "HEX")
	case isDigit(word[0]):
		return m.number(end)
	case word[0]-'A' < 26:
		return m.module(end)
	}
	m.out = appendName(m.out, word)
	m.i = end
	return true
}

// maskAddress replaces e-mail addresses, node names and IPv4 addresses.
func (m *masker) maskAddress() bool {
	s, i := m.s, m.i
	stop := min(len(s), i+maskLook)
	at, end := -1, i
	for end < stop && (isWord(s[end]) && s[end] < 0x80 || s[end] == '.' || s[end] == '-' || s[end] == '+' || s[end] == '%') {
		if s[end] == '@' {
			if at >= 0 {
				return false
			}
			at = end
		}
		end++
	}
	for end > i && (s[end-1] == '.' || s[end-1] == '-') {
		end--
	}
	if at > i && at+1 < end {
		host := s[at+1 : end]
		dot := strings.LastIndexByte(host, '.')
		if dot > 0 && len(host)-dot > 2 && isLetter(host[dot+1]) {
			return m.replace(end, "ADDR")
		}
		return m.replace(end, "NODE")
	}
	if end := ipv4End(s, i); end > 0 {
		return m.replace(port(s, end), "ADDR")
	}
	return false
}

// number replaces the number whose word ends at end, with its unit.
func (m *masker) number(end int) bool {
	s, i := m.s, m.i
	if m.isCode(end) {
		m.out = append(m.out, s[i:end]...)
		m.i = end
		return true
	}
	j := i
	for j < end && (isDigit(s[j]) || s[j] == '_') {
		j++
	}
	for j+1 < len(s) && s[j] == '.' && isDigit(s[j+1]) { // 1.5, 1.18.4
		for j++; j < len(s) && isDigit(s[j]); j++ {
		}
	}
	unit := j
	for unit < len(s) && isWord(s[unit]) {
		unit++
	}
	switch u := s[j:unit]; u {
	case "":
		return m.replace(j, "N")
	case "ms", "s", "us", "µs", "ns", "min", "h", "m", "d":
		return m.replace(unit, "DUR")
	default:
		if (u[0] == 'e' || u[0] == 'E') && strings.Trim(u[1:], "0123456789") == "" {
			if u[1:] == "" && unit+1 < len(s) && (s[unit] == '-' || s[unit] == '+') && isDigit(s[unit+1]) {
				for unit++; unit < len(s) && isDigit(s[unit]); unit++ {
				}
			}
			return m.replace(unit, "N")
		}
		m.out = appendName(append(m.out, 'N'), u)
		m.i = unit
		return true
	}
}

// isCode tells whether the number at i, whose word ends at end, is an arity or a
// code with a meaning of its own.
func (m *masker) isCode(end int) bool {
	s, i := m.s, m.i
	before, after := s[:i], s[end:]
	if strings.HasSuffix(before, "/") && end-i <= 3 && i >= 2 && isFunctionEnd(s[i-2]) {
		return after == "" || after[0] != '/' && after[0] != '.'
	}
	for _, word := range [...]string{"ERROR ", "FATAL ", "SQLSTATE ", "SQLSTATE: ", "SQLSTATE[", "code: ", "alert ", "AMQP "} {
		if strings.HasSuffix(before, word) {
			return true
		}
	}
	if strings.HasPrefix(after, ") (ER_") { // MyXQL: (1062) (ER_DUP_ENTRY)
		return true
	}
	// AMQP: 404, "NOT_FOUND - no queue", 320 CONNECTION_FORCED
	if end-i != 3 {
		return false
	}
	after = strings.TrimLeft(after, `, "'<(`)
	n := 0
	for n < len(after) && (after[n]-'A' < 26 || after[n] == '_') {
		n++
	}
	return n >= 7 && strings.Contains(after[:n], "_")
}

// isFunctionEnd tells whether a byte may be the last of a function's name.
func isFunctionEnd(c byte) bool {
	return isWord(c) || strings.IndexByte(`?!'"+-*/<>=|&`, c) >= 0
}

// module writes a capitalised name; of its digits only those at the end are
// masked. The first word of it ends at end.
func (m *masker) module(end int) bool {
	s := m.s
	for end+1 < len(s) && s[end] == '.' && s[end+1]-'A' < 26 {
		for end++; end < len(s) && isWord(s[end]); end++ {
		}
	}
	m.out = appendModule(m.out, s[m.i:end])
	m.i = end
	return true
}

// appendModule writes a module's name, with N for the digits at its end.
func appendModule(b []byte, name string) []byte {
	short := strings.TrimRight(name, "0123456789")
	b = append(b, short...)
	if len(short) < len(name) {
		b = append(b, 'N')
	}
	return b
}

// timeEnd is the end of the date or time of day at i, or 0.
func timeEnd(s string, i int) int {
	end := layoutEnd(s, i, "0000-00-00")
	if end == 0 {
		if end = monthEnd(s, i); end == 0 {
			return clockEnd(s, i)
		}
	}
	j := end
	for j < len(s) && j < end+2 && strings.IndexByte("T :,", s[j]) >= 0 {
		j++
	}
	if clock := clockEnd(s, j); clock > 0 {
		return clock
	}
	return end
}

// clockEnd is the end of the time of day at i, with its zone, or 0.
func clockEnd(s string, i int) int {
	end := layoutEnd(s, i, "00:00:00")
	if end == 0 {
		if end = layoutEnd(s, i, "0:00:00"); end == 0 {
			return 0
		}
	}
	if end+1 < len(s) && (s[end] == '.' || s[end] == ',') && isDigit(s[end+1]) {
		for end++; end < len(s) && isDigit(s[end]); end++ {
		}
	}
	if end < len(s) && s[end] == 'Z' {
		return end + 1
	}
	if end < len(s) && (s[end] == '+' || s[end] == '-') {
		if zone := layoutEnd(s, end+1, "00:00"); zone > 0 {
			return zone
		}
	}
	return end
}

// monthEnd is the end of a date such as 21-Nov-2026 at i, or 0.
func monthEnd(s string, i int) int {
	j := i
	for j < len(s) && j < i+2 && isDigit(s[j]) {
		j++
	}
	if j+9 > len(s) || s[j] != '-' || !isLetter(s[j+1]) || !isLetter(s[j+2]) || !isLetter(s[j+3]) {
		return 0
	}
	return layoutEnd(s, j+4, "-0000")
}

// layoutEnd is the end of the text at i if it has a digit for each 0 of layout
// and is otherwise the same, and no digit follows; else 0.
func layoutEnd(s string, i int, layout string) int {
	if i+len(layout) > len(s) {
		return 0
	}
	for k := 0; k < len(layout); k++ {
		if c := s[i+k]; layout[k] == '0' && !isDigit(c) || layout[k] != '0' && c != layout[k] {
			return 0
		}
	}
	if end := i + len(layout); end == len(s) || !isDigit(s[end]) {
		return end
	}
	return 0
}

// uuidEnd is the end of the UUID at i, or 0.
func uuidEnd(s string, i int) int {
	if i+36 > len(s) {
		return 0
	}
	for k := 0; k < 36; k++ {
		if dash := k == 8 || k == 13 || k == 18 || k == 23; dash && s[i+k] != '-' || !dash && !isHex(s[i+k]) {
			return 0
		}
	}
	if i+36 < len(s) && isWord(s[i+36]) {
		return 0
	}
	return i + 36
}

// ipv4End is the end of the IPv4 address at i, or 0.
func ipv4End(s string, i int) int {
	for part := 0; part < 4; part++ {
		if part > 0 {
			if i >= len(s) || s[i] != '.' {
				return 0
			}
			i++
		}
		start := i
		for i < len(s) && isDigit(s[i]) {
			i++
		}
		if i == start || i-start > 3 {
			return 0
		}
	}
	if i < len(s) && (isWord(s[i]) || s[i] == '.' && i+1 < len(s) && isDigit(s[i+1])) {
		return 0
	}
	return i
}

// port is the end of the ":4000" at i, or i.
func port(s string, i int) int {
	if i+1 >= len(s) || s[i] != ':' || !isDigit(s[i+1]) {
		return i
	}
	for i++; i < len(s) && isDigit(s[i]); i++ {
	}
	return i
}

// isHexWord tells whether a word is a hexadecimal number of 8 digits or more.
// One of decimal digits only is a number: counters grow.
func isHexWord(w string) bool {
	if strings.HasPrefix(w, "0x") && len(w) > 2 {
		w = w[2:]
		return strings.Trim(w, "0123456789abcdefABCDEF") == ""
	}
	digits, letters := 0, 0
	for i := 0; i < len(w); i++ {
		switch {
		case isDigit(w[i]):
			digits++
		case isHex(w[i]):
			letters++
		default:
			return false
		}
	}
	return len(w) >= 8 && digits > 0 && letters > 0
}

func isHex(c byte) bool { return isDigit(c) || (c|0x20)-'a' < 6 }
