// Package suppress knows the crashes that a project expects: findings that are
// not to count, each for a reason that somebody wrote down, and up to a day.
package suppress

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/internal/near"
	"github.com/beamlog/beamlog/parser"
)

// Entry is one suppression as a project's configuration writes it. Of the first
// four fields those that are set must all hold.
type Entry struct {
	Pattern     string // a rule's id, its family or its group
	Process     string // name of the process that died, or the module that it ran; "*" stands for any part
	Application string // name of its application; "*" stands for any part
	Fingerprint string

	Reason string // never ""
	Until  string // the last day on which it counts, "2026-12-31"; "" for ever

	File  string
	Line  int
	Lines map[string]int // of its keys, as they are called in the file
}

// Place is where the entry stands: ".beamlog.toml:3".
func (e *Entry) Place() string { return e.place("") }

// place is where a key of the entry stands, or the entry itself where the file
// does not have the key.
func (e *Entry) place(key string) string {
	line := e.Line
	if n := e.Lines[key]; n > 0 {
		line = n
	}
	return fmt.Sprintf("%s:%d", e.File, line)
}

// Set is all suppressions of a project. A nil Set suppresses nothing. It is not
// for concurrent use.
type Set struct{ all []*member }

type member struct {
	Use
	process, application *regexp.Regexp
	told                 classify.Suppression
}

// Use is what became of one entry.
type Use struct {
	Entry
	Findings int // that it suppressed
	Again    int // that it would have suppressed, had it not expired
}

var fingerprint = regexp.MustCompile(`^[0-9a-f]{12}$`)

// New checks entries, against the rules that are in force, and gives their set.
func New(entries []Entry, rules []*classify.Rule) (*Set, error) {
	s := new(Set)
	for i := range entries {
		e := &entries[i]
		if err := e.check(rules); err != nil {
			return nil, err
		}
		s.all = append(s.all, &member{
			Use:         Use{Entry: *e},
			process:     glob(e.Process),
			application: glob(e.Application),
			told:        classify.Suppression{Reason: e.Reason, Until: e.Until, Place: e.Place()},
		})
	}
	return s, nil
}

func (e *Entry) check(rules []*classify.Rule) error {
	switch {
	case strings.TrimSpace(e.Reason) == "":
		return fmt.Errorf("%s: suppress has no reason: add reason = \"why this crash is expected\"", e.place("reason"))
	case e.Pattern+e.Process+e.Application+e.Fingerprint == "":
		return fmt.Errorf("%s: suppress names nothing: add pattern, process, application or fingerprint", e.Place())
	case e.Fingerprint != "" && !fingerprint.MatchString(e.Fingerprint):
		return fmt.Errorf("%s: fingerprint %q: expected the 12 hex digits that \"beamlog classify --count\" prints", e.place("fingerprint"), e.Fingerprint)
	}
	if e.Pattern == "" || slices.ContainsFunc(rules, func(r *classify.Rule) bool { return r.Called(e.Pattern) }) {
		return nil
	}
	var names []string
	for _, r := range rules {
		names = append(names, r.ID, r.Group)
	}
	return fmt.Errorf("%s: pattern %q: no rule, family or group has this name%s (see \"beamlog rules list\")",
		e.place("pattern"), e.Pattern, near.Hint(e.Pattern, names))
}

// glob compiles a name in which "*" stands for any text; nil for "".
func glob(s string) *regexp.Regexp {
	if s == "" {
		return nil
	}
	if !strings.Contains(s, "*") {
		s = parser.NameKey(s)
	}
	return regexp.MustCompile(`(?s)^` + strings.ReplaceAll(regexp.QuoteMeta(strings.TrimPrefix(s, ":")), `\*`, `.*`) + `$`)
}

// Find gives why a finding does not count on a day ("2026-12-31"), by the first
// entry that fits and has not expired; nil where it does count.
func (s *Set) Find(f *classify.Finding, day string) *classify.Suppression {
	if s == nil {
		return nil
	}
	var expired *member
	for _, m := range s.all {
		switch {
		case !m.fits(f):
		case m.Until == "" || day <= m.Until:
			return &m.told
		case expired == nil:
			expired = m
		}
	}
	if expired != nil {
		expired.Again++
	}
	return nil
}

// Count notes that a finding was left out for what Find gave.
func (s *Set) Count(x *classify.Suppression) {
	for _, m := range s.all {
		if x == &m.told {
			m.Findings++
		}
	}
}

// Uses tells what became of each entry, in the order of the file.
func (s *Set) Uses() []Use {
	if s == nil {
		return nil
	}
	var all []Use
	for _, m := range s.all {
		all = append(all, m.Use)
	}
	return all
}

func (m *member) fits(f *classify.Finding) bool {
	return (m.Pattern == "" || f.Rule.Called(m.Pattern)) &&
		(m.Fingerprint == "" || f.Fingerprint == m.Fingerprint) &&
		(m.process == nil || slices.ContainsFunc(dead(f.Report), m.process.MatchString)) &&
		(m.application == nil || slices.ContainsFunc(applications(f.Report), m.application.MatchString))
}

// dead gives the names of the process whose end a report tells of, and the module
// that it ran, which is all that most processes are known by: of a supervisor's
// report the child, unless the supervisor itself gave up.
func dead(r *parser.Report) []string {
	p := &r.Process
	names, call := []string{p.Name, p.Label, p.Handler}, p.InitialCall
	if r.Kind == parser.KindSupervisor && r.Context != parser.ContextShutdown && r.Child != nil {
		names, call = []string{r.Child.ID}, ""
	}
	if f, ok := parser.ReadFunction(call); ok {
		names = append(names, f.Module)
	}
	return keys(names)
}

// applications gives the names by which a report's application is known: that of
// the first frame of a project's own code or its libraries, the application that
// ended, and what the logger's metadata says.
func applications(r *parser.Report) []string {
	var names []string
	if r.Kind == parser.KindApplication {
		names = append(names, r.Process.Name)
	}
	if top := r.TopFrame(); top != nil {
		names = append(names, top.App)
	}
	if r.Record != nil {
		for _, m := range r.Record.Metadata {
			if m.Key == "application" {
				names = append(names, m.Value)
			}
		}
	}
	return keys(names)
}

func keys(names []string) []string {
	var all []string
	for _, n := range names {
		if k := parser.NameKey(n); k != "" {
			all = append(all, k)
		}
	}
	return all
}
