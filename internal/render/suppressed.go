package render

import (
	"fmt"
	"slices"
	"strings"

	"github.com/beamlog/beamlog/classify/incident"
	"github.com/beamlog/beamlog/classify/suppress"
	"github.com/beamlog/beamlog/internal/console"
)

// Expected says on one line how much does not count, for commands whose output
// does not tell it; "" if all counts:
//
//	3 findings suppressed, and 1 incident with them (--show-suppressed shows them)
func (s *Summary) Expected() string {
	if s.Suppressed == 0 {
		return ""
	}
	text := count(s.Suppressed, "finding") + " suppressed"
	if s.SuppressedIncidents > 0 {
		text += ", and " + count(s.SuppressedIncidents, "incident") + " with them"
	}
	return text + " (--show-suppressed shows them)"
}

// Expired says of each suppression that has expired, and that would have left
// something out, that it did not:
//
//	.beamlog.toml:3: suppression "tests do that" expired on 2026-06-30: 2 findings count again
func (s *Summary) Expired() []string {
	var all []string
	for i := range s.Suppressions {
		if u := &s.Suppressions[i]; u.Again > 0 {
			text := fmt.Sprintf("%s expired on %s: %s", named(u), u.Until, count(int64(u.Again), "finding"))
			if u.Again == 1 {
				text += " counts again"
			} else {
				text += " count again"
			}
			all = append(all, text)
		}
	}
	return all
}

// Unused names the suppressions that nothing fitted:
//
//	.beamlog.toml:3: suppression "tests do that" fits nothing in this log
func (s *Summary) Unused() []string {
	var all []string
	for i := range s.Suppressions {
		if u := &s.Suppressions[i]; u.Findings+u.Again == 0 {
			all = append(all, named(u)+" fits nothing in this log")
		}
	}
	return all
}

func named(u *suppress.Use) string {
	return console.Line(fmt.Sprintf("%s: suppression %q", u.Place(), oneLine(u.Reason)))
}

// Others tells of the bugs that there are no groups of, because there are too
// many; "" if there are none:
//
//	and 12 incidents (30 findings) of other bugs: only 1000 are told apart
func (s *Summary) Others() string {
	if s.OtherIncidents == 0 {
		return ""
	}
	return fmt.Sprintf("and %s (%s) of other bugs: only %d are told apart",
		count(int64(s.OtherIncidents), "incident"), count(int64(s.OtherFindings), "finding"), len(s.Groups))
}

// expected tells what was left out, and why.
func (e *explain) expected(s *Summary) {
	if s.Suppressed == 0 {
		return
	}
	left := "Suppressed: " + count(s.Suppressed, "report")
	switch {
	case s.SuppressedIncidents > 0 && e.o.Suppressed:
		left += ", and with them all of " + count(s.SuppressedIncidents, "incident")
	case s.SuppressedIncidents > 0:
		left += ", and with them " + count(s.SuppressedIncidents, "incident") + ", left out here: --show-suppressed tells all"
	}
	e.page.para(console.Dim, left+".")
	for i := range s.Suppressions {
		u := &s.Suppressions[i]
		if u.Findings == 0 {
			continue
		}
		why := fmt.Sprintf("%s: %s", count(int64(u.Findings), "report"), oneLine(u.Reason))
		if u.Until != "" {
			why += ", until " + u.Until
		}
		e.page.item("• ", why+" ("+u.Place()+")")
	}
}

// hushed says of an incident that is told that a part of it does not count.
func (e *explain) hushed(in *incident.Incident) {
	if in.Suppressed == 0 {
		return
	}
	var why []string
	for _, f := range in.Findings {
		if x := f.Suppressed; x != nil {
			if text := fmt.Sprintf("%s (%s)", oneLine(x.Reason), x.Place); !slices.Contains(why, text) {
				why = append(why, text)
			}
		}
	}
	e.page.para(console.Dim, fmt.Sprintf("Suppressed: %d of %s: %s", in.Suppressed,
		count(int64(in.Count), "report"), strings.Join(why, "; ")))
}
