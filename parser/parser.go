package parser

import (
	"strings"
	"sync"

	"github.com/beamlog/beamlog/parser/ingest"
)

// shape is one log shape: how to know it and how to read it.
//
// A shape has read or next. read takes the whole record. next reads the one
// report that opens at the start of the record's body and says where in the
// body it ended; [Parse] then looks for a further report in the rest.
//
// A shape has opens or heads. heads are the literals that open it, whatever their
// indentation, behind what may stand before an OTP report ([otpStart]).
type shape struct {
	name  string
	opens func(rec *ingest.Record, body string) bool
	heads []string
	read  func(rec *ingest.Record) []*Report
	next  func(rec *ingest.Record) (*Report, int)
}

// table holds the shapes once they are made. It is filled on first use, since a
// pasted report is read by the other shapes of the table.
var table struct {
	once   sync.Once
	shapes []shape
}

// shapes gives all shapes in the order in which they are tried: the first whose
// opens says yes reads the record.
func shapes() []shape {
	table.once.Do(func() { table.shapes = append(elixirShapes(), otpShapes()...) })
	return table.shapes
}

// maxReports bounds how many reports one record may hold.
const maxReports = 64

// Parse reads the reports in a record: none if it is ordinary output, usually
// one. Reports stand in the order of the text.
func Parse(rec *ingest.Record) []*Report {
	out, _ := parse(rec)
	return out
}

// ParseAll is [Parse], and gives what looks like a report and is none that is known:
// the record itself, or its lines behind a report. why is what [Unread] says of it;
// left is nil if there is none.
func ParseAll(rec *ingest.Record) (reports []*Report, left *ingest.Record, why string) {
	reports, skipped := parse(rec)
	if len(reports) == 0 {
		if why, unread := Unread(rec); unread {
			return nil, rec, why
		}
		return nil, nil, ""
	}
	if len(skipped) == 0 {
		return reports, nil, ""
	}
	lines := strings.Split(rec.Body, "\n")
	for _, s := range skipped {
		if part := s.of(rec, lines); beginsReport(part) {
			return reports, part, unknownForm + cutNote(rec)
		}
	}
	return reports, nil, ""
}

// run is a part of a record's text, as the lines from one up to another.
type run struct{ from, to int }

// of gives the run as a record of its own; lines are those of rec.
func (s run) of(rec *ingest.Record, lines []string) *ingest.Record {
	from, to := min(s.from, len(lines)), min(s.to, len(lines))
	part := *rec
	part.Body = strings.Join(lines[from:to], "\n")
	part.Title, part.Layout, part.Lines = "", nil, nil
	at := rec.Span(physicalLine(rec, from), physicalLine(rec, max(from, to-1)))
	part.Line, part.EndLine, part.Offset, part.End, part.Size = at.Line, at.Last, at.From, at.To, at.To-at.From
	return &part
}

// parse is Parse, and gives the lines behind the first report that none took.
func parse(rec *ingest.Record) (out []*Report, skipped []run) {
	view, marked := cleaned(rec)
	first, line := true, 0 // of the body
	skip := func(n int) {
		switch last := len(skipped) - 1; {
		case len(out) == 0:
		case last >= 0 && skipped[last].to == line:
			skipped[last].to += n
		default:
			skipped = append(skipped, run{line, line + n})
		}
	}
	for len(out) < maxReports && view.Body != "" {
		s := shapeOf(view)
		if s == nil {
			first = first && isTitle(view.Body)
			skip(1)
			line++
			rest := behind(view, rec, lineEnd(view.Body, 0)+1)
			if rest == nil {
				break
			}
			view = rest
			continue
		}
		if s.next == nil {
			for _, r := range s.read(view) {
				out = append(out, finish(r, rec, s.name))
			}
			break
		}
		r, end := s.next(view)
		if r == nil && rec.Lenient {
			end = lineEnd(view.Body, 0) + 1 // what looked like a header was prose
		}
		taken := r != nil && (first || rec.Lenient || proven(r, rec))
		if taken {
			out = append(out, finish(r, rec, s.name))
		}
		if end >= len(view.Body) && taken {
			break
		}
		lines := strings.Count(view.Body[:min(max(end, 0), len(view.Body))], "\n")
		if end >= len(view.Body) {
			lines++
		}
		if !taken {
			skip(lines)
		}
		first = false
		line += lines
		rest := behind(view, rec, end)
		if rest == nil {
			break
		}
		view = rest
	}
	if n := len(out); n > 0 && (marked || endsCut(out[n-1], rec.Body)) {
		// What was cut belongs to the report, in whatever word it ends.
		r := out[n-1]
		r.Complete = false
		if marked {
			r.markCut(view.Body)
		}
		if at := rec.Span(r.Line, rec.EndLine); at.Last > r.EndLine {
			r.EndLine, r.End = at.Last, at.To
		}
	}
	if rec.Lenient && len(out) == 0 {
		out = appendOrphan(out, rec)
	}
	if rec.Lenient && len(out) > 0 {
		attachContext(out, rec)
	}
	return out, skipped
}

