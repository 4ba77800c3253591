package render

import (
	"fmt"
	"strings"

	"github.com/beamlog/beamlog/classify/incident"
	"github.com/beamlog/beamlog/classify/story"
	"github.com/beamlog/beamlog/internal/console"
)

// page lays text out for a person: sections, labelled facts, lists, wrapped
// to a width. Its methods take text of the log as it is and make it safe;
// only paint takes what is safe and painted already.
type page struct {
	b     strings.Builder
	p     *console.Palette
	width int
}

// take gives what was written since the last call.
func (p *page) take() string {
	s := p.b.String()
	p.b.Reset()
	return s
}

func (p *page) blank() { p.b.WriteByte('\n') }

// line writes a safe line as it is.
func (p *page) line(s string) { p.b.WriteString(strings.TrimRight(s, " ") + "\n") }

// paint wraps safe, painted text.
func (p *page) paint(s, first, rest string) { p.line(console.Wrap(s, p.width, first, rest)) }

// para writes a paragraph.
func (p *page) para(r console.Role, s string) {
	p.paint(p.p.Paint(r, console.Line(s)), "", "")
}

func (p *page) indented(s string) { p.paint(console.Line(s), "  ", "  ") }

func (p *page) heading(s string) {
	p.blank()
	p.line(p.p.Paint(console.Heading, console.Line(s)))
}

// rule draws a line across the page, with a label in it.
func (p *page) rule(label string) {
	if label != "" {
		label = "── " + label + " "
	}
	p.line(p.p.Paint(console.Dim, label+strings.Repeat("─", max(p.width-console.TextWidth(label), 0))))
	p.blank()
}

const labelWidth = 9

// fact writes a labelled text; nothing where the text is empty.
func (p *page) fact(label string, r console.Role, text string) {
	if text == "" {
		return
	}
	safe := console.Line(text)
	lead := len(safe) - len(strings.TrimLeft(safe, " "))
	indent := strings.Repeat(" ", 2+labelWidth+lead)
	first := "  " + p.p.Paint(console.Dim, console.Pad(label, labelWidth)) + strings.Repeat(" ", lead)
	p.paint(p.p.Paint(r, safe[lead:]), first, indent)
}

// list writes a section of items; nothing where there are none. A bullet with
// %d in it numbers them.
func (p *page) list(heading, bullet string, items []string) {
	if len(items) == 0 {
		return
	}
	p.heading(heading)
	for i, s := range items {
		mark := bullet
		if strings.Contains(bullet, "%d") {
			mark = fmt.Sprintf(bullet, i+1)
		}
		p.item(mark, s)
	}
}

func (p *page) item(bullet, s string) {
	p.paint(console.Line(s), "  "+bullet, "  "+strings.Repeat(" ", console.TextWidth(bullet)))
}

// row writes columns.
func (p *page) row(cells ...string) {
	var b strings.Builder
	for _, c := range cells {
		if c != "" {
			b.WriteString("  " + console.Line(c))
		}
	}
	p.line(b.String())
}

// title is the first line of a story: how grave, which pattern, where it stands.
func (p *page) title(s *story.Story, in *incident.Incident) {
	left := string(s.Severity) + "  " + console.Line(s.Pattern)
	right := place(in.Root)
	if line, ok := strings.CutPrefix(right, "-:"); ok {
		right = "stdin:" + line
	}
	if in.First != "" {
		right += "  " + console.Line(strings.Replace(in.First, "T", " ", 1))
	}
	gap := p.width - console.TextWidth(left) - console.TextWidth(right)
	painted := p.p.Paint(severityRole(s.Severity), string(s.Severity)) + "  " + p.p.Paint(console.Pattern, console.Line(s.Pattern))
	if gap < 2 {
		p.line(painted)
		p.line(p.p.Paint(console.Dim, right))
	} else {
		p.line(painted + strings.Repeat(" ", gap) + p.p.Paint(console.Dim, right))
	}
	p.para(console.Dim, s.Title+" · "+s.Fingerprint+" · "+s.Incident)
}
