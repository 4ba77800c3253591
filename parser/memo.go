package parser

import (
	"hash/maphash"
	"strings"
	"sync/atomic"
)

// A memo remembers what was read from lines that come again and again, as the
// frames of a crash loop do. It holds at most memoSlots lines of at most
// maxMemoLine bytes; a line drives out another one now and then. What is read
// must depend on the line alone, and must not be changed by who gets it.
//
// It is safe for concurrent use.
type memo[V any] struct {
	slots [memoSlots]atomic.Pointer[memory[V]]
}

type memory[V any] struct {
	line  string
	value V
}

const (
	memoSlots   = 512
	maxMemoLine = 512
)

// memoSeed makes the hashes of lines, which only choose a slot.
var memoSeed = maphash.MakeSeed()

// read gives what read makes of the line; ok is false, and nothing is
// remembered, where it makes nothing of it.
func (m *memo[V]) read(line string, read func(string) (V, bool)) (value V, ok bool) {
	if len(line) > maxMemoLine {
		return read(line)
	}
	slot := &m.slots[maphash.String(memoSeed, line)%memoSlots]
	if known := slot.Load(); known != nil && known.line == line {
		return known.value, true
	}
	if value, ok = read(line); !ok {
		return value, false
	}
	// The copy keeps the text that the line stands in from being kept.
	line = strings.Clone(line)
	value, _ = read(line)
	slot.Store(&memory[V]{line, value})
	return value, true
}
