// Package teddy searches a block of text for many literals at once, 32 positions
// at a time.
//
// Each literal has a fingerprint: five bytes of it, and one of eight buckets. At
// each position of the block eight look-ups (see [Probes]) ask which buckets have
// a fingerprint with such a byte there; a position that some bucket has in all
// eight answers is a candidate, and the literal is compared. Where the fingerprint
// lies in its literal and which ones share a bucket decide how many candidates
// ordinary text has: the table of [Tuned] comes from a search, by the program in
// tune.
//
// The look-ups are AVX2 code; see [Available]. The package knows nothing of logs.
package teddy

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"strings"
)

//go:generate go run ./tune -literals ../literals.go -logs ../../../testdata/logs -o table.go

const (
	// FingerprintLen is the length of a fingerprint.
	FingerprintLen = 5
	// MinLiteral is the length of the shortest text that can be searched for.
	MinLiteral = 4
	// Buckets is the number of buckets.
	Buckets = 8

	width = 32                         // positions that the kernel looks at in one step
	span  = width + FingerprintLen - 1 // bytes that it reads for that
)

// Placement says where the fingerprint of a literal lies, and which bucket it is
// in. In a literal shorter than a fingerprint the offset is 0 and any byte may
// follow it.
type Placement struct {
	Text   string
	Offset uint8
	Bucket uint8
}

// Tuned gives the placements that the search found, in the order of their texts.
func Tuned() []Placement { return slices.Clone(tuned[:]) }

// Probe is one look-up in a table of sixteen: four bits of one byte of the text.
type Probe struct {
	At   int  // which byte of the fingerprint
	High bool // bits 3 to 6 of it; else the lowest four
}

// Probes are the look-ups at each position. The kernel has them built in.
var Probes = [8]Probe{
	{0, false}, {1, false}, {1, true}, {2, false}, {2, true}, {3, false}, {3, true}, {4, false},
}

// Nibble gives the four bits that the probe looks at. It is false for a byte that
// is not ASCII, which matches no bucket there; the last byte of a fingerprint may
// stand behind its literal, so that each value of it is looked up.
func (p Probe) Nibble(b byte) (int, bool) {
	if p.High {
		return int(b>>3) & 15, b < 0x80
	}
	return int(b) & 15, b < 0x80 || p.At == FingerprintLen-1
}

// tables holds a bit for each bucket in each value of each probe.
type tables [len(Probes)][16]uint8

// add puts a fingerprint into its bucket.
func (t *tables) add(p Placement) {
	for i, probe := range Probes {
		if at := int(p.Offset) + probe.At; at < len(p.Text) {
			v, _ := probe.Nibble(p.Text[at])
			t[i][v] |= 1 << p.Bucket
			continue
		}
		for v := range t[i] {
			t[i][v] |= 1 << p.Bucket
		}
	}
}

// match reports whether a fingerprint may begin at i. What lies behind the block's
// end matches all.
func (t *tables) match(block []byte, i int) bool {
	in := uint8(0xff)
	for k, probe := range Probes {
		if i+probe.At >= len(block) {
			continue
		}
		v, ok := probe.Nibble(block[i+probe.At])
		if !ok {
			return false
		}
		in &= t[k][v]
	}
	return in != 0
}

// Searcher finds literals. It is safe for concurrent use.
type Searcher struct {
	tables tables
	texts  []string
	list   []entry
	first  [1 << hashBits]uint16 // 1 + index in list of the first entry with this hash
	reach  int                   // the largest offset of a fingerprint
	plain  bool                  // do without the kernel
}

// entry is a literal whose fingerprint has a certain hash.
type entry struct {
	literal uint16
	offset  uint16
	next    uint16 // 1 + index of the next entry with this hash; 0 ends the list
}

const hashBits = 10

// hash is that of the first four bytes of a fingerprint.
func hash(g uint32) uint32 { return g * 0x9e3779b1 >> (32 - hashBits) }

