package render

import (
	"cmp"
	"io"
	"unicode/utf8"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/classify/incident"
	"github.com/beamlog/beamlog/parser"
)

// The names of the published schemas; docs/schema holds them.
const (
	FindingSchema = "beamlog.finding/v1"
	OutputSchema  = "beamlog/v1"
)

const (
	maxText       = 4 << 10  // bytes kept of a last message or a state
	maxReasonText = 64 << 10 // and of a reason
	maxIncidents  = 8 << 20  // bytes of incidents held back by json, which writes them after the findings
)

// ndjson writes one object for each finding, on a line of its own.
type ndjson struct {
	w     io.Writer
	out   writer
	count bool
}

func newNDJSON(w io.Writer, o Options) Format { return &ndjson{w: w, count: o.Count} }

func (n *ndjson) Begin(Input) error                 { return nil }
func (n *ndjson) Incident(*incident.Incident) error { return nil }

func (n *ndjson) End(s Summary) error {
	if !n.count {
		return nil
	}
	return n.groups(&s)
}

func (n *ndjson) Finding(f *classify.Finding) error {
	n.out.b, n.out.comma = n.out.b[:0], false
	n.out.finding(f)
	n.out.b = append(n.out.b, '\n')
	_, err := n.w.Write(n.out.b)
	return err
}

// jsonDoc writes one document with findings, incidents, groups and input. The
// findings are written as they come, the incidents are held until the end.
type jsonDoc struct {
	w         io.Writer
	out       writer
	some      bool
	incidents writer
	leftOut   int64
}

func newJSON(w io.Writer, _ Options) Format { return &jsonDoc{w: w} }

func (j *jsonDoc) Begin(Input) error {
	_, err := io.WriteString(j.w, `{"schema":"`+OutputSchema+`",`+"\n"+`"findings":[`)
	return err
}

func (j *jsonDoc) Finding(f *classify.Finding) error {
	j.out.b, j.out.comma = j.out.b[:0], false
	if j.some {
		j.out.b = append(j.out.b, ',')
	}
	j.some = true
	j.out.b = append(j.out.b, '\n')
	j.out.finding(f)
	_, err := j.w.Write(j.out.b)
	return err
}

func (j *jsonDoc) Incident(in *incident.Incident) error {
	w := &j.incidents
	if len(w.b) > maxIncidents {
		j.leftOut++
		return nil
	}
	if len(w.b) > 0 {
		w.b = append(w.b, ',')
	}
	w.b = append(w.b, '\n')
	w.comma = false
	w.incident(in)
	return nil
}

func (j *jsonDoc) End(s Summary) error {
	w := &j.out
	w.b, w.comma = append(w.b[:0], "],\n\"incidents\":["...), false
	w.b = append(w.b, j.incidents.b...)
	w.b = append(w.b, "],\n"...)
	w.array("groups", len(s.Groups), func(i int) {
		w.b = append(w.b, '\n')
		w.group(s.Groups[i])
	})
	w.b = append(w.b, ",\n"...)
	w.comma = false
	w.object("input", func() { w.input(&s, j.leftOut) })
	w.b = append(w.b, "}\n"...)
	_, err := j.w.Write(w.b)
	return err
}

// finding writes the object of design section 9, all keys always present.
func (w *writer) finding(f *classify.Finding) {
	r := f.Report
	w.open('{')
	w.str("schema", FindingSchema)
	w.str("kind", string(r.Kind))
	w.process("process", r)
	w.client(r)
	w.source(r)
	w.origin(r)
	if f.Alike != nil {
		w.alike.write(w, f.Alike, func() { w.why(f) })
	} else {
		w.why(f)
	}
	w.supervision(r)
	w.span("last_message", r.LastMessage, false)
	w.span("state", r.State, true)
	w.str("summary", f.Summary())
	w.known("fingerprint", f.Fingerprint)
	w.known("variant", f.Variant)
	w.known("incident", f.Incident)
	w.known("role", string(f.Role))
	w.bool("complete", r.Complete)
	w.recipe(f)
	if x := f.Suppressed; x != nil {
		w.object("suppressed", func() {
			w.str("reason", x.Reason)
			w.known("until", x.Until)
			w.str("place", x.Place)
		})
	}
	w.close('}')
}

// why writes the members that are the same for findings that are alike.
func (w *writer) why(f *classify.Finding) {
	r := f.Report
	w.object("reason", func() { w.reason(f) })
	w.str("pattern", f.Rule.ID)
	w.str("family", f.Rule.Family())
	w.str("title", f.Rule.Title)
	w.known("group", f.Rule.Group)
	w.str("confidence", string(f.Confidence))
	w.strings("alternatives", f.Alternatives)
	w.str("severity", string(f.Severity))
	w.known("nature", string(f.Nature))
	w.known("blame", f.Blame)
	if top := r.TopFrame(); top != nil {
		w.key("top_frame")
		w.frame(top)
	} else {
		w.null("top_frame")
	}
	w.stack("stacktrace", r.Reason.Stack)
}

