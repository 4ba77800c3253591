package incident

import (
	"fmt"

	"github.com/beamlog/beamlog/classify"
)

// Verdict says whether the same attempt may succeed later: the rule's word, or
// another where the log shows more than one report can. It is known only when
// the incident is closed, or the log read: the finding has the rule's.
type Verdict struct {
	Nature classify.Nature
	Why    string // what the log shows; "" where the rule's own word stands
}

const (
	usualOutage = 600_000 // milliseconds; what lasts longer is no passing trouble of a dependency
	manyLines   = 2000    // of a log in which a bug that was seen once is one of an input, not of the code's everyday
)

// verdict is that of one incident.
func (in *failure) verdict() Verdict {
	v := Verdict{Nature: in.root.first.f.Nature}
	if v.Nature == classify.Benign {
		return v
	}
	if in.patterns.has("poison_message") {
		return Verdict{classify.Deterministic, "deterministic for that input: the same message killed one process after the other"}
	}
	n, span := in.root.deaths+1, in.root.span()
	switch {
	case n < loopDeaths || v.Nature == classify.Deterministic:
	case in.atBoot:
		return Verdict{classify.Deterministic, fmt.Sprintf("deterministic in effect: %s of the same reason since the node started", count(n, "death"))}
	case v.Nature == classify.Depends:
		return Verdict{classify.Deterministic, fmt.Sprintf("deterministic in effect: %s of the same reason%s, no restart changed anything", count(n, "death"), within(span, in.root.timed))}
	case span >= usualOutage:
		return Verdict{classify.Deterministic, fmt.Sprintf("deterministic in effect: %s of the same reason%s, longer than an outage lasts", count(n, "death"), within(span, true))}
	}
	return v
}

// verdict is that of all incidents of one bug. lines is how much of the log was read.
func (g *Group) verdict(lines int64) Verdict {
	v := g.Sample.Verdict
	b := &g.beat
	switch rule := g.Rule.Nature; {
	case v.Why != "" || v.Nature == classify.Benign:
	case rule == classify.Transient && b.n >= regularEvents && b.last-b.first >= usualOutage:
		return Verdict{classify.Deterministic, fmt.Sprintf("deterministic in effect: %s in %s, longer than an outage lasts", count(b.n, "event"), duration(b.last-b.first))}
	case v.Nature == classify.Deterministic && g.Incidents == 1 && b.n == 1 && lines >= manyLines:
		return Verdict{classify.Deterministic, fmt.Sprintf("deterministic for that input, it seems: seen once in a log of %d lines", lines)}
	}
	return v
}

// span is the time from the first death of a loop to the last.
func (d *death) span() int64 {
	if n := len(d.beats); n > 0 {
		return d.beats[n-1] - d.at
	}
	return 0
}

// beat is when the deaths of one bug were: enough to tell regular ones.
type beat struct {
	n           int
	first, last int64
	gaps        int
	mean, m2    float64 // of the gaps, Welford's way
	least       int64
}

// add adds a death; broken says that nobody knows the time since the one before.
func (b *beat) add(at int64, broken bool) {
	if b.n > 0 && !broken {
		gap := at - b.last
		if gap >= 0 && gap < sameTick {
			return // one timer, many processes
		}
		if b.gaps == 0 || gap < b.least {
			b.least = gap
		}
		b.gaps++
		delta := float64(gap) - b.mean
		b.mean += delta / float64(b.gaps)
		b.m2 += delta * (float64(gap) - b.mean)
	}
	if b.n == 0 {
		b.first = at
	}
	b.n++
	b.last = at
}

// every gives the regular interval, 0 if there is none.
func (b *beat) every() int64 {
	if b.n < regularEvents || b.gaps < regularEvents-1 || b.mean < regularGap {
		return 0
	}
	if variance := b.m2 / float64(b.gaps); variance > regularSpread*b.mean*regularSpread*b.mean {
		return 0
	}
	return int64(b.mean + 0.5)
}

// apart says whether the events are far enough apart for a supervisor never to give up.
func (b *beat) apart() bool {
	return b.n >= regularEvents && b.gaps >= regularEvents-1 && b.least > restartPeriod
}
