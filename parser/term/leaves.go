package term

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// oddity reads what is no term as Raw: up to the end of the element or, outside
// of brackets, of the line.
func (r *reader) oddity(start int) {
	r.junk(len(r.stack), start)
	if r.depth > 0 {
		return
	}
	if j := strings.IndexByte(r.s[start:r.i], '\n'); j > 0 {
		r.i = start + j
		t := &r.stack[len(r.stack)-1]
		t.Text = strings.TrimRight(r.s[start:r.i], " \t\r")
		t.End = uint32(r.i)
	}
}

// isKey tells whether the word, string or operator that ends at end is the key
// of a "key: value".
func (r *reader) isKey(end int) bool {
	return r.depth > 0 && end < len(r.s) && r.s[end] == ':' && (end+1 == len(r.s) || isBlank(r.s[end+1]))
}

// keyAtom pushes the key that stands before the colon at end.
func (r *reader) keyAtom(start, end int, name string) {
	r.i = end + 1
	r.key = true
	r.push(Atom, start, name)
}

// bare tells how far the bare word at i goes, @ and characters beyond ASCII
// included, and a final ? or !.
func (r *reader) bare(i int) int {
	s := r.s
	for i < len(s) && isWord(s[i]) {
		if s[i] >= 0x80 {
			c, n := utf8.DecodeRuneInString(s[i:])
			if !unicode.IsLetter(c) && !unicode.IsMark(c) && !unicode.IsDigit(c) {
				return i
			}
			i += n
			continue
		}
		i++
	}
	if i < len(s) && (s[i] == '?' || s[i] == '!') && (i+1 >= len(s) || s[i+1] != '=') {
		i++
	}
	return i
}

// word reads what begins with a letter: an atom, an alias, a variable, a call;
// and what begins with nothing known.
func (r *reader) word() {
	start := r.i
	end := r.bare(start)
	if end == start || r.s[start] == '@' {
		r.notWord(start)
		return
	}
	if r.isKey(end) {
		r.keyAtom(start, end, r.s[start:end])
		return
	}
	c := r.s[start]
	if c-'A' < 26 {
		r.alias(start, end)
		return
	}
	r.i = end
	switch w := r.s[start:end]; {
	case w == "nil" || w == "true" || w == "false":
		r.push(Atom, start, w)
	case w == "fun" && r.peek(0) == ' ' && r.erlangFun(start):
	case r.peek(0) == '(':
		r.call(start)
	case r.dialect == Erlang && c != '_' && c != '@':
		r.push(Atom, start, w)
	default:
		r.push(Var, start, w)
	}
}

// notWord reads "…", the key of an operator, or something odd.
func (r *reader) notWord(start int) {
	if strings.HasPrefix(r.s[start:], "…") {
		r.i += len("…")
		r.push(Elided, start, "")
		return
	}
	if n := operatorAt(r.s[start:]); n > 0 && r.isKey(start+n) {
		r.keyAtom(start, start+n, r.s[start:start+n])
		return
	}
	r.oddity(start)
}

// alias reads MyApp.Cache, and MapSet.new([1]) as Opaque. In Erlang a single
// capitalised word is a variable.
func (r *reader) alias(start, end int) {
	s := r.s
	for end+1 < len(s) && s[end] == '.' && s[end+1]-'A' < 26 {
		end = r.bare(end + 1)
	}
	r.i = end
	if r.remoteCall(start) {
		return
	}
	name := s[start:end]
	switch {
	case r.dialect == Erlang && !strings.Contains(name, "."):
		r.push(Var, start, name)
	case name == "Elixir" || strings.HasPrefix(name, aliasPrefix):
		r.push(Atom, start, name)
	default:
		r.push(Atom, start, r.fullName(name))
	}
}

// fullName is the name of the atom that an alias stands for. Terms repeat their
// modules, so the last one is remembered.
func (r *reader) fullName(alias string) string {
	if len(r.lastAlias) != len(aliasPrefix)+len(alias) || r.lastAlias[len(aliasPrefix):] != alias {
		r.lastAlias = aliasPrefix + alias
	}
	return r.lastAlias
}

// remoteCall reads the ".new([1, 2])" of a call as part of an Opaque that began
// at start, if it is there.
func (r *reader) remoteCall(start int) bool {
	if r.peek(0) == '(' {
		r.call(start)
		return true
	}
	if r.peek(0) != '.' || r.peek(1) != '_' && r.peek(1)-'a' >= 26 {
		return false
	}
	end := r.bare(r.i + 1)
	if end >= len(r.s) || r.s[end] != '(' {
		return false
	}
	r.i = end
	r.call(start)
	return true
}

