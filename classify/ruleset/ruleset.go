// Package ruleset reads the rules of a user from a directory, puts them over the
// built-in ones, and runs the examples of rules. Only who has such a directory
// pays for the YAML reader.
package ruleset

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/classify/rules/compile"
)

// Set is the rules of a directory.
type Set struct {
	Dir   string
	Files []*compile.File
}

// Load reads all rule files of a directory. Errors name the file, the line, the
// column and what was expected there.
func Load(dir string) (*Set, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return nil, fmt.Errorf("read rules: %w", err)
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("read rules: %s is no directory", dir)
	}
	files, err := compile.LoadUser(os.DirFS(dir), func(id string) bool { return classify.RuleByID(id) != nil })
	if err != nil {
		return nil, fmt.Errorf("%s/%w", strings.TrimRight(dir, "/"), err)
	}
	return &Set{Dir: dir, Files: files}, nil
}

// Over gives the built-in rules with those of the set: a rule of the same id
// takes the place of the built-in one, or takes it away.
func (s *Set) Over(builtin []*classify.Rule) []*classify.Rule {
	own := make(map[string]*compile.File, len(s.Files))
	for _, f := range s.Files {
		own[f.ID] = f
	}
	out := make([]*classify.Rule, 0, len(builtin)+len(s.Files))
	for _, r := range builtin {
		if own[r.ID] == nil {
			out = append(out, r)
		}
	}
	for _, f := range s.Files {
		if !f.Disabled {
			r := rule(f)
			r.File = filepath.Join(s.Dir, f.Name)
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b *classify.Rule) int { return strings.Compare(a.ID, b.ID) })
	return classify.Among(out)
}

// rule is the engine's form of a rule file.
func rule(f *compile.File) *classify.Rule {
	r := &classify.Rule{
		ID: f.ID, Since: f.Since, Parent: f.Parent, Title: f.Title, Group: f.Group, Generic: f.Generic,
		Severity: classify.Severity(f.Severity), Nature: classify.Nature(f.Nature), Blame: f.Blame, Summary: f.Summary,
		Causes: f.Causes, Checks: f.Checks, Fixes: f.Fixes, Principle: f.Principle, Docs: f.Docs, Computed: f.Computed,
	}
	for _, x := range f.FalseFriends {
		r.FalseFriends = append(r.FalseFriends, classify.FalseFriend(x))
	}
	for _, m := range f.Match {
		r.Match = append(r.Match, classify.Match{
			Reason: m.Reason, Exception: m.Exception, Text: m.Text, Frame: m.Frame, Kind: m.Kind, Context: m.Context,
			LastMessage: m.LastMessage, InitialCall: m.InitialCall, Class: m.Class, Weak: m.Weak, Frames: m.Frames,
			ChildType: m.ChildType, NoReason: m.NoReason, Wraps: m.Wraps, Aside: m.Aside,
			LastText: m.LastText, Shape: m.Shape, Name: m.Name,
		})
	}
	return r
}
