package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestDocs runs every example of the README and of docs/: in a block fenced
// with ```console a line "$ command" is run by the shell in the repository's
// root, and the lines below it are what it must print. With -update they are
// rewritten.
func TestDocs(t *testing.T) {
	pages, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, page := range append(pages, "../../README.md") {
		old, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		now, n := runExamples(t, string(old))
		ran += n
		if now == string(old) {
			continue
		}
		if *update {
			if err := os.WriteFile(page, []byte(now), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		t.Errorf("%s: examples print something else (make golden rewrites them):\n%s", page, cmp.Diff(string(old), now))
	}
	if ran == 0 {
		t.Error("no example was found: is the fence still ```console?")
	}
}

// runExamples gives the page with what its commands print now.
func runExamples(t *testing.T, page string) (string, int) {
	var out strings.Builder
	console, n := false, 0
	for line := range strings.Lines(page) {
		text := strings.TrimRight(line, "\n")
		switch {
		case text == "```console":
			console = true
		case strings.HasPrefix(text, "```"):
			console = false
		case console && strings.HasPrefix(text, "$ "):
			n++
			line += runExample(t, text[2:])
		case console:
			continue // what the command printed when the page was written
		}
		out.WriteString(line)
	}
	return out.String(), n
}

// runExample gives what a command prints, and its status where that is not 0.
func runExample(t *testing.T, command string) string {
	cmd := exec.Command("sh", "-c", command+`; s=$?; [ $s = 0 ] || echo "(status $s)"`)
	cmd.Dir = "../.."
	cmd.Env = append(os.Environ(), "COLUMNS=80", "NO_COLOR=1", "OPENAI_API_KEY=", "OPENAI_BASE_URL=", "OPENAI_API_BASE=", "OPENAI_MODEL=")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		t.Errorf("%s: %v\n%s", command, err, out.String())
	}
	return out.String()
}
