package ingest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// mixedInput has JSON behind a prefix that nobody knows, JSON, and text that
// looks like a report.
const mixedInput = `node-7 % {"level":"error","message":"GenServer A terminating\n** (stop) :a"}
{"level":"error","message":"GenServer B terminating\n** (stop) :b"}
12:00:00.000 [error] GenServer C terminating
** (stop) :c
12:00:01.000 [info] done {not json} {"x
`

func TestInputFormat(t *testing.T) {
	type brief struct {
		Line  int
		JSON  bool
		Level string
		First string
	}
	for format, want := range map[string][]brief{
		FormatJSON: {{1, true, "error", "GenServer A terminating"}, {2, true, "error", "GenServer B terminating"}},
		FormatText: {{1, false, "", mixedInput[:strings.Index(mixedInput, "\n")]}, {3, false, "error", "GenServer C terminating"}},
		FormatAuto: {
			{1, false, "", mixedInput[:strings.Index(mixedInput, "\n")]}, {2, true, "error", "GenServer B terminating"},
			{3, false, "error", "GenServer C terminating"},
		},
	} {
		var got []brief
		for _, r := range read(t, strings.NewReader(mixedInput), Options{InputFormat: format}) {
			first, _, _ := strings.Cut(r.Body, "\n")
			got = append(got, brief{r.Line, r.Writer == WriterJSON, r.Level, first})
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", format, diff)
		}
	}
}

// TestInputFormatText keeps JSON that wraps text as it is, docker's too.
func TestInputFormatText(t *testing.T) {
	for _, log := range []string{
		`{"log":"GenServer A terminating\n","stream":"stderr","time":"2026-11-21T02:22:43Z"}` + "\n",
		"{\n  \"message\": \"GenServer A terminating\"\n}\n",
	} {
		for _, r := range read(t, strings.NewReader(log), Options{InputFormat: FormatText}) {
			if r.Writer != WriterNone || !strings.Contains(log, r.Body) {
				t.Errorf("%q: %+v", log, r)
			}
		}
	}
}

func TestInputFormatWithLoggerFormat(t *testing.T) {
	log := "error at 12:00:00.000: GenServer A terminating\n** (stop) :a\n"
	got := read(t, strings.NewReader(log), Options{InputFormat: FormatText, LoggerFormat: "$level at $time: $message"})
	if len(got) != 1 || got[0].Level != "error" || got[0].Time != "12:00:00.000" {
		t.Errorf("%+v", got)
	}
}

func TestCheckInputFormat(t *testing.T) {
	for _, f := range InputFormats() {
		if err := CheckInputFormat(f.Name); err != nil || f.About == "" {
			t.Error(f.Name, err)
		}
	}
	for value, want := range map[string]string{
		"":                           "",
		"docker-json, elixir":        "",
		"docker-compose,cri,sasl":    "",
		"docker-json,lager,rabbitmq": "",
		"yaml":                       `no input format "yaml"; there are auto, text, json, docker-compose, `,
		"sylog-3164":                 `no input format "sylog-3164" (is syslog-3164 meant?); there are auto, `,
		"docker":                     `no input format "docker" (is docker-compose meant?); there are `,
		"elixr":                      `no input format "elixr" (is elixir meant?); there are `,
		"docker-json,":               `no input format ""; there are `,
		"auto,elixir":                `auto stands alone: "auto,elixir"`,
		"elixir,cri":                 `"elixir,cri": transports come first, then the logger whose text they carry: cri, elixir`,
	} {
		if err := CheckInputFormat(value); want == "" && err != nil || want != "" && (err == nil || !strings.HasPrefix(err.Error(), want)) {
			t.Errorf("%q: %v, want %s", value, err, want)
		}
	}
}

// TestNamedFormats reads each transport as what it is said to be: the same as when
// it is found out. What lies in it is still found out.
func TestNamedFormats(t *testing.T) {
	want := read(t, strings.NewReader(crashLog), Options{})
	for name, format := range map[string]string{
		"docker -t": "timestamps", "kubectl": "kubectl", "compose": "docker-compose", "coloured": "docker-compose", "foreman": "docker-compose",
		"cri": "cri", "journald": "journald", "journald iso": "journald", "syslog 3164": "syslog-3164", "syslog 5424": "syslog-5424",
		"heroku": "heroku", "gigalixir": "heroku", "fly": "fly", "cloudwatch": "cloudwatch", "docker json": "docker-json",
		"journald json": "journald-json", "fluent bit": "collector-json", "google": "gcloud-json", "compose in docker json": "docker-json",
	} {
		for _, format := range []string{format, format + ",elixir"} {
			log := wrap(crashLog, wrappings[name])
			got := read(t, strings.NewReader(log), Options{InputFormat: format})
			if diff := cmp.Diff(want, got, besidesTransport); diff != "" {
				t.Errorf("%s as %s: %s", name, format, diff)
			}
		}
	}
}

// TestToldNotFound has lines that would be found out to be something else, or
// nothing, if nobody had said what they are.
func TestToldNotFound(t *testing.T) {
	const noise = "some line\n"
	report := "12:00:00.000 [error] GenServer A terminating\n** (stop) :a\n    a.ex:1: A.b/1\n"
	for _, c := range []struct{ format, log, body, stream string }{
		// Too few lines have the prefix to believe in it.
		{"docker-compose", strings.Repeat(noise, 100) + wrap(report, wrappings["compose"]), "GenServer A terminating\n** (stop) :a\n    a.ex:1: A.b/1", "web-1"},
		// Objects with a level are a JSON logger's, but for one who knows better.
		{"docker-json", wrap(report, func(s string) string { return `{"level":"info","log":` + quoted(s+"\n") + `}` }), "GenServer A terminating\n** (stop) :a\n    a.ex:1: A.b/1", ""},
		// A prefix of another logger is text.
		{"sasl", "=ERROR REPORT==== 21-Nov-2026::02:22:27 ===\n** Generic server a terminating \n[error] text\n", "** Generic server a terminating \n[error] text", ""},
		{"elixir", "12:00:00.000 [error] GenServer A terminating\n** (stop) :a\n{\"level\":\"x\"}\n", "GenServer A terminating\n** (stop) :a\n{\"level\":\"x\"}", ""},
		{"elixir", "2026-11-21 02:30:06.473398+00:00 [error] <0.93.0> GenServer A terminating\n** (stop) :a\n", "GenServer A terminating\n** (stop) :a", ""},
	} {
		got := read(t, strings.NewReader(c.log), Options{InputFormat: c.format})
		if len(got) != 1 || got[0].Body != c.body || got[0].Stream != c.stream {
			t.Errorf("%s: %q", c.format, spans(got))
			for _, r := range got {
				t.Logf("%+v", r)
			}
		}
	}
}
