package term

import (
	"fmt"
	"regexp"
	"strings"
)

// Pattern is a term with holes, in Elixir's pattern syntax:
//
//	pattern = choice { " | " choice }           the first that matches; in a list only in parentheses
//	choice  = name "=" choice                   binds what the rest matches
//	        | name                              binds; the same name again must be an equal term
//	        | "_" | "_name"                     any term
//	        | "{" [ pattern { "," pattern } ] "}"
//	        | "[" [ pattern { "," pattern } ] [ "|" pattern ] "]"
//	        | "%{" pairs "}"                    a map or struct that has at least these keys
//	        | "%Name{" pairs "}"                a struct of that module; "%_{" of any, "%name{" binds it
//	        | "~r/…/" [ "imsx" ]                the text of a string, or the name of an atom
//	        | string "<>" choice                a string with that prefix
//	        | "(" pattern ")"
//	        | any other term                    an equal term
//
// As the last element of a list or tuple "..." matches any number of elements.
type Pattern struct {
	root   node
	names  []string // variables, in order of appearance
	source string
}

// Binding is a variable of a pattern and what it matched.
type Binding struct {
	Name  string
	Value Term
}

type operation uint8

const (
	literal operation = iota
	anything
	variable
	assignment // args[0] matches, slot is bound
	tuple
	list
	pairs // args: key (literal), value, …
	structure
	regex
	prefix // term is the prefix, args[0] the rest
	alternatives
)

// node is one term of a pattern.
type node struct {
	op   operation
	rest bool // tuple, list: "..." at the end
	cons bool // list: the last of args is the tail
	slot int  // variable, assignment; structure: that of its module, else -1
	term Term // literal, prefix; structure: the module, None for any
	args []node
	re   *regexp.Regexp
}

// ParsePattern reads a pattern. An error names the byte where it is.
func ParsePattern(s string) (*Pattern, error) {
	p := &patternParser{s: s, p: &Pattern{source: s}}
	root, err := p.alternatives(true)
	if err != nil {
		return nil, err
	}
	p.space()
	if p.i < len(s) {
		return nil, p.errorf("unexpected %q", head(s[p.i:]))
	}
	p.p.root = root
	return p.p, nil
}

// String is the pattern's source.
func (p *Pattern) String() string { return p.source }

// Variables are the names of the variables in order of appearance.
func (p *Pattern) Variables() []string { return p.names }

// Head is the key to look the pattern up by: "badmatch/2" for a tagged tuple,
// "noproc" for an atom, "%KeyError" for a struct, "/2" for a tuple whose first
// element is itself a tuple, list, map, struct or string. It is false if terms
// with different heads may match.
func (p *Pattern) Head() (string, bool) {
	heads, ok := p.Heads()
	if !ok || len(heads) != 1 {
		return "", false
	}
	return heads[0], true
}

// Heads are the heads of the terms that may match, one for each alternative. It
// is false if any term may match.
func (p *Pattern) Heads() ([]string, bool) { return p.root.heads() }

func (n *node) heads() ([]string, bool) {
	switch n.op {
	case literal:
		h := n.term.Head()
		return []string{h}, h != ""
	case assignment:
		return n.args[0].heads()
	case structure:
		return []string{"%" + n.term.ModuleName()}, n.term.Kind != None
	case tuple:
		return n.tupleHeads()
	case alternatives:
		var all []string
		for i := range n.args {
			hs, ok := n.args[i].heads()
			if !ok {
				return nil, false
			}
			all = append(all, hs...)
		}
		return unique(all), true
	}
	return nil, false
}

// tupleHeads are a tuple's, from its size and the atoms that its tag may be.
func (n *node) tupleHeads() ([]string, bool) {
	if n.rest {
		return nil, false
	}
	size := fmt.Sprintf("/%d", len(n.args))
	if len(n.args) == 0 {
		return []string{size}, true
	}
	var heads []string
	tags := []node{n.args[0]}
	if tags[0].op == alternatives {
		tags = tags[0].args
	}
	for i := range tags {
		switch tag := &tags[i]; {
		case tag.op == literal && tag.term.Kind == Atom:
			heads = append(heads, tag.term.ModuleName()+size)
		case tag.op == literal || tag.op == tuple || tag.op == list || tag.op == structure:
			heads = append(heads, size)
		default:
			return nil, false
		}
	}
	return unique(heads), true
}

// unique drops repeated strings, keeping the order.
func unique(list []string) []string {
	out := list[:0]
	for _, s := range list {
		seen := false
		for _, o := range out {
			seen = seen || o == s
		}
		if !seen {
			out = append(out, s)
		}
	}
	return out
}

