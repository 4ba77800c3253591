package pipeline

import (
	"iter"
	"sync"
)

const (
	maxBatch   = 32      // items that a worker takes at a time
	maxWaiting = 1 << 20 // what may be between the source and the consumer, as cost tells it
)

// ordered gives what work makes of the items of seq, in their order. With n of
// two or more, seq runs in a goroutine of its own and n others work; a consumer
// that ends early does not wait for seq. What waits between them is bounded by
// cost. Before the consumer has to wait, idle is called; where it is false, all ends.
func ordered[In, Out any](n int, seq iter.Seq[In], cost func(In) int, work func(In) Out, idle func() bool) iter.Seq[Out] {
	return func(yield func(Out) bool) {
		if n < 2 {
			for x := range seq {
				if !yield(work(x)) {
					return
				}
			}
			return
		}
		p := newPool[In, Out](n)
		defer p.stop()
		go p.feed(seq, cost)
		for range n {
			go p.serve(work)
		}
		for b := p.next(idle); b != nil; b = p.next(idle) {
			for _, out := range b.out {
				if !yield(out) {
					return
				}
			}
			p.release(b)
		}
	}
}

// pool is what the source, the workers and the consumer of ordered share. A
// worker that has nothing to do takes what waits, be it one item: so nothing is
// held back when the source is slow, and batches are large when it is fast.
type pool[In, Out any] struct {
	n  int
	mu sync.Mutex

	room sync.Cond // for the source
	work sync.Cond // for the workers
	done sync.Cond // for the consumer

	waiting []item[In]
	taken   []*batch[Out] // in order
	cost    int           // of all that was fed and not released
	ended   bool          // the source has
	stopped bool          // the consumer has
}

type item[In any] struct {
	x    In
	cost int
}

type batch[Out any] struct {
	out   []Out
	cost  int
	ready bool
}

func newPool[In, Out any](n int) *pool[In, Out] {
	p := &pool[In, Out]{n: n}
	p.room.L, p.work.L, p.done.L = &p.mu, &p.mu, &p.mu
	return p
}

func (p *pool[In, Out]) feed(seq iter.Seq[In], cost func(In) int) {
	for x := range seq {
		if !p.put(item[In]{x, cost(x)}) {
			break
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended = true
	p.work.Broadcast()
	p.done.Signal()
}

// put waits for room. It is false where nobody wants more.
func (p *pool[In, Out]) put(x item[In]) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.cost > maxWaiting && !p.stopped {
		p.room.Wait()
	}
	p.waiting = append(p.waiting, x)
	p.cost += x.cost
	p.work.Signal()
	return !p.stopped
}

func (p *pool[In, Out]) serve(work func(In) Out) {
	for {
		items, b := p.take()
		if b == nil {
			return
		}
		for _, it := range items {
			b.out = append(b.out, work(it.x))
			b.cost += it.cost
		}
		p.mu.Lock()
		b.ready = true
		p.done.Signal()
		p.mu.Unlock()
	}
}

// take gives a worker its share of what waits, and where to put what it makes.
func (p *pool[In, Out]) take() ([]item[In], *batch[Out]) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.waiting) == 0 && !p.ended && !p.stopped {
		p.work.Wait()
	}
	if len(p.waiting) == 0 || p.stopped {
		return nil, nil
	}
	k := min((len(p.waiting)+p.n-1)/p.n, maxBatch)
	items := append([]item[In](nil), p.waiting[:k]...)
	rest := copy(p.waiting, p.waiting[k:])
	clear(p.waiting[rest:])
	p.waiting = p.waiting[:rest]
	b := &batch[Out]{out: make([]Out, 0, k)}
	p.taken = append(p.taken, b)
	return items, b
}

// next waits for the oldest batch. It is nil when there will be none.
func (p *pool[In, Out]) next(idle func() bool) *batch[Out] {
	p.mu.Lock()
	defer p.mu.Unlock()
	for told := false; ; {
		if len(p.taken) > 0 && p.taken[0].ready {
			b := p.taken[0]
			p.taken[0] = nil
			p.taken = p.taken[1:]
			return b
		}
		if p.ended && len(p.taken) == 0 && len(p.waiting) == 0 {
			return nil
		}
		if told {
			p.done.Wait()
			continue
		}
		told = true
		p.mu.Unlock()
		goOn := idle()
		p.mu.Lock()
		if !goOn {
			return nil
		}
	}
}

// release makes room for as much as b held.
func (p *pool[In, Out]) release(b *batch[Out]) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cost -= b.cost
	p.room.Signal()
}

// stop has the goroutines end as soon as they look.
func (p *pool[In, Out]) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopped = true
	p.room.Broadcast()
	p.work.Broadcast()
}
