package pipeline

import (
	"errors"
	"strings"
	"testing"

	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/ingest"
)

const unreadLog = `12:00:00.000 [error] MyApp.Pump :left terminating
because of rust
12:00:01.000 [error] GenServer MyApp.Cart terminating
** (stop) :oops
Last message: :a
12:00:02.000 [notice] SIGTERM received - shutting down
12:00:03.000 [error] the old GenServer terminating last night was restarted
`

// TestUnread has one record that looks like a report and is none that is known.
func TestUnread(t *testing.T) {
	all, file, bad := reports(t.Context(), t, unreadLog)
	if len(all) != 1 || file.Reports != 1 || file.Unread != 1 || len(bad) > 0 {
		t.Errorf("%d reports, %+v, %v", len(all), file, bad)
	}
	var told []string
	o := Options{Stdin: strings.NewReader(unreadLog), Unread: func(rec *ingest.Record, why string) error {
		told = append(told, rec.Body+": "+why)
		return nil
	}}
	nothing := func(*parser.Report) error { return nil }
	if _, err := Reports(t.Context(), o, nothing); err != nil {
		t.Fatal(err)
	}
	if len(told) != 1 || told[0] != "MyApp.Pump :left terminating\nbecause of rust: a head of no known form" {
		t.Errorf("told %q", told)
	}
	full := errors.New("no room")
	o.Stdin, o.Unread = strings.NewReader(unreadLog), func(*ingest.Record, string) error { return full }
	if _, err := Reports(t.Context(), o, nothing); !errors.Is(err, full) {
		t.Errorf("error %v", err)
	}
}
