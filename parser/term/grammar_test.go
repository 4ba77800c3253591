package term

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write docs/grammar.md")

// The grammar of terms, as participle reads it: the specification that the
// hand-written reader is held to. It is LL(1). It leaves out what has no end of
// its own (#Name<…>) and the reader's tolerance for what is cut or odd.
type (
	gTerm struct {
		Elided    bool       `parser:"  @'...'"`
		Tuple     *gTuple    `parser:"| @@"`
		List      *gList     `parser:"| @@"`
		Map       *gMap      `parser:"| @@"`
		Struct    *gStruct   `parser:"| @@"`
		ErlangMap *gErlMap   `parser:"| @@"`
		Bits      *gBits     `parser:"| @@"`
		Binary    *gBinary   `parser:"| @@"`
		Charlist  *gCharlist `parser:"| @@"`
		Leaf      *gLeaf     `parser:"| @@"`
	}
	gTuple struct {
		Open     bool     `parser:"@'{'"`
		Elements []*gTerm `parser:"( @@ ( ',' @@ )* )? '}'"`
	}
	gList struct {
		Open     bool        `parser:"@'['"`
		Elements []*gElement `parser:"( @@ ( ',' @@ )* )?"`
		Tail     *gTerm      `parser:"( '|' @@ )? ']'"`
	}
	gElement struct {
		Key   *string `parser:"( @Key"`
		Value *gTerm  `parser:"  @@ ) |"`
		Term  *gTerm  `parser:"@@"`
	}
	gMap struct {
		Open  bool     `parser:"@'%{'"`
		Pairs []*gPair `parser:"( @@ ( ',' @@ )* )? '}'"`
	}
	gStruct struct {
		Name  string   `parser:"@StructName '{'"`
		Pairs []*gPair `parser:"( @@ ( ',' @@ )* )? '}'"`
	}
	gErlMap struct {
		Open  bool     `parser:"@'#{'"`
		Pairs []*gPair `parser:"( @@ ( ',' @@ )* )? '}'"`
	}
	gPair struct {
		Key   *string `parser:"( @Key"`
		Value *gTerm  `parser:"  @@ ) |"`
		Left  *gTerm  `parser:"( @@"`
		Right *gTerm  `parser:"  ( '=>' @@ )? )"`
	}
	gBits struct {
		Open     bool        `parser:"@'<<'"`
		Segments []*gSegment `parser:"( @@ ( ',' @@ )* )? '>>'"`
	}
	gSegment struct {
		Elided bool    `parser:"  @'...'"`
		Text   *string `parser:"| ( @String"`
		Type   string  `parser:"    ( @Type )?"`
		Cut    bool    `parser:"    @'...'? )"`
		Int    *string `parser:"| ( @Int"`
		Size   string  `parser:"    @Size? )"`
	}
	gBinary struct {
		Text string `parser:"@String"`
		Cut  bool   `parser:"( @'<>' '...' | @'...' )?"`
	}
	gCharlist struct {
		Text string `parser:"@Charlist"`
		Cut  bool   `parser:"( @'++' '...' )?"`
	}
	gLeaf struct {
		Float  *string `parser:"  @Float"`
		Int    *string `parser:"| @Int"`
		Atom   *string `parser:"| @Atom"`
		Quoted *string `parser:"| @Quoted"`
		Alias  *string `parser:"| @Alias"`
		Word   *string `parser:"| @Word"`
		Pid    *string `parser:"| @Pid"`
		Ref    *string `parser:"| @Ref"`
		Port   *string `parser:"| @Port"`
	}
)

