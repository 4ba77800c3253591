package parser

import (
	"strings"

	"github.com/beamlog/beamlog/parser/ingest"
)

var taskLayout = layout{labels: []string{"Process Label", "Function", "    Args", "    Hint"}}

// taskHead reads "Task <who> started from <who> terminating".
func taskHead(body string) (task, starter string, ok bool) {
	if !strings.HasPrefix(body, "Task ") {
		return "", "", false
	}
	who, ok := strings.CutSuffix(strings.TrimPrefix(firstLine(body), "Task "), terminating)
	if !ok {
		return "", "", false
	}
	return strings.Cut(who, " started from ")
}

func opensTask(_ *ingest.Record, body string) bool {
	_, _, ok := taskHead(body)
	return ok
}

// readTask reads the report of a Task that stopped, in all versions. Args is
// indented like a frame:
//
//	Task #PID<0.143.0> started from #PID<0.94.0> terminating
//	** (RuntimeError) task boom
//	    t2.exs:37: anonymous fn/0 in :elixir_compiler_0.__FILE__/1
//	    (elixir 1.18.4) lib/task/supervised.ex:101: Task.Supervised.invoke_mfa/2
//	Function: &String.to_integer/1
//	    Args: ["zz"]
//
// 1.20 adds a hint where a process of the compiler does not find a module:
//
//	Hint: if this module is defined somewhere, this error may have happened because …
func readTask(rec *ingest.Record) (*Report, int) {
	task, starter, _ := taskHead(rec.Body)
	l := lexReport(rec, lineEnd(rec.Body, 0), &taskLayout)
	defer l.release()
	r := elixirReport(rec, KindTask, l)
	if r.onlyTitle(l, task, starter) {
		return nil, l.end
	}
	r.Process.name(task)
	r.keep("Started from", starter)
	r.setReason(l)
	for _, f := range l.fields {
		if f.Label == "Process Label" {
			r.Process.Label = f.Value
		} else {
			r.keep(f.Label, f.Value)
		}
	}
	_, function := r.field("Function")
	_, args := r.field("Args")
	r.Complete = r.Complete && function && args
	r.Weak = len(r.Reason.Stack) == 0 && !function
	return r, l.end
}
