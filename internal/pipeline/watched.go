package pipeline

import (
	"context"
	"io"
)

// watched is a reader that ends with ctx and tells of each read.
type watched struct {
	ctx  context.Context
	r    io.Reader
	read func()
}

func (w *watched) Read(p []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := w.r.Read(p)
	w.read()
	return n, err
}
