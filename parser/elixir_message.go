package parser

import (
	"strings"

	"github.com/beamlog/beamlog/parser/ingest"
	"github.com/beamlog/beamlog/parser/term"
)

// message is a one-line message that a behaviour or a library logs about
// something that went wrong without a report of its own:
//
//	MyApp.Worker MyApp.W1 received unexpected message in handle_info/2: {:surprise, 1}
//	GenStage consumer #PID<0.1569.0> is stopping after receiving cancel from producer #PID<0.1568.0> with reason: {:bad_return_value, :nothing}
//	Running ShopWeb.Endpoint with Bandit 1.12.5 at http failed, port 4000 already in use
type message struct {
	opens  string // the message begins so
	holds  string // and its first line holds this
	reason string // after which the reason stands, a term
	kind   Kind
}

// ShapeMessage is the Report.Shape of such messages. They are of kind other: no
// process need have died.
const ShapeMessage = "elixir_message"

// messages are those that a rule may know by their text.
var messages = [...]message{
	{"", unexpectedMessage, "", KindOther},
	{"GenStage consumer ", " is stopping after receiving cancel from producer ", " with reason: ", KindOther},
	{"GenStage consumer ", " cannot dispatch events (an empty list must be returned)", "", KindOther},
	{"GenStage producer ", " has discarded ", "", KindOther},
	{"ConsumerSupervisor failed to start child from: ", "", " with reason: ", KindOther},
	{"Processor received a trapped exit from ", "", " with reason: ", KindJob},
	{"Batch processor received a trapped exit from ", "", " with reason: ", KindJob},
	{"Mounting ", " failed because no session was provided", "", KindOther},
	{"Running ", " failed, port ", "", KindOther},
	{"Cowboy returned ", "", "", KindOther},
}

const unexpectedMessage = " received unexpected message in handle_info/2: "

// findMessage gives the message that the body is, or nil.
func findMessage(body string) *message {
	line := body[:lineEnd(body, 0)]
	if strings.HasPrefix(line, " ") {
		return nil
	}
	for i := range messages {
		m := &messages[i]
		if strings.HasPrefix(line, m.opens) && strings.Contains(line, m.holds) && strings.Contains(body, m.reason) {
			if m.holds == unexpectedMessage && !namesServer(line) {
				return nil
			}
			return m
		}
	}
	return nil
}

// namesServer says whether the line begins with a module and a process's name.
func namesServer(line string) bool {
	head, _, _ := strings.Cut(line, unexpectedMessage)
	module, name, ok := strings.Cut(head, " ")
	return ok && isInspected(module) && isInspected(name)
}

func opensMessage(rec *ingest.Record, body string) bool {
	// User text may say the same: only a message of a logger counts.
	return rec.Level != "" && findMessage(body) != nil
}

func readMessage(rec *ingest.Record) (*Report, int) {
	m := findMessage(rec.Body)
	body := rec.Body
	r := &Report{Kind: m.kind, Dialect: term.Elixir, Line: rec.Line, EndLine: rec.EndLine, Complete: true}
	r.Reason.Text = firstLine(body)
	switch {
	case m.holds == unexpectedMessage:
		r.unexpected(body)
	case m.kind == KindOther && m.reason != "":
		// Another process died of it, and has its own report: here it is told only.
		r.keep("Reason", body[strings.Index(body, m.reason)+len(m.reason):])
	case m.reason != "":
		at := strings.Index(body, m.reason) + len(m.reason)
		tree, l := parseText(bannerGrammar(), body[at:], &exitTextLayout)
		r.setReason(tree.Reason, l)
		r.Complete = r.Complete && !l.open
	case strings.HasSuffix(r.Reason.Text, " already in use"):
		t := term.MakeAtom("eaddrinuse")
		r.Reason.Term, r.Reason.Cause, r.Reason.Type = t, t, t.Text
	}
	return r, len(body)
}

// unexpected reads "Mod name received unexpected message in handle_info/2: T".
func (r *Report) unexpected(body string) {
	head, msg, _ := strings.Cut(body, unexpectedMessage)
	if module, name, ok := strings.Cut(head, " "); ok {
		r.Process.name(name)
		r.keep("Module", module)
	}
	r.LastMessage = span(strings.TrimRight(msg, "\n "))
}
