package parser

import (
	"strings"
	"testing"

	"github.com/beamlog/beamlog/parser/ingest"
)

func TestUnread(t *testing.T) {
	for name, c := range map[string]struct {
		rec ingest.Record
		why string // "" for what is no report
	}{
		"behaviour not known":     {ingest.Record{Level: "error", Body: "MyApp.Pump :left terminating\nbecause of rust"}, "a head of no known form"},
		"the same, cut":           {ingest.Record{Level: "error", Body: "MyApp.Pump :left terminating", Cut: true}, "a head of no known form; it is cut"},
		"title":                   {ingest.Record{Level: "error", Title: "CRASH REPORT", Body: "{weird,1}"}, "CRASH REPORT with a body of no known form"},
		"printer crashed":         {ingest.Record{Level: "error", Title: "CRASH REPORT", Body: "REPORT_CB/2 CRASH: #{label => {my_pump,crash}}; Reason: {error,badarg}"}, "a report that its logger failed to print"},
		"head":                    {ingest.Record{Level: "error", Body: "    crasher: nobody"}, "begins a report, but goes on in no known form"},
		"starred head":            {ingest.Record{Level: "error", Body: "** Reason for termination = none that is known"}, "begins a report, but goes on in no known form"},
		"banner in a message":     {ingest.Record{Level: "info", Body: "all good\n** (exit) not really"}, "a banner where nothing else tells of a report"},
		"banner of foreign lines": {ingest.Record{Level: "info", Body: "started\nCAUGHT ** (exit) x\n    ** (EXIT) y"}, ""},
		"frames":                  {ingest.Record{Level: "warning", Body: "handled:\n    (a 0.1.0) lib/a.ex:1: A.f/0\n    (a 0.1.0) lib/a.ex:2: A.g/0"}, "frames without the head of a report"},
		"one frame":               {ingest.Record{Level: "warning", Body: "handled:\n    (a 0.1.0) lib/a.ex:1: A.f/0"}, ""},
		"frames, level debug":     {ingest.Record{Level: "debug", Body: "handled:\n    (a 0.1.0) lib/a.ex:1: A.f/0\n    (a 0.1.0) lib/a.ex:2: A.g/0"}, ""},
		"prose":                   {ingest.Record{Level: "error", Body: "the GenServer terminating last night was restarted by its supervisor"}, ""},
		"prose that ends so":      {ingest.Record{Level: "error", Body: "the session of user 7 was terminated"}, ""},
		"one word":                {ingest.Record{Level: "error", Body: " terminating"}, ""},
		"banner inside a line":    {ingest.Record{Level: "error", Body: "payment failed ** (exit) is what the old gateway printed here"}, ""},
		"no banner":               {ingest.Record{Level: "error", Body: "** (soft) decline of card 4242"}, ""},
		"progress":                {ingest.Record{Title: "PROGRESS REPORT", Body: "    supervisor: {local,sasl_sup}\n    started: [{pid,<0.1.0>}]"}, ""},
		"signal":                  {ingest.Record{Level: "notice", Body: "SIGTERM received - shutting down"}, ""},
		"info line":               {ingest.Record{Level: "info", Body: "Worker 7 terminated"}, ""},
		"user's error under head": {ingest.Record{Level: "error", Title: "ERROR REPORT", Body: "plain #{a => 1}"}, ""},
		"nothing":                 {ingest.Record{}, ""},
	} {
		c.rec.Line = 1
		if got := Parse(&c.rec); len(got) > 0 {
			t.Errorf("%s: Parse gives a %s report", name, got[0].Kind)
		}
		why, unread := Unread(&c.rec)
		if why != c.why || unread != (c.why != "") {
			t.Errorf("%s: %q, %v; want %q", name, why, unread, c.why)
		}
	}
}

// TestUnreadBounded has signs so late in a record that nobody looks for them.
func TestUnreadBounded(t *testing.T) {
	rec := &ingest.Record{Level: "error", Body: strings.Repeat("x\n", maxUnreadLines) + "** (exit) late"}
	if why, unread := Unread(rec); unread {
		t.Errorf("unread: %s", why)
	}
}

// TestUnreadRest has a second piece in a record that gave a report: it is told once,
// with its place.
func TestUnreadRest(t *testing.T) {
	const head = "12:00:00.000 [error] GenServer MyApp.Cart terminating\n** (stop) :oops\nLast message: :a\nState: %{}\n"
	for piece, want := range map[string]string{
		"":                                         "",
		"all is well again\n":                      "",
		"CAUGHT ** (exit) x\n    ** (EXIT) :y\n":   "",
		"the server was up, then terminating\n":    "",
		"crasher: nobody\n    of: nothing\n":       "begins a report, but goes on in no known form",
		"handled:\nMyApp.Pump :left terminating\n": "begins a report, but goes on in no known form",
	} {
		for rec, err := range ingest.Records(t.Context(), strings.NewReader("x\n"+head+piece), "x.log", ingest.Options{}) {
			if err != nil {
				t.Fatal(err)
			}
			reports, left, why := ParseAll(rec)
			if len(reports) != 1 || why != want || (left != nil) != (want != "") {
				t.Fatalf("%q: %d reports, %q, want %q", piece, len(reports), why, want)
			}
			if left == nil {
				continue
			}
			from := 2 + len(head)
			if left.Line != 6 || left.EndLine != 7 || left.Offset != int64(from) || left.End != int64(from+len(piece)-1) || left.Body != strings.TrimSuffix(piece, "\n") {
				t.Errorf("%q: %+v", piece, left)
			}
		}
	}
}
