package llm

import (
	"io"
	"strings"

	"github.com/beamlog/beamlog/prompt"
	"github.com/beamlog/beamlog/prompt/redact"
)

// printer writes an answer as it comes: without characters that act on a
// terminal, and with the hidden values put back if asked.
type printer struct {
	w       io.Writer
	restore func(string) string // nil: leave placeholders
	held    string              // what may be the beginning of a placeholder
	strip   prompt.Stripper
	text    strings.Builder
}

func newPrinter(w io.Writer, b *prompt.Bundle, restore bool) *printer {
	p := &printer{w: w}
	if restore {
		p.restore = b.Restore
	}
	return p
}

// write prints the next piece of the answer.
func (p *printer) write(s string) error {
	if p.restore == nil {
		return p.emit(s)
	}
	s = p.held + s
	keep := redact.PartialPlaceholder(s)
	p.held = s[len(s)-keep:]
	return p.emit(p.restore(s[:len(s)-keep]))
}

// flush prints what was held back.
func (p *printer) flush() error {
	s := p.held
	p.held = ""
	if p.restore != nil {
		s = p.restore(s)
	}
	return p.emit(s)
}

func (p *printer) emit(s string) error {
	s = p.strip.Strip(s)
	if s == "" {
		return nil
	}
	p.text.WriteString(s)
	_, err := io.WriteString(p.w, s)
	return err
}
