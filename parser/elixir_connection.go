package parser

import (
	"strings"

	"github.com/beamlog/beamlog/parser/ingest"
)

// elixirConnection is what DBConnection logs when a database connection fails.
// Since version 2.10 a label stands in parentheses after every pid:
//
//	Postgrex.Protocol (#PID<0.461.0> (:proc_lib)) disconnected: ** (DBConnection.ConnectionError) client #PID<0.1387.0> exited
//	Postgrex.Protocol (#PID<0.1.0>) failed to connect: ** (Postgrex.Error) FATAL 28P01 (invalid_password) password authentication failed for user "shop"
type elixirConnection struct {
	Title  string `parser:"@Title"`
	Reason *level `parser:"@@?"`
}

var connectionGrammar = runGrammar[elixirConnection]()

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

func readConnection(rec *ingest.Record) (*Report, int) {
	module, process, banner, _ := connectionHead(rec.Body)
	tree, l := parseReport(connectionGrammar(), rec, banner, &connectionLayout)
	r := elixirReport(rec, KindConnection, l)
	pid, label, labelled := strings.Cut(process, " (")
	r.Process.Pid = pid
	if labelled {
		r.Process.Label = strings.TrimSuffix(label, ")")
	}
	r.keep("Protocol", module)
	r.setReason(tree.Reason, l)
	r.atLocation()
	return r, l.end
}

// atLocation moves the frames after "#PID<0.1.0> (:proc_lib) was at location:" to
// the client: they tell where the process stood that held the connection.
func (r *Report) atLocation() {
	const words = " was at location:"
	text := r.Reason.Text
	i := strings.Index(text, words)
	if i < 0 {
		return
	}
	line := text[strings.LastIndexByte(text[:i], '\n')+1 : i]
	pid, name, _ := strings.Cut(line, " (")
	if !isPid(pid) {
		return
	}
	r.Client = &Client{Pid: pid, Name: strings.TrimSuffix(name, ")")}
	if rest := strings.TrimSpace(text[i+len(words):]); rest != "" {
		r.Client.Stack = readFrames(rest)
	} else {
		r.Client.Stack, r.Reason.Stack = r.Reason.Stack, nil
	}
}
