package incident

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/beamlog/beamlog/classify"
)

// Pattern is a failure that no single report shows, only several together. Its
// rule is one of those that are computed.
type Pattern struct {
	Rule  *classify.Rule
	Text  string // what the log shows, in words: "4 deaths in 1.9 s, then Shop.Sup gave up"
	Count int    // of what Text counts
	Span  int64  // milliseconds from the first to the last of them; 0 where the log tells no times
	Every int64  // milliseconds of a regular interval; 0 if there is none
}

// What counts as what (patterns.md, section 6).
const (
	loopDeaths = 3 // restart_loop: deaths of one child of one reason

	stormChildren = 5      // restart_storm: children that die of one reason
	stormWindow   = 10_000 // within so many milliseconds

	pileupCalls   = 5      // timeout_pileup: time-outs of one server
	pileupCallers = 2      // of so many callers
	pileupWindow  = 60_000 // within so many milliseconds

	cascadeOthers = 2 // cascade: others that die with the first, at two levels

	poisonDeaths = 3 // poison_message: deaths with one message
	poisonPids   = 2 // of so many processes

	regularEvents = 4    // periodic_crash, flapping: events of one bug
	regularSpread = 0.1  // periodic_crash: standard deviation of the gaps over their mean
	regularGap    = 1000 // the least mean gap in milliseconds; below it a gap is the time that a start takes
	sameTick      = 200  // events so close are one: a timer goes off for many
	restartPeriod = 5000 // flapping: max_seconds where nobody sets it

	growthReadings = 3         // memory_growth: rising readings in successive reports
	growthFactor   = 10        // the last over the first
	growthMessages = 100       // and the last at least so many messages
	growthWords    = 1_000_000 // or words of a heap

	lostConnections = 5      // thundering_reconnect: connections lost
	lostWindow      = 1000   // within so many milliseconds
	poolWindow      = 60_000 // and trouble of the pool after it; init_pool_exhaustion: trouble before it

	flapLosses = 3         // node_flap: losses of one node
	flapWindow = 3_600_000 // within so many milliseconds

	noiseWindow = 5000    // boot_noise: from the start of a node, or the order to stop
	onsetWindow = 600_000 // deploy_onset: after the start or the first frame of another version

	backWindow = 100 // one_for_all_collateral: siblings start again so soon after the child that died
)

// patterns is what is known of an incident or a group; of each rule one.
type patterns []shown

// shown is a pattern whose text may not be made yet.
type shown struct {
	Pattern
	say func() string // makes it; nil once it is
}

// show adds a pattern, or what is known of it now.
func (p *patterns) show(id, text string, count int, span, every int64) {
	p.put(id, shown{Pattern{nil, text, count, max(span, 0), every}, nil})
}

// put is show for a pattern without its rule. Where each death shows it again, its
// text is better made when it is asked for.
func (p *patterns) put(id string, now shown) {
	for i := range *p {
		if known := &(*p)[i]; known.Rule.ID == id {
			if known.Count <= now.Count {
				now.Rule = known.Rule
				*known = now
			}
			return
		}
	}
	if now.Rule = classify.RuleByID(id); now.Rule != nil {
		*p = append(*p, now)
	}
}

// has says whether a pattern of this rule is among them.
func (p patterns) has(id string) bool {
	return slices.ContainsFunc(p, func(x shown) bool { return x.Rule.ID == id })
}

// sorted gives the gravest first, with their texts.
func (p patterns) sorted() []Pattern {
	if len(p) == 0 {
		return nil
	}
	out := make([]Pattern, 0, len(p))
	for i := range p {
		if x := &p[i]; x.say != nil {
			x.Text, x.say = x.say(), nil
		}
		out = append(out, p[i].Pattern)
	}
	slices.SortStableFunc(out, func(a, b Pattern) int { return rank(b.Rule.Severity) - rank(a.Rule.Severity) })
	return out
}

// duration says milliseconds as people do: "1.9 s", "60 s", "6 h".
func duration(ms int64) string {
	switch {
	case ms < 1000:
		return strconv.FormatInt(ms, 10) + " ms"
	case ms < 10_000:
		return strings.TrimSuffix(fmt.Sprintf("%.1f", float64(ms)/1000), ".0") + " s"
	case ms < 600_000:
		return strconv.FormatInt((ms+500)/1000, 10) + " s"
	case ms < 3*3_600_000:
		return strconv.FormatInt((ms+30_000)/60_000, 10) + " min"
	}
	return strings.TrimSuffix(fmt.Sprintf("%.1f", float64(ms)/3_600_000), ".0") + " h"
}

// count says how many: "1 death", "3 deaths".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if strings.HasSuffix(noun, "s") {
		noun += "e"
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// within says in what time: " in 1.9 s"; "" where the log tells no times.
func within(ms int64, timed bool) string {
	if !timed {
		return ""
	}
	return " in " + duration(ms)
}
