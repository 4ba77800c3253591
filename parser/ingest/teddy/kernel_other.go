//go:build !amd64 || purego

package teddy

// Available reports whether this CPU has what the search needs to be fast.
func Available() bool { return false }

func kernel(t *tables, block *byte, from, stop int) (at int, lanes uint32) { return from, 0 }
