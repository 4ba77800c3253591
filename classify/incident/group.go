package incident

import (
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

func (g *groups) add(in *Incident) {
	root := in.Root
	group := g.byPrint[root.Fingerprint]
	if group == nil {
		if len(g.list) >= g.max {
			g.otherIncidents++
			g.otherFindings += in.Count
			return
		}
		group = &Group{Fingerprint: root.Fingerprint, Rule: root.Rule, First: in.First, Severity: classify.Info, Sample: g.sample(in)}
		g.byPrint[root.Fingerprint] = group
		g.list = append(g.list, group)
	}
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

// Severity is the highest severity among the findings that are kept.
func (in *Incident) Severity() classify.Severity {
	worst := in.Root.Severity
	for _, f := range in.Findings {
		if rank(f.Severity) > rank(worst) {
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
	out.Bindings = nil
	out.Summary = string([]byte(clip(f.Summary)))
	report := parser.Report{Record: &ingest.Record{}, Line: r.Line, EndLine: r.EndLine, Kind: r.Kind, Dialect: r.Dialect, Complete: r.Complete}
	if r.Record != nil {
		report.Record = &ingest.Record{Input: r.Record.Input, Line: r.Record.Line, Time: r.Record.Time}
	}
	report.Reason.Text = string([]byte(clip(r.Reason.Text)))
	report.Process = parser.Process{Pid: string([]byte(clip(r.Process.Pid))), Name: string([]byte(clip(r.Process.Name)))}
	out.Report = &report
	return &out
}

// Groups gives the bugs seen so far: the gravest first, then the most
// frequent, then the earliest.
func (t *Tracker) Groups() []*Group {
	out := append([]*Group(nil), t.groups.list...)
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
