package ingest

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"
)

const (
	aheadSize = 1 << 20 // how far the reading is ahead of the scan, at most twice this
	// aheadRoom is kept free before what is read for what a window still needs of
	// the bytes before: the longest line and what lies so far behind it.
	aheadRoom = maxLine + lookBack + blockSize
)

// readAhead reads an input beside the scan, in a goroutine of its own. It fills
// two buffers in turns; what is read becomes visible block by block, so that
// nothing waits for a buffer to be full.
type readAhead struct {
	ctx    context.Context
	r      io.Reader
	forget func() bool // of ctx

	mu      sync.Mutex
	changed sync.Cond
	filled  [2]int   // bytes in each buffer that may be seen
	done    [2]bool  // no more will come into it
	err     [2]error // why not, where it is not full
	free    [2]bool  // nobody looks at the buffer
	stopped bool
	waited  bool          // nothing has come for as long as pause
	pause   time.Duration // 0: for ever

	bufs [2][]byte
}

// newReadAhead begins to read. pause is after how long without input more is to
// return with errQuiet; 0 is never.
func newReadAhead(ctx context.Context, r io.Reader, pause time.Duration) *readAhead {
	a := &readAhead{ctx: ctx, r: r, free: [2]bool{true, true}, pause: pause}
	a.changed.L = &a.mu
	a.forget = context.AfterFunc(ctx, a.end)
	a.bufs[0] = make([]byte, aheadRoom+aheadSize)
	go a.run()
	return a
}

// run reads until the input's end, or until nobody asks any more.
func (a *readAhead) run() {
	for turn := 0; a.take(turn); turn = 1 - turn {
		buf := a.bufs[turn][aheadRoom:]
		for n := 0; n < len(buf); {
			m, err := readSome(a.r, buf[n:min(n+blockSize, len(buf))])
			n += m
			if !a.publish(turn, n, n == len(buf), err) {
				return
			}
		}
	}
}

// readSome reads until there is a byte or an error.
func readSome(r io.Reader, p []byte) (int, error) {
	for range 100 {
		if n, err := r.Read(p); n > 0 || err != nil {
			return n, err
		}
	}
	return 0, io.ErrNoProgress
}

// take waits for a buffer to be free. It is false where the reading is to end.
func (a *readAhead) take(turn int) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	for !a.free[turn] && !a.stopped {
		a.changed.Wait()
	}
	a.free[turn] = false
	return !a.stopped
}

// publish makes the first n bytes of a buffer visible.
func (a *readAhead) publish(turn, n int, full bool, err error) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if full && a.bufs[1-turn] == nil { // only now: most inputs fit into one
		a.bufs[1-turn] = make([]byte, aheadRoom+aheadSize)
	}
	a.filled[turn], a.done[turn], a.err[turn] = n, full || err != nil, err
	a.changed.Signal()
	return err == nil && !a.stopped
}

// more waits for a buffer to hold more than n bytes. It gives how many it holds;
// n if no more will come into it, and then the error at which the input ended, if
// it did there, or the context's.
func (a *readAhead) more(turn, n int) (int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.waited = false
	if a.filled[turn] <= n && a.pause > 0 {
		defer time.AfterFunc(a.pause, a.wake).Stop()
	}
	for a.filled[turn] <= n && !a.done[turn] && !a.stopped && !a.waited {
		a.changed.Wait()
	}
	switch {
	case a.filled[turn] > n:
		return a.filled[turn], nil
	case a.stopped:
		return n, a.ctx.Err()
	case !a.done[turn]:
		return n, errQuiet
	}
	return n, a.err[turn]
}

// errQuiet says that nothing has come for a moment.
var errQuiet = errors.New("quiet")

func (a *readAhead) wake() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.waited = true
	a.changed.Broadcast()
}

// release gives a buffer back.
func (a *readAhead) release(turn int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.free[turn], a.done[turn], a.filled[turn] = true, false, 0
	a.changed.Signal()
}

// stop has the reading end. It does not wait for a read that is under way.
func (a *readAhead) stop() {
	a.forget()
	a.end()
}

func (a *readAhead) end() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.stopped = true
	a.changed.Broadcast()
}
