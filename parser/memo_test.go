package parser

import (
	"strconv"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
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

// A reason that comes again is the one that was read before, unless what stands
// behind its lines has them tell something else.
func TestReasonsAreRemembered(t *testing.T) {
	const banner = "** (RuntimeError) price feed is down\n    (shop 0.4.2) lib/shop/pricing.ex:6: Shop.Pricing.boom/1\n"
	const body = "GenServer Shop.Cart terminating\n" + banner + "Last message: :tick\nState: %{}"
	want := read(t, body)
	for range 3 {
		if diff := cmp.Diff(want, read(t, body)); diff != "" {
			t.Error(diff)
		}
	}
	rec := record(body)
	rec.EndLine = 5
	first, again := Parse(rec)[0], Parse(rec)[0]
	if &first.Reason.Stack[0] != &again.Reason.Stack[0] || &first.Reason.Term.Args[0] != &again.Reason.Term.Args[0] {
		t.Error("equal reasons were read twice")
	}
	if allocs := testing.AllocsPerRun(100, func() { Parse(rec) }); allocs > 5 {
		t.Errorf("a report whose reason is known costs %v allocations", allocs)
	}

	const cut = "** (EXIT) kille"
	whole := read(t, "GenServer A terminating\n** (stop) exited in: A.b(:c)\n    "+cut+"\nLast message: :x\nState: :y")
	for range 3 {
		rec := record("GenServer A terminating\n** (stop) exited in: A.b(:c)\n    " + cut)
		rec.Cut = true
		if r := Parse(rec)[0]; r.Reason.Type != "killed" || whole.Reason.Type == "killed" {
			t.Errorf("the words that were cut are %q, the others %q", r.Reason.Type, whole.Reason.Type)
		}
	}
}
