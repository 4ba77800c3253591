package crashdump

import (
	"fmt"
	"strings"

	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/ingest"
	"github.com/beamlog/beamlog/parser/term"
)

// tellTop is how many rows of each table a report has.
const tellTop = 5

// Report tells the dump as the report of a VM that stopped. rec says where the
// dump was read, and can be nil; the report's record is a copy of it with the
// dump's time, node and header in it.
func (d *Dump) Report(rec *ingest.Record) *parser.Report {
	own := ingest.Record{}
	if rec != nil {
		own = *rec
	}
	own.Line, own.EndLine, own.End, own.Size = 1, max(1, int(d.LastLine)), d.Bytes, d.Bytes
	own.Time, own.Node, own.Body, own.Cut = d.Time(), d.Node, d.Header, !d.Complete
	reason, whole := parser.SloganReason(d.Slogan)
	return &parser.Report{
		Record: &own, Line: own.Line, EndLine: own.EndLine, End: own.End,
		Kind: parser.KindSlogan, Dialect: term.Erlang, Shape: "crashdump",
		Reason: reason, Fields: d.fields(), Complete: d.Complete && whole,
	}
}

// fields gives the rest of the dump in words, in its own order.
func (d *Dump) fields() []ingest.Field {
	var fields []ingest.Field
	add := func(key, value string) {
		if value != "" {
			fields = append(fields, ingest.Field{Key: key, Value: value})
		}
	}
	add("System version", d.SystemVersion)
	add("Compiled", d.Compiled)
	add("Taints", d.Taints)
	add("Atoms", limited(d.Atoms, d.AtomLimit))
	add("Calling thread", d.CallingThread)
	add("Memory", d.Memory.String())
	add("Processes", count(d.Processes))
	add("Ports", count(d.Ports))
	add("ETS tables", count(d.Tables))
	add("Timers", count(d.Timers))
	add("Connected nodes", count(d.Nodes))
	add("Running", rows(d.Running, Process.String))
	add("Longest message queues", rows(d.ByQueue, Process.String))
	add("Most memory", rows(d.ByMemory, Process.String))
	add("Largest ETS tables", rows(d.BySize, EtsTable.String))
	switch {
	case d.Aborted != "":
		add("Dump ends early", d.Aborted)
	case !d.Complete:
		add("Dump ends early", "no =end: the disk was full, or the VM was stopped before it had written all")
	}
	return fields
}

func count(n int64) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

func limited(n, limit int64) string {
	if n == 0 || limit == 0 {
		return count(n)
	}
	return fmt.Sprintf("%d, limit %d", n, limit)
}

// rows gives the first rows of a table, one a line.
func rows[T any](table []T, text func(T) string) string {
	var b strings.Builder
	for i, row := range table[:min(len(table), tellTop)] {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(text(row))
	}
	return b.String()
}

// String gives the table on one line; "" if the dump has none.
func (m Memory) String() string {
	if m == (Memory{}) {
		return ""
	}
	return fmt.Sprintf("total %d, processes %d (used %d), system %d, atom %d (used %d), binary %d, code %d, ets %d bytes",
		m.Total, m.Processes, m.ProcessesUsed, m.System, m.Atom, m.AtomUsed, m.Binary, m.Code, m.Ets)
}

// String tells a process on one line.
func (p Process) String() string {
	var b strings.Builder
	b.WriteString(p.Pid)
	if p.Name != "" {
		b.WriteString(" " + p.Name)
	}
	if p.Queue > 0 {
		fmt.Fprintf(&b, ", %s", plural(p.Queue, "message"))
	}
	if p.Memory > 0 {
		fmt.Fprintf(&b, ", %s", plural(p.Memory, "byte"))
	}
	if p.State != "" {
		b.WriteString(", " + strings.ToLower(p.State))
	}
	if p.Current != "" {
		b.WriteString(", in " + p.Current)
	}
	if p.SpawnedAs != "" {
		b.WriteString(", spawned as " + p.SpawnedAs)
	}
	if len(p.Stack) > 0 {
		b.WriteString(", called from " + strings.Join(p.Stack[:min(len(p.Stack), tellTop)], ", "))
	}
	return b.String()
}

// String tells a table on one line.
func (t EtsTable) String() string {
	return fmt.Sprintf("%s of %s, %s, %s", t.Name, t.Owner, plural(t.Objects, "object"), plural(t.Words, "word"))
}

func plural(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
