package term

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// generator makes random terms of every kind.
type generator struct {
	*rand.Rand
	vm bool // only terms that a VM can read back
}

var (
	someAtoms = []string{"a", "ok", "nil", "true", "Elixir.MyApp.Cache", "Elixir", "Elixir.foo", "a b", "", "+", "..", "a?", "B!", "é", "日本",
		"it's", `q"`, "a\\b", "after", "fn", "x@y", "1a", "Foo", "_", "$gen_call", "a\nb", "{}", "%{}", "<<>>", "::", "@", "|>", "foo=", "Elixir.A1.B_c", "\x7f", "ß"}
	someStrings = []string{"", "abc", "é", "a\"b\\c", "#{x}", "line\nline\t\r\x1b\a\b\v\f", "\x00", "\xff\xfe", "日本😀", "\u00a0", "it's", "a>b", "...", "\x7f", "\u0085", "caf\xe9"}
	someInts    = []string{"0", "1", "-1", "97", "255", "256", "10", "123456789012345678901234567890", "-98765432109876543210", "7", "8"}
	someFloats  = []string{"0.0", "-0.0", "1.0", "1.5", "100000.0", "1.0e16", "1.0e-5", "1.5e300", "123456.789", "9007199254740994.0", "5.0e-324", "0.1", "1.2345e-4", "2251799813685248.5"}
)

func pick[T any](g *generator, list []T) T { return list[g.IntN(len(list))] }

func (g *generator) term(depth int) Term {
	n := 20
	if g.vm {
		n = 13
	}
	k := g.IntN(n)
	if depth <= 0 && k < 6 {
		k += 6
	}
	switch k {
	case 0:
		return Term{Kind: List, Args: g.terms(depth)}
	case 1:
		return Term{Kind: Tuple, Args: g.terms(depth)}
	case 2:
		return Term{Kind: Map, Args: g.pairs(depth, false)}
	case 3:
		return Term{Kind: Struct, Text: pick(g, []string{"Elixir.MyApp.User", "Elixir.NoSuch", "foo"}), Args: g.pairs(depth, true)}
	case 4:
		args := append(g.terms(depth), g.term(0), atom("tail"))
		return Term{Kind: List, Improper: true, Args: args}
	case 5:
		var args []Term
		for range g.IntN(4) {
			args = append(args, MakeTuple(atom(pick(g, someAtoms)), g.term(depth-1)))
		}
		return Term{Kind: List, Args: args}
	case 6:
		return atom(pick(g, someAtoms))
	case 7:
		return num(pick(g, someInts))
	case 8:
		return of(Float, pick(g, someFloats))
	case 9:
		return str(pick(g, someStrings))
	case 10:
		return Term{Kind: Bitstring, Text: "ab\x05", Bits: uint8(3 + g.IntN(5))}
	case 11:
		if s := pick(g, someStrings); s != "" && strings.ToValidUTF8(s, "") == s {
			return of(Charlist, s)
		}
		return MakeList()
	case 12:
		return Term{Kind: Fun, External: true, Text: pick(g, []string{"Elixir.String.upcase/1", "erlang.+/2", "lists.map/2", "erlang.node/0", "erlang.//2"})}
	case 13:
		return of(Pid, "0.123.0")
	case 14:
		return of(Ref, "0.1.2.3")
	case 15:
		return of(Port, "0.5")
	case 16:
		return of(Fun, pick(g, []string{"43.3316493/0 in :erl_eval.expr/6", "49.65765362/1 in Stream.map/2", "erl_eval.43.3316493", "2.16560658 in file:t2.exs"}))
	case 17:
		return of(Opaque, pick(g, []string{"~D[2026-01-01]", "#P<a: 1, ...>", "MapSet.new([1, 2])", "1..3", "#MyApp.Secret<>"}))
	case 18:
		return Term{Kind: Tuple, Args: append(g.terms(depth), MakeElided())}
	}
	return cutString(pick(g, []Kind{Binary, Charlist}), "abc")
}

func (g *generator) terms(depth int) []Term {
	var out []Term
	for range g.IntN(4) {
		out = append(out, g.term(depth-1))
	}
	return out
}

// pairs has no key twice, and none but atoms in a struct.
func (g *generator) pairs(depth int, atoms bool) []Term {
	var out []Term
	seen := map[string]bool{}
	for range g.IntN(4) {
		key := atom(pick(g, someAtoms))
		if !atoms && g.IntN(2) == 0 {
			key = g.term(0)
		}
		if text := key.Erlang(); !seen[text] {
			seen[text] = true
			out = append(out, key, g.term(depth-1))
		}
	}
	return out
}

