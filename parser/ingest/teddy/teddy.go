// Package teddy searches a block of text for many literals at once, 32 or 64
// positions at a time.
//
// Each literal has a fingerprint: five bytes of it, and one of eight buckets. At
// each position of the block a look-up of each of five bytes asks which buckets
// have a fingerprint with such a byte there; a position that some bucket has in
// all answers is a candidate, and the literal is compared. Where the fingerprint
// lies in its literal and which ones share a bucket decide how many candidates
// ordinary text has: the table of [Kernel.Tuned] comes from a search, by the program in
// tune.
//
// The look-ups are AVX2 code, which asks in eight tables of sixteen, or AVX-512 code, in five of sixty-four; see [Available]. The package
// knows nothing of logs.
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

	maxWidth = 64 // the most positions that a kernel looks at in one step
)

// Kernel is a way to look for candidates.
type Kernel uint8

const (
	Plain Kernel = iota // for tests, and CPUs without the others; as AVX2 does it
	AVX2
	VBMI // AVX-512 with its byte permutations
)

// width is how many positions the kernel looks at in one step.
func (k Kernel) width() int {
	if k == VBMI {
		return 64
	}
	return 32
}

// Available reports whether this CPU has what the search needs to be fast.
func Available() bool { return fastest() != Plain }

// Placement says where the fingerprint of a literal lies, and which bucket it is
// in. In a literal shorter than a fingerprint the offset is 0 and any byte may
// follow it.
type Placement struct {
	Text   string
	Offset uint8
	Bucket uint8
}

// Tuned gives the placements that the search found for a kernel, in the order of
// their texts.
func (k Kernel) Tuned() []Placement { return slices.Clone(k.tuned()) }

func (k Kernel) tuned() []Placement {
	if k == VBMI {
		return tunedVBMI
	}
	return tunedAVX2
}

// Probe is one look-up in a table: some bits of one byte of the text.
type Probe struct {
	At          int   // which byte of the fingerprint
	Shift, Bits uint8 // that many bits, from this one on
	ASCII       bool  // a byte that is not ASCII is in no table
}

// Value gives the bits that the probe looks up. It is false for a byte that is in no
// table.
func (p Probe) Value(b byte) (int, bool) {
	return int(b>>p.Shift) & (1<<p.Bits - 1), b < 0x80 || !p.ASCII
}

// The last byte of a fingerprint may stand behind its literal: no probe of it is
// for ASCII only.
var (
	probesAVX2 = [...]Probe{
		{0, 0, 4, true},
		{1, 0, 4, true}, {1, 3, 4, true},
		{2, 0, 4, true}, {2, 3, 4, true},
		{3, 0, 4, true}, {3, 3, 4, true},
		{4, 0, 4, false},
	}
	probesVBMI = [...]Probe{{0, 0, 6, false}, {1, 0, 6, false}, {2, 0, 6, false}, {3, 0, 6, false}, {4, 0, 6, false}}
)

// Probes are the look-ups at each position, which the kernel has built in. All
// look at the same number of bits.
func (k Kernel) Probes() []Probe {
	if k == VBMI {
		return probesVBMI[:]
	}
	return probesAVX2[:]
}

// tables holds a table for each probe, one behind the other: in each value of it a
// bit for each bucket.
type tables [512]uint8

// add puts a fingerprint into its bucket.
func (t *tables) add(probes []Probe, p Placement) {
	for i, probe := range probes {
		table := t[i<<probe.Bits:][:1<<probe.Bits]
		if at := int(p.Offset) + probe.At; at < len(p.Text) {
			v, _ := probe.Value(p.Text[at])
			table[v] |= 1 << p.Bucket
			continue
		}
		for v := range table {
			table[v] |= 1 << p.Bucket
		}
	}
}

// match reports whether a fingerprint may begin at i. Behind the block's end it
// sees zeros.
func (t *tables) match(probes []Probe, block []byte, i int) bool {
	in := uint8(0xff)
	for k, probe := range probes {
		b := byte(0)
		if i+probe.At < len(block) {
			b = block[i+probe.At]
		}
		v, ok := probe.Value(b)
		if !ok {
			return false
		}
		in &= t[k<<probe.Bits|v]
	}
	return in != 0
}

