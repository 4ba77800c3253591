package parser

import (
	"strings"

	"github.com/beamlog/beamlog/parser/ingest"
	"github.com/beamlog/beamlog/parser/term"
)

// otpShapes are the shapes that Erlang/OTP and the programs written in Erlang
// print.
func otpShapes() []shape {
	return []shape{
		{name: "otp_report", opens: opensOTPReport, next: readRawReport},
		otpShape("otp_termination", readOTPServer, "** Generic server "),
		otpShape("otp_termination", readOTPStatem, "** State machine "),
		otpShape("otp_termination", readOTPEvent, "** gen_event handler "),
		otpShape("otp_termination", readOTPTask, "** Task "),
		otpShape("otp_crash", readOTPCrash, "crasher:"),
		otpShape("otp_supervisor", readOTPSupervisor, "supervisor: "),
		otpShape("otp_process", readOTPProcess, "Error in process ", "emulator Error in process "),
		otpShape("otp_application", readOTPApplication, "application: "),
		otpShape("otp_single_line", readOTPSentence,
			"Generic server ", "State machine ", "Generic event handler ", "Application: "),
		otpShape("otp_supervisor", readSupervisorOld, "Supervisor: "),
		lfeShape(),
		otpShape("otp_shell", readOTPShell, "** exception ", "escript: exception "),
		otpShape("gleam", readGleam, gleamTitle),
		otpShape("otp_message", readOTPMaxHeap, "Process:            "),
		otpShape("otp_message", readOTPUnhandled, "** Undefined handle_info in ", "Undefined handle_info in "),
		otpShape("otp_ranch", readRanchReport, "Ranch listener ", "Failed to start Ranch listener "),
		otpShape("otp_cowboy", readCowboyStream, "Unhandled exception "),
		otpShape("lager_reports", readLagerTermination, "gen_server ", "gen_fsm ", "gen_statem ", "gen_event "),
		otpShape("lager_reports", readLagerCrash, "CRASH REPORT Process "),
		otpShape("lager_reports", readLagerSupervisor, "Supervisor "),
		otpShape("lager_reports", readLagerApplication, "Application "),
		otpShape("lager_reports", readLagerCowboy, "Cowboy handler ", "Cowboy stream ", "Webmachine error at path "),
		sloganShape(),
	}
}

// otpShape is a shape that the given literals open, whatever their indentation,
// and that ends where another report begins.
func otpShape(name string, read func(string, term.Dialect) *Report, heads ...string) shape {
	return shape{
		name:  name,
		heads: heads,
		next: func(rec *ingest.Record) (*Report, int) {
			start := otpStart(rec.Body)
			end := start + otpExtent(rec.Body[start:])
			text := rec.Body[start:end]
			return placeOTP(read(text, otpDialect(text)), rec, end), end
		},
	}
}

// otpStart gives where the report begins: after a blank line or two, and after
// the line "** at node 'a@b' **" of an event from another node (OTP 20 and older).
func otpStart(body string) int {
	i := 0
	for n := 0; n < 3 && i < len(body); n++ {
		end := lineEnd(body, i)
		if line := body[i:end]; strings.TrimSpace(line) != "" && !strings.HasPrefix(line, "** at node ") {
			break
		}
		i = min(end+1, len(body))
	}
	return i
}

// placeOTP says on which lines of the input a report stands, where it does not
// reach over the whole record.
func placeOTP(r *Report, rec *ingest.Record, end int) *Report {
	if r == nil {
		return nil
	}
	if rec.Writer == ingest.WriterNone {
		r.Line = physicalLine(rec, 0)
	}
	if end < len(rec.Body) {
		text := strings.TrimRight(rec.Body[:end], " \t\r\n")
		r.EndLine = physicalLine(rec, strings.Count(text, "\n"))
	}
	return r
}

// otpHeads open a report wherever they begin a line.
var otpHeads = []string{
	"** Generic server ", "** State machine ", "** gen_event handler ", "** Task ",
	"  crasher:", "    supervisor: ", "     Supervisor: ", "    application: ",
}

// otpExtent gives the end of the report at the start of body: where another one
// or the VM's last words begin, or the end of the body. A legacy header stands
// there only where ingest saw no logger at all.
func otpExtent(body string) int {
	for i := lineEnd(body, 0) + 1; i < len(body); i = lineEnd(body, i) + 1 {
		switch body[i] {
		case ' ', '*':
			if hasAnyPrefix(body[i:], otpHeads) {
				return i
			}
		default:
			if strings.HasPrefix(body[i:], "Error in process <") || isSloganLine(body[i:]) {
				return i
			}
		}
	}
	return len(body)
}

// otpDialect tells the spelling of a text that has an OTP shape. Elixir's Logger
// writes what it does not translate in its own spelling, and tickets are often
// half Elixir; all else is Erlang.
func otpDialect(text string) term.Dialect {
	pid := strings.Index(text, "#PID<")
	switch erlang := strings.Index(text, "<0."); {
	case erlang >= 0 && erlang < pid: // another writer's lines follow
		return term.Erlang
	case pid >= 0:
		return term.Elixir
	case strings.Contains(text, "<<") || strings.Contains(text, "#{") || strings.Contains(text, "<0."):
		return term.Erlang
	case strings.Contains(text, "%{"), strings.Contains(text, "{:"), strings.Contains(text, "listener :"):
		return term.Elixir
	}
	if name, ok := strings.CutPrefix(text, "Supervisor "); ok && name != "" && name[0] >= 'A' && name[0] <= 'Z' {
		return term.Elixir
	}
	return term.Erlang
}

// hasAnyPrefix says whether s begins with one of the prefixes.
func hasAnyPrefix(s string, prefixes []string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}
