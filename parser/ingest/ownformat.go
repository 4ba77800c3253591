package ingest

import (
	"bytes"
	"strings"
)

// readOwnFormat reads a prefix of Elixir's Logger in an order that is nobody's
// default: times, levels, nodes, pids, places in the code and pairs, whose values
// may hold blanks, with any marks between and round them. [readHeadParts] reads
// those without such pairs.
//
//	[error|12:00:01.123] GenServer …
//	## 2026-11-21 12:00:01.123 error pid=<0.1.0> GenServer …
//	level=error time=12:00:01.123 request_id=F1 msg=GenServer …
//
// A line that tells both its time and its level is a record's head; of any other
// line these words may be the message, unless a report follows.
func readOwnFormat(line []byte, p *prefix) bool {
	if c := line[0]; !isLetter(c) && !isDigit(c) && strings.IndexByte("[(<#_", c) < 0 {
		return false
	}
	*p = prefix{}
	i, report := partsEnd(line, 0, p)
	timed, leveled := len(p.stamp.clock) > 0, p.level != ""
	if i <= 0 || !(timed && leveled) && !(report && (timed || leveled)) {
		return false
	}
	p.writer, p.end = WriterElixir, i
	return true
}

// readLateParts reads such parts between the level and the message.
func readLateParts(line []byte, p *prefix) {
	if p.end >= len(line) || startsReport(line[p.end:]) {
		return
	}
	late := *p
	if i, report := partsEnd(line, p.end, &late); report {
		late.end = i
		*p = late
	}
}

// partsEnd gives where the message begins behind the parts of a prefix that
// stand at s[i], and whether it is a report, and keeps what they tell. It is -1
// if they do not end.
func partsEnd(s []byte, i int, p *prefix) (end int, report bool) {
	s = s[:min(len(s), maxPrefix)]
	depth := 0
	for i < len(s) {
		switch c := s[i]; {
		case c == '[' || c == '(' || c == '<' && pidAt(s, i) < 0:
			depth++
			i++
		case c == ']' || c == ')' || c == '>':
			depth--
			i++
		case c == ' ' || c == '|' || c == '-' || c == ':' || c == '#' || c == ',' || c == '=':
			i++
		default:
			e := readPart(s, i, depth > 0, p)
			if e < 0 && depth <= 0 {
				return i, false
			}
			if e < 0 {
				return -1, false
			}
			i = e
			continue
		}
		if i < len(s) && depth <= 0 && startsReport(s[i:]) {
			return i, true
		}
	}
	if depth > 0 {
		return -1, false
	}
	return len(s), false
}

// readPart reads one part of a prefix at s[i] and gives the end of it, or -1.
// In brackets it may be a name of any kind.
func readPart(s []byte, i int, bracketed bool, p *prefix) int {
	switch c := s[i]; {
	case isDigit(c):
		return timePart(s, i, p)
	case c == '<':
		e := pidAt(s, i)
		p.pid = s[i:e]
		return e
	case !isLetter(c) && c != '_':
		return -1
	}
	if level, e := levelAt(s, i); level != "" && p.level == "" && (e == len(s) || s[e] != '=') {
		p.level = level
		return e
	}
	e := wordEnd(s, i)
	switch {
	case e < len(s) && s[e] == '=':
		return pairPart(s, i, e, p)
	case e < len(s) && s[e] == '@':
		e = wordEnd(s, e+1)
		p.node = s[i:e]
		return e
	}
	var l headParts
	if k := l.place(s, i); k > 0 || mfaEnd(s, i, &k) {
		p.mfa = s[i:k]
		return k
	}
	if bracketed {
		return e
	}
	return -1
}

// mfaEnd finds the end of a place in Elixir's spelling, "MyApp.Cart.add/2" or
// "MyApp.Cart.add/2:33", at s[i].
func mfaEnd(s []byte, i int, end *int) bool {
	e := wordEnd(s, i)
	if e+1 >= len(s) || s[e] != '/' || !isDigit(s[e+1]) || bytes.IndexByte(s[i:e], '.') < 0 {
		return false
	}
	for e++; e < len(s) && (isDigit(s[e]) || s[e] == ':'); e++ {
	}
	*end = e
	return e < len(s) && s[e] == ' '
}

// timePart reads a clock, a date, or both.
func timePart(s []byte, i int, p *prefix) int {
	t, e := stampAt(s, i)
	if e < 0 {
		if e = dateAt(s, i); e < 0 {
			return -1
		}
		t.date = s[i:e]
	}
	if len(t.clock) > 0 {
		p.stamp.clock, p.stamp.zone = t.clock, t.zone
	}
	if len(t.date) > 0 {
		p.stamp.date = t.date
	}
	return e
}

// pairPart reads the pair at s[i], whose "=" stands at eq. A value may hold
// blanks: it ends before the next pair, a mark, or the report.
func pairPart(s []byte, i, eq int, p *prefix) int {
	e := eq + 1
	switch key := string(s[i:eq]); key {
	case "msg", "message":
		if e < len(s) && startsReport(s[e:]) {
			return eq
		}
	case "level", "lvl", "severity":
		if level, end := levelAt(s, e); level != "" {
			p.level = level
			return end
		}
	case "time", "ts", "timestamp":
		if end := timePart(s, e, p); end > 0 {
			return end
		}
	}
	for ; e < len(s); e++ {
		if s[e] == ']' || s[e] == ')' {
			break
		}
		if s[e] != ' ' {
			continue
		}
		rest := s[e+1:]
		if k := wordEnd(rest, 0); k > 0 && k < len(rest) && rest[k] == '=' {
			break
		}
		if len(rest) > 0 && strings.IndexByte("[(|-:", rest[0]) >= 0 || startsReport(rest) {
			break
		}
	}
	if n := len(p.meta); n > 0 && i >= 1+n && bytes.Equal(s[i-1-n:i-1], p.meta) {
		i -= n + 1 // all pairs in a row
	}
	p.meta = s[i:e]
	return e
}

// startsReport reports whether a message begins a report, or one of the
// messages that tell of a crash without a report's head.
func startsReport(line []byte) bool {
	if opensReport(line) {
		return true
	}
	if len(line) == 0 || line[0] != 'a' && line[0] != 'e' && (line[0] < 'A' || line[0] > 'Z') {
		return false
	}
	if bytes.HasPrefix(line, []byte("an exception was raised:")) || bytes.HasPrefix(line, []byte("exited in: ")) {
		return true
	}
	word := wordEnd(line, 0)
	if word == len(line) || line[word] != ' ' {
		return false
	}
	head := line[:min(len(line), 1024)]
	return bytes.HasPrefix(line[word:], []byte(" (#PID<")) && bytes.Contains(head, []byte(": "+banner)) ||
		line[0] <= 'Z' && bytes.Contains(head, []byte(" received unexpected message in "))
}
