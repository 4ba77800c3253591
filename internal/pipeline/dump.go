package pipeline

import (
	"context"
	"io"

	"github.com/beamlog/beamlog/internal/render"
	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/crashdump"
	"github.com/beamlog/beamlog/parser/ingest"
)

// dump reads an input that is a crash dump: one record, and its one report. It
// returns what [flow.input] does. When ctx ends, what was read until then is told.
func (f *flow) dump(ctx context.Context, r io.Reader, name string, give func(*parser.Report) error) (file render.FileStats, readErr, err error) {
	d, readErr := crashdump.Read(&watched{ctx: ctx, r: r, progress: f.Progress}, name)
	if ctx.Err() != nil {
		readErr = nil
	}
	rep := d.Report(&ingest.Record{Input: name})
	file = render.FileStats{Name: name, Bytes: d.Bytes, Lines: d.Lines, Records: 1, Reports: 1}
	if !rep.Complete {
		file.Cut = 1
	}
	return file, readErr, give(rep)
}

// watched is a reader that ends with ctx and tells how far it is.
type watched struct {
	ctx      context.Context
	r        io.Reader
	bytes    int64
	progress func(bytes, reports int64)
}

func (w *watched) Read(p []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := w.r.Read(p)
	w.bytes += int64(n)
	if w.progress != nil {
		w.progress(w.bytes, 0)
	}
	return n, err
}
