package ingest

import "bytes"

// opening says how a line without a logger's prefix can begin a record.
type opening uint8

const (
	opensNothing opening = iota
	opensHeader          // a report's header: "GenServer X terminating"
	opensBanner          // "** (RuntimeError) boom"
	opensSlogan          // a VM that stops: `{"init terminating in do_boot",…`
	opensTest            // a failure of ExUnit: "  1) test …"
	opensHeart           // heart, the program that watches over a VM
	opensNotice          // another line that no logger wrote: a name in use, the kernel out of memory
)

// sloganLine tells the lines of one VM's end from each other: each is printed
// once, so the second of a kind belongs to the next VM.
type sloganLine uint8

const (
	sloganProvider sloganLine = 1 << iota // ERROR! Config provider …
	sloganTerm                            // {"init terminating in do_boot",…}
	sloganText                            // init terminating in do_boot (…)
	sloganAlloc                           // eheap_alloc: Cannot allocate …
	sloganDump                            // Crash dump is being written to: …
)

// slogan is how a line begins that a VM prints when it stops.
type slogan struct {
	text string
	line sloganLine
}

// slogans are those of them that are known, by their first byte.
var slogans = [256][]slogan{
	'{': {
		{`{"init terminating`, sloganTerm},
		{`{"Kernel pid terminated`, sloganTerm},
		{`{"Runtime terminating`, sloganTerm},
		{`{"could not start kernel pid`, sloganTerm},
	},
	'i': {{"init terminating in ", sloganText}},
	'K': {{"Kernel pid terminated", sloganText}},
	'R': {{"Runtime terminating during boot", sloganText}},
	'c': {{"could not start kernel pid", sloganText}},
	'E': {
		{"ERROR! Config provider", sloganProvider},
		{"ERROR! the application ", sloganProvider},
	},
	'e': {
		{"escript: exception", sloganText},
		{"escript: Failed to load ", sloganText},
	},
	'n': {{"no more index entries in ", sloganAlloc}},
	'C': {{"Crash dump is being written", sloganDump}},
	'S': {{"Slogan: ", sloganText}},
}

// sloganAt says which line of a VM's end this is; 0 for any other line.
func sloganAt(line []byte) sloganLine {
	if len(line) < 8 {
		return 0
	}
	for _, s := range slogans[line[0]] {
		if bytes.HasPrefix(line, []byte(s.text)) {
			return s.line
		}
	}
	line = line[:min(len(line), 40)]
	if e := wordEnd(line, 0); e > len("alloc") && bytes.HasPrefix(line[e:], []byte(": Cannot ")) && bytes.HasSuffix(line[:e], []byte("alloc")) {
		return sloganAlloc
	}
	return 0
}

// openingOf says what kind of record, if any, begins at a line of bare text.
func openingOf(line []byte) opening {
	if len(line) < 5 {
		return opensNothing
	}
	if line[0] == ' ' || line[0] == '\t' {
		return indentedOpening(line)
	}
	switch {
	case isBanner(line):
		return opensBanner
	case sloganAt(line) != 0:
		return opensSlogan
	case opensReport(line):
		return opensHeader
	case bytes.HasPrefix(line, []byte("heart: ")):
		return opensHeart
	case opensNoticeAt(line):
		return opensNotice
	}
	return opensNothing
}

// notices are what VMs, and the system that they run on, print past every
// logger: how the line begins and what stands further on in it.
var notices = [...]struct{ start, then string }{
	{"Protocol '", " in use by another Erlang node"},
	{"dets: file ", " not properly closed"},
	{"Logger - error: {", "removed_failing_handler"},
	{"Out of memory: Kill", ""},
	{"Memory cgroup out of memory: Kill", ""},
	{"Segmentation fault", ""},
}

// faults are notices that stand anywhere in a line.
var faults = [...]string{"]: segfault at ", " Segmentation fault"}

// opensNoticeAt reports whether a line is one of the notices, whose kernel's may
// begin with the time since boot.
func opensNoticeAt(line []byte) bool {
	if line[0] == '[' {
		if i := bytes.Index(line[:min(len(line), 24)], []byte("] ")); i > 0 && (line[1] == ' ' || isDigit(line[1])) {
			if line = line[i+2:]; len(line) == 0 {
				return false
			}
		}
	}
	head := line[:min(len(line), 512)]
	for i := range notices {
		n := &notices[i]
		if line[0] == n.start[0] && bytes.HasPrefix(line, []byte(n.start)) && bytes.Contains(head, []byte(n.then)) {
			return true
		}
	}
	if !bytes.Contains(head, []byte("fault")) { // most lines: one search for both
		return false
	}
	return bytes.Contains(head, []byte(faults[0])) || bytes.Contains(head, []byte(faults[1]))
}

// indentedOpening is openingOf for a line that does not begin at column 0. Only
// OTP's own bodies and ExUnit's failures open there.
func indentedOpening(line []byte) opening {
	i := skipBlanks(line, 0)
	if i > 5 || i == len(line) {
		return opensNothing
	}
	switch c := line[i]; {
	case c == 'c' && bytes.HasPrefix(line[i:], []byte("crasher:")), c == 'S' && bytes.HasPrefix(line[i:], []byte("Supervisor: ")):
		return opensHeader
	case isDigit(c) && isTestFailure(line):
		return opensTest
	}
	return opensNothing
}

