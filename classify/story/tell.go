package story

import (
	"strconv"
	"strings"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/classify/incident"
	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/term"
)

// Options say how a story is told.
type Options struct {
	Spelling   string // of terms: "elixir", "erlang"; anything else: as the report does
	TermBudget int    // bytes of a term that is shown; 0 is 240
}

// Tell gives the story of an incident.
func Tell(in *incident.Incident, o Options) *Story {
	if o.TermBudget <= 0 {
		o.TermBudget = 240
	}
	t := teller{in: in, f: in.Root, r: in.Root.Report, o: o}
	rule := t.f.Rule
	s := &Story{
		Incident: in.ID, Fingerprint: t.f.Fingerprint,
		Pattern: rule.ID, Title: rule.Title, Severity: in.Severity(), Confidence: t.f.Confidence, Count: in.Count,
		Summary: t.f.Summary(),
		Died:    died(t.r),
		Reason:  t.reason(),
		Where:   where(t.r),
		Message: t.message(),
		Chain:   t.chain(),
		Client:  t.client(), Supervisor: t.supervisor(),
		Aftermath: t.aftermath(), Timeline: timeline(in),
		Patterns: Patterns(in.Patterns),
		Cure:     t.cure(),
		Blame:    t.f.Blame, BlameText: t.blame(),
		Causes: t.fill(rule.Causes), Checks: t.fill(rule.Checks), Fixes: t.fill(rule.Fixes),
		Principle: t.f.Fill(rule.Principle), Docs: rule.Docs,
		Contract: t.contract(),
		Evidence: evidence(in),
		Limits:   t.limits(),
	}
	s.Headline = s.Died.Text + " " + ended(t.r)
	if t.r.Shape == parser.ShapeMessage && s.Died.Name == "" {
		s.Headline = rule.Title // nothing says that a process ended
	}
	if x := t.f.FalseFriend(); x != nil {
		s.Warning = strings.ReplaceAll(x.Says+": "+x.Truth, "`", "")
	}
	return s
}

// teller holds what the parts of a story are made from.
type teller struct {
	in *incident.Incident
	f  *classify.Finding
	r  *parser.Report
	o  Options
}

func (t *teller) fill(texts []string) []string {
	out := make([]string, 0, len(texts))
	for _, s := range texts {
		out = append(out, t.f.Fill(s))
	}
	return out
}

// spell prints a term in the wanted spelling, shrunk.
func (t *teller) spell(v term.Term) string {
	dialect := t.r.Dialect
	switch t.o.Spelling {
	case "elixir":
		dialect = term.Elixir
	case "erlang":
		dialect = term.Erlang
	}
	return term.Shrink(v, t.o.TermBudget).Print(dialect)
}

// kinds says in words what each kind of report is about.
var kinds = [...]struct {
	kind parser.Kind
	word string
}{
	{parser.KindGenServer, "GenServer"}, {parser.KindGenStatem, "gen_statem"}, {parser.KindGenEvent, "gen_event handler"},
	{parser.KindGenStage, "GenStage"}, {parser.KindTask, "Task"}, {parser.KindAgent, "Agent"}, {parser.KindProcess, "process"},
	{parser.KindSupervisor, "child"}, {parser.KindApplication, "application"}, {parser.KindRequest, "request"},
	{parser.KindChannel, "channel"}, {parser.KindConnection, "connection"}, {parser.KindJob, "job"}, {parser.KindTest, "test"},
	{parser.KindSlogan, "the VM"},
}

func kindWord(k parser.Kind) string {
	for _, w := range kinds {
		if w.kind == k {
			return w.word
		}
	}
	return "process"
}

// died says which process it was.
func died(r *parser.Report) Process {
	p := Process{Kind: kindWord(r.Kind), Name: r.Process.Name, Pid: r.Process.Pid}
	switch {
	case r.Kind == parser.KindSlogan:
		return Process{Kind: p.Kind, Text: "The VM"}
	case r.Kind == parser.KindSupervisor && r.Context == parser.ContextShutdown:
		p.Kind = "supervisor"
	case r.Kind == parser.KindSupervisor && r.Child != nil:
		p.Name, p.Pid = r.Child.ID, r.Child.Pid
	case r.Process.Handler != "":
		p.Name = r.Process.Handler
	}
	parts := []string{p.Kind}
	switch {
	case p.Name != "" && p.Name != p.Pid:
		parts = append(parts, p.Name)
		if p.Pid != "" {
			parts = append(parts, "("+p.Pid+")")
		}
	case p.Pid != "":
		p.Name = p.Pid
		parts = append(parts, p.Pid)
	default:
		p.Name = r.Process.InitialCall
		if p.Name != "" {
			parts = append(parts, p.Name)
		}
	}
	if len(parts) == 1 {
		switch r.Kind {
		case parser.KindOther, parser.KindProcess:
			parts[0] = "a process"
		default:
			parts[0] = "a " + parts[0]
		}
	}
	if r.Kind == parser.KindSupervisor && r.Context != parser.ContextShutdown {
		if sup := supervisorName(r); sup != "" {
			parts = append(parts, "of supervisor", sup)
		}
	}
	if r.Kind == parser.KindGenEvent && r.Process.Name != "" {
		parts = append(parts, "in", r.Process.Name)
	}
	p.Text = capital(strings.Join(parts, " "))
	return p
}

