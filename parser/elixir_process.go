package parser

import (
	"strings"

	"github.com/beamlog/beamlog/parser/ingest"
)

var processLayout = layout{labels: []string{
	"Initial Call", "Ancestors", "Process Label", "Message Queue Length", "Messages", "Links",
	"Dictionary", "Trapping Exits", "Status", "Heap Size", "Stack Size", "Reductions",
	"Neighbours", "Current Call", "Registered Name",
}}

const raised = " raised an exception"

// processHead reads the first line: who, on which node, and whether it is a
// crash report.
func processHead(body string) (who, node string, crash, ok bool) {
	if !strings.HasPrefix(body, "Process ") {
		return "", "", false, false
	}
	line := strings.TrimPrefix(firstLine(body), "Process ")
	if who, ok = strings.CutSuffix(line, raised); ok {
		if pid, on, found := strings.Cut(who, " on node "); found {
			who, node = pid, on
		}
		return who, node, false, isPid(who)
	}
	if who, ok = strings.CutSuffix(line, terminating); ok {
		if open := strings.LastIndex(who, " (#PID<"); open > 0 || isPid(who) {
			return who, "", true, true
		}
	}
	return "", "", false, false
}

func opensProcess(_ *ingest.Record, body string) bool {
	_, _, _, ok := processHead(body)
	return ok
}

// readProcess reads the report of the emulator about a process that raised, and
// proc_lib's crash report. What follows "Ancestors" is printed at level debug
// only; the labels of neighbours are indented:
//
//	Process #PID<0.148.0> raised an exception
//	** (RuntimeError) raw
//	    t2.exs:53: anonymous fn/0 in :elixir_compiler_0.__FILE__/1
//
//	Process MyApp.W1 (#PID<0.120.0>) terminating
//	** (RuntimeError) cast boom
//	    gs.exs:31: MyApp.Worker.handle_cast/2
//	Initial Call: MyApp.Worker.init/1
//	Ancestors: [MyApp.Sup, #PID<0.94.0>]
//	Message Queue Length: 0
//	Neighbours:
//	    #PID<0.122.0>
//	        Initial Call: :erlang.apply/2
//	        Current Stacktrace:
//	            (stdlib 4.2) gen.erl:256: :gen.do_call/4
func readProcess(rec *ingest.Record) (*Report, int) {
	who, node, crash, _ := processHead(rec.Body)
	l := lexReport(rec, lineEnd(rec.Body, 0), &processLayout)
	defer l.release()
	r := elixirReport(rec, KindProcess, l)
	r.Process.nameAndPid(who)
	if node != "" {
		r.Node = unquoteName(strings.TrimPrefix(node, ":"))
	}
	r.setReason(l)
	for _, f := range l.fields {
		r.processField(f)
	}
	if crash {
		r.Complete = r.Complete && r.Process.InitialCall != "" && r.Process.Ancestors != nil
		r.Weak = len(r.Reason.Stack) == 0 && r.Process.InitialCall == ""
	} else {
		r.Weak = len(r.Reason.Stack) == 0
	}
	return r, l.end
}

// nameAndPid reads "MyApp.W1 (#PID<0.120.0>)" and "#PID<0.120.0>".
func (p *Process) nameAndPid(who string) {
	if open := strings.LastIndex(who, " ("); open > 0 && strings.HasSuffix(who, ")") && isPid(who[open+2:len(who)-1]) {
		p.Name, p.Pid = who[:open], who[open+2:len(who)-1]
		return
	}
	p.name(who)
}

// processField puts one labelled part of a crash report where it belongs.
func (r *Report) processField(f field) {
	switch f.Label {
	case "Initial Call":
		r.Process.InitialCall = f.Value
	case "Process Label":
		r.Process.Label = f.Value
	case "Ancestors":
		if r.Process.Ancestors = listItems(f.Value); r.Process.Ancestors == nil {
			r.Process.Ancestors = []string{} // it told them
		}
	case "Links":
		r.Process.Links = listItems(f.Value)
	default:
		r.keep(f.Label, f.Value)
	}
}