// call reads the arguments of a call, whose name began at start, as Opaque.
func (r *reader) call(start int) {
	end, complete := skipTo(r.s, r.i+1, 1, false)
	r.i = end
	r.open = r.open || !complete
	r.push(Opaque, start, r.s[start:end])
}

// erlangFun reads the rest of "fun lists:map/2".
func (r *reader) erlangFun(start int) bool {
	i := r.i + 1
	mod, i, ok := r.erlangAtom(i)
	if !ok || i >= len(r.s) || r.s[i] != ':' {
		return false
	}
	fun, i, ok := r.erlangAtom(i + 1)
	if !ok {
		return false
	}
	return r.external(start, i, mod, fun)
}

// external reads the arity of a function, after whose name i stands.
func (r *reader) external(start, i int, mod, fun string) bool {
	s := r.s
	if i >= len(s) || s[i] != '/' {
		return false
	}
	end := i + 1
	for end < len(s) && isDigit(s[end]) {
		end++
	}
	if end == i+1 {
		return false
	}
	r.i = end
	r.push(Fun, start, mod+"."+fun+s[i:end])
	r.stack[len(r.stack)-1].External = true
	return true
}

// erlangAtom reads a bare or quoted atom at i.
func (r *reader) erlangAtom(i int) (name string, end int, ok bool) {
	if i < len(r.s) && r.s[i] == '\'' {
		text, end, closed := quotedText(r.s, i, Erlang, characters)
		return text, end, closed
	}
	end = i
	for end < len(r.s) && isWord(r.s[end]) {
		end++
	}
	return r.s[i:end], end, end > i
}

// capture reads &String.upcase/1, &:erlang.+/2.
func (r *reader) capture() {
	start := r.i
	mod, i, ok := r.captureModule(start + 1)
	if !ok || i >= len(r.s) || r.s[i] != '.' {
		r.notWord(start) // an operator as a key: %{&: 1}
		return
	}
	i++
	var fun string
	switch {
	case i < len(r.s) && r.s[i] == '"':
		var closed bool
		if fun, i, closed = quotedText(r.s, i, Elixir, characters); !closed {
			r.oddity(start)
			return
		}
	default:
		end := r.bare(i)
		if end == i {
			end += operatorAt(r.s[i:])
			// The longest operator may take the slash of the arity: &Kernel.//2.
			if end < len(r.s) && r.s[end] != '/' && r.s[end-1] == '/' {
				end--
			}
		}
		fun, i = r.s[i:end], end
	}
	if fun == "" || !r.external(start, i, mod, fun) {
		r.oddity(start)
	}
}

// captureModule reads the module of a capture at i.
func (r *reader) captureModule(i int) (mod string, end int, ok bool) {
	s := r.s
	if strings.HasPrefix(s[i:], `:"`) {
		mod, end, ok = quotedText(s, i+1, Elixir, characters)
		return mod, end, ok
	}
	if i < len(s) && s[i] == ':' {
		end = r.bare(i + 1)
		return s[i+1 : end], end, end > i+1
	}
	if i >= len(s) || s[i]-'A' >= 26 {
		return "", i, false
	}
	end = r.bare(i)
	for end+1 < len(s) && s[end] == '.' && s[end+1]-'A' < 26 {
		end = r.bare(end + 1)
	}
	mod = s[i:end]
	if !strings.HasPrefix(mod, aliasPrefix) {
		mod = aliasPrefix + mod
	}
	return mod, end, true
}

// colon reads an Elixir atom.
func (r *reader) colon() {
	start := r.i
	switch c := r.peek(1); {
	case c == '"' || c == '\'':
		text, end, closed := quotedText(r.s, start+1, Elixir, characters)
		r.i = end
		r.open = r.open || !closed
		r.push(Atom, start, text)
		return
	case isWord(c) && !isDigit(c):
		if end := r.bare(start + 1); end > start+1 {
			r.i = end
			if !r.remoteCall(start) {
				r.push(Atom, start, r.s[start+1:end])
			}
			return
		}
	}
	if n := operatorAt(r.s[start+1:]); n > 0 {
		r.i += 1 + n
		r.push(Atom, start, r.s[start+1:r.i])
		return
	}
	r.oddity(start)
}

// operators are the atoms that Elixir writes with no quotes though they are no
// words, the longer ones first.
var operators = [...]string{
	"..//", "%{}", "<<>>", "<<<", ">>>", "<<~", "~>>", "<~>", "|||", "&&&", "===", "!==", "^^^", "...", "+++", "---", "~~~",
	"{}", "<>", "<-", "<=", "<~", ">=", "==", "=~", "!=", "~>", "|>", "||", "&&", "++", "--", "**", "->", "..", "//", `\\`, "::",
	"+", "-", "*", "/", "<", ">", "!", "&", "^", "|", "@", "=", ".", "%",
}

