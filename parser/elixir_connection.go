package parser

import (
	"strings"

	"github.com/beamlog/beamlog/parser/ingest"
)

var connectionLayout = layout{}

// connectionEvents are the words before the banner.
var connectionEvents = [...]string{" disconnected: ", " failed to connect: "}

// connectionHead gives the protocol's module, the process, and where the banner
// begins.
func connectionHead(body string) (module, process string, banner int, ok bool) {
	if body == "" || body[0] < 'A' || body[0] > 'Z' {
		return "", "", 0, false
	}
	line := body[:lineEnd(body, 0)]
	open := strings.Index(line, " (#PID<")
	if open <= 0 || strings.IndexByte(line[:open], ' ') >= 0 {
		return "", "", 0, false
	}
	for _, event := range connectionEvents {
		i := strings.Index(line, event)
		if i > open && line[i-1] == ')' && isBanner(line[i+len(event):]) {
			return line[:open], line[open+2 : i-1], i + len(event), true
		}
	}
	return "", "", 0, false
}

func opensConnection(_ *ingest.Record, body string) bool {
	_, _, _, ok := connectionHead(body)
	return ok
}

// readConnection reads what DBConnection logs when a database connection fails.
// Since version 2.10 a label stands in parentheses after every pid:
//
//	Postgrex.Protocol (#PID<0.461.0> (:proc_lib)) disconnected: ** (DBConnection.ConnectionError) client #PID<0.1387.0> exited
//	Postgrex.Protocol (#PID<0.1.0>) failed to connect: ** (Postgrex.Error) FATAL 28P01 (invalid_password) password authentication failed for user "shop"
func readConnection(rec *ingest.Record) (*Report, int) {
	module, process, banner, _ := connectionHead(rec.Body)
	l := lexReport(rec, banner, &connectionLayout)
	defer l.release()
	r := elixirReport(rec, KindConnection, l)
	pid, label, labelled := strings.Cut(process, " (")
	r.Process.Pid = pid
	if labelled {
		r.Process.Label = strings.TrimSuffix(label, ")")
	}
	r.keep("Protocol", module)
	r.setReason(l)
	r.holderStack()
	return r, l.end
}

// atLocation is how DBConnection ends a line of its message after which frames
// of another process stand:
//
//	client #PID<0.1.0> timed out because it queued and checked out the connection for longer than 15000ms
//
//	#PID<0.1.0> (:proc_lib) was at location:
//
//	    (my_app 0.1.0) lib/my_app/report.ex:3: MyApp.Report.run/1
//
//	owner #PID<0.2.0> exited
//
//	Client #PID<0.1.0> is still using a connection from owner at location:
//
//	    (my_app 0.1.0) lib/my_app/report.ex:3: MyApp.Report.run/1
//
//	The connection itself was checked out by #PID<0.1.0> at location:
//
//	    (my_app 0.1.0) lib/my_app/report.ex:9: MyApp.Report.query/1
const atLocation = " at location:"

// holderStack makes the first of these frames the client's: they tell where the
// process stands that holds the connection. None of them are the reason's own.
func (r *Report) holderStack() {
	text := r.Reason.Text
	before, rest, ok := strings.Cut(text, atLocation)
	if !ok {
		return
	}
	line := strings.TrimPrefix(before[strings.LastIndexByte(before, '\n')+1:], "Client ")
	pid, name, _ := strings.Cut(line, " ")
	if !isPid(pid) {
		return
	}
	r.Client = &Client{Pid: pid}
	if strings.HasPrefix(name, "(") {
		r.Client.Name, _, _ = strings.Cut(name[1:], ")")
	}
	last := r.Reason.Stack // the frames after the last such line are not in the text
	r.Reason.Stack = nil
	if frames, _, more := strings.Cut(rest, atLocation); more || strings.TrimSpace(rest) != "" {
		r.Client.Stack = readFrames(frames)
	} else {
		r.Client.Stack = last
	}
}
