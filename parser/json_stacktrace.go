package parser

import (
	"slices"
	"strings"

	"github.com/beamlog/beamlog/parser/ingest"
	"github.com/beamlog/beamlog/parser/term"
)

// A JSON logger may print a crash without its header: the message is the
// exception's, and banner and frames stand in a field. LoggerJSON's formatter for
// Google Cloud writes the frames in another way:
//
//	"message": "price feed is down"
//	"stack_trace": "** (RuntimeError) price feed is down\n    (shop 0.4.2) lib/shop/pricing.ex:6:in `Shop.Pricing.boom/1'\n"
//	"context": {"reportLocation": {"functionName": "gen_server.error_info/8"}}
//
// Frames without a file stand last, behind a line "Context:". What kind of process
// died, the frames tell, or the function that logged the report.

// stackKeys are the fields that hold a banner with its frames, or a raw reason.
var stackKeys = [...]string{"stack_trace", "error.stack_trace", "error.stack", "stacktrace", "exception", "stack",
	"exc_info", "error", "error.message", "crash_reason", "metadata.crash_reason", "reason"}

// crashField gives the field of a JSON record that tells of a crash.
func crashField(rec *ingest.Record) (value string, ok bool) {
	if rec.Writer != ingest.WriterJSON {
		return "", false
	}
	for _, key := range stackKeys {
		for _, f := range rec.Metadata {
			if f.Key == key && (isBanner(f.Value[:lineEnd(f.Value, 0)]) || opensExitText(f.Value) || isRawCrash(f.Value) ||
				strings.HasSuffix(key, "crash_reason") && isCrashReason(f.Value)) {
				return f.Value, true
			}
		}
	}
	return "", false
}

// isRawCrash says whether s is an inspected {reason, stacktrace}.
func isRawCrash(s string) bool {
	if !strings.HasPrefix(s, "{") || !strings.Contains(s, "[{") {
		return false
	}
	t := readTerm(s)
	return t.Kind == term.Tuple && len(t.Args) == 2 && isStack(t.Args[1])
}

// isCrashReason says whether s is what Logger calls the crash reason, of which
// the stack may be empty.
func isCrashReason(s string) bool {
	if !strings.HasPrefix(s, "{") || !strings.HasSuffix(s, "[]}") {
		return false
	}
	t := readTerm(s)
	return t.Kind == term.Tuple && len(t.Args) == 2 && t.Args[1].Kind == term.List && len(t.Args[1].Args) == 0
}

func opensJSONStack(rec *ingest.Record, _ string) bool {
	_, ok := crashField(rec)
	return ok
}

func readJSONStack(rec *ingest.Record) (*Report, int) {
	value, _ := crashField(rec)
	r := &Report{Kind: KindOther, Dialect: term.Elixir, Line: rec.Line, EndLine: rec.EndLine, Complete: true}
	r.setCrashField(value, rec.Body)
	if r.Kind = loggedBy(rec); r.Kind == KindOther {
		r.kindOfStack()
	}
	switch r.Kind {
	case KindGenServer, KindGenStatem, KindTask, KindProcess: // these log of themselves
		r.Process.Pid = jsonField(rec, "pid")
	}
	r.prove()
	return r, len(rec.Body)
}

// setCrashField reads the reason in a field that [crashField] gives.
func (r *Report) setCrashField(value, text string) {
	if strings.HasPrefix(value, "{") {
		t := readTerm(value)
		if len(t.Args) == 2 && t.Args[1].Kind == term.List && len(t.Args[1].Args) == 0 {
			t = t.Args[0]
		}
		r.Reason = rawReason(t, value, term.Elixir)
		r.Reason.Text = text
		return
	}
	value = contextFirst(value)
	lay := &bannerLayout
	if opensExitText(value) {
		lay = &exitTextLayout
	}
	l := lexText(value, lay)
	defer l.release()
	r.setReason(l)
	r.Complete = r.Complete && !l.open
}

// contextFirst puts the frames without a file on top. They are those of functions
// that are not defined and of the runtime's own, which call no others.
func contextFirst(value string) string {
	const mark = "\nContext:\n"
	placed, context, ok := strings.Cut(value, mark)
	if !ok {
		return value
	}
	first := strings.Index(placed, "\n    ")
	for first >= 0 && !strings.Contains(placed[first+1:lineEnd(placed, first+1)], ":in `") {
		next := strings.Index(placed[first+1:], "\n    ")
		if next < 0 {
			first = -1
			break
		}
		first += 1 + next
	}
	if first < 0 {
		return placed + "\n" + context
	}
	return placed[:first+1] + strings.TrimRight(context, "\n") + placed[first:]
}

