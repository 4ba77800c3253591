package incident

import (
	"math/rand/v2"
	"testing"
)

// TestIndexIsAMap puts and drops ids, many of which want the same slot.
func TestIndexIsAMap(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var x index
	want := map[id]*death{}
	most := 0
	for i := range 60_000 {
		k := id(r.IntN(40))<<58 | id(r.IntN(1+i%5000))
		switch d := new(death); {
		case r.IntN(3) > 0 && i/15_000%2 == 0:
			if !x.put(k, d) {
				t.Fatalf("%x was there already", k)
			}
			want[k] = d
			if x.put(k, d) {
				t.Fatalf("%x was not there", k)
			}
		case i/15_000%2 == 1:
			for k := range want {
				x.drop(k)
				delete(want, k)
				break
			}
		default:
			x.drop(k)
			delete(want, k)
		}
		if x.taken != len(want) || x.get(k) != want[k] {
			t.Fatalf("%d of %d; %x is %p, want %p", x.taken, len(want), k, x.get(k), want[k])
		}
		most = max(most, len(x.slots))
	}
	for k, d := range want {
		if x.get(k) != d {
			t.Fatalf("%x is %p, want %p", k, x.get(k), d)
		}
	}
	if len(x.slots) >= most {
		t.Errorf("%d slots of %d are left for %d ids", len(x.slots), most, len(want))
	}
}