func (w *writer) process(key string, r *parser.Report) {
	p := r.Process
	if r.Kind == parser.KindSlogan && p.Pid == "" && p.Name == "" {
		w.null(key)
		return
	}
	w.object(key, func() { w.processMembers(&p) })
}

func (w *writer) processMembers(p *parser.Process) {
	w.known("pid", p.Pid)
	w.known("name", p.Name)
	w.known("initial_call", p.InitialCall)
	w.known("label", p.Label)
	w.known("handler", p.Handler)
}

func (w *writer) client(r *parser.Report) {
	c := r.Client
	if c == nil {
		w.null("client")
		return
	}
	w.object("client", func() {
		w.clientMembers(c)
		if len(c.Stack) > 0 && r.Record != nil && len(r.Record.Body) <= maxAgainBody {
			w.stacks.write(w, stackKey{&c.Stack[0], len(c.Stack)}, func() { w.stack("stacktrace", c.Stack) })
		} else {
			w.stack("stacktrace", c.Stack)
		}
	})
}

func (w *writer) clientMembers(c *parser.Client) {
	w.known("pid", c.Pid)
	w.known("name", c.Name)
	w.known("state", c.State)
	w.known("node", c.Node)
}

func (w *writer) source(r *parser.Report) {
	file, stream := "-", ""
	if r.Record != nil {
		file, stream = r.Record.Input, r.Record.Stream
	}
	w.object("source", func() {
		w.str("file", file)
		w.int("line", int64(r.Line))
		w.int("end_line", int64(r.EndLine))
		w.known("stream", stream)
		w.int("offset", r.Offset)
		w.int("end_offset", r.End)
	})
}

// origin writes what the logger's prefix tells.
func (w *writer) origin(r *parser.Report) {
	rec := r.Record
	if rec == nil {
		w.null("time")
		w.null("level")
		w.known("node", r.Node)
		w.object("metadata", func() {})
		return
	}
	w.known("time", rec.Time)
	w.known("level", rec.Level)
	w.known("node", cmp.Or(r.Node, rec.Node))
	w.object("metadata", func() {
		for i, m := range rec.Metadata {
			if !seen(i, func(k int) bool { return rec.Metadata[k].Key == m.Key }) {
				w.sep()
				w.b = appendString(w.b, m.Key)
				w.b = append(w.b, ':')
				w.b = appendString(w.b, m.Value)
			}
		}
	})
}

// seen says whether same holds for an index below i: a key twice in one object
// is something that readers do not agree on.
func seen(i int, same func(int) bool) bool {
	for k := range i {
		if same(k) {
			return true
		}
	}
	return false
}

func (w *writer) reason(f *classify.Finding) {
	r := &f.Report.Reason
	text, _ := capped(r.Text, maxReasonText)
	w.known("text", text)
	w.term("term", r.Term)
	w.known("type", r.Type)
	w.known("class", r.Class)
	w.array("chain", len(r.Chain), func(i int) {
		link := &r.Chain[i]
		pattern := ""
		if i < len(f.ChainRules) {
			pattern = f.ChainRules[i]
		}
		w.open('{')
		w.linkMembers(link)
		w.known("pattern", pattern)
		w.stack("stacktrace", link.Stack)
		w.close('}')
	})
}

func (w *writer) linkMembers(l *parser.Link) {
	w.str("via", string(l.Via))
	w.known("relation", string(l.Relation))
	w.known("detail", l.Detail)
	w.known("target", l.Target)
}

func (w *writer) supervision(r *parser.Report) {
	w.supervisor(r.Supervisor)
	if r.Child != nil {
		w.object("child", func() { w.childMembers(r.Child) })
	} else {
		w.null("child")
	}
	w.known("context", r.Context)
}

func (w *writer) supervisor(s *parser.Supervisor) {
	if s == nil {
		w.null("supervisor")
		return
	}
	w.object("supervisor", func() {
		w.known("pid", s.Pid)
		w.known("name", s.Name)
		w.known("module", s.Module)
	})
}

func (w *writer) childMembers(c *parser.Child) {
	w.known("id", c.ID)
	w.known("pid", c.Pid)
	w.known("start", c.Start)
	w.known("restart", c.Restart)
	w.known("shutdown", c.Shutdown)
	w.known("type", c.Type)
}

// span writes a raw part of a report, shortened.
func (w *writer) span(key string, s *parser.Span, size bool) {
	if s == nil {
		w.null(key)
		return
	}
	text, cut := capped(s.Text, maxText)
	w.object(key, func() {
		w.str("text", text)
		w.bool("truncated", cut || s.Truncated)
		if size {
			w.int("bytes", int64(s.Bytes))
		}
	})
}

// capped cuts s to at most n bytes, not inside a character.
func capped(s string, n int) (string, bool) {
	if len(s) <= n {
		return s, false
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n], true
}

func (w *writer) stack(key string, frames []parser.Frame) {
	w.array(key, len(frames), func(i int) { w.frame(&frames[i]) })
}

