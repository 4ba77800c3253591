package ingest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// exported puts each line of a log into an entry, and the entries into what a store
// of logs gives for them.
var exported = map[string]struct {
	head, tail string
	entry      func(pod, line string) string
	stream     string
}{
	"elasticsearch": {
		`{"took":5,"timed_out":false,"_shards":{"total":1,"failed":0},"hits":{"total":{"value":9,"relation":"eq"},"max_score":1.0,"hits":[`, `]},"aggregations":{"x":[1,{"a":"GenServer A terminating"}]}}`,
		func(pod, line string) string {
			return `{"_index":"logs","_id":"a","_score":1.0,"_source":{"@timestamp":"2026-11-21T02:22:43.082Z","message":` + quoted(line) + `,"kubernetes":{"pod":{"name":"` + pod + `"},"container":{"name":"app"}}},"sort":[1]}`
		}, "%s/app",
	},
	"gcloud": {`[`, `]`, func(pod, line string) string {
		return `{"insertId":"a","resource":{"labels":{"pod_name":"` + pod + `","container_name":"app"},"type":"k8s_container"},"severity":"ERROR","textPayload":` + quoted(line+"\n") + `,"timestamp":"2026-11-21T02:22:43.082Z"}`
	}, "%s/app"},
	"filter-log-events": {`{"events":[`, `],"searchedLogStreams":[{"logStreamName":"x","searchedCompletely":true}],"nextToken":"** (x"}`, func(pod, line string) string {
		return `{"logStreamName":"` + pod + `","timestamp":1763691763082,"message":` + quoted(line) + `,"ingestionTime":1763691763090,"eventId":"1"}`
	}, "%s"},
	"insights": {`{"results":[`, `],"statistics":{"recordsMatched":9.0},"status":"Complete"}`, func(pod, line string) string {
		return `[{"field":"@timestamp","value":"2026-11-21 02:22:43.082"},{"field":"@message","value":` + quoted(line) + `},{"field":"@logStream","value":"` + pod + `"},{"field":"@ptr","value":"abc"}]`
	}, "%s"},
	"datadog": {`{"data":[`, `],"links":{"next":"x"},"meta":{"page":{"after":"y"}}}`, func(pod, line string) string {
		return `{"id":"a","type":"log","attributes":{"attributes":{"x":1},"host":"` + pod + `","message":` + quoted(line) + `,"service":"shop","status":"error","tags":["a:b"],"timestamp":"2026-11-21T02:22:43.082Z"}}`
	}, "shop"},
	"grafana": {`[`, `]`, func(pod, line string) string {
		return `{"line":` + quoted(line) + `,"timestamp":"1763691763082000000","date":"2026-11-21T02:22:43.082Z","labels":{"pod":"` + pod + `","container":"app"}}`
	}, "%s/app"},
	"opentelemetry": {`{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]},"scopeLogs":[{"scope":{},"logRecords":[`, `]}]}]}`, func(pod, line string) string {
		return `{"timeUnixNano":"1763691763082000000","body":{"stringValue":` + quoted(line) + `},"container":"` + pod + `","stream":"stdout"}`
	}, ""},
}

// pretty lays JSON out over many lines.
func pretty(t *testing.T, s string) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Indent(&b, []byte(s), "", "  "); err != nil {
		t.Fatal(err)
	}
	return b.String() + "\n"
}

