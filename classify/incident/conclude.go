package incident

import (
	"fmt"

	"github.com/beamlog/beamlog/parser/term"
)

// level is how far up from the process that died a failure went.
type level uint8

const (
	atOthers level = 1 << iota // callers, links, siblings
	atSupervisor
	atApplication
	atNode
)

// The limits of what an open incident remembers of its loops.
const (
	maxLeads = 32
	maxBeats = 64
)

// looped notes that a process died again of what one died of before.
func (in *failure) looped(d, before *death) {
	lead := before
	if before.lead != nil {
		lead = before.lead
	}
	d.lead = lead
	lead.deaths++
	if d.timed && lead.timed {
		if len(lead.beats) == maxBeats {
			lead.beats = append(lead.beats[:maxBeats/2], lead.beats[maxBeats/2+1:]...) // the first ones and the last
		}
		lead.beats = append(lead.beats, d.at)
	}
	if lead.deaths == 1 && len(in.leads) < maxLeads {
		in.leads = append(in.leads, lead)
	}
}

// conclude finds the patterns that only a whole incident shows.
func (in *failure) conclude() {
	in.restartLoop()
	in.cascade()
	beat := in.root.beat()
	if every := beat.every(); every > 0 {
		in.patterns.show("periodic_crash", fmt.Sprintf("every %s, %d times", duration(every), in.root.deaths+1), in.root.deaths+1, in.root.span(), every)
	}
}

// restartLoop: one child dies of one reason, is started, and dies of it again.
func (in *failure) restartLoop() {
	worst := in.root
	for _, d := range in.leads {
		if d.deaths > worst.deaths {
			worst = d
		}
	}
	n := worst.deaths + 1
	if n < loopDeaths || in.patterns.has("poison_message") && !in.gaveUp {
		return
	}
	text := who(worst) + ": " + count(n, "death") + within(worst.span(), worst.timed)
	if in.gaveUp {
		text += ", then its supervisor gave up" + allowed(worst)
	} else {
		text += ", and the log shows no supervisor that gave up"
	}
	in.patterns.show("restart_loop", text, n, worst.span(), 0)
}

// allowed says what supervisors allow unless they are told otherwise: reports
// do not print it.
func allowed(d *death) string {
	if d.first.f.Report.Dialect == term.Erlang {
		return " (allowed by default: 1 restart in 5 s; reports do not print what was set)"
	}
	return " (allowed by default: 3 restarts in 5 s; reports do not print what was set)"
}

// cascade: what began with one crash went on to others, and up.
func (in *failure) cascade() {
	levels := in.levels
	if in.gaveUp {
		levels |= atSupervisor
	}
	n := 0
	for l := atOthers; l <= atNode; l <<= 1 {
		if levels&l != 0 {
			n++
		}
	}
	if n < 2 || in.others < cascadeOthers || madeByTheCall(in.root.inner) && !in.gaveUp {
		return
	}
	text := fmt.Sprintf("it took %d other processes", in.others)
	switch {
	case levels&atNode != 0:
		text += " and the node with it"
	case levels&atApplication != 0:
		text += " and an application with it"
	case levels&atSupervisor != 0:
		text += " with it, and a supervisor gave up"
	default:
		text += " with it"
	}
	in.patterns.show("cascade", text, in.others, in.root.span(), 0)
}

// beat is when a process died, and died again.
func (d *death) beat() beat {
	var b beat
	if !d.timed {
		return b
	}
	b.add(d.at, false)
	for i, at := range d.beats {
		b.add(at, d.deaths > maxBeats && i == maxBeats/2)
	}
	return b
}
