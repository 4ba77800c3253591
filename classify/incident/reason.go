package incident

import (
	"iter"
	"slices"
	"strings"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/term"
)

// reason is what a finding says whoever died, when and where. Its ids know no scope.
type reason struct {
	teller  teller
	printed id // its text, and the kind of report

	term    id       // the innermost cause
	framed  id       // and its top frames
	caller  bool     // it holds another process's reason
	targets []target // the processes that it says were called or watched
	pids    []id     // in its text
	timeout int64    // printed call time-out in milliseconds

	perClient bool   // a frame is of one of those modules, see [perClient]
	starting  bool   // see [hasStartFailure]
	inInit    bool   // see [startsIn]
	handler   string // the function that handles errors, and failed itself; "" if none
	app       string // of its first own frame that tells a version
	version   string
	topped    int // what its stack adds to [facts.fullness]

	noise, limit, lost, pool bool // whether its pattern is one of those
}

// target is a process as a reason names it.
type target struct {
	id   id
	name string // or pid
	pid  bool
}

// shown is the process as a log prints it.
func (p target) shown() string {
	if p.pid {
		return "<" + p.name + ">"
	}
	return p.name
}

// reasons remembers what findings say that are alike, and has room for a finding
// that is alike to none.
type reasons struct {
	known map[*classify.Alike]*reason
	other reason
}

// maxReasons bounds the reasons that are remembered. Each keeps 8 KiB alive at most.
const maxReasons = 128

// of gives what a finding says. It holds until the next call.
func (all *reasons) of(f *classify.Finding) *reason {
	if f.Alike == nil {
		all.other.read(f)
		return &all.other
	}
	r := all.known[f.Alike]
	if r == nil {
		if len(all.known) >= maxReasons {
			clear(all.known)
		}
		r = new(reason)
		r.read(f)
		r.handler, r.app, r.version = strings.Clone(r.handler), strings.Clone(r.app), strings.Clone(r.version)
		r.targets = copied(r.targets)
		all.known[f.Alike] = r
	}
	return r
}

// forget empties the room for the next finding.
func (r *reason) forget() {
	clear(r.targets)
	*r = reason{targets: r.targets[:0], pids: r.pids[:0]}
}

// copied is a copy of targets that keeps no report's text alive.
func copied(targets []target) []target {
	out := slices.Clone(targets)
	for i := range out {
		out[i].name = strings.Clone(out[i].name)
	}
	return out
}

func (r *reason) read(f *classify.Finding) {
	in := &f.Report.Reason
	r.teller = tellerOf(f.Report)
	r.printed = idOf(string(f.Report.Kind)).and(idOf(f.Report.Context)).and(idOf(clip(in.Text)))
	r.term = causeOf(in)
	r.framed = r.term
	for i := range in.Stack[:min(len(in.Stack), 3)] {
		f := &in.Stack[i]
		r.framed = r.framed.and(idOf(f.Module)).and(idOf(f.Function)).and(id(f.Line))
	}
	for i := range in.Chain {
		link := &in.Chain[i]
		switch link.Relation {
		case parser.RelCaller, parser.RelLinked, parser.RelObserver:
			r.caller = true
			for p := range targetsOf(link.Target) {
				if !slices.ContainsFunc(r.targets, func(known target) bool { return known.id == p.id }) {
					r.targets = append(r.targets, p)
				}
			}
		}
		if link.Via == parser.ViaCall {
			r.timeout = max(r.timeout, callTimeout(link.Detail))
		}
	}
	for pid := range pidsIn(clip(in.Text)) {
		r.pids = appendNew(r.pids, pidOf(pid))
	}
	r.stack(f.Report)
	r.starting = hasStartFailure(f.Report)
	r.noise = slices.Contains(noiseIDs, f.Rule.ID)
	r.limit = slices.Contains(limitIDs, f.Rule.ID)
	r.lost = slices.Contains(lostIDs, f.Rule.ID)
	r.pool = slices.Contains(poolIDs, f.Rule.ID)
}

// stack fills in what the stack tells.
func (r *reason) stack(report *parser.Report) {
	stack := report.Reason.Stack
	r.inInit = startsIn(report)
	r.handler = errorHandler(report)
	for i := range stack {
		r.perClient = r.perClient || perClientModule(stack[i].Module)
		if r.version == "" && stack[i].Version != "" && parser.OwnFrame(stack[i]) {
			r.app, r.version = stack[i].App, stack[i].Version
		}
	}
	if report.TopFrame() != nil {
		r.topped = 8
	} else if len(stack) > 0 {
		r.topped = 2
	}
}

// causeOf is the id of the innermost cause, equal for all tellings of one crash; 0
// if there is none.
func causeOf(r *parser.Reason) id {
	if r.Cause.Kind == term.None {
		return idOf(clip(r.Text))
	}
	t := classify.Canonical(r.Cause)
	if m, ok := t.Get("message"); ok && t.Kind == term.Struct {
		if text, ok := m.StringValue(); ok {
			return idOf(t.Text + ": " + clip(text)) // a banner gives no other field
		}
	}
	return idOf(clip(t.Elixir()))
}

// targetsOf gives all that a called process may be known by: its pid or name, and
// the name alone of {name, node}.
func targetsOf(s string) iter.Seq[target] {
	return func(yield func(target) bool) {
		p := target{id: processOf(s), name: parser.NameKey(s)}
		if looksLikePid(s) {
			p.name, p.pid = parser.PidKey(s), true
		}
		if p.id != 0 && !yield(p) {
			return
		}
		if name, node, ok := strings.Cut(strings.Trim(s, "{}"), ","); ok && strings.Contains(node, "@") {
			if key := parser.NameKey(name); key != "" {
				yield(target{id: nameOf(name), name: key})
			}
		}
	}
}
