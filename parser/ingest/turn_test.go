package ingest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestNewestFirst has exports whose entries are one line of a log each, the newest
// first: they say what they say the other way round, with the places in the input.
func TestNewestFirst(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(crashLog), "\n")
	entries := map[string]func(i int, line string) string{
		"[%s]": func(i int, line string) string { // gcloud logging read --format=json
			return fmt.Sprintf(`{"insertId":"a%d","textPayload":%s,"timestamp":"2026-11-21T02:22:%02d.5Z","resource":{"type":"k8s_container"}}`, i, quoted(line), i)
		},
		`{"status":"success","data":{"resultType":"streams","result":[{"stream":{"pod":"web-1"},"values":[%s]}]}}`: func(i int, line string) string {
			return fmt.Sprintf(`["176369176308%05d00", %s]`, i, quoted(line))
		},
		`{"data":[%s]}`: func(i int, line string) string { // Datadog; entries may have the same time
			return fmt.Sprintf(`{"id":"%d","type":"log","attributes":{"timestamp":"2026-11-21T02:22:%02dZ","message":%s,"service":"web"}}`, i, i/2, quoted(line))
		},
	}
	for form, entry := range entries {
		var all []string
		for i, line := range lines {
			all = append(all, entry(i, line))
		}
		forwards := fmt.Sprintf(form, strings.Join(all, ",\n"))
		slices.Reverse(all)
		backwards := fmt.Sprintf(form, strings.Join(all, ",\n"))
		want := read(t, strings.NewReader(forwards), Options{})
		got := read(t, strings.NewReader(backwards), Options{})
		if len(want) == 0 || len(got) != len(want) {
			t.Fatalf("%s: %d records, want %d", form, len(got), len(want))
		}
		for i, r := range got {
			if diff := cmp.Diff(want[i].Body, r.Body); diff != "" || r.Time != want[i].Time || r.Level != want[i].Level {
				t.Errorf("%s: %s %s: %s", form, r.Time, r.Level, diff)
			}
			text := backwards[r.Offset:r.End]
			first, last, _ := strings.Cut(r.Body, "\n")
			last = last[strings.LastIndexByte(last, '\n')+1:]
			if a, b := strings.Index(text, strings.Trim(quoted(last), `"`)), strings.Index(text, strings.Trim(quoted(first), `"`)); a < 0 || b < a || r.Line >= r.EndLine {
				t.Errorf("%s: lines %d to %d: %q", form, r.Line, r.EndLine, text)
			}
		}
	}
}

// TestNotTurned has lists that are not newest first all through: they are read as
// they stand.
func TestNotTurned(t *testing.T) {
	entry := func(second int, line string) string {
		return fmt.Sprintf(`{"textPayload":%s,"timestamp":"2026-11-21T02:22:%02dZ"}`, quoted(line), second)
	}
	head, banner, last := "12:00:00.000 [error] GenServer A terminating", "** (stop) :x", "Last message: :m"
	for name, seconds := range map[string][3]int{"up": {1, 2, 3}, "all at once": {1, 1, 1}, "down and up": {3, 2, 3}} {
		log := "[" + entry(seconds[0], head) + "," + entry(seconds[1], banner) + "," + entry(seconds[2], last) + "]"
		got := read(t, strings.NewReader(log), Options{})
		if len(got) != 1 || got[0].Body != head[strings.Index(head, "Gen"):]+"\n"+banner+"\n"+last {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
