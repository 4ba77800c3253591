package compile

import (
	"strings"
	"testing"
	"testing/fstest"
)

// good is a rule file that passes all checks.
const good = `id: noproc
title: Called a process that is not running
since: 0.1.0
group: comm
match:
  - reason: "{:noproc, {mod, fun, [server, ...]}}"
severity: error
nature: depends
blame: callee
summary: "{{mod}}.{{fun}} was called on {{server}}."
causes:
  - "{{server}} is started after its callers."
  - "It had just died: its own crash stands before."
checks:
  - "Process.whereis({{server}})"
fixes:
  - "Start {{server}} first."
principle: "A name is looked up at the moment of the call."
docs:
  - https://hexdocs.pm/elixir/GenServer.html
examples:
  - by: elixir 1.14.0, otp 25
    log: |
      12:00:00.000 [error] GenServer Cache terminating
`

func TestReadGood(t *testing.T) {
	f, err := Read("noproc.yaml", []byte(good))
	if err != nil {
		t.Fatal(err)
	}
	if f.ID != "noproc" || len(f.Match) != 1 || f.Match[0].heads()[0] != "noproc/2" {
		t.Errorf("read %+v", f)
	}
	if got := strings.Join(f.Bound(), " "); got != "fun mod server" {
		t.Errorf("bound %q", got)
	}
}

// TestReadBad checks that the error of a bad file names the file, the line, the
// column and what was expected.
func TestReadBad(t *testing.T) {
	for _, c := range []struct{ name, old, with, want string }{
		{"another id", "id: noproc", "id: no_proc", `noproc.yaml:1:5: id is "no_proc"; expected "noproc"`},
		{"a group that is none", "group: comm", "group: talk", `noproc.yaml:4:8: group is "talk"; expected one of code, `},
		{"a severity that is none", "severity: error", "severity: bad", `noproc.yaml:7:11: severity is "bad"; expected one of info, `},
		{"a pattern that cannot be read", "[server, ...]}}", "[server, ...]", `noproc.yaml:6:13: expected a term pattern`},
		{"an expression that cannot be read", `  - reason: "{:noproc, {mod, fun, [server, ...]}}"`, `  - text: "(?P<mod>x(?P<fun>y)(?P<server>z"`, `noproc.yaml:6:11: expected a regular expression`},
		{"a name that is not bound", "Start {{server}} first", "Start {{serber}} first", `{{serber}} is no name; expected one that the match binds (fun, mod, server)`},
		{"a bound name that is not used", "{{mod}}.{{fun}} was called on", "It was called on", `noproc.yaml:6:3: the match binds fun, and no text uses it`},
		{"an open name", "Start {{server}} first", "Start {{server first", `expected {{name}}`},
		{"an unknown field", "since: 0.1.0", "sins: 0.1.0", `noproc.yaml:3:1: unknown field "sins"`},
		{"a field that is missing", "principle: \"A name is looked up at the moment of the call.\"\n", "", `principle is missing`},
		{"a match for everything", `  - reason: "{:noproc, {mod, fun, [server, ...]}}"`, `  - weak: true`, `the match fits everything`},
		{"a list that is none", "causes:\n  - \"{{server}} is started after its callers.\"\n  - \"It had just died: its own crash stands before.\"", "causes: 7", `noproc.yaml:11:`},
		{"a cause that does not say how to tell it", "It had just died: its own crash stands before.", "It had just died, {a: 1}, \\\"b: c\\\".", `noproc.yaml:13:5: "It had just died, {a: 1}, \"b: c\"." does not say how to tell it from the others`},
		{"one cause without a reason", "\n  - \"It had just died: its own crash stands before.\"", "", `noproc.yaml:12:3: 1 causes; expected two or more, or one and sole_cause`},
		{"a reason for one cause of two", "principle:", "sole_cause: x\nprinciple:", `2 causes; expected two or more`},
		{"a tag", "causes:\n", "causes: !!x y\n", `noproc.yaml:11:9: the YAML tag !!x: rule files have none`},
		{"no YAML", "id: noproc", "id: [noproc", `noproc.yaml:`},
	} {
		t.Run(c.name, func(t *testing.T) {
			src := strings.Replace(good, c.old, c.with, 1)
			if src == good {
				t.Fatal("the text to replace is not there")
			}
			_, err := Read("noproc.yaml", []byte(src))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
			if err != nil && strings.Contains(err.Error(), "\n") {
				t.Errorf("the error has several lines: %v", err)
			}
		})
	}
}

func TestLoadParents(t *testing.T) {
	file := func(id, parent string) string {
		return strings.Replace(strings.Replace(good, "id: noproc", "id: "+id, 1), "since:", "parent: "+parent+"\nsince:", 1)
	}
	for _, c := range []struct{ name, a, b, want string }{
		{"unknown", file("a", "c"), good, `a.yaml:3:9: parent is "c"; expected the id of a rule`},
		{"circle", file("a", "b"), file("b", "a"), `the parents of a go round in a circle`},
	} {
		t.Run(c.name, func(t *testing.T) {
			names := [2]string{"a.yaml", "b.yaml"}
			if c.name == "unknown" {
				names[1] = "noproc.yaml"
			}
			_, err := Load(fstest.MapFS{names[0]: {Data: []byte(c.a)}, names[1]: {Data: []byte(c.b)}})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}

// FuzzRead checks that no rule file makes the reader fail.
func FuzzRead(f *testing.F) {
	f.Add(good)
	f.Add("id: x\nmatch: [{reason: '{:a, b}'}]")
	f.Add("- 1\n- 2")
	f.Add("")
	f.Add("causes: !!seq\n")
	f.Add("causes: ![]\n")
	f.Fuzz(func(t *testing.T, src string) {
		file, err := Read("noproc.yaml", []byte(src))
		if err == nil && file.ID != "noproc" {
			t.Errorf("accepted %+v", file)
		}
	})
}