func capital(s string) string {
	for _, lower := range [...]string{"a ", "process", "child", "application", "request", "channel", "connection", "job", "test", "supervisor"} {
		if strings.HasPrefix(s, lower) {
			return strings.ToUpper(s[:1]) + s[1:]
		}
	}
	return s
}

// ended says in words how it ended.
func ended(r *parser.Report) string {
	switch r.Kind {
	case parser.KindSupervisor:
		switch r.Context {
		case parser.ContextStartError:
			return "did not start"
		case parser.ContextShutdown:
			return "gave up"
		case parser.ContextShutdownError:
			return "did not stop in order"
		}
		return "died"
	case parser.KindRequest, parser.KindJob, parser.KindConnection, parser.KindTest, parser.KindTask:
		return "failed"
	case parser.KindGenEvent:
		return "was removed"
	case parser.KindOther:
		return "failed"
	}
	if r.Reason.Class == "error" {
		return "crashed"
	}
	return "stopped"
}

func (t *teller) reason() Reason {
	r := &t.r.Reason
	out := Reason{Words: words(r), Text: r.Text, Term: r.Cause, Type: r.Type, Class: r.Class}
	if r.Cause.Kind == term.None {
		out.Term = r.Term
	}
	if out.Term.Kind != term.None {
		out.Shown = t.spell(out.Term)
	}
	return out
}

// words says a bare reason in words; "" where the reason says it itself.
func words(r *parser.Reason) string {
	for _, w := range [...][2]string{
		{"noproc", "no such process"}, {"timeout", "no answer in time"}, {"killed", "killed from outside"},
		{"normal", "an ordinary end"}, {"shutdown", "told to shut down"}, {"noconnection", "no connection to the other node"},
		{"nodedown", "the other node is gone"}, {"calling_self", "a call to itself"}, {"undef", "no such function"},
		{"function_clause", "no clause of the function fits the arguments"}, {"badmatch", "the value does not match the pattern"},
		{"case_clause", "no clause of the case fits the value"}, {"badarith", "arithmetic with a value that is not a number, or division by zero"},
		{"badarg", "a bad argument"}, {"bad_return_value", "a return value that the behaviour does not know"},
		{"reached_max_restart_intensity", "too many restarts in too short a time"}, {"already_started", "it runs already"},
		{"econnrefused", "nobody listens there"}, {"eaddrinuse", "the address is taken"}, {"nxdomain", "no such host"},
		{"emfile", "too many open files"}, {"enoent", "no such file"}, {"system_limit", "a limit of the VM is reached"},
	} {
		if r.Type == w[0] {
			return w[1]
		}
	}
	return ""
}

// where is the place in the source, the report's top frame.
func where(r *parser.Report) *Place {
	f := r.TopFrame()
	if f == nil {
		return nil
	}
	return &Place{MFA: f.MFA(), App: f.App, Version: f.Version, File: f.File, Line: f.Line}
}

func (t *teller) message() string {
	m := t.r.LastMessage
	if m == nil {
		return ""
	}
	v, _, _ := term.Read(m.Text)
	return t.spell(v)
}

// chain tells the way from the reporting process to the cause.
func (t *teller) chain() []Step {
	links := t.r.Reason.Chain
	if len(links) == 0 {
		return nil
	}
	steps := make([]Step, 0, len(links)+1)
	for i := range links {
		step := Step{Text: step(&links[i])}
		if i < len(t.f.ChainRules) {
			step.Pattern = t.f.ChainRules[i]
		}
		steps = append(steps, step)
	}
	end := "the cause"
	if w := words(&t.r.Reason); w != "" {
		end += ": " + w
	} else if t.r.Reason.Type != "" {
		end += ": " + t.r.Reason.Type
	}
	if f := t.r.TopFrame(); f != nil {
		end += ", in " + f.MFA()
	}
	return append(steps, Step{Text: end, Pattern: t.f.Rule.ID})
}

// step says one link in words.
func step(l *parser.Link) string {
	target := l.Target
	if target == "" {
		target = "another process"
	}
	detail := ""
	if l.Detail != "" {
		detail = ": " + l.Detail
	}
	switch l.Via {
	case parser.ViaCall:
		return "it was waiting for " + target + detail
	case parser.ViaFailedToStartChild:
		return "its child " + target + " did not start"
	case parser.ViaStart:
		return "the application's start failed" + detail
	case parser.ViaBadReturn:
		return "the start function returned a value that is not allowed" + detail
	case parser.ViaLink:
		return "it was linked to " + target + ", which died"
	case parser.ViaMonitor:
		return "it was watching " + target + ", which died"
	case parser.ViaException:
		return "an exception that wraps the reason" + detail
	case parser.ViaShutdown:
		return "it shut down for this reason"
	case parser.ViaCaught:
		return "it caught an exit and passed it on"
	}
	return string(l.Via) + detail
}

