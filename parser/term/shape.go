package term

import (
	"slices"
	"strings"
)

// Shape is what of a term identifies a bug, down to depth levels: the term
// itself is the first. It is the same for both spellings, with no blanks but in
// keyword lists:
//
//	atoms stay                 ok, nil, MyApp.Server; digits in them are masked: worker_N
//	tuples                     {ok,%{}}
//	maps, structs              %{}, %MyApp.User{}
//	lists                      [], [_], [_|_]; as the term itself a keyword list is [a: _,b: _]
//	strings, numbers           STR, N
//	pids, references …         PID, REF, PORT, FUN(Module.function/1), OPAQUE(Name), TIME
//	below depth, or left out   _
func (t Term) Shape(depth int) string {
	return string(appendShape(nil, &t, depth, true))
}

func appendShape(b []byte, t *Term, depth int, top bool) []byte {
	if depth <= 0 {
		return append(b, '_')
	}
	switch t.Kind {
	case Atom:
		return appendAtomName(b, t)
	case Int, Float:
		return append(b, 'N')
	case Binary, Bitstring:
		return append(b, "STR"...)
	case Charlist, List:
		return appendListShape(b, t, top)
	case Tuple:
		b = append(b, '{')
		for i := range t.Args {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendShape(b, &t.Args[i], depth-1, false)
		}
		return append(b, '}')
	case Map:
		return append(b, "%{}"...)
	case Struct:
		return append(appendAtomName(append(b, '%'), t), "{}"...)
	case Pid:
		return append(b, "PID"...)
	case Ref:
		return append(b, "REF"...)
	case Port:
		return append(b, "PORT"...)
	case Fun:
		return append(append(append(b, "FUN("...), funShape(t)...), ')')
	case Opaque:
		return append(b, opaqueShape(t.Text)...)
	}
	return append(b, '_')
}

// appendListShape writes [], [_], [_|_], STR for printable characters or, for
// the term itself, the sorted keys of a keyword list.
func appendListShape(b []byte, t *Term, top bool) []byte {
	switch {
	case t.Kind == Charlist && printableChars(t.Text), t.Kind == List && len(t.Args) > 0 && !t.Improper && erlangString(t.Args):
		return append(b, "STR"...)
	case t.Kind == Charlist:
		expanded := t.list()
		return appendListShape(b, &expanded, top)
	case len(t.Args) == 0:
		return append(b, "[]"...)
	case top && !t.Improper && isKeyword(t.Args):
		return appendKeys(b, t.Args)
	case len(t.Args) == 1 && t.Args[0].Kind != Elided:
		return append(b, "[_]"...)
	}
	return append(b, "[_|_]"...)
}

// printableChars tells whether Erlang, too, prints the characters as a string.
func printableChars(s string) bool {
	for _, c := range s {
		if !erlangPrintable(c) {
			return false
		}
	}
	return true
}

func appendKeys(b []byte, elems []Term) []byte {
	var keys []string
	for i := range elems {
		if elems[i].Kind == Tuple {
			keys = append(keys, string(appendName(nil, elems[i].Args[0].Text)))
		}
	}
	slices.Sort(keys)
	b = append(b, '[')
	for i, k := range slices.Compact(keys) {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(append(b, k...), ": _"...)
	}
	return append(b, ']')
}

// appendAtomName writes the name of an atom or struct, masked.
func appendAtomName(b []byte, t *Term) []byte {
	if name := t.ModuleName(); len(name) < len(t.Text) {
		return appendModule(b, name)
	}
	return appendName(b, t.Text)
}

// appendName writes a name, with N for each run of digits.
func appendName(b []byte, name string) []byte {
	for i := 0; i < len(name); i++ {
		if !isDigit(name[i]) {
			b = append(b, name[i])
			continue
		}
		for i+1 < len(name) && isDigit(name[i+1]) {
			i++
		}
		b = append(b, 'N')
	}
	return b
}

// funShape is the function that a fun stands in, or the module if only that is
// known.
func funShape(t *Term) string {
	if t.External {
		return strings.TrimPrefix(t.Text, aliasPrefix)
	}
	return funName(t.Text)
}

// funName is what identifies the function printed as #Function<…> or #Fun<…>:
// its module, as only Elixir prints the function that it stands in.
func funName(s string) string {
	key := funKey(s)
	if n := strings.LastIndexByte(key, '.'); n > 0 {
		if m := strings.LastIndexByte(key[:n], '.'); m > 0 {
			key = key[:m]
		}
	}
	return strings.TrimPrefix(key, aliasPrefix)
}

// opaqueShape is TIME for dates and times, else OPAQUE with the name that the
// text begins with.
func opaqueShape(s string) string {
	switch {
	case len(s) > 2 && s[0] == '~' && strings.IndexByte("DTNU", s[1]) >= 0:
		return "TIME"
	case strings.HasPrefix(s, "#DateTime<"):
		return "TIME"
	case s != "" && s[0] == '~' && len(s) > 1:
		return "OPAQUE(" + s[:2] + ")"
	}
	s = strings.TrimPrefix(s, "#")
	end := nameEnd(s, 0)
	name := s[:end]
	if i := strings.LastIndexByte(name, '.'); i > 0 && i+1 < len(name) && name[i+1]-'a' < 26 {
		name = name[:i] // MapSet.new(…)
	}
	if name == "" {
		return "OPAQUE"
	}
	return "OPAQUE(" + string(appendName(nil, name)) + ")"
}
