package ingest

import (
	"bytes"
	"strings"
)

// headParts is what a template of OTP's logger_formatter, or a format of Elixir's
// Logger or lager in an order that is nobody's default, puts round a message: its
// parts in any order, with any marks between and round them.
//
//	2026-11-21T02:22:43.090138Z | error | <0.83.0> | gen_server:error_info/8 | Generic server …
//	error: 2026-11-21T02:22:43.090138Z [gen_server:error_info/8:1402] Generic server …
//	## 2026-11-21 12:00:01.123 error pid=<0.1.0> GenServer …
//	level=error time=12:00:01.123 request_id=F1 user=a b msg=GenServer …
type headParts struct {
	stamp  stamp
	level  string
	pid    []byte
	mfa    []byte
	node   []byte
	meta   []byte // pairs, in a row
	parts  int
	stamps int
	elixir bool // a part as only Elixir's Logger has them
	report bool // a report's first words follow
	end    int  // of the last part and the marks behind it
}

// maxHeadParts is how many parts a prefix can have.
const maxHeadParts = 24

// readHeadParts reads a prefix whose parts stand in an order that no other reader
// knows. Such an order is anybody's own: a line that tells its time, and its level
// or its process, is a record's head; of any other line the parts may be the
// message, unless a report follows.
func readHeadParts(line []byte, p *prefix) bool {
	if c := line[0]; !isLetter(c) && !isDigit(c) && strings.IndexByte("[(<#_=", c) < 0 {
		return false
	}
	var l headParts
	if l.read(line, 0); l.parts == 0 {
		return false
	}
	timed := len(l.stamp.clock) > 0
	whose := l.level != "" || len(l.pid) > 0
	if !(timed && whose) && !(l.report && (timed || whose)) {
		return false
	}
	*p = prefix{writer: WriterFormatter, level: l.level, end: l.end}
	if l.elixir {
		p.writer = WriterElixir
	}
	if !timed {
		p.mark, _, _ = markOf(line)
	}
	l.fill(p)
	return true
}

// partBegins is a cheap test that lines which begin with a part pass, of those that
// begin with a letter, and few others.
func partBegins(line []byte) bool {
	e := wordEnd(line, 0)
	if e == len(line) {
		return false
	}
	switch line[e] {
	case '=', '@', '/':
		return true
	case ':':
		if e+1 < len(line) && line[e+1] != ' ' || isPartKey(line[:e]) {
			return true
		}
	}
	level, _ := levelAt(line, 0)
	return level != ""
}

// readLateParts reads what people put between the level and the message:
//
//	2026-03-19T14:33:15.014000Z error <0.83.0> gen_server:error_info/8 Generic server …
//	[error] 2026-03-19 14:33:15.014000Z <0.83.0>@gen_server:error_info/8:1402 Generic server …
//	12:00:00.000 [error] [request_id=F1 user=a b] GenServer …
//
// Only in front of a report's first words can it be told from the message.
func readLateParts(line []byte, p *prefix) {
	i := skipBlanks(line, p.end)
	if i == len(line) || isLetter(line[i]) && !partBegins(line[i:]) || opensBody(line[i:]) {
		return
	}
	l := headParts{level: p.level, mfa: p.mfa}
	if l.read(line, p.end); l.report {
		p.end = l.end
		l.fill(p)
	}
}

// fill keeps in p what the parts tell.
func (l *headParts) fill(p *prefix) {
	if len(l.stamp.clock) > 0 {
		p.stamp = l.stamp // the innermost time counts, if a transport wrote one too
	}
	for _, x := range [...]struct{ to, from *[]byte }{{&p.pid, &l.pid}, {&p.mfa, &l.mfa}, {&p.node, &l.node}, {&p.meta, &l.meta}} {
		if len(*x.from) > 0 {
			*x.to = *x.from
		}
	}
}

