package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/beamlog/beamlog/classify/suppress"
	"github.com/google/go-cmp/cmp"
)

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestLoad(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, Name, `# What we expect.
[[suppress]]
pattern = "timeout"
process = "MyApp.*"

until = 2026-12-31
reason = """
slow on purpose"""

[[suppress]]
application = 'my_app'
fingerprint = "297ede139ce7"
reason = "x"
`)
	got, err := Load(Name)
	if err != nil {
		t.Fatal(err)
	}
	want := &Config{Suppress: []suppress.Entry{
		{Pattern: "timeout", Process: "MyApp.*", Until: "2026-12-31", Reason: "slow on purpose",
			File: Name, Line: 2, Lines: map[string]int{"pattern": 3, "process": 4, "until": 6, "reason": 7}},
		{Application: "my_app", Fingerprint: "297ede139ce7", Reason: "x",
			File: Name, Line: 10, Lines: map[string]int{"application": 11, "fingerprint": 12, "reason": 13}},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	write(t, Name, "suppress = [\n  {pattern = \"timeout\", reason = \"x\"},\n  {\n    reason = \"y\"},\n]\n")
	got, err = Load(Name)
	if err != nil || len(got.Suppress) != 2 || got.Suppress[0].Line != 2 || got.Suppress[1].Lines["reason"] != 4 {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestLoadRefuses has errors name the line, and what is expected there.
func TestLoadRefuses(t *testing.T) {
	t.Chdir(t.TempDir())
	for text, want := range map[string]string{
		"[[supress]]\nreason = \"a\"":                 `c:1: no key "supress" (is suppress meant?); there are suppress`,
		"[[suppress]]\n\npatern = \"a\"":              `c:3: no key "patern" (is pattern meant?); there are application, fingerprint, pattern, process, reason, until`,
		"suppress = [{reson = \"a\"}]":                `c:1: no key "reson" (is reason meant?); there are application`,
		"[model]\nurl = \"http://x\"":                 `c:1: no key "model"; there are suppress`,
		"[[suppress]]\n[suppress.more]\nx = 1":        `c:2: no key "more"; there are application`,
		"[[suppress]]\nuntil = \"soon\"":              `c:2: until: expected a day, as in until = 2026-12-31`,
		"[[suppress]]\nuntil = 2026-02-30":            `c:2: until: expected a day`,
		"[[suppress]]\nuntil = 2026-02-03T10:00:00Z":  `c:2: until: expected a day`,
		"[[suppress]]\nreason = [\"a\"]":              `c:2: reason: expected a text in quotes`,
		"suppress = 5":                                `c:1: suppress: expected [[suppress]]`,
		"[[suppress]]\nreason = ":                     `c:2:`,
		"[[suppress]]\nreason = \"a\"\nreason = \"\"": `c:3:1: key reason is already defined`,
		strings.Repeat("# long\n", maxSize/7+1):       `read c: it is larger than`,
	} {
		write(t, "c", text)
		if _, err := Load("c"); err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%.60q: %v, want %s", text, err, want)
		}
	}
	if _, err := Load("nothing"); err == nil || !strings.Contains(err.Error(), "nothing") {
		t.Errorf("no file: %v", err)
	}
}

// FuzzLoad has no text of a file, which may be anybody's, do more than fail.
func FuzzLoad(f *testing.F) {
	f.Add("[[suppress]]\npattern = \"a\"\nuntil = 2026-12-31\n")
	f.Add("suppress = [{reason = \"a\"}, {}]\nsuppress.x = [1]\n")
	f.Add("suppress.reason = \"a\"\n[suppress.a]\nb = {c = []}\n")
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(dir, "c")
		write(t, path, text)
		c, err := Load(path)
		if err != nil {
			return
		}
		for _, e := range c.Suppress {
			if e.Line < 1 || e.Line > strings.Count(text, "\n")+1 {
				t.Errorf("an entry on line %d", e.Line)
			}
		}
	})
}

// TestFind looks upwards, in a repository only.
func TestFind(t *testing.T) {
	root := t.TempDir()
	deep := filepath.Join(root, "repo", "apps", "web")
	if err := os.MkdirAll(deep, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Chdir(deep)
	find := func(want string) {
		t.Helper()
		got, err := Find(Name)
		if err != nil || filepath.ToSlash(got) != want {
			t.Errorf("%q, %v; want %q", got, err, want)
		}
	}
	find("")
	write(t, filepath.Join(root, Name), "")
	write(t, filepath.Join(root, "repo", Name), "")
	find("") // in no repository
	write(t, filepath.Join(root, "repo", ".git"), "gitdir: elsewhere\n")
	find("../../.beamlog.toml")
	write(t, filepath.Join(root, "repo", "apps", Name), "")
	find("../.beamlog.toml")
	write(t, filepath.Join(deep, Name), "")
	find(".beamlog.toml")
	for _, dir := range []string{"apps/web", "apps", "."} {
		if err := os.Remove(filepath.Join(root, "repo", dir, Name)); err != nil {
			t.Fatal(err)
		}
	}
	find("") // above the repository
}
