package parser

import (
	"strings"

	"github.com/beamlog/beamlog/parser/ingest"
)

// ExUnit prints a test that raised or exited so; the banner is indented with the
// rest, labels stand between message and frames. A failed assertion has no banner
// and is no crash:
//
//	  1) test adds an item (MyApp.CartTest)
//	     test/my_app/cart_test.exs:5
//	     ** (RuntimeError) boom
//	     code: assert Cart.add(1)
//	     stacktrace:
//	       (my_app 0.1.0) lib/my_app/cart.ex:3: MyApp.Cart.add/1
//	       test/my_app/cart_test.exs:6: (test)

// exunitLabels are the labels that end the message.
var exunitLabels = [...]string{"code:", "stacktrace:", "arguments:", "left:", "right:", "mailbox:"}

// exunitHead reads "  1) test adds an item (MyApp.CartTest)".
func exunitHead(body string) (test, module string, ok bool) {
	line := strings.TrimLeft(firstLine(body), " ")
	digits := 0
	for digits < len(line) && line[digits] >= '0' && line[digits] <= '9' {
		digits++
	}
	rest, ok := strings.CutPrefix(line[digits:], ") ")
	if digits == 0 || !ok || !strings.HasSuffix(rest, ")") {
		return "", "", false
	}
	open := strings.LastIndex(rest, " (")
	if open < 0 || !isModule(rest[open+2:len(rest)-1]) {
		return "", "", false
	}
	for _, kind := range [...]string{"test ", "doctest ", "property ", "feature "} {
		if strings.HasPrefix(rest, kind) {
			return rest[:open], rest[open+2 : len(rest)-1], true
		}
	}
	return "", "", false
}

func opensExUnit(_ *ingest.Record, body string) bool {
	_, _, ok := exunitHead(body)
	return ok
}

func readExUnit(rec *ingest.Record) (*Report, int) {
	test, module, _ := exunitHead(rec.Body)
	text, end := exunitText(rec.Body)
	if text == "" {
		return nil, lineEnd(rec.Body, 0) + 1
	}
	tree, l := parseText(bannerGrammar(), text, &bannerLayout)
	head := *rec
	head.Body = rec.Body[:end]
	r := elixirReport(&head, KindTest, &runLexer{s: rec.Body, end: end})
	r.Complete = !l.open
	r.keep("Test", test)
	r.keep("Module", module)
	r.setReason(tree.Reason, l)
	return r, end
}

// exunitText gives the banner, the message and the frames as they stand in a
// log, and where the failure ends; no text if it has no banner.
func exunitText(body string) (text string, end int) {
	var b strings.Builder
	indent, inFrames, inMessage := 0, false, false
	i := lineEnd(body, 0) + 1
	end = min(i, len(body))
	for ; i < len(body); i = lineEnd(body, i) + 1 {
		line := body[i:lineEnd(body, i)]
		n := indentation(line)
		switch {
		case b.Len() == 0:
			if n == 0 && line != "" {
				return "", end
			}
			if !isBanner(line[n:]) {
				continue
			}
			indent, inMessage = n, true
			b.WriteString(line[n:])
		case opensExUnit(nil, line) || n < indent && !isBlank(line):
			return b.String(), end
		case n == indent && hasAnyPrefix(line[n:], exunitLabels[:]):
			inMessage, inFrames = false, strings.HasPrefix(line[n:], "stacktrace:")
		case inFrames:
			if _, ok := parseFrame(line); !ok {
				return b.String(), end
			}
			b.WriteString("\n    ")
			b.WriteString(line[n:])
		case inMessage:
			b.WriteByte('\n')
			b.WriteString(line[min(indent, n):])
		}
		if !isBlank(line) {
			end = i + len(line)
		}
	}
	return b.String(), end
}
