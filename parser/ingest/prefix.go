package ingest

// prefix is what a logger wrote before a message. Its byte slices are parts of the
// line, so that testing a line for a prefix allocates nothing.
type prefix struct {
	writer Writer
	end    int // where the message begins in the line
	stamp  stamp
	level  string
	node   []byte
	title  []byte
	meta   []byte  // Elixir's metadata as printed
	pid    []byte  // what other loggers print of the process
	mfa    []byte  // and of the code
	id     []byte  // and of the request
	fields []Field // metadata of a decoded entry

	// group is not empty where the writer repeats its prefix on every line of an
	// entry: lines with an equal group belong together.
	group []byte
	// text replaces the rest of the line where it had to be decoded.
	text    []byte
	decoded bool
	inner   bool // the message of a decoded entry had a prefix of its own
	whole   bool // the entry ends with this line
	cut     bool
	depth   int // of JSON in JSON
	mark    levelMark
}

// levelMark is what stands before and behind the level where a head has no time:
// such heads count only above a report, but under one also those that look alike.
//
//	(error) ** (RuntimeError) boom
//	(info) GET /
type levelMark struct{ before, behind byte }

// markOf gives the mark of the level that a line begins with, the level and its end.
func markOf(line []byte) (m levelMark, level string, end int) {
	if c := line[0]; c == '[' || c == '(' || c == '<' {
		m.before, end = c, 1
	}
	level, end = levelAt(line, end)
	if level == "" || end >= len(line) || line[end] == ' ' { // prose begins so
		return levelMark{}, "", 0
	}
	m.behind = line[end]
	return m, level, end + 1
}

// head reads a line that begins as a head with the mark did.
func (m levelMark) head(line []byte) (p prefix, ok bool) {
	if m.behind == 0 || len(line) == 0 {
		return p, false
	}
	got, level, end := markOf(line)
	if got != m {
		return p, false
	}
	return prefix{writer: WriterElixir, level: level, end: skipBlanks(line, end), mark: m}, true
}

// metadata gives all the metadata of the prefix, in printed order.
func (p *prefix) metadata() []Field {
	var fields []Field
	for _, f := range [...]struct {
		key   string
		value []byte
	}{{"pid", p.pid}, {"mfa", p.mfa}, {"request_id", p.id}} {
		if len(f.value) > 0 {
			fields = append(fields, Field{f.key, string(f.value)})
		}
	}
	if len(p.meta) > 0 {
		fields = append(fields, metadata(p.meta)...)
	}
	return append(fields, p.fields...)
}

// readPrefix recognises the head of a record: a line, without transport and
// colours, that begins with a logger's prefix. Most lines are no heads, and
// most of these go by their first byte.
func readPrefix(line []byte, p *prefix, format *loggerFormat) bool {
	if len(line) == 0 {
		return false
	}
	if format == nil {
		return findPrefix(line, p, nil)
	}
	*p = prefix{}
	return format.read(line, p) || findPrefix(line, p, format) && format.takes(p)
}

// mayHavePrefix is a cheap test that all lines with a prefix pass, and few others.
func mayHavePrefix(line []byte) bool {
	switch c := line[0]; c {
	case '=', '[', '{', '<', '#', '_', 'i', 'l', '(': // the last three for prompts
		return true
	default:
		return isDigit(c) || isLetter(c) && partBegins(line)
	}
}

// findPrefix tries the prefixes that are known, and then those whose parts are.
func findPrefix(line []byte, p *prefix, format *loggerFormat) bool {
	if !mayHavePrefix(line) {
		return false
	}
	c := line[0]
	*p = prefix{}
	switch {
	case c == '=':
		if readLegacy(line, p) {
			return true
		}
	case isDigit(c):
		if readStamped(line, p) {
			return true
		}
	case c == '[':
		if readElixir(line, p) {
			return true
		}
	case c == '{':
		return (format == nil || !format.noJSON) && readJSON(line, p)
	case c == '(':
		if readPrompt(line, p, format) {
			return true
		}
	case isLetter(c) || c == '_' || c == '<':
		if (c == 'i' || c == 'l') && readPrompt(line, p, format) || readLogfmt(line, p, format) || readElixir(line, p) {
			return true
		}
	}
	return readHeadParts(line, p) || isDigit(c) && readPrompt(line, p, format)
}

// readStamped reads the prefixes that begin with a date or a clock.
func readStamped(line []byte, p *prefix) bool {
	s, i := stampAt(line, 0)
	if i < 0 {
		// lager's crash.log has date and clock with the header behind it, which
		// stampAt reads too; what is left are dates alone.
		if dateAt(line, 0) < 0 {
			return false
		}
		return readElixir(line, p)
	}
	if i < len(line) && line[i] == ' ' {
		if i+1 < len(line) && line[i+1] == '=' {
			if readLegacy(line[i+1:], p) {
				p.stamp, p.end = s, p.end+i+1
				return true
			}
			return false
		}
		if readFormatter(line, i+1, p) {
			p.stamp = s
			return true
		}
	}
	if i = takeClock(line, i, s, p); i < 0 {
		return false
	}
	return readElixirFrom(line, i, p)
}

// levelNames are the spellings of log levels by their first letter, those that
// lager and RabbitMQ shorten to three or four letters included.
var levelNames = [256][]string{
	'a': {"alert", "alt", "aler"},
	'c': {"critical", "crt", "crit"},
	'd': {"debug", "dbg", "dbug"},
	'e': {"error", "emergency", "err", "emg", "erro", "emer"},
	'i': {"info", "inf"},
	'n': {"notice", "ntc", "noti"},
	'w': {"warning", "warn", "wrn"},
}

// levelAt reads a level's name at s[i], in either case, and gives it in lower
// case with the end of it; "" if there is none.
func levelAt(s []byte, i int) (string, int) {
	if i >= len(s) {
		return "", i
	}
	names := levelNames[s[i]|0x20]
	if len(names) == 0 {
		return "", i
	}
	e := i
	for e < len(s) && e-i < 10 && isLetter(s[e]) {
		e++
	}
	if e-i < 3 || e-i > 9 || e < len(s) && isWord(s[e]) {
		return "", i
	}
	for _, name := range names {
		if len(name) == e-i && equalFold(s[i:e], name) {
			return name, e
		}
	}
	return "", i
}

// equalFold compares s with a lower-case ASCII name.
func equalFold(s []byte, name string) bool {
	for i, c := range s {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		if c != name[i] {
			return false
		}
	}
	return true
}

// bracketLevelAt reads "[error]" or "[error]:" at s[i], followed by a blank or by
// the line's end.
func bracketLevelAt(s []byte, i int) (string, int) {
	if i >= len(s) || s[i] != '[' {
		return "", i
	}
	level, e := levelAt(s, i+1)
	if level == "" || e >= len(s) || s[e] != ']' {
		return "", i
	}
	if e++; e < len(s) && s[e] == ':' {
		e++
	}
	if e < len(s) && s[e] != ' ' {
		return "", i
	}
	return level, e
}

// pidAt gives the end of an Erlang pid, "<0.93.0>", at s[i]; -1 if there is none.
func pidAt(s []byte, i int) int {
	if i >= len(s) || s[i] != '<' {
		return -1
	}
	dots := 0
	for e := i + 1; e < len(s) && e < i+40; e++ {
		switch c := s[e]; {
		case c == '.':
			dots++
		case c == '>':
			if dots == 2 && e > i+5 {
				return e + 1
			}
			return -1
		case !isDigit(c):
			return -1
		}
	}
	return -1
}
