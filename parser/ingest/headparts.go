package ingest

import "bytes"

// headParts is what a template of OTP's logger_formatter, or a format of lager's or
// Elixir's, puts round a message: its parts in any order, with any punctuation
// between them.
//
//	2026-11-21T02:22:43.090138Z | error | <0.83.0> | gen_server:error_info/8 | Generic server …
//	error: 2026-11-21T02:22:43.090138Z [gen_server:error_info/8:1402] Generic server …
//	2026-11-21 02:22:43.090 UTC [error] <0.83.0>@gen_server:error_info:1402 CRASH REPORT …
type headParts struct {
	stamp  stamp
	level  string
	pid    []byte
	mfa    []byte
	node   []byte
	parts  int
	stamps int
	end    int // of the last part and the punctuation behind it
}

// maxHeadParts is how many parts a prefix can have.
const maxHeadParts = 12

// readHeadParts reads a prefix whose parts stand in an order that no other reader knows. A template is
// anybody's own, so either a time and a level or a process are there, or a
// report's first words follow.
func readHeadParts(line []byte, p *prefix) bool {
	l := headPartsAt(line, 0)
	if l.parts == 0 {
		return false
	}
	own := len(l.stamp.clock) > 0 && (l.level != "" || len(l.pid) > 0) && l.parts > 1
	if !opensBody(line[l.end:]) {
		// Pairs whose values hold blanks may stand before the report.
		if readOwnFormat(line, p) && startsReport(line[p.end:]) {
			return true
		}
		if !own {
			return false
		}
	}
	if l.level == "" && len(l.stamp.clock) == 0 && len(l.pid) == 0 {
		return false
	}
	*p = prefix{writer: WriterFormatter, stamp: l.stamp, level: l.level, pid: l.pid, mfa: l.mfa, node: l.node, end: l.end}
	return true
}

// headPartsAt reads the parts that stand at line[i:].
func headPartsAt(line []byte, i int) (l headParts) {
	line = line[:min(len(line), maxPrefix)]
	l.end = i
	i = skipPunctuation(line, i)
	for l.parts < maxHeadParts && i < len(line) && !opensBody(line[i:]) {
		e := l.part(line, i)
		if e <= i {
			break
		}
		l.parts++
		i = skipPunctuation(line, e)
		l.end = i
	}
	return l
}

// part reads the part at line[i:] and gives its end; -1 if there is none.
func (l *headParts) part(line []byte, i int) int {
	c := line[i]
	switch {
	case isDigit(c):
		return l.digits(line, i)
	case c == '<':
		e := pidAt(line, i)
		if e > 0 && len(l.pid) == 0 {
			l.pid = line[i:e]
			return e
		}
		return -1
	case c == '\'':
		return l.place(line, i)
	case !isLetter(c):
		return -1
	}
	if level, e := levelAt(line, i); level != "" && l.level == "" && e < len(line) && !isWord(line[e]) && line[e] != '=' {
		l.level = level
		return e
	}
	e := wordEnd(line, i)
	switch {
	case e >= len(line):
		return -1
	case line[e] == '=' || line[e] == ':' && e+1 < len(line) && line[e+1] == ' ' && isPartKey(line[i:e]):
		return l.value(line, skipBlanks(line, e+1))
	case line[e] == '@':
		var p prefix
		if len(l.node) == 0 && readNode(line, i, e, &p) {
			l.node = p.node
			return i + len(p.node)
		}
		return -1
	case l.stamps > 0 && (string(line[i:e]) == "UTC" || string(line[i:e]) == "GMT"):
		l.stamp.zone = []byte("Z")
		return e
	}
	return l.place(line, i)
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
	if e := dateAt(line, i); e > 0 && l.stamps == 0 {
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

// value reads what stands behind a key: a part, or else a word.
func (l *headParts) value(line []byte, i int) int {
	if i < len(line) {
		if e := l.part(line, i); e > i {
			return e
		}
	}
	e := i
	for e < len(line) && line[e] != ' ' && line[e] != ',' && line[e] != ']' && line[e] != ')' {
		e++
	}
	return max(e, i)
}

// place reads a place in the code: "mod:fun/2", "mod:fun/2:120", "mod:fun:120".
func (l *headParts) place(line []byte, i int) int {
	e := i
	for e < len(line) && e-i < 512 && bytes.IndexByte([]byte(" ,;|])"), line[e]) < 0 {
		e++
	}
	word := bytes.TrimRight(line[i:e], ":")
	colon := bytes.IndexByte(word, ':')
	if len(l.mfa) > 0 || colon <= 0 || !bytes.ContainsAny(word[colon+1:], "/:") {
		return -1
	}
	if last := word[len(word)-1]; !isDigit(last) && !bytes.HasSuffix(word, []byte(":Undefined")) || bytes.ContainsAny(word, "{}(\"<>") {
		return -1
	}
	l.mfa = word
	return i + len(word)
}

// isPartKey reports whether a word names a part of a prefix.
func isPartKey(word []byte) bool {
	switch string(word) {
	case "pid", "mfa", "node", "line", "module", "function", "file", "time", "level":
		return true
	}
	return false
}

// skipPunctuation skips what templates put between their parts.
func skipPunctuation(line []byte, i int) int {
	for i < len(line) && bytes.IndexByte([]byte(" |-,;:/[]()@>="), line[i]) >= 0 {
		i++
	}
	return i
}

// opensBody reports whether the first words of a report stand here, those of OTP's
// own bodies included.
func opensBody(text []byte) bool {
	return opensReport(text) || bytes.HasPrefix(text, []byte("supervisor: ")) || bytes.HasPrefix(text, []byte("application: "))
}
