package parser

import (
	"hash/maphash"
	"strings"
	"sync/atomic"
)

// A memo remembers what was read from texts that come again and again, as the
// frames of a crash loop do. It holds at most memoSlots texts of at most max
// bytes, each in one of two places; one drives out another now and then. What is
// read must depend on the text alone, and must not be changed by who gets it.
//
// It is safe for concurrent use.
type memo[V any] struct {
	max   int
	slots [memoSlots]atomic.Pointer[memory[V]]
	once  [memoSlots]atomic.Uint64 // the hash of the last text that was not remembered
}

type memory[V any] struct {
	text  string
	value V
}

const memoSlots = 256

// memoSeed makes the hashes of texts, which only choose a slot.
var memoSeed = maphash.MakeSeed()

// look gives what was made of the text, if that is known.
func (m *memo[V]) look(text string) (value V, ok bool) {
	if len(text) > m.max {
		return value, false
	}
	known, _ := m.find(text, maphash.String(memoSeed, text))
	if known == nil {
		return value, false
	}
	return known.value, true
}

// find gives what is known of the text, or nil, and a slot for it.
func (m *memo[V]) find(text string, hash uint64) (*memory[V], *atomic.Pointer[memory[V]]) {
	first, second := &m.slots[hash%memoSlots], &m.slots[hash>>32%memoSlots]
	one := first.Load()
	if one != nil && one.text == text {
		return one, first
	}
	two := second.Load()
	if two != nil && two.text == text {
		return two, second
	}
	if one != nil && (two == nil || hash>>63 == 1) {
		return nil, second
	}
	return nil, first
}

// read gives what read makes of the text; ok is false, and nothing is
// remembered, where it makes nothing of it.
func (m *memo[V]) read(text string, read func(string) (V, bool)) (value V, ok bool) {
	if len(text) > m.max {
		return read(text)
	}
	hash := maphash.String(memoSeed, text)
	known, slot := m.find(text, hash)
	if known != nil {
		return known.value, true
	}
	value, ok = read(text)
	if !ok || m.once[hash%memoSlots].Swap(hash) != hash {
		return value, ok // most texts that come once do not come twice
	}
	// The copy keeps the record that the text stands in from being kept.
	text = strings.Clone(text)
	value, _ = read(text)
	slot.Store(&memory[V]{text, value})
	return value, true
}
