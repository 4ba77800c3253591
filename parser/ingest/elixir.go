package ingest

import "bytes"

// maxPrefix is how far into a line its level may stand.
const maxPrefix = 4 << 10

// readElixir reads the prefix of Elixir's Logger, "$time $metadata[$level] $message"
// in the order and with the literal text that people give it, and of lager and
// its likes, which look the same:
//
//	02:20:13.354 [error] GenServer …
//	04:24:27.933 request_id=GOn0yGBsr-gGFk4AABBh [error] ** (KeyError) …
//	2026-11-21 04:24:27.933 app@host pid=<0.1.0> mfa=M.f/1 [warn]  …
//	[error] GenServer …
//
// Values of metadata are not quoted and hold blanks, so the level is the first
// "[level]" to whose left stands nothing but times, node names, pids and pairs.
func readElixir(line []byte, p *prefix) bool { return readElixirFrom(line, 0, p) }

// readElixirFrom is readElixir for a line of which p has what stands before i.
func readElixirFrom(line []byte, i int, p *prefix) bool {
	if len(line) > maxPrefix {
		line = line[:maxPrefix]
	}
	for i < len(line) {
		switch c := line[i]; {
		case c == '[':
			if level, e := bracketLevelAt(line, i); level != "" {
				p.level = level
				finishElixir(line, i, e, p)
				return true
			}
			e := bracketedStamp(line, i, p)
			if e < 0 {
				return false
			}
			i = e
		case c == ' ' || c == '|' || c == '-':
			i++
		case isDigit(c):
			e := readClock(line, i, p)
			if e < 0 {
				return false
			}
			i = e
		case c == '<':
			e := pidAt(line, i)
			if e < 0 {
				return false
			}
			p.pid = line[i:e]
			i = e
		case isLetter(c) || c == '_':
			e := wordEnd(line, i)
			if e < len(line) && line[e] == '=' {
				return readMetadata(line, i, p)
			}
			if len(p.stamp.clock) > 0 && readBareLevel(line, i, p) {
				return true
			}
			if e >= len(line) || line[e] != '@' || !readNode(line, i, e, p) {
				return false
			}
			i += len(p.node)
		default:
			return false
		}
	}
	return false
}

// readMetadata finds the level behind the pairs that begin at i.
func readMetadata(line []byte, i int, p *prefix) bool {
	for j := i; j < len(line); {
		k := bytes.IndexByte(line[j:], '[')
		if k < 0 {
			return false
		}
		j += k
		if level, e := bracketLevelAt(line, j); level != "" && line[j-1] == ' ' {
			p.level, p.meta = level, line[i:j]
			finishElixir(line, j, e, p)
			return true
		}
		j++
	}
	return false
}

// finishElixir reads what stands behind the level, whose bracket opened at "at"
// and closed before e.
func finishElixir(line []byte, at, e int, p *prefix) {
	p.writer, p.end = WriterElixir, e
	if e < len(line) {
		p.end++
		// Up to 1.13 the four-letter levels were padded to five.
		if len(p.level) == 4 && p.end+1 < len(line) && line[p.end] == ' ' && line[p.end+1] != ' ' {
			p.end++
		}
	}
	switch {
	case len(p.stamp.date) > 0 && len(p.meta) == 0:
		readOrigin(line, p.end, p)
	case at == 0:
		readCouch(line, p.end, p)
	}
	if len(p.meta) == 0 {
		readLateParts(line, p)
	}
}

// readBareLevel reads a level without brackets behind a time: "12:00:00.000 error: …",
// "12:00:00.000 | ERROR | …".
func readBareLevel(line []byte, i int, p *prefix) bool {
	level, e := levelAt(line, i)
	if level == "" || e >= len(line) {
		return false
	}
	switch {
	case line[e] == ':' && e+1 < len(line) && line[e+1] == ' ':
		e += 2
	case bytes.HasPrefix(line[e:], []byte(" | ")) || bytes.HasPrefix(line[e:], []byte(" - ")):
		e += 3
	case line[e] == ' ':
		e++
	default:
		return false
	}
	p.level, p.writer, p.end = level, WriterElixir, e
	readLateParts(line, p)
	return true
}

