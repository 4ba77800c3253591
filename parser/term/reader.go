package term

import (
	"errors"
	"fmt"
	"strings"
	"sync"
)

// Parse reads s, the whole of which must be one term. The spelling is guessed
// ([Guess]).
func Parse(s string) (Term, error) { return ParseIn(s, Guess(s)) }

// ParseIn is Parse for text whose spelling is known. What only the other
// spelling has is understood all the same.
func ParseIn(s string, d Dialect) (Term, error) {
	t, end, complete := ReadIn(s, d)
	rest := strings.TrimLeft(s[end:], " \t\r\n")
	switch {
	case t.Kind == None && rest == "":
		return t, errors.New("read term: nothing there")
	case t.Kind == None || t.Kind == Raw && end < MaxDepth:
		return t, fmt.Errorf("read term: unexpected %q at byte %d", head(s[t.Start:]), t.Start)
	case !complete:
		return t, errors.New("read term: a bracket or quote is still open at the end")
	case rest != "" && strings.TrimSpace(rest) != ".":
		return t, fmt.Errorf("read term: unexpected %q at byte %d", head(rest), len(s)-len(rest))
	}
	return t, nil
}

// head is the beginning of s, for messages.
func head(s string) string {
	if len(s) > 20 {
		return s[:20] + "..."
	}
	return s
}

// Read reads the term at the start of s, after blanks, and tells where it ends.
// It never fails: what cannot be read is Raw, what has a notation of its own is
// Opaque, and where no term begins at all the Term is the zero one. complete is
// false if a bracket or quote was still open when s ended; what was open is then
// closed with an Elided, or is Cut. The spelling is guessed ([Guess]).
func Read(s string) (t Term, end int, complete bool) { return ReadIn(s, Guess(s)) }

// ReadIn is Read for text whose spelling is known. What only the other spelling
// has is understood all the same.
func ReadIn(s string, d Dialect) (t Term, end int, complete bool) {
	if uint64(len(s)) > 1<<32-1 {
		s = s[:1<<32-1]
	}
	r := readers.Get().(*reader)
	r.s, r.dialect = s, d
	r.space()
	if r.i < len(s) && !endsElement(s[r.i]) {
		r.term()
		t = r.stack[0]
	} else {
		t.Start, t.End = uint32(r.i), uint32(r.i)
	}
	end, complete = r.i, !r.open
	r.release()
	return t, end, complete
}

var readers = sync.Pool{New: func() any { return new(reader) }}

// reader reads one text. Finished terms stand on the stack until the container
// that they are in is closed; its elements then move to a slab.
type reader struct {
	s         string
	i         int
	stack     []Term
	slab      []Term
	depth     int
	nodes     int
	dialect   Dialect
	open      bool      // the text ended inside a bracket or quote
	key       bool      // the last term was the key of a "key: value"
	lastAlias string    // with its prefix
	high      int       // how much of the stack was in use
	waiting   [3]uint32 // open (, [ and {: what a closing bracket may close
}

// release clears the reader for its next text, so that it keeps nothing alive.
func (r *reader) release() {
	stack := r.stack[:max(r.high, len(r.stack))]
	if cap(stack) > 4096 {
		stack = nil
	}
	clear(stack)
	*r = reader{stack: stack[:0]}
	readers.Put(r)
}

// space skips blanks.
func (r *reader) space() {
	for r.i < len(r.s) {
		switch r.s[r.i] {
		case ' ', '\n', '\t', '\r':
			r.i++
		case 0xC2: // a no-break space, in pasted text
			if r.peek(1) != 0xA0 {
				return
			}
			r.i += 2
		default:
			return
		}
	}
}

// peek is the byte n places on, 0 past the end.
func (r *reader) peek(n int) byte {
	if r.i+n < len(r.s) {
		return r.s[r.i+n]
	}
	return 0
}

func (r *reader) push(kind Kind, start int, text string) {
	r.stack = append(r.stack, Term{Kind: kind, Start: uint32(start), End: uint32(r.i), Text: text})
}

// drop takes the terms from base on off the stack.
func (r *reader) drop(base int) {
	r.high = max(r.high, len(r.stack))
	r.stack = r.stack[:base]
}

