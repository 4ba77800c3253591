package main

import (
	"cmp"
	"math/bits"
	"math/rand/v2"
	"slices"

	"github.com/beamlog/beamlog/parser/ingest/teddy"
)

const (
	// samplePositions is how many positions the search looks at: one more candidate
	// in them is eight more per MB.
	samplePositions = 1 << 17
	// finalPositions is how many decide between the results of searches.
	sweeps = 6
)

// sample says, for each value that each probe can give, at which of the sampled
// positions it does so: one bit each.
type sample struct {
	positions int
	at        [len(teddy.Probes)][16][]uint64
}

func newSample(text []byte, positions int, rng *rand.Rand) *sample {
	s := &sample{positions: positions}
	for i := range s.at {
		for v := range s.at[i] {
			s.at[i][v] = make([]uint64, positions/64)
		}
	}
	for n := range positions {
		p := rng.IntN(len(text) - teddy.FingerprintLen)
		for i, probe := range teddy.Probes {
			if v, ok := probe.Nibble(text[p+probe.At]); ok {
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
	match   [len(teddy.Probes)][]uint64 // by each probe on its own
	count   int                         // positions that all of them match
}

func newLayout(s *sample, table []teddy.Placement) *layout {
	l := &layout{s: s}
	for b := range l.buckets {
		for i := range l.buckets[b].match {
			l.buckets[b].match[i] = make([]uint64, s.positions/64)
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
		b.count = b.with(s, b.members[0])
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
func rows(s *sample, p teddy.Placement) (rows [len(teddy.Probes)][]uint64) {
	for i, probe := range teddy.Probes {
		if at := int(p.Offset) + probe.At; at < len(p.Text) {
			v, _ := probe.Nibble(p.Text[at])
			rows[i] = s.at[i][v]
		}
	}
	return rows
}

// with counts the positions that the bucket would match with p in it.
func (b *bucket) with(s *sample, p teddy.Placement) int {
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
		n += bits.OnesCount64(x)
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
	least, ties := -1, 0
	for b := range l.buckets {
		for offset := range max(1, len(text)-teddy.FingerprintLen+1) {
			p := teddy.Placement{Text: text, Offset: uint8(offset), Bucket: uint8(b)}
			n := l.buckets[b].with(l.s, p) - l.buckets[b].count
			switch {
			case least < 0 || n < least:
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

// take takes a text out of its bucket.
func (l *layout) take(text string) {
	for i := range l.buckets {
		b := &l.buckets[i]
		if at := slices.IndexFunc(b.members, func(p teddy.Placement) bool { return p.Text == text }); at >= 0 {
			b.members = slices.Delete(b.members, at, at+1)
			b.rebuild(l.s)
			return
		}
	}
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

// search gives the best layout of some searches.
func search(s *sample, texts []string, searches int, rng *rand.Rand) *layout {
	var best *layout
	for range searches {
		l := newLayout(s, nil)
		for _, i := range rng.Perm(len(texts)) {
			l.place(texts[i], rng)
		}
		for range sweeps {
			for _, i := range rng.Perm(len(texts)) {
				l.take(texts[i])
				l.place(texts[i], rng)
			}
		}
		if best == nil || l.total() < best.total() {
			best = l
		}
	}
	return best
}
