package compile

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/beamlog/beamlog/parser/term"
)

// The words that a rule may use.
var (
	groups     = []string{"code", "contract", "comm", "sup", "res", "net", "dist", "boot", "web", "data", "jobs", "multi"}
	severities = []string{"info", "warning", "error", "critical"}
	natures    = []string{"deterministic", "transient", "depends", "benign"}
	blames     = []string{"code", "caller", "callee", "config", "environment", "dependency", "operator"}
	classes    = []string{"error", "exit", "throw"}
)

// BuiltIn are the names that every template may use. The engine fills them from
// the report.
var BuiltIn = []string{"process", "callback", "behaviour", "module", "supervisor", "child", "frame", "function", "reason", "client",
	"last_message", "legal", "type", "message", "application", "target", "request"}

// check checks one file alone.
func (f *File) check() error {
	if want := strings.TrimSuffix(f.Name, ".yaml"); f.ID != want {
		return f.errorf("$.id", "id is %q; expected %q, the file's name", f.ID, want)
	}
	if f.Disabled {
		return f.checkDisabled()
	}
	for _, w := range []struct {
		at, got string
		want    []string
	}{
		{"$.group", f.Group, groups}, {"$.severity", f.Severity, severities},
		{"$.nature", f.Nature, natures}, {"$.blame", f.Blame, blames},
	} {
		if !slices.Contains(w.want, w.got) {
			return f.errorf(w.at, "%s is %q; expected one of %s", strings.TrimPrefix(w.at, "$."), w.got, strings.Join(w.want, ", "))
		}
	}
	for _, w := range []struct {
		at    string
		empty bool
	}{
		{"$.title", f.Title == ""}, {"$.since", f.Since == "" && !f.user}, {"$.summary", f.Summary == ""},
		{"$.principle", f.Principle == "" && !f.user}, {"$.match", len(f.Match) == 0 && !f.Computed}, {"$.causes", len(f.Causes) == 0},
		{"$.checks", len(f.Checks) == 0}, {"$.fixes", len(f.Fixes) == 0}, {"$.docs", len(f.Docs) == 0 && !f.user},
		{"$.examples", len(f.Examples) == 0 && !f.user},
	} {
		if w.empty {
			return f.errorf(w.at, "%s is missing; every rule has it", strings.TrimPrefix(w.at, "$."))
		}
	}
	if err := f.checkCauses(); err != nil {
		return err
	}
	if f.Computed && len(f.Match) > 0 {
		return f.errorf("$.match", "a computed rule has no match")
	}
	for i := range f.Match {
		if err := f.checkMatch(i); err != nil {
			return err
		}
	}
	for i, friend := range f.FalseFriends {
		if friend.Says == "" || friend.Truth == "" {
			return f.errorf(fmt.Sprintf("$.false_friends[%d]", i), "expected says and truth")
		}
	}
	if err := f.checkExamples(); err != nil {
		return err
	}
	return f.checkTemplates()
}

// tell is what follows a cause: how to tell it from the others.
var tell = regexp.MustCompile(`: (?:[^:\s]|:\w+\.)`)

// asides are the parts of a cause in which a colon says nothing of it: names,
// quotations, terms.
var asides = []*regexp.Regexp{
	regexp.MustCompile(`\{\{[^}]*\}\}`), regexp.MustCompile(`"[^"]*"`),
	regexp.MustCompile(`%?\{[^{}]*\}`), regexp.MustCompile(`\[[^\[\]]*\]`),
}

// Tells reports whether a cause says how to tell it from the others: "its owner
// died: the owner's crash stands just before".
func Tells(cause string) bool {
	for _, re := range asides {
		cause = re.ReplaceAllString(cause, "_")
	}
	return tell.MatchString(cause)
}

