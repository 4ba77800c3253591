package parser

import (
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
			if f.Key == key && (isBanner(f.Value[:lineEnd(f.Value, 0)]) || opensExitText(f.Value) || isRawCrash(f.Value)) {
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

func opensJSONStack(rec *ingest.Record, _ string) bool {
	_, ok := crashField(rec)
	return ok
}

func readJSONStack(rec *ingest.Record) (*Report, int) {
	value, _ := crashField(rec)
	r := &Report{Kind: KindOther, Dialect: term.Elixir, Line: rec.Line, EndLine: rec.EndLine, Complete: true}
	if strings.HasPrefix(value, "{") {
		r.Reason = Normalize(readTerm(value))
		r.Reason.Text = rec.Body
	} else {
		value = strings.Replace(value, "\nContext:\n", "\n", 1)
		lay := &bannerLayout
		if opensExitText(value) {
			lay = &exitTextLayout
		}
		tree, l := parseText(bannerGrammar(), value, lay)
		r.setReason(tree.Reason, l)
		r.Complete = r.Complete && !l.open
	}
	if r.Kind = loggedBy(rec); r.Kind == KindOther {
		r.kindOfStack()
	}
	r.prove()
	return r, len(rec.Body)
}

// loggers are the modules that log reports, and the kind of those.
var loggers = [...]struct {
	module string
	kind   Kind
}{
	{"gen_server", KindGenServer},
	{"gen_statem", KindGenStatem},
	{"gen_event", KindGenEvent},
	{"Elixir.Task.Supervised", KindTask},
	{"Elixir.DBConnection.Connection", KindConnection},
	{"Elixir.Broadway.Topology", KindJob},
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