// take moves the terms from base on off the stack, into a slab.
func (r *reader) take(base int) []Term {
	elems := r.stack[base:]
	n := len(elems)
	if n == 0 {
		return nil
	}
	if n > cap(r.slab)-len(r.slab) {
		// About one node in eight bytes of text; what is left of the text bounds the next slab.
		size := max(n, min(512, 2+len(r.stack)+(len(r.s)-r.i)/8))
		r.slab = make([]Term, 0, size)
	}
	at := len(r.slab)
	r.slab = append(r.slab, elems...)
	r.drop(base)
	return r.slab[at : at+n : at+n]
}

// term reads one term and pushes it. There is at least one byte of it.
func (r *reader) term() {
	r.nodes++
	start := r.i
	switch c := r.s[start]; c {
	case '{':
		if r.peek(1) == '}' && r.isKey(start+2) {
			r.keyAtom(start, start+2, "{}")
			return
		}
		r.i++
		r.container(Tuple, start, "")
	case '[':
		r.i++
		r.container(List, start, "")
	case '%':
		r.percent()
	case '#':
		r.hash()
	case '<':
		r.angle()
	case '"':
		r.doubleQuoted()
	case '\'':
		r.singleQuoted()
	case ':':
		r.colon()
	case '~':
		r.sigil()
	case '&':
		r.capture()
	case '$', '?':
		r.char()
	case '-', '+':
		if isDigit(r.peek(1)) {
			r.number()
		} else {
			r.word()
		}
	case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		r.number()
	case '.':
		if strings.HasPrefix(r.s[start:], "...") && r.peek(3) != ':' {
			r.i += 3
			r.push(Elided, start, "")
			return
		}
		r.word()
	default:
		r.word()
	}
}

// container reads the elements of a list, tuple, map or struct and its closing
// bracket. The opening one has been read.
func (r *reader) container(kind Kind, start int, name string) {
	if r.depth >= MaxDepth {
		r.deep(start)
		return
	}
	closer, w := byte('}'), 2
	if kind == List {
		closer, w = ']', 1
	}
	r.depth++
	r.waiting[w]++
	c := elements{kind: kind, closer: closer, base: len(r.stack), comma: true}
	for r.element(&c) {
	}
	r.waiting[w]--
	r.depth--
	if c.elided {
		r.push(Elided, r.i, "")
	}
	args := r.take(c.base)
	if c.improper && len(args) > 0 {
		if tail := &args[len(args)-1]; tail.Kind == List && !tail.Improper {
			args = append(args[:len(args)-1:len(args)-1], tail.Args...)
			c.improper = false
		} else if tail.Kind == Elided {
			c.improper = false
		}
	}
	t := Term{Kind: kind, Start: uint32(start), End: uint32(r.i), Text: name, Args: args, Improper: c.improper}
	if kind == Map {
		t.asStruct()
	} else if kind == Struct {
		t.dropException()
	}
	r.stack = append(r.stack, t)
}

// elements is where a container's reading stands.
type elements struct {
	kind     Kind
	closer   byte
	base     int
	comma    bool // an element may or must follow: after the opening bracket or a comma
	elided   bool // a map's "...", which goes to the end
	improper bool
}

// element reads one element of a container with what separates it from the next,
// or the closing bracket, after which it is false.
func (r *reader) element(c *elements) bool {
	r.space()
	if r.i >= len(r.s) {
		// A tuple that ends after a whole element may well be whole.
		c.elided = !r.open && (c.comma || c.kind != Tuple)
		r.open = true
		return false
	}
	switch b := r.s[r.i]; b {
	case c.closer:
		r.i++
		return false
	case ',':
		r.i++
		c.comma = true
		return true
	case ')', ']', '}':
		// A bracket that an outer term waits for closes this one, too.
		if r.waits(b) {
			r.open = true
			return false
		}
		r.junk(len(r.stack), r.i)
		return true
	}
	if r.nodes >= MaxNodes {
		r.overflow(c)
		return true
	}
	at, start := len(r.stack), r.i
	r.term()
	c.comma = false
	if c.kind == Map || c.kind == Struct {
		r.pair(c, at, start)
		return true
	}
	if r.key {
		r.keyword(at, start)
	}
	r.separator(c, at, start)
	return true
}

