package ingest

import "bytes"

var reportMark = []byte(" REPORT====")

// readLegacy reads the header that OTP writes above a report, in the spelling of
// error_logger, of the newer logger and (the date stands before it) of lager's
// crash.log:
//
//	=ERROR REPORT==== 21-Nov-2026::02:22:27.374565 ===
//	=SUPERVISOR REPORT==== 6-Nov-2016::10:00:00 UTC ('node@host') ===
//	2026-11-21 02:27:40 =CRASH REPORT====
//
// The message begins on the next line.
func readLegacy(line []byte, p *prefix) bool {
	if len(line) < 13 || line[0] != '=' || line[1] < 'A' || line[1] > 'Z' {
		return false
	}
	m := bytes.Index(line[:min(len(line), 60)], reportMark)
	if m < 0 {
		return false
	}
	for _, c := range line[1:m] {
		if (c < 'A' || c > 'Z') && c != ' ' {
			return false
		}
	}
	title := line[1 : m+len(" REPORT")]
	rest := line[m+len(reportMark):]
	p.writer, p.title, p.end = WriterLegacy, title, len(line)
	if level, e := levelAt(line[:m], 1); level != "" && e == m {
		p.level = level
	}
	i := skipBlanks(rest, 0)
	s, e := legacyStampAt(rest, i)
	if e < 0 {
		return true
	}
	p.stamp = s
	rest = rest[e:]
	if bytes.HasPrefix(rest, []byte(" UTC")) {
		p.stamp.zone = []byte("Z")
		rest = rest[4:]
	}
	if open := bytes.IndexByte(rest, '('); open >= 0 {
		if end := bytes.IndexByte(rest[open:], ')'); end > 0 {
			p.node = unquote(rest[open+1 : open+end])
		}
	}
	return true
}

// nodeOf reads the line that OTP puts first into the report of another node:
//
//	** at node 'a@b' **
func nodeOf(line []byte) (string, bool) {
	rest, ok := bytes.CutPrefix(line, []byte("** at node "))
	if !ok {
		return "", false
	}
	rest, ok = bytes.CutSuffix(bytes.TrimRight(rest, " "), []byte(" **"))
	return string(unquote(rest)), ok
}

// unquote takes the quotes off an atom.
func unquote(s []byte) []byte {
	if len(s) >= 2 && s[0] == '\'' && s[len(s)-1] == '\'' {
		s = s[1 : len(s)-1]
	}
	return s
}

func skipBlanks(s []byte, i int) int {
	for i < len(s) && (s[i] == ' ' || s[i] == '\t') {
		i++
	}
	return i
}
