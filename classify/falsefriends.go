package classify

import (
	"strings"

	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/term"
)

// FalseFriend gives what is wrong with the reason itself: the VM writes no such
// atom, and the rule knows what was meant. Nil where the reason can be.
func (f *Finding) FalseFriend() *FalseFriend {
	return f.Rule.falseFriend(reasonTag(&f.Report.Reason))
}

// falseFriend gives the rule's false friend of this atom, nil if it has none.
func (r *Rule) falseFriend(atom string) *FalseFriend {
	for i := range r.FalseFriends {
		if x := &r.FalseFriends[i]; x.Atom != "" && x.Atom == atom {
			return x
		}
	}
	return nil
}

// reasonTag is the atom that a reason is, or that its tuple begins with.
func reasonTag(r *parser.Reason) string {
	t := r.Cause
	if t.Kind == term.Tuple && len(t.Args) > 0 {
		t = t.Args[0]
	}
	if t.Kind != term.Atom {
		return ""
	}
	return t.Text
}

// MeantBy gives the rule that somebody means who writes an atom that no runtime
// does, as bad_match, and what is wrong with it; nil where nobody is known to.
func MeantBy(rules []*Rule, atom string) (*Rule, *FalseFriend) {
	atom = strings.TrimPrefix(atom, ":")
	for _, r := range rules {
		if x := r.falseFriend(atom); x != nil {
			return r, x
		}
	}
	return nil, nil
}
