package pipeline

import (
	"strings"
	"time"

	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/ingest"
)

// dated notes the day of a record, if it tells one.
func (f *flow) dated(rec *ingest.Record) {
	if rec == nil || f.Suppress == nil {
		return
	}
	if day := dayOf(rec.Time); day != "" {
		f.day = day
	}
}

// today is the day that a report's suppressions are compared with: what the user
// says, else the report's own, else the last that the log has told, so that the
// same log gives the same result on any day. Only of a log that has told none it
// is the machine's.
func (f *flow) today(r *parser.Report) string {
	if f.Now != "" {
		return f.Now
	}
	f.dated(r.Record)
	if f.day == "" {
		return time.Now().Format(time.DateOnly)
	}
	return f.day
}

// dayOf gives the day of a time with a date: "2026-12-31"; "" of any other.
func dayOf(at string) string {
	const form = "dddd-dd-dd"
	if len(at) < len(form) {
		return ""
	}
	day := at[:len(form)]
	if strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return 'd'
		}
		return r
	}, day) != form {
		return ""
	}
	return day
}
