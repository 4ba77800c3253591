package classify

import (
	"slices"
	"strings"
)

//go:generate go run ./rules/gen

// Rules gives the built-in rules in the order of their ids. The slice must not
// be written to.
func Rules() []*Rule { return builtin }

// RuleByID gives a built-in rule, nil if there is none of that id.
func RuleByID(id string) *Rule {
	i, ok := slices.BinarySearchFunc(builtin, id, func(r *Rule, id string) int { return strings.Compare(r.ID, id) })
	if !ok {
		return nil
	}
	return builtin[i]
}

// maxAncestors bounds the walk from a rule to its family.
const maxAncestors = 8

// Family is the id of the rule's topmost parent: its own where it has none.
func (r *Rule) Family() string {
	for range maxAncestors {
		p := RuleByID(r.Parent)
		if p == nil {
			break
		}
		r = p
	}
	if r.Parent != "" {
		return r.Parent
	}
	return r.ID
}

// within reports whether r is a narrower case of the rule of.
func (r *Rule) within(of *Rule) bool {
	for range maxAncestors {
		if r == nil || r.Parent == "" {
			return false
		}
		if r.Parent == of.ID {
			return true
		}
		r = RuleByID(r.Parent)
	}
	return false
}
