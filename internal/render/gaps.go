package render

import (
	"fmt"
	"strings"

	"github.com/beamlog/beamlog/internal/console"
)

// gaps tells, a sentence each, what was not read whole or not understood.
func (t *FileStats) gaps() []string {
	var all []string
	if t.Cut > 0 {
		all = append(all, count(t.Cut, "report")+" not complete: cut by the log's writer, a limit, or its end.")
	}
	if t.Dropped > 0 {
		all = append(all, console.Size(t.Dropped)+" of over-long lines were not read.")
	}
	if t.Unread > 0 {
		all = append(all, likeReports(t.Unread)+" not understood: beamlog parse --unparsed shows what.")
	}
	return all
}

// Gaps says on one line what was not read whole or not understood, for commands
// whose output does not tell it; "" if there is nothing of that kind:
//
//	13 reports, 1 not complete; 2 records that look like reports not understood (beamlog parse --unparsed); 1.2 kB not read
func (s *Summary) Gaps() string {
	t := s.Total()
	if t.Cut == 0 && t.Dropped == 0 && t.Unread == 0 {
		return ""
	}
	text := count(t.Reports, "report")
	if t.Cut > 0 {
		text += fmt.Sprintf(", %d not complete", t.Cut)
	}
	parts := []string{text}
	if t.Unread > 0 {
		parts = append(parts, likeReports(t.Unread)+" not understood (beamlog parse --unparsed)")
	}
	if t.Dropped > 0 {
		parts = append(parts, console.Size(t.Dropped)+" not read")
	}
	return strings.Join(parts, "; ")
}

func likeReports(n int64) string {
	if n == 1 {
		return "1 record that looks like a report"
	}
	return count(n, "record") + " that look like reports"
}
