package prompt

import (
	_ "embed" // for the templates
	"strings"

	"github.com/beamlog/beamlog/prompt/redact"
)

// The texts around the evidence. They are filled by [fill]: text/template would
// keep each exported method of the program in the binary, 2 MB of them.
var (
	//go:embed templates/system.tmpl
	systemTemplate string
	//go:embed templates/user.tmpl
	userTemplate string
	//go:embed templates/block.tmpl
	blockTemplate string
	//go:embed templates/bundle.tmpl
	bundleTemplate string
	//go:embed templates/block_fenced.tmpl
	fencedTemplate string
	//go:embed templates/questions.tmpl
	questionsTemplate string
	//go:embed templates/answer.tmpl
	answerTemplate string
)

// fill replaces the {{names}} of a template. What is put in is not looked at again.
func fill(template string, names ...string) string {
	return strings.NewReplacer(names...).Replace(template)
}

// view is what the texts show.
type view struct {
	Title    string
	Question string
	Nonce    string
	System   string
	Blocks   []Block
	LeftOut  []string
	Redacted []redact.Count
}

// system is the message that says what is to be done.
func (v *view) system() string { return strings.TrimSpace(systemTemplate) + "\n" }

// user is the message with the evidence.
func (v *view) user() string { return v.render(userTemplate, blockTemplate) }

// bundle is all of it as one text.
func (v *view) bundle() string { return v.render(bundleTemplate, fencedTemplate) }

func (v *view) render(template, block string) string {
	var blocks strings.Builder
	for i := range v.Blocks {
		b := &v.Blocks[i]
		blocks.WriteString(fill(block, "{{nonce}}", v.Nonce, "{{id}}", b.ID, "{{title}}", b.Title, "{{text}}", b.Text, "{{fence}}", backticks(b.Text)))
	}
	title := v.Title
	if title != "" {
		title = ": " + title
	}
	return strings.TrimSpace(fill(template, "{{title}}", title, "{{system}}", v.System, "{{questions}}", v.questions(), "{{nonce}}", v.Nonce,
		"{{blocks}}", blocks.String(), "{{left out}}", v.leftOut(), "{{answer}}", strings.TrimSpace(answerTemplate))) + "\n"
}

// questions are those that each crash raises, and the user's own.
func (v *view) questions() string {
	text := strings.TrimSpace(questionsTemplate)
	if v.Question != "" {
		text += "\n" + "6. " + v.Question
	}
	return text
}

// leftOut names the evidence for which there was no room.
func (v *view) leftOut() string {
	if len(v.LeftOut) == 0 {
		return ""
	}
	return "\nLeft out to fit the budget:\n- " + strings.Join(v.LeftOut, "\n- ") + "\n"
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
	return v.bundle()
}