// client says whom the process served when it died.
func (t *teller) client() string {
	c := t.r.Client
	if c == nil {
		return ""
	}
	name := c.Name
	if name == "" {
		name = c.Pid
	}
	if name == "" {
		return ""
	}
	switch c.State {
	case "alive":
		name += ", still alive"
	case "dead":
		name += ", dead by then"
	case "remote":
		if c.Node != "" {
			name += ", on node " + c.Node
		}
	}
	for i := range c.Stack {
		if parser.OwnFrame(c.Stack[i]) {
			name += ", in " + c.Stack[i].MFA()
			break
		}
	}
	return name
}

func supervisorName(r *parser.Report) string {
	if s := r.Supervisor; s != nil {
		if s.Name != "" {
			return s.Name
		}
		return s.Pid
	}
	if r.Process.Name != "" {
		return r.Process.Name
	}
	return r.Process.Pid
}

// supervisor says under whom the process stood.
func (t *teller) supervisor() string {
	for _, f := range t.in.Findings {
		r := f.Report
		if r.Kind != parser.KindSupervisor || f.Role != classify.Root && f.Role != classify.Same {
			continue
		}
		text := supervisorName(r)
		if c := r.Child; c != nil {
			if c.ID != "" {
				text += ", child " + c.ID
			}
			if c.Restart != "" {
				text += ", " + strings.TrimPrefix(c.Restart, ":")
			}
			if c.Start != "" {
				text += ", started by " + clip(c.Start, 80)
			}
		}
		return text
	}
	for _, f := range t.in.Findings {
		if a := f.Report.Process.Ancestors; len(a) > 0 && (f.Role == classify.Root || f.Role == classify.Same) {
			return "started under " + a[0]
		}
	}
	return ""
}

// clip cuts a text with "…", not inside a character.
func clip(s string, n int) string {
	s = strings.Join(strings.Fields(s), " ")
	for i := range s {
		if i >= n {
			return s[:i] + "…"
		}
	}
	return s
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// aftermath says what followed.
func (t *teller) aftermath() []string {
	var out []string
	in := t.in
	if in.Restarts > 0 {
		out = append(out, "It died of the same "+plural(in.Restarts, "more time", "more times")+".")
	}
	if names, n := t.victims(); n > 0 {
		out = append(out, "It took along "+names+".")
	}
	for i, f := range in.Findings {
		if f.Role == classify.Outcome && in.Firsts[i] == f {
			p := died(f.Report)
			out = append(out, p.Text+" "+ended(f.Report)+".")
		}
	}
	return dedup(out)
}

// victims names the processes that died as a consequence, a few of them.
func (t *teller) victims() (names string, n int) {
	const few = 4
	var list []string
	for i, f := range t.in.Findings {
		if f.Role != classify.Consequence || t.in.Firsts[i] != f || f.Fingerprint == t.f.Fingerprint && died(f.Report).Name == died(t.r).Name {
			continue
		}
		p := died(f.Report)
		list = append(list, strings.TrimSpace(uncapital(strings.Replace(p.Text, " ("+p.Pid+")", "", 1))))
	}
	list = dedup(list)
	for i := range list[:min(len(list), few)] {
		if i > 0 {
			names += ", "
		}
		names += list[i]
	}
	if len(list) > few {
		names += " and " + strconv.Itoa(len(list)-few) + " more"
	}
	return names, len(list)
}

func uncapital(s string) string {
	word, _, _ := strings.Cut(s, " ")
	if word == "A" {
		return "a" + s[1:]
	}
	for _, k := range kinds {
		if low := strings.ToLower(word); low == k.word {
			return low + s[len(word):]
		}
	}
	return s
}

func dedup(list []string) []string {
	out := list[:0:0]
	for _, s := range list {
		known := false
		for _, o := range out {
			known = known || o == s
		}
		if !known {
			out = append(out, s)
		}
	}
	return out
}

// contract is what the callback might have returned.
func (t *teller) contract() *classify.Contract {
	rule := t.f.Rule
	if rule.Group != "contract" && !strings.Contains(rule.ID, "bad_return") {
		return nil
	}
	if !strings.Contains(rule.ID, "return") {
		return nil
	}
	callback := t.f.Fill("{{callback}}")
	c := classify.ContractFor(t.f.Fill("{{behaviour}}"), callback)
	if c == nil && (t.r.Kind == parser.KindProcess || t.r.Kind == parser.KindOther) {
		c = classify.ContractFor("GenServer", callback) // the report does not say which behaviour; the callback does
	}
	if c == nil || len(c.Legal) == 0 {
		return nil
	}
	return c
}
