package parser

import (
	"strings"
	"sync"

	"github.com/beamlog/beamlog/parser/ingest"
	"github.com/beamlog/beamlog/parser/term"
)

// message is a message, mostly of one line, that the VM, a behaviour or a library
// writes about something that went wrong without a report of its own:
//
//	MyApp.Worker MyApp.W1 received unexpected message in handle_info/2: {:surprise, 1}
//	GenStage consumer #PID<0.1569.0> is stopping after receiving cancel from producer #PID<0.1568.0> with reason: {:bad_return_value, :nothing}
//	** Node shop@web2 not responding **
//	** Removing (timedout) connection **
//	Connection :cache failed to connect to Redis at 127.0.0.1:6379: connection refused
type message struct {
	opens  string // the message begins so
	holds  string // and its first line holds this
	reason string // after which the reason stands, a term
	kind   Kind
	lines  int  // of the reason's text, up to a blank one; 0 is 1
	bare   bool // written past every logger, straight to the console
	about  bool // the first pid in it is the process that it is about
}

// ShapeMessage is the Report.Shape of such messages. They are of kind other: no
// process need have died.
const ShapeMessage = "message"

// messages are those that a rule may know by their text.
var messages = [...]message{
	// GenServer, GenStage, Broadway, the web.
	{holds: unexpectedMessage},
	{opens: "GenStage consumer ", holds: " is stopping after receiving cancel from producer ", reason: " with reason: "},
	{opens: "GenStage consumer ", holds: " cannot dispatch events (an empty list must be returned)"},
	{opens: "GenStage producer ", holds: " has discarded "},
	{opens: "ConsumerSupervisor failed to start child from: ", reason: " with reason: "},
	{opens: "Processor received a trapped exit from ", reason: " with reason: ", kind: KindJob},
	{opens: "Batch processor received a trapped exit from ", reason: " with reason: ", kind: KindJob},
	{opens: "Mounting ", holds: " failed because no session was provided"},
	{opens: "Running ", holds: " failed, port "},
	{opens: "Cowboy returned "},
	{opens: "Ranch acceptor reducing accept rate: "},
	{opens: "Failed to open socket at "},
	{opens: "Could not check origin for Phoenix.Socket transport", lines: 3},
	{opens: "Could not check Websocket subprotocols for Phoenix.Socket transport", lines: 4},
	{opens: "Reached max channels per transport limit of "},
	{opens: "Ignoring unmatched topic "},
	{opens: "Expected ", holds: ".perform/1 to return"},
	{opens: "{", holds: rescuedJobs},
	{opens: "%{", holds: rescuedJobs},
	{opens: "{", holds: orphanedJobs},
	{opens: "%{", holds: orphanedJobs},

	// The distribution, mnesia and libcluster.
	{opens: "** Node ", holds: " not responding **", lines: 2},
	{opens: "** Connection attempt "},
	{opens: "** System ", holds: "running to use fully qualified hostnames **", lines: 2},
	{opens: "'global' at node ", holds: " in order to prevent overlapping partitions"},
	{opens: "Protocol ", holds: " seems to be in use by another Erlang node", bare: true},
	{opens: "Mnesia(", holds: "inconsistent_database"},
	{opens: "[libcluster:", holds: " unable to connect to "},
	{opens: "[libcluster:", holds: " cannot query "},
	{opens: "[libcluster:", holds: " failed"},

	// Connections to Redis, Kafka and by HTTP/2, lost or never made.
	{opens: "Connection ", holds: " failed to connect to "},
	{opens: "Connection ", holds: " disconnected from Redis at "},
	{opens: "Cluster ", holds: " failed to connect to node "},
	{opens: "Failed to connect to Redis ("},
	{opens: "Disconnected from Redis "},
	{opens: "client ", holds: " failed to connect to ", lines: 2},
	{opens: "Failed to connect to http"},

	// The system monitor, native code.
	{opens: "Too many processes"},
	{opens: "The on_load function for module ", holds: " returned", lines: 2},
	{opens: "rabbit_sysmon_handler ", about: true},
	{opens: "monitor ", holds: " <", about: true},
	{holds: "{:monitor, #P", about: true},
	{holds: "{monitor,<", about: true},
	{opens: "heart: ", holds: "heart-beat time-out", bare: true},
	{opens: "heart: ", holds: "Erlang has closed", bare: true},

	// Files and the logger itself.
	{opens: `dets: file `, holds: " not properly closed", bare: true},
	{opens: "disk_log: repairing "},
	{opens: "Handler ", holds: " to drop mode"},
	{opens: "Handler ", holds: " to :drop mode"},
	{opens: "Handler ", holds: " overloaded and stopping"},
	{opens: "Logger - error: {removed_failing_handler,", bare: true},
	{opens: "Logger dropped "},
}