// separator reads what follows an element of a list or tuple.
func (r *reader) separator(c *elements, at, start int) {
	r.space()
	if r.i >= len(r.s) {
		return
	}
	switch b := r.s[r.i]; {
	case b == ',':
		r.i++
		c.comma = true
	case b == ']' || b == '}' || b == ')':
	case b == '|' && c.kind == List && !c.improper && r.peek(1) != '|' && r.peek(1) != '>':
		r.i++
		r.space()
		if r.i < len(r.s) && !endsElement(r.s[r.i]) {
			tailAt, tailStart := len(r.stack), r.i
			r.term()
			c.improper = true
			r.junkAfter(tailAt, tailStart)
		}
	default:
		r.junk(at, start)
	}
}

// keyword reads the value of "key: value" in a list or tuple: a pair.
func (r *reader) keyword(at, start int) {
	r.depth++
	r.value()
	r.depth--
	r.stack = append(r.stack, Term{Kind: Tuple, Start: uint32(start), End: uint32(r.i), Args: r.take(at)})
}

// pair reads the value of a map's key, which has been read.
func (r *reader) pair(c *elements, at, start int) {
	if r.stack[len(r.stack)-1].Kind == Elided && !r.key {
		r.drop(at)
		c.elided = true
		return
	}
	if !r.key {
		r.space()
		if two := r.s[r.i:min(len(r.s), r.i+2)]; two != "=>" && two != ":=" {
			r.junkAfter(at, start)
			r.push(Elided, r.i, "")
			return
		}
		r.i += 2
		r.key = true
	}
	r.value()
}

// value reads what stands after a key.
func (r *reader) value() {
	r.key = false
	r.space()
	if r.i >= len(r.s) || endsElement(r.s[r.i]) {
		r.push(Elided, r.i, "")
		return
	}
	at, start := len(r.stack), r.i
	r.term()
	if r.key { // "a: b: c"
		r.key = false
		r.junk(at, start)
		return
	}
	r.junkAfter(at, start)
}

// junkAfter makes the element that began at start Raw if it does not end here.
func (r *reader) junkAfter(at, start int) {
	r.space()
	if r.i < len(r.s) && !endsElement(r.s[r.i]) {
		r.junk(at, start)
	}
}

// endsElement tells whether a byte ends an element.
func endsElement(c byte) bool { return c == ',' || c == '}' || c == ']' || c == ')' }

// junk replaces the terms from at on by the raw text from start to the end of
// the element.
func (r *reader) junk(at, start int) {
	r.drop(at)
	end, complete := skipElement(r.s, r.i)
	if end == start {
		end++ // a closing bracket that nothing waits for
	}
	r.open = r.open || !complete
	r.i = end
	r.push(Raw, start, strings.TrimRight(r.s[start:end], " \t\r\n"))
}

// deep makes the term that begins at start Raw: it is too deep.
func (r *reader) deep(start int) {
	end, complete := Skip(r.s, start)
	r.open = r.open || !complete
	r.i = end
	r.push(Raw, start, r.s[start:end])
}

// overflow leaves out the rest of a container: there are too many nodes.
func (r *reader) overflow(c *elements) {
	end, complete := skipRest(r.s, r.i)
	r.open = r.open || !complete
	r.i = end
	c.elided = true
}

// waits tells whether an outer container waits for a closing bracket.
func (r *reader) waits(b byte) bool {
	switch b {
	case ')':
		return r.waiting[0] > 0
	case ']':
		return r.waiting[1] > 0
	}
	return r.waiting[2] > 0
}

// asStruct makes a map with the key __struct__ the struct that it is.
func (t *Term) asStruct() {
	for i := 0; i+1 < len(t.Args); i += 2 {
		if t.Args[i].IsAtom("__struct__") && t.Args[i+1].Kind == Atom {
			t.Kind, t.Text = Struct, t.Args[i+1].Text
			t.Args = append(t.Args[:i], t.Args[i+2:]...)
			t.dropException()
			return
		}
	}
}

// dropException drops __exception__ from a struct: not every print has it.
func (t *Term) dropException() {
	for i := 0; i+1 < len(t.Args); i += 2 {
		if t.Args[i].IsAtom("__exception__") && t.Args[i+1].IsAtom("true") {
			t.Args = append(t.Args[:i], t.Args[i+2:]...)
			return
		}
	}
}
