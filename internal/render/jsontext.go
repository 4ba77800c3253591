package render

import (
	"math/bits"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/internal/console"
)

// writer appends JSON by hand: keys in a fixed order, no HTML escapes, bytes
// that are not UTF-8 replaced, and no reflection for each finding.
type writer struct {
	b     []byte
	comma bool // a value was written at this level

	alike  again[*classify.Alike]
	stacks again[stackKey]
}

func (w *writer) sep() {
	if w.comma {
		w.b = append(w.b, ',')
	}
	w.comma = true
}

func (w *writer) open(c byte)  { w.b = append(w.b, c); w.comma = false }
func (w *writer) close(c byte) { w.b = append(w.b, c); w.comma = true }

func (w *writer) key(k string) {
	b := w.b
	if w.comma {
		b = append(b, ',', '"')
	} else {
		b = append(b, '"')
	}
	w.b = append(append(b, k...), '"', ':')
	w.comma = false
}

// object writes a member whose value is an object.
func (w *writer) object(key string, members func()) {
	w.key(key)
	w.open('{')
	members()
	w.close('}')
}

// array writes a member whose value is an array of n elements.
func (w *writer) array(key string, n int, element func(int)) {
	w.key(key)
	w.open('[')
	for i := range n {
		w.sep()
		w.comma = false
		element(i)
		w.comma = true
	}
	w.close(']')
}

// str writes a string, empty or not.
func (w *writer) str(key, s string) {
	w.key(key)
	w.b = appendString(w.b, s)
	w.comma = true
}

// known writes a string, or null where it is not known.
func (w *writer) known(key, s string) {
	if s == "" {
		w.null(key)
		return
	}
	w.str(key, s)
}

func (w *writer) null(key string) {
	w.key(key)
	w.b = append(w.b, "null"...)
	w.comma = true
}

func (w *writer) int(key string, n int64) {
	w.key(key)
	w.b = strconv.AppendInt(w.b, n, 10)
	w.comma = true
}

func (w *writer) bool(key string, v bool) {
	w.key(key)
	w.b = strconv.AppendBool(w.b, v)
	w.comma = true
}

func (w *writer) strings(key string, list []string) {
	w.array(key, len(list), func(i int) { w.b = appendString(w.b, list[i]) })
}

const hexDigits = "0123456789abcdef"

// appendEscaped appends r as \uXXXX, or as a pair of surrogates.
func appendEscaped(dst []byte, r rune) []byte {
	if hi, lo := utf16.EncodeRune(r); hi != utf8.RuneError {
		return appendEscaped(appendEscaped(dst, hi), lo)
	}
	return append(dst, '\\', 'u', hexDigits[r>>12&15], hexDigits[r>>8&15], hexDigits[r>>4&15], hexDigits[r&15])
}

// asIs is how many bytes at the start of s stand in a JSON string as they are.
func asIs(s string) int {
	i := 0
	for ; i+8 <= len(s); i += 8 {
		p := s[i : i+8]
		x := uint64(p[0]) | uint64(p[1])<<8 | uint64(p[2])<<16 | uint64(p[3])<<24 |
			uint64(p[4])<<32 | uint64(p[5])<<40 | uint64(p[6])<<48 | uint64(p[7])<<56
		if m := special(x); m != 0 {
			return i + bits.TrailingZeros64(m)/8
		}
	}
	for i < len(s) && plainByte[s[i]] {
		i++
	}
	return i
}

// plainByte tells the bytes that stand in a JSON string as they are.
var plainByte = func() (plain [256]bool) {
	for c := ' '; c < 0x7f; c++ {
		plain[c] = c != '"' && c != '\\'
	}
	return plain
}()

const eachByte = 0x0101010101010101

// special has its lowest bit in the first of eight bytes that is a control
// character, a quote, a backslash, or part of a character beyond ASCII.
func special(x uint64) uint64 {
	quote, slash, del := x^eachByte*'"', x^eachByte*'\\', x^eachByte*0x7f
	return (x | (x-eachByte*' ')&^x | (quote-eachByte)&^quote | (slash-eachByte)&^slash | (del-eachByte)&^del) & (eachByte * 0x80)
}

// appendString appends s as a JSON string. What could act on a terminal that shows
// it, or hide there, is escaped: a JSON reader gets the same string.
func appendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		if i += asIs(s[i:]); i == len(s) {
			break
		}
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 {
				dst = append(dst, s[start:i]...)
				dst = append(dst, "\ufffd"...)
				i++
				start = i
				continue
			}
			if console.Invisible(r) {
				dst = appendEscaped(append(dst, s[start:i]...), r)
				start = i + size
			}
			i += size
			continue
		}
		dst = append(dst, s[start:i]...)
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\t':
			dst = append(dst, '\\', 't')
		default:
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
		i++
		start = i
	}
	dst = append(dst, s[start:]...)
	return append(dst, '"')
}