// Head is the key under which [Pattern.Head] finds the patterns that may match
// t, empty for terms that only patterns without one match.
func (t Term) Head() string {
	switch t.Kind {
	case Atom:
		return t.ModuleName()
	case Struct:
		return "%" + t.ModuleName()
	case Tuple:
		size := len(t.Args)
		if size > 0 && t.Args[size-1].Kind == Elided {
			return ""
		}
		tag := ""
		if size > 0 && t.Args[0].Kind == Atom {
			tag = t.Args[0].ModuleName()
		}
		return fmt.Sprintf("%s/%d", tag, size)
	}
	return ""
}

// patternParser reads one pattern.
type patternParser struct {
	s     string
	i     int
	depth int
	p     *Pattern
}

func (p *patternParser) errorf(format string, args ...any) error {
	return fmt.Errorf("pattern %q: byte %d: %s", p.s, p.i, fmt.Sprintf(format, args...))
}

func (p *patternParser) space() {
	for p.i < len(p.s) && isBlank(p.s[p.i]) {
		p.i++
	}
}

// eat skips blanks and then tok, if it is there.
func (p *patternParser) eat(tok string) bool {
	p.space()
	if strings.HasPrefix(p.s[p.i:], tok) {
		p.i += len(tok)
		return true
	}
	return false
}

// alternatives reads a pattern; a bar inside a list's brackets is no alternative.
func (p *patternParser) alternatives(bar bool) (node, error) {
	if p.depth++; p.depth > MaxDepth {
		return node{}, p.errorf("nested too deeply")
	}
	defer func() { p.depth-- }()
	first, err := p.choice()
	if err != nil || !bar {
		return first, err
	}
	all := []node{first}
	for p.eat("|") {
		next, err := p.choice()
		if err != nil {
			return node{}, err
		}
		all = append(all, next)
	}
	if len(all) == 1 {
		return first, nil
	}
	return node{op: alternatives, args: all}, nil
}

func (p *patternParser) choice() (node, error) {
	p.space()
	rest := p.s[p.i:]
	switch {
	case rest == "":
		return node{}, p.errorf("a term is missing")
	case rest[0] == '{':
		p.i++
		return p.sequence(tuple, "}")
	case rest[0] == '[':
		p.i++
		return p.sequence(list, "]")
	case rest[0] == '(':
		p.i++
		n, err := p.alternatives(true)
		if err == nil && !p.eat(")") {
			err = p.errorf("a ) is missing")
		}
		return n, err
	case rest[0] == '%':
		return p.mapOrStruct()
	case strings.HasPrefix(rest, "~r"):
		return p.regex()
	case rest[0] == '_' || rest[0]-'a' < 26:
		return p.name()
	}
	return p.leaf()
}

// wordAt is the bare word at i.
func (p *patternParser) wordAt(i int) string {
	end := i
	for end < len(p.s) && isWord(p.s[end]) && p.s[end] != '@' {
		end++
	}
	return p.s[i:end]
}

// name reads a variable, a wildcard, nil, true or false, or a call.
func (p *patternParser) name() (node, error) {
	w := p.wordAt(p.i)
	switch w {
	case "nil", "true", "false":
		return p.leaf()
	}
	p.i += len(w)
	if p.i < len(p.s) && p.s[p.i] == '(' {
		return node{}, p.errorf("calls are no patterns")
	}
	n := node{op: anything}
	if w[0] != '_' {
		n = node{op: variable, slot: p.slot(w)}
	}
	p.space()
	if rest := p.s[p.i:]; strings.HasPrefix(rest, "=") && !strings.HasPrefix(rest, "=>") && !strings.HasPrefix(rest, "==") {
		p.i++
		right, err := p.choice()
		if n.op == anything {
			return right, err
		}
		return node{op: assignment, slot: n.slot, args: []node{right}}, err
	}
	return n, nil
}

// slot is the number of a variable.
func (p *patternParser) slot(name string) int {
	for i, n := range p.p.names {
		if n == name {
			return i
		}
	}
	p.p.names = append(p.p.names, name)
	return len(p.p.names) - 1
}

// leaf reads a term without holes that is no tuple, list, map or struct.
func (p *patternParser) leaf() (node, error) {
	t, end, complete := ReadIn(p.s[p.i:], Elixir)
	if t.Kind == None || t.Kind == Raw || t.Kind == Elided || !complete {
		return node{}, p.errorf("unexpected %q", head(p.s[p.i:]))
	}
	p.i += end
	if t.Kind == Binary && t.Cut {
		t.Cut = false
		return node{op: prefix, term: t, args: []node{{op: anything}}}, nil
	}
	if t.Kind == Binary && p.eat("<>") {
		rest, err := p.choice()
		return node{op: prefix, term: t, args: []node{rest}}, err
	}
	return node{op: literal, term: t}, nil
}