func TestExports(t *testing.T) {
	want := read(t, strings.NewReader(crashLog), Options{})
	lines := strings.Split(strings.TrimSuffix(crashLog, "\n"), "\n")
	for name, e := range exported {
		var entries []string
		for _, line := range lines {
			entries = append(entries, e.entry("web-1", line))
		}
		whole := e.head + strings.Join(entries, ",") + e.tail
		for layout, log := range map[string]string{"one line": whole, "a line each": e.head + "\n" + strings.Join(entries, ",\n") + "\n" + e.tail + "\n", "pretty": pretty(t, whole)} {
			got := read(t, strings.NewReader(log), Options{})
			if diff := cmp.Diff(want, got, besidesTransport, besidesLines); diff != "" {
				t.Errorf("%s, %s: %s", name, layout, diff)
				continue
			}
			checkRecords(t, name, []byte(log), got)
			for _, r := range got {
				stream := e.stream
				if strings.Contains(stream, "%s") {
					stream = fmt.Sprintf(stream, "web-1")
				}
				if r.Stream != stream {
					t.Errorf("%s, %s: stream %q, want %q", name, layout, r.Stream, stream)
				}
				if span := log[r.Offset:r.End]; !json.Valid([]byte("[" + span + "]")) {
					t.Errorf("%s, %s: the span is %.80q … %q", name, layout, span, span[max(0, len(span)-80):])
				}
			}
			for portion, r := range reads([]byte(log)) {
				if diff := cmp.Diff(got, read(t, r, Options{})); diff != "" {
					t.Errorf("%s, %s, %s: %s", name, layout, portion, diff)
				}
			}
		}
	}
}

// TestLoki has two streams, one after the other, as Loki gives them.
func TestLoki(t *testing.T) {
	want := read(t, strings.NewReader(crashLog), Options{})
	var streams []string
	for _, pod := range []string{"web-1", "web-2"} {
		var values []string
		for line := range strings.SplitSeq(strings.TrimSuffix(crashLog, "\n"), "\n") {
			values = append(values, `["1763691763082000000", `+quoted(line)+`]`)
		}
		streams = append(streams, `{"stream":{"container":"app","pod":"`+pod+`","stream":"stdout"},"values":[`+strings.Join(values, ",")+`]}`)
	}
	for name, whole := range map[string]string{
		"query": `{"status":"success","data":{"resultType":"streams","result":[` + strings.Join(streams, ",") + `],"stats":{"summary":{"x":1}}}}`,
		"push":  `{"streams":[` + strings.Join(streams, ",") + `]}`,
	} {
		for _, log := range []string{whole, pretty(t, whole)} {
			got := read(t, strings.NewReader(log), Options{})
			if diff := cmp.Diff(slices.Concat(want, want), got, besidesTransport, besidesLines); diff != "" {
				t.Errorf("%s: %s", name, diff)
				continue
			}
			for i, r := range got {
				if stream := fmt.Sprintf("web-%d/app", 1+i/2); r.Stream != stream {
					t.Errorf("%s: stream %q, want %q", name, r.Stream, stream)
				}
			}
			checkRecords(t, name, []byte(log), got)
		}
	}
}

// TestExportsMixed mixes two streams entry by entry.
func TestExportsMixed(t *testing.T) {
	want := read(t, strings.NewReader(crashLog), Options{})
	for name, e := range exported {
		var entries []string
		for line := range strings.SplitSeq(strings.TrimSuffix(crashLog, "\n"), "\n") {
			entries = append(entries, e.entry("web-1", line), e.entry("web-2", line))
		}
		for _, format := range []string{"", map[string]string{
			"elasticsearch": "elasticsearch-json", "gcloud": "gcloud-json", "filter-log-events": "cloudwatch-json", "insights": "cloudwatch-json",
			"datadog": "datadog-json", "grafana": "loki-json", "opentelemetry": "collector-json",
		}[name]} {
			if name == "opentelemetry" {
				continue // what its streams are stands outside of the list
			}
			got := read(t, strings.NewReader(e.head+strings.Join(entries, ",")+e.tail), Options{InputFormat: format})
			if len(got) != 2*len(want) {
				t.Errorf("%s as %q: %d records", name, format, len(got))
				continue
			}
			for i, r := range got {
				if r.Body != want[i/2].Body {
					t.Errorf("%s as %q: record %d: %s", name, format, i, cmp.Diff(want[i/2].Body, r.Body))
				}
			}
		}
	}
}