// operatorAt is the length of the operator at the start of s.
func operatorAt(s string) int {
	if s == "" || isWord(s[0]) && s[0] != '@' {
		return 0
	}
	for _, op := range operators {
		if strings.HasPrefix(s, op) {
			return len(op)
		}
	}
	return 0
}

// percent reads %{…} and %Name{…}.
func (r *reader) percent() {
	start := r.i
	outer := r.dialect
	if r.peek(1) == '{' {
		if r.peek(2) == '}' && r.isKey(start+3) {
			r.keyAtom(start, start+3, "%{}")
			return
		}
		r.i += 2
		r.dialect = Elixir
		r.container(Map, start, "")
		r.dialect = outer
		return
	}
	end := start + 1
	for end < len(r.s) && (isWord(r.s[end]) || r.s[end] == '.') {
		end++
	}
	if end == start+1 || end >= len(r.s) || r.s[end] != '{' {
		if r.isKey(start + 1) {
			r.keyAtom(start, start+1, "%")
			return
		}
		r.oddity(start)
		return
	}
	name := validText(r.s[start+1:end], characters)
	if name[0]-'A' < 26 && !strings.HasPrefix(name, aliasPrefix) {
		name = r.fullName(name)
	}
	r.i = end + 1
	r.dialect = Elixir
	r.container(Struct, start, name)
	r.dialect = outer
}

// hash reads what begins with #.
func (r *reader) hash() {
	start := r.i
	if r.peek(1) == '{' {
		outer := r.dialect
		r.dialect = Erlang
		r.i += 2
		r.container(Map, start, "")
		r.dialect = outer
		return
	}
	end := nameEnd(r.s, start+1)
	if end == start+1 || end == len(r.s) {
		r.oddity(start)
		return
	}
	switch r.s[end] {
	case '<':
		r.hashAngle(start, end)
	case '{': // a record, as the Erlang shell prints it
		r.i = end
		r.call(start)
	default:
		r.oddity(start)
	}
}

// hashAngle reads #Name<…>. The "<" stands at i.
func (r *reader) hashAngle(start, i int) {
	var kind Kind
	switch r.s[start+1 : i] {
	case "PID":
		kind = Pid
	case "Reference", "Ref":
		kind = Ref
	case "Port":
		kind = Port
	case "Function", "Fun":
		kind = Fun
	default:
		kind = Opaque
	}
	if kind == Pid || kind == Ref || kind == Port {
		if end := dotted(r.s, i+1); end > 0 {
			r.i = end + 1
			r.push(kind, start, r.s[i+1:end])
			return
		}
		kind = Opaque
	}
	end, complete := skipAngle(r.s, i)
	r.i = end
	switch {
	case !complete:
		r.open = r.open || end == len(r.s)
		r.push(Raw, start, strings.TrimRight(r.s[start:end], " \t\r\n"))
	case kind == Fun:
		r.push(Fun, start, r.s[i+1:end-1])
	default:
		r.push(Opaque, start, r.s[start:end])
	}
}

// dotted is the place of the ">" after the numbers with dots at i, or 0.
func dotted(s string, i int) int {
	j := i
	for j < len(s) && (isDigit(s[j]) || s[j] == '.') {
		j++
	}
	if j == i || j >= len(s) || s[j] != '>' {
		return 0
	}
	return j
}

// angle reads <<…>> and <0.1.0>.
func (r *reader) angle() {
	start := r.i
	if r.peek(1) == '<' {
		if strings.HasPrefix(r.s[start:], "<<>>:") && r.isKey(start+4) {
			r.keyAtom(start, start+4, "<<>>")
			return
		}
		r.bitstring()
		return
	}
	if end := dotted(r.s, start+1); end > 0 {
		r.i = end + 1
		r.push(Pid, start, r.s[start+1:end])
		return
	}
	r.word()
}

// sigil reads ~D[2026-01-01] as Opaque, ~c"…" and ~s"…" as what they are.
func (r *reader) sigil() {
	start := r.i
	end, complete := sigilEnd(r.s, start)
	if end == 0 {
		r.word()
		return
	}
	r.i = end
	r.open = r.open || !complete
	c, q := r.s[start+1], r.s[start+2]
	if (c == 'c' || c == 's') && (q == '"' || q == '\'') {
		mode, kind := characters, Charlist
		if c == 's' {
			mode, kind = bytesOfString, Binary
		}
		text, textEnd, _ := quotedText(r.s, start+2, Elixir, mode)
		r.i = textEnd
		r.stringTerm(kind, start, text, !complete)
		return
	}
	r.push(Opaque, start, r.s[start:end])
}
