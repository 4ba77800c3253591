package ingest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestHeadParts has heads as templates of logger_formatter and formats of lager can
// write them. Line by line: a report of one line, one of several lines, and an
// entry that is none between them.
func TestHeadParts(t *testing.T) {
	const at = "2026-11-21T02:22:43.090138+00:00"
	pid := Field{"pid", "<0.1.0>"}
	place := Field{"mfa", "gen_server:error_info/8:123"}
	tests := map[string]Record{
		at + " error: <0.1.0> ":                                          {Time: at, Level: "error", Metadata: []Field{pid}},
		at + " error: gen_server:error_info/8:123 ":                      {Time: at, Level: "error", Metadata: []Field{place}},
		at + " error <0.1.0>@gen_server:error_info/8:123 ":               {Time: at, Level: "error", Metadata: []Field{pid, place}},
		at + " error:gen_server:error_info/8:123: ":                      {Time: at, Level: "error", Metadata: []Field{place}},
		at + " error a@b <0.1.0> ":                                       {Time: at, Level: "error", Node: "a@b", Metadata: []Field{pid}},
		at + " [error] [<0.1.0>] [gen_server:error_info/8:123] ":         {Time: at, Level: "error", Metadata: []Field{pid, place}},
		at + " [error] pid: <0.1.0>, mfa: gen_server:error_info/8:123, ": {Time: at, Level: "error", Metadata: []Field{pid, place}},
		at + " [error] a@b <0.1.0> ":                                     {Time: at, Level: "error", Node: "a@b", Metadata: []Field{pid}},
		at + " <0.1.0> error: ":                                          {Time: at, Level: "error", Metadata: []Field{pid}},
		at + " [gen_server:error_info/8:123] error: ":                    {Time: at, Level: "error", Metadata: []Field{place}},
		at + " | error | ":                                               {Time: at, Level: "error"},
		at + " | error | <0.1.0> | gen_server:error_info/8:123 | ":       {Time: at, Level: "error", Metadata: []Field{pid, place}},
		at + " - error - ":                                               {Time: at, Level: "error"},
		at + " ERROR ":                                                   {Time: at, Level: "error"},
		"error " + at + " <0.1.0> ":                                      {Time: at, Level: "error", Metadata: []Field{pid}},
		"error: " + at + " ":                                             {Time: at, Level: "error"},
		"[error]: ":                                                      {Level: "error"},
		"[error] [" + at + "] [<0.1.0>] ":                                {Time: at, Level: "error", Metadata: []Field{pid}},
		"==> [" + at + "] [error] ":                                      {Time: at, Level: "error"},
		"2026-11-21 02:22:43.090 UTC [error] <0.1.0>@gen_server:error_info/8:123 ": {Time: "2026-11-21T02:22:43.090Z", Level: "error", Metadata: []Field{pid, place}},
		"2026-11-21 02:22:43.090138+00:00 [error] <0.1.0> ":                        {Time: "2026-11-21T02:22:43.090138+00:00", Level: "error", Metadata: []Field{pid}},
	}
	for head, want := range tests {
		t.Run(head, func(t *testing.T) {
			later := strings.Replace(head, ":43", ":44", 1)
			last := strings.Replace(head, ":43", ":45", 1)
			log := head + "Generic server a terminating. Reason: {x,1}.\n" +
				later + "hello\n" +
				last + "    supervisor: {local,s}\n    errorContext: shutdown\n" +
				later + "hello\n"
			one, two := want, want
			one.Line, one.EndLine, one.Body = 1, 1, "Generic server a terminating. Reason: {x,1}."
			two.Time = strings.Replace(two.Time, ":43", ":45", 1)
			two.Line, two.EndLine, two.Body = 3, 4, "supervisor: {local,s}\n    errorContext: shutdown"
			for _, r := range []*Record{&one, &two} {
				r.Input = "x.log"
			}
			got := read(t, strings.NewReader(log), Options{})
			for _, r := range got {
				r.Writer, r.Offset, r.End, r.Size, r.Layout = WriterNone, 0, 0, 0, nil // whose order it is, cannot be known
				r.Body = strings.TrimLeft(r.Body, " ")
			}
			if diff := cmp.Diff([]*Record{&one, &two}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
