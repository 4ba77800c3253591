package console

import (
	"strings"
	"unicode/utf8"
)

// Safe gives text from a log in a form that no terminal acts on: control
// characters (ESC and the C1 range too), bidirectional controls, zero-width
// and other invisible characters are written as escapes, tabs become spaces,
// and bytes that are not UTF-8 become U+FFFD. Newlines stay; a carriage return
// before one goes.
func Safe(s string) string { return clean(s, true) }

// Line is [Safe] for one line: newlines are written as escapes too.
func Line(s string) string { return clean(s, false) }

const tabStop = 8

func clean(s string, newlines bool) string {
	if i := firstUnsafe(s); i == len(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	column := 0
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '\n' && newlines:
			b.WriteByte('\n')
			column = 0
		case r == '\r' && newlines && strings.HasPrefix(s[i+1:], "\n"):
		case r == '\t':
			n := tabStop - column%tabStop
			b.WriteString("        "[:n])
			column += n
		case r == utf8.RuneError && size == 1:
			b.WriteRune(utf8.RuneError)
			column++
		case Invisible(r):
			column += writeEscape(&b, r)
		default:
			b.WriteString(s[i : i+size])
			column++
		}
		i += size
	}
	return b.String()
}

// firstUnsafe gives the index of the first byte that is not printable ASCII.
func firstUnsafe(s string) int {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || c > '~' {
			return i
		}
	}
	return len(s)
}

// Invisible says whether r must not reach a terminal as it is: it moves the
// cursor, reorders text, or hides in it.
func Invisible(r rune) bool {
	switch {
	case r < ' ', r >= 0x7f && r < 0xa0: // C0, DEL, C1
		return true
	case r < 0xad:
		return false
	case r == 0xad, r == 0x034f, r == 0x061c, r == 0x115f, r == 0x1160, r == 0x17b4, r == 0x17b5:
		return true
	case r >= 0x180b && r <= 0x180f:
		return true
	case r >= 0x200b && r <= 0x200f, r >= 0x2028 && r <= 0x202e, r >= 0x2060 && r <= 0x206f:
		return true
	case r == 0x3164, r == 0xfeff, r == 0xffa0, r >= 0xfff0 && r <= 0xfffb:
		return true
	case r >= 0xfe00 && r <= 0xfe0f: // variation selectors
		return true
	}
	return r >= 0xe0000 && r <= 0xe0fff
}

const hexDigits = "0123456789abcdef"

// writeEscape writes r as Elixir would inside a string and gives its width.
func writeEscape(b *strings.Builder, r rune) int {
	switch r {
	case '\n':
		b.WriteString(`\n`)
		return 2
	case '\r':
		b.WriteString(`\r`)
		return 2
	case 0x1b:
		b.WriteString(`\e`)
		return 2
	}
	if r < 0x100 {
		b.WriteString(`\x`)
		b.WriteByte(hexDigits[r>>4&15])
		b.WriteByte(hexDigits[r&15])
		return 4
	}
	if r > 0xffff {
		b.WriteString(`\u{`)
		for shift := 20; shift >= 0; shift -= 4 {
			b.WriteByte(hexDigits[r>>shift&15])
		}
		b.WriteByte('}')
		return 10
	}
	b.WriteString(`\u`)
	for shift := 12; shift >= 0; shift -= 4 {
		b.WriteByte(hexDigits[r>>shift&15])
	}
	return 6
}
