package ingest

import (
	"io"
	"sync"
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
	r io.Reader

	mu      sync.Mutex
	changed sync.Cond
	filled  [2]int // bytes in each buffer that may be seen
	done    [2]bool
	free    [2]bool // nobody looks at the buffer
	err     error
	stopped bool

	bufs [2][]byte
}

func newReadAhead(r io.Reader) *readAhead {
	a := &readAhead{r: r, free: [2]bool{true, true}}
	a.changed.L = &a.mu
	for i := range a.bufs {
		a.bufs[i] = make([]byte, aheadRoom+aheadSize)
	}
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
	a.free[turn], a.done[turn], a.filled[turn] = false, false, 0
	return !a.stopped
}

// publish makes the first n bytes of a buffer visible.
func (a *readAhead) publish(turn, n int, full bool, err error) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.filled[turn], a.done[turn], a.err = n, full || err != nil, err
	a.changed.Signal()
	return err == nil && !a.stopped
}

// more waits for a buffer to hold more than n bytes. It gives how many it holds,
// n if there will be no more in it.
func (a *readAhead) more(turn, n int) (int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for a.filled[turn] <= n && !a.done[turn] && a.err == nil {
		a.changed.Wait()
	}
	if a.filled[turn] > n {
		return a.filled[turn], nil
	}
	return n, a.err
}

// release gives a buffer back.
func (a *readAhead) release(turn int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.free[turn] = true
	a.changed.Signal()
}

// stop has the reading end. It does not wait for a read that is under way.
func (a *readAhead) stop() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.stopped = true
	a.changed.Signal()
}
