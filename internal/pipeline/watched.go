package pipeline

import (
	"context"
	"io"
)

// watched is a reader that ends with ctx and tells of each read.
type watched struct {
	ctx  context.Context
	r    io.Reader
	wait func() bool // called before each read; where it is false, the text ends; may be nil
	read func()      // and after it
}

func (w *watched) Read(p []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	if w.wait != nil && !w.wait() {
		return 0, io.EOF
	}
	n, err := w.r.Read(p)
	w.read()
	return n, err
}