// read reads the parts that stand at line[i:].
func (l *headParts) read(line []byte, i int) {
	line = line[:min(len(line), maxPrefix)]
	opened, depth := 0, 0 // the bracket that is open, and how many are in it
	l.end = i
	for i < len(line) && l.parts < maxHeadParts {
		switch c := line[i]; {
		case c == '[' || c == '(' || c == '<' && pidAt(line, i) < 0:
			if depth == 0 {
				opened = i
			}
			depth++
			i++
		case c == ']' || c == ')' || c == '>':
			depth = max(depth-1, 0)
			i++
		case isMark(c):
			i++
		default:
			e := l.part(line, i, depth > 0)
			if e <= i {
				if depth > 0 {
					l.end = opened // the bracket is the message's
				}
				return
			}
			l.parts++
			i, l.end = e, e
			continue
		}
		if depth == 0 {
			l.end = i
			if i < len(line) && opensBody(line[i:]) {
				l.report = true
				return
			}
		}
	}
	if depth > 0 {
		l.end = opened
	}
}

// isMark says what templates put between their parts, brackets aside.
func isMark(c byte) bool {
	switch c {
	case ' ', '|', '-', ',', ';', ':', '/', '@', '=', '#':
		return true
	}
	return false
}

// part reads the part at line[i:] and gives its end; -1 if there is none. In
// brackets it may be a name of any kind.
func (l *headParts) part(line []byte, i int, bracketed bool) int {
	c := line[i]
	switch {
	case isDigit(c):
		return l.digits(line, i)
	case c == '<':
		e := pidAt(line, i)
		if e < 0 || len(l.pid) > 0 {
			return -1
		}
		l.pid = line[i:e]
		return e
	case c == '\'':
		return l.place(line, i)
	case !isLetter(c) && c != '_':
		return -1
	}
	e := wordEnd(line, i)
	if l.level == "" {
		if level, end := levelAt(line, i); level != "" && (end == len(line) || line[end] != '=') {
			l.level = level
			return end
		}
	}
	var next byte
	if e < len(line) {
		next = line[e]
	}
	switch {
	case next == '=':
		return l.pair(line, i, e)
	case next == ':' && e+1 < len(line) && line[e+1] == ' ' && isPartKey(line[i:e]):
		if v := skipBlanks(line, e+1); v < len(line) {
			return max(l.part(line, v, false), valueEnd(line, v))
		}
		return -1
	case next == '@':
		end := wordEnd(line, e+1)
		if len(l.node) > 0 || end == e+1 {
			return -1
		}
		l.node = line[i:end]
		return end
	case next == ' ' && l.stamps > 0 && (string(line[i:e]) == "UTC" || string(line[i:e]) == "GMT"):
		l.stamp.zone = []byte("Z")
		return e
	case next == ':' || next == '/':
		if end := l.place(line, i); end > 0 {
			return end
		}
	}
	if bracketed {
		l.elixir = true
		return e
	}
	return -1
}

// digits reads a time, or a number behind a place in the code: its line.
func (l *headParts) digits(line []byte, i int) int {
	if s, e := stampAt(line, i); e > 0 {
		if l.stamps++; len(s.date) == 0 && l.stamps == 1 {
			s.date = l.stamp.date
		}
		l.stamp = s // the innermost time counts, if a transport wrote one too
		return e
	}
	if s, e := legacyStampAt(line, i); e > 0 {
		l.stamps++
		l.stamp = s
		return e
	}
	if e := dateAt(line, i); e > 0 && len(l.stamp.date) == 0 {
		l.stamp.date = line[i:e]
		return e
	}
	e := i
	for e < len(line) && isDigit(line[e]) {
		e++
	}
	if len(l.mfa) > 0 && e-i < 7 && (e == len(line) || !isWord(line[e])) {
		return e
	}
	return -1
}

// place reads a place in the code: "mod:fun/2", "mod:fun/2:120", "mod:fun:120", or in
// Elixir's spelling "MyApp.Cart.add/2", "MyApp.Cart.add/2:33".
func (l *headParts) place(line []byte, i int) int {
	e := placeEnd(line, i)
	word := bytes.TrimRight(line[i:e], ":")
	if len(l.mfa) > 0 || len(word) == 0 || bytes.ContainsAny(word, "{}(\"<>") {
		return -1
	}
	if last := word[len(word)-1]; !isDigit(last) && !bytes.HasSuffix(word, []byte(":Undefined")) {
		return -1
	}
	colon := bytes.IndexByte(word, ':')
	if slash := bytes.IndexByte(word, '/'); slash > 0 && (colon < 0 || colon > slash) {
		if name := word[:slash]; bytes.IndexByte(name, '.') < 0 || wordEnd(name, 0) < slash || !isDigit(word[slash+1]) {
			return -1
		}
		l.elixir = true
	} else if colon <= 0 || !bytes.ContainsAny(word[colon+1:], "/:") {
		return -1
	}
	l.mfa = word
	return i + len(word)
}