var termGrammar = sync.OnceValue(func() *participle.Parser[gTerm] {
	rules := lexer.MustSimple([]lexer.SimpleRule{
		{Name: "Key", Pattern: `("(\\.|[^"\\])*"|[\pL_][\pL\d_@]*[?!]?|<<>>|%\{\}|\{\}|\|>|\.\.|[-+@]):[ \n]`},
		{Name: "Charlist", Pattern: `~c"(\\.|[^"\\])*"`},
		{Name: "String", Pattern: `"(\\(.|\n)|[^"\\])*"`},
		{Name: "Quoted", Pattern: `'(\\(.|\n)|[^'\\])*'`},
		{Name: "Atom", Pattern: `:("(\\(.|\n)|[^"\\])*"|[\pL_][\pL\d_@]*[?!]?|<<>>|%\{\}|\{\}|\|>|\.\.|[-+@])`},
		{Name: "Pid", Pattern: `(#PID)?<\d+\.\d+\.\d+>`},
		{Name: "Ref", Pattern: `#Ref(erence)?<[\d.]+>`},
		{Name: "Port", Pattern: `#Port<[\d.]+>`},
		{Name: "Size", Pattern: `::size\(\d+\)|:\d+`},
		{Name: "Type", Pattern: `/utf8`},
		{Name: "StructName", Pattern: `%[A-Z][\w.]*`},
		{Name: "Float", Pattern: `-?\d+\.\d+(e-?\d+)?`},
		{Name: "Int", Pattern: `-?\d+`},
		{Name: "Alias", Pattern: `[A-Z]\w*(\.[A-Z]\w*)*`},
		{Name: "Word", Pattern: `[\pL_][\pL\d_@]*`},
		{Name: "Punct", Pattern: `\.\.\.|%\{|#\{|<<|>>|=>|<>|\+\+|[\[\]{},|]`},
		{Name: "Blank", Pattern: `[ \t\r\n]+`},
	})
	return participle.MustBuild[gTerm](participle.Lexer(rules), participle.Elide("Blank"), participle.UseLookahead(1))
})

// term is the tree in the reader's own type. The spelling says what quotes and
// bare words are.
func (g *gTerm) term(d Dialect) Term {
	switch {
	case g.Elided:
		return MakeElided()
	case g.Tuple != nil:
		out := MakeTuple()
		for _, e := range g.Tuple.Elements {
			out.Args = append(out.Args, e.term(d))
		}
		return out
	case g.List != nil:
		return g.List.term(d)
	case g.Map != nil:
		return pairsTerm(Map, "", g.Map.Pairs, Elixir)
	case g.Struct != nil:
		return pairsTerm(Struct, aliasPrefix+g.Struct.Name[1:], g.Struct.Pairs, Elixir)
	case g.ErlangMap != nil:
		return pairsTerm(Map, "", g.ErlangMap.Pairs, Erlang)
	case g.Bits != nil:
		return g.Bits.term(d)
	case g.Binary != nil:
		return stringOf(d, g.Binary.Text, g.Binary.Cut)
	case g.Charlist != nil:
		return Term{Kind: Charlist, Text: between(g.Charlist.Text[2:], Elixir, characters), Cut: g.Charlist.Cut}
	}
	return g.Leaf.term(d)
}

// between is the text between quotes.
func between(s string, d Dialect, mode escapes) string {
	return unescape(s[1:len(s)-1], d, mode)
}

func stringOf(d Dialect, s string, cut bool) Term {
	if d == Elixir {
		return Term{Kind: Binary, Text: between(s, d, bytesOfString), Cut: cut}
	}
	text := between(s, d, characters)
	if text == "" && !cut {
		return MakeList()
	}
	return Term{Kind: Charlist, Text: text, Cut: cut}
}

func (g *gList) term(d Dialect) Term {
	out := MakeList()
	for _, e := range g.Elements {
		if e.Key != nil {
			out.Args = append(out.Args, MakeTuple(MakeAtom(keyName(*e.Key)), e.Value.term(d)))
		} else {
			out.Args = append(out.Args, e.Term.term(d))
		}
	}
	if g.Tail != nil {
		tail := g.Tail.term(d)
		out.Args = append(out.Args, tail)
		out.Improper = tail.Kind != Elided
	}
	return out
}

func keyName(s string) string {
	s = strings.TrimRight(s, " \n")
	s = s[:len(s)-1]
	if s[0] == '"' {
		return between(s, Elixir, characters)
	}
	return s
}

func pairsTerm(kind Kind, name string, list []*gPair, d Dialect) Term {
	out := Term{Kind: kind, Text: name}
	for _, p := range list {
		switch {
		case p.Key != nil:
			out.Args = append(out.Args, MakeAtom(keyName(*p.Key)), p.Value.term(d))
		case p.Right != nil:
			out.Args = append(out.Args, p.Left.term(d), p.Right.term(d))
		default:
			out.Args = append(out.Args, p.Left.term(d)) // "..."
		}
	}
	out.asStruct()
	return out
}

