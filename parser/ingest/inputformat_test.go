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
	for _, name := range append(InputFormats(), "") {
		if err := CheckInputFormat(name); err != nil {
			t.Error(err)
		}
	}
	if err := CheckInputFormat("yaml"); err == nil || err.Error() != `no input format "yaml"; there are auto, text, json` {
		t.Error(err)
	}
}
