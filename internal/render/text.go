package render

import (
	"cmp"
	"io"
	"strconv"
	"strings"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/classify/incident"
	"github.com/beamlog/beamlog/internal/console"
	"github.com/beamlog/beamlog/parser"
)

// text writes one line for each finding:
//
//	app.log:12: error bad_return_value MyApp.Cart (#PID<0.123.0>): MyApp.Cart returned 42 … [root i1]
//
// Fields are added at the end only.
type text struct {
	w   io.Writer
	p   *console.Palette
	buf strings.Builder
	o   Options
}

func newText(w io.Writer, o Options) Format { return &text{w: w, p: console.NewPalette(o.Color), o: o} }

func (t *text) Begin(Input) error                 { return nil }
func (t *text) Incident(*incident.Incident) error { return nil }

func (t *text) End(s Summary) error {
	if !t.o.Count {
		return nil
	}
	return t.groups(&s)
}

func (t *text) Finding(f *classify.Finding) error {
	b := &t.buf
	b.Reset()
	b.WriteString(t.p.Paint(console.Dim, place(f)+":"))
	b.WriteByte(' ')
	b.WriteString(t.p.Paint(severityRole(f.Severity), string(f.Severity)))
	b.WriteByte(' ')
	b.WriteString(t.p.Paint(console.Pattern, console.Line(f.Rule.ID)))
	if who := subject(f.Report); who != "" {
		b.WriteByte(' ')
		b.WriteString(t.p.Paint(console.Process, console.Line(who)))
	}
	b.WriteString(": ")
	b.WriteString(console.Line(oneLine(f.Summary())))
	b.WriteString(t.p.Paint(console.Dim, " ["+string(f.Role)+" "+f.Incident+"]"))
	if x := f.Suppressed; x != nil {
		b.WriteString(t.p.Paint(console.Dim, " suppressed: "+console.Line(oneLine(x.Reason))))
	}
	b.WriteByte('\n')
	if len(f.Parts) > 0 {
		page := page{width: cmp.Or(t.o.Width, console.DefaultWidth), p: t.p}
		page.recipe(f)
		page.blank()
		b.WriteString(page.take())
	}
	_, err := io.WriteString(t.w, b.String())
	return err
}

// place is where a report stands: "app.log:12".
func place(f *classify.Finding) string {
	file := "-"
	if r := f.Report.Record; r != nil && r.Input != "" {
		file = r.Input
	}
	return console.Line(file) + ":" + strconv.Itoa(f.Report.Line)
}

// subject names the process of a report: "MyApp.Cart (#PID<0.123.0>)".
func subject(r *parser.Report) string {
	p := &r.Process
	name := p.Name
	if p.Handler != "" {
		name = p.Handler + " in " + name
	}
	switch {
	case r.Kind == parser.KindSupervisor && r.Child != nil && r.Child.ID != "":
		child := r.Child.ID
		if r.Child.Pid != "" {
			child += " (" + r.Child.Pid + ")"
		}
		sup := p.Name
		if sup == "" {
			sup = p.Pid
		}
		if sup == "" {
			return child
		}
		return child + " of " + sup
	case name != "" && p.Pid != "" && name != p.Pid:
		return name + " (" + p.Pid + ")"
	case name != "":
		return name
	}
	return p.Pid
}

// oneLine joins the lines of a text with single spaces.
func oneLine(s string) string {
	if !strings.ContainsAny(s, "\n\t") && !strings.Contains(s, "  ") {
		return s
	}
	return strings.Join(strings.Fields(s), " ")
}

func severityRole(s classify.Severity) console.Role {
	switch s {
	case classify.Critical, classify.Error:
		return console.Bad
	case classify.Warning:
		return console.Warn
	}
	return console.Dim
}
