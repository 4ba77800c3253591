package prompt

import (
	"fmt"
	"path"
	"sort"
	"strconv"
	"strings"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/classify/story"
	"github.com/beamlog/beamlog/internal/source"
	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/term"
)

// parts are the blocks of evidence in their order of priority: what is asked
// about first, its context after.
func (b *builder) parts() ([]part, error) {
	parts := []part{
		{id: "E1", title: "crash report", floor: 600, ceil: 2500, write: b.crash},
		b.framesPart(),
	}
	sources, err := b.sources()
	if err != nil {
		return nil, err
	}
	if len(sources) > 0 {
		parts = append(parts, sources[0])
	}
	parts = append(parts,
		b.lines("C1", "callback contract", 100, 400, b.contract()),
		b.lines("V1", "verdict of the rule engine: a hypothesis", 150, 500, b.verdict()),
		b.lines("R1", "supervision and restarts", 60, 500, b.restarts()),
		b.lines("T1", "timeline of the incident", 120, 2000, b.timeline()),
	)
	parts = append(parts, b.linked()...)
	if len(sources) > 1 {
		parts = append(parts, sources[1:]...)
	}
	return append(parts,
		b.lines("N1", "versions", 30, 200, b.versions()),
		b.lines("X1", "the report as logged", 0, 2000, strings.Split(b.root.Report.Record.Body, "\n")),
	), nil
}

// lines is a part made of lines, the most important first.
func (b *builder) lines(id, title string, floor, ceil int, lines []string) part {
	needed := 1
	for _, l := range lines {
		needed += EstimateTokens(l) + 1
	}
	return part{id: id, title: title, floor: min(floor, needed), ceil: ceil, empty: len(lines) == 0, write: func(tokens int) (string, string) {
		kept, left := fitLines(lines, tokens)
		return strings.Join(kept, "\n"), left
	}}
}

// crash writes the report of the root: who died, why, doing what, in which state.
func (b *builder) crash(tokens int) (text, left string) {
	r := b.root.Report
	w := &writer{}
	w.field("Died", b.story.Died.Text)
	w.field("Process", joinSet(", ", r.Process.Name, r.Process.Pid, prefixed("initial call ", r.Process.InitialCall), prefixed("label ", r.Process.Label)))
	w.field("When", joinSet(", ", r.Record.Time, prefixed("level ", r.Record.Level), prefixed("node ", r.Record.Node)))
	w.field("Where in the log", fmt.Sprintf("%s, lines %d to %d", inputName(r.Record.Input), r.Line, max(r.Line, r.EndLine)))
	w.field("Type", joinSet(", class ", r.Reason.Type, r.Reason.Class))
	b.supervised(w)
	free := max(tokens-EstimateTokens(w.String()), 60)
	b.reason(w, bytesFor(free*35/100))
	for i, s := range b.story.Chain {
		if i == 0 {
			w.line("How the reason came here, from the reporting process to the cause:")
		}
		w.line("  " + strconv.Itoa(i+1) + ". " + s.Text)
	}
	free = max(tokens-EstimateTokens(w.String()), 40)
	b.value(w, "Last message", r.LastMessage, bytesFor(free*30/100))
	w.field("Caller it was serving", b.story.Client)
	for _, f := range r.Fields {
		w.field(f.Key, b.shorten(f.Value, bytesFor(free*10/100)))
	}
	free = max(tokens-EstimateTokens(w.String())-8, 24)
	b.value(w, "State", r.State, bytesFor(free))
	if w.cut > 0 {
		left = plural(w.cut, "long term shortened", "long terms shortened")
	}
	return w.String(), left
}

