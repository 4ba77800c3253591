package render

import (
	"fmt"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/classify/incident"
	"github.com/beamlog/beamlog/internal/console"
)

// counted is a format that shows the groups alone, which it is given at the end.
type counted struct{ Format }

func (counted) Finding(*classify.Finding) error   { return nil }
func (counted) Incident(*incident.Incident) error { return nil }

// groups writes one line for each bug, the gravest first:
//
//	incidents  findings  severity  pattern  fingerprint  what it is, by the first incident
//
// Fields are added at the end only.
func (t *text) groups(s *Summary) error {
	incidents, findings := 1, 1
	for _, g := range s.Groups {
		incidents = max(incidents, len(fmt.Sprint(g.Incidents)))
		findings = max(findings, len(fmt.Sprint(g.Findings)))
	}
	for _, g := range s.Groups {
		_, err := fmt.Fprintf(t.w, "%*d %*d %s %s %s %s\n", incidents, g.Incidents, findings, g.Findings,
			t.p.Paint(severityRole(g.Severity), string(g.Severity)),
			t.p.Paint(console.Pattern, console.Line(g.Rule.ID)),
			t.p.Paint(console.Dim, g.Fingerprint),
			console.Line(oneLine(g.Sample.Root.Summary())))
		if err != nil {
			return err
		}
	}
	return nil
}

// groups writes one object for each bug, on a line of its own: those of "groups"
// in a document.
func (n *ndjson) groups(s *Summary) error {
	for _, g := range s.Groups {
		n.out.b, n.out.comma = n.out.b[:0], false
		n.out.group(g)
		if _, err := n.w.Write(append(n.out.b, '\n')); err != nil {
			return err
		}
	}
	return nil
}
