package ingest

import (
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
