package ingest

import (
	"bytes"
	"sync"

	"github.com/beamlog/beamlog/parser/ingest/teddy"
)

// teddyScanner is the scanner for CPUs that compare 32 bytes at a time.
type teddyScanner struct{ *teddy.Searcher }

func (t teddyScanner) next(block []byte, from int) (pos, literal int) { return t.Next(block, from) }

// fastest is the fastest scanner that this CPU has; it is made on first use.
var fastest = sync.OnceValue(func() scanner {
	if !teddy.Available() {
		return portable()
	}
	texts := make([]string, len(literals))
	for i, lit := range literals {
		texts[i] = lit.text
	}
	return teddyScanner{teddy.New(texts)}
})

// searchFor gives a function that finds the first place in a block, at or after from,
// where one of some texts begins; -1 if there is none.
func searchFor(texts ...string) func(block []byte, from int) int {
	if teddy.Available() {
		s := teddy.New(texts)
		return func(block []byte, from int) int {
			at, _ := s.Next(block, from)
			return at
		}
	}
	return func(block []byte, from int) int {
		first := -1
		for _, text := range texts {
			if i := bytes.Index(block[from:], []byte(text)); i >= 0 {
				first = from + i
				block = block[:first]
			}
		}
		return first
	}
}