// placeEnd gives the end of what stands at line[i:] without a blank or another mark
// that ends a place in the code.
func placeEnd(line []byte, i int) int {
	e := i
	for e < len(line) && e-i < 512 {
		switch line[e] {
		case ' ', ',', ';', '|', ']', ')':
			return e
		}
		e++
	}
	return e
}

// pair reads the pair at line[i:], whose "=" stands at eq. A value may hold
// blanks: it ends before the next pair, a mark, or the report.
func (l *headParts) pair(line []byte, i, eq int) int {
	e := eq + 1
	switch string(line[i:eq]) {
	case "msg", "message":
		if e < len(line) && opensBody(line[e:]) {
			return eq
		}
	case "level", "lvl", "severity":
		if level, end := levelAt(line, e); level != "" && l.level == "" {
			l.level = level
			return end
		}
	case "time", "ts", "timestamp":
		if e < len(line) && isDigit(line[e]) {
			if end := l.digits(line, e); end > 0 {
				return end
			}
		}
	}
	if end := pidAt(line, e); end > 0 {
		e = end
	} else if own := (headParts{}); e < len(line) && isLetter(line[e]) && own.place(line, e) > 0 {
		e = placeEnd(line, e)
	} else {
		e = l.pairEnd(line, e)
	}
	l.elixir = true
	if n := len(l.meta); n > 0 && i >= 1+n && bytes.Equal(line[i-1-n:i-1], l.meta) {
		i -= n + 1 // all pairs in a row
	}
	l.meta = line[i:e]
	return e
}

// pairEnd finds the end of a value that may hold blanks.
func (l *headParts) pairEnd(line []byte, e int) int {
	for ; e < len(line) && line[e] != ']' && line[e] != ')'; e++ {
		if line[e] != ' ' {
			continue
		}
		rest := line[e+1:]
		if k := wordEnd(rest, 0); k > 0 && k < len(rest) && rest[k] == '=' {
			break
		}
		if len(rest) > 0 && strings.IndexByte("[(|-:", rest[0]) >= 0 || opensBody(rest) {
			break
		}
	}
	return e
}

// valueEnd gives the end of a value that is one word.
func valueEnd(line []byte, i int) int {
	for i < len(line) && strings.IndexByte(" ,])", line[i]) < 0 {
		i++
	}
	return i
}

// isPartKey reports whether a word names a part of a prefix.
func isPartKey(word []byte) bool {
	switch string(word) {
	case "pid", "mfa", "node", "line", "module", "function", "file", "time", "level":
		return true
	}
	return false
}

// opensBody reports whether the first words of a report stand here, those of OTP's
// own bodies included, or one of the messages that tell of a crash without a
// report's head.
func opensBody(text []byte) bool {
	if opensReport(text) {
		return true
	}
	if len(text) == 0 {
		return false
	}
	switch c := text[0]; {
	case c == 's':
		return bytes.HasPrefix(text, []byte("supervisor: "))
	case c == 'a':
		return bytes.HasPrefix(text, []byte("application: ")) || bytes.HasPrefix(text, []byte("an exception was raised:"))
	case c == 'e':
		return bytes.HasPrefix(text, []byte("exited in: "))
	case !isUpper(c):
		return false
	}
	word := wordEnd(text, 0)
	if word == len(text) || text[word] != ' ' {
		return false
	}
	head := text[:min(len(text), 1024)]
	return bytes.HasPrefix(text[word:], []byte(" (#PID<")) && bytes.Contains(head, []byte(": "+banner)) ||
		bytes.Contains(head, []byte(" received unexpected message in "))
}