// checkCauses checks that a reader can choose between the causes. The first is
// the one to think of where nothing points to another. Users' rules are free.
func (f *File) checkCauses() error {
	if f.user {
		return nil
	}
	if sole := f.SoleCause != ""; sole != (len(f.Causes) == 1) {
		return f.errorf("$.causes", "%d causes; expected two or more, or one and sole_cause, which says why there is no other", len(f.Causes))
	}
	for i, c := range f.Causes {
		if i > 0 && !Tells(c) {
			return f.errorf(fmt.Sprintf("$.causes[%d]", i), "%q does not say how to tell it from the others; expected \"why: what shows it\"", c)
		}
	}
	return nil
}

// checkDisabled checks a file that only takes a built-in rule away.
func (f *File) checkDisabled() error {
	switch {
	case !f.user:
		return f.errorf("$.disabled", "a built-in rule is not disabled but deleted")
	case len(f.Match) > 0:
		return f.errorf("$.match", "a disabled rule has no match; expected only id and disabled")
	}
	return nil
}

// maxExpression bounds the regular expressions of rules, which take linear time
// in the text, but also in their own size.
const maxExpression = 1000

// checkMatch compiles the patterns and expressions of one match.
func (f *File) checkMatch(i int) error {
	m, at := &f.Match[i], fmt.Sprintf("$.match[%d]", i)
	for _, p := range [][2]string{{"reason", m.Reason}, {"last_message", m.LastMessage}} {
		if p[1] == "" {
			continue
		}
		if _, err := term.ParsePattern(p[1]); err != nil {
			return f.errorf(at+"."+p[0], "expected a term pattern: %v", err)
		}
	}
	for _, re := range [][2]string{{"text", m.Text}, {"frame", m.Frame}, {"frames", m.Frames}, {"last_text", m.LastText}, {"name", m.Name}, {"initial_call", m.InitialCall}} {
		if len(re[1]) > maxExpression {
			return f.errorf(at+"."+re[0], "the expression has %d bytes; expected at most %d", len(re[1]), maxExpression)
		}
		if _, err := regexp.Compile(re[1]); err != nil {
			return f.errorf(at+"."+re[0], "expected a regular expression: %v", err)
		}
	}
	if m.Class != "" && !slices.Contains(classes, m.Class) {
		return f.errorf(at+".class", "class is %q; expected one of %s", m.Class, strings.Join(classes, ", "))
	}
	if m.Reason != "" && m.Exception != "" {
		return f.errorf(at, "reason and exception in one match; expected one of them")
	}
	if m.Reason == "" && m.Exception == "" && m.Text == "" && !m.NoReason && len(m.Kind) == 0 && len(m.Context) == 0 {
		return f.errorf(at, "the match fits everything; expected reason, exception, text, kind or context")
	}
	return nil
}

// checkExamples checks that examples say who wrote them.
func (f *File) checkExamples() error {
	for i, e := range f.Examples {
		if e.By == "" || e.Log == "" || e.Want != "" {
			return f.errorf(fmt.Sprintf("$.examples[%d]", i), "expected by and log, and no want")
		}
	}
	for i, e := range f.Counterexamples {
		if e.By == "" || e.Log == "" || e.Want == "" {
			return f.errorf(fmt.Sprintf("$.counterexamples[%d]", i), "expected by, want and log")
		}
	}
	return nil
}

