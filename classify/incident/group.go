package incident

import (
	"fmt"
	"slices"
	"sort"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/ingest"
)

// groups counts incidents by the fingerprint of their root, in constant memory.
type groups struct {
	max     int
	list    []*Group
	byPrint map[string]*Group
	bytes   int // that the samples keep alive

	otherIncidents, otherFindings int
}

func (g *groups) add(in *Incident, from *failure, t *Tracker) {
	root := in.Root
	group := g.byPrint[root.Fingerprint]
	if group == nil {
		if len(g.list) >= g.max {
			g.otherIncidents++
			g.otherFindings += in.Count
			return
		}
		group = &Group{restarts: restarted(root), Fingerprint: root.Fingerprint, Rule: root.Rule, First: in.First, Severity: classify.Info, Sample: g.sample(in)}
		g.byPrint[root.Fingerprint] = group
		g.list = append(g.list, group)
		if text := from.onset; text != "" && !from.patterns.has("boot_noise") {
			group.patterns.show("deploy_onset", text, 1, 0, 0)
		}
	}
	for _, p := range from.patterns {
		group.patterns.put(p.Rule.ID, p)
	}
	group.follow(from)
	group.Incidents++
	group.Findings += in.Count
	group.Restarts += in.Restarts
	if in.GaveUp {
		group.GaveUp++
	}
	if in.Last != "" {
		group.Last = in.Last
	}
	if worst := in.Severity(); rank(worst) > rank(group.Severity) {
		group.Severity = worst
	}
}

// Severity is the highest severity among the findings that are kept and count;
// among all where none counts.
func (in *Incident) Severity() classify.Severity {
	worst := classify.Info
	for _, f := range in.Findings {
		if rank(f.Severity) > rank(worst) && (f.Suppressed == nil || in.Expected()) {
			worst = f.Severity
		}
	}
	return worst
}

func rank(s classify.Severity) int {
	switch s {
	case classify.Critical:
		return 3
	case classify.Error:
		return 2
	case classify.Warning:
		return 1
	}
	return 0
}

// sample gives the incident as it is kept for its group: whole while there is
// room, else only its root, without the texts that keep the log's bytes alive.
func (g *groups) sample(in *Incident) *Incident {
	n := 0
	for _, f := range in.Findings {
		n += cost(f)
	}
	if g.bytes+n <= maxSampleBytes {
		g.bytes += n
		return in
	}
	slim := *in
	if g.bytes+cost(in.Root) <= maxSampleBytes {
		g.bytes += cost(in.Root)
		slim.Findings, slim.Firsts = []*classify.Finding{in.Root}, []*classify.Finding{in.Root}
		return &slim
	}
	slim.Root = bare(in.Root)
	slim.Findings, slim.Firsts = []*classify.Finding{slim.Root}, []*classify.Finding{slim.Root}
	return &slim
}

// bare is a finding without its report's texts.
func bare(f *classify.Finding) *classify.Finding {
	r := f.Report
	out := *f
	out.Bindings, out.Alike = nil, nil
	out.SetSummary(string([]byte(clip(f.Summary()))))
	report := parser.Report{Record: &ingest.Record{}, Line: r.Line, EndLine: r.EndLine, Kind: r.Kind, Dialect: r.Dialect, Complete: r.Complete}
	if r.Record != nil {
		report.Record = &ingest.Record{Input: r.Record.Input, Line: r.Record.Line, Time: r.Record.Time}
	}
	report.Reason.Text = string([]byte(clip(r.Reason.Text)))
	report.Process = parser.Process{Pid: string([]byte(clip(r.Process.Pid))), Name: string([]byte(clip(r.Process.Name)))}
	out.Report = &report
	return &out
}

// follow takes over when the deaths of an incident were.
func (g *Group) follow(in *failure) {
	d := in.root
	if !d.timed {
		return
	}
	g.beat.add(d.at, g.input != in.input || d.at < g.beat.last)
	g.input = in.input
	for i, at := range d.beats {
		g.beat.add(at, d.deaths > maxBeats && i == maxBeats/2)
	}
}

// restarted says whether the process of a finding is one that its supervisor
// starts again.
func restarted(f *classify.Finding) bool {
	r := f.Report
	return (supervised(r.Kind) || r.Kind == parser.KindSupervisor || r.Kind == parser.KindProcess) && !oneOfMany(r) && !slices.ContainsFunc(r.Reason.Stack, func(f parser.Frame) bool { return perClientModule(f.Module) })
}

// conclude finds the patterns that only all incidents of a bug show.
func (g *Group) conclude(lines int64) {
	b := &g.beat
	all := slices.Clone(g.patterns)
	switch every := b.every(); {
	case every > 0:
		all.show("periodic_crash", fmt.Sprintf("every %s, %d times", duration(every), b.n), b.n, b.last-b.first, every)
	case b.apart() && g.GaveUp == 0 && g.restarts && g.Incidents >= regularEvents:
		all.show("flapping", fmt.Sprintf("%d times in %s, never within %s of each other", b.n, duration(b.last-b.first), duration(b.least)), b.n, b.last-b.first, 0)
	}
	g.Patterns, g.Verdict = all.sorted(), g.verdict(lines)
}

// Groups gives the bugs seen so far: the gravest first, then the most
// frequent, then the earliest.
func (t *Tracker) Groups() []*Group {
	out := append([]*Group(nil), t.groups.list...)
	for _, g := range out {
		g.conclude(t.lines)
	}
	sort.SliceStable(out, func(i, j int) bool {
		a, b := out[i], out[j]
		if ra, rb := rank(a.Severity), rank(b.Severity); ra != rb {
			return ra > rb
		}
		if a.Incidents != b.Incidents {
			return a.Incidents > b.Incidents
		}
		return a.Findings > b.Findings
	})
	return out
}

// Uncounted says how many incidents and findings belong to no group because
// there are too many different bugs.
func (t *Tracker) Uncounted() (incidents, findings int) {
	return t.groups.otherIncidents, t.groups.otherFindings
}
