package prompt

import (
	"bytes"
	"embed"
	"fmt"
	"strings"
	"sync"
	"text/template"

	"github.com/beamlog/beamlog/prompt/redact"
)

//go:embed templates/*.tmpl
var templateFiles embed.FS

var templates = sync.OnceValues(func() (*template.Template, error) {
	return template.New("").Funcs(template.FuncMap{"fence": backticks}).ParseFS(templateFiles, "templates/*.tmpl")
})

// view is what the templates show.
type view struct {
	Title    string
	Question string
	Nonce    string
	System   string
	Blocks   []Block
	LeftOut  []string
	Redacted []redact.Count
}

func (v *view) render(name string) (string, error) {
	t, err := templates()
	if err != nil {
		return "", fmt.Errorf("prompt template: %w", err)
	}
	var out bytes.Buffer
	if err := t.ExecuteTemplate(&out, name, v); err != nil {
		return "", fmt.Errorf("prompt template: %w", err)
	}
	return strings.TrimSpace(out.String()) + "\n", nil
}

// backticks is a Markdown fence longer than any run of backticks in s.
func backticks(s string) string {
	longest, run := 0, 0
	for i := 0; i < len(s); i++ {
		if s[i] != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return strings.Repeat("`", max(3, longest+1))
}

// Markdown is the whole prompt as one text to paste or to keep: rules,
// evidence, questions and the form of the answer. Log text stands in code
// fences that nothing in it can close.
func (b *Bundle) Markdown() string {
	if b.view == nil {
		return b.System + "\n" + b.User
	}
	v := *b.view
	v.System = b.System
	out, err := v.render("bundle.tmpl")
	if err != nil { // the templates are part of the program and tested
		return b.System + "\n" + b.User
	}
	return out
}
