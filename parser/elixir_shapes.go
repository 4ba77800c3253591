package parser

import (
	"strings"

	"github.com/beamlog/beamlog/parser/ingest"
	"github.com/beamlog/beamlog/parser/term"
)

// elixirShapes are the shapes that Elixir's Logger and the programs round it
// write.
func elixirShapes() []shape {
	return []shape{
		{name: "elixir_termination", opens: opensTermination, next: readTermination},
		{name: "elixir_task", opens: opensTask, next: readTask},
		{name: "elixir_process", opens: opensProcess, next: readProcess},
		{name: "elixir_supervisor", opens: opensSupervisor, next: readSupervisor},
		{name: "elixir_application", opens: opensApplication, next: readApplication},
		{name: "elixir_request", opens: opensRequest, next: readRequest},
		{name: "elixir_connection", opens: opensConnection, next: readConnection},
		{name: "elixir_job", opens: opensJob, next: readJob},
		{name: ShapeMessage, opens: opensMessage, next: readMessage},
		{name: "exunit", opens: opensExUnit, next: readExUnit},
		{name: "pasted", opens: opensPasted, next: readPasted},
		{name: "elixir_banner", opens: opensBanner, next: readBanner},
		{name: "json_stacktrace", opens: opensJSONStack, next: readJSONStack},
	}
}

// firstLine gives the first line of a body, without trailing blanks.
func firstLine(body string) string {
	return strings.TrimRight(body[:lineEnd(body, 0)], " \r")
}

// elixirReport begins the report that l was made for.
func elixirReport(rec *ingest.Record, kind Kind, l *runLexer) *Report {
	r := elixirReportTo(rec, kind, l.end)
	r.Complete = r.Complete && !l.open
	return r
}

// elixirReportTo begins the report that goes up to end.
func elixirReportTo(rec *ingest.Record, kind Kind, end int) *Report {
	r := &Report{Kind: kind, Dialect: term.Elixir, Line: rec.Line, EndLine: rec.EndLine}
	body := rec.Body
	end = min(end, len(body))
	for end > 0 && (body[end-1] == '\n' || body[end-1] == ' ') {
		end--
	}
	if rec.EndLine == 0 || strings.TrimSpace(body[end:]) != "" {
		r.EndLine = physicalLine(rec, strings.Count(body[:end], "\n"))
	}
	r.Complete = !strings.HasSuffix(body[:end], truncated)
	return r
}

// onlyTitle says whether nothing but its first line was read, and what that line
// calls a process is a bare word, which no report prints: prose.
//
//	GenServer cluster terminating
func (r *Report) onlyTitle(l *runLexer, names ...string) bool {
	if len(l.reason) > 0 || len(l.fields) > 0 {
		return false
	}
	for _, name := range names {
		if name != "" && !isInspected(name) {
			return true
		}
	}
	return false
}

// isInspected says whether a text is one term as Elixir prints it, and no word
// of prose.
func isInspected(s string) bool {
	t, end, _ := term.ReadIn(s, term.Elixir)
	return t.Kind != term.Var && t.Kind != term.Raw && t.Kind != term.None && end == len(s)
}

// setReason gives the report the reason that l has cut, and tells its outermost
// level; without one the report is not complete.
func (r *Report) setReason(l *runLexer) *level {
	t := l.tell()
	if t == nil {
		r.Complete = false
		return nil
	}
	r.Reason = t.reason
	if r.Reason.Term.Kind == term.None {
		r.Complete = false
	}
	return t.level
}

// maxSpan bounds the text kept of a span or field.
const maxSpan = 64 << 10

// span keeps a raw part of a report.
func span(s string) *Span {
	sp := &Span{Text: s, Bytes: len(s), Truncated: strings.HasSuffix(s, truncated)}
	if len(s) > maxSpan {
		sp.Text, sp.Truncated = s[:maxSpan], true
	}
	return sp
}

// keep adds a labelled part that has no place of its own.
func (r *Report) keep(key, value string) {
	if len(value) > maxSpan {
		value = value[:maxSpan]
	}
	if r.Fields == nil {
		r.Fields = make([]ingest.Field, 0, 8)
	}
	r.Fields = append(r.Fields, ingest.Field{Key: key, Value: value})
}

// knownLists remembers ancestors and links. Nobody changes a list that was read.
var knownLists = memo[[]string]{max: 256}

// listItems gives the elements of a printed list as they are printed.
func listItems(s string) []string {
	items, _ := knownLists.read(s, parseItems)
	return items
}

// parseItems is listItems for a text that is not known.
func parseItems(s string) ([]string, bool) {
	t, _, _ := term.ReadIn(s, term.Elixir)
	if t.Kind != term.List {
		return nil, false
	}
	var out []string
	for _, e := range t.Args {
		if len(out) == maxItems {
			break
		}
		if int(e.End) > int(e.Start) && int(e.End) <= len(s) {
			out = append(out, s[e.Start:e.End])
		}
	}
	return out, true
}

// maxItems bounds how many ancestors or links are kept.
const maxItems = 256
