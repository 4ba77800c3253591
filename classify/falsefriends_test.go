package classify_test

import (
	"strings"
	"testing"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/parser"
)

// TestFalseFriends checks that what is known to be said of the BEAM, and not so,
// stands with its rule.
func TestFalseFriends(t *testing.T) {
	for _, c := range []struct{ rule, says string }{
		{"badmatch", "{:bad_match, value}"}, {"badarg", "{:bad_arg, value}"}, {"noproc", ":no_proc"}, {"undef", ":undefined_function"},
		{"restart_loop", "Starting W restart 1/3"}, {"bad_return_value", "handle_info"}, {"badarg", "guard"},
		{"badmatch", "%{state: :pending} = state"}, {"timeout", "timed out"}, {"normal_exit", ":normal"},
		{"noproc", "always tells of a fault"}, {"killed", "report"}, {"app_exited", ":shutdown"},
	} {
		found := false
		for _, x := range classify.RuleByID(c.rule).FalseFriends {
			found = found || strings.Contains(x.Says, c.says)
		}
		if !found {
			t.Errorf("%s does not say that %q is not so", c.rule, c.says)
		}
	}
}

// TestFalseFriendsAreNamed checks that a reason which no runtime writes is told
// from the one that is meant, and that the rule of that one is found by it.
func TestFalseFriendsAreNamed(t *testing.T) {
	n := 0
	for _, r := range classify.Rules() {
		for _, x := range r.FalseFriends {
			if x.Atom == "" {
				continue
			}
			n++
			for _, reason := range []string{":" + x.Atom, "{:" + x.Atom + ", 1}"} {
				f := classifyTerm(t, parser.KindOther, reason)
				if f.Rule != r {
					continue // the atom alone, or the tuple, means nothing
				}
				if got := f.FalseFriend(); got == nil || got.Atom != x.Atom || f.Confidence != classify.Weak {
					t.Errorf("%s: %v, %s", reason, got, f.Confidence)
				}
			}
			if rule, got := classify.MeantBy(classify.Rules(), ":"+x.Atom); rule != r || got.Atom != x.Atom {
				t.Errorf("%s means %v", x.Atom, rule)
			}
		}
	}
	if n != 4 {
		t.Errorf("%d reasons that no runtime writes, want 4", n)
	}
	for _, reason := range []string{"{:badmatch, 1}", ":noproc", ":badarg", ":undef"} {
		if x := classifyTerm(t, parser.KindOther, reason).FalseFriend(); x != nil {
			t.Errorf("%s is said to be %s", reason, x.Says)
		}
	}
	for _, reason := range []string{":no_proc", "{:bad_match, 1}", "{:bad_arg, 1}", ":undefined_function"} {
		if classifyTerm(t, parser.KindOther, reason).FalseFriend() == nil {
			t.Errorf("%s is taken for what a runtime writes", reason)
		}
	}
}
