package ingest

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// loggerFormat is a pattern of Elixir's console formatter, such as
// "$date|$time|$metadata[$level] $message", cut into its parts. Without parts it
// fits nothing.
type loggerFormat struct {
	parts  []formatPart
	noJSON bool // JSON is text like any other

	// loggers are those whose prefixes count, if the user named any.
	loggers []loggerKind
}

// takes reports whether a prefix is one of a logger that the user named.
func (f *loggerFormat) takes(p *prefix) bool {
	for _, k := range f.loggers {
		if p.is(k) {
			return true
		}
	}
	return len(f.loggers) == 0
}

// formatPart is a field ("time", "level"…) or, if field is empty, literal text.
type formatPart struct{ field, text string }

// formatFields are the fields that Elixir's console formatter knows.
var formatFields = [...]string{"date", "time", "node", "level", "levelpad", "metadata", "message"}

// CheckLoggerFormat says what is wrong with a pattern for [Options.LoggerFormat],
// if anything.
func CheckLoggerFormat(pattern string) error {
	f := cutLoggerFormat(pattern)
	for _, part := range f.parts {
		if part.field != "" && !slices.Contains(formatFields[:], part.field) {
			return fmt.Errorf("no field $%s; there are $%s", part.field, strings.Join(formatFields[:], ", $"))
		}
	}
	if !f.hasLevel() {
		return fmt.Errorf("no $level before $message: it would fit any line")
	}
	return nil
}

// parseLoggerFormat gives nil for a pattern without a level: it would fit any line.
func parseLoggerFormat(pattern string) *loggerFormat {
	f := cutLoggerFormat(pattern)
	if !f.hasLevel() {
		return nil
	}
	return f
}

func (f *loggerFormat) hasLevel() bool {
	return slices.ContainsFunc(f.parts, func(p formatPart) bool { return p.field == "level" })
}

// cutLoggerFormat cuts a pattern into its parts, up to the message.
func cutLoggerFormat(pattern string) *loggerFormat {
	var f loggerFormat
	pattern = strings.TrimSpace(strings.NewReplacer(`\n`, "\n", `\t`, "\t").Replace(pattern))
	for pattern != "" {
		i := strings.IndexByte(pattern, '$')
		if i != 0 {
			if i < 0 {
				i = len(pattern)
			}
			f.parts = append(f.parts, formatPart{text: pattern[:i]})
			pattern = pattern[i:]
			continue
		}
		e := 1
		for e < len(pattern) && isLetter(pattern[e]) {
			e++
		}
		field := pattern[1:e]
		pattern = pattern[e:]
		if field == "" { // a dollar that stands for itself
			f.parts = append(f.parts, formatPart{text: "$"})
			continue
		}
		f.parts = append(f.parts, formatPart{field: field})
		if field == "message" {
			break
		}
	}
	return &f
}

// read reads a line's prefix after the pattern.
func (f *loggerFormat) read(line []byte, p *prefix) bool {
	if len(f.parts) == 0 {
		return false
	}
	i := 0
	for n, part := range f.parts {
		e := -1
		switch part.field {
		case "":
			if bytes.HasPrefix(line[i:], []byte(part.text)) {
				e = i + len(part.text)
			}
		case "time":
			if e = clockAt(line, i); e >= 0 {
				z := zoneAt(line, e)
				p.stamp.clock, p.stamp.zone, e = line[i:e], line[e:z], z
			}
		case "date":
			if e = dateAt(line, i); e >= 0 {
				p.stamp.date = line[i:e]
			}
		case "level":
			if p.level, e = levelAt(line, i); p.level == "" {
				e = -1
			}
		case "levelpad":
			e = skipBlanks(line, i)
		case "node":
			e = f.nodeEnd(line, i, n)
			p.node = line[i:max(e, i)]
		case "metadata":
			if e = f.metadataEnd(line, i, n); e >= 0 {
				p.meta = line[i:e]
			}
		case "message":
			p.writer, p.end = WriterElixir, i
			return true
		}
		if e < i {
			return false
		}
		i = e
	}
	p.writer, p.end = WriterElixir, i
	return true
}

// nodeEnd finds where the node that begins at i ends: at a blank or where the
// literal after part n begins; -1 if such a literal does not come.
func (f *loggerFormat) nodeEnd(line []byte, i, n int) int {
	var next string
	if n+1 < len(f.parts) {
		next = f.parts[n+1].text
	}
	for e := i; e < len(line); e++ {
		if line[e] == ' ' || next != "" && bytes.HasPrefix(line[e:], []byte(next)) {
			return e
		}
	}
	if next != "" {
		return -1
	}
	return len(line)
}

// metadataEnd finds where the metadata that begins at i ends: where what comes
// after part n fits.
func (f *loggerFormat) metadataEnd(line []byte, i, n int) int {
	rest := loggerFormat{parts: f.parts[n+1:]}
	if len(rest.parts) == 0 || rest.parts[0].field == "message" {
		for i < len(line) {
			e := wordEnd(line, i)
			if e == i || e >= len(line) || line[e] != '=' {
				return i
			}
			blank := bytes.IndexByte(line[e:], ' ')
			if blank < 0 {
				return i
			}
			i = e + blank + 1
		}
		return i
	}
	for e := i; e < min(len(line), maxPrefix); e++ {
		if e > i && line[e-1] != ' ' {
			continue
		}
		var p prefix
		if rest.read(line[e:], &p) {
			return e
		}
	}
	return -1
}