// isBanner reports whether a line begins with "** (" and a capital letter, "exit",
// "stop" or "throw".
func isBanner(line []byte) bool {
	if !bytes.HasPrefix(line, []byte(banner)) || len(line) < len(banner)+2 {
		return false
	}
	rest := line[len(banner):]
	if c := rest[0]; c >= 'A' && c <= 'Z' || c == ':' || c >= 0x80 {
		return true
	}
	return bytes.HasPrefix(rest, []byte("exit)")) || bytes.HasPrefix(rest, []byte("stop)")) ||
		bytes.HasPrefix(rest, []byte("throw)")) || bytes.HasPrefix(rest, []byte("exit from "))
}

// header is how the header of a report begins and what stands further on in it.
type header struct{ start, then string }

// headers are those that are known, by their first byte.
var headers = [256][]header{
	'G': {
		{"GenServer ", " terminating"},
		{"GenEvent handler ", " terminating"},
		{"Generic server ", " terminating"},
		{"Generic event handler ", " crashed"},
	},
	':': {
		{":gen_statem ", " terminating"},
		{":gen_event handler ", " terminating"},
	},
	'T': {{"Task ", " terminating"}},
	'A': {
		{"Agent ", " terminating"},
		{"Application ", " exited"},
	},
	'P': {
		{"Process ", " terminating"},
		{"Process ", " raised an exception"},
	},
	'C': {
		{"Child ", " of Supervisor "},
		{"Children ", " of Supervisor "},
		{"CRASH REPORT ", ""},
		{"Cowboy ", " with reason"},
	},
	'*': {
		{"** Generic server ", " terminating"},
		{"** State machine ", " terminating"},
		{"** Task ", " terminating"},
		{"** gen_event handler ", " crashed"},
		{"** (", ""},
	},
	'S': {
		{"State machine ", " terminating"},
		{"SUPERVISOR REPORT", ""},
		{"Supervisor: ", "ontext:"},
		{"Supervisor ", " had child "},
		{"Supervisor ", " terminated"},
	},
	'E': {{"Error in process ", " with exit value"}},
	'c': {{"crasher:", ""}},
	'g': {
		{"gen_server ", " terminated with reason"},
		{"gen_statem ", " terminated with reason"},
		{"gen_fsm ", " terminated with reason"},
		{"gen_event ", " terminated with reason"},
	},
	'R': {
		{"Ranch listener ", ""},
		{"Ranch protocol ", " terminated"},
	},
	'F': {{"Failed to start Ranch listener ", ""}},
	'U': {{"Unhandled exception ", " in cowboy_stream:"}},
	'#': {{"#PID<", " running "}},
	'e': {
		{"exception error: ", ""}, // lfescript's
		{"exception exit: ", ""},
		{"exception throw: ", ""},
	},
	'r': {
		{"runtime error: panic", ""}, // Gleam's
		{"runtime error: todo", ""},
		{"runtime error: let assert", ""},
		{"runtime error: assert", ""},
		{"runtime error: Erlang ", ""},
	},
}

// opensReport reports whether a message can begin a report by its first words.
func opensReport(line []byte) bool {
	if len(line) == 0 {
		return false
	}
	for _, h := range headers[line[0]] {
		if !bytes.HasPrefix(line, []byte(h.start)) {
			continue
		}
		if h.then == "" || bytes.Contains(line[:min(len(line), 4096)], []byte(h.then)) {
			return h.start != banner || isBanner(line)
		}
	}
	return false
}

// isTestFailure recognises the first line of a failure that ExUnit prints:
//
//  1. test greets the world (HelloTest)
func isTestFailure(line []byte) bool {
	i := skipBlanks(line, 0)
	d := i
	for d < len(line) && isDigit(line[d]) {
		d++
	}
	if i == 0 || d == i || !bytes.HasPrefix(line[d:], []byte(") ")) {
		return false
	}
	rest := line[d+2:]
	for _, kind := range [...]string{"test ", "property ", "doctest ", "feature "} {
		if bytes.HasPrefix(rest, []byte(kind)) {
			return true
		}
	}
	return bytes.Contains(rest, []byte(": failure on setup_all callback"))
}

// endsReport reports whether a line at column 0 is one of those that stand below
// the reason and the stack of an Elixir report.
func endsReport(line []byte) bool {
	if len(line) < 6 {
		return false
	}
	for _, key := range [...]string{"Last message", "State: ", "Function: ", "Start Call: ", "Start Module: ", "Initial Call: ", "Ancestors: ", "Queue: "} {
		if line[0] == key[0] && bytes.HasPrefix(line, []byte(key)) {
			return true
		}
	}
	return false
}

// prelude reports whether a line without a literal can stand above the line
// whose literal opened a bare record, and still belong to it:
//
//	  supervisor: {local,sup1}      above  errorContext:
//	  application: myapp            above  exited:
//	could not start kernel pid …    above  Crash dump is being written
//	1) test …                       above  ** (…)
func prelude(line []byte) bool {
	trimmed := bytes.TrimLeft(line, " \t")
	return bytes.HasPrefix(trimmed, []byte("supervisor: ")) ||
		bytes.HasPrefix(trimmed, []byte("application: ")) ||
		bytes.HasPrefix(trimmed, []byte("Supervisor: ")) ||
		bytes.HasPrefix(bytes.TrimPrefix(line, []byte(`{"`)), []byte("could not start kernel pid")) ||
		isTestFailure(line)
}