// TestPrintParse: what is printed reads as the same term, in both spellings.
func TestPrintParse(t *testing.T) {
	g := &generator{Rand: rand.New(rand.NewPCG(1, 2))}
	for range 20_000 {
		want := g.term(4)
		for _, d := range []Dialect{Elixir, Erlang} {
			text := want.Print(d)
			got, err := ParseIn(text, d)
			if err != nil || !Equal(want, got) {
				t.Fatalf("dialect %d: %s: %v\n%s", d, text, err, cmp.Diff(want, got, sameTree...))
			}
			if again := got.Print(d); again != text {
				t.Fatalf("dialect %d: printed again:\n%s\n%s", d, text, again)
			}
			if skip, ok := Skip(text, 0); skip != len(text) || !ok {
				t.Fatalf("Skip(%q) = %d of %d, %v", text, skip, len(text), ok)
			}
			if want.Shape(3) != got.Shape(3) {
				t.Fatalf("shape of %s: %s and %s", text, want.Shape(3), got.Shape(3))
			}
		}
	}
}

// vmTerms are random terms that a VM can read, none of them huge.
func vmTerms(n int) []Term {
	g := &generator{Rand: rand.New(rand.NewPCG(3, 4)), vm: true}
	out := make([]Term, n)
	for i := range out {
		out[i] = g.term(3)
	}
	return out
}

// runScript runs a script with the terms as its input, one a line, and returns
// the lines of its output.
func runScript(t *testing.T, program, name, script string, lines []string) []string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		t.Skipf("%s is not installed: the printers are not compared with a real VM", program)
	}
	dir := t.TempDir()
	file, input := filepath.Join(dir, name), filepath.Join(dir, "terms")
	for f, text := range map[string]string{file: script, input: strings.Join(lines, "\n") + "\n"} {
		if err := os.WriteFile(f, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(path, file, input)
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "ELIXIR_ERL_OPTIONS=+fnu")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%.2000s%.2000s", program, err, out, stderr.Bytes())
	}
	return strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
}

// compareVM holds what the VM printed against the terms: the text is the same
// but for what the VM orders or spells in its own way, and reads as the term.
func compareVM(t *testing.T, d Dialect, terms []Term, lines []string) {
	t.Helper()
	if len(lines) != len(terms) {
		t.Fatalf("%d lines for %d terms", len(lines), len(terms))
	}
	same := 0
	for i, want := range terms {
		text := want.Print(d)
		got, err := ParseIn(lines[i], d)
		if err != nil || !Equal(want, got) {
			t.Errorf("%s: the VM printed %s: %v", text, lines[i], err)
		}
		if text == lines[i] {
			same++
			continue
		}
		ordered := true // a map of one key has one order
		want.walk(func(n *Term) {
			ordered = ordered && !(n.Kind == Map && len(n.Args) > 2 || n.Kind == Struct || d == Elixir && (n.Kind == Charlist || n.Kind == List))
		})
		if ordered {
			t.Errorf("the VM prints\n%s, we\n%s", lines[i], text)
		}
	}
	if same < len(terms)/2 {
		t.Errorf("only %d of %d terms print as the VM prints them", same, len(terms))
	}
}

// TestErlangVM has a real VM read what [Term.Erlang] prints and print it itself.
func TestErlangVM(t *testing.T) {
	terms := vmTerms(1500)
	lines := make([]string, len(terms))
	for i := range terms {
		lines[i] = terms[i].Erlang() + "."
	}
	const script = `%%! +pc unicode
main([File]) ->
    ok = io:setopts([{encoding, unicode}]),
    {ok, Bytes} = file:read_file(File),
    Lines = string:split(string:trim(unicode:characters_to_list(Bytes), trailing, "\n"), "\n", all),
    lists:foreach(fun(Line) ->
        {ok, Tokens, _} = erl_scan:string(Line),
        {ok, Exprs} = erl_parse:parse_exprs(Tokens),
        {value, Term, _} = erl_eval:exprs(Exprs, []),
        io:format("~0tp~n", [Term])
    end, Lines).
`
	compareVM(t, Erlang, terms, runScript(t, "escript", "terms.escript", "#!/usr/bin/env escript\n"+script, lines))
}

