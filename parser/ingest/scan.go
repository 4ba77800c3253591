package ingest

import (
	"bytes"
	"encoding/binary"
	"sync"
)

// scanner finds the first literal in a block.
type scanner interface {
	// next gives the offset of the first literal that begins at or after from and
	// lies wholly inside block, and its index in [literals]; -1, -1 if there is
	// none. Of two that begin at the same place either may be named.
	next(block []byte, from int) (pos, literal int)
}

const (
	// gramLen is the length of the byte groups that the scan looks at.
	gramLen = 4
	// gramStride is the distance between them.
	gramStride = 5
	// gramWindow is the length of the shortest literal but the banner: a text of this
	// length covers a whole group wherever it lies.
	gramWindow = gramLen + gramStride - 1

	gramBits = 15
	// maxLiteral is no less than the length of the longest literal.
	maxLiteral = 48
	// scanChunk is how much is searched for the banner before the other literals are
	// looked for in it: it stays in the first-level cache between the two.
	scanChunk = 16 << 10
)

// gramScanner is the portable scanner. It looks at four bytes in every five,
// without regard to what stands between them: every literal is at least eight
// bytes long, so wherever one lies, one of the groups looked at lies inside its
// window of eight bytes. A table says whether a group occurs in a window at
// all; few do in ordinary text, as the windows are the literals' rarest parts.
// Unlike in a shift-table search no step waits for the one before.
type gramScanner struct {
	known [1 << gramBits]uint8  // 1 where a group has this hash
	first [1 << gramBits]uint16 // 1 + index of the first entry with this hash
	list  []gramEntry
	reach int // how far behind a literal's start its window may end
}

// gramEntry says that a literal holds a group with the entry's hash.
type gramEntry struct {
	literal uint8
	offset  uint8  // of the group in the literal
	next    uint16 // 1 + index of the next entry with the same hash; 0 ends the list
}

// gramFactor is the one of many tried that sends the fewest groups of sample logs
// to where a literal's group is.
const gramFactor = 0x37a17345

func gramHash(g uint32) uint32 { return g * gramFactor >> (32 - gramBits) }

// portable is the scanner for every CPU; its table is made on first use, in some 30 µs.
var portable = sync.OnceValue(newGramScanner)

func newGramScanner() *gramScanner {
	g := &gramScanner{}
	for i, lit := range literals {
		if lit.text == banner {
			continue
		}
		w := int(lit.window)
		for off := w; off < w+gramStride; off++ {
			h := gramHash(binary.LittleEndian.Uint32([]byte(lit.text[off : off+gramLen])))
			g.known[h] = 1
			g.list = append(g.list, gramEntry{uint8(i), uint8(off), g.first[h]})
			g.first[h] = uint16(len(g.list))
		}
		g.reach = max(g.reach, w+gramWindow)
	}
	return g
}

func (g *gramScanner) next(block []byte, from int) (pos, literal int) {
	for from < len(block) {
		end := min(from+scanChunk, len(block))
		// A literal that begins in this chunk may end in the next.
		reach := min(end+maxLiteral, len(block))
		pos, literal = -1, -1
		if i := bytes.Index(block[from:min(end+len(banner)-1, len(block))], []byte(banner)); i >= 0 {
			pos, literal = from+i, 0
			reach = min(pos+maxLiteral, len(block))
		}
		if p, l := g.nextGram(block[from:reach]); p >= 0 && (pos < 0 || from+p < pos) {
			pos, literal = from+p, l
		}
		if pos >= 0 && pos < end {
			return pos, literal
		}
		from = end
	}
	return -1, -1
}

// nextGram is next for all literals but the banner.
func (g *gramScanner) nextGram(block []byte) (pos, literal int) {
	pos, literal = -1, -1
	end := len(block) - gramLen
	for i := 0; i <= end; i += gramStride {
		if pos < 0 {
			i = g.skip(block, i)
		}
		if i > end || pos >= 0 && i > pos+g.reach {
			break
		}
		h := gramHash(binary.LittleEndian.Uint32(block[i:]))
		if g.known[h] == 0 {
			continue
		}
		for e := g.first[h]; e != 0; e = g.list[e-1].next {
			x := &g.list[e-1]
			start := i - int(x.offset)
			if start < 0 || pos >= 0 && start >= pos {
				continue
			}
			if lit := literals[x.literal].text; start+len(lit) <= len(block) && string(block[start:start+len(lit)]) == lit {
				pos, literal = start, int(x.literal)
			}
		}
	}
	return pos, literal
}

// skip goes on from the group at i for as long as none of eight groups is known.
func (g *gramScanner) skip(block []byte, i int) int {
	const span = 7*gramStride + gramLen
	for ; i+span <= len(block); i += 8 * gramStride {
		b := (*[span]byte)(block[i:])
		if g.known[gramHash(binary.LittleEndian.Uint32(b[0:4]))]|
			g.known[gramHash(binary.LittleEndian.Uint32(b[5:9]))]|
			g.known[gramHash(binary.LittleEndian.Uint32(b[10:14]))]|
			g.known[gramHash(binary.LittleEndian.Uint32(b[15:19]))]|
			g.known[gramHash(binary.LittleEndian.Uint32(b[20:24]))]|
			g.known[gramHash(binary.LittleEndian.Uint32(b[25:29]))]|
			g.known[gramHash(binary.LittleEndian.Uint32(b[30:34]))]|
			g.known[gramHash(binary.LittleEndian.Uint32(b[35:39]))] != 0 {
			break
		}
	}
	return i
}
