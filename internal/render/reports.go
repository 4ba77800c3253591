package render

import (
	"io"

	"github.com/beamlog/beamlog/parser"
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
	w.client(r.Client)
	w.source(r)
	w.origin(r)
	w.object("reason", func() { w.wholeReason(&r.Reason) })
	if top := r.TopFrame(); top != nil {
		w.key("top_frame")
		w.frame(top)
	} else {
		w.null("top_frame")
	}
	w.stack("stacktrace", r.Reason.Stack)
	w.supervision(r)
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
		w.known("pid", p.Pid)
		w.known("name", p.Name)
		w.known("initial_call", p.InitialCall)
		w.known("label", p.Label)
		w.known("handler", p.Handler)
		w.strings("ancestors", p.Ancestors)
		w.strings("links", p.Links)
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
		w.str("via", string(link.Via))
		w.known("relation", string(link.Relation))
		w.known("detail", link.Detail)
		w.known("target", link.Target)
		w.term("envelope", link.Envelope)
		w.stack("stacktrace", link.Stack)
		w.close('}')
	})
}

// term writes a term as text in Elixir's spelling, or null.
func (w *writer) term(key string, t term.Term) {
	if t.Kind == term.None {
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
