// Package literal finds the texts without which a regular expression does not
// match: looking for them first saves most searches with the expression, and its
// compiling.
package literal

import "regexp/syntax"

// Of gives texts of which every match of an expression holds one. None where it
// cannot tell, and where the expression is empty or does not parse.
func Of(expr string) []string {
	re, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return nil
	}
	return required(re.Simplify())
}

// required is [Of] for a part of an expression: of the parts of a sequence, the
// one whose shortest literal is longest.
func required(re *syntax.Regexp) []string {
	switch re.Op {
	case syntax.OpLiteral:
		if re.Flags&syntax.FoldCase == 0 {
			return []string{string(re.Rune)}
		}
	case syntax.OpConcat:
		var best []string
		for _, sub := range re.Sub {
			if lits := required(sub); Shortest(lits) > Shortest(best) {
				best = lits
			}
		}
		return best
	case syntax.OpAlternate:
		var all []string
		for _, sub := range re.Sub {
			lits := required(sub)
			if len(lits) == 0 {
				return nil
			}
			all = append(all, lits...)
		}
		return all
	case syntax.OpCapture, syntax.OpPlus:
		return required(re.Sub[0])
	}
	return nil
}

// Shortest is the length of the shortest text, 0 if there is none.
func Shortest(texts []string) int {
	n := 0
	for i, s := range texts {
		if i == 0 || len(s) < n {
			n = len(s)
		}
	}
	return n
}
