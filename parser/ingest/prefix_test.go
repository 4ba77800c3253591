package ingest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPrefixes(t *testing.T) {
	const body = "GenServer A terminating"
	tests := map[string]struct {
		line string // the head; body is added
		want Record
	}{
		"Elixir":                  {"02:20:13.354 [error] ", Record{Writer: WriterElixir, Time: "02:20:13.354", Level: "error"}},
		"level pad to 1.13":       {"02:20:13.354 [warn]  ", Record{Writer: WriterElixir, Time: "02:20:13.354", Level: "warn"}},
		"1.14":                    {"02:20:13.354 [warning] ", Record{Writer: WriterElixir, Time: "02:20:13.354", Level: "warning"}},
		"notice":                  {"02:20:13.354 [notice] ", Record{Writer: WriterElixir, Time: "02:20:13.354", Level: "notice"}},
		"emergency":               {"02:20:13.354 [emergency] ", Record{Writer: WriterElixir, Time: "02:20:13.354", Level: "emergency"}},
		"Phoenix in development":  {"[error] ", Record{Writer: WriterElixir, Level: "error"}},
		"date":                    {"2026-11-21 02:20:13.354 [error] ", Record{Writer: WriterElixir, Time: "2026-11-21T02:20:13.354", Level: "error"}},
		"date with slashes":       {"2026/11/21 02:20:13 [error] ", Record{Writer: WriterElixir, Time: "2026-11-21T02:20:13", Level: "error"}},
		"comma in the time":       {"2026-11-21 02:20:13,354 [error] ", Record{Writer: WriterElixir, Time: "2026-11-21T02:20:13.354", Level: "error"}},
		"bracketed time":          {"[2026-11-21 02:20:13.354] [error] ", Record{Writer: WriterElixir, Time: "2026-11-21T02:20:13.354", Level: "error"}},
		"upper case":              {"02:20:13.354 [ERROR] ", Record{Writer: WriterElixir, Time: "02:20:13.354", Level: "error"}},
		"level with bars":         {"2026-11-21 02:20:13.354 | ERROR | ", Record{Writer: WriterElixir, Time: "2026-11-21T02:20:13.354", Level: "error"}},
		"level with a colon":      {"02:20:13.354 error: ", Record{Writer: WriterFormatter, Time: "02:20:13.354", Level: "error"}},
		"EMQX":                    {"2026-11-21T02:20:13.354000+00:00 [error] ", Record{Writer: WriterElixir, Time: "2026-11-21T02:20:13.354000+00:00", Level: "error"}},
		"node":                    {"02:20:13.354 app@10.0.0.1 [error] ", Record{Writer: WriterElixir, Time: "02:20:13.354", Node: "app@10.0.0.1", Level: "error"}},
		"metadata alone":          {"request_id=F1 [error] ", Record{Writer: WriterElixir, Level: "error", Metadata: []Field{{"request_id", "F1"}}}},
		"metadata with blanks":    {"02:20:13.354 request_id=a b [error] ", Record{Writer: WriterElixir, Time: "02:20:13.354", Level: "error", Metadata: []Field{{"request_id", "a b"}}}},
		"metadata with functions": {"02:20:13.354 pid=<0.124.0> initial_call=anonymous fn/0 in M.f/1 line=736 [error] ", Record{Writer: WriterElixir, Time: "02:20:13.354", Level: "error", Metadata: []Field{{"pid", "<0.124.0>"}, {"initial_call", "anonymous fn/0 in M.f/1"}, {"line", "736"}}}},
		"metadata with brackets":  {"02:20:13.354 tags=[a] x=[info]y [error] ", Record{Writer: WriterElixir, Time: "02:20:13.354", Level: "error", Metadata: []Field{{"tags", "[a]"}, {"x", "[info]y"}}}},
		"metadata behind":         {"02:20:13.354 [error] request_id=F1 pid=<0.1.0> ", Record{Writer: WriterElixir, Time: "02:20:13.354", Level: "error", Metadata: []Field{{"request_id", "F1"}, {"pid", "<0.1.0>"}}}},

		"logger_formatter":       {"2026-11-21T02:22:43.090138+00:00 error: ", Record{Writer: WriterFormatter, Time: "2026-11-21T02:22:43.090138+00:00", Level: "error"}},
		"logger_formatter Z":     {"2026-11-21T02:22:43.090138Z error: ", Record{Writer: WriterFormatter, Time: "2026-11-21T02:22:43.090138Z", Level: "error"}},
		"logger_formatter blank": {"2026-11-21 02:22:43.090138+02:00 error: ", Record{Writer: WriterFormatter, Time: "2026-11-21T02:22:43.090138+02:00", Level: "error"}},
		"logger_formatter none":  {"2026-11-21T02:22:43.090138 error: ", Record{Writer: WriterFormatter, Time: "2026-11-21T02:22:43.090138", Level: "error"}},

		"lager":           {"2026-11-21 02:27:42.978 [error] <0.1.0> ", Record{Writer: WriterLager, Time: "2026-11-21T02:27:42.978", Level: "error", Metadata: []Field{{"pid", "<0.1.0>"}}}},
		"lager with code": {"2026-11-21 02:27:42.978 [error] <0.1.0>@m:f:1 ", Record{Writer: WriterLager, Time: "2026-11-21T02:27:42.978", Level: "error", Metadata: []Field{{"pid", "<0.1.0>"}, {"mfa", "m:f:1"}}}},
		"lager's VM":      {"2026-11-21 02:27:42.978 [error] emulator ", Record{Writer: WriterLager, Time: "2026-11-21T02:27:42.978", Level: "error"}},
		"RabbitMQ":        {"2026-11-21 02:30:06.473398+00:00 [error] <0.93.0> ", Record{Writer: WriterRabbit, Time: "2026-11-21T02:30:06.473398+00:00", Level: "error", Metadata: []Field{{"pid", "<0.93.0>"}}}},
		"RabbitMQ short":  {"2026-11-21 02:30:06.473398+00:00 [erro] <0.93.0> ", Record{Writer: WriterRabbit, Time: "2026-11-21T02:30:06.473398+00:00", Level: "erro", Metadata: []Field{{"pid", "<0.93.0>"}}}},
		"ejabberd":        {"2026-11-21 02:30:06.473398+00:00 [error] <0.93.0>@mod_x:handle_info/2:120 ", Record{Writer: WriterLager, Time: "2026-11-21T02:30:06.473398+00:00", Level: "error", Metadata: []Field{{"pid", "<0.93.0>"}, {"mfa", "mod_x:handle_info/2:120"}}}},
		"CouchDB":         {"[error] 2026-11-21T02:30:06.473398Z couchdb@127.0.0.1 <0.93.0> -------- ", Record{Writer: WriterLager, Time: "2026-11-21T02:30:06.473398Z", Node: "couchdb@127.0.0.1", Level: "error", Metadata: []Field{{"pid", "<0.93.0>"}}}},
		"CouchDB's VM":    {"[error] 2026-11-21T02:30:06.473398Z couchdb@127.0.0.1 emulator -------- ", Record{Writer: WriterLager, Time: "2026-11-21T02:30:06.473398Z", Node: "couchdb@127.0.0.1", Level: "error"}},
		"CouchDB request": {"[error] 2026-11-21T02:30:06.473398Z couchdb@127.0.0.1 <0.93.0> 0a1b2c ", Record{Writer: WriterLager, Time: "2026-11-21T02:30:06.473398Z", Node: "couchdb@127.0.0.1", Level: "error", Metadata: []Field{{"pid", "<0.93.0>"}, {"request_id", "0a1b2c"}}}},

		"behind a prompt": {"iex(1)> [error] ", Record{Writer: WriterElixir, Level: "error"}},
		"iex":             {"iex(app@host)12> ", Record{Writer: WriterShell, Lenient: true}},
		"erl":             {"12> ", Record{Writer: WriterShell, Lenient: true}},
		"none":            {"", Record{Lenient: true}},
		"coloured":        {"\x1b[31m02:20:13.354 [error] ", Record{Writer: WriterElixir, Time: "02:20:13.354", Level: "error"}},
		"colour as text":  {`\u001b[31m02:20:13.354 [error] `, Record{Writer: WriterElixir, Time: "02:20:13.354", Level: "error"}},
		"colours in JSON": {`^[[0m#033[31m02:20:13.354 [error] `, Record{Writer: WriterElixir, Time: "02:20:13.354", Level: "error"}},
		"byte order mark": {"\xef\xbb\xbf02:20:13.354 [error] ", Record{Writer: WriterElixir, Time: "02:20:13.354", Level: "error"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			test.want.Input, test.want.Body, test.want.Line, test.want.EndLine = "x.log", body, 1, 1
			if name == "byte order mark" {
				test.want.Offset = 3
			}
			for _, end := range []string{"\n", "\r\n", ""} {
				got := read(t, strings.NewReader(test.line+body+end), Options{})
				if diff := cmp.Diff([]*Record{&test.want}, got, besidesPlace); diff != "" {
					t.Errorf("ending in %q: %s", end, diff)
				}
			}
		})
	}
}

