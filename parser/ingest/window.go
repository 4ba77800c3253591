package ingest

import (
	"bytes"
	"context"
	"io"
	"time"
)

const (
	blockSize  = 256 << 10
	windowSize = 1 << 20 // holds lookBack, the longest line and a block
)

// window is a view of an input that moves forwards only. Positions are offsets
// in the input. The bytes between base and end are at hand.
type window struct {
	r    io.Reader
	buf  []byte
	base int64
	fill int // buf[:fill] is valid
	err  error
	long []byte // a line that does not fit

	ahead *readAhead // reads for the window; nil if it reads itself
	turn  int        // the buffer that buf is part of
	used  int        // bytes of that buffer that the window has taken over

	// The line that mark stands in has the number num. Only move and pass change them.
	mark int64
	num  int
}

func newWindow(r io.Reader) *window {
	return &window{r: r, buf: make([]byte, windowSize), num: 1}
}

// openWindow gives the window that the options ask for. It must be stopped.
func openWindow(ctx context.Context, r io.Reader, o Options) *window {
	if !o.Ahead {
		return newWindow(r)
	}
	pause := time.Duration(0)
	if o.Pause != nil {
		pause = quietAfter
	}
	w := &window{r: r, num: 1, ahead: newReadAhead(ctx, r, pause)}
	w.buf = w.ahead.bufs[0][aheadRoom:]
	return w
}

// stop has nothing more be read.
func (w *window) stop() {
	if w.ahead != nil {
		w.ahead.stop()
	}
}

func (w *window) end() int64 { return w.base + int64(w.fill) }

// slice gives the bytes from a up to b; they are valid until the next read.
func (w *window) slice(a, b int64) []byte { return w.buf[a-w.base : b-w.base] }

// move sets the mark and counts lines on the way, forwards or back.
func (w *window) move(to int64) {
	if to >= w.mark {
		w.num += bytes.Count(w.slice(w.mark, to), newline)
	} else {
		w.num -= bytes.Count(w.slice(to, w.mark), newline)
	}
	w.mark = to
}

// pass is move to where so many lines more have ended.
func (w *window) pass(to int64, lines int) { w.mark, w.num = to, w.num+lines }

var newline = []byte{'\n'}

// read gets at least one more byte and may drop those before keep. It reports
// whether there was one. Where there was none and err is nil, more may come later.
func (w *window) read(keep int64) bool {
	if w.err != nil {
		return false
	}
	if w.ahead != nil {
		return w.takeOver(keep)
	}
	if len(w.buf)-w.fill < blockSize/4 {
		w.moveTo(w.buf, 0, keep)
	}
	n, err := readSome(w.r, w.buf[w.fill:min(w.fill+blockSize, len(w.buf))])
	w.fill += n
	if err != errQuiet {
		w.err = err
	}
	return n > 0
}

// moveTo copies what is to be kept to a place in a buffer and goes on there. The
// bytes before keep are gone then.
func (w *window) moveTo(buf []byte, at int, keep int64) {
	keep = max(keep, w.base)
	if w.mark < keep {
		w.move(keep)
	}
	n := copy(buf[at:], w.buf[keep-w.base:w.fill])
	w.buf, w.base, w.fill = buf[at:], keep, n
}

// takeOver is read for a window that another goroutine reads for.
func (w *window) takeOver(keep int64) bool {
	a := w.ahead
	n, err := a.more(w.turn, w.used)
	if n == w.used && err == nil {
		next := 1 - w.turn
		w.moveTo(a.bufs[next], aheadRoom-int(w.end()-max(keep, w.base)), keep)
		a.release(w.turn)
		w.turn, w.used = next, 0
		n, err = a.more(next, 0)
	}
	w.fill += n - w.used
	more := n > w.used
	w.used = n
	if err != errQuiet {
		w.err = err
	}
	return more
}

// readLine gives the line that begins at pos, without its newline, and where the
// next one begins; lost is how many bytes of it were dropped. It is false at the
// input's end. The text is valid until the next read.
func (w *window) readLine(pos int64) (text []byte, next, lost int64, ok bool) {
	for from := pos; ; {
		if i := bytes.IndexByte(w.slice(from, w.end()), '\n'); i >= 0 {
			end := from + int64(i)
			if end-pos > maxLine {
				break
			}
			return w.slice(pos, end), end + 1, 0, true
		}
		from = w.end()
		if from-pos > maxLine {
			break
		}
		if !w.read(pos - lookBack) {
			return w.slice(pos, from), from, 0, from > pos && w.err != nil
		}
	}
	w.long = append(w.long[:0], w.slice(pos, pos+maxLine)...)
	next = w.skipLine(pos, pos+maxLine)
	lost = next - pos - maxLine
	if w.slice(next-1, next)[0] == '\n' {
		lost--
	}
	return w.long, next, lost, true
}

// skipLine gives the offset behind the next newline at or after from. There is none
// between pos and from.
func (w *window) skipLine(pos, from int64) int64 {
	for {
		if i := bytes.IndexByte(w.slice(from, w.end()), '\n'); i >= 0 {
			return from + int64(i) + 1
		}
		from = w.end()
		if w.mark >= pos {
			w.pass(from, 0)
		}
		if !w.read(from - lookBack) {
			return from
		}
	}
}
