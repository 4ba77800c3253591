package ingest

import (
	"bytes"
	"io"
	"sort"
	"strconv"
)

// unfolder reads JSON whose entries are not one a line, and gives them so:
//
//	{                            pretty-printed objects, an array of objects
//	  "message": "…"
//	}
//	{"events": [{…}, {…}]}       what "aws logs get-log-events" and its like export
//	{"MESSAGE":[27,91,51,…]}     journald's bytes, which it prints for every coloured line
//
// Newlines between tokens become blanks. Text between the objects is passed on.
// The places of the lines in the input are kept for as long as they can be asked for.
type unfolder struct {
	r    io.Reader
	in   []byte
	err  error
	out  []byte // made and not read
	made int64  // bytes made, read or not
	off  int64  // of the next byte of the input
	line int    // its number

	entry  []byte // the object at hand
	from   place  // where it begins
	depth  int    // brackets that are open
	base   int    // of them, those that entries stand in
	kept   bool   // the text at hand is an entry
	text   bool   // or plain text between entries
	quoted bool
	escape bool
	key    []byte // the last string
	inKey  bool
	value  bool // behind a colon: strings are no keys

	places []place
}

// place says where a line that was made stood in the input.
type place struct {
	made int64 // offset of the line as it was made
	off  int64
	end  int64
	line int
	last int
}

// unfolds says whether an input that begins with head is JSON to be unfolded.
func unfolds(head []byte) bool {
	s := bytes.TrimLeft(head, " \t\r\n")
	if len(s) > 1 && s[0] == '[' {
		in := bytes.TrimLeft(s[1:], " \t\r\n")
		return looksJSON(bytes.Join(bytes.Fields(in[:min(len(in), 200)]), []byte(" ")))
	}
	if len(s) < 2 || s[0] != '{' {
		return false
	}
	if i := skipBlanks(s, 1); i < len(s) && (s[i] == '\n' || s[i] == '\r') {
		in := bytes.TrimLeft(s[i:], " \t\r\n")
		return looksJSON(append([]byte{'{'}, in[:min(len(in), 200)]...))
	}
	if !looksJSON(s) {
		return false
	}
	first, _, _ := bytes.Cut(s, newline)
	if bytes.Contains(first, []byte(`"__REALTIME_TIMESTAMP"`)) || bytes.Contains(first, []byte(`"__CURSOR"`)) {
		return true
	}
	for _, name := range exports {
		if i := bytes.Index(first, []byte(`"`+name+`"`)); i >= 0 {
			i = skipBlanks(first, i+len(name)+2)
			if i < len(first) && first[i] == ':' {
				i = skipBlanks(first, i+1)
				return i < len(first) && first[i] == '['
			}
		}
	}
	return false
}

// exports are the names under which exports keep their list of entries.
var exports = [...]string{"events", "logEvents", "entries", "records", "logs"}

func newUnfolder(r io.Reader) *unfolder {
	return &unfolder{r: r, in: make([]byte, 0, 64<<10), line: 1}
}

func (u *unfolder) Read(p []byte) (int, error) {
	for len(u.out) == 0 {
		if u.err != nil {
			return 0, u.err
		}
		n, err := u.r.Read(u.in[:cap(u.in)])
		for _, c := range u.in[:n] {
			u.next(c)
		}
		if u.err = err; err != nil && len(u.entry) > 0 {
			u.emit(u.off)
		}
	}
	n := copy(p, u.out)
	u.out = u.out[:copy(u.out, u.out[n:])]
	return n, nil
}

// next takes one byte of the input.
func (u *unfolder) next(c byte) {
	defer func() {
		u.off++
		if c == '\n' {
			u.line++
		}
	}()
	switch {
	case u.text:
		u.plain(c)
	case u.quoted:
		u.inString(c)
	case u.depth == u.base:
		u.between(c)
	default:
		u.inside(c)
	}
}

// plain takes a byte of a line that is no JSON.
func (u *unfolder) plain(c byte) {
	if c == '\n' {
		u.emit(u.off)
		return
	}
	u.add(c)
}

// between takes a byte that stands outside of all entries.
func (u *unfolder) between(c byte) {
	switch c {
	case ' ', '\t', '\r', '\n', ',':
	case '{':
		u.begin(c)
		u.kept = true
		u.depth++
	case '[':
		if u.base > 0 { // a list in the list holds no entries
			u.begin(c)
			u.depth++
			return
		}
		u.depth++
		u.base++
	case ']', '}':
		if u.base > 0 {
			u.depth--
			if u.base--; u.base == 1 { // the rest of the object that held the list
				u.base = 0
				u.begin('{')
				u.kept = false
			}
			return
		}
		fallthrough
	default:
		u.begin(c)
		u.text = true
	}
}

