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
		all = append(all, t.likeReports()+" not understood: beamlog parse --unparsed shows what.")
	}
	return all
}

// silent tells of the records that hold words that can open a report, and gave none:
//
//	6 records without a report (462 B)
func (t *FileStats) silent() string {
	return fmt.Sprintf("%s without a report (%s)", count(t.Silent, "record"), console.Size(t.SilentBytes))
}

// Gaps says on one line what was not read whole or not understood, for commands
// whose output does not tell it; "" if there is nothing of that kind:
//
//	13 reports, 1 not complete; 2 records (410 B) that look like reports not understood (beamlog parse --unparsed); 1.2 kB not read
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
		parts = append(parts, t.likeReports()+" not understood (beamlog parse --unparsed)")
	}
	if t.Dropped > 0 {
		parts = append(parts, console.Size(t.Dropped)+" not read")
	}
	return strings.Join(parts, "; ")
}

func (t *FileStats) likeReports() string {
	size := " (" + console.Size(t.UnreadBytes) + ")"
	if t.Unread == 1 {
		return "1 record" + size + " that looks like a report"
	}
	return count(t.Unread, "record") + size + " that look like reports"
}
