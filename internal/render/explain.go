package render

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/classify/incident"
	"github.com/beamlog/beamlog/classify/story"
	"github.com/beamlog/beamlog/internal/console"
)

// explain tells the story of a log to a person: that of the one incident in
// full, or a ranked table of the bugs and the stories of the first few.
type explain struct {
	w    io.Writer
	o    Options
	page page
	told int                  // stories told with All
	only []*incident.Incident // with Group: the incidents of that group, a few of them
	more int                  // and how many there were besides
	live map[string]int       // with Follow: reports told of each open incident
}

const (
	defaultTop = 3
	maxTable   = 40 // rows of the table of groups
	maxSame    = 20 // incidents listed of one group
)

func newExplain(w io.Writer, o Options) Format {
	if o.Width <= 0 {
		o.Width = console.DefaultWidth
	}
	if o.Top <= 0 {
		o.Top = defaultTop
	}
	return &explain{w: w, o: o, live: map[string]int{}, page: page{width: o.Width, p: console.NewPalette(o.Color)}}
}

func (e *explain) Begin(Input) error               { return nil }
func (e *explain) Finding(*classify.Finding) error { return nil }

func (e *explain) Incident(in *incident.Incident) error {
	switch {
	case e.o.Follow:
		err := e.Open(in)
		delete(e.live, in.ID)
		return err
	case e.o.Group != "":
		if strings.HasPrefix(in.Root.Fingerprint, e.o.Group) {
			if len(e.only) < maxSame {
				e.only = append(e.only, in)
			} else {
				e.more++
			}
		}
	case e.o.All:
		e.tell(in)
		return e.flush()
	}
	return nil
}

func (e *explain) End(s Summary) error {
	switch {
	case e.o.Group != "" && !e.o.Follow:
		e.group(s.Groups)
	case e.o.All || e.o.Follow:
		if len(s.Groups) > 1 {
			e.between()
			e.table(&s)
		}
	case len(s.Groups) == 1:
		e.tell(s.Groups[0].Sample)
		e.again(s.Groups[0])
	case len(s.Groups) > 1:
		e.table(&s)
		for i, g := range s.Groups[:min(len(s.Groups), e.o.Top)] {
			e.page.blank()
			e.page.rule(fmt.Sprintf("%d", i+1))
			e.tell(g.Sample)
			e.again(g)
		}
		if left := len(s.Groups) - e.o.Top; left > 0 {
			e.page.blank()
			e.page.para(console.Dim, fmt.Sprintf("%s not told here: --top N tells more of them, --group FINGERPRINT one, --all every incident.", count(int64(left), "more group")))
		}
	}
	e.summary(&s)
	return e.flush()
}

func (e *explain) flush() error {
	_, err := io.WriteString(e.w, e.page.take())
	return err
}

// between separates two stories.
func (e *explain) between() {
	if e.told > 0 {
		e.page.blank()
		e.page.rule("")
	}
	e.told++
}

func (e *explain) group(groups []*incident.Group) {
	if len(e.only) == 0 {
		e.page.para(console.Plain, fmt.Sprintf("No incident has a fingerprint that begins with %q.", e.o.Group))
		return
	}
	e.tell(e.only[0])
	for _, g := range groups {
		if g.Fingerprint == e.only[0].Root.Fingerprint {
			e.again(g)
		}
	}
	if len(e.only) > 1 {
		e.page.heading("All of them")
		for _, in := range e.only {
			e.page.row(in.First, place(in.Root), count(int64(in.Count), "report"))
		}
		if e.more > 0 {
			e.page.item("", fmt.Sprintf("and %d more", e.more))
		}
	}
}

// again says how often the bug of a story was seen, if more than once.
func (e *explain) again(g *incident.Group) {
	if g.Incidents < 2 {
		return
	}
	text := fmt.Sprintf("It happened %d times in this log", g.Incidents)
	if g.First != "" && g.Last != "" && g.First != g.Last {
		text += fmt.Sprintf(", first at %s, last at %s", g.First, g.Last)
	}
	e.page.blank()
	e.page.para(console.Warn, text+".")
	var more []story.Pattern
	for _, x := range story.Patterns(g.Patterns) {
		if !slices.Contains(story.Patterns(g.Sample.Patterns), x) {
			more = append(more, x)
		}
	}
	e.patterns(more)
	if g.Verdict.Why != "" && g.Verdict.Why != g.Sample.Verdict.Why {
		e.page.para(console.Plain, story.Evident(g.Rule, g.Verdict))
	}
}

// table ranks the groups.
func (e *explain) table(s *Summary) {
	p, groups := &e.page, s.Groups
	p.para(console.Heading, fmt.Sprintf("%s, the gravest first", count(int64(len(groups)), "different failure")))
	p.blank()
	shown := groups[:min(len(groups), maxTable)]
	widest := 0
	for _, g := range shown {
		widest = max(widest, min(console.TextWidth(console.Line(g.Rule.ID)), p.width/2))
	}
	for i, g := range shown {
		e.tableRow(i+1, g, widest)
	}
	if n := len(groups) - maxTable; n > 0 {
		p.para(console.Dim, fmt.Sprintf("    … and %d more", n))
	}
	if others := s.Others(); others != "" {
		p.para(console.Dim, "    … "+others)
	}
}

