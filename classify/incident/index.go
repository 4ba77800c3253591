package incident

import "math/bits"

// index finds deaths by ids. It is a hash table, and smaller and several times faster
// than a map, as ids are hashes already: the upper bits say in which slot one is to be, and
// what finds it taken goes to the next free one.
type index struct {
	slots []slot // a power of two of them, at most half of them taken
	taken int
	shift uint8 // takes an id to its slot
}

type slot struct {
	id    id
	death *death // nil: the slot is free
}

const leastSlots = 64

// find gives the slot where an id is, or is to be. There must be a free one.
func (x *index) find(k id) int {
	i := int(k >> x.shift)
	for x.slots[i].death != nil && x.slots[i].id != k {
		i = (i + 1) & (len(x.slots) - 1)
	}
	return i
}

// get gives the death of an id, nil if there is none.
func (x *index) get(k id) *death {
	if x.taken == 0 {
		return nil
	}
	return x.slots[x.find(k)].death
}

// put sets the death of an id. It says whether that was another, or none.
func (x *index) put(k id, d *death) bool {
	if 2*x.taken >= len(x.slots) {
		x.resize(max(2*len(x.slots), leastSlots))
	}
	p := &x.slots[x.find(k)]
	if p.death == d {
		return false
	}
	if p.death == nil {
		x.taken++
	}
	*p = slot{k, d}
	return true
}

// drop forgets an id.
func (x *index) drop(k id) {
	if x.get(k) == nil {
		return
	}
	free, last := x.find(k), len(x.slots)-1
	for i := (free + 1) & last; x.slots[i].death != nil; i = (i + 1) & last {
		if home := int(x.slots[i].id >> x.shift); (i-home)&last >= (i-free)&last {
			x.slots[free], free = x.slots[i], i // it would not be found behind a free slot
		}
	}
	x.slots[free] = slot{}
	if x.taken--; len(x.slots) > leastSlots && 8*x.taken < len(x.slots) {
		x.resize(len(x.slots) / 2)
	}
}

func (x *index) resize(n int) {
	old := x.slots
	x.slots, x.shift = make([]slot, n), uint8(64-bits.TrailingZeros(uint(n)))
	for _, p := range old {
		if p.death != nil {
			x.slots[x.find(p.id)] = p
		}
	}
}
