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

// ownFormats are formats that people give Elixir's Logger and OTP's formatter.
var ownFormats = []string{
	"$time [$level] [$metadata] $message", "$time [$level] $metadata- $message", "[$level] [$metadata] $message",
	"[$level]$metadata $message", "$level $time $message", "$time $level $metadata$message", "## $time $level $message",
	"<$time> [$level] $message", "$date $time [$node] [$level] $metadata $message", "[$level|$time] $message",
	"$date|$time|$level|$message", "[$level] $time - $message", "level=$level time=$time $message",
	"time=$time level=$level $metadatamsg=$message", "[$time][$level][$node] $message", "$time [$level]: $message",
	"[my_app] $time [$level] $message", "$date $time $level MyApp.Cart.add/2:33 $message", "($level) $message", "$level: $message",
}

func TestOwnFormats(t *testing.T) {
	messages := []string{
		"GenServer MyApp.Cart terminating\n** (KeyError) key :x not found in: %{}\n    lib/a.ex:1: A.f/1\nLast message: :x",
		"** (RuntimeError) boom\n    lib/a.ex:1: A.f/1", "an exception was raised:\n    ** (RuntimeError) boom\n        lib/a.ex:1: A.f/1",
		"Postgrex.Protocol (#PID<0.1.0>) disconnected: ** (DBConnection.ConnectionError) tcp recv: closed",
		"MyApp.W #PID<0.1.0> received unexpected message in handle_info/2: :x",
	}
	for _, format := range ownFormats {
		for _, metadata := range []string{"", "request_id=F1 user=a b ", "initial_call=anonymous fn/0 in M.f/1 "} {
			if metadata != "" && !strings.Contains(format, "$metadata") {
				continue
			}
			for _, message := range messages {
				fill := strings.NewReplacer("$time", "12:00:01.123", "$date", "2026-11-21", "$level", "error", "$node", "app@host",
					"$metadata", metadata, "$message", message)
				var p prefix
				log := fill.Replace(format)
				line, _, _ := strings.Cut(log, "\n")
				head, _, _ := strings.Cut(message, "\n")
				if !readPrefix([]byte(line), &p, nil) || line[p.end:] != head {
					t.Errorf("%q: message %q", line, line[p.end:])
					continue
				}
				if strings.Contains(format, "$time") && string(p.stamp.clock) != "12:00:01.123" || p.level != "error" ||
					strings.Contains(format, "$node") && string(p.node) != "app@host" {
					t.Errorf("%q: time %s, level %s, node %s", line, p.stamp.clock, p.level, p.node)
				}
				if fields := p.metadata(); strings.HasPrefix(metadata, "req") && (len(fields) < 2 || fields[0] != (Field{"request_id", "F1"}) || fields[1] != (Field{"user", "a b"})) {
					t.Errorf("%q: metadata %v", line, fields)
				}
			}
		}
	}
}

func TestNoOwnFormat(t *testing.T) {
	for _, line := range []string{"#PID<0.1.0> running MyApp.Endpoint terminated", "Last message: {:error, 1}", "error in GenServer MyApp.Cart terminating",
		"(my_app 0.1.0) lib/my_app/cart.ex:12: MyApp.Cart.add/2", "Key (sku)=(x) already exists.", "id=1 name=GenServer x", "errors: 12:00 at the latest",
		"<0.1.0> said: ** (RuntimeError) x", "[a: 1, b: 2] GenServer MyApp.Cart terminating"} {
		var p prefix
		if readPrefix([]byte(line), &p, nil) {
			t.Errorf("%q has the prefix %q", line, line[:p.end])
		}
	}
}

// TestLevelAlone has formats that tell no time: the entry behind a banner is not
// its text.
func TestLevelAlone(t *testing.T) {
	for _, format := range []string{"[$level] $message", "($level) $message", "$level: $message", "[$level]request_id=F1 $message", "<$level> $message"} {
		info, failed := strings.Replace(format, "$level", "info", 1), strings.Replace(format, "$level", "error", 1)
		log := strings.Replace(info, "$message", "Running", 1) + "\n" + strings.Replace(failed, "$message", "** (RuntimeError) boom", 1) + "\n" +
			strings.Replace(info, "$message", "GET /", 1) + "\n" + strings.Replace(failed, "$message", "** (RuntimeError) boom", 1) + "\nof two lines\n"
		var got []string
		for _, r := range read(t, strings.NewReader(log), Options{}) {
			got = append(got, r.Level+" "+r.Body)
		}
		if diff := cmp.Diff([]string{"error ** (RuntimeError) boom", "error ** (RuntimeError) boom\nof two lines"}, got); diff != "" {
			t.Errorf("%s: %s", format, diff)
		}
	}
}

// TestTrailingMetadata has metadata behind the message, and text that looks like it.
func TestTrailingMetadata(t *testing.T) {
	for last, want := range map[string]string{
		"    (a 0.1.0) lib/a.ex:1: A.f/1 request_id=F1 user=a b ": "    (a 0.1.0) lib/a.ex:1: A.f/1",
		"State: %{} user=a request_id=F1":                         "State: %{}",
		"State: %{} user=a":                                       "State: %{} user=a",
		`State: "a request_id=F1"`:                                `State: "a request_id=F1"`,
		"State: {a, request_id=F1}":                               "State: {a, request_id=F1}",
	} {
		log := "12:00:00.000 [error] GenServer A terminating\n** (stop) :x\n" + last + "\n"
		got := read(t, strings.NewReader(log), Options{})
		if len(got) != 1 || !strings.HasSuffix(got[0].Body, "\n"+want) {
			t.Fatalf("%q: %+v", last, got)
		}
		if at := got[0].Span(2, 2); log[at.From:at.To] != "** (stop) :x" || got[0].End != int64(len(log)-1) {
			t.Errorf("%q: %+v", last, at)
		}
		if strings.HasSuffix(last, "b ") {
			if diff := cmp.Diff([]Field{{"request_id", "F1"}, {"user", "a b"}}, got[0].Metadata); diff != "" {
				t.Error(diff)
			}
		}
	}
}
