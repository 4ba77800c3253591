package story

import (
	"strings"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/classify/incident"
	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/term"
)

// cure says whether a restart can cure it: what the rule says, and what the log shows.
func (t *teller) cure() Cure {
	in := t.in
	c := byNature(in.Verdict.Nature)
	if in.Verdict.Nature == "" {
		c = byNature(t.f.Nature)
	}
	if in.Verdict.Why != "" {
		c.Text = Evident(t.f.Rule, in.Verdict) + " " + c.Text
	}
	switch {
	case in.GaveUp && in.Restarts > 0:
		c.Text += " It did not here: the same death came " + plural(in.Restarts, "more time", "more times") + ", and the supervisor gave up."
	case in.GaveUp:
		c.Text += " It did not here: the supervisor gave up."
	case in.Restarts > 0:
		c.Text += " It did not here: the process died of the same " + plural(in.Restarts, "more time", "more times") + "."
	}
	if (in.GaveUp || in.Restarts > 2) && t.f.Nature == classify.Transient {
		c.Answer = No
	}
	return c
}

// Evident says what the log shows of a failure's nature, and what its rule says.
func Evident(rule *classify.Rule, v incident.Verdict) string {
	if rule.Nature == v.Nature || rule.Nature == "" {
		return capitalFirst(v.Why) + "."
	}
	return capitalFirst(v.Why) + " (the pattern by itself: " + string(rule.Nature) + ")."
}

func capitalFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// Patterns gives the patterns of an incident or a group as they are told.
func Patterns(all []incident.Pattern) []Pattern {
	var out []Pattern
	for _, p := range all {
		out = append(out, Pattern{p.Rule.ID, p.Rule.Title, p.Text})
	}
	return out
}

func byNature(n classify.Nature) Cure {
	switch n {
	case classify.Deterministic:
		return Cure{No, "The same input fails again. A restart only clears the state; where the input comes again, so does the crash."}
	case classify.Transient:
		return Cure{Maybe, "The same attempt can succeed later, when what it needs is there again. A restart helps if it comes late enough: retry with backoff."}
	case classify.Benign:
		return Cure{NoNeed, "This is no fault: an ordered stop, or the consequence of another failure."}
	}
	return Cure{Depends, "Where the inner reason passes by itself, a restart helps; where the input or the code is wrong, it does not."}
}

// blame says in words whose change would prevent it.
func (t *teller) blame() string {
	module := t.f.Fill("{{module}}")
	of := ""
	if !strings.Contains(module, " ") && module != "" {
		of = " of " + module
	}
	switch t.f.Blame {
	case "code":
		return "the code" + of
	case "caller":
		return "whoever made the call or sent the value"
	case "callee":
		return "the process that was called, not the one that reports"
	case "config":
		return "the configuration or the start order of the project"
	case "environment":
		return "the machine, the container or the network"
	case "dependency":
		return "a service that it depends on"
	case "operator":
		return "a deploy or a stop made by a person or an orchestrator"
	}
	return ""
}

// limits says what the log does not show.
func (t *teller) limits() []string {
	out := append([]string(nil), t.in.Notes...)
	r := t.r
	if !r.Complete {
		out = append(out, "The report is not complete: the log ends inside it, or a limit cut it.")
	}
	if len(r.Reason.Stack) == 0 && r.Kind != parser.KindSlogan && r.Kind != parser.KindSupervisor && r.Kind != parser.KindOther {
		out = append(out, "The report has no stacktrace: it names the process, not the line of code.")
	}
	if r.State == nil && r.Dialect == term.Elixir && (r.Kind == parser.KindGenServer || r.Kind == parser.KindGenStatem) && r.Reason.Text != "" {
		out = append(out, "The state is not printed (Elixir does so at log level debug only).")
	}
	if rec := r.Record; rec != nil && t.in.Count > 1 && len(rec.Time) > 0 && len(rec.Time) < len("2006-01-02T")+8 {
		out = append(out, "The log prints no dates.")
	}
	if t.f.Confidence == classify.Weak {
		out = append(out, "The pattern was told from a piece of text only: take it as a hint.")
	}
	return out
}

// timeline lists the deaths in the order of their first reports, the same
// thing many times in a row folded into one.
func timeline(in *incident.Incident) []Event {
	var out []Event
	rows := map[*classify.Finding]int{}
	for i, f := range in.Findings {
		if row, ok := rows[in.Firsts[i]]; ok {
			if e := &out[row]; e.Count == 1 && len(e.Again) < 8 {
				e.Again = append(e.Again, f.Report.Line)
			}
			continue
		}
		e := Event{Role: f.Role, Why: f.Why, Text: happened(f), Line: f.Report.Line, Count: 1}
		if rec := f.Report.Record; rec != nil {
			e.Time, e.File = rec.Time, rec.Input
		}
		if n := len(out); n > 0 && out[n-1].Text == e.Text && out[n-1].Role == e.Role {
			out[n-1].Count++
			rows[in.Firsts[i]] = n - 1
			continue
		}
		rows[in.Firsts[i]] = len(out)
		out = append(out, e)
	}
	return out
}

// happened says one finding in a few words.
func happened(f *classify.Finding) string {
	r := f.Report
	text := died(r).Text + " " + ended(r)
	if r.Kind == parser.KindProcess && f.Role == classify.Same {
		text = "Crash report of " + died(r).Text
	}
	if f.Role == classify.Same || f.Role == classify.Outcome {
		return text
	}
	return text + ": " + f.Rule.ID
}

// evidence lists where in the log the story stands.
func evidence(in *incident.Incident) []Evidence {
	out := make([]Evidence, 0, len(in.Findings))
	for _, f := range in.Findings {
		e := Evidence{Line: f.Report.Line, EndLine: f.Report.EndLine, Text: string(f.Role) + ": " + happened(f)}
		if rec := f.Report.Record; rec != nil {
			e.File = rec.Input
		}
		out = append(out, e)
	}
	return out
}
