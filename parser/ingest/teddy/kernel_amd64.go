//go:build !purego

package teddy

import "golang.org/x/sys/cpu"

// Available reports whether this CPU has what the search needs to be fast.
func Available() bool { return cpu.X86.HasAVX2 }

// kernel applies the probes at the positions from, from+1 and so on, 32 at a time,
// until a step that begins before stop has a candidate. It gives where that step
// begins and a bit for each of its positions, or the first position that it did
// not look at and 0. Each step reads [span] bytes from where it begins: that many
// must follow block[stop-1], itself included.
//
//go:noescape
func kernel(t *tables, block *byte, from, stop int) (at int, lanes uint32)