// New gives a searcher for some texts, each of at least [MinLiteral] ASCII bytes. A
// text without a tuned placement is found as well as any, at more candidates.
func New(texts []string) *Searcher {
	s := &Searcher{texts: texts, list: make([]entry, 0, len(texts)), plain: !Available()}
	for i, text := range texts {
		p := placementOf(text, i)
		s.tables.add(p)
		h := hash(binary.LittleEndian.Uint32([]byte(text[p.Offset : p.Offset+4])))
		s.list = append(s.list, entry{uint16(i), uint16(p.Offset), s.first[h]})
		s.first[h] = uint16(len(s.list))
		s.reach = max(s.reach, int(p.Offset))
	}
	return s
}

// placementOf gives the tuned placement of a text, else one in its middle.
func placementOf(text string, i int) Placement {
	at, ok := slices.BinarySearchFunc(tuned[:], text, func(p Placement, text string) int {
		return strings.Compare(p.Text, text)
	})
	if ok {
		return tuned[at]
	}
	offset := min(max(0, len(text)-FingerprintLen)/2, 255)
	return Placement{Text: text, Offset: uint8(offset), Bucket: uint8(i % Buckets)}
}

// Next gives the offset of the first literal that begins at or after from and lies
// wholly inside block, and its index in the texts; -1, -1 if there is none. Of two
// that begin at the same place either may be named. It reads nothing outside block.
func (s *Searcher) Next(block []byte, from int) (pos, literal int) {
	pos, literal = -1, -1
	stop := len(block) - MinLiteral + 1 // no fingerprint begins there or later
	for next := from; next < stop; {
		at, lanes := s.candidates(block, next, stop)
		for ; lanes != 0; lanes &= lanes - 1 {
			p, l := s.verify(block, from, at+bits.TrailingZeros32(lanes))
			if p >= 0 && (pos < 0 || p < pos) {
				pos, literal = p, l
				// The fingerprint of one that begins before may still come.
				stop = min(stop, pos+s.reach)
			}
		}
		next = at + width
	}
	return pos, literal
}

// verify gives the first literal whose fingerprint is at i and that begins at or
// after from, and where it begins; -1, -1 if there is none.
func (s *Searcher) verify(block []byte, from, i int) (pos, literal int) {
	pos, literal = -1, -1
	for e := s.first[hash(binary.LittleEndian.Uint32(block[i:]))]; e != 0; {
		x := &s.list[e-1]
		e = x.next
		start := i - int(x.offset)
		if start < from || pos >= 0 && start >= pos {
			continue
		}
		if text := s.texts[x.literal]; len(block)-start >= len(text) && string(block[start:start+len(text)]) == text {
			pos, literal = start, int(x.literal)
		}
	}
	return pos, literal
}

// candidates looks for the next positions in from to stop at which a fingerprint
// may begin. It gives one bit for each of the 32 positions at "at"; there are none
// between from and at. No bit is set if there are none at all. Some may be set at
// or behind stop, but none at which fewer than [MinLiteral] bytes are left.
func (s *Searcher) candidates(block []byte, from, stop int) (at int, lanes uint32) {
	if last := len(block) - span; last >= 0 && !s.plain {
		if at, lanes = kernel(&s.tables, &block[0], from, min(stop, last+1)); lanes != 0 {
			return at, lanes
		}
		if at >= stop {
			return at, 0
		}
		// The rest once more with what stands before it, so that it is 32 long.
		if from = at; from < last+width {
			_, lanes = kernel(&s.tables, &block[0], last, last+1)
			if lanes = lanes >> (from - last) << (from - last); lanes != 0 {
				return last, lanes
			}
			from = last + width
		}
	}
	return s.candidatesPlain(block, from, stop)
}

// candidatesPlain is candidates without the kernel.
func (s *Searcher) candidatesPlain(block []byte, from, stop int) (at int, lanes uint32) {
	for at = from; at < stop; at += width {
		for i := range min(width, stop-at) {
			if s.tables.match(block, at+i) {
				lanes |= 1 << i
			}
		}
		if lanes != 0 {
			break
		}
	}
	return at, lanes
}
