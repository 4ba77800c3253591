package ingest

import "bytes"

// stripColours takes terminal sequences off a line: CSI ("ESC[31m") and OSC
// anywhere, and the spellings that shippers make of a colour (\u001b[31m, \x1b[31m,
// \e[31m, ^[[31m, #033[31m) at the line's start and end and before a level. It writes to *scratch
// where it cannot give a part of the line itself.
func stripColours(line []byte, scratch *[]byte) []byte {
	if bytes.IndexByte(line, 0x1b) >= 0 {
		line = stripEscapes(line, scratch)
	}
	for len(line) > 3 {
		switch line[0] {
		case '\\', '^', '#':
		default:
			goto end
		}
		n := spelledColour(line)
		if n == 0 {
			break
		}
		line = line[n:]
	}
end:
	line = levelColour(line, scratch)
	for len(line) > 3 && line[len(line)-1] == 'm' {
		if c := line[len(line)-2]; !isDigit(c) && c != ';' && c != '[' {
			break
		}
		i := bytes.LastIndexAny(line[max(0, len(line)-24):], "\\^#")
		if i < 0 {
			break
		}
		i += max(0, len(line)-24)
		if spelledColour(line[i:]) != len(line)-i {
			break
		}
		line = line[:i]
	}
	return line
}

// levelColour takes a colour spelled as text away from between the time and the
// level, where lager puts it:
//
//	06:27:14.584 ^[[1;31m[error] Error in process …
func levelColour(line []byte, scratch *[]byte) []byte {
	if len(line) < 24 || !isDigit(line[0]) {
		return line
	}
	m := bytes.Index(line[:min(len(line), 64)], []byte("m["))
	if m < 0 {
		return line
	}
	i := bytes.LastIndexAny(line[:m], "\\^#")
	if i < 0 || spelledColour(line[i:]) != m+1-i {
		return line
	}
	if level, _ := bracketLevelAt(line, m+1); level == "" {
		return line
	}
	out := append((*scratch)[:0], line[:i]...)
	out = append(out, line[m+1:]...)
	*scratch = out
	return out
}

// spelledColour gives the length of a colour spelled as text at the start of s.
func spelledColour(s []byte) int {
	for _, esc := range [...]string{`\u001b`, `\u001B`, `\x1b`, `\x1B`, `\e`, `\033`, `#033`, "^["} {
		if bytes.HasPrefix(s, []byte(esc)) && len(s) > len(esc) && s[len(esc)] == '[' {
			for i := len(esc) + 1; i < len(s); i++ {
				if c := s[i]; c == 'm' {
					return i + 1
				} else if !isDigit(c) && c != ';' {
					return 0
				}
			}
		}
	}
	return 0
}

// stripEscapes takes out what begins with an ESC.
func stripEscapes(line []byte, scratch *[]byte) []byte {
	out := (*scratch)[:0]
	for {
		i := bytes.IndexByte(line, 0x1b)
		if i < 0 {
			break
		}
		out = append(out, line[:i]...)
		line = line[i+escapeLen(line[i:]):]
	}
	out = append(out, line...)
	*scratch = out
	return out
}

// escapeLen gives the length of the sequence that begins with the ESC at s[0].
func escapeLen(s []byte) int {
	if len(s) < 2 {
		return 1
	}
	switch s[1] {
	case '[':
		for i := 2; i < len(s); i++ {
			if s[i] >= 0x40 && s[i] <= 0x7e {
				return i + 1
			}
			if s[i] < 0x20 {
				return i
			}
		}
		return len(s)
	case ']':
		for i := 2; i < len(s); i++ {
			if s[i] == 7 {
				return i + 1
			}
			if s[i] == 0x1b {
				if i+1 < len(s) && s[i+1] == '\\' {
					return i + 2
				}
				return i
			}
		}
		return len(s)
	}
	return 2
}
