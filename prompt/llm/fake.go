package llm

import (
	"context"
	"io"

	"github.com/beamlog/beamlog/prompt"
)

// Fake is a Client for tests: it gives a fixed answer and keeps what it was asked.
type Fake struct {
	Text  string
	Err   error
	Asked []*prompt.Bundle
}

// Explain implements [Client].
func (f *Fake) Explain(_ context.Context, b *prompt.Bundle, w io.Writer) (*Answer, error) {
	f.Asked = append(f.Asked, b)
	if _, err := io.WriteString(w, f.Text); err != nil {
		return nil, err
	}
	if f.Err != nil {
		return nil, f.Err
	}
	return &Answer{Text: f.Text, Model: "fake", FinishReason: "stop", Complete: true}, nil
}
