package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"
)

const (
	// quietAfter is how long nothing comes before what has come is taken for whole.
	quietAfter = 300 * time.Millisecond
	// pollEvery is how often a file is looked at whose end has been reached.
	pollEvery = 100 * time.Millisecond
)

// Followed is a log that goes on being written. It has one text after the other:
// the file as it is, then the file that took its name, or the file again after it
// was emptied. A pipe has one, and ends.
type Followed struct {
	name string
	f    *os.File
	pipe io.Reader // instead of a file that can be read again
	over bool      // the pipe has been given
	off  int64     // in f
	gone bool      // f has been renamed, and another has its name
}

// Follow opens a log file, or stdin for "-". It is read as it is, not unpacked.
func Follow(name string, stdin io.Reader) (*Followed, error) {
	if name == "-" {
		if f, ok := stdin.(*os.File); ok {
			enlargePipe(f)
		}
		return &Followed{name: name, pipe: stdin}, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, openError(name, err)
	}
	info, err := f.Stat()
	switch {
	case err != nil:
		err = fmt.Errorf("open %w", err)
	case info.IsDir():
		err = fmt.Errorf("%s %w", name, ErrDirectory)
	case !info.Mode().IsRegular():
		return &Followed{name: name, f: f, pipe: f}, nil
	default:
		return &Followed{name: name, f: f}, nil
	}
	f.Close()
	return nil, err
}

// Close closes the file.
func (fl *Followed) Close() error {
	if fl.f == nil {
		return nil
	}
	return fl.f.Close()
}

// Next gives the next text, which ends where another begins. The error is io.EOF
// where there is none, and the context's when it ends.
func (fl *Followed) Next(ctx context.Context) (io.Reader, error) {
	if fl.over {
		return nil, io.EOF
	}
	if fl.pipe != nil {
		fl.over = true
		return fl.pipe, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if fl.gone {
		f, err := os.Open(fl.name)
		if err != nil {
			return nil, openError(fl.name, err)
		}
		fl.f.Close()
		fl.f, fl.gone = f, false
	}
	if _, err := fl.f.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("read %w", err)
	}
	fl.off = 0
	return &following{ctx, fl}, nil
}

// following reads one text of a Followed.
type following struct {
	ctx context.Context
	*Followed
}

// Read waits for more at the file's end. It is io.EOF when the text has ended.
func (r *following) Read(p []byte) (int, error) {
	for {
		n, err := r.f.Read(p)
		r.off += int64(n)
		if n > 0 || err != nil && err != io.EOF {
			return n, err
		}
		switch over, err := r.ended(); {
		case err != nil:
			return 0, err
		case over:
			return 0, io.EOF
		}
		select {
		case <-r.ctx.Done():
			return 0, r.ctx.Err()
		case <-time.After(pollEvery):
		}
	}
}

// ended reports whether no more will come into this text, which has been read to
// its end: the file was emptied, or another has taken its name. What was written
// to a file between the last read and its renaming is read first.
func (r *following) ended() (bool, error) {
	mine, err := r.f.Stat()
	if err != nil {
		return false, fmt.Errorf("follow %w", err)
	}
	switch {
	case mine.Size() < r.off:
		return true, nil
	case mine.Size() > r.off || r.gone:
		return r.gone && mine.Size() <= r.off, nil
	}
	named, err := os.Stat(r.name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil // renamed: the new one will come
	}
	if err != nil {
		return false, fmt.Errorf("follow %w", err)
	}
	r.gone = !os.SameFile(mine, named)
	return false, nil
}
