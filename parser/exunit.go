package parser

import (
	"strconv"
	"strings"

	"github.com/beamlog/beamlog/parser/ingest"
)

// ExUnit prints a test that raised or exited so; the banner is indented with the
// rest, labels stand between message and frames:
//
//	  1) test adds an item (MyApp.CartTest)
//	     test/my_app/cart_test.exs:5
//	     ** (RuntimeError) boom
//	     code: assert Cart.add(1)
//	     stacktrace:
//	       (my_app 0.1.0) lib/my_app/cart.ex:3: MyApp.Cart.add/1
//	       test/my_app/cart_test.exs:6: (test)
//
// An assertion or a doctest that fails raises ExUnit.AssertionError, of which ExUnit
// prints the message alone:
//
//	  2) test sum (MyApp.CartTest)
//	     test/my_app/cart_test.exs:9
//	     Assertion with == failed
//	     code:  assert Cart.sum([1]) == 2
//	     left:  1
//	     right: 2
//	     stacktrace:
//	       test/my_app/cart_test.exs:10: (test)

const assertionBanner = "** (ExUnit.AssertionError) "

// exunitLabels are the labels that end the message.
var exunitLabels = [...]string{
	"code:", "stacktrace:", "arguments:", "left:", "right:", "mailbox:", "doctest:", "The following variables were pinned:",
	"The following output was logged:",
}

// What ExUnit says of a module none of whose tests ran:
// "  0) MyApp.CartTest: failure on setup_all callback, all tests have been invalidated".
const (
	setupAll       = "setup_all"
	setupAllFailed = ": failure on setup_all callback"
)

// exunitHead reads "  1) test adds an item (MyApp.CartTest)".
func exunitHead(body string) (test, module string, ok bool) {
	line := strings.TrimLeft(firstLine(body), " ")
	digits := 0
	for digits < len(line) && line[digits] >= '0' && line[digits] <= '9' {
		digits++
	}
	rest, ok := strings.CutPrefix(line[digits:], ") ")
	if digits == 0 || !ok {
		return "", "", false
	}
	if module, _, ok := strings.Cut(rest, setupAllFailed); ok && isModule(module) {
		return setupAll, module, true
	}
	if !strings.HasSuffix(rest, ")") {
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
	l := lexText(text, &bannerLayout)
	defer l.release()
	r := elixirReportTo(rec, KindTest, end)
	r.Complete = !l.open
	r.keep("Test", test)
	r.keep("Module", module)
	r.setReason(l)
	return r, end
}

// exunitText gives the banner, the message and the frames as they stand in a
// log, and where the failure ends; no text if it has neither banner nor message.
func exunitText(body string) (text string, end int) {
	var b strings.Builder
	indent, inFrames, inMessage := 0, false, false
	located, stacked := false, false // whether it has a place and a stack, as a failed assertion does
	i := lineEnd(body, 0) + 1
	end = min(i, len(body))
lines:
	for ; i < len(body); i = lineEnd(body, i) + 1 {
		line := body[i:lineEnd(body, i)]
		n := indentation(line)
		switch {
		case b.Len() == 0:
			switch {
			case n == 0 && line != "":
				return "", end
			case isBanner(line[n:]):
				b.WriteString(line[n:])
			case !located:
				located = isTestPlace(line[n:])
				continue
			case isBlank(line):
				continue
			default:
				b.WriteString(assertionBanner)
				b.WriteString(line[n:])
			}
			indent, inMessage = n, true
		case opensExUnit(nil, line) || n < indent && !isBlank(line):
			break lines
		case n == indent && hasAnyPrefix(line[n:], exunitLabels[:]):
			inMessage, inFrames = false, strings.HasPrefix(line[n:], "stacktrace:")
			stacked = stacked || inFrames
		case inFrames:
			if _, ok := parseFrame(line); !ok {
				break lines
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
	if text = b.String(); strings.HasPrefix(text, assertionBanner) && !stacked && !assertionFailed(text) {
		return "", end
	}
	return text, end
}

// isTestPlace says whether a line is where a test stands: "test/cart_test.exs:5".
func isTestPlace(line string) bool {
	file, number, ok := strings.Cut(line, ".exs:")
	if !ok {
		file, number, ok = strings.Cut(line, ".ex:")
	}
	if _, err := strconv.Atoi(number); err != nil {
		return false
	}
	return ok && file != ""
}

// assertionFailed says whether a message is one of ExUnit's own: a failure that was
// cut before its stack is one all the same.
func assertionFailed(text string) bool {
	text = strings.TrimPrefix(text, assertionBanner)
	return hasAnyPrefix(text, assertions[:]) || strings.HasPrefix(text, "match (") || strings.HasPrefix(text, "Doctest ")
}

// assertions are how ExUnit's own messages begin.
var assertions = [...]string{"Assertion ", "Refute ", "Expected ", "Unexpectedly ", "Property failed", "Failed with generated values"}