const (
	unexpectedMessage = " received unexpected message in handle_info/2: "
	rescuedJobs       = "rescued_jobs"
	orphanedJobs      = "jobs were orphaned because they didn't finish"
)

// messagesBy are the messages that may begin with a byte, in their order.
var messagesBy = sync.OnceValue(func() *[256][]*message {
	var by [256][]*message
	for c := range by {
		for i := range messages {
			if m := &messages[i]; m.opens == "" || m.opens[0] == byte(c) {
				by[c] = append(by[c], m)
			}
		}
	}
	return &by
})

// findMessage gives the message that the body is, or nil. User text may say the
// same: only a message of a logger counts, but for those that no logger writes.
func findMessage(rec *ingest.Record, body string) *message {
	logged := rec.Level != "" || rec.Title != ""
	line := body[:lineEnd(body, 0)]
	if strings.HasPrefix(line, " ") {
		return nil
	}
	if line == "" {
		return nil // as each of them begins with something, or holds it
	}
	for _, m := range messagesBy()[line[0]] {
		if (logged || m.bare) && strings.HasPrefix(line, m.opens) && strings.Contains(line, m.holds) && strings.Contains(body, m.reason) {
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
	return findMessage(rec, body) != nil || isKernelLine(body) || isNativeCrash(body)
}

func readMessage(rec *ingest.Record) (*Report, int) {
	m := findMessage(rec, rec.Body)
	if m == nil {
		m = &message{bare: true}
	}
	body := rec.Body
	r := &Report{Kind: m.kind, Dialect: messageDialect(rec), Line: rec.Line, EndLine: rec.EndLine, Complete: true}
	if r.Kind == "" {
		r.Kind = KindOther
	}
	r.Reason.Text = firstLines(body, max(m.lines, 1))
	switch {
	case m.holds == unexpectedMessage:
		r.unexpected(body)
	case r.Kind == KindOther && m.reason != "":
		// Another process died of it, and has its own report: here it is told only.
		r.keep("Reason", body[strings.Index(body, m.reason)+len(m.reason):])
	case m.reason != "":
		at := strings.Index(body, m.reason) + len(m.reason)
		l := lexText(body[at:], &exitTextLayout)
		defer l.release()
		r.setReason(l)
		r.Complete = r.Complete && !l.open
	case strings.HasSuffix(r.Reason.Text, " already in use"):
		t := term.MakeAtom("eaddrinuse")
		r.Reason.Term, r.Reason.Cause, r.Reason.Type = t, t, t.Text
	case m.opens == "Expected ":
		if _, value, ok := strings.Cut(body, "\nInstead received:\n\n"); ok {
			value, _, _ = strings.Cut(value, "\n\nThe job will be considered")
			r.keep("Returned", value)
		}
	}
	if m.about {
		r.Process.Pid = firstPid(r.Reason.Text)
	}
	if !m.bare {
		return r, len(rec.Body)
	}
	end := bareExtent(rec.Body)
	return placeOTP(r, rec, end), end
}

// bareExtent gives the end of what stands straight on the console: the first
// line, and what heart says of the same end.
func bareExtent(body string) int {
	end := lineEnd(body, 0)
	if !strings.HasPrefix(body, heartLine) {
		return end
	}
	for end < len(body) && strings.HasPrefix(body[end+1:], heartLine) {
		end = lineEnd(body, end+1)
	}
	return end
}

// heartLine begins each line of heart, the program that watches over a VM:
//
//	heart: Sat Nov 21 07:58:14 2026: heart-beat time-out, no activity for 15 seconds
//	heart: Sat Nov 21 07:58:15 2026: Executed "true" -> 0. Terminating.
const heartLine = "heart: "

// isKernelLine says whether the Linux kernel wrote of the end of a BEAM: out of
// memory, or a fault in native code.
//
//	Out of memory: Killed process 4211 (beam.smp) total-vm:9034512kB, anon-rss:3998120kB, file-rss:0kB
//	Memory cgroup out of memory: Killed process 4211 (beam.smp) total-vm:9034512kB, …
//	erts_sched_1[4211]: segfault at 10 ip 00007f3c5e2a7c35 sp 00007f3c0b7fd9c0 error 4 in shop_nif.so[7f3c5e2a7000+1000]
func isKernelLine(body string) bool {
	line := withoutUptime(body[:lineEnd(body, 0)])
	if strings.HasPrefix(line, "Out of memory: Kill") || strings.HasPrefix(line, "Memory cgroup out of memory: Kill") {
		return strings.Contains(line, "(beam.smp)")
	}
	name, rest, ok := strings.Cut(line, "[")
	if !ok || !strings.Contains(rest, "]: segfault at ") {
		return false
	}
	return name == "beam.smp" || strings.HasPrefix(name, "erts_") || strings.HasSuffix(name, "_scheduler")
}

// withoutUptime takes off the time since boot that dmesg prints: "[1234.567890] ".
func withoutUptime(line string) string {
	inner, ok := strings.CutPrefix(line, "[")
	if !ok {
		return line
	}
	stamp, rest, ok := strings.Cut(inner, "] ")
	if !ok || strings.Trim(stamp, " .0123456789") != "" {
		return line
	}
	return rest
}

// isNativeCrash says whether a shell wrote that the VM's process crashed:
//
//	/app/bin/shop: line 41:    17 Segmentation fault      (core dumped) "$RELEASE_ROOT/erts-13.1.5/bin/erl"
//	Segmentation fault (core dumped)
func isNativeCrash(body string) bool {
	line := strings.TrimRight(body[:lineEnd(body, 0)], " \r")
	at := strings.Index(line, "Segmentation fault")
	if at < 0 {
		return false
	}
	before, after := line[:at], line[at+len("Segmentation fault"):]
	if before == "" {
		return after == "" || after == " (core dumped)"
	}
	script, job, ok := strings.Cut(before, ": line ")
	if !ok || strings.Contains(script, " ") {
		return false
	}
	number, pid, ok := strings.Cut(job, ":")
	return ok && isDigits(number) && isDigits(strings.TrimSpace(pid))
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// firstPid gives the first pid in a text, "" if there is none.
func firstPid(text string) string {
	for from := 0; ; {
		i := strings.IndexByte(text[from:], '<')
		if i < 0 {
			return ""
		}
		i += from
		end := strings.IndexByte(text[i:], '>')
		if end < 0 {
			return ""
		}
		end += i + 1
		if strings.HasSuffix(text[:i], "#PID") {
			i -= len("#PID")
		} else if strings.HasSuffix(text[:i], "#Port") {
			return ""
		}
		if isPidText(text[i:end]) {
			return text[i:end]
		}
		from = end
	}
}

// messageDialect is the spelling of a message: Erlang's loggers write terms in
// Erlang's, all others in Elixir's.
func messageDialect(rec *ingest.Record) term.Dialect {
	switch rec.Writer {
	case ingest.WriterLegacy, ingest.WriterFormatter, ingest.WriterLager, ingest.WriterRabbit:
		return otpDialect(rec.Body)
	}
	return term.Elixir
}

// firstLines gives up to n lines of a message, up to a blank one, or beyond one
// where the paragraph is the first line alone.
func firstLines(body string, n int) string {
	end := lineEnd(body, 0)
	for i := 1; i < n && end < len(body); i++ {
		next := lineEnd(body, end+1)
		if strings.TrimSpace(body[end+1:next]) == "" && i > 1 {
			break
		}
		end = next
	}
	return strings.TrimRight(body[:end], " \r\n")
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
