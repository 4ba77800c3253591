package pipeline

import (
	"context"
	"io"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/internal/render"
	"github.com/beamlog/beamlog/parser/crashdump"
	"github.com/beamlog/beamlog/parser/ingest"
)

// dump reads an input that is a crash dump: one record, and its one report. It
// returns what [flow.input] does. When ctx ends, what was read until then is told.
func (f *flow) dump(ctx context.Context, r io.Reader, name string, give give) (file render.FileStats, readErr, err error) {
	d, readErr := crashdump.Read(r, name)
	if ctx.Err() != nil {
		readErr = nil
	}
	rep := d.Report(&ingest.Record{Input: name})
	var x *classify.Finding
	if f.engine != nil {
		x = f.engine.Classify(rep)
	}
	file = render.FileStats{Name: name, Bytes: d.Bytes, Lines: d.Lines, Records: 1, Reports: 1}
	if !rep.Complete {
		file.Cut = 1
	}
	return file, readErr, give(rep, x)
}
