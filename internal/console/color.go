// Package console knows what a terminal is: colour by role, width, word wrap,
// progress, and how to show text from a log without letting it act.
package console

import (
	"io"
	"os"
	"strings"
	"sync"

	"github.com/fatih/color"
	"github.com/mattn/go-isatty"
)

// Role names what a piece of text is; the table in this file says how it looks.
type Role uint8

// The roles.
const (
	Plain   Role = iota
	Heading      // a section's title
	Reason       // an exit reason
	Frame        // a function, a file and line
	Process      // a process, its name or pid
	Pattern      // a rule's id
	Code         // something to type or to write
	Dim          // of little weight: line numbers, rules
	Good
	Warn
	Bad
	roles
)

// looks is the one table of colours.
var looks = [roles][]color.Attribute{
	Heading: {color.Bold},
	Reason:  {color.FgRed},
	Frame:   {color.FgCyan},
	Process: {color.FgMagenta},
	Pattern: {color.Bold, color.FgYellow},
	Code:    {color.FgGreen},
	Dim:     {color.Faint},
	Good:    {color.FgGreen},
	Warn:    {color.FgYellow},
	Bad:     {color.Bold, color.FgRed},
}

// Palette holds the codes of each role. The zero value is colour switched off:
// all its codes are empty.
type Palette struct{ on, off [roles]string }

var lit = sync.OnceValue(func() *Palette {
	p := new(Palette)
	for r, look := range looks {
		if len(look) == 0 {
			continue
		}
		c := color.New(look...)
		c.EnableColor() // whatever the environment says: the caller has decided
		var b strings.Builder
		c.SetWriter(&b)
		p.on[r], p.off[r] = b.String(), reset
	}
	return p
})

const reset = "\x1b[0m"

// NewPalette gives the colours, or none.
func NewPalette(on bool) *Palette {
	if on {
		return lit()
	}
	return new(Palette)
}

// Paint gives s the look of its role. s must be safe already: see [Safe].
func (p *Palette) Paint(r Role, s string) string {
	if s == "" {
		return ""
	}
	return p.on[r] + s + p.off[r]
}

// Colored says whether w is to get colours: mode is "always", "never" or
// "auto" (a terminal, with neither NO_COLOR nor TERM=dumb in the environment).
func Colored(mode string, w io.Writer) bool {
	switch mode {
	case "always":
		return true
	case "never":
		return false
	}
	return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && IsTerminal(w)
}

// IsTerminal says whether w is a terminal.
func IsTerminal(w any) bool {
	f, ok := w.(interface{ Fd() uintptr })
	return ok && (isatty.IsTerminal(f.Fd()) || isatty.IsCygwinTerminal(f.Fd()))
}
