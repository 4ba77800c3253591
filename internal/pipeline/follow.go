package pipeline

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/beamlog/beamlog/internal/render"
	"github.com/beamlog/beamlog/parser/ingest"
)

// tellEvery is how long findings are held back at most while more keep coming.
const tellEvery = 500 * time.Millisecond

// follow reads an input that goes on being written, one text after the other:
// where a log is rotated, incidents go on and lines are counted anew. It returns
// what [flow.input] does; the end of ctx is no error.
func (f *flow) follow(ctx context.Context, name string, give give) (file render.FileStats, readErr, err error) {
	file.Name = name
	log, openErr := ingest.Follow(name, f.Stdin)
	if openErr != nil {
		return file, openErr, nil
	}
	defer log.Close()
	for err == nil {
		text, nextErr := log.Next(ctx)
		if nextErr != nil {
			if nextErr != io.EOF && ctx.Err() == nil {
				readErr = nextErr
			}
			break
		}
		readErr, err = f.followed(ctx, text, name, &file, give)
		if readErr != nil {
			break
		}
	}
	return file, readErr, err
}

// followed reads one text.
func (f *flow) followed(ctx context.Context, text io.Reader, name string, file *render.FileStats, give give) (readErr, err error) {
	var stats ingest.Stats
	o := f.Ingest
	o.Stats, o.Ahead = &stats, true
	told := time.Now()
	o.Pause = func() bool {
		told = time.Now()
		err = f.tell()
		return err == nil
	}
	for rec, recErr := range ingest.Records(ctx, text, name, o) {
		if recErr != nil {
			if ctx.Err() == nil {
				readErr = fmt.Errorf("read %s: %w", name, recErr)
			}
			break
		}
		if err = f.take(f.read(rec), file, give); err != nil {
			break
		}
		if time.Since(told) >= tellEvery && !o.Pause() {
			break
		}
	}
	if err == nil && ctx.Err() == nil {
		err = f.tell()
	}
	file.Bytes += stats.Bytes
	file.Lines += stats.Lines
	file.Records += stats.Records
	file.Dropped += stats.Dropped
	return readErr, err
}

// tell hands on what is known by now.
func (f *flow) tell() error {
	if f.tracker == nil {
		return nil
	}
	if err := f.hand(f.tracker.Flush()); err != nil {
		return err
	}
	if !f.idle() {
		return f.shown
	}
	live, ok := f.sink.(render.Live)
	if !ok {
		return nil
	}
	for _, in := range f.tracker.Open() {
		if in.Expected() && !f.ShowSuppressed {
			continue
		}
		if err := live.Open(in); err != nil {
			return err
		}
	}
	return nil
}
