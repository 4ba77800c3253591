package render

import (
	"strings"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/internal/console"
)

// recipe writes how a fingerprint came about; nothing where nobody asked.
func (p *page) recipe(f *classify.Finding) {
	if len(f.Parts) == 0 {
		return
	}
	p.heading("Fingerprint " + f.Fingerprint + ", variant " + f.Variant)
	p.indented(f.Recipe)
	for _, part := range f.Parts {
		p.blank()
		text := part.Text
		if text == "" {
			text = "(empty)"
		}
		p.fact(part.Name, console.Reason, text)
		p.fact("", console.Plain, part.From)
		if part.Was != "" && part.Was != part.Text {
			p.fact("", console.Dim, "printed as: "+part.Was)
		}
		if len(part.Masked) > 0 {
			p.fact("", console.Dim, "masked: "+strings.Join(part.Masked, ", "))
		}
	}
}

// recipe writes the same as an object.
func (w *writer) recipe(f *classify.Finding) {
	if len(f.Parts) == 0 {
		return
	}
	w.object("recipe", func() {
		w.str("text", f.Recipe)
		w.array("parts", len(f.Parts), func(i int) {
			part := &f.Parts[i]
			w.open('{')
			w.str("name", part.Name)
			w.str("text", part.Text)
			w.known("from", part.From)
			w.known("was", part.Was)
			w.strings("masked", part.Masked)
			w.close('}')
		})
	})
}
