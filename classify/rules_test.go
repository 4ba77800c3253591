package classify_test

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/classify/rules/compile"
	"github.com/beamlog/beamlog/classify/ruleset"
	"github.com/beamlog/beamlog/parser"
	"github.com/google/go-cmp/cmp"
)

// files reads the rule files from the source folder.
func files(t testing.TB) []*compile.File {
	t.Helper()
	fs, err := compile.Load(os.DirFS("rules"))
	if err != nil {
		t.Fatal(err)
	}
	return fs
}

// engine makes an engine of the built-in rules.
func engine(t testing.TB) *classify.Engine {
	t.Helper()
	e, err := classify.New(classify.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// read gives the reports of a log.
func read(t testing.TB, log string) []*parser.Report {
	t.Helper()
	out, err := ruleset.Reports(context.Background(), log)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// findings classifies a log.
func findings(t testing.TB, e *classify.Engine, log string) []*classify.Finding {
	t.Helper()
	var out []*classify.Finding
	for _, r := range read(t, log) {
		out = append(out, e.Classify(r))
	}
	return out
}

// TestExamples runs all examples of all rules: the own rule wins, and a look-alike
// gets the rule that it wants.
func TestExamples(t *testing.T) {
	n, failed := ruleset.Test(context.Background(), engine(t), files(t))
	for _, f := range failed {
		t.Error(f)
	}
	if n < 300 {
		t.Errorf("%d examples", n)
	}
}

// TestFindings checks what every finding of an example has.
func TestFindings(t *testing.T) {
	e := engine(t)
	for _, file := range files(t) {
		for i, ex := range file.Examples {
			fs, err := ruleset.Findings(context.Background(), e, ex)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range fs {
				for _, other := range f.Alternatives {
					if classify.RuleByID(other) == nil {
						t.Errorf("alternative %s is no rule", other)
					}
				}
				if at := faults.FindString(f.Summary()); strings.Contains(f.Summary(), "{{") || f.Summary() == "" {
					t.Errorf("%s, example %d: %q in the summary %q", file.Name, i+1, at, f.Summary())
				}
				if len(f.Fingerprint) != 12 || len(f.Variant) != 12 || !strings.HasPrefix(f.Recipe, "v1|") {
					t.Errorf("%s, example %d: fingerprint %q, variant %q, recipe %q", file.Name, i+1, f.Fingerprint, f.Variant, f.Recipe)
				}
			}
		}
	}
}

// aside says whether some match of a rule is only ever an alternative.
func aside(id string) bool {
	return slices.ContainsFunc(classify.RuleByID(id).Match, func(m classify.Match) bool { return m.Aside })
}

// TestNoStrangers checks that no rule outside the winner's family fits an
// example, but for reasons inside a value.
func TestNoStrangers(t *testing.T) {
	e := engine(t)
	for _, file := range files(t) {
		for i, ex := range file.Examples {
			fs, err := ruleset.Findings(context.Background(), e, ex)
			if err != nil || len(fs) == 0 || file.Computed {
				continue
			}
			f := fs[0]
			for _, id := range f.Alternatives {
				if !slices.Contains(file.Also, id) && !aside(id) && classify.RuleByID(id).Family() != f.Rule.Family() {
					t.Errorf("%s, example %d: %s fits as well", file.Name, i+1, id)
				}
			}
		}
	}
}

// TestGenerated checks that the table is what the rule files say.
func TestGenerated(t *testing.T) {
	fs := files(t)
	want, err := compile.Go(fs)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("rules_gen.go")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Error("rules_gen.go differs from rules/*.yaml; run go generate ./classify")
	}
	dir := filepath.Join("..", "docs", "patterns")
	pages := compile.Markdown(fs)
	for name, text := range pages {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Errorf("%v; run go generate ./classify", err)
			continue
		}
		if diff := cmp.Diff(text, string(got)); diff != "" {
			t.Errorf("docs/patterns/%s differs from its rule; run go generate ./classify\n%s", name, diff)
		}
	}
	old, err := filepath.Glob(filepath.Join(dir, "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range old {
		if _, ok := pages[filepath.Base(name)]; !ok {
			t.Errorf("docs/patterns/%s is of no rule", filepath.Base(name))
		}
	}
}

// TestTable checks what the lookups of the table rely on.
func TestTable(t *testing.T) {
	rules := classify.Rules()
	if !slices.IsSortedFunc(rules, func(a, b *classify.Rule) int { return strings.Compare(a.ID, b.ID) }) {
		t.Error("the rules are not sorted by id")
	}
	for _, r := range rules {
		if classify.RuleByID(r.ID) != r {
			t.Errorf("RuleByID(%q) is another rule", r.ID)
		}
		if f := classify.RuleByID(r.Family()); f == nil || f.Parent != "" {
			t.Errorf("the family of %s is %s, which is no topmost rule", r.ID, r.Family())
		}
	}
	if classify.RuleByID("no_such_rule") != nil {
		t.Error("a rule of an unknown id")
	}
}

// groupCounts are the patterns that are known, by group.
var groupCounts = map[string]int{
	"code": 51, "contract": 30, "comm": 21, "sup": 16, "res": 18, "net": 18, "dist": 10, "boot": 14,
	"web": 22, "data": 19, "jobs": 13, "multi": 11,
}

// beside are the rules for what no pattern names.
var beside = []string{"system_limit", "exception_other", "exit_other", "gleam_let_assert", "gleam_panic", "http_connect_failed", "cache_not_started"}

// TestCount checks that all patterns have a rule, and that every rule tells all
// that an explanation needs.
func TestCount(t *testing.T) {
	got := map[string]int{}
	for _, r := range classify.Rules() {
		if !slices.Contains(beside, r.ID) {
			got[r.Group]++
		}
		for what, n := range map[string]int{
			"causes": len(r.Causes), "checks": len(r.Checks), "fixes": len(r.Fixes), "docs": len(r.Docs), "principle": len(r.Principle),
		} {
			if n == 0 {
				t.Errorf("%s has no %s", r.ID, what)
			}
		}
		if r.Computed != (len(r.Match) == 0) {
			t.Errorf("%s: computed %v with %d matches", r.ID, r.Computed, len(r.Match))
		}
	}
	if diff := cmp.Diff(groupCounts, got); diff != "" {
		t.Errorf("rules by group (-want +got):\n%s", diff)
	}
	if want := 243 + len(beside); len(classify.Rules()) != want {
		t.Errorf("%d rules, want %d", len(classify.Rules()), want)
	}
}

// writers are those whose text an example may hold: a runtime, a library's source,
// or a log of this house.
var writers = regexp.MustCompile(`^(?:(?:elixir|otp|gleam|phoenix|lager|ranch|rabbitmq|ejabberd)[ -]\d|(?:the (?:text|term|tuple|reason|frames|form of the assigns)|a (?:code|message)) of \S)`)

// stored are the writers that not every machine has: their examples are pieces of
// the logs that are kept.
var stored = regexp.MustCompile(`^(?:phoenix|lager|rabbitmq|ejabberd)\b`)

// houseLogs reads the logs under testdata/logs.
func houseLogs(t *testing.T) []string {
	t.Helper()
	var logs []string
	err := filepath.WalkDir(filepath.Join("..", "testdata", "logs"), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".log" {
			return err
		}
		b, err := os.ReadFile(path)
		logs = append(logs, string(b))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return logs
}

// TestReal checks that every example says who wrote it: a runtime, a log of this
// house, or the source of the library whose text it has.
func TestReal(t *testing.T) {
	logs := houseLogs(t)
	for _, file := range files(t) {
		for i, ex := range slices.Concat(file.Examples, file.Counterexamples) {
			if strings.Contains(ex.By, "made up by hand") || !writers.MatchString(ex.By) {
				t.Errorf("%s, example %d: by is %q; expected a runtime or a library with its version, a file under testdata/logs, or \"the text of X's source\"", file.Name, i+1, ex.By)
			}
			lines := strings.FieldsFunc(ex.Log, func(r rune) bool { return r == '\n' })
			if stored.MatchString(ex.By) && !slices.ContainsFunc(logs, func(log string) bool {
				return strings.Contains(log, lines[0]) && strings.Contains(log, lines[min(1, len(lines)-1)])
			}) {
				t.Errorf("%s, example %d: %q is in no log under testdata/logs", file.Name, i+1, lines[0])
			}
			name, _, _ := strings.Cut(ex.By, ".log")
			if dir := name[strings.LastIndexAny(name, " ")+1:]; name != ex.By && strings.Contains(dir, "/") {
				if hits, _ := filepath.Glob(filepath.Join("..", "testdata", "logs", "*", dir+".log")); len(hits) == 0 {
					if _, err := os.Stat(filepath.Join("..", "testdata", "logs", dir+".log")); err != nil {
						t.Errorf("%s, example %d: by names %s.log, which is not under testdata/logs", file.Name, i+1, dir)
					}
				}
			}
		}
	}
}