// sequence reads the elements of a tuple or list and its closing bracket.
func (p *patternParser) sequence(op operation, closer string) (node, error) {
	n := node{op: op}
	if p.eat(closer) {
		return n, nil
	}
	for {
		if p.eat("...") {
			n.rest = true
			if !p.eat(closer) {
				return n, p.errorf("... must be the last element")
			}
			return n, nil
		}
		e, err := p.sequenceElement(op)
		if err != nil {
			return n, err
		}
		n.args = append(n.args, e)
		if op == list && p.eat("|") {
			tail, err := p.alternatives(true)
			n.args = append(n.args, tail)
			n.cons = true
			if err == nil && !p.eat(closer) {
				err = p.errorf("a %s is missing", closer)
			}
			return n, err
		}
		if p.eat(closer) {
			return n, nil
		}
		if !p.eat(",") {
			return n, p.errorf("a comma or %s is missing", closer)
		}
	}
}

// sequenceElement reads an element; "key: value" is a pair.
func (p *patternParser) sequenceElement(op operation) (node, error) {
	key, ok := p.key()
	if !ok {
		return p.alternatives(op != list)
	}
	value, err := p.alternatives(op != list)
	return node{op: tuple, args: []node{{op: literal, term: MakeAtom(key)}, value}}, err
}

// key reads the "key:" of a pair, if it is there.
func (p *patternParser) key() (string, bool) {
	p.space()
	i := p.i
	if i < len(p.s) && p.s[i] == '"' {
		text, end, closed := quotedText(p.s, i, Elixir, characters)
		if closed && end+1 < len(p.s) && p.s[end] == ':' && isBlank(p.s[end+1]) {
			p.i = end + 1
			return text, true
		}
		return "", false
	}
	w := p.wordAt(i)
	end := i + len(w)
	if w != "" && end < len(p.s) && (p.s[end] == '?' || p.s[end] == '!') {
		end++
	}
	if w == "" || end+1 >= len(p.s) || p.s[end] != ':' || !isBlank(p.s[end+1]) {
		return "", false
	}
	p.i = end + 1
	return p.s[i:end], true
}

// mapOrStruct reads %{…}, %Name{…}, %_{…} or %name{…}.
func (p *patternParser) mapOrStruct() (node, error) {
	p.i++
	start := p.i
	for p.i < len(p.s) && (isWord(p.s[p.i]) || p.s[p.i] == '.') {
		p.i++
	}
	name := p.s[start:p.i]
	if p.i >= len(p.s) || p.s[p.i] != '{' {
		return node{}, p.errorf("a { is missing")
	}
	p.i++
	n := node{op: pairs, slot: -1}
	switch {
	case name == "":
	case name[0] == '_':
		n.op = structure
	case name[0]-'a' < 26:
		n.op, n.slot = structure, p.slot(name)
	case name[0]-'A' < 26:
		n.op, n.term = structure, MakeAlias(name)
	default:
		return n, p.errorf("%q is no module", name)
	}
	err := p.mapPairs(&n)
	return n, err
}

// mapPairs reads the pairs of a map or struct and its closing bracket.
func (p *patternParser) mapPairs(n *node) error {
	if p.eat("}") {
		return nil
	}
	for {
		if p.eat("...") { // maps are partial anyway
			if !p.eat("}") {
				return p.errorf("... must be the last element")
			}
			return nil
		}
		var key node
		if name, ok := p.key(); ok {
			key = node{op: literal, term: MakeAtom(name)}
		} else {
			t, end, complete := ReadIn(p.s[p.i:], Elixir)
			if t.Kind == None || t.Kind == Raw || t.Kind == Var || !complete {
				return p.errorf("unexpected %q, a key must be a literal", head(p.s[p.i:]))
			}
			p.i += end
			if !p.eat("=>") {
				return p.errorf("a => is missing")
			}
			key = node{op: literal, term: t}
		}
		for i := 0; i < len(n.args); i += 2 {
			if Equal(n.args[i].term, key.term) {
				return p.errorf("the key %s stands twice", key.term)
			}
		}
		value, err := p.alternatives(true)
		if err != nil {
			return err
		}
		n.args = append(n.args, key, value)
		if p.eat("}") {
			return nil
		}
		if !p.eat(",") {
			return p.errorf("a comma or } is missing")
		}
	}
}

// regex reads ~r/…/ with its modifiers.
func (p *patternParser) regex() (node, error) {
	end, complete := sigilEnd(p.s, p.i)
	if end == 0 || !complete {
		return node{}, p.errorf("a regex with no end")
	}
	source := p.s[p.i+2 : end]
	closer := map[byte]byte{'(': ')', '[': ']', '{': '}', '<': '>'}[source[0]]
	if closer == 0 {
		closer = source[0]
	}
	last := strings.LastIndexByte(source, closer)
	body, flags := source[1:last], strings.Map(func(c rune) rune {
		if strings.ContainsRune("ims", c) {
			return c
		}
		return -1
	}, source[last+1:])
	body = strings.ReplaceAll(body, `\`+string(closer), string(closer))
	if flags != "" {
		body = "(?" + flags + ")" + body
	}
	re, err := regexp.Compile(body)
	if err != nil {
		return node{}, p.errorf("%v", err)
	}
	p.i = end
	return node{op: regex, re: re}, nil
}
