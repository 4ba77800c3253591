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

// Among gives the rules so that each knows its ancestors among them: rules of a
// project's own have parents too, or take the place of one. What is built in is
// not written to; rules whose ancestors differ are copies.
func Among(rules []*Rule) []*Rule {
	byID := make(map[string]*Rule, len(rules))
	for _, r := range rules {
		byID[r.ID] = r
	}
	linked := make(map[string]*Rule, len(rules))
	out := make([]*Rule, len(rules))
	for i, r := range rules {
		out[i] = link(r, byID, linked, maxAncestors)
	}
	return out
}

// link gives r with its parent, and remembers it in linked.
func link(r *Rule, byID, linked map[string]*Rule, depth int) *Rule {
	if done := linked[r.ID]; done != nil {
		return done
	}
	up := byID[r.Parent]
	if up == nil || depth == 0 {
		return r
	}
	up = link(up, byID, linked, depth-1)
	if up != RuleByID(r.Parent) {
		own := *r
		own.parent = up
		r = &own
	}
	linked[r.ID] = r
	return r
}

// above is the rule's parent, nil if it has none.
func (r *Rule) above() *Rule {
	if r.parent != nil {
		return r.parent
	}
	return RuleByID(r.Parent)
}

// Family is the id of the rule's topmost parent: its own where it has none.
func (r *Rule) Family() string {
	for range maxAncestors {
		p := r.above()
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

// Called reports whether name is that of the rule, its family or its group.
func (r *Rule) Called(name string) bool {
	return name == r.ID || name == r.Group || name == r.Family()
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
		r = r.above()
	}
	return false
}
