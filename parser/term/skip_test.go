package term

import (
	"math/rand/v2"
	"testing"
)

// What skipLeaf knows ends where the reader ends it.
func TestSkipLeaf(t *testing.T) {
	parts := []string{
		"a", "Z", "Shop", "Cart", ".", ":", "/", "1", "0", "23", "x", "fun", "_", "@", "?", "!", "(", ")", "\n", " ", ",", "<", ">",
		"#PID<", "0.1.0", ";", "]", "}", "e5", "é", "nil", "fun", "-", "\"", "'", "é", "#", "b1",
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	known := 0
	for range 300_000 {
		text := ""
		for range 1 + rnd.IntN(7) {
			text += parts[rnd.IntN(len(parts))]
		}
		got, call := skipLeaf(text, 0)
		if got == 0 {
			continue
		}
		known++
		if call {
			got, _ = skipTo(text, got+1, 1, false)
		}
		term, end, complete := ReadIn(text, Elixir)
		if got != end || !call && !complete || term.Kind == None {
			t.Fatalf("%q ends at %d, for the reader at %d (%t, %+v)", text, got, end, complete, term)
		}
	}
	if known == 0 {
		t.Error("nothing was known")
	}
}
