package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/beamlog/beamlog/classify"
)

// failOn says which findings make classify end with statusFound.
type failOn struct {
	severity classify.Severity // this and above; "" for none
	names    []string          // pattern ids, families and groups
}

var severities = []classify.Severity{classify.Info, classify.Warning, classify.Error, classify.Critical}

// parseFailOn reads the value of --fail-on: severities, pattern ids, families
// and groups, joined by commas; or "never".
func parseFailOn(s string, rules []*classify.Rule) (failOn, error) {
	var f failOn
	for word := range strings.SplitSeq(s, ",") {
		word = strings.TrimSpace(word)
		switch {
		case word == "never":
			if s != "never" {
				return f, fmt.Errorf("--fail-on %s: \"never\" stands alone", s)
			}
		case slices.Contains(severities, classify.Severity(word)):
			if f.severity == "" || slices.Index(severities, classify.Severity(word)) < slices.Index(severities, f.severity) {
				f.severity = classify.Severity(word)
			}
		case word == "new", word == "regression":
			return f, fmt.Errorf("--fail-on %s: there is no baseline to compare with", word)
		case isRuleName(word, rules):
			f.names = append(f.names, word)
		default:
			return f, fmt.Errorf("--fail-on %q: no severity, pattern, family or group has this name (see \"beamlog rules list\")", word)
		}
	}
	return f, nil
}

func isRuleName(word string, rules []*classify.Rule) bool {
	return slices.ContainsFunc(rules, func(r *classify.Rule) bool { return r.Called(word) })
}

// hits says whether the finding is one that f names.
func (f failOn) hits(x *classify.Finding) bool {
	if f.severity != "" && slices.Index(severities, x.Severity) >= slices.Index(severities, f.severity) {
		return true
	}
	return slices.ContainsFunc(f.names, x.Rule.Called)
}
