package render

import (
	"fmt"
	"strings"

	"github.com/beamlog/beamlog/classify/incident"
	"github.com/beamlog/beamlog/internal/console"
)

// Open tells the story of an incident that is new, and of one that was told
// before only what has come since.
func (e *explain) Open(in *incident.Incident) error {
	if e.o.Group != "" && !strings.HasPrefix(in.Root.Fingerprint, e.o.Group) {
		return nil
	}
	switch told, known := e.live[in.ID]; {
	case !known:
		e.tell(in)
	case in.Count > told:
		e.goesOn(in, in.Count-told)
	default:
		return nil
	}
	e.live[in.ID] = in.Count
	return e.flush()
}

// goesOn tells of the last n reports of an incident.
func (e *explain) goesOn(in *incident.Incident, n int) {
	p := &e.page
	p.blank()
	p.para(console.Heading, fmt.Sprintf("%s at %s goes on: %s more", in.Root.Rule.ID, place(in.Root), count(int64(n), "report")))
	shown := in.Findings[len(in.Findings)-min(n, maxNews, len(in.Findings)):]
	if left := n - len(shown); left > 0 {
		p.item("", fmt.Sprintf("%d not shown", left))
	}
	for _, f := range shown {
		text := fmt.Sprintf("%s %s: %s", place(f), f.Role, oneLine(f.Summary()))
		if f.Why != "" {
			text += " (" + f.Why + ")"
		}
		p.item("", text)
	}
}

// maxNews is how many reports are listed when an incident goes on.
const maxNews = 10