// Searcher finds literals. It is safe for concurrent use.
type Searcher struct {
	kernel Kernel
	tables tables
	texts  []string
	list   []entry
	first  [1 << hashBits]uint16 // 1 + index in list of the first entry with this hash
	reach  int                   // the largest offset of a fingerprint
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
func New(texts []string) *Searcher { return newSearcher(fastest(), texts) }

func newSearcher(k Kernel, texts []string) *Searcher {
	s := &Searcher{kernel: k, texts: texts, list: make([]entry, 0, len(texts))}
	for i, text := range texts {
		p := k.placement(text, i)
		s.tables.add(k.Probes(), p)
		h := hash(binary.LittleEndian.Uint32([]byte(text[p.Offset : p.Offset+4])))
		s.list = append(s.list, entry{uint16(i), uint16(p.Offset), s.first[h]})
		s.first[h] = uint16(len(s.list))
		s.reach = max(s.reach, int(p.Offset))
	}
	return s
}

// placement gives the tuned placement of a text, else one in its middle.
func (k Kernel) placement(text string, i int) Placement {
	tuned := k.tuned()
	at, ok := slices.BinarySearchFunc(tuned, text, func(p Placement, text string) int {
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
	before := len(block)
	stop := len(block) - MinLiteral + 1 // no fingerprint begins there or later
	for next := from; next < stop; {
		at, lanes := s.candidates(block, next, stop)
		for ; lanes != 0; lanes &= lanes - 1 {
			i := at + bits.TrailingZeros64(lanes)
			if i >= stop {
				break
			}
			if p, l := s.verify(block, from, before, i); p >= 0 {
				pos, literal, before = p, l, p
				// The fingerprint of one that begins before may still come.
				stop = min(stop, pos+s.reach)
			}
		}
		next = at + s.kernel.width()
	}
	return pos, literal
}

// verify gives the first literal whose fingerprint is at i and that begins at or
// after from and before "before", and where it begins; -1, -1 if there is none.
func (s *Searcher) verify(block []byte, from, before, i int) (pos, literal int) {
	pos, literal = -1, -1
	for e := s.first[hash(binary.LittleEndian.Uint32(block[i:]))]; e != 0; {
		x := &s.list[e-1]
		e = x.next
		start := i - int(x.offset)
		if start < from || start >= before {
			continue
		}
		if text := s.texts[x.literal]; len(block)-start >= len(text) && string(block[start:start+len(text)]) == text {
			pos, literal, before = start, int(x.literal), start
		}
	}
	return pos, literal
}

// candidates looks for the next positions in from to stop at which a fingerprint
// may begin. It gives one bit for each position of a kernel's step that begins at
// "at"; there are none between from and at. No bit is set if there are none at
// all. Some may be set at or behind stop, but none at which fewer than
// [MinLiteral] bytes are left.
func (s *Searcher) candidates(block []byte, from, stop int) (at int, lanes uint64) {
	span := s.kernel.width() + FingerprintLen - 1
	if last := len(block) - span; from <= last {
		at, lanes = s.steps(block, from, min(stop, last+1))
		if lanes != 0 || at >= stop {
			return at, lanes
		}
		from = at
	}
	// What is left is shorter than a step: it is looked at with zeros behind it.
	var end [maxWidth + FingerprintLen - 1]byte
	copy(end[:], block[from:])
	_, lanes = s.steps(end[:], 0, 1)
	return from, lanes & (1<<(len(block)-MinLiteral+1-from) - 1)
}

// steps looks at the positions from, from+1 and so on, in the kernel's steps, until
// one that begins before stop has a candidate. It gives where that step begins and
// a bit for each of its positions, or the first position that it did not look at
// and 0. A step that begins at i reads a step's width of bytes and [FingerprintLen]-1 bytes
// more: the block must hold them for each i before stop.
func (s *Searcher) steps(block []byte, from, stop int) (at int, lanes uint64) {
	switch s.kernel {
	case AVX2:
		return stepsAVX2(&s.tables, &block[0], from, stop)
	case VBMI:
		return stepsVBMI(&s.tables, &block[0], from, stop)
	}
	return s.stepsPlain(block, from, stop)
}

// stepsPlain is steps without a kernel.
func (s *Searcher) stepsPlain(block []byte, from, stop int) (at int, lanes uint64) {
	width, probes := s.kernel.width(), s.kernel.Probes()
	for at = from; at < stop; at += width {
		for i := range width {
			if s.tables.match(probes, block, at+i) {
				lanes |= 1 << i
			}
		}
		if lanes != 0 {
			break
		}
	}
	return at, lanes
}