// readClock reads a time, a date and a time, or a date alone at i.
func readClock(line []byte, i int, p *prefix) int {
	s, e := stampAt(line, i)
	if e < 0 {
		if e = dateAt(line, i); e < 0 {
			return -1
		}
		s.date = line[i:e]
	}
	return takeClock(line, e, s, p)
}

// takeClock keeps in p a time that ends before line[e], and gives the end of it; -1 if
// what follows belongs to it.
func takeClock(line []byte, e int, s stamp, p *prefix) int {
	if e < len(line) && line[e] != ' ' && line[e] != '|' && line[e] != '[' && line[e] != ']' && line[e] != ':' {
		return -1
	}
	if e < len(line) && line[e] == ':' {
		e++
	}
	if len(s.clock) > 0 {
		if len(p.stamp.clock) > 0 {
			return -1 // a transport's time before the logger's
		}
		p.stamp.clock, p.stamp.zone = s.clock, s.zone
	}
	if len(s.date) > 0 {
		p.stamp.date = s.date
	}
	return e
}

// bracketedStamp reads "[2026-11-21 02:27:42.978]" at i and gives the end of it, or -1.
func bracketedStamp(line []byte, i int, p *prefix) int {
	if i+1 >= len(line) || !isDigit(line[i+1]) {
		return -1
	}
	e := readClock(line, i+1, p)
	if e < 0 || e >= len(line) || line[e] != ']' {
		return -1
	}
	return e + 1
}

// readNode reads a node's name at i, whose "@" stands at "at".
func readNode(line []byte, i, at int, p *prefix) bool {
	e := at + 1
	for e < len(line) && (isWord(line[e]) || line[e] == '.' || line[e] == '-' || line[e] == ':') {
		e++
	}
	if e == at+1 || e >= len(line) || line[e] != ' ' {
		return false
	}
	p.node = line[i:e]
	return true
}

// wordEnd gives the end of the name at i: letters, digits, "_", "." and "-".
func wordEnd(s []byte, i int) int {
	for i < len(s) && inWord[s[i]] {
		i++
	}
	return i
}

// inWord says which bytes [wordEnd] goes over.
var inWord = [256]bool{
	'_': true, '.': true, '-': true,
	'0': true, '1': true, '2': true, '3': true, '4': true, '5': true, '6': true, '7': true, '8': true, '9': true,
	'A': true, 'B': true, 'C': true, 'D': true, 'E': true, 'F': true, 'G': true, 'H': true, 'I': true, 'J': true, 'K': true, 'L': true, 'M': true,
	'N': true, 'O': true, 'P': true, 'Q': true, 'R': true, 'S': true, 'T': true, 'U': true, 'V': true, 'W': true, 'X': true, 'Y': true, 'Z': true,
	'a': true, 'b': true, 'c': true, 'd': true, 'e': true, 'f': true, 'g': true, 'h': true, 'i': true, 'j': true, 'k': true, 'l': true, 'm': true,
	'n': true, 'o': true, 'p': true, 'q': true, 'r': true, 's': true, 't': true, 'u': true, 'v': true, 'w': true, 'x': true, 'y': true, 'z': true,
}

// metadata splits "a=b c=d e f=g " into its pairs. A value runs up to the next
// blank that a key and a "=" follow.
func metadata(s []byte) []Field {
	var fields []Field
	for i := 0; i < len(s); {
		e := wordEnd(s, i)
		if e >= len(s) || s[e] != '=' {
			return fields
		}
		value := e + 1
		end := value
		for end < len(s) {
			if s[end] == ' ' {
				if k := wordEnd(s, end+1); k > end+1 && k < len(s) && s[k] == '=' {
					break
				}
			}
			end++
		}
		fields = append(fields, Field{string(s[i:e]), string(bytes.TrimRight(s[value:end], " "))})
		i = end + 1
	}
	return fields
}