func (w *writer) frame(f *parser.Frame) {
	w.open('{')
	w.frameMembers(f)
	w.close('}')
}

func (w *writer) frameMembers(f *parser.Frame) {
	w.str("mfa", f.MFA())
	w.known("app", f.App)
	w.known("version", f.Version)
	w.known("file", f.File)
	if f.Line > 0 {
		w.int("line", int64(f.Line))
	} else {
		w.null("line")
	}
}

func (w *writer) incident(in *incident.Incident) {
	w.open('{')
	w.str("id", in.ID)
	w.known("fingerprint", in.Root.Fingerprint)
	w.str("pattern", in.Root.Rule.ID)
	w.str("severity", string(in.Severity()))
	w.object("root", func() {
		w.str("file", sourceFile(in.Root.Report))
		w.int("line", int64(in.Root.Report.Line))
	})
	w.str("summary", in.Root.Summary())
	w.known("first", in.First)
	w.known("last", in.Last)
	w.int("findings", int64(in.Count))
	w.int("suppressed", int64(in.Suppressed))
	w.int("restarts", int64(in.Restarts))
	w.bool("gave_up", in.GaveUp)
	w.array("members", len(in.Findings), func(i int) {
		f := in.Findings[i]
		w.open('{')
		w.str("file", sourceFile(f.Report))
		w.int("line", int64(f.Report.Line))
		w.known("role", string(f.Role))
		w.known("why", f.Why)
		w.close('}')
	})
	w.strings("notes", in.Notes)
	w.patterns(in.Patterns)
	w.verdict(in.Root.Rule, in.Verdict)
	w.close('}')
}

// patterns writes what only several reports show.
func (w *writer) patterns(all []incident.Pattern) {
	w.array("patterns", len(all), func(i int) {
		p := &all[i]
		w.open('{')
		w.str("pattern", p.Rule.ID)
		w.str("title", p.Rule.Title)
		w.str("severity", string(p.Rule.Severity))
		w.str("text", p.Text)
		w.int("count", int64(p.Count))
		w.milliseconds("span_ms", p.Span)
		w.milliseconds("every_ms", p.Every)
		w.close('}')
	})
}

func (w *writer) milliseconds(key string, ms int64) {
	if ms > 0 {
		w.int(key, ms)
	} else {
		w.null(key)
	}
}

// verdict writes what a failure turned out to be, and what its rule says.
func (w *writer) verdict(rule *classify.Rule, v incident.Verdict) {
	w.object("verdict", func() {
		w.known("nature", string(v.Nature))
		w.known("rule", string(rule.Nature))
		w.known("why", v.Why)
	})
}

func (w *writer) group(g *incident.Group) {
	w.open('{')
	w.known("fingerprint", g.Fingerprint)
	w.str("pattern", g.Rule.ID)
	w.str("title", g.Rule.Title)
	w.str("severity", string(g.Severity))
	w.int("incidents", int64(g.Incidents))
	w.int("findings", int64(g.Findings))
	w.int("restarts", int64(g.Restarts))
	w.int("gave_up", int64(g.GaveUp))
	w.known("first", g.First)
	w.known("last", g.Last)
	w.str("sample", g.Sample.ID)
	w.patterns(g.Patterns)
	w.verdict(g.Rule, g.Verdict)
	w.close('}')
}

func (w *writer) input(s *Summary, leftOut int64) {
	w.array("files", len(s.Files), func(i int) {
		f := &s.Files[i]
		w.open('{')
		w.str("name", f.Name)
		w.counts(f)
		w.known("error", errorText(f.Err))
		w.close('}')
	})
	total := s.Total()
	w.counts(&total)
	w.int("incidents", s.Incidents)
	w.int("incidents_left_out", leftOut)
	w.int("other_incidents", int64(s.OtherIncidents))
	w.int("other_findings", int64(s.OtherFindings))
	w.int("suppressed", s.Suppressed)
	w.int("suppressed_incidents", s.SuppressedIncidents)
	w.array("suppressions", len(s.Suppressions), func(i int) {
		u := &s.Suppressions[i]
		w.open('{')
		w.str("place", u.Place())
		w.str("reason", u.Reason)
		w.known("until", u.Until)
		w.int("findings", int64(u.Findings))
		w.int("expired_findings", int64(u.Again))
		w.close('}')
	})
	w.bool("interrupted", s.Stopped)
}

func (w *writer) counts(f *FileStats) {
	w.int("bytes", f.Bytes)
	w.int("lines", f.Lines)
	w.int("records", f.Records)
	w.int("reports", f.Reports)
	w.int("cut", f.Cut)
	w.int("dropped_bytes", f.Dropped)
	w.int("unread", f.Unread)
	w.int("unread_bytes", f.UnreadBytes)
	w.int("without_report", f.Silent)
	w.int("without_report_bytes", f.SilentBytes)
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func sourceFile(r *parser.Report) string {
	if r.Record == nil {
		return "-"
	}
	return r.Record.Input
}