// isTitle says whether body begins with the line that logger_formatter makes of
// a report's title where a template asks for it, as ejabberd's does:
//
//	2026-03-19 14:43:15.147000+00:00 [error] <0.387.0>@supervisor:do_restart/3:748 SUPERVISOR REPORT:
//	    supervisor: {local,ejabberd_sup}
func isTitle(body string) bool {
	name, ok := strings.CutSuffix(firstLine(body), " REPORT:")
	return ok && name != "" && strings.ToUpper(name) == name
}

// proven says whether more than its first line tells that r is a report. A line
// in the middle of other text must be proven: users quote banners. What stands
// below a shell's prompt is the shell's.
func proven(r *Report, rec *ingest.Record) bool {
	return !r.Weak && (rec.Writer == ingest.WriterShell || len(r.Reason.Stack) > 0 || len(r.Reason.Chain) > 0 || r.LastMessage != nil || len(r.Fields) > 0)
}

// finish sets what is the same for every report of a record.
func finish(r *Report, rec *ingest.Record, name string) *Report {
	r.Record = rec
	r.addJSONReason(rec)
	if r.Shape == "" {
		r.Shape = name
	}
	if r.Line == 0 {
		r.Line = rec.Line
	}
	if r.EndLine == 0 {
		r.EndLine = rec.EndLine
	}
	at := rec.Span(r.Line, r.EndLine)
	r.EndLine, r.Offset, r.End = at.Last, at.From, at.To
	if rec.Cut || rec.Dropped > 0 {
		r.Complete = false
	}
	return r
}

// shapeOf gives the shape that the record's body opens with, or nil.
func shapeOf(rec *ingest.Record) *shape {
	if rec.Body == "" || rec.Body[0] == '\n' {
		return nil
	}
	all := shapes()
	text := "" // where heads stand, once it is known
	for i := range all {
		s := &all[i]
		if s.opens != nil {
			if s.opens(rec, rec.Body) {
				return s
			}
			continue
		}
		if text == "" {
			if text = strings.TrimLeft(rec.Body[otpStart(rec.Body):], " "); text == "" {
				text = "\n" // no head
			}
		}
		if hasAnyPrefix(text, s.heads) {
			return s
		}
	}
	return nil
}

// physicalLine gives the line of the input on which line i of the body stands.
func physicalLine(rec *ingest.Record, i int) int {
	if rec.Lines == nil {
		return rec.Line + i
	}
	if len(rec.Lines) == 0 {
		return rec.Line
	}
	return rec.Lines[min(i, len(rec.Lines)-1)]
}

// behind gives the view without the first n bytes of its body, its lines in step;
// nil when nothing is left. rec itself is not changed.
func behind(view, rec *ingest.Record, n int) *ingest.Record {
	if n <= 0 || n >= len(view.Body) {
		return nil
	}
	view = edited(view, rec)
	lines := strings.Count(view.Body[:n], "\n")
	view.Body = view.Body[n:]
	view.Line = physicalLine(view, lines)
	if view.Lines != nil {
		view.Lines = view.Lines[min(lines, len(view.Lines)):]
	}
	return view
}

// edited gives a view of rec that may be changed: a copy, unless view is one.
func edited(view, rec *ingest.Record) *ingest.Record {
	if view == rec {
		part := *rec
		return &part
	}
	return view
}

// cleaned gives the record as its text is read: without the mark of a cut, what
// transports made of blanks, and what pasting does. It is rec itself where nothing
// of that is there.
func cleaned(rec *ingest.Record) (view *ingest.Record, marked bool) {
	body, marked := withoutMark(rec.Body)
	if strings.IndexByte(body, '\t') >= 0 && strings.Contains(body, "\n\t") {
		body = untab(body)
	}
	if rec.Lenient {
		body = cleanPaste(body)
	}
	view = rec
	if body != rec.Body {
		view = edited(view, rec)
		view.Body, view.Cut = body, view.Cut || marked
	}
	if rec.Writer == ingest.WriterElixir && strings.HasPrefix(body, " ") && shapeOf(view) == nil {
		// "[$level] $metadata $message" with no metadata leaves a blank.
		view = edited(view, rec)
		view.Body = strings.TrimLeft(body, " ")
	}
	return view, marked
}

// untab makes four blanks of each tab at the start of a line: some transports
// turn indentation into tabs.
func untab(body string) string {
	var b strings.Builder
	for i := 0; i < len(body); i++ {
		if body[i] == '\n' {
			b.WriteByte('\n')
			for i+1 < len(body) && body[i+1] == '\t' {
				b.WriteString("    ")
				i++
			}
			continue
		}
		b.WriteByte(body[i])
	}
	return b.String()
}

// lineEnd gives the index of the newline that ends the line at i, or len(s).
func lineEnd(s string, i int) int {
	if i >= len(s) {
		return len(s)
	}
	if n := strings.IndexByte(s[i:], '\n'); n >= 0 {
		return i + n
	}
	return len(s)
}
