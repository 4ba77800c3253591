package ingest

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

type jsonKind uint8

const (
	jsonString jsonKind = 1 + iota
	jsonNumber          // and true, false
	jsonNull
	jsonNested // an object or array, as its source text
)

// jsonMember is a member of an object, or of an object in it: then key is the
// names on the way, joined by dots.
type jsonMember struct {
	key  string
	kind jsonKind
	text string
}

// jsonObject is a flattened JSON object, in printed order.
type jsonObject struct {
	members  []jsonMember
	complete bool   // it was read to its end
	end      int    // behind its closing brace
	envelope string // the name of the member that the members were taken out of
}

// find gives the member with the first of the keys that is there, as a kind (any
// if 0). Of equal keys the last counts.
func (o *jsonObject) find(keys []string, kind jsonKind) *jsonMember {
	for _, key := range keys {
		for i := len(o.members) - 1; i >= 0; i-- {
			m := &o.members[i]
			if m.key == key && (m.kind == kind || kind == 0 && m.kind != jsonNull && m.kind != jsonNested) {
				return m
			}
		}
	}
	return nil
}

func (o *jsonObject) text(keys ...string) string {
	if m := o.find(keys, 0); m != nil {
		return m.text
	}
	return ""
}

const (
	jsonDepth   = 16
	jsonMembers = 1000
)

// parseJSON reads the object at the start of s as far as it goes: of an object
// that was cut off it gives what is there.
func parseJSON(s []byte) *jsonObject {
	r := &jsonReader{s: s, o: &jsonObject{}}
	r.o.complete = len(s) > 0 && s[0] == '{' && r.object("", 0)
	r.o.end = r.i
	return r.o
}

type jsonReader struct {
	s []byte
	i int
	o *jsonObject
}

func (r *jsonReader) blanks() {
	for r.i < len(r.s) && (r.s[r.i] == ' ' || r.s[r.i] == '\t' || r.s[r.i] == '\n' || r.s[r.i] == '\r') {
		r.i++
	}
}

// next skips blanks and reports whether c follows, which it then skips too.
func (r *jsonReader) next(c byte) bool {
	r.blanks()
	if r.i < len(r.s) && r.s[r.i] == c {
		r.i++
		return true
	}
	return false
}

func (r *jsonReader) object(path string, depth int) bool {
	r.i++
	if r.next('}') {
		return true
	}
	for {
		r.blanks()
		if r.i >= len(r.s) || r.s[r.i] != '"' {
			return false
		}
		key, ok := r.str()
		if !ok || !r.next(':') {
			return false
		}
		if !r.value(path+key, depth) {
			return false
		}
		if r.next(',') {
			continue
		}
		return r.next('}')
	}
}

// value reads a member's value. It reports whether the value was read to its end.
func (r *jsonReader) value(key string, depth int) bool {
	r.blanks()
	if r.i >= len(r.s) {
		return false
	}
	start := r.i
	switch c := r.s[r.i]; c {
	case '"':
		text, ok := r.str()
		r.add(key, jsonString, text)
		return ok
	case '{', '[':
		n := len(r.o.members)
		r.add(key, jsonNested, "")
		var ok bool
		if c == '{' && depth < jsonDepth {
			ok = r.object(key+".", depth+1)
		} else {
			ok = r.skip()
		}
		if n < len(r.o.members) {
			r.o.members[n].text = string(r.s[start:r.i])
		}
		if c == '[' && ok {
			r.list(key, r.s[start:r.i])
		}
		return ok
	default:
		for r.i < len(r.s) && !bytes.ContainsRune([]byte(",}] \t\r\n"), rune(r.s[r.i])) {
			r.i++
		}
		text := string(r.s[start:r.i])
		kind := jsonNumber
		if text == "null" {
			kind = jsonNull
		}
		r.add(key, kind, text)
		return r.i > start && r.i < len(r.s)
	}
}

func (r *jsonReader) add(key string, kind jsonKind, text string) {
	if len(r.o.members) < jsonMembers {
		r.o.members = append(r.o.members, jsonMember{key, kind, text})
	}
}

// list adds an array of strings as the lines of a text.
func (r *jsonReader) list(key string, s []byte) {
	in := jsonReader{s: s, i: 1}
	var lines []string
	for {
		in.blanks()
		if in.i >= len(s) || s[in.i] != '"' {
			return
		}
		line, ok := in.str()
		if !ok {
			return
		}
		lines = append(lines, line)
		if !in.next(',') {
			break
		}
	}
	r.add(key, jsonString, strings.Join(lines, "\n"))
}

// skip goes to the end of an array or object by its brackets and quotes.
func (r *jsonReader) skip() bool {
	depth := 0
	for r.i < len(r.s) {
		switch r.s[r.i] {
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				r.i++
				return true
			}
		case '"':
			for r.i++; r.i < len(r.s) && r.s[r.i] != '"'; r.i++ {
				if r.s[r.i] == '\\' {
					r.i++
				}
			}
		}
		r.i++
	}
	r.i = len(r.s)
	return false
}

// str reads a string and takes its escapes off.
func (r *jsonReader) str() (string, bool) {
	text, ok := r.bytes()
	return string(text), ok
}

// bytes is str; what it gives is a part of the source where that has no escapes.
func (r *jsonReader) bytes() ([]byte, bool) {
	r.i++
	start := r.i
	for r.i < len(r.s) && r.s[r.i] != '"' && r.s[r.i] != '\\' {
		r.i++
	}
	if r.i < len(r.s) && r.s[r.i] == '"' {
		r.i++
		return r.s[start : r.i-1], true
	}
	out := append(make([]byte, 0, r.i-start+16), r.s[start:r.i]...)
	for r.i < len(r.s) {
		switch c := r.s[r.i]; c {
		case '"':
			r.i++
			return out, true
		case '\\':
			out = r.escape(out)
		default:
			out = append(out, c)
			r.i++
		}
	}
	return out, false
}

// escape decodes the escape at r.i.
func (r *jsonReader) escape(out []byte) []byte {
	if r.i+1 >= len(r.s) {
		r.i = len(r.s)
		return out
	}
	c := r.s[r.i+1]
	r.i += 2
	switch c {
	case 'n':
		return append(out, '\n')
	case 't':
		return append(out, '\t')
	case 'r':
		return append(out, '\r')
	case 'b':
		return append(out, '\b')
	case 'f':
		return append(out, '\f')
	case 'u':
		u, ok := r.unit(r.i)
		if !ok {
			r.i = min(r.i+4, len(r.s))
			return utf8.AppendRune(out, utf8.RuneError)
		}
		r.i += 4
		if utf16.IsSurrogate(u) && bytes.HasPrefix(r.s[r.i:], []byte(`\u`)) {
			if low, ok := r.unit(r.i + 2); ok {
				if pair := utf16.DecodeRune(u, low); pair != utf8.RuneError {
					r.i += 6
					u = pair
				}
			}
		}
		return utf8.AppendRune(out, u)
	}
	return append(out, c)
}

func (r *jsonReader) unit(i int) (rune, bool) {
	if i+4 > len(r.s) {
		return 0, false
	}
	n, err := strconv.ParseUint(string(r.s[i:i+4]), 16, 16)
	return rune(n), err == nil
}