func (e *explain) tableRow(n int, g *incident.Group, widest int) {
	p := &e.page
	where := subject(g.Sample.Root.Report)
	if top := g.Sample.Root.Report.TopFrame(); top != nil {
		where = top.MFA()
	}
	left := fmt.Sprintf("%3d. %s ", n, console.Pad(fmt.Sprintf("%d×", g.Incidents), 5))
	seen := strings.Replace(g.First, "T", " ", 1)
	if g.Incidents > 1 && g.Last != "" && g.Last != g.First {
		seen += " to " + strings.Replace(g.Last, "T", " ", 1)
	}
	id := console.Pad(console.Clip(console.Line(g.Rule.ID), widest), widest)
	room := p.width - console.TextWidth(left) - console.TextWidth(id) - 2
	p.line(p.p.Paint(console.Dim, left) + p.p.Paint(severityRole(g.Severity), id) + "  " +
		p.p.Paint(console.Frame, console.Clip(console.Line(where), max(room, 10))))
	note := fmt.Sprintf("%s  %s", g.Fingerprint, seen)
	if seen == "" {
		note = fmt.Sprintf("%s  %s", g.Fingerprint, place(g.Sample.Root))
	}
	p.line(p.p.Paint(console.Dim, strings.Repeat(" ", console.TextWidth(left))+console.Clip(console.Line(note), p.width-console.TextWidth(left))))
}

// tell writes the story of one incident.
func (e *explain) tell(in *incident.Incident) {
	if e.o.Follow || e.o.All && e.o.Group == "" {
		e.between()
	}
	s := story.Tell(in, story.Options{Spelling: e.o.Spelling})
	p := &e.page
	p.title(s, in)
	e.hushed(in)
	p.blank()
	if s.Headline != s.Title { // which stands above already
		p.paint(p.p.Paint(console.Heading, console.Line(s.Headline))+p.p.Paint(console.Dim, "."), "", "")
		p.blank()
	}
	if s.Warning != "" {
		p.paint(p.p.Paint(console.Warn, console.Line(s.Warning)), "  ", "  ")
		p.blank()
	}
	p.indented(s.Summary)
	p.blank()
	e.facts(s)
	e.sections(s)
	p.recipe(in.Root)
}

// facts is the block of labelled lines.
func (e *explain) facts(s *story.Story) {
	p := &e.page
	if text := e.term(s); text != "" {
		p.fact("Reason", console.Reason, text)
	}
	if s.Reason.Words != "" {
		p.fact("", console.Dim, s.Reason.Words)
	}
	if w := s.Where; w != nil {
		p.fact("Where", console.Frame, w.MFA)
		if w.File != "" {
			file := w.File
			if w.Line > 0 {
				file = fmt.Sprintf("%s:%d", file, w.Line)
			}
			if w.App != "" {
				file += " (" + strings.TrimSpace(w.App+" "+w.Version) + ")"
			}
			p.fact("", console.Dim, file)
		}
	}
	p.fact("Message", console.Plain, s.Message)
	p.fact("Client", console.Process, s.Client)
	p.fact("Under", console.Process, s.Supervisor)
	for i, step := range s.Chain {
		label := ""
		if i == 0 {
			label = "Chain"
		}
		text := strings.Repeat("  ", min(i, 6)) + step.Text
		if i > 0 {
			text = strings.Repeat("  ", min(i-1, 6)) + "└ " + step.Text
		}
		p.fact(label, console.Plain, text)
	}
}

// term is the reason as a term, or as text where none could be read.
func (e *explain) term(s *story.Story) string {
	if text := s.Reason.Text; s.Reason.Term.Kind == 0 {
		return console.Clip(oneLine(text), 3*e.o.Width)
	}
	return s.Reason.Shown
}

// sections writes what follows the facts.
func (e *explain) sections(s *story.Story) {
	p := &e.page
	if len(s.Timeline) > 1 {
		p.heading("What followed")
		for _, text := range s.Aftermath {
			p.item("", text)
		}
		e.timeline(s.Timeline)
	}
	if len(s.Patterns) > 0 {
		p.heading("What the reports show together")
		e.patterns(s.Patterns)
	}
	p.heading("Can a restart cure it?")
	p.paint(p.p.Paint(answerRole(s.Cure.Answer), answers[s.Cure.Answer])+" "+console.Line(s.Cure.Text), "  ", "  ")
	if s.BlameText != "" {
		p.indented("What has to change: " + s.BlameText + ".")
	}
	if s.Contract != nil {
		p.heading(fmt.Sprintf("What %s of a %s may return", s.Contract.Callback, s.Contract.Behaviour))
		for _, legal := range s.Contract.Legal {
			p.paint(p.p.Paint(console.Code, console.Line(legal)), "    ", "    ")
		}
	}
	p.list("Why, the likeliest first", "%d. ", s.Causes)
	p.list("Check", "• ", s.Checks)
	p.list("Fix", "• ", s.Fixes)
	if s.Principle != "" {
		p.heading("Remember")
		p.indented(s.Principle)
	}
	if len(s.Docs) > 0 {
		p.heading("Read")
		for _, d := range s.Docs {
			p.paint(p.p.Paint(console.Frame, console.Line(d)), "  ", "  ")
		}
	}
	p.list("What this log does not show", "• ", s.Limits)
}

