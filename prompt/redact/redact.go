// Package redact hides secrets in terms and in text, reversibly.
//
// A hidden value becomes REDACTED_<KIND>_<n>, the same value the same
// placeholder wherever one [Redactor] meets it, and stays inside the quotes it
// stood in: a string is still a string, and a redacted term still has its
// shape. What is hidden is found by the name of its key (password: "…"), by
// its position ({:login, user, password}), by its own form (a JWT, a bcrypt
// hash, an e-mail address), and by having been hidden once elsewhere.
//
// Modules, functions, files and lines, pids, references, exit tags and
// versions are never touched.
package redact

import (
	"fmt"
	"sort"

	"github.com/beamlog/beamlog/parser/term"
)

// prefix begins every placeholder.
const prefix = "REDACTED_"

// Level says how much is hidden.
type Level uint8

// The levels.
const (
	Standard Level = iota // what is known or looks like a secret or personal data
	Strict                // every string, binary and number in terms, too
	Off                   // nothing
)

// ParseLevel reads the name of a level: "standard", "strict" or "off".
func ParseLevel(s string) (Level, error) {
	for _, l := range [...]Level{Standard, Strict, Off} {
		if l.String() == s {
			return l, nil
		}
	}
	return Standard, fmt.Errorf("redaction level %q: want standard, strict or off", s)
}

// String returns the level's name.
func (l Level) String() string {
	switch l {
	case Strict:
		return "strict"
	case Off:
		return "off"
	}
	return "standard"
}

// Count is how many different values of one kind were hidden.
type Count struct {
	Kind string // "PASSWORD", "EMAIL" …
	N    int
}

// Redactor hides secrets and remembers them. It is not safe for concurrent use.
type Redactor struct {
	level Level
	vault *vault
}

// New returns a redactor that has hidden nothing yet.
func New(level Level) *Redactor {
	return &Redactor{level: level, vault: newVault()}
}

// Term returns t with the secrets in it hidden. Its shape stays: each leaf is
// replaced by a leaf.
func (r *Redactor) Term(t term.Term) term.Term {
	if r.level == Off {
		return t
	}
	w := walker{r: r}
	w.reserve(t)
	w.walk(t, place{}, 0) // what is found late is hidden early, too
	return w.walk(t, place{}, 0)
}

// Text returns s with the secrets in it hidden: in the terms it holds, after
// key: and key=, in headers and URLs. All else stays as it is, byte for byte.
func (r *Redactor) Text(s string) string {
	if r.level == Off || s == "" {
		return s
	}
	r.vault.reserve(s)
	s = r.inTerms(s)
	if r.level == Strict {
		s = r.inQuotes(s)
	}
	s = r.afterKeys(s)
	s = r.patterns(s)
	return r.vault.replaceKnown(s)
}

// Learn looks for secrets in texts that will be redacted later, so that a
// value whose key stands in the last of them is hidden in the first.
func (r *Redactor) Learn(texts ...string) {
	if r.level == Off {
		return
	}
	for _, s := range texts {
		r.vault.reserve(s)
	}
	for _, s := range texts {
		r.Text(s)
	}
}

// Counts returns how many values were hidden, by kind, sorted by kind.
func (r *Redactor) Counts() []Count {
	var out []Count
	for _, k := range r.vault.kinds {
		out = append(out, Count{Kind: k, N: r.vault.count[k]})
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Kind < out[j].Kind })
	return out
}

// Restore puts the hidden values back into s. A placeholder that this
// redactor did not make stays.
func (r *Redactor) Restore(s string) string { return r.vault.restore(s) }
