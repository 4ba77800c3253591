package prompt

import (
	"strconv"
	"strings"
)

// writer collects labelled lines.
type writer struct {
	b   strings.Builder
	cut int // terms that were shortened
}

// field writes a label and its value; nothing where there is no value. A value
// of more lines is indented under the label.
func (w *writer) field(label, value string) {
	value = strings.TrimRight(value, " \n")
	switch {
	case strings.TrimSpace(value) == "":
	case strings.Contains(value, "\n"):
		w.line(label + ":")
		for _, l := range strings.Split(value, "\n") {
			w.line("    " + l)
		}
	default:
		w.line(label + ": " + value)
	}
}

func (w *writer) line(s string) { w.b.WriteString(strings.TrimRight(s, " ") + "\n") }

// String returns what was written, without a last line end.
func (w *writer) String() string { return strings.TrimSuffix(w.b.String(), "\n") }

// joinSet joins the texts that are not empty.
func joinSet(sep string, texts ...string) string {
	var set []string
	for _, s := range texts {
		if s != "" {
			set = append(set, s)
		}
	}
	return strings.Join(set, sep)
}

func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}

func parenthesized(app, version string) string {
	if app == "" {
		return ""
	}
	return "(" + joinSet(" ", app, version) + ")"
}

func capitalized(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// listed is a head line and its items; nothing without items.
func listed(head string, items []string) []string {
	if len(items) == 0 {
		return nil
	}
	out := []string{head}
	for i, s := range items {
		out = append(out, "  "+strconv.Itoa(i+1)+". "+s)
	}
	return out
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