// jsonField gives a member of a JSON entry by its name; "" if there is none.
func jsonField(rec *ingest.Record, keys ...string) string {
	for _, key := range keys {
		for _, f := range slices.Backward(rec.Metadata) { // of JSON in JSON the inner one
			if f.Key == key {
				return f.Value
			}
		}
	}
	return ""
}

// addJSONReason gives a report whose message tells no reason the one that stands
// in other fields of its entry:
//
//	"message": "GenServer MyApp.Cart terminating"
//	"error": {"kind": "RuntimeError", "message": "boom", "stack": "    lib/cart.ex:3: MyApp.Cart.add/2\n"}
//
//	"message": "GenServer MyApp.Cart terminating"
//	"crash_reason": "{%RuntimeError{message: \"boom\"}, [{MyApp.Cart, :add, 2, [file: 'lib/cart.ex', line: 3]}]}"
func (r *Report) addJSONReason(rec *ingest.Record) {
	if rec.Writer != ingest.WriterJSON || r.Reason.Term.Kind != term.None || len(r.Reason.Stack) > 0 {
		return
	}
	value := jsonError(rec)
	if value == "" {
		var ok bool
		if value, ok = crashField(rec); !ok {
			return
		}
	}
	text := r.Reason.Text
	r.Complete, r.Weak = true, false
	r.setCrashField(value, text)
	if r.Reason.Text == "" {
		r.Reason.Text = r.Reason.Term.Elixir()
	}
	r.prove()
}

// jsonError puts an error that stands in several fields together as Elixir would
// print it; "" if there is none.
func jsonError(rec *ingest.Record) string {
	kind := strings.TrimPrefix(jsonField(rec, "error.kind", "error.type", "error.class", "exception.type", "exception.class"), "Elixir.")
	switch {
	case kind == "exit", kind == "throw":
	case kind == "" || kind[0] < 'A' || kind[0] > 'Z' || !isExceptionName(kind):
		return ""
	}
	text := "** (" + kind + ") " + jsonField(rec, "error.message", "exception.message", "error.reason")
	stack := jsonField(rec, "error.stack", "error.stack_trace", "error.stacktrace", "exception.stacktrace", "stacktrace", "stack")
	if isBanner(stack[:lineEnd(stack, 0)]) {
		return stack
	}
	if stack != "" {
		text += "\n" + stack
	}
	return text
}

// loggers are the modules that log reports, and the kind of those.
var loggers = [...]struct {
	module string
	kind   Kind
}{
	{"gen_server", KindGenServer},
	{"gen_statem", KindGenStatem},
	{"gen_event", KindGenEvent},
	{"proc_lib", KindProcess},
	{"Elixir.Task.Supervised", KindTask},
	{"Elixir.DBConnection.Connection", KindConnection},
	{"Elixir.Broadway.Topology", KindJob},
	{"Elixir.Quantum.Executor", KindJob},
	{"Elixir.Bandit.Pipeline", KindRequest},
}

// loggedBy gives the kind of a report by the function that logged it; other if
// the record does not tell.
func loggedBy(rec *ingest.Record) Kind {
	for _, f := range rec.Metadata {
		if f.Key != "context.reportLocation.functionName" {
			continue
		}
		for _, l := range loggers {
			if rest, ok := strings.CutPrefix(f.Value, l.module); ok && strings.HasPrefix(rest, ".") {
				return l.kind
			}
		}
	}
	return KindOther
}

// kindOfStack finds what kind of process died, by the frames alone.
func (r *Report) kindOfStack() {
	switch {
	case r.hasModule("gen_server") || r.hasModule("Elixir.Agent.Server"):
		r.Kind = KindGenServer
	case r.hasModule("gen_statem"):
		r.Kind = KindGenStatem
	case r.hasModule("gen_event"):
		r.Kind = KindGenEvent
	case r.hasModule("Elixir.Task.Supervised"):
		r.Kind = KindTask
	default:
		r.bannerKind()
	}
}
