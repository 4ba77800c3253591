package corpus

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/beamlog/beamlog/internal/pipeline"
	"github.com/beamlog/beamlog/internal/render"
)

// TestWorkers reads every real log, and all of them in one, with one, two and four
// workers: the same bytes come out.
func TestWorkers(t *testing.T) {
	var all strings.Builder
	texts := map[string]string{}
	err := filepath.WalkDir("../../testdata/logs", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !isLog(path) {
			return err
		}
		text, err := os.ReadFile(path)
		texts[path] = string(text)
		all.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	texts["all in one"] = all.String()
	for name, text := range texts {
		want := rendered(t, text, 1)
		for _, workers := range []int{2, 4} {
			if got := rendered(t, text, workers); got != want {
				t.Errorf("%s: %d bytes with %d workers, %d with one", name, len(got), workers, len(want))
			}
		}
	}
}

func rendered(t *testing.T, text string, workers int) string {
	t.Helper()
	var out bytes.Buffer
	sink, err := render.New("json", &out, render.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := pipeline.Run(t.Context(), pipeline.Options{Stdin: strings.NewReader(text), Workers: workers}, sink); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
