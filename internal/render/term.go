package render

import (
	"strconv"

	"github.com/beamlog/beamlog/parser/term"
)

// termTypes are the names of the kinds of terms in JSON.
var termTypes = [...]string{
	term.Atom: "atom", term.Int: "integer", term.Float: "float", term.Binary: "binary", term.Bitstring: "bitstring",
	term.Charlist: "charlist", term.List: "list", term.Tuple: "tuple", term.Map: "map", term.Struct: "struct",
	term.Pid: "pid", term.Port: "port", term.Ref: "reference", term.Fun: "function", term.Opaque: "opaque",
	term.Var: "variable", term.Elided: "elided", term.Raw: "raw",
}

// Term writes a term as JSON: an object with its type, and its value as text
// (numbers too: integers of the BEAM have any size) or its elements.
//
//	{"type":"tuple","elements":[{"type":"atom","value":"error"},{"type":"atom","value":"noproc"}]}
//	{"type":"struct","module":"MyApp.User","pairs":[[{"type":"atom","value":"id"},{"type":"integer","value":"1"}]]}
func Term(t term.Term) string { return string(appendTerm(nil, &t)) }

func appendTerm(b []byte, t *term.Term) []byte {
	name := "none"
	if int(t.Kind) < len(termTypes) && termTypes[t.Kind] != "" {
		name = termTypes[t.Kind]
	}
	b = append(append(append(b, `{"type":"`...), name...), '"')
	switch t.Kind {
	case term.List, term.Tuple:
		b = appendElements(append(b, `,"elements":`...), t.Args)
		if t.Improper {
			b = append(b, `,"improper":true`...)
		}
	case term.Map, term.Struct:
		if t.Kind == term.Struct {
			b = appendString(append(b, `,"module":`...), term.MakeAtom(t.Text).ModuleName())
		}
		b = appendPairs(append(b, `,"pairs":`...), t.Args)
	case term.None, term.Elided:
	case term.Atom:
		b = appendString(append(b, `,"value":`...), t.ModuleName())
	default:
		b = appendString(append(b, `,"value":`...), t.Text)
	}
	if t.Bits > 0 {
		b = strconv.AppendUint(append(b, `,"bits":`...), uint64(t.Bits), 10)
	}
	if t.Cut {
		b = append(b, `,"cut":true`...)
	}
	return append(b, '}')
}

func appendElements(b []byte, elements []term.Term) []byte {
	b = append(b, '[')
	for i := range elements {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendTerm(b, &elements[i])
	}
	return append(b, ']')
}

// appendPairs writes keys and values as pairs; an elided rest is a pair of one.
func appendPairs(b []byte, args []term.Term) []byte {
	b = append(b, '[')
	for i := 0; i < len(args); i += 2 {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendElements(b, args[i:min(i+2, len(args))])
	}
	return append(b, ']')
}