// patterns writes what several reports show, a line each.
func (e *explain) patterns(all []story.Pattern) {
	p := &e.page
	for _, x := range all {
		p.paint(p.p.Paint(console.Pattern, console.Line(x.ID))+" · "+console.Line(x.Title+": "+x.Text+"."), "  • ", "    ")
	}
}

const maxTimeline = 16

func (e *explain) timeline(events []story.Event) {
	p := &e.page
	p.blank()
	timed := slices.ContainsFunc(events, func(ev story.Event) bool { return ev.Time != "" })
	for i, ev := range events {
		if i == maxTimeline-2 && len(events) > maxTimeline {
			p.line(p.p.Paint(console.Dim, fmt.Sprintf("    … %d more", len(events)-maxTimeline+1)))
		}
		if i >= maxTimeline-2 && i < len(events)-1 && len(events) > maxTimeline {
			continue
		}
		e.event(ev, timed)
	}
}

// event writes one line of the timeline; timed says that some lines have a time.
func (e *explain) event(ev story.Event, timed bool) {
	p := &e.page
	at := ev.Time
	if _, clock, dated := strings.Cut(at, "T"); dated {
		at = clock
	}
	left := "  "
	if timed {
		left += console.Pad(milliseconds(console.Line(at)), 12) + "  "
	}
	left += console.Pad(fmt.Sprintf("line %d", ev.Line), 10) + " "
	text := console.Line(ev.Text)
	if ev.Count > 1 {
		text += fmt.Sprintf(", %d times", ev.Count)
	}
	role := console.Plain
	switch ev.Role {
	case classify.Root:
		role = console.Bad
	case classify.Same:
		role = console.Dim
	case classify.Outcome:
		role = console.Warn
	}
	indent := strings.Repeat(" ", console.TextWidth(left))
	p.paint(p.p.Paint(role, text), p.p.Paint(console.Dim, left), indent)
	note := ""
	if ev.Role != classify.Same {
		note = ev.Why
	}
	if len(ev.Again) > 0 {
		if note != "" {
			note += "; "
		}
		note += "told again at " + lines(ev.Again)
	}
	if note != "" {
		p.paint(p.p.Paint(console.Dim, console.Line(note)), indent, indent)
	}
}

// milliseconds takes what is finer off a time, and the zone.
func milliseconds(at string) string {
	const whole = len("12:00:00.000")
	if len(at) > whole && (at[8] == '.' || at[8] == ',') && strings.Trim(at[9:whole], "0123456789") == "" {
		return at[:whole]
	}
	return console.Clip(at, whole)
}

// lines lists line numbers: "line 21", "lines 21 and 32".
func lines(n []int) string {
	s := ""
	for i, line := range n {
		switch {
		case i > 0 && i == len(n)-1:
			s += " and "
		case i > 0:
			s += ", "
		}
		s += fmt.Sprint(line)
	}
	if len(n) == 1 {
		return "line " + s
	}
	return "lines " + s
}

var answers = map[story.Answer]string{story.No: "No.", story.Maybe: "Maybe.", story.Depends: "It depends.", story.NoNeed: "No need."}

func answerRole(a story.Answer) console.Role {
	switch a {
	case story.No:
		return console.Bad
	case story.NoNeed:
		return console.Good
	}
	return console.Warn
}

// summary is the last line: what was read.
func (e *explain) summary(s *Summary) {
	total := s.Total()
	p := &e.page
	if total.Bytes == 0 && total.Reports > 0 {
		return // a bare reason was explained: nothing was read
	}
	if total.Reports == 0 {
		p.line("no crash reports in " + count(total.Lines, "line"))
		if total.Silent > 0 {
			p.para(console.Dim, total.silent()+".")
		}
	} else {
		if len(s.Groups) > 0 {
			p.blank()
		}
		all := []string{count(total.Reports, "report"), count(s.Incidents, "incident"), count(int64(len(s.Groups)), "different failure")}
		if total.Silent > 0 {
			all = append(all, total.silent())
		}
		p.para(console.Dim, fmt.Sprintf("%s in %s: %s.", count(total.Lines, "line"), count(int64(len(s.Files)), "input"),
			strings.Join(all, ", ")))
	}
	e.expected(s)
	if gaps := total.gaps(); len(gaps) > 0 {
		p.para(console.Dim, strings.Join(gaps, " "))
	}
	if s.Stopped {
		p.para(console.Warn, "Interrupted: the rest was not read.")
	}
}

// count prints a number with its noun.
func count(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
