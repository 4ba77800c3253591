package teddy

import (
	"fmt"
	"math/rand/v2"
	"syscall"
	"testing"
)

// TestGuarded searches blocks that end where the readable memory ends, and ones
// that begin where it begins: a read outside of them would kill the test.
func TestGuarded(t *testing.T) {
	page := syscall.Getpagesize()
	mem, err := syscall.Mmap(-1, 0, 3*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Skip("no memory to guard: ", err)
	}
	defer syscall.Munmap(mem)
	for _, p := range []int{0, 2} {
		if err := syscall.Mprotect(mem[p*page:(p+1)*page], syscall.PROT_NONE); err != nil {
			t.Skip("no memory to guard: ", err)
		}
	}
	inner := mem[page : 2*page : 2*page]
	rng := rand.New(rand.NewPCG(3, 4))
	for name, s := range searchers() {
		for n := range 4 * maxWidth {
			copy(inner, mixture(rng, page))
			sameMatches(t, fmt.Sprintf("%s, last %d", name, n), s, inner[page-n:])
			sameMatches(t, fmt.Sprintf("%s, first %d", name, n), s, inner[:n:n])
		}
		for _, text := range s.texts {
			copy(inner[page-len(text):], text)
			sameMatches(t, name, s, inner[page-len(text)-3:])
		}
	}
}
