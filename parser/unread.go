package parser

import (
	"strings"

	"github.com/beamlog/beamlog/parser/ingest"
)

// maxUnreadLines bounds how far into a record signs of a report are looked for.
const maxUnreadLines = 400

// reportHeads are words that open reports, or their parts, and hardly anything
// else.
var reportHeads = [...]string{
	"crasher:", "neighbours:", "Supervisor: ", "CRASH REPORT", "SUPERVISOR REPORT",
	"Generic server ", "State machine ", "gen_event handler", "Generic event handler ",
	"Error in process ", "Unhandled exception ",
	"exception error: ", "exception exit: ", "exception throw: ",
	"Reason for termination", "When server state", "When handler state", "When Server state",
	"Last message in was ", "Last event in was ", "Last message: ", "Last message (from ",
}

// reportTails end the first line of reports, whoever they are about.
var reportTails = [...]string{" terminating", " terminated", " raised an exception", " crashed"}

// Unread says whether a record in which [Parse] found nothing looks like a
// report all the same, and why: a kind, a version or a layout that is not known,
// or a report of which too little is left. Ordinary messages that only quote a
// report's words in a sentence do not, nor does what a logger wrote below the
// level of a warning, but for banners.
//
//	[error] MyApp.Pump :left terminating      a behaviour that is not known
//	=CRASH REPORT==== …                       with a body in no known form
//	    (my_app 0.1.0) lib/my_app/x.ex:1: …   frames whose head is missing
func Unread(rec *ingest.Record) (why string, unread bool) {
	grave := isGrave(rec)
	if why = unreadTitle(rec); why != "" {
		return why + cutNote(rec), true
	}
	if grave && hasAnySuffix(strings.TrimRight(rec.Body[:lineEnd(rec.Body, 0)], " :,."), reportTails[:]) && namesProcess(rec.Body) {
		return "a head of no known form" + cutNote(rec), true
	}
	frames := 0
	body := rec.Body
	for i, n := 0, 0; i < len(body) && n < maxUnreadLines; n++ {
		end := lineEnd(body, i)
		indent := indentation(body[i:end])
		line := strings.TrimRight(body[i+indent:end], " ")
		i = end + 1
		switch {
		case isBanner(line) && (grave || indent == 0):
			return "a banner where nothing else tells of a report" + cutNote(rec), true
		case !grave:
		case hasAnyPrefix(strings.TrimPrefix(line, "** "), reportHeads[:]):
			return unknownForm + cutNote(rec), true
		case isLocatedFrame(line):
			if frames++; frames > 1 {
				return "frames without the head of a report" + cutNote(rec), true
			}
		}
	}
	return "", false
}

// unknownForm is what is wrong with a report that begins as one.
const unknownForm = "begins a report, but goes on in no known form"

// beginsReport says whether a line behind a report begins another. Banners and
// frames there do not tell of one: who catches an exit prints it once more.
func beginsReport(rec *ingest.Record) bool {
	if !isGrave(rec) {
		return false
	}
	n := 0
	for line := range strings.Lines(rec.Body) {
		line = strings.TrimRight(line, " \n")
		if hasAnyPrefix(strings.TrimPrefix(line, "** "), reportHeads[:]) || hasAnySuffix(line, reportTails[:]) && namesProcess(line) {
			return true
		}
		if n++; n == maxUnreadLines {
			break
		}
	}
	return false
}

// isGrave says whether what wrote the record thought it a warning or worse; of
// what has no level nothing is known.
func isGrave(rec *ingest.Record) bool {
	switch rec.Level {
	case "info", "debug", "notice", "trace", "i", "d":
		return false
	}
	return !strings.HasPrefix(rec.Title, "PROGRESS") && !strings.HasPrefix(rec.Title, "INFO")
}

// unreadTitle tells of a header that stands over nothing but reports, and of
// what OTP's logger writes where a report's own printer crashed.
func unreadTitle(rec *ingest.Record) string {
	if strings.HasPrefix(rec.Body, "REPORT_CB/2 CRASH: ") {
		return "a report that its logger failed to print"
	}
	if rec.Title == "CRASH REPORT" || rec.Title == "SUPERVISOR REPORT" {
		return rec.Title + " with a body of no known form"
	}
	return ""
}

func cutNote(rec *ingest.Record) string {
	if rec.Cut || rec.Dropped > 0 {
		return "; it is cut"
	}
	return ""
}

// namesProcess says whether the first line of body begins with words that can
// name a process: each has a capital, a digit or a mark. Prose has other words.
func namesProcess(body string) bool {
	words := strings.Fields(body[:lineEnd(body, 0)])
	if len(words) < 2 {
		return false
	}
	for _, w := range words[:len(words)-1] {
		if w == "raised" || w == "an" || w == "**" {
			continue
		}
		if strings.Trim(w, "abcdefghijklmnopqrstuvwxyz") == "" {
			return false
		}
	}
	return true
}

// isLocatedFrame says whether a line is a frame with its place in a file.
func isLocatedFrame(line string) bool {
	if !strings.Contains(line, ": ") {
		return false
	}
	f, ok := parseFrame(line)
	return ok && f.Line > 0
}

func hasAnySuffix(s string, suffixes []string) bool {
	for _, x := range suffixes {
		if strings.HasSuffix(s, x) {
			return true
		}
	}
	return false
}
