package main

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/beamlog/beamlog/parser/ingest/teddy"
)

const literalsFile = "../../literals.go"

// TestReadLiterals finds what the table was made of.
func TestReadLiterals(t *testing.T) {
	texts, err := readLiterals(literalsFile)
	if err != nil {
		t.Fatal(err)
	}
	if len(texts) < 50 || !slices.Contains(texts, "** (") || !slices.Contains(texts, " terminating") {
		t.Errorf("got %d literals: %q", len(texts), texts)
	}
}

// TestSearch holds the search to a table for all texts, the same each time, and
// better than the one that it begins with.
func TestSearch(t *testing.T) {
	texts, err := readLiterals(literalsFile)
	if err != nil {
		t.Fatal(err)
	}
	text := madeUp(1 << 18)
	for _, k := range []teddy.Kernel{teddy.AVX2, teddy.VBMI} {
		run := func(steps int) *layout {
			rng := rand.New(rand.NewPCG(1, 2))
			return search(newSample(k.Probes(), text, 1<<14, rng), nil, texts, steps, rng)
		}
		first, later := run(0), run(20)
		if later.total() > first.total() {
			t.Errorf("kernel %d: %d candidates at first, %d later", k, first.total(), later.total())
		}
		if !sameTexts(later.placements(), texts) {
			t.Errorf("kernel %d: the table has not all texts", k)
		}
		if !slices.Equal(later.placements(), run(20).placements()) {
			t.Errorf("kernel %d: two runs differ", k)
		}
		// A table that lacks some texts keeps the others where no step is left to move them.
		some := later.placements()[:len(texts)-3]
		again := search(later.s, some, texts, 0, rand.New(rand.NewPCG(1, 2))).placements()
		if !sameTexts(again, texts) || !slices.Equal(again[:len(some)], some) || missing(some, texts) != 3 {
			t.Errorf("kernel %d: three texts more move others", k)
		}
		// What was counted step by step is what a count of it all gives.
		if whole := newLayout(later.s, later.placements()); whole.total() != later.total() {
			t.Errorf("kernel %d: %d candidates, counted again %d", k, later.total(), whole.total())
		}
	}
}
