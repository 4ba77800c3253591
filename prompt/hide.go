package prompt

import (
	"strings"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/classify/incident"
	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/term"
)

// hide returns a copy of an incident in which all terms and texts are fit for
// the prompt. What is made from it, shortened or put into sentences, holds no
// secret: a value cut in half could not be found afterwards.
func (b *builder) hide(in *incident.Incident) *incident.Incident {
	out := *in
	out.Findings = nil
	out.Root = nil
	reports := map[*parser.Report]*parser.Report{}
	for _, f := range in.Findings {
		c := b.hideFinding(f, reports)
		if f == in.Root {
			out.Root = c
		}
		out.Findings = append(out.Findings, c)
	}
	if out.Root == nil {
		out.Root = b.hideFinding(in.Root, reports)
	}
	out.Notes = b.all(in.Notes)
	return &out
}

func (b *builder) hideFinding(f *classify.Finding, reports map[*parser.Report]*parser.Report) *classify.Finding {
	c := *f
	if reports[f.Report] == nil {
		reports[f.Report] = b.hideReport(f.Report, f == b.in.Root)
	}
	c.Report = reports[f.Report]
	c.Bindings = nil
	for _, x := range f.Bindings {
		c.Bindings = append(c.Bindings, classify.Binding{Name: x.Name, Value: b.term(x.Value)})
	}
	summary := f.Summary()
	// One that holds a shortened value is written again from hidden ones.
	if strings.Contains(summary, "#Cut<") || strings.Contains(summary, "…") {
		summary = c.Fill(f.Rule.Summary)
	}
	c.SetSummary(b.line(summary))
	c.Alike, c.Why = nil, b.line(f.Why)
	return &c
}

// hideReport hides what is secret in a report. The body and the state are kept
// of the root only: nothing is told of the others', and they can be large.
func (b *builder) hideReport(r *parser.Report, root bool) *parser.Report {
	c := *r
	record := *r.Record
	if root {
		record.Body = b.safe(head(record.Body, maxBody))
		c.State = b.span("state", r.State)
	} else {
		record.Body, c.State = "", nil
	}
	record.Input, record.Stream, record.Node = b.line(record.Input), b.line(record.Stream), b.line(record.Node)
	c.Record = &record
	c.Reason = b.hideReason(r.Reason)
	c.LastMessage = b.span("message", r.LastMessage)
	p := &c.Process
	p.Pid, p.Name, p.InitialCall = b.line(p.Pid), b.safe(p.Name), b.line(p.InitialCall)
	p.Label, p.Handler = b.safe(p.Label), b.safe(p.Handler)
	p.Ancestors, p.Links = b.all(p.Ancestors), b.all(p.Links)
	if r.Supervisor != nil {
		c.Supervisor = &parser.Supervisor{Pid: b.line(r.Supervisor.Pid), Name: b.safe(r.Supervisor.Name), Module: b.line(r.Supervisor.Module)}
	}
	c.Fields = nil
	for _, f := range r.Fields {
		f.Key = b.line(f.Key)
		f.Value = b.labelled(f.Key, f.Value)
		c.Fields = append(c.Fields, f)
	}
	if r.Client != nil {
		client := *r.Client
		client.Pid, client.Name, client.Node = b.line(client.Pid), b.safe(client.Name), b.line(client.Node)
		client.Stack = b.frames(client.Stack)
		c.Client = &client
	}
	if r.Child != nil {
		child := *r.Child
		child.ID, child.Start, child.Pid = b.safe(child.ID), b.safe(child.Start), b.line(child.Pid)
		c.Child = &child
	}
	return &c
}

// maxBody is how much of the root's report is read.
const maxBody = 128 << 10

// head is the first lines of s, at most n bytes.
func head(s string, n int) string {
	if len(s) <= n {
		return s
	}
	s = s[:n]
	if i := strings.LastIndexByte(s, '\n'); i > 0 {
		return s[:i]
	}
	return strings.ToValidUTF8(s, "")
}

func (b *builder) hideReason(r parser.Reason) parser.Reason {
	r.Text = b.safe(r.Text)
	r.Term, r.Cause, r.Stack = b.term(r.Term), b.term(r.Cause), b.frames(r.Stack)
	chain := r.Chain
	r.Chain = nil
	for _, l := range chain {
		l.Detail, l.Target = b.shortenCall(b.safe(l.Detail), maxDetail), b.safe(l.Target)
		l.Envelope, l.Stack = b.term(l.Envelope), b.frames(l.Stack)
		r.Chain = append(r.Chain, l)
	}
	return r
}

// maxDetail is how many bytes are shown of a call in the reason's chain.
const maxDetail = 500

func (b *builder) frames(frames []parser.Frame) []parser.Frame {
	var out []parser.Frame
	for _, f := range frames {
		f.Text = b.safe(f.Text)
		if f.Args != "" {
			f.Args = b.frameArgs(f)
		}
		out = append(out, f)
	}
	return out
}

// frameArgs hides secrets in the arguments that a frame carries: the state
// stands there when a callback has no clause for its message. The function's
// name tells which of them are secret by their position.
func (b *builder) frameArgs(f parser.Frame) string {
	args, _ := Clean(f.Args)
	inner := strings.TrimSuffix(strings.TrimPrefix(args, "["), "]")
	call := b.red.Text(f.Function + "(" + inner + ")")
	return strings.TrimSuffix(strings.TrimPrefix(call, f.Function+"("), ")")
}

// term hides what is secret in t.
func (b *builder) term(t term.Term) term.Term {
	if t.Kind == term.None {
		return t
	}
	return b.red.Term(t)
}

// span hides what is secret in a raw part of a report.
func (b *builder) span(label string, s *parser.Span) *parser.Span {
	if s == nil {
		return nil
	}
	c := *s
	c.Text = b.labelled(label, s.Text)
	return &c
}

// labelled hides what is secret in a value with its label before it.
func (b *builder) labelled(label, s string) string {
	out := b.safe(label + ": " + s)
	if rest, ok := strings.CutPrefix(out, label+": "); ok {
		return rest
	}
	return b.safe(s)
}

func (b *builder) all(list []string) []string {
	var out []string
	for _, s := range list {
		out = append(out, b.line(s))
	}
	return out
}
