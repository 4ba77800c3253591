package console

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// Progress writes one line that it rewrites while a long piece of work runs.
// Nothing is written before the first second is over, nor more than five
// times a second. A nil Progress is silent.
type Progress struct {
	w     io.Writer
	start time.Time

	mu    sync.Mutex
	last  time.Time
	shown bool
}

// NewProgress gives a progress line on w, or nil where w is no terminal.
func NewProgress(w io.Writer) *Progress {
	if !IsTerminal(w) {
		return nil
	}
	return &Progress{w: w, start: time.Now()}
}

const (
	progressAfter = time.Second
	progressEvery = 200 * time.Millisecond
)

// Update says how many bytes have been read, of how many (0: unknown), and how
// many reports were found in them.
func (p *Progress) Update(done, total, reports int64) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if now.Sub(p.start) < progressAfter || now.Sub(p.last) < progressEvery {
		return
	}
	p.last, p.shown = now, true
	fmt.Fprintf(p.w, "\r\x1b[K%s", progressLine(done, total, reports, now.Sub(p.start)))
}

// Clear takes the line away, so that other text can be written.
func (p *Progress) Clear() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.shown {
		return
	}
	p.shown = false
	io.WriteString(p.w, "\r\x1b[K")
}

// Above gives a writer to the same terminal: what is written takes the line's
// place, which comes again below it.
func (p *Progress) Above(w io.Writer) io.Writer { return above{p, w} }

type above struct {
	p *Progress
	w io.Writer
}

func (a above) Write(b []byte) (int, error) {
	a.p.Clear()
	return a.w.Write(b)
}

func progressLine(done, total, reports int64, took time.Duration) string {
	line := Size(done)
	if total > 0 {
		line += " of " + Size(total)
	}
	if s := took.Seconds(); s > 0 {
		line += ", " + Size(int64(float64(done)/s)) + "/s"
		if done > 0 && done < total {
			left := time.Duration(s * float64(total-done) / float64(done) * float64(time.Second))
			line += fmt.Sprintf(", %s left", max(left.Round(time.Second), time.Second))
		}
	}
	return fmt.Sprintf("%s, %d reports", line, reports)
}

// Size prints a number of bytes for people: "512 B", "1.2 MB".
func Size(n int64) string {
	if n < 1000 {
		return fmt.Sprintf("%d B", n)
	}
	f, unit := float64(n), -1
	for f >= 999.95 && unit < 4 {
		f /= 1000
		unit++
	}
	return fmt.Sprintf("%.1f %cB", f, "kMGTP"[unit])
}