// Bound are the names that the matches of the rule bind.
func (f *File) Bound() []string {
	var names []string
	for i := range f.Match {
		m := &f.Match[i]
		for _, p := range []string{m.Reason, m.LastMessage} {
			if p == "" {
				continue
			}
			if q, err := term.ParsePattern(p); err == nil {
				names = append(names, q.Variables()...)
			}
		}
		if re, err := regexp.Compile(m.Text); err == nil {
			for _, n := range re.SubexpNames() {
				if n != "" {
					names = append(names, n)
				}
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// texts are all templates of the rule, with their places.
func (f *File) texts() [][2]string {
	out := [][2]string{{"$.title", f.Title}, {"$.summary", f.Summary}, {"$.principle", f.Principle}}
	for _, list := range []struct {
		at    string
		texts []string
	}{{"$.causes", f.Causes}, {"$.checks", f.Checks}, {"$.fixes", f.Fixes}} {
		for i, t := range list.texts {
			out = append(out, [2]string{fmt.Sprintf("%s[%d]", list.at, i), t})
		}
	}
	return out
}

// checkTemplates checks that templates use names that exist, and that every
// bound name is used.
func (f *File) checkTemplates() error {
	bound := f.Bound()
	used := map[string]bool{}
	for _, t := range f.texts() {
		if err := checkClauses(t[1]); err != nil {
			return f.errorf(t[0], "%v", err)
		}
		names, err := templateNames(t[1])
		if err != nil {
			return f.errorf(t[0], "%v", err)
		}
		for _, n := range names {
			used[n] = true
			if !slices.Contains(bound, n) && !slices.Contains(BuiltIn, n) {
				return f.errorf(t[0], "{{%s}} is no name; expected one that the match binds (%s) or a built-in one (%s)",
					n, strings.Join(bound, ", "), strings.Join(BuiltIn, ", "))
			}
		}
	}
	for _, n := range bound {
		if !used[n] {
			return f.errorf("$.match", "the match binds %s, and no text uses it; expected it in a text, or _%s", n, n)
		}
	}
	return nil
}

// checkClauses checks that each "[[" has its "]]", and a name before the bar.
func checkClauses(s string) error {
	for rest := s; ; {
		before, after, ok := strings.Cut(rest, "[[")
		if strings.Contains(before, "]]") {
			return fmt.Errorf("expected [[ before ]] in %q", s)
		}
		if !ok {
			return nil
		}
		clause, next, ok := strings.Cut(after, "]]")
		given, _, _ := strings.Cut(clause, "|")
		if !ok || strings.Contains(clause, "[[") || !strings.Contains(given, "{{") {
			return fmt.Errorf("expected [[clause with {{name}}]] or [[clause with {{name}}|other words]] in %q", s)
		}
		rest = next
	}
}

// templateNames are the names between "{{" and "}}".
func templateNames(s string) ([]string, error) {
	var names []string
	for {
		_, rest, ok := strings.Cut(s, "{{")
		if !ok {
			return names, nil
		}
		name, after, ok := strings.Cut(rest, "}}")
		if !ok || name == "" || strings.ContainsFunc(name, func(r rune) bool { return r != '_' && !unicode.IsLower(r) && !unicode.IsDigit(r) }) {
			return nil, fmt.Errorf("expected {{name}} in %q", s)
		}
		names, s = append(names, name), after
	}
}

// checkAll checks what needs all files: parents and the wants of counterexamples.
// builtin says which ids are known beside those of files; it may be nil.
func checkAll(files []*File, builtin func(id string) bool) error {
	ids := map[string]*File{}
	for _, f := range files {
		ids[f.ID] = f
	}
	known := func(id string) bool { return ids[id] != nil || builtin != nil && builtin(id) }
	for _, f := range files {
		if f.Disabled && !builtin(f.ID) {
			return f.errorf("$.id", "id is %q; expected that of the built-in rule to disable", f.ID)
		}
		if f.Parent != "" && !known(f.Parent) {
			return f.errorf("$.parent", "parent is %q; expected the id of a rule", f.Parent)
		}
		for p, n := f, 0; p != nil && p.Parent != ""; p, n = ids[p.Parent], n+1 {
			if n > len(files) {
				return f.errorf("$.parent", "the parents of %s go round in a circle", f.ID)
			}
		}
		for i, e := range f.Counterexamples {
			if !known(e.Want) {
				return f.errorf(fmt.Sprintf("$.counterexamples[%d].want", i), "want is %q; expected the id of a rule", e.Want)
			}
		}
	}
	return nil
}
