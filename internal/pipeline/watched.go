package pipeline

import (
	"context"
	"io"
	"sync/atomic"
)

// watched is a reader that ends with ctx and tells how far it is.
type watched struct {
	ctx      context.Context
	r        io.Reader
	bytes    int64
	found    *atomic.Int64 // reports found so far
	progress func(bytes, reports int64)
}

func (w *watched) Read(p []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := w.r.Read(p)
	w.bytes += int64(n)
	if w.progress != nil {
		w.progress(w.bytes, w.found.Load())
	}
	return n, err
}