// TestNoPrefix has lines of messages that look a little like heads.
func TestNoPrefix(t *testing.T) {
	for _, line := range []string{
		"[error]x", "[a] [error] x", "foo [error] bar", "12:00:00 foo [error] bar", "    12:00:00.000 [error] x", "2026-11-21",
		"** (stop) x", "1) foo", "12>x", "=> x", "=ERROR", "[error", "<0.1.0> x", "key=value", "a=b [level] c", "(my_app 0.1.0) lib/a.ex:1: A.b/1",
		"{badarg, [error] }", "error: x", "request: [info]",
	} {
		var p prefix
		if readPrefix([]byte(line), &p, nil) {
			t.Errorf("%q is taken for a head: %+v", line, p)
		}
	}
}

func TestLegacyHeaders(t *testing.T) {
	tests := map[string]Record{
		"=ERROR REPORT==== 21-Nov-2026::02:22:27.374565 ===":                       {Time: "2026-11-21T02:22:27.374565", Title: "ERROR REPORT", Level: "error"},
		"=WARNING REPORT==== 21-Nov-2026::02:22:27 ===":                            {Time: "2026-11-21T02:22:27", Title: "WARNING REPORT", Level: "warning"},
		"=CRASH REPORT==== 6-Nov-2016::10:00:00 UTC ===":                           {Time: "2016-11-06T10:00:00Z", Title: "CRASH REPORT"},
		"=SUPERVISOR REPORT==== 6-Nov-2016::10:00:00 UTC ('node@my-host.net') ===": {Time: "2016-11-06T10:00:00Z", Title: "SUPERVISOR REPORT", Node: "node@my-host.net"},
		"2026-11-21 02:27:40 =CRASH REPORT====":                                    {Time: "2026-11-21T02:27:40", Title: "CRASH REPORT"},
		"=ERROR REPORT==== 21-Nov-2026::02:22:27 ===\n** at node 'a@b' **":         {Time: "2026-11-21T02:22:27", Title: "ERROR REPORT", Level: "error", Node: "a@b"},
	}
	for head, want := range tests {
		lines := 1 + strings.Count(head, "\n")
		want.Input, want.Writer, want.Line, want.EndLine, want.Body = "x.log", WriterLegacy, 1, lines+1, "** Generic server a terminating "
		want.Lines = []int{lines + 1}
		got := read(t, strings.NewReader("\n\n"[:0]+head+"\n"+want.Body+"\n\n"), Options{})
		if diff := cmp.Diff([]*Record{&want}, got, besidesPlace); diff != "" {
			t.Errorf("%s: %s", head, diff)
		}
	}
}