// inputName names the input without the directories of this machine.
func inputName(name string) string {
	if name == "-" || name == "" {
		return "standard input"
	}
	return path.Base(strings.ReplaceAll(name, `\`, "/"))
}

// supervised tells the supervisor and child of a supervisor report.
func (b *builder) supervised(w *writer) {
	r := b.root.Report
	if s := r.Supervisor; s != nil {
		w.field("Supervisor", joinSet(", ", s.Name, s.Pid, s.Module))
	}
	w.field("Context", r.Context)
	if c := r.Child; c != nil {
		w.field("Child", joinSet(", ", c.ID, c.Pid, prefixed("start ", c.Start), prefixed("restart ", c.Restart),
			prefixed("shutdown ", c.Shutdown), prefixed("type ", c.Type)))
	}
}

// reason tells the exit reason, as a term and as printed.
func (b *builder) reason(w *writer, bytes int) {
	r := b.root.Report.Reason
	if r.Term.Kind != term.None {
		short := term.Shrink(r.Term, bytes)
		w.field("Exit reason", b.print(short))
		if !term.Equal(short, r.Term) {
			w.cut++
		}
	}
	if r.Text != "" && r.Text != b.print(r.Term) {
		text := b.shortenLines(r.Text, bytes)
		if text != r.Text {
			w.cut++
		}
		w.field("As printed", text)
	}
}

// value tells a raw part of the report, shortened as a term.
func (b *builder) value(w *writer, label string, s *parser.Span, bytes int) {
	if s == nil || s.Text == "" {
		return
	}
	text := b.shorten(s.Text, bytes)
	if text != s.Text && len(text) < len(s.Text)*9/10 {
		w.cut++
		label += fmt.Sprintf(" (shortened; %d bytes in the log)", s.Bytes)
	} else if s.Truncated {
		label += " (cut by the log)"
	}
	w.field(label, text)
}

// shorten cuts the printed term s to about so many bytes and keeps its shape.
func (b *builder) shorten(s string, bytes int) string {
	if len(s) <= bytes {
		return s
	}
	t, _, _ := term.Read(s)
	return b.print(term.Shrink(t, bytes))
}

// shortenLines keeps the first lines of s that fit into so many bytes.
func (b *builder) shortenLines(s string, bytes int) string {
	if len(s) <= bytes {
		return s
	}
	lines := strings.Split(s, "\n")
	n, size := 0, 0
	for n < len(lines) && size+len(lines[n]) < bytes {
		size += len(lines[n]) + 1
		n++
	}
	if n == 0 {
		return clip(lines[0], bytes)
	}
	return strings.Join(lines[:n], "\n") + fmt.Sprintf("\n(%d more lines)", len(lines)-n)
}

// shortenCall shortens the arguments of a printed call: "GenServer.call(Db, %{…}, 5000)".
func (b *builder) shortenCall(s string, bytes int) string {
	open, end := strings.IndexByte(s, '('), strings.LastIndexByte(s, ')')
	if len(s) <= bytes || open < 0 || end < open {
		return s
	}
	args := b.shorten("["+s[open+1:end]+"]", bytes)
	return s[:open] + "(" + strings.TrimSuffix(strings.TrimPrefix(args, "["), "]") + s[end:]
}

// print spells a term as the log does, on one line without hidden characters.
func (b *builder) print(t term.Term) string {
	s, _ := Clean(t.Print(b.dialect))
	return s
}

// framesPart is the stacktrace of the innermost cause, and the outer ones.
func (b *builder) framesPart() part {
	r := b.root.Report
	var lines []string
	lines = append(lines, b.stack(r.Reason.Stack)...)
	for _, l := range r.Reason.Chain {
		if len(l.Stack) > 0 {
			lines = append(lines, "Stack of the call "+l.Detail+":")
			lines = append(lines, b.stack(l.Stack)...)
		}
	}
	if r.Client != nil && len(r.Client.Stack) > 0 {
		lines = append(lines, "Stack of the caller "+joinSet(" ", r.Client.Name, r.Client.Pid)+":")
		lines = append(lines, b.stack(r.Client.Stack)...)
	}
	if len(lines) > 0 && strings.Contains(strings.Join(lines, "\n"), ownMark) {
		lines = append([]string{"Frames, innermost first; the project's own are marked with " + strings.TrimSpace(ownMark) + "."}, lines...)
	}
	return b.lines("F1", "stacktrace", 300, 1500, lines)
}

// ownMark marks a frame of the project.
const ownMark = " *"

// stack is a stack's frames, one a line.
func (b *builder) stack(frames []parser.Frame) []string {
	var out []string
	for i, f := range frames {
		text := strings.Join(strings.Fields(f.Text), " ")
		if f.Args != "" || text == "" || len(text) > 300 {
			text = b.frame(f)
		}
		if parser.OwnFrame(f) {
			text += ownMark
		}
		out = append(out, fmt.Sprintf("%3d. %s", i+1, text))
	}
	return out
}

// frame writes a frame whose arguments are long.
func (b *builder) frame(f parser.Frame) string {
	place := joinSet(" ", parenthesized(f.App, f.Version), f.File)
	if f.Line > 0 {
		place += ":" + strconv.Itoa(f.Line)
	}
	text := joinSet(": ", strings.TrimSpace(place), f.MFA())
	if f.Args != "" {
		text += ", called with (" + b.shorten(f.Args, 400) + ")"
	}
	return clip(strings.Join(strings.Fields(text), " "), 900)
}

// maxSources is how many places of the source are quoted.
const maxSources = 3

// sources quotes the source of the project's own frames; where the process
// died in no frame of its own, as with a bad return value, of its callback.
func (b *builder) sources() ([]part, error) {
	if b.o.Source == "" {
		return nil, nil
	}
	project, err := source.Open(b.o.Source)
	if err != nil {
		return nil, err
	}
	defer project.Close()
	var parts []part
	seen := map[string]bool{}
	add := func(s *source.Snippet) {
		key := fmt.Sprintf("%s:%d", s.File, s.First)
		if seen[key] || len(parts) == maxSources {
			return
		}
		seen[key] = true
		ceil := 3000
		if len(parts) > 0 {
			ceil = 1000
		}
		parts = append(parts, b.sourcePart(fmt.Sprintf("S%d", len(parts)+1), s, ceil))
	}
	if s := b.callbackSource(project); s != nil {
		add(s)
	}
	for _, f := range b.ownFrames() {
		if s, err := project.Snippet(f.App, f.File, f.Line); err == nil {
			add(s)
		} else if len(parts) < maxSources {
			b.warnings = append(b.warnings, "no source for "+b.line(fmt.Sprintf("%s:%d", f.File, f.Line)))
		}
	}
	return parts, nil
}

// callbackSource is the callback that a process without own frames died after.
func (b *builder) callbackSource(project *source.Project) *source.Snippet {
	for _, f := range b.root.Report.Reason.Stack {
		if parser.OwnFrame(f) && f.File != "" {
			return nil
		}
	}
	call, _, _ := strings.Cut(classify.Callback(b.root.Report), "/")
	i := strings.LastIndexAny(call, ".:")
	if i <= 0 {
		return nil
	}
	s, err := project.Function(call[:i], call[i+1:])
	if err != nil {
		return nil
	}
	return s
}

// ownFrames are the frames of the project that name a line, innermost first.
func (b *builder) ownFrames() []parser.Frame {
	var out []parser.Frame
	add := func(frames []parser.Frame) {
		for _, f := range frames {
			if f.File != "" && f.Line > 0 && parser.OwnFrame(f) {
				out = append(out, f)
			}
		}
	}
	r := b.root.Report
	add(r.Reason.Stack)
	for i := len(r.Reason.Chain) - 1; i >= 0; i-- {
		add(r.Reason.Chain[i].Stack)
	}
	if r.Client != nil {
		add(r.Client.Stack)
	}
	return out
}

// sourcePart quotes lines with their numbers; what does not fit is taken off
// the ends farthest from the line in question.
func (b *builder) sourcePart(id string, s *source.Snippet, ceil int) part {
	lines := strings.Split(b.safe(strings.Join(s.Lines, "\n")), "\n")
	at := max(0, s.Line-s.First) // 0: the whole is meant
	write := func(tokens int) (string, string) {
		from, to := at, at
		used := EstimateTokens(lines[at]) + 4
		for {
			grown := false
			if from > 0 {
				if c := EstimateTokens(lines[from-1]) + 4; used+c <= tokens {
					from, used, grown = from-1, used+c, true
				}
			}
			if to < len(lines)-1 {
				if c := EstimateTokens(lines[to+1]) + 4; used+c <= tokens {
					to, used, grown = to+1, used+c, true
				}
			}
			if !grown {
				break
			}
		}
		var out []string
		for i := from; i <= to; i++ {
			mark := " "
			if i == at && s.Line > 0 {
				mark = ">"
			}
			out = append(out, fmt.Sprintf("%s%5d  %s", mark, s.First+i, lines[i]))
		}
		left := ""
		if n := len(lines) - len(out); n > 0 {
			left = fmt.Sprintf("%d of %d lines", n, len(lines))
		}
		return strings.Join(out, "\n"), left
	}
	return part{id: id, title: "source of " + b.line(s.File), floor: 200, ceil: ceil, write: write}
}

// contract tells what the failing callback may return.
func (b *builder) contract() []string {
	c := b.story.Contract
	if c == nil {
		c = classify.ContractFor(b.root.Fill("{{behaviour}}"), b.root.Fill("{{callback}}"))
	}
	if c == nil {
		return nil
	}
	lines := []string{c.Callback + " of the behaviour " + c.Behaviour + " may return:"}
	if len(c.Legal) == 0 {
		return append(lines, "  anything")
	}
	for _, l := range c.Legal {
		lines = append(lines, "  "+l)
	}
	if strings.Contains(strings.Join(c.Legal, " "), ", t}") {
		lines = append(lines, "t is a timeout in milliseconds, :infinity, :hibernate or {:continue, term}.")
	}
	if rule := classify.RuleByID(c.Otherwise); rule != nil {
		lines = append(lines, "Anything else: "+rule.Title+" ("+rule.ID+").")
	}
	return lines
}

// verdict tells what the rule engine makes of it.
func (b *builder) verdict() []string {
	s := b.story
	lines := []string{
		fmt.Sprintf("Pattern %s: %s. Confidence %s.", s.Pattern, strings.TrimSuffix(s.Title, "."), s.Confidence),
		s.Summary,
		joinSet(" ", "Can a restart cure it? "+capitalized(string(s.Cure.Answer))+".", s.Cure.Text),
	}
	if s.BlameText != "" {
		lines = append(lines, "Whose change would prevent it: "+s.BlameText+".")
	}
	lines = append(lines, listed("Possible causes, most likely first:", s.Causes)...)
	lines = append(lines, listed("To check:", s.Checks)...)
	lines = append(lines, listed("Usual fixes:", s.Fixes)...)
	if len(b.root.Alternatives) > 0 {
		lines = append(lines, "Other patterns that fit: "+strings.Join(b.root.Alternatives, ", ")+".")
	}
	return b.all(lines)
}

// restarts tells what is known of supervision.
func (b *builder) restarts() []string {
	var lines []string
	if b.story.Supervisor != "" {
		lines = append(lines, "Supervisor: "+b.story.Supervisor)
	}
	lines = append(lines, b.story.Aftermath...)
	for _, l := range b.story.Limits {
		lines = append(lines, "Not shown by the log: "+l)
	}
	return b.all(lines)
}

// timeline tells all reports of the incident in order.
func (b *builder) timeline() []string {
	if len(b.story.Timeline) < 2 {
		return nil
	}
	var lines []string
	for _, e := range b.story.Timeline {
		lines = append(lines, b.line(eventLine(e)))
	}
	if n := b.in.Count - len(b.in.Findings); n > 0 {
		lines = append(lines, fmt.Sprintf("(%d more reports of this incident were not kept)", n))
	}
	return lines
}

func eventLine(e story.Event) string {
	text := joinSet(" ", e.Time, fmt.Sprintf("line %d, %s:", e.Line, e.Role), e.Text)
	if e.Count > 1 {
		text += fmt.Sprintf(", %d times", e.Count)
	}
	if e.Why != "" {
		text += "; " + e.Why
	}
	return text
}

// maxLinked is how many other failures of the incident get a block.
const maxLinked = 3

// linked are other failures of the incident, told in a few lines.
func (b *builder) linked() []part {
	var parts []part
	seen := map[string]bool{b.root.Fingerprint: true}
	for _, f := range b.in.Findings {
		if f == b.root || f.Role == classify.Same || seen[f.Fingerprint] || len(parts) == maxLinked {
			continue
		}
		seen[f.Fingerprint] = true
		r := f.Report
		lines := []string{
			fmt.Sprintf("%s of %s, line %d: %s", f.Role, joinSet(" ", string(r.Kind), r.Process.Name, r.Process.Pid), r.Line, f.Summary()),
		}
		if r.Reason.Term.Kind != term.None {
			lines = append(lines, "Exit reason: "+b.print(term.Shrink(r.Reason.Term, 400)))
		}
		if r.LastMessage != nil {
			lines = append(lines, "Last message: "+b.shorten(r.LastMessage.Text, 300))
		}
		own := r.Reason.Stack[:min(6, len(r.Reason.Stack))]
		lines = append(lines, b.stack(own)...)
		id := fmt.Sprintf("L%d", len(parts)+1)
		parts = append(parts, b.lines(id, "another failure of the same incident", 100, 500, lines))
	}
	return parts
}

// versions tells the applications on the trace.
func (b *builder) versions() []string {
	seen := map[string]bool{}
	for _, f := range b.in.Findings {
		for _, fr := range f.Report.Reason.Stack {
			if fr.App != "" && fr.Version != "" {
				seen[fr.App+" "+fr.Version] = true
			}
		}
	}
	if len(seen) == 0 {
		return nil
	}
	list := make([]string, 0, len(seen))
	for s := range seen {
		list = append(list, s)
	}
	sort.Strings(list)
	return []string{"Applications on the trace: " + strings.Join(list, ", ")}
}
