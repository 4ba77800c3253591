package pipeline

import (
	"iter"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"time"
)

func numbers(n int, from *atomic.Int64) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range n {
			from.Add(1)
			if !yield(i) {
				return
			}
		}
	}
}

func always() bool { return true }

// TestOrdered keeps the order with any number of workers, some of which are slow.
func TestOrdered(t *testing.T) {
	const n = 5000
	var want []int
	for i := range n {
		want = append(want, 2*i)
	}
	double := func(i int) int {
		for range i % 7 {
			runtime.Gosched()
		}
		return 2 * i
	}
	for _, workers := range []int{0, 1, 2, 3, 16} {
		for _, cost := range []int{0, 1, maxWaiting} {
			got := slices.Collect(ordered(workers, numbers(n, new(atomic.Int64)), func(int) int { return cost }, double, always))
			if !slices.Equal(got, want) {
				t.Fatalf("%d workers, cost %d: %d results", workers, cost, len(got))
			}
		}
	}
	if got := slices.Collect(ordered(4, numbers(0, new(atomic.Int64)), func(int) int { return 0 }, double, always)); len(got) > 0 {
		t.Error(got)
	}
}

// TestOrderedBounded lets nothing be consumed until the source has to wait.
func TestOrderedBounded(t *testing.T) {
	const per = maxWaiting / 8
	var made, most atomic.Int64
	var seen int64
	for range ordered(2, numbers(1000, &made), func(int) int { return per }, func(i int) int { return i }, always) {
		if ahead := made.Load() - seen; ahead > most.Load() {
			most.Store(ahead)
		}
		seen++
		runtime.Gosched()
	}
	if seen != 1000 || most.Load() > maxWaiting/per+maxBatch+2 {
		t.Errorf("%d results, %d ahead", seen, most.Load())
	}
}

// TestOrderedFlows has a source that gives an item only after the one before has
// come out: nothing may wait for company.
func TestOrderedFlows(t *testing.T) {
	out := make(chan int)
	seq := func(yield func(int) bool) {
		for i := range 50 {
			if !yield(i) {
				return
			}
			if got := <-out; got != i {
				t.Errorf("got %d after %d", got, i)
			}
		}
	}
	for x := range ordered(3, seq, func(int) int { return 1 }, func(i int) int { return i }, always) {
		out <- x
	}
}

// TestOrderedStops leaves a source that would go on for ever, and its goroutines end.
func TestOrderedStops(t *testing.T) {
	before := runtime.NumGoroutine()
	for x := range ordered(4, numbers(1<<40, new(atomic.Int64)), func(int) int { return 1 << 10 }, func(i int) int { return i }, always) {
		if x == 1000 {
			break
		}
	}
	for until := time.Now().Add(time.Minute); runtime.NumGoroutine() > before; runtime.Gosched() {
		if time.Now().After(until) {
			t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), before)
		}
	}
}