func TestLoggerFormat(t *testing.T) {
	tests := map[string]struct {
		format, line string
		want         Record
	}{
		"bars":     {"$date|$time|$node|$level|$metadata|$message\n", "2026-11-21|02:20:13.354|a@b|error|request_id=F1 user=2 |** (stop) x", Record{Time: "2026-11-21T02:20:13.354", Node: "a@b", Level: "error", Metadata: []Field{{"request_id", "F1"}, {"user", "2"}}}},
		"words":    {`\n$time at level $level: $message`, "02:20:13.354 at level warn: ** (stop) x", Record{Time: "02:20:13.354", Level: "warn"}},
		"late":     {"$time <$level> $metadata$message", "02:20:13.354 <error> a=1 ** (stop) x", Record{Time: "02:20:13.354", Level: "error", Metadata: []Field{{"a", "1"}}}},
		"no level": {"$time $message", "[error] ** (stop) x", Record{Level: "error"}},
	}
	for name, test := range tests {
		test.want.Input, test.want.Writer, test.want.Line, test.want.EndLine, test.want.Body = "x.log", WriterElixir, 1, 1, "** (stop) x"
		got := read(t, strings.NewReader(test.line+"\n"), Options{LoggerFormat: test.format})
		if diff := cmp.Diff([]*Record{&test.want}, got, besidesPlace); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestLogfmt(t *testing.T) {
	log := `ts=2026-11-21T02:22:43.1Z level=error msg="GenServer A terminating\n** (stop) \"x\"" pid=<0.1.0>` + "\n"
	want := []*Record{{
		Input: "x.log", Writer: WriterElixir, Line: 1, EndLine: 1, Time: "2026-11-21T02:22:43.1Z", Level: "error",
		Metadata: []Field{{"pid", "<0.1.0>"}}, Body: "GenServer A terminating\n** (stop) \"x\"", Lines: []int{1, 1},
	}}
	if diff := cmp.Diff(want, read(t, strings.NewReader(log), Options{}), besidesPlace); diff != "" {
		t.Error(diff)
	}
}
