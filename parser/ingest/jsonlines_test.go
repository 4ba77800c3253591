package ingest

import (
	"context"
	"strings"
	"testing"
)

// TestSplitJSON: entries of one line that make up one report.
func TestSplitJSON(t *testing.T) {
	entry := func(at, text string) string {
		return `{"level":"error","ts":"14:33:` + at + `Z","msg":"` + text + `"}` + "\n"
	}
	tests := []struct {
		name, log string
		want      []string
	}{
		{"at one time", entry("15", "GenServer A terminating") + entry("15", "** (stop) :boom") + entry("15", "any text"),
			[]string{"GenServer A terminating\n** (stop) :boom\nany text"}},
		{"at different times", entry("15", "GenServer A terminating") + entry("16", "** (stop) :boom") + entry("17", "    a.ex:1: A.f/1") + entry("18", "GET /"),
			[]string{"GenServer A terminating\n** (stop) :boom\n    a.ex:1: A.f/1"}},
		{"two reports", entry("15", "GenServer A terminating") + entry("15", "** (stop) :boom") + entry("15", "GenServer B terminating") + entry("15", "** (stop) :boom"),
			[]string{"GenServer A terminating\n** (stop) :boom", "GenServer B terminating\n** (stop) :boom"}},
		{"whole reports", entry("15", `GenServer A terminating\n** (stop) :boom`) + entry("15", "** (stop) :other"),
			[]string{"GenServer A terminating\n** (stop) :boom", "** (stop) :other"}},
		{"another logger's line", entry("15", "GenServer A terminating") + "** (stop) :boom\n",
			[]string{"GenServer A terminating", "** (stop) :boom"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for rec, err := range Records(context.Background(), strings.NewReader(tt.log), "-", Options{}) {
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, rec.Body)
			}
			if strings.Join(got, "\x00") != strings.Join(tt.want, "\x00") {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