func (u *unfolder) begin(c byte) {
	u.from = place{off: u.off, line: u.line}
	u.entry = append(u.entry[:0], c)
	u.value, u.key = false, u.key[:0]
}

// inside takes a byte of an entry, outside of its strings.
func (u *unfolder) inside(c byte) {
	switch c {
	case '\n', '\r':
		c = ' '
	case '"':
		u.quoted = true
		if u.inKey = !u.value; u.inKey {
			u.key = u.key[:0]
		}
	case ':':
		u.value = true
	case ',':
		u.value = false
	case '{':
		u.depth++
		u.value = false
	case '[':
		u.depth++
		if u.depth == 2 && u.base == 0 && u.value && isExport(u.key) {
			u.entry, u.base, u.value = u.entry[:0], 2, false
			return
		}
	case '}', ']':
		u.depth--
	}
	u.add(c)
	if u.depth <= u.base {
		u.depth = u.base
		u.emit(u.off + 1)
	}
}

// inString takes a byte of a string. A newline cannot stand in one: the entry was cut off.
func (u *unfolder) inString(c byte) {
	switch {
	case c == '\n':
		u.emit(u.off)
		u.quoted, u.escape, u.depth, u.base = false, false, 0, 0
		return
	case u.escape:
		u.escape = false
	case c == '\\':
		u.escape = true
	case c == '"':
		u.quoted = false
	case u.inKey && len(u.key) < 64:
		u.key = append(u.key, c)
	}
	u.add(c)
}

func isExport(key []byte) bool {
	for _, name := range exports {
		if string(key) == name {
			return true
		}
	}
	return false
}

// add keeps a byte of the entry. What is over any limit is dropped here already.
func (u *unfolder) add(c byte) {
	if len(u.entry) <= 8*maxLine {
		u.entry = append(u.entry, c)
	}
}

// emit gives the text at hand, which ends at an offset of the input, as a line.
func (u *unfolder) emit(end int64) {
	if u.text || u.kept {
		u.from.made, u.from.last, u.from.end = u.made, u.line, end
		if n := len(u.places); n > 4096 {
			u.forget()
		}
		u.places = append(u.places, u.from)
		before := len(u.out)
		u.out = appendEntry(u.out, u.entry)
		u.out = append(u.out, '\n')
		u.made += int64(len(u.out) - before)
	}
	u.entry, u.text, u.kept = u.entry[:0], false, false
}

// forget drops the places of lines that no window can hold any more.
func (u *unfolder) forget() {
	old := u.made - 2*windowSize
	n := sort.Search(len(u.places), func(i int) bool { return u.places[i].made >= old })
	u.places = u.places[:copy(u.places, u.places[n:])]
}

// at gives the place in the input of the line that was made at an offset.
func (u *unfolder) at(made int64) place {
	i := sort.Search(len(u.places), func(i int) bool { return u.places[i].made > made })
	if i == 0 {
		return place{line: 1, last: 1}
	}
	return u.places[i-1]
}

// appendEntry appends an entry; bytes that journald prints as a list of numbers
// become a string.
func appendEntry(out, entry []byte) []byte {
	const name = `"MESSAGE"`
	i := bytes.Index(entry, []byte(name))
	if i < 0 {
		return append(out, entry...)
	}
	from := skipBlanks(entry, i+len(name))
	if from >= len(entry) || entry[from] != ':' {
		return append(out, entry...)
	}
	from = skipBlanks(entry, from+1)
	if from >= len(entry) || entry[from] != '[' {
		return append(out, entry...)
	}
	end := bytes.IndexByte(entry[from:], ']')
	if end < 0 {
		return append(out, entry...)
	}
	out = append(append(out, entry[:from]...), '"')
	for _, c := range []byte(bytesOf(string(entry[from : from+end]))) {
		switch {
		case c == '"' || c == '\\':
			out = append(out, '\\', c)
		case c == '\n':
			out = append(out, '\\', 'n')
		case c < ' ':
			out = append(out, `\u00`...)
			if c < 16 {
				out = append(out, '0')
			}
			out = strconv.AppendUint(out, uint64(c), 16)
		default:
			out = append(out, c)
		}
	}
	return append(append(out, '"'), entry[from+end+1:]...)
}
