package render

import "github.com/beamlog/beamlog/parser"

// again holds JSON that is written again and again, as that of the one reason of
// a crash loop, by something that is the same each time. It keeps what it is told by
// alive, so that this cannot become something else: both are few and small.
type again[K comparable] struct {
	text map[K][]byte // nil: seen once; most are not seen twice
	size int
}

const (
	maxAgain     = 128 // entries: some of them keep a record alive
	maxAgainBody = 8 << 10
	maxAgainSize = 512 << 10
)

// stackKey tells a stack by where it is: the parser makes equal ones one.
type stackKey struct {
	first *parser.Frame
	n     int
}

// write writes what was written for k before, or has body write it.
func (a *again[K]) write(w *writer, k K, body func()) {
	text, seen := a.text[k]
	if text != nil {
		w.b, w.comma = append(w.b, text...), true
		return
	}
	from := len(w.b)
	body()
	if len(a.text) >= maxAgain || a.size > maxAgainSize {
		clear(a.text)
		a.size = 0
	}
	if a.text == nil {
		a.text = map[K][]byte{}
	}
	a.text[k] = nil
	if seen {
		text = append([]byte(nil), w.b[from:]...)
		a.text[k] = text
		a.size += len(text)
	}
}
