package incident

import (
	"hash/maphash"
	"math/bits"
)

// id stands for a text, or for several, by their hash: to know one again takes no
// text. Ids differ where the texts do, but for a chance of one in 2^64. That of no
// text is 0. They mean nothing outside of one run.
type id uint64

var idSeed = maphash.MakeSeed()

func idOf(s string) id {
	if s == "" {
		return 0
	}
	return id(maphash.String(idSeed, s))
}

// and gives the id of two things together, in this order.
func (a id) and(b id) id {
	return id((bits.RotateLeft64(uint64(a), 23) ^ uint64(b)) * 0x9e3779b97f4a7c15)
}

// appendNew adds an id that is not among them yet.
func appendNew(ids []id, x id) []id {
	if x == 0 {
		return ids
	}
	for _, k := range ids {
		if k == x {
			return ids
		}
	}
	return append(ids, x)
}
