package ingest

import (
	"bytes"
	"strings"
)

// loggerFormat is a pattern of Elixir's console formatter, such as
// "$date|$time|$metadata[$level] $message", cut into its parts.
type loggerFormat struct{ parts []formatPart }

// formatPart is a field ("time", "level"…) or, if field is empty, literal text.
type formatPart struct{ field, text string }

// parseLoggerFormat gives nil for a pattern without a level: it would fit any line.
func parseLoggerFormat(pattern string) *loggerFormat {
	var f loggerFormat
	levels := 0
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
		if pattern[1:e] == "level" {
			levels++
		}
		f.parts = append(f.parts, formatPart{field: pattern[1:e]})
		pattern = pattern[e:]
	}
	if levels == 0 {
		return nil
	}
	return &f
}

// read reads a line's prefix after the pattern.
func (f *loggerFormat) read(line []byte, p *prefix) bool {
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
			e = min(bytes.IndexFunc(line[i:], func(r rune) bool { return r == ' ' || r == ']' || r == '|' })+i, len(line))
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
