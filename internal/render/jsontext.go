package render

import (
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/beamlog/beamlog/internal/console"
)

// writer appends JSON by hand: keys in a fixed order, no HTML escapes, bytes
// that are not UTF-8 replaced, and no reflection for each finding.
type writer struct {
	b     []byte
	comma bool // a value was written at this level
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
	w.sep()
	w.b = append(w.b, '"')
	w.b = append(w.b, k...)
	w.b = append(w.b, '"', ':')
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

// plainByte tells the bytes that stand in a JSON string as they are.
var plainByte = func() (plain [256]bool) {
	for c := ' '; c < 0x7f; c++ {
		plain[c] = c != '"' && c != '\\'
	}
	return plain
}()

// appendString appends s as a JSON string. What could act on a terminal that shows
// it, or hide there, is escaped: a JSON reader gets the same string.
func appendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if plainByte[c] {
			i++
			continue
		}
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
