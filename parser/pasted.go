package parser

import (
	"slices"
	"strings"
	"sync"

	"github.com/beamlog/beamlog/parser/ingest"
	"github.com/beamlog/beamlog/parser/term"
)

// Pasted text (formats.md H) is read leniently: it comes indented, quoted, in
// bullets or in the middle of prose, with frames at column 0 and with words that
// no BEAM writes:
//
//	** (EXIT) #PID<0.123.0> exited with reason: {:bad_return_value, %{error: "invalid_data"}}
//	(my_app 0.1.0) lib/my_app/server.ex:123: MyApp.Server.handle_call/3
//
// Only records that ingest marked Lenient get here.

// pasteMarks are what web pages and ticket systems make of plain text.
var pasteMarks = sync.OnceValue(func() *strings.Replacer {
	return strings.NewReplacer(
		"&lt;", "<", "&gt;", ">", "&quot;", `"`, "&#39;", "'", "&apos;", "'", "&amp;", "&", "&nbsp;", " ",
		"“", `"`, "”", `"`, "‘", "'", "’", "'", "\u00a0", " ", "…", "...",
	)
})

// cleanPaste undoes what pasting does to a text; lines stay lines.
func cleanPaste(body string) string {
	if strings.ContainsAny(body, "&“”‘’\u00a0…") {
		body = pasteMarks().Replace(body)
	}
	if !strings.Contains(body, "> ") && !strings.Contains(body, "`") {
		return body
	}
	lines := strings.Split(body, "\n")
	for i, line := range lines {
		for strings.HasPrefix(line, "> ") || line == ">" {
			line = strings.TrimPrefix(line[1:], " ")
		}
		if t := strings.TrimSpace(line); len(t) > 1 && t[0] == '`' && t[len(t)-1] == '`' && strings.Trim(t, "`") != "" {
			line = strings.Trim(t, "`")
		}
		lines[i] = line
	}
	return strings.Join(lines, "\n")
}

// pastedStart gives how far into its first line a pasted report begins: after
// blanks or a bullet, or at a banner in the middle of a sentence that a term in
// brackets follows. 0 if no report begins there.
func pastedStart(rec *ingest.Record, body string) int {
	line := body[:lineEnd(body, 0)]
	n := indentation(line)
	for _, bullet := range [...]string{"- ", "* ", "• "} {
		if strings.HasPrefix(line[n:], bullet) {
			n += len(bullet)
			break
		}
	}
	if n > 0 && n < len(line) {
		if s := shapeOf(&ingest.Record{Body: body[n:], Level: rec.Level}); s != nil {
			return n
		}
	}
	for i := n + 1; i < len(line); i++ {
		j := strings.Index(line[i:], "** (")
		if j < 0 {
			return 0
		}
		i += j
		if isBanner(line[i:]) {
			if text := bannerEnd(line, i); text < len(line) && (line[text] == '{' || line[text] == '%') {
				return i
			}
		}
	}
	return 0
}

func opensPasted(rec *ingest.Record, body string) bool {
	return rec.Lenient && pastedStart(rec, body) > 0
}

// readPasted reads the report that begins inside the first line. Further lines
// lose the same indentation.
func readPasted(rec *ingest.Record) (*Report, int) {
	n := pastedStart(rec, rec.Body)
	inner := *rec
	inner.Body = dedent(rec.Body, n)
	s := shapeOf(&inner)
	if s == nil || s.next == nil {
		return nil, lineEnd(rec.Body, 0)
	}
	r, end := s.next(&inner)
	if r != nil {
		r.Shape = s.name
	}
	lines := strings.Count(inner.Body[:min(end, len(inner.Body))], "\n")
	at := 0
	for range lines {
		at = min(lineEnd(rec.Body, at)+1, len(rec.Body))
	}
	return r, max(at, lineEnd(rec.Body, 0))
}

// dedent takes n bytes off the first line, and as many blanks as are there, up
// to n, off the others.
func dedent(body string, n int) string {
	var b strings.Builder
	b.Grow(len(body))
	b.WriteString(body[n:lineEnd(body, 0)])
	for i := lineEnd(body, 0); i < len(body); {
		b.WriteByte('\n')
		i++
		end := lineEnd(body, i)
		b.WriteString(body[i+min(n, indentation(body[i:end])) : end])
		i = end
	}
	return b.String()
}

// appendOrphan adds a report for frames without a head: the tail of a report
// whose beginning was not copied.
func appendOrphan(out []*Report, rec *ingest.Record) []*Report {
	r := &Report{Kind: KindOther, Dialect: term.Elixir, Shape: "pasted", Weak: true}
	body, line := rec.Body, 0
	for i := 0; i < len(body); line++ {
		end := lineEnd(body, i)
		f, ok := parseFrame(body[i:end])
		switch {
		case ok && f.File != "":
			if len(r.Reason.Stack) == 0 {
				r.Line = physicalLine(rec, line)
			}
			r.EndLine = physicalLine(rec, line)
			r.Reason.Stack = append(r.Reason.Stack, f)
		case len(r.Reason.Stack) > 0:
			i = len(body)
			continue
		}
		i = end + 1
	}
	if len(r.Reason.Stack) < 2 {
		return out
	}
	return append(out, finish(r, rec, "pasted"))
}

// supervisionTree is the key above a drawn tree, whose lines are its value.
const supervisionTree = "Supervision Tree"

// attachContext gives the pairs that a ticket has round its reports to the report
// that follows, or else to the last one:
//
//	Application: myapp
//	Supervision Tree:
//	└── MyApp.UserSupervisor (:permanent)
func attachContext(reports []*Report, rec *ingest.Record) {
	lines := strings.Split(rec.Body, "\n")
	next := 0
	for i := 0; i < len(lines); i++ {
		at := physicalLine(rec, i)
		for next < len(reports) && at > reports[next].EndLine {
			next++
		}
		r := reports[min(next, len(reports)-1)]
		if at >= r.Line && at <= r.EndLine {
			continue
		}
		key, value, ok := ingest.ContextPair(lines[i])
		if !ok {
			continue
		}
		if key == supervisionTree && value == "" {
			var tree []string
			for i+1 < len(lines) && strings.ContainsAny(lines[i+1], "└├│") {
				i++
				tree = append(tree, strings.TrimRight(lines[i], " "))
			}
			value = strings.Join(tree, "\n")
		}
		if value != "" && !slices.Contains(r.Fields, ingest.Field{Key: key, Value: value}) {
			r.keep(key, value)
		}
	}
}
