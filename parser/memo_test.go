package parser

import (
	"strconv"
	"sync"
	"testing"
)

func TestMemo(t *testing.T) {
	m := memo[int]{max: 8}
	atoi := func(s string) (int, bool) {
		n, err := strconv.Atoi(s)
		return n, err == nil
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for round := range 3 {
				for i := range 3 * memoSlots { // each slot is fought for
					if n, ok := m.read(strconv.Itoa(i), atoi); n != i || !ok {
						t.Errorf("round %d: %d is %d, %t", round, i, n, ok)
					}
				}
			}
		})
	}
	wg.Wait()
	if n, ok := m.read("000000012", atoi); n != 12 || !ok {
		t.Errorf("what is too long to be remembered is %d, %t", n, ok)
	}
	if _, ok := m.read("x", atoi); ok {
		t.Error("what cannot be read was read")
	}
}

func TestFramesAreRemembered(t *testing.T) {
	const line = "(shop 0.1.0) lib/shop/cart.ex:12: Shop.Cart.add/2"
	want, _ := parseFrame(line)
	for range 3 {
		if got, ok := frameOf("    " + line); !ok || got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
	if allocs := testing.AllocsPerRun(100, func() { frameOf(line) }); allocs > 0 {
		t.Errorf("a line that is known costs %v allocations", allocs)
	}
	if _, ok := frameOf("State: %{}"); ok {
		t.Error("a state is no frame")
	}
}