func (g *gBits) term(d Dialect) Term {
	out := Term{Kind: Binary}
	for _, s := range g.Segments {
		out.Cut = out.Cut || s.Elided || s.Cut
		switch {
		case s.Text != nil:
			text := between(*s.Text, d, characters)
			if s.Type == "" {
				text = latin1(text)
			}
			out.Text += text
		case s.Int != nil:
			var v, bits int
			fmt.Sscan(*s.Int, &v)
			if s.Size != "" {
				fmt.Sscan(strings.Trim(s.Size, ":size()"), &bits)
				out.Kind, out.Bits = Bitstring, uint8(bits)
			}
			out.Text += string([]byte{byte(v)})
		}
	}
	return out
}

func (g *gLeaf) term(d Dialect) Term {
	inner := func(s string) string { return s[strings.IndexByte(s, '<')+1 : len(s)-1] }
	switch {
	case g.Float != nil:
		return of(Float, elixirFloat(*g.Float))
	case g.Int != nil:
		return num(*g.Int)
	case g.Atom != nil:
		if s := (*g.Atom)[1:]; s[0] == '"' {
			return atom(between(s, Elixir, characters))
		}
		return atom((*g.Atom)[1:])
	case g.Quoted != nil:
		return atom(between(*g.Quoted, Erlang, characters))
	case g.Alias != nil && *g.Alias == "Elixir":
		return atom("Elixir")
	case g.Alias != nil:
		return alias(*g.Alias)
	case g.Word != nil:
		return atom(*g.Word) // of Elixir's bare words only nil, true and false are printed
	case g.Pid != nil:
		return of(Pid, inner(*g.Pid))
	case g.Ref != nil:
		return of(Ref, inner(*g.Ref))
	}
	return of(Port, inner(*g.Port))
}

// grammarTerm makes a random term that the grammar can read.
func grammarTerm(g *generator) Term {
	for {
		t := g.term(3)
		ok := true
		t.walk(func(n *Term) {
			ok = ok && n.Kind != Fun && n.Kind != Opaque
			if n.Kind == Atom || n.Kind == Binary || n.Kind == Charlist {
				ok = ok && !strings.ContainsAny(n.Text, "\n") && n.Text != "foo=" && n.Text != "::"
			}
		})
		if ok {
			return t
		}
	}
}

// oracle holds the reader to the grammar on one text.
func oracle(t *testing.T, text string, d Dialect) {
	t.Helper()
	tree, err := termGrammar().ParseString("", text)
	if err != nil {
		t.Fatalf("the grammar cannot read %s: %v", text, err)
	}
	got, err := ParseIn(text, d)
	if err != nil {
		t.Fatal(err)
	}
	if want := tree.term(d); !Equal(want, got) {
		t.Fatalf("%s\n%s", text, cmp.Diff(want, got, sameTree...))
	}
}

// FuzzOracle holds the reader and the declarative grammar to the same trees, on
// random terms in both spellings.
func FuzzOracle(f *testing.F) {
	for seed := range uint64(200) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		g := &generator{Rand: rand.New(rand.NewPCG(seed, 7))}
		term := grammarTerm(g)
		oracle(t, term.Elixir(), Elixir)
		oracle(t, term.Erlang(), Erlang)
	})
}

// TestGrammarDoc holds docs/grammar.md to the grammar; -update writes it.
func TestGrammarDoc(t *testing.T) {
	const path = "../../docs/grammar.md"
	text := "# Grammar of terms\n\nGenerated by `go test ./parser/term -run TestGrammarDoc -update`. The reader in `parser/term` accepts all of this in\n" +
		"either spelling, and more: `#Name<…>`, sigils, calls, ranges and functions as `inspect/2` prints them, terms that are\ncut off, and odd text as raw.\n\n" +
		"```ebnf\n" + strings.ReplaceAll(termGrammar().String(), "G", "") + "\n```\n"
	if *update {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, []byte(text)) {
		t.Errorf("docs/grammar.md is out of date: %s", cmp.Diff(string(got), text))
	}
}
