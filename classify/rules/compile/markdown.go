package compile

import (
	"fmt"
	"strings"

	"github.com/beamlog/beamlog/classify/template"
)

// groupNames are the headings of the index, in its order.
var groupNames = [][2]string{
	{"code", "Code errors"}, {"contract", "OTP contracts"}, {"comm", "Process communication"},
	{"sup", "Supervision and applications"}, {"res", "Resources and limits"},
	{"net", "Network, protocols and brokers"}, {"dist", "Distribution and mnesia"},
	{"boot", "Boot, release and VM"}, {"web", "Web"}, {"data", "Data"}, {"jobs", "Jobs and streams"},
	{"multi", "Several events"},
}

// Markdown writes docs/patterns: a page for each rule and README.md, the index
// by group. The keys are file names.
func Markdown(files []*File) map[string]string {
	pages := map[string]string{"README.md": readme(files)}
	for _, f := range files {
		pages[f.ID+".md"] = page(f, files)
	}
	return pages
}

// readme is the index by group.
func readme(files []*File) string {
	var b strings.Builder
	b.WriteString("# Failure patterns\n\nGenerated from `classify/rules/*.yaml` by `go generate ./classify`. ")
	fmt.Fprintf(&b, "%d patterns; `beamlog rules show ID` prints one.\n", len(files))
	for _, g := range groupNames {
		var rows strings.Builder
		for _, f := range files {
			if f.Group == g[0] {
				fmt.Fprintf(&rows, "| [%s](%s.md) | %s | %s | %s | %s |\n", f.ID, f.ID, inline(f.Title), f.Severity, f.Nature, f.Blame)
			}
		}
		if rows.Len() > 0 {
			fmt.Fprintf(&b, "\n## %s\n\n| id | what happened | severity | nature | blame |\n| --- | --- | --- | --- | --- |\n%s", g[1], rows.String())
		}
	}
	return b.String()
}

// page is the page of one rule.
func page(f *File, files []*File) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s.\n\n", f.ID, inline(f.Title))
	fmt.Fprintf(&b, "| severity | nature | blame | group | since |\n| --- | --- | --- | --- | --- |\n| %s | %s | %s | %s | %s |\n\n",
		f.Severity, f.Nature, f.Blame, f.Group, f.Since)
	if f.Parent != "" {
		fmt.Fprintf(&b, "A case of [%s](%s.md).\n\n", f.Parent, f.Parent)
	}
	if narrower := childrenOf(f, files); len(narrower) > 0 {
		fmt.Fprintf(&b, "Narrower cases: %s.\n\n", strings.Join(narrower, ", "))
	}
	fmt.Fprintf(&b, "> %s\n\n", names(f.Summary))
	section(&b, "Causes", "1. ", f.Causes)
	section(&b, "Check", "- ", f.Checks)
	section(&b, "Fix", "- ", f.Fixes)
	fmt.Fprintf(&b, "## Principle\n\n%s\n\n", names(f.Principle))
	if len(f.FalseFriends) > 0 {
		b.WriteString("## Not so\n\n")
		for _, x := range f.FalseFriends {
			fmt.Fprintf(&b, "- %s: %s\n", inline(x.Says), inline(x.Truth))
		}
		b.WriteString("\n")
	}
	b.WriteString("## Matches\n\n")
	if f.Computed {
		b.WriteString("- several reports together; no single one shows it\n")
	}
	for i := range f.Match {
		fmt.Fprintf(&b, "- %s\n", f.Match[i].describe())
	}
	for _, e := range f.Examples {
		fmt.Fprintf(&b, "\n## Example (%s)\n\n%s", e.By, fenced(e.Log))
	}
	for _, e := range f.Counterexamples {
		fmt.Fprintf(&b, "\n## Not this (%s)\n\nIt is [%s](%s.md).\n\n%s", e.By, e.Want, e.Want, fenced(e.Log))
	}
	b.WriteString("\n## Links\n\n")
	for _, d := range f.Docs {
		fmt.Fprintf(&b, "- <%s>\n", d)
	}
	return b.String()
}

// childrenOf links the rules whose parent is f.
func childrenOf(f *File, files []*File) []string {
	var out []string
	for _, c := range files {
		if c.Parent == f.ID {
			out = append(out, fmt.Sprintf("[%s](%s.md)", c.ID, c.ID))
		}
	}
	return out
}

// section writes a list under a heading.
func section(b *strings.Builder, title, mark string, items []string) {
	fmt.Fprintf(b, "## %s\n\n", title)
	for i, s := range items {
		if mark == "1. " {
			fmt.Fprintf(b, "%d. %s\n", i+1, names(s))
		} else {
			fmt.Fprintf(b, "%s%s\n", mark, names(s))
		}
	}
	b.WriteString("\n")
}

// describe says what a match asks for.
func (m *Match) describe() string {
	var parts []string
	add := func(label, v string) {
		if v != "" {
			parts = append(parts, label+" `"+v+"`")
		}
	}
	add("reason", m.Reason)
	add("exception", m.Exception)
	add("text", m.Text)
	add("first frame", m.Frame)
	add("a frame", m.Frames)
	add("kind", strings.Join(m.Kind, ", "))
	add("context", strings.Join(m.Context, ", "))
	add("last message", m.LastMessage)
	add("last message as printed", m.LastText)
	add("shape", strings.Join(m.Shape, ", "))
	add("name of the process", m.Name)
	add("initial call", m.InitialCall)
	add("class", m.Class)
	add("child type", strings.Join(m.ChildType, ", "))
	if m.NoReason {
		parts = append(parts, "no readable reason")
	}
	if m.Wraps {
		parts = append(parts, "whatever is inside it")
	}
	if m.Aside {
		parts = append(parts, "as an alternative only")
	}
	if m.Weak {
		parts = append(parts, "weak")
	}
	return strings.Join(parts, "; ")
}

// names shows the names of a template as code, and keeps Markdown from reading
// the rest.
func names(s string) string {
	return inline(template.Show(s, "*", "*"))
}

// inline keeps angle brackets from being read as HTML, and bars from ending a
// table's cell.
func inline(s string) string {
	return strings.NewReplacer("<", "\\<", "|", "\\|").Replace(s)
}

// fenced puts a log in a code block whose fence it does not contain.
func fenced(log string) string {
	fence := "```"
	for strings.Contains(log, fence) {
		fence += "`"
	}
	return fence + "text\n" + strings.TrimRight(log, "\n") + "\n" + fence + "\n"
}
