// Package render writes findings and incidents: one file per output format,
// each a type that writes as results come.
package render

import (
	"fmt"
	"io"
	"strings"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/classify/incident"
	"github.com/beamlog/beamlog/classify/suppress"
)

// Format is an output format. The calls come in this order: Begin once, then
// findings and incidents as they become final (an incident after all of its
// findings), then End once.
type Format interface {
	Begin(Input) error
	Finding(*classify.Finding) error
	Incident(*incident.Incident) error
	End(Summary) error
}

// Live is what a Format may be too: where a log is followed, it is shown each
// incident while it is open, again each time that it has grown, and at last, when
// it is closed, by Incident.
type Live interface {
	Open(*incident.Incident) error
}

// Buffered is what a Format may be too: where it is, Flush shows what it was given,
// and is called before more is waited for.
type Buffered interface {
	Flush() error
}

// Input says what is about to be read.
type Input struct {
	Files []string // as the user named them; "-" is standard input
}

// FileStats says what was read of one input.
type FileStats struct {
	Name    string
	Bytes   int64 // after decompression
	Lines   int64
	Records int64 // log entries that were looked at closely
	Reports int64
	Cut     int64 // reports that are not complete
	Dropped int64 // bytes dropped from over-long lines and records
	Err     error // why it could not be read, or not to its end; nil if it was
	Unread  int64 // records that look like reports and were not understood

	UnreadBytes int64 // of these
	Silent      int64 // records that hold a word that can open a report and gave none, those that look like one included
	SilentBytes int64
}

// Summary says what was read in all, and what the whole of it shows.
type Summary struct {
	Files     []FileStats
	Incidents int64
	Groups    []*incident.Group // ranked
	Stopped   bool              // reading was interrupted

	OtherIncidents int // of bugs beyond those that groups are kept of
	OtherFindings  int

	Suppressed          int64          // findings that do not count
	SuppressedIncidents int64          // incidents that have no others
	Suppressions        []suppress.Use // all of the project's, and what became of them
}

// Total adds up the files.
func (s *Summary) Total() FileStats {
	var t FileStats
	for i := range s.Files {
		f := &s.Files[i]
		t.Bytes += f.Bytes
		t.Lines += f.Lines
		t.Records += f.Records
		t.Reports += f.Reports
		t.Cut += f.Cut
		t.Dropped += f.Dropped
		t.Unread += f.Unread
		t.UnreadBytes += f.UnreadBytes
		t.Silent += f.Silent
		t.SilentBytes += f.SilentBytes
	}
	return t
}

// Options say how formats for people look. JSON does not depend on them.
type Options struct {
	Color      bool
	Width      int    // columns; 0 is 80
	Spelling   string // of terms: "auto" (as the log does), "elixir", "erlang"
	Top        int    // explain: stories told after the table; 0 is 3
	Group      string // explain: only the group with this fingerprint (or a prefix of it)
	Follow     bool   // explain: the log is followed, and incidents are told as they come
	All        bool   // explain: the story of every incident
	Suppressed bool   // explain: what is suppressed is told all the same
	Count      bool   // text, json, ndjson: the groups alone, without findings and incidents
}

// formats is the table of formats, in the order in which help lists them.
var formats = [...]struct {
	name string
	make func(io.Writer, Options) Format
}{
	{"text", newText},
	{"json", newJSON},
	{"ndjson", newNDJSON},
	{"explain", newExplain},
}

// New gives the format of a name, writing to w.
func New(name string, w io.Writer, o Options) (Format, error) {
	for _, f := range formats {
		if f.name == name {
			if o.Count {
				return counted{f.make(w, o)}, nil
			}
			return f.make(w, o), nil
		}
	}
	return nil, fmt.Errorf("no output format %q; there are %s", name, Names())
}

// Names lists the formats that `classify --format` takes: "text, json, ndjson".
// The explain format is a command of its own.
func Names() string {
	var names []string
	for _, f := range formats {
		if f.name != "explain" {
			names = append(names, f.name)
		}
	}
	return strings.Join(names, ", ")
}
