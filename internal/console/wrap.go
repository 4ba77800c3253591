package console

import (
	"io"
	"os"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/term"
)

// The widths of text for people.
const (
	DefaultWidth = 80
	MaxWidth     = 100 // longer lines are hard to read, however wide the window
	minWidth     = 40
)

// Width gives the columns to write for: those that COLUMNS names, else the
// terminal's, else [DefaultWidth]; never more than [MaxWidth].
func Width(w io.Writer) int {
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && n > 0 {
		return clamp(n)
	}
	if f, ok := w.(interface{ Fd() uintptr }); ok {
		if n, _, err := term.GetSize(int(f.Fd())); err == nil && n > 0 {
			return clamp(n)
		}
	}
	return DefaultWidth
}

func clamp(n int) int { return max(minWidth, min(n, MaxWidth)) }

// TextWidth gives the columns that s takes, our own colour codes apart. Wide
// East Asian characters and emoji count as two, combining marks as none.
func TextWidth(s string) int {
	n := 0
	for i := 0; i < len(s); {
		if end := codeEnd(s, i); end > i {
			i = end
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		n += runeWidth(r)
		i += size
	}
	return n
}

// codeEnd gives the end of the colour code at s[i], or i.
func codeEnd(s string, i int) int {
	if s[i] != 0x1b || i+1 >= len(s) || s[i+1] != '[' {
		return i
	}
	for j := i + 2; j < len(s); j++ {
		if s[j] == 'm' {
			return j + 1
		}
	}
	return i
}

func runeWidth(r rune) int {
	switch {
	case r < 0x300:
		return 1
	case r <= 0x36f, r >= 0x20d0 && r <= 0x20ff, r >= 0xfe20 && r <= 0xfe2f:
		return 0
	case r >= 0x1100 && r <= 0x115f, r >= 0x2e80 && r <= 0x303e, r >= 0x3041 && r <= 0xa4cf,
		r >= 0xac00 && r <= 0xd7a3, r >= 0xf900 && r <= 0xfaff, r >= 0xfe30 && r <= 0xfe6f,
		r >= 0xff00 && r <= 0xff60, r >= 0xffe0 && r <= 0xffe6,
		r >= 0x1f300 && r <= 0x1f64f, r >= 0x1f680 && r <= 0x1f6ff, r >= 0x1f900 && r <= 0x1f9ff, r >= 0x20000 && r <= 0x3fffd:
		return 2
	}
	return 1
}

// Wrap breaks s into lines of at most width columns. The first line begins
// with first, the others with rest. Newlines in s stay. A bracketed or quoted
// term is kept on one line where it fits on a line of its own; else it is
// broken at its spaces. A word that is longer than a line stays whole. Colours
// end before a break and begin again after the indentation.
func Wrap(s string, width int, first, rest string) string {
	w := wrapper{width: width, rest: rest, restWidth: TextWidth(rest)}
	w.out.WriteString(first)
	w.column = TextWidth(first)
	w.fresh = true
	for i, line := range strings.Split(s, "\n") {
		if i > 0 {
			w.newline()
		}
		for _, word := range words(line) {
			w.word(word, true)
		}
	}
	return w.out.String()
}

type wrapper struct {
	out       strings.Builder
	rest      string
	restWidth int
	width     int
	column    int
	fresh     bool   // nothing but the indentation on this line
	color     string // the colour code that is on
}

func (w *wrapper) newline() {
	if w.color != "" {
		w.out.WriteString(reset)
	}
	w.out.WriteByte('\n')
	w.out.WriteString(w.rest)
	w.out.WriteString(w.color)
	w.column, w.fresh = w.restWidth, true
}

func (w *wrapper) word(s string, splittable bool) {
	n := TextWidth(s)
	space := 1
	if w.fresh {
		space = 0
	}
	if w.column+space+n > w.width {
		if splittable && w.restWidth+n > w.width && strings.ContainsRune(s, ' ') {
			for part := range strings.FieldsSeq(s) {
				w.word(part, false)
			}
			return
		}
		if !w.fresh {
			w.newline()
			space = 0
		}
	}
	if space == 1 {
		w.out.WriteByte(' ')
	}
	w.out.WriteString(s)
	w.column += space + n
	w.fresh = false
	w.track(s)
}

// track notes the colour that is on after s.
func (w *wrapper) track(s string) {
	for i := 0; i < len(s); {
		end := codeEnd(s, i)
		if end == i {
			i++
			continue
		}
		if w.color = s[i:end]; w.color == reset {
			w.color = ""
		}
		i = end
	}
}

// words cuts a line at its spaces, those inside brackets and double quotes
// apart. A bracket that nothing closes keeps nothing together.
func words(s string) []string {
	var out []string
	for i := 0; i < len(s); {
		if s[i] == ' ' {
			i++
			continue
		}
		end := wordEnd(s, i)
		out = append(out, s[i:end])
		i = end
	}
	return out
}

func wordEnd(s string, i int) int {
	depth, quoted, plain := 0, false, -1
	for j := i; j < len(s); j++ {
		switch c := s[j]; {
		case quoted && c == '\\':
			j++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[' && (j == 0 || s[j-1] != 0x1b) || c == '(':
			depth++
		case c == '}' || c == ']' || c == ')':
			depth--
		}
		if j < len(s) && s[j] == ' ' {
			if depth <= 0 && !quoted {
				return j
			}
			if plain < 0 {
				plain = j
			}
		}
	}
	if (depth > 0 || quoted) && plain >= 0 {
		return plain
	}
	return len(s)
}

// Clip shortens s to at most width columns, with "…" where something is left out.
func Clip(s string, width int) string {
	if TextWidth(s) <= width {
		return s
	}
	n := 0
	for i, r := range s {
		if n += runeWidth(r); n > width-1 {
			return s[:i] + "…"
		}
	}
	return s
}

// Pad fills s with spaces to width columns.
func Pad(s string, width int) string {
	if n := TextWidth(s); n < width {
		return s + strings.Repeat(" ", width-n)
	}
	return s
}
