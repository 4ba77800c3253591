package prompt

import "fmt"

// reserveLeftOut is kept free for the list of what was left out.
const reserveLeftOut = 120

// part is a block of evidence before its size is known.
type part struct {
	id, title string
	floor     int // it is left out where not even so many tokens are free
	ceil      int // it gets no more at the default budget; more in proportion at a larger one
	empty     bool

	// write gives the text in about so many tokens, and says in words what had
	// to go ("12 of 40 lines"); "" where all of it is there.
	write func(tokens int) (text, left string)
}

// frameCost is about what the fence and title of a block take.
const frameCost = 28

// fit gives each part, in order of priority, what is free after the floors of
// the parts that follow. A part that does not fit is named in left.
func fit(parts []part, room int) (blocks []Block, left []string) {
	scale := func(n int) int { return n }
	if room > DefaultBudget {
		scale = func(n int) int { return n * room / DefaultBudget }
	}
	for i, p := range parts {
		if p.empty {
			continue
		}
		later := 0
		for _, q := range parts[i+1:] {
			if q.empty {
				continue
			}
			later += q.floor + frameCost
		}
		free := room - frameCost
		grant := min(scale(p.ceil), max(free-later, min(p.floor, free)))
		if grant < p.floor/2 || grant < 24 {
			left = append(left, fmt.Sprintf("%s (%s)", p.title, p.id))
			continue
		}
		text, missing := shrinkTo(p, grant)
		tokens := EstimateTokens(text)
		if text == "" {
			continue
		}
		if tokens > free {
			left = append(left, fmt.Sprintf("%s (%s)", p.title, p.id))
			continue
		}
		if missing != "" {
			left = append(left, fmt.Sprintf("of %s (%s): %s", p.title, p.id, missing))
		}
		blocks = append(blocks, Block{ID: p.id, Title: p.title, Text: text, Tokens: tokens, Cut: missing != ""})
		room -= tokens + frameCost
	}
	return blocks, left
}

// shrinkTo writes a part in at most tokens: what is written in "about" so many
// is asked for again with less.
func shrinkTo(p part, tokens int) (text, left string) {
	ask := tokens
	for range 8 {
		text, left = p.write(ask)
		got := EstimateTokens(text)
		if got <= tokens {
			return text, left
		}
		ask = min(ask*tokens/got, ask*9/10)
		if ask < 8 {
			break
		}
	}
	return text, left
}

// bytesFor is about how many bytes of log text fit into so many tokens.
func bytesFor(tokens int) int { return tokens * 12 / 5 }

// fitLines keeps the first lines that fit; the rest is counted.
func fitLines(lines []string, tokens int) (kept []string, left string) {
	used := 0
	for i, l := range lines {
		used += EstimateTokens(l) + 1
		if used > tokens {
			return lines[:i], fmt.Sprintf("%d of %d lines", len(lines)-i, len(lines))
		}
	}
	return lines, ""
}
