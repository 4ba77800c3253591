package ruleset_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/classify/ruleset"
)

// dir writes rule files into a directory of their own.
func dir(t *testing.T, files map[string]string) string {
	t.Helper()
	d := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(d, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

func TestSkeleton(t *testing.T) {
	for _, id := range []string{"no_licence", "a", "x9"} {
		text, err := ruleset.Skeleton(id)
		if err != nil {
			t.Fatal(err)
		}
		set, err := ruleset.Load(dir(t, map[string]string{id + ".yaml": text}))
		if err != nil {
			t.Fatal(err)
		}
		e, err := classify.New(classify.Options{Rules: set.Over(classify.Rules())})
		if err != nil {
			t.Fatal(err)
		}
		if n, failed := ruleset.Test(context.Background(), e, set.Files); n != 1 || len(failed) > 0 {
			t.Errorf("%s: %d examples, %v", id, n, failed)
		}
	}
	for _, id := range []string{"", "A", "9a", "a-b", "../x", strings.Repeat("a", 65)} {
		if _, err := ruleset.Skeleton(id); err == nil {
			t.Errorf("id %q is accepted", id)
		}
	}
}

// TestOver checks that rules replace, take away and add.
func TestOver(t *testing.T) {
	own, err := ruleset.Skeleton("my_rule")
	if err != nil {
		t.Fatal(err)
	}
	instead, err := ruleset.Skeleton("noproc")
	if err != nil {
		t.Fatal(err)
	}
	set, err := ruleset.Load(dir(t, map[string]string{
		"my_rule.yaml": own, "noproc.yaml": instead, "badarg.yaml": "id: badarg\ndisabled: true\n",
	}))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]*classify.Rule{}
	rules := set.Over(classify.Rules())
	for _, r := range rules {
		got[r.ID] = r
	}
	if len(rules) != len(classify.Rules()) || got["badarg"] != nil || got["my_rule"] == nil || got["noproc"] == classify.RuleByID("noproc") {
		t.Errorf("%d rules; badarg %v, my_rule %v", len(rules), got["badarg"], got["my_rule"])
	}
}

// TestFamilies checks that ancestors are those in force: of rules of a project's
// own, and where one of these replaces a built-in one.
func TestFamilies(t *testing.T) {
	rule := func(id, parent string) string {
		text, err := ruleset.Skeleton(id)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Replace(text, "group:", "parent: "+parent+"\ngroup:", 1)
	}
	set, err := ruleset.Load(dir(t, map[string]string{
		"grandchild.yaml": rule("grandchild", "child"), "child.yaml": rule("child", "ets_table_missing"),
		"badarg.yaml": rule("badarg", "callers"), "callers.yaml": rule("callers", "exit_other"),
	}))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, r := range set.Over(classify.Rules()) {
		got[r.ID] = r.Family()
	}
	for id, want := range map[string]string{
		"grandchild": "exit_other", "child": "exit_other", "ets_table_missing": "exit_other", "badarg": "exit_other",
		"callers": "exit_other", "noproc": "noproc", "nil_receiver": "undef",
	} {
		if got[id] != want {
			t.Errorf("the family of %s is %s, want %s", id, got[id], want)
		}
	}
	if f := classify.RuleByID("ets_table_missing").Family(); f != "badarg" {
		t.Errorf("the built-in rule was written to: its family is %s", f)
	}
}

func TestLoadErrors(t *testing.T) {
	good, err := ruleset.Skeleton("a")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, text, want string }{
		{"a long expression", strings.Replace(good, `- reason: "{:a, value}"`, `- text: "(?P<value>`+strings.Repeat("x?", 600)+`)"`, 1), "a.yaml:8:11: the expression has"},
		{"a disabled rule that is none", "id: a\ndisabled: true\n", "expected that of the built-in rule"},
		{"an unknown parent", strings.Replace(good, "group:", "parent: nobody\ngroup:", 1), `parent is "nobody"; expected the id of a rule`},
		{"no rule", "- 1\n", "a.yaml:"},
	} {
		if _, err := ruleset.Load(dir(t, map[string]string{"a.yaml": c.text})); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	if _, err := ruleset.Load(filepath.Join(t.TempDir(), "nothing")); err == nil {
		t.Error("a directory that is not there is read")
	}
}

// TestTestFails checks that an example which is not as its rule says is told.
func TestTestFails(t *testing.T) {
	text, err := ruleset.Skeleton("a")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, with, want string }{
		{"(stop) {:a, 7}", "(stop) {:badmatch, 7}", "a.yaml: example 1: it is badmatch; expected a"},
		{"    log: |\n", "    binds: {value: \"8\"}\n    log: |\n", "a.yaml: example 1: value is 7; expected 8"},
		{"    log: |\n", "    binds: {other: \"8\"}\n    log: |\n", "other is not bound"},
		{"12:00:00.000 [error] GenServer MyApp.Server terminating\n      ** (stop) {:a, 7}", "nothing\n      at all", "no report in the log"},
	} {
		set, err := ruleset.Load(dir(t, map[string]string{"a.yaml": strings.Replace(text, c.old, c.with, 1)}))
		if err != nil {
			t.Fatal(err)
		}
		e, err := classify.New(classify.Options{Rules: set.Over(classify.Rules())})
		if err != nil {
			t.Fatal(err)
		}
		if _, failed := ruleset.Test(context.Background(), e, set.Files); len(failed) != 1 || !strings.Contains(failed[0].Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.with, failed, c.want)
		}
	}
}
