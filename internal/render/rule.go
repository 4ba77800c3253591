package render

import (
	"io"
	"strings"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/classify/template"
	"github.com/beamlog/beamlog/internal/console"
)

// Rule writes what a rule knows, one of rules, for a person. Names such as
// {{process}} in its texts, which a finding fills in, are shown as <process>.
func Rule(w io.Writer, r *classify.Rule, rules []*classify.Rule, o Options) error {
	if o.Width <= 0 {
		o.Width = console.DefaultWidth
	}
	p := &page{width: o.Width, p: console.NewPalette(o.Color)}
	p.line(p.p.Paint(severityRole(r.Severity), string(r.Severity)) + "  " + p.p.Paint(console.Pattern, r.ID))
	p.para(console.Heading, r.Title)
	p.blank()
	p.indented(names(r.Summary))
	p.blank()
	p.fact("Group", console.Plain, r.Group)
	p.fact("Case of", console.Plain, r.Parent)
	p.fact("Narrower", console.Plain, narrower(r, rules))
	p.fact("Nature", console.Plain, string(r.Nature))
	p.fact("Blame", console.Plain, r.Blame)
	p.fact("Since", console.Plain, r.Since)
	p.fact("From", console.Plain, r.File)
	if r.Computed {
		p.fact("Matches", console.Plain, "several reports together; no single one shows it")
	}
	for i, m := range r.Match {
		label := ""
		if i == 0 {
			label = "Matches"
		}
		p.fact(label, console.Code, matchText(m))
	}
	p.list("Why, the likeliest first", "%d. ", allNames(r.Causes))
	p.list("Check", "• ", allNames(r.Checks))
	p.list("Fix", "• ", allNames(r.Fixes))
	if r.Principle != "" {
		p.heading("Remember")
		p.indented(names(r.Principle))
	}
	p.list("Often said, and not so", "• ", falseFriends(r))
	p.list("Read", "", r.Docs)
	_, err := io.WriteString(w, p.take())
	return err
}

// FalseFriend says, above its rule, that no runtime writes a reason.
func FalseFriend(w io.Writer, x *classify.FalseFriend, o Options) error {
	if o.Width <= 0 {
		o.Width = console.DefaultWidth
	}
	p := &page{width: o.Width, p: console.NewPalette(o.Color)}
	p.para(console.Warn, plain(x.Says+": "+x.Truth))
	p.blank()
	_, err := io.WriteString(w, p.take())
	return err
}

// falseFriends are what is said of the rule's failure and is not so.
func falseFriends(r *classify.Rule) []string {
	var out []string
	for _, x := range r.FalseFriends {
		out = append(out, plain(x.Says+": "+x.Truth))
	}
	return out
}

// plain takes off Markdown's marks of code.
func plain(s string) string { return strings.ReplaceAll(s, "`", "") }

// narrower lists the rules whose parent is r.
func narrower(r *classify.Rule, rules []*classify.Rule) string {
	var ids []string
	for _, c := range rules {
		if c.Parent == r.ID {
			ids = append(ids, c.ID)
		}
	}
	return strings.Join(ids, ", ")
}

func names(s string) string {
	return template.Show(s, "<", ">")
}

func allNames(texts []string) []string {
	out := make([]string, 0, len(texts))
	for _, s := range texts {
		out = append(out, names(s))
	}
	return out
}

// matchText says one way in which a rule fits.
func matchText(m classify.Match) string {
	var parts []string
	add := func(what, value string) {
		if value != "" {
			parts = append(parts, what+" "+value)
		}
	}
	add("reason", m.Reason)
	add("exception", m.Exception)
	add("text", m.Text)
	add("top frame", m.Frame)
	add("any frame", m.Frames)
	add("last message", m.LastMessage)
	add("initial call", m.InitialCall)
	add("last message as printed", m.LastText)
	add("shape", strings.Join(m.Shape, ", "))
	add("name of the process", m.Name)
	add("class", m.Class)
	add("kind", strings.Join(m.Kind, " or "))
	add("context", strings.Join(m.Context, " or "))
	if m.NoReason {
		parts = append(parts, "no reason given")
	}
	return strings.Join(parts, "; ")
}
