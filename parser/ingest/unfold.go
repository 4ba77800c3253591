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
//	{"hits": {"hits": [{…}, {…}]}}, …  and the other exports
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

	set    exportSet // what lists of entries there can be
	list   *export   // that which is being read
	around []byte    // what stood before it
	path   []byte    // the names of the members that are open, joined by dots
	marks  []int     // the length of path before each bracket that is open

	places []place
	turns  bool // lists that are newest first are turned round
	turn   turner
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
	return beginsExport(first, exportsIn(head))
}

func newUnfolder(r io.Reader, set exportSet) *unfolder {
	return &unfolder{r: r, set: set, line: 1}
}

func (u *unfolder) Read(p []byte) (int, error) {
	for len(u.out) == 0 {
		if u.err != nil {
			return 0, u.err
		}
		if u.in == nil {
			u.in = make([]byte, 64<<10)
		}
		n, err := u.r.Read(u.in)
		for _, c := range u.in[:n] {
			u.next(c)
			if u.off++; c == '\n' {
				u.line++
			}
		}
		if err == errQuiet {
			return 0, err
		}
		if u.err = err; err != nil && len(u.entry) > 0 {
			u.emit(u.off)
		}
		if err != nil {
			u.release(true)
		}
	}
	n := copy(p, u.out)
	u.out = u.out[:copy(u.out, u.out[n:])]
	return n, nil
}

// next takes one byte of the input.
func (u *unfolder) next(c byte) {
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
		if u.base > 0 { // else a list in the list holds no entries
			u.begin(c)
			u.kept = u.list != nil && u.list.object != nil
			u.depth++
			return
		}
		u.depth++
		u.base++
		u.turn.on = u.turns
	case ']', '}':
		if u.base > 0 {
			u.release(true)
			u.depth--
			u.base, u.list = 0, nil
			if u.depth > 0 { // the rest of the object that held the list
				u.leave()
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
		u.enter()
	case '[':
		u.depth++
		u.enter()
		if e := u.export(); e != nil {
			u.list, u.around = e, append(u.around[:0], u.entry...)
			u.entry, u.base, u.kept = u.entry[:0], u.depth, false
			u.turn.on = u.turns
			return
		}
	case '}', ']':
		u.depth--
		u.leave()
	}
	u.add(c)
	if u.depth <= u.base {
		u.depth = u.base
		u.emit(u.off + 1)
	}
}

// enter takes note of a bracket that opens outside of any list of entries.
func (u *unfolder) enter() {
	if u.base == 0 && len(u.marks) < jsonDepth {
		u.marks = append(u.marks, len(u.path))
		if u.value && len(u.path)+len(u.key) < 256 {
			if len(u.path) > 0 {
				u.path = append(u.path, '.')
			}
			u.path = append(u.path, u.key...)
		}
	}
	u.value = false
}

// leave takes note of a bracket that closes.
func (u *unfolder) leave() {
	u.value = false
	if n := len(u.marks); u.base == 0 && n > 0 && u.depth <= n {
		u.path, u.marks = u.path[:u.marks[n-1]], u.marks[:n-1]
	}
}

// export gives the export whose list of entries begins here.
func (u *unfolder) export() *export {
	if u.base > 0 || len(u.path) == 0 {
		return nil
	}
	for i := range exports {
		if e := &exports[i]; u.set&(1<<i) != 0 && string(u.path) == e.path {
			if isLogger(u.entry) {
				return nil
			}
			return e
		}
	}
	return nil
}

// inString takes a byte of a string. A newline cannot stand in one: the entry was cut off.
func (u *unfolder) inString(c byte) {
	switch {
	case c == '\n':
		u.emit(u.off)
		u.release(true)
		u.quoted, u.escape, u.depth, u.base = false, false, 0, 0
		u.list, u.path, u.marks = nil, u.path[:0], u.marks[:0]
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
		entry := u.entry
		if u.list != nil && u.list.object != nil && entry[0] == '[' {
			entry = u.list.object(entry, u.around)
		}
		if u.turn.on {
			u.turn.text = append(appendEntry(u.turn.text, entry), '\n')
			if !u.turn.hold(entry, u.from) {
				u.release(false)
			}
		} else {
			u.places = append(u.places, u.from)
			before := len(u.out)
			u.out = append(appendEntry(u.out, entry), '\n')
			u.made += int64(len(u.out) - before)
		}
	}
	u.entry, u.text, u.kept = u.entry[:0], false, false
}

// forget drops the places of lines that no window can hold any more.
func (u *unfolder) forget() {
	old := u.made - int64(len(u.out)) - 2*windowSize
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
