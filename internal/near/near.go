// Package near guesses which name a mistyped one was meant to be.
package near

import "strings"

// Name gives the one of some names that a mistyped one is most like; "" if it is
// like none of them.
func Name(name string, names []string) string {
	best, most := "", (len(name)+1)/3
	for _, n := range names {
		d := distance(name, n)
		if d == 0 || d <= most && (best == "" || d < distance(name, best)) {
			best = n
		}
	}
	if best == "" && len(name) >= 3 {
		for _, n := range names {
			if strings.Contains(n, name) || strings.Contains(name, n) {
				return n
			}
		}
	}
	return best
}

// Hint is what a message about a mistyped name says of the one that it is most
// like: " (is timeout meant?)"; "" if it is like none of them.
func Hint(name string, names []string) string {
	if n := Name(name, names); n != "" {
		return " (is " + n + " meant?)"
	}
	return ""
}

// distance is how many letters must be put in, left out or changed to make one
// word of another.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := before
			if a[i] != b[j] {
				change++
			}
			before = row[j+1]
			row[j+1] = min(change, before+1, row[j]+1)
		}
	}
	return row[len(b)]
}