// TestWholeInEnvelope has entries of a logger, not lines, in what a store gives.
func TestWholeInEnvelope(t *testing.T) {
	report := "GenServer A terminating\n** (stop) :a\nLast message: :x"
	for name, log := range map[string]string{
		"elasticsearch": `{"hits":{"hits":[{"_index":"l","_source":{"message":` + quoted(report) + `,"log.level":"error","@timestamp":"2026-11-21T02:22:43.082Z"}},` +
			`{"_index":"l","_source":{"message":"next","log.level":"info"}}]}}`,
		"datadog": `{"data":[{"id":"a","type":"log","attributes":{"message":` + quoted(report) + `,"status":"error","timestamp":"2026-11-21T02:22:43.082Z"}},` +
			`{"id":"b","type":"log","attributes":{"message":"next","status":"info","timestamp":"2026-11-21T02:22:43.082Z"}}]}`,
		"loki": `{"status":"success","data":{"resultType":"streams","result":[{"stream":{"app":"x"},"values":[["1763691763082000000",` +
			quoted(`{"time":"2026-11-21T02:22:43.082Z","severity":"error","message":`+quoted(report)+`}`) + `],["1","{\"message\":\"x\",\"severity\":\"info\"}"]]}]}}`,
		"docker": `{"log":` + quoted(`{"time":"2026-11-21T02:22:43.082Z","severity":"error","message":`+quoted(report)+"}\n") + `,"stream":"stdout","time":"2026-11-21T02:22:43.08Z"}` + "\n" +
			`{"log":"{\"message\":\"x\",\"severity\":\"info\"}\n","stream":"stdout","time":"2026-11-21T02:22:43.08Z"}` + "\n",
		"docker, text in JSON": `{"log":` + quoted(`{"time":"2026-11-21T02:22:43.082Z","severity":"info","message":`+quoted("02:22:43.082 [error] "+report)+"}\n") + `,"stream":"stdout","time":"2026-11-21T02:22:43.08Z"}` + "\n",
	} {
		got := read(t, strings.NewReader(log), Options{})
		if len(got) != 1 || got[0].Body != report || got[0].Level != "error" || !strings.HasSuffix(strings.TrimSuffix(got[0].Time, "Z"), "02:22:43.082") {
			t.Errorf("%s: %d records", name, len(got))
			for _, r := range got {
				t.Logf("%+v", *r)
			}
		}
	}
}

// TestNoExport has loggers' entries with lists of the names that exports have.
func TestNoExport(t *testing.T) {
	for _, log := range []string{
		`{"level":"error","events":[{"a":1}],"message":"GenServer A terminating\n** (stop) :a"}` + "\n",
		`{"message":"GenServer A terminating\n** (stop) :a","level":"error","logs":[{"a":1}]}` + "\n",
		`{"data":[{"a":1}],"level":"error","message":"GenServer A terminating\n** (stop) :a"}` + "\n",
		`{"results":[["a"]],"level":"error","message":"GenServer A terminating\n** (stop) :a"}` + "\n",
	} {
		got := read(t, strings.NewReader(log+log), Options{})
		if len(got) != 2 || got[1].Line != 2 || got[0].Body != "GenServer A terminating\n** (stop) :a" {
			t.Errorf("%s: %q", log, spans(got))
		}
	}
}

func FuzzUnfold(f *testing.F) {
	for _, e := range exported {
		f.Add([]byte(e.head+e.entry("web-1", "** (stop) x")+","+e.entry("web-1", "y")+e.tail), uint16(3))
	}
	f.Add([]byte(`{"data":{"result":[{"stream":{"a":"b"},"values":[["1","** (a"]]}]}}`), uint16(1))
	f.Fuzz(func(t *testing.T, text []byte, n uint16) {
		if bytes.HasPrefix(text, []byte("\xef\xbb\xbf")) {
			return
		}
		o := Options{InputFormat: "loki-json"}
		want := read(t, bytes.NewReader(text), o)
		got := read(t, &portions{bytes.NewReader(text), 1 + int(n)}, o)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
		checkRecords(t, "fuzz", text, want)
	})
}
