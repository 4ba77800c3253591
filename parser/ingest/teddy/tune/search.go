package main

import (
	"cmp"
	"math/bits"
	"math/rand/v2"
	"slices"

	"github.com/beamlog/beamlog/parser/ingest/teddy"
)

const (
	// samplePositions is how many positions the search looks at: one candidate among
	// them is four per MB.
	samplePositions = 1 << 18
	// moved is how many texts are placed anew in one step.
	moved = 12
)

// sample says, for each value that each probe can give, at which of the sampled
// positions it does so: one bit each.
type sample struct {
	probes    []teddy.Probe
	positions int
	at        [][][]uint64 // by probe and value
}

func newSample(probes []teddy.Probe, text []byte, positions int, rng *rand.Rand) *sample {
	s := &sample{probes: probes, positions: positions}
	for _, probe := range probes {
		values := make([][]uint64, 1<<probe.Bits)
		for v := range values {
			values[v] = make([]uint64, positions/64)
		}
		s.at = append(s.at, values)
	}
	for n := range positions {
		p := rng.IntN(len(text) - teddy.FingerprintLen)
		for i, probe := range s.probes {
			if v, ok := probe.Value(text[p+probe.At]); ok {
				s.at[i][v][n/64] |= 1 << (n % 64)
			}
		}
	}
	return s
}

// perMB gives how many of 1,000,000 positions n of the sampled ones are.
func (s *sample) perMB(n int) int { return n * 1e6 / s.positions }

// layout is a table in the making.
type layout struct {
	s       *sample
	buckets [teddy.Buckets]bucket
}

// bucket is some fingerprints and the sampled positions that they match.
type bucket struct {
	members []teddy.Placement
	match   [][]uint64 // by each probe on its own
	count   int        // positions that all of them match
}

func newLayout(s *sample, table []teddy.Placement) *layout {
	l := &layout{s: s}
	for b := range l.buckets {
		for range s.probes {
			l.buckets[b].match = append(l.buckets[b].match, make([]uint64, s.positions/64))
		}
	}
	for _, p := range table {
		l.buckets[p.Bucket].members = append(l.buckets[p.Bucket].members, p)
	}
	for b := range l.buckets {
		l.buckets[b].rebuild(s)
	}
	return l
}

// rebuild finds anew what the bucket matches.
func (b *bucket) rebuild(s *sample) {
	for i := range b.match {
		clear(b.match[i])
	}
	for _, p := range b.members {
		b.merge(s, p)
	}
	b.count = 0
	if len(b.members) > 0 {
		b.count = b.with(s, b.members[0], s.positions)
	}
}

// merge adds what p matches to what the bucket does.
func (b *bucket) merge(s *sample, p teddy.Placement) {
	for i, row := range rows(s, p) {
		for w := range b.match[i] {
			if row == nil {
				b.match[i][w] = ^uint64(0)
			} else {
				b.match[i][w] |= row[w]
			}
		}
	}
}

// rows gives, for each probe, the positions at which it matches p; nil is all.
func rows(s *sample, p teddy.Placement) [][]uint64 {
	rows := make([][]uint64, len(s.probes))
	for i, probe := range s.probes {
		if at := int(p.Offset) + probe.At; at < len(p.Text) {
			v, _ := probe.Value(p.Text[at])
			rows[i] = s.at[i][v]
		}
	}
	return rows
}

// with counts the positions that the bucket would match with p in it. It stops
// when they are more than most.
func (b *bucket) with(s *sample, p teddy.Placement, most int) int {
	n := 0
	rows := rows(s, p)
	for w := range s.positions / 64 {
		x := ^uint64(0)
		for i, row := range rows {
			if row != nil {
				x &= b.match[i][w] | row[w]
			}
			if x == 0 {
				break
			}
		}
		if n += bits.OnesCount64(x); n > most {
			break
		}
	}
	return n
}

// total counts the positions that buckets match. One that two match counts twice.
func (l *layout) total() int {
	n := 0
	for i := range l.buckets {
		n += l.buckets[i].count
	}
	return n
}

// place puts a text where it adds the fewest candidates.
func (l *layout) place(text string, rng *rand.Rand) {
	var best teddy.Placement
	least, ties := l.s.positions, 0
	for _, i := range rng.Perm(teddy.Buckets) {
		b := &l.buckets[i]
		for offset := range max(1, len(text)-teddy.FingerprintLen+1) {
			p := teddy.Placement{Text: text, Offset: uint8(offset), Bucket: uint8(i)}
			n := b.with(l.s, p, b.count+least) - b.count
			switch {
			case n < least:
				best, least, ties = p, n, 1
			case n == least:
				if ties++; rng.IntN(ties) == 0 {
					best = p
				}
			}
		}
	}
	b := &l.buckets[best.Bucket]
	b.members = append(b.members, best)
	b.merge(l.s, best)
	b.count += least
}

// without gives the layout without some of its texts.
func (l *layout) without(texts []string) *layout {
	return newLayout(l.s, slices.DeleteFunc(l.placements(), func(p teddy.Placement) bool {
		return slices.Contains(texts, p.Text)
	}))
}

// placements gives the table, sorted by text.
func (l *layout) placements() []teddy.Placement {
	var all []teddy.Placement
	for i := range l.buckets {
		all = append(all, l.buckets[i].members...)
	}
	slices.SortFunc(all, func(a, b teddy.Placement) int { return cmp.Compare(a.Text, b.Text) })
	return all
}

// some gives texts to be placed anew: at least half of them from buckets with many
// candidates.
func (l *layout) some(rng *rand.Rand) []string {
	all := l.placements()
	var texts []string
	for range moved {
		p := all[rng.IntN(len(all))]
		if rng.IntN(2) == 0 {
			at := rng.IntN(l.total() + 1)
			for i := range l.buckets {
				if b := &l.buckets[i]; at < b.count {
					p = b.members[rng.IntN(len(b.members))]
					break
				}
				at -= l.buckets[i].count
			}
		}
		if !slices.Contains(texts, p.Text) {
			texts = append(texts, p.Text)
		}
	}
	return texts
}

// search gives the layout that some steps led to, from a table that may lack some
// of the texts.
func search(s *sample, table []teddy.Placement, texts []string, steps int, rng *rand.Rand) *layout {
	table = slices.DeleteFunc(slices.Clone(table), func(p teddy.Placement) bool { return !slices.Contains(texts, p.Text) })
	best := newLayout(s, table)
	for _, i := range rng.Perm(len(texts)) {
		if !slices.ContainsFunc(table, func(p teddy.Placement) bool { return p.Text == texts[i] }) {
			best.place(texts[i], rng)
		}
	}
	for range steps {
		out := best.some(rng)
		l := best.without(out)
		for _, text := range out {
			l.place(text, rng)
		}
		if l.total() <= best.total() {
			best = l
		}
	}
	return best
}
