package ingest

import (
	"bytes"
	"html"
)

// peelQuote takes off what mail and tickets put before quoted lines, and what
// stands before the new lines of a diff:
//
//	> ** (RuntimeError) boom
//	| ** (RuntimeError) boom
//	+** (RuntimeError) boom
func peelQuote(p *peeled) fit {
	if len(p.text) == 0 {
		return fitsNot
	}
	switch p.text[0] {
	case '>', '|':
		p.text = bytes.TrimPrefix(p.text[1:], []byte(" "))
	case '+':
		p.text = p.text[1:]
	default:
		return fitsNot
	}
	return fitsWell
}

// htmlText undoes the entities of text that was copied out of a page's source:
// "#PID&lt;0.1.0&gt;".
var htmlText = transport{name: "html", peel: func(p *peeled) fit {
	if bytes.IndexByte(p.text, '&') >= 0 {
		p.text, p.decoded = []byte(html.UnescapeString(string(p.text))), true
	}
	return fitsWell
}}

// isHTML reports whether some line holds an entity where only a BEAM's log can
// have had the character.
func isHTML(lines [][]byte) bool {
	for _, line := range lines {
		for _, mark := range [...]string{"#PID&lt;", "&lt;0.", "=&gt;", "&quot;"} {
			if bytes.Contains(line, []byte(mark)) {
				return true
			}
		}
	}
	return false
}
