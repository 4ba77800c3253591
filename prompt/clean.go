package prompt

import (
	"strings"
	"unicode"
)

// Stripper takes out of a text what acts on a terminal or hides from a reader:
// ANSI escape sequences, C0 and C1 controls but for newline and tab,
// bidirectional overrides, and zero-width characters. It remembers an escape
// sequence that is cut between two calls, so it can be used on a stream. The
// zero value is ready.
type Stripper struct {
	Removed int // characters taken out so far

	state escState
	run   int // characters of the escape sequence being skipped
}

// escState is where in an escape sequence a [Stripper] stands.
type escState uint8

const (
	escNone   escState = iota
	escStart           // after ESC
	escCSI             // after ESC [: up to a final byte 0x40–0x7E
	escString          // after ESC ] and the like: up to BEL or ESC \
	escInter           // after ESC and an intermediate byte: one more
)

// maxEscape is how much of an escape sequence that does not end is skipped.
const maxEscape = 256

// Strip returns s without the characters a [Stripper] takes out. A carriage
// return before a newline is dropped, any other becomes a newline; invalid
// UTF-8 becomes U+FFFD.
func (c *Stripper) Strip(s string) string {
	if c.state == escNone && isPlain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	rs := []rune(s)
	for i, r := range rs {
		if c.state != escNone && c.inEscape(r) {
			c.Removed++
			continue
		}
		switch {
		case r == 0x1b:
			c.state, c.run = escStart, 0
			c.Removed++
		case r == 0x9b:
			c.state, c.run = escCSI, 0
			c.Removed++
		case r == '\r':
			if i+1 < len(rs) && rs[i+1] != '\n' {
				b.WriteByte('\n')
			}
		case r == '\n' || r == '\t':
			b.WriteRune(r)
		case isHidden(r):
			c.Removed++
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// inEscape consumes r as part of an escape sequence. It is false where r is no
// part of it and is to be read as text.
func (c *Stripper) inEscape(r rune) bool {
	c.run++
	if c.run > maxEscape || r == '\n' && c.state != escString {
		c.state = escNone
		return false
	}
	switch c.state {
	case escStart:
		switch {
		case r == '[':
			c.state = escCSI
		case r == ']' || r == 'P' || r == 'X' || r == '^' || r == '_':
			c.state = escString
		case r >= 0x20 && r <= 0x2f:
			c.state = escInter
		case r == 0x1b:
		default:
			c.state = escNone
		}
	case escCSI:
		if r < 0x20 || r > 0x7e {
			c.state = escNone
			return false
		}
		if r >= 0x40 {
			c.state = escNone
		}
	case escString:
		switch r {
		case 0x07:
			c.state = escNone
		case 0x1b:
			c.state = escInter
		case '\n':
			c.state = escNone
			return false
		}
	case escInter:
		c.state = escNone
	}
	return true
}

// isPlain says that nothing in s needs stripping.
func isPlain(s string) bool {
	for i := 0; i < len(s); i++ {
		b := s[i]
		if b < 0x20 && b != '\n' && b != '\t' || b >= 0x7f {
			return false
		}
	}
	return true
}

// isHidden says that r is a control, bidirectional or zero-width character.
func isHidden(r rune) bool {
	switch {
	case r < 0x20, r >= 0x7f && r <= 0x9f:
		return true
	case r < 0xad:
		return false
	case r == 0xad, r == 0x061c, r == 0x180e, r == 0xfeff:
		return true
	case r >= 0x200b && r <= 0x200f, r >= 0x2028 && r <= 0x202e, r >= 0x2060 && r <= 0x206f:
		return true
	case r >= 0xfff9 && r <= 0xfffb, r >= 0xe0000 && r <= 0xe0fff:
		return true
	}
	return unicode.Is(unicode.Cf, r)
}

// Clean returns s without characters that hide or act on a terminal, and how
// many were taken out; see [Stripper].
func Clean(s string) (string, int) {
	var c Stripper
	out := c.Strip(s)
	return out, c.Removed
}
