package render

import (
	"io"

	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/ingest"
	"github.com/beamlog/beamlog/parser/term"
)

// ReportSchema is the schema of what [Reports] writes.
const ReportSchema = "beamlog.report/v1"

// Reports writes parsed reports, one JSON object a line, with all that was
// read: what stands in the log before anything is classified.
type Reports struct {
	w   io.Writer
	out writer
}

// NewReports gives a writer of reports.
func NewReports(w io.Writer) *Reports { return &Reports{w: w} }

// Report writes one report.
func (rs *Reports) Report(r *parser.Report) error {
	w := &rs.out
	w.b, w.comma = w.b[:0], false
	w.report(r)
	w.b = append(w.b, '\n')
	_, err := rs.w.Write(w.b)
	return err
}

func (w *writer) report(r *parser.Report) {
	w.open('{')
	w.str("schema", ReportSchema)
	w.str("kind", string(r.Kind))
	w.known("shape", r.Shape)
	w.str("dialect", dialectName(r.Dialect))
	w.wholeProcess(&r.Process)
	w.wholeClient(r.Client)
	w.source(r)
	w.record(r.Record)
	w.origin(r)
	w.object("reason", func() { w.wholeReason(&r.Reason) })
	if top := r.TopFrame(); top != nil {
		w.key("top_frame")
		w.wholeFrame(top)
	} else {
		w.null("top_frame")
	}
	w.wholeStack("stacktrace", r.Reason.Stack)
	w.supervisor(r.Supervisor)
	w.wholeChild(r.Child)
	w.known("context", r.Context)
	w.wholeSpan("last_message", r.LastMessage)
	w.wholeSpan("state", r.State)
	w.array("fields", len(r.Fields), func(i int) {
		w.open('{')
		w.str("key", r.Fields[i].Key)
		w.str("value", r.Fields[i].Value)
		w.close('}')
	})
	w.bool("weak", r.Weak)
	w.bool("complete", r.Complete)
	w.close('}')
}

func dialectName(d term.Dialect) string {
	if d == term.Erlang {
		return "erlang"
	}
	return "elixir"
}

func (w *writer) wholeProcess(p *parser.Process) {
	w.object("process", func() {
		w.processMembers(p)
		w.strings("ancestors", p.Ancestors)
		w.strings("links", p.Links)
	})
}

func (w *writer) wholeClient(c *parser.Client) {
	if c == nil {
		w.null("client")
		return
	}
	w.object("client", func() {
		w.clientMembers(c)
		w.wholeStack("stacktrace", c.Stack)
	})
}

// record writes the log entry that the report stands in.
func (w *writer) record(rec *ingest.Record) {
	if rec == nil {
		w.null("record")
		return
	}
	w.object("record", func() {
		w.str("writer", writerKey(rec.Writer))
		w.known("title", rec.Title)
		w.known("node", rec.Node)
		w.int("line", int64(rec.Line))
		w.int("end_line", int64(rec.EndLine))
		w.int("offset", rec.Offset)
		w.int("end_offset", rec.End)
		w.int("bytes", rec.Size)
		w.bool("cut", rec.Cut)
		w.int("dropped_bytes", rec.Dropped)
		w.bool("lenient", rec.Lenient)
	})
}

// writerKeys are the writers of records as JSON names them.
var writerKeys = [...]string{
	ingest.WriterNone: "none", ingest.WriterElixir: "elixir", ingest.WriterLegacy: "legacy", ingest.WriterFormatter: "formatter",
	ingest.WriterLager: "lager", ingest.WriterRabbit: "rabbitmq", ingest.WriterJSON: "json", ingest.WriterShell: "shell",
}

func writerKey(w ingest.Writer) string {
	if int(w) < len(writerKeys) {
		return writerKeys[w]
	}
	return "other"
}

func (w *writer) wholeStack(key string, frames []parser.Frame) {
	w.array(key, len(frames), func(i int) { w.wholeFrame(&frames[i]) })
}

// wholeFrame writes a frame with what it printed: its arguments, and the line
// itself.
func (w *writer) wholeFrame(f *parser.Frame) {
	w.open('{')
	w.frameMembers(f)
	w.bool("anonymous", f.Anon)
	w.known("args", f.Args)
	w.known("text", f.Text)
	w.close('}')
}

func (w *writer) wholeChild(c *parser.Child) {
	if c == nil {
		w.null("child")
		return
	}
	w.object("child", func() {
		w.childMembers(c)
		w.int("count", int64(c.Count))
	})
}

func (w *writer) wholeReason(r *parser.Reason) {
	w.known("text", r.Text)
	w.term("term", r.Term)
	w.term("cause", r.Cause)
	w.known("type", r.Type)
	w.known("class", r.Class)
	w.array("chain", len(r.Chain), func(i int) {
		link := &r.Chain[i]
		w.open('{')
		w.linkMembers(link)
		w.term("envelope", link.Envelope)
		w.wholeStack("stacktrace", link.Stack)
		w.close('}')
	})
}

// term writes a term as text in Elixir's spelling; null where there is none, or
// only words that are no term.
func (w *writer) term(key string, t term.Term) {
	if t.Kind == term.None || t.Kind == term.Raw {
		w.null(key)
		return
	}
	w.str(key, t.Elixir())
}

func (w *writer) wholeSpan(key string, s *parser.Span) {
	if s == nil {
		w.null(key)
		return
	}
	w.object(key, func() {
		w.str("text", s.Text)
		w.bool("truncated", s.Truncated)
		w.int("bytes", int64(s.Bytes))
	})
}