// TestElixirVM has a real VM read what [Term.Elixir] prints and print it itself.
func TestElixirVM(t *testing.T) {
	terms := vmTerms(1500)
	lines := make([]string, len(terms))
	for i := range terms {
		lines[i] = terms[i].Elixir()
		// A struct of a module that does not exist does not compile.
		for _, mod := range []string{"MyApp.User", "NoSuch"} {
			lines[i] = strings.ReplaceAll(lines[i], "%"+mod+"{}", "%{__struct__: "+mod+"}")
			lines[i] = strings.ReplaceAll(lines[i], "%"+mod+"{", "%{__struct__: "+mod+", ")
		}
	}
	const script = `
[file] = System.argv()
:io.setopts(:standard_io, encoding: :unicode)
for line <- String.split(String.trim_trailing(File.read!(file), "\n"), "\n") do
  {term, _} = Code.eval_string(line)
  IO.puts(inspect(term, limit: :infinity, printable_limit: :infinity, width: :infinity))
end
`
	compareVM(t, Elixir, terms, runScript(t, "elixir", "terms.exs", script, lines))
}

// TestPrintBoth prints terms in both spellings.
func TestPrintBoth(t *testing.T) {
	tests := []struct{ elixir, erlang string }{
		{`{:badmatch, {:error, "x"}}`, `{badmatch,{error,<<"x">>}}`},
		{`%{:a => 1, "b" => 2}`, `#{a => 1,<<"b">> => 2}`},
		{`[timeout: 5000, "a b": Foo]`, `[{timeout,5000},{'a b','Elixir.Foo'}]`},
		{`%KeyError{key: :a, term: nil}`, `#{'__struct__' => 'Elixir.KeyError',key => a,term => nil}`},
		{`~c"abc"`, `"abc"`},
		{`[1 | 2]`, `[1|2]`},
		{`[1, 2, ...]`, `[1,2|...]`},
		{`"abc" <> ...`, `<<"abc"...>>`},
		{`<<1, 2, ...>>`, `<<1,2,...>>`},
		{`<<1, 2::size(4)>>`, `<<1,2:4>>`},
		{`{#PID<0.1.0>, #Reference<0.1.2.3>, #Port<0.5>}`, `{<0.1.0>,#Ref<0.1.2.3>,#Port<0.5>}`},
		{`&String.upcase/1`, `fun 'Elixir.String':upcase/1`},
		{`{1, ...}`, `{1,...}`},
		{`%{a: 1, ...}`, `#{a => 1,...}`},
		{`100000.0`, `1.0e5`},
		{`:after`, `'after'`},
		{`&Kernel.../2`, `fun 'Elixir.Kernel':'..'/2`}, // no VM reads what inspect/2 prints here
	}
	for _, tt := range tests {
		a, errA := ParseIn(tt.elixir, Elixir)
		b, errB := ParseIn(tt.erlang, Erlang)
		if errA != nil || errB != nil || !Equal(a, b) || a.Elixir() != tt.elixir || b.Elixir() != tt.elixir || a.Erlang() != tt.erlang || b.Erlang() != tt.erlang {
			t.Errorf("%v %v: %s, %s; want %s; %s, %s; want %s", errA, errB, a.Elixir(), b.Elixir(), tt.elixir, a.Erlang(), b.Erlang(), tt.erlang)
		}
	}
}

// TestEqualOrder: a map's order does not count, a list's does.
func TestEqualOrder(t *testing.T) {
	var big, reversed []string
	for i := range 3000 {
		big = append(big, fmt.Sprintf("{%d, [%d]} => %d", i, i, i))
		reversed = append(reversed, fmt.Sprintf("{%d, [%d]} => %d", 2999-i, 2999-i, 2999-i))
	}
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"%{a: 1, b: 2}", "%{b: 2, a: 1}", true},
		{"%{a: 1, b: 2}", "%{b: 1, a: 2}", false},
		{"%{a: 1, ...}", "%{a: 1}", false},
		{"%{a: 1, b: 2, ...}", "%{b: 2, a: 1, ...}", true},
		{"[a: 1, b: 2]", "[b: 2, a: 1]", false},
		{"%A{a: 1}", "%B{a: 1}", false},
		{"~c\"ab\"", "[97, 98]", true},
		{"~c\"ab\"", "[97, 98 | 99]", false},
		{"1", "1.0", false},
		{"\"a\"", "~c\"a\"", false},
		{"\"a\"", "\"a\" <> ...", false},
		{"#Function<43.3316493/0 in :erl_eval.expr/6>", "#Fun<erl_eval.43.3316493>", true},
		{"%{" + strings.Join(big, ", ") + "}", "%{" + strings.Join(reversed, ", ") + "}", true},
	} {
		a, _, _ := ReadIn(tt.a, Elixir)
		b, _, _ := ReadIn(tt.b, Elixir)
		if Equal(a, b) != tt.want || Equal(b, a) != tt.want {
			t.Errorf("Equal(%.60s, %.60s) is not %s", tt.a, tt.b, strconv.FormatBool(tt.want))
		}
	}
}
