package ingest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestJSON(t *testing.T) {
	tests := map[string]struct {
		line string
		want Record
	}{
		"LoggerJSON Basic": {
			`{"message":"GenServer #PID<0.1.0> terminating\n** (RuntimeError) \u00e9\ud83d\ude00\n    lib/a.ex:1: A.b/1","metadata":{"request_id":"F1","line":3},"severity":"error","time":"2026-11-21T04:25:59.128Z"}`,
			Record{Time: "2026-11-21T04:25:59.128Z", Level: "error", Metadata: []Field{{"request_id", "F1"}, {"line", "3"}},
				Body: "GenServer #PID<0.1.0> terminating\n** (RuntimeError) é😀\n    lib/a.ex:1: A.b/1", Lines: []int{1, 1, 1}},
		},
		"Google Cloud": {
			`{"message":"boom","severity":"ERROR","stack_trace":"** (RuntimeError) boom\n    a.ex:1:in ` + "`A.b/1'" + `","time":"2026-11-21T04:25:59.128Z"}`,
			Record{Time: "2026-11-21T04:25:59.128Z", Level: "error", Metadata: []Field{{"stack_trace", "** (RuntimeError) boom\n    a.ex:1:in `A.b/1'"}}, Body: "boom"},
		},
		"RabbitMQ": {
			`{"time":"2026-11-21 02:30:13.437800+00:00","level":"error","msg":"  crasher:\n    pid: <0.80.0>\n","pid":"<0.80.0>","logger_formatter":{"title":"CRASH REPORT"}}`,
			Record{Time: "2026-11-21T02:30:13.437800+00:00", Level: "error", Title: "CRASH REPORT",
				Metadata: []Field{{"pid", "<0.80.0>"}, {"logger_formatter.title", "CRASH REPORT"}}, Body: "  crasher:\n    pid: <0.80.0>", Lines: []int{1, 1}},
		},
		"telemetry event without a message": {
			`{"error":"** (RuntimeError) x","event":"job:exception","log.level":"info"}`,
			Record{Level: "info", Metadata: []Field{{"error", "** (RuntimeError) x"}, {"event", "job:exception"}},
				Body: `{"error":"** (RuntimeError) x","event":"job:exception","log.level":"info"}`},
		},
		"number levels and times": {
			`{"ts":1763691763082,"level":50,"msg":"** (stop) x"}`,
			Record{Time: "2025-11-21T02:22:43.082Z", Level: "error", Body: "** (stop) x"},
		},
		"cut": {
			`{"level":"error","message":"GenServer A terminating\n** (stop) :bo`,
			Record{Level: "error", Body: "GenServer A terminating\n** (stop) :bo", Lines: []int{1, 1}, Cut: true},
		},
		"text of another logger": {
			`{"level":"info","time":"2026-11-21T04:25:59Z","message":"02:20:13.354 [error] GenServer A terminating"}`,
			Record{Time: "02:20:13.354", Level: "error", Body: "GenServer A terminating"},
		},
		"last of equal keys": {`{"message":"a","level":"error","message":"** (stop) b"}`, Record{Level: "error", Body: "** (stop) b"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			test.want.Input, test.want.Writer = "x.log", WriterJSON
			test.want.Line, test.want.EndLine = 1, 1
			got := read(t, strings.NewReader(test.line+"\n"), Options{})
			test.want.End, test.want.Size = int64(len(test.line)), int64(len(test.line))
			if diff := cmp.Diff([]*Record{&test.want}, got, besidesLayout); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNoJSON(t *testing.T) {
	for _, line := range []string{`{"init terminating in do_boot",{undef,[]}}`, `{`, `{}`, `{"a"}`, `{{badmatch,1},[]}`, `{a,"b":1}`} {
		if looksJSON([]byte(line)) {
			t.Errorf("%s looks like JSON", line)
		}
	}
}

func FuzzJSON(f *testing.F) {
	f.Add([]byte(`{"a":{"b":[1,"\u00e9",{"c":null}]},"message":"x\ny"}`))
	f.Add([]byte(`{"message":"{\"message\":\"{\\\"level\\\":1`))
	f.Add([]byte(`{"a":"\ud800\u`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if o := parseJSON(b); o.end > len(b) {
			t.Fatal(o.end)
		}
		var p prefix
		decodeJSON(b, &p, nil)
	})
}
