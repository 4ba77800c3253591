package term

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// sameTree compares trees, spans apart.
var sameTree = []cmp.Option{cmpopts.IgnoreFields(Term{}, "Start", "End"), cmpopts.EquateEmpty()}

func atom(name string) Term  { return MakeAtom(name) }
func alias(name string) Term { return MakeAlias(name) }
func str(s string) Term      { return MakeString(s) }
func num(s string) Term      { return Term{Kind: Int, Text: s} }
func of(k Kind, s string) Term {
	return Term{Kind: k, Text: s}
}

func cutString(k Kind, s string) Term { return Term{Kind: k, Text: s, Cut: true} }

// TestReadForms reads each form of formats.md section I.
func TestReadForms(t *testing.T) {
	dots := MakeElided()
	tests := []struct {
		in   string
		d    Dialect
		want Term
	}{
		{"1", Elixir, num("1")},
		{"-5", Elixir, num("-5")},
		{"1_000_000", Elixir, num("1000000")},
		{"123456789012345678901234567890", Elixir, num("123456789012345678901234567890")},
		{"0x1F", Elixir, num("31")},
		{"0b101", Elixir, num("5")},
		{"16#1F600", Erlang, num("128512")},
		{"16#FFFFFFFFFFFFFFFFFF", Erlang, num("4722366482869645213695")},
		{"$a", Erlang, num("97")},
		{`$\n`, Erlang, num("10")},
		{"?a", Elixir, num("97")},
		{"1.0", Elixir, of(Float, "1.0")},
		{"-0.0", Elixir, of(Float, "-0.0")},
		{"1.0e5", Erlang, of(Float, "100000.0")},
		{"1.0e-10", Elixir, of(Float, "1.0e-10")},
		{"9.007199254740992e15", Erlang, of(Float, "9007199254740992.0")},

		{":a", Elixir, atom("a")},
		{":a?", Elixir, atom("a?")},
		{":nil@x", Elixir, atom("nil@x")},
		{":é", Elixir, atom("é")},
		{":+", Elixir, atom("+")},
		{":..//", Elixir, atom("..//")},
		{":{}", Elixir, atom("{}")},
		{":%{}", Elixir, atom("%{}")},
		{`:""`, Elixir, atom("")},
		{`:"with\"quote"`, Elixir, atom(`with"quote`)},
		{`:"Elixir.foo"`, Elixir, atom("Elixir.foo")},
		{"nil", Elixir, atom("nil")},
		{"Foo.Bar", Elixir, atom("Elixir.Foo.Bar")},
		{"Elixir", Elixir, atom("Elixir")},
		{"noproc", Erlang, atom("noproc")},
		{"a@b", Erlang, atom("a@b")},
		{"'Elixir.Foo'", Erlang, alias("Foo")},
		{`'a\'b'`, Erlang, atom("a'b")},
		{"''", Erlang, atom("")},
		{`'\x{65E5}\x{672C}'`, Erlang, atom("日本")},
		{"'$gen_cast'", Erlang, atom("$gen_cast")},
		{"Foo", Erlang, of(Var, "Foo")},
		{"Foo.Bar", Erlang, alias("Foo.Bar")},
		{"user_data", Elixir, of(Var, "user_data")},

		{`"str"`, Elixir, str("str")},
		{`"a\"\\\n\t\r\e\a\b\d\f\v\0\#{x}\u200B\x{1F600}\xFF"`, Elixir, str("a\"\\\n\t\r\x1b\a\b\x7f\f\v\x00#{x}\u200b😀\xff")},
		{`"xxxx" <> ...`, Elixir, cutString(Binary, "xxxx")},
		{`<<1, 2, ...>>`, Elixir, cutString(Binary, "\x01\x02")},
		{`<<255, 0>>`, Elixir, str("\xff\x00")},
		{`<<>>`, Elixir, str("")},
		{`<<1::size(3)>>`, Elixir, Term{Kind: Bitstring, Text: "\x01", Bits: 3}},
		{`<<1, 2::size(4)>>`, Elixir, Term{Kind: Bitstring, Text: "\x01\x02", Bits: 4}},
		{`<<1:3>>`, Erlang, Term{Kind: Bitstring, Text: "\x01", Bits: 3}},
		{`<<1:16>>`, Erlang, str("\x00\x01")},
		{`<<"bin">>`, Erlang, str("bin")},
		{`<<"é"/utf8>>`, Erlang, str("é")},
		{`<<"é">>`, Erlang, str("\xe9")},
		{`<<"Ã©">>`, Erlang, str("é")},
		{`<<"a\"b\n">>`, Erlang, str("a\"b\n")},
		{`<<"binary of many c"...>>`, Erlang, cutString(Binary, "binary of many c")},
		{`<<1,2,...>>`, Erlang, cutString(Binary, "\x01\x02")},
		{"<<0,1,\n     2>>", Erlang, str("\x00\x01\x02")},
		{`<<"abc", 0>>`, Elixir, str("abc\x00")},
		{`<<x::binary>>`, Elixir, of(Opaque, "<<x::binary>>")},
		{`~c"a\"b'c"`, Elixir, of(Charlist, `a"b'c`)},
		{`~c"abcd" ++ ...`, Elixir, cutString(Charlist, "abcd")},
		{`'abc'`, Elixir, of(Charlist, "abc")},
		{`"str"`, Erlang, of(Charlist, "str")},
		{`""`, Erlang, MakeList()},
		{"\"abc\"\n   \"def\"", Erlang, of(Charlist, "abcdef")},
		{`["a" "b"]`, Elixir, MakeList(str("ab"))},
		{"\"\"\"\n  one\n  two\n  \"\"\"", Elixir, str("one\ntwo\n")},
		{"\"a\xe9b\"", Erlang, of(Charlist, "aéb")},
		{"\"a\xe9b\"", Elixir, str("a\xe9b")},

		{"[]", Elixir, MakeList()},
		{"[1, 2]", Elixir, MakeList(num("1"), num("2"))},
		{"[1 | 2]", Elixir, Term{Kind: List, Improper: true, Args: []Term{num("1"), num("2")}}},
		{"[1 | [2, 3]]", Elixir, MakeList(num("1"), num("2"), num("3"))},
		{"[1, 2, ...]", Elixir, MakeList(num("1"), num("2"), dots)},
		{"[1,2|...]", Erlang, MakeList(num("1"), num("2"), dots)},
		{`[a: 1, "b c": 2, +: 3, nil: 4]`, Elixir, MakeList(MakeTuple(atom("a"), num("1")), MakeTuple(atom("b c"), num("2")),
			MakeTuple(atom("+"), num("3")), MakeTuple(atom("nil"), num("4")))},
		{"[{}: 1, <<>>: 2, %{}: 3, ...: 4]", Elixir, MakeList(MakeTuple(atom("{}"), num("1")), MakeTuple(atom("<<>>"), num("2")),
			MakeTuple(atom("%{}"), num("3")), MakeTuple(atom("..."), num("4")))},
		{"[{:a, 1}, 2]", Elixir, MakeList(MakeTuple(atom("a"), num("1")), num("2"))},
		{"{}", Elixir, MakeTuple()},
		{"{1, ...}", Elixir, MakeTuple(num("1"), dots)},
		{"{ 1 , 2 }", Elixir, MakeTuple(num("1"), num("2"))},
		{"{a,…}", Erlang, MakeTuple(atom("a"), dots)},
		{"%{}", Elixir, of(Map, "")},
		{`%{:a => 1, "b" => 2}`, Elixir, Term{Kind: Map, Args: []Term{atom("a"), num("1"), str("b"), num("2")}}},
		{"%{nil: 1, true: 2}", Elixir, Term{Kind: Map, Args: []Term{atom("nil"), num("1"), atom("true"), num("2")}}},
		{"%{a: 1, ...}", Elixir, Term{Kind: Map, Args: []Term{atom("a"), num("1"), dots}}},
		{"%{...}", Elixir, Term{Kind: Map, Args: []Term{dots}}},
		{"#{a => 1,<<\"b\">> => \"c\"}", Elixir, Term{Kind: Map, Args: []Term{atom("a"), num("1"), str("b"), of(Charlist, "c")}}},
		{"%MyApp.User{id: 1}", Elixir, MakeStruct("MyApp.User", atom("id"), num("1"))},
		{"%{__struct__: NoSuch, a: 1}", Elixir, MakeStruct("NoSuch", atom("a"), num("1"))},
		{"#{'__struct__' => 'Elixir.RuntimeError','__exception__' => true,message => <<\"boom\">>}", Erlang,
			MakeStruct("RuntimeError", atom("message"), str("boom"))},
		{"#{message => <<\"boom\">>,'__exception__' => true,'__struct__' => 'Elixir.RuntimeError'}", Erlang,
			MakeStruct("RuntimeError", atom("message"), str("boom"))},

		{"#PID<0.94.0>", Elixir, of(Pid, "0.94.0")},
		{"<12345.9.0>", Erlang, of(Pid, "12345.9.0")},
		{"#Reference<0.1.2.3>", Elixir, of(Ref, "0.1.2.3")},
		{"#Ref<0.1.2.3>", Erlang, of(Ref, "0.1.2.3")},
		{"#Port<0.5>", Erlang, of(Port, "0.5")},
		{"#Function<43.3316493/0 in :erl_eval.expr/6>", Elixir, of(Fun, "43.3316493/0 in :erl_eval.expr/6")},
		{"#Fun<erl_eval.43.3316493>", Erlang, of(Fun, "erl_eval.43.3316493")},
		{"&String.upcase/1", Elixir, Term{Kind: Fun, External: true, Text: "Elixir.String.upcase/1"}},
		{"&:erlang.+/2", Elixir, Term{Kind: Fun, External: true, Text: "erlang.+/2"}},
		{"&Kernel.//2", Elixir, Term{Kind: Fun, External: true, Text: "Elixir.Kernel.//2"}},
		{"fun erlang:'+'/2", Erlang, Term{Kind: Fun, External: true, Text: "erlang.+/2"}},
		{"fun lists:map/2", Elixir, Term{Kind: Fun, External: true, Text: "lists.map/2"}},

		{"~D[2026-01-01]", Elixir, of(Opaque, "~D[2026-01-01]")},
		{`~r/a\/b/iu`, Elixir, of(Opaque, `~r/a\/b/iu`)},
		{"1..10//2", Elixir, of(Opaque, "1..10//2")},
		{"MapSet.new([1, 2])", Elixir, of(Opaque, "MapSet.new([1, 2])")},
		{`Decimal.new("1.0)")`, Elixir, of(Opaque, `Decimal.new("1.0)")`)},
		{"#P<a: 1, ...>", Elixir, of(Opaque, "#P<a: 1, ...>")},
		{"#Ecto.Query<from u in User, where: u.age > 18 and u.x <= ^1>", Elixir,
			of(Opaque, "#Ecto.Query<from u in User, where: u.age > 18 and u.x <= ^1>")},
		{`#Ecto.Changeset<action: nil, data: #MyApp.User<>, e: "a > b">`, Elixir,
			of(Opaque, `#Ecto.Changeset<action: nil, data: #MyApp.User<>, e: "a > b">`)},
		{"#Stream<[enum: [1], funs: [#Function<49.65765362/1 in Stream.map/2>]]>", Elixir,
			of(Opaque, "#Stream<[enum: [1], funs: [#Function<49.65765362/1 in Stream.map/2>]]>")},
		{"#st{name = x}", Erlang, of(Opaque, "#st{name = x}")},
		{"{#A<x, 1}", Elixir, MakeTuple(of(Raw, "#A<x, 1"))},
		{"[a b, 2]", Elixir, MakeList(of(Raw, "a b"), num("2"))},
		{"...", Elixir, dots},

		{"%{a: %{s: 'x'}, b: #{k => 'x', s => \"y\"}, c: 'x'}", Elixir, Term{Kind: Map, Args: []Term{
			atom("a"), {Kind: Map, Args: []Term{atom("s"), of(Charlist, "x")}},
			atom("b"), {Kind: Map, Args: []Term{atom("k"), atom("x"), atom("s"), of(Charlist, "y")}},
			atom("c"), of(Charlist, "x")}}},
	}
	for _, tt := range tests {
		got, end, complete := ReadIn(tt.in, tt.d)
		if diff := cmp.Diff(tt.want, got, sameTree...); diff != "" || end != len(tt.in) || !complete {
			t.Errorf("ReadIn(%q, %d): end %d, complete %v\n%s", tt.in, tt.d, end, complete, diff)
		}
	}
}

// TestReadInspectError reads the multi-line text of a failed Inspect, inside a
// term, with a ">" in a frame and quotes that do not pair up.
func TestReadInspectError(t *testing.T) {
	opaque := "#Inspect.Error<\n  got RuntimeError with message:\n\n      \"\"\"\n      it's \"\n      \"\"\"\n\n" +
		"  while inspecting:\n\n      %{__struct__: Bad, f: {\n\n  Stacktrace:\n\n    x.exs:11: anonymous fn/1 in A.>/2\n\n>"
	got, end, complete := ReadIn("%{a: "+opaque+", b: 1}", Elixir)
	want := Term{Kind: Map, Args: []Term{atom("a"), of(Opaque, opaque), atom("b"), num("1")}}
	if diff := cmp.Diff(want, got, sameTree...); diff != "" || !complete || end != len(opaque)+12 {
		t.Errorf("end %d complete %v\n%s", end, complete, diff)
	}
}

// TestReadCut reads terms whose end is missing.
func TestReadCut(t *testing.T) {
	dots := MakeElided()
	tests := []struct {
		in   string
		want Term
	}{
		{"{:badmatch, [1, 2", MakeTuple(atom("badmatch"), MakeList(num("1"), num("2"), dots))},
		{"{:badmatch, [1]", MakeTuple(atom("badmatch"), MakeList(num("1")))},
		{"{:badmatch,", MakeTuple(atom("badmatch"), dots)},
		{"%{a: [1, 2], b", Term{Kind: Map, Args: []Term{atom("a"), MakeList(num("1"), num("2")), of(Var, "b"), dots, dots}}},
		{"%{a: ", Term{Kind: Map, Args: []Term{atom("a"), dots, dots}}},
		{`%{a: "x`, Term{Kind: Map, Args: []Term{atom("a"), cutString(Binary, "x")}}},
		{`<<1, 2`, cutString(Binary, "\x01\x02")},
		{"[{:a, 1], 2", MakeList(MakeTuple(atom("a"), num("1")))},
	}
	for _, tt := range tests {
		got, _, complete := ReadIn(tt.in, Elixir)
		if diff := cmp.Diff(tt.want, got, sameTree...); diff != "" || complete {
			t.Errorf("ReadIn(%q): complete %v\n%s", tt.in, complete, diff)
		}
	}
}

// TestReadEnd tells where the term ends when text follows.
func TestReadEnd(t *testing.T) {
	for in, want := range map[string]string{
		"{:a, 1}. Last message": "{:a, 1}", ":normal\nfoo": ":normal", " #PID<0.1.0> (x)": " #PID<0.1.0>",
		"MyApp.Worker.init/1": "MyApp.Worker", "noproc, x": "noproc", "1.": "1", ") x": "", "\"a\"\n\"b\"": "\"a\"",
		"{a,b} in context": "{a,b}", "@@ no\nx": "@@ no", "": "", "1...": "1", "foo: 1": "foo",
	} {
		if _, end, _ := Read(in); in[:end] != want {
			t.Errorf("Read(%q) ends after %q, want %q", in, in[:end], want)
		}
	}
}

func TestGuess(t *testing.T) {
	for in, want := range map[string]Dialect{
		"{:badarg, [{mod, f, 1}]}": Elixir, "{badarg, [{mod, f, 1}]}": Erlang, "noproc": Erlang, ":noproc": Elixir,
		"[]": Elixir, `"abc"`: Elixir, `{"a","b"}`: Erlang, `{"a", "b"}`: Elixir, "<0.1.0>": Erlang, "#PID<0.1.0>": Elixir,
		`<<"a">>`: Erlang, "<<1, 2>>": Elixir, "<<1,2>>": Erlang, "#{}": Erlang, "%{}": Elixir, "[error: badarg]": Elixir,
		"'Elixir.Foo'": Erlang, "{Foo, 'a'}": Elixir, "{'EXIT',x}": Erlang, "#Ref<0.1.2>": Erlang, "#Port<0.1>": Elixir,
		"{ {:timeout, {GenServer, :call, []}}, [{GenServer, :call, 3, [file: 'lib/gen_server.ex', line: 1013]}, ...] }": Elixir,
		"{nil,true,{1,\"x\"}}": Erlang, "fun lists:map/2": Erlang, "&String.upcase/1": Elixir, "~c\"a\"": Elixir, "'a b'": Erlang,
	} {
		if got := Guess(in); got != want {
			t.Errorf("Guess(%q) = %d", in, got)
		}
	}
}

func TestParse(t *testing.T) {
	for _, in := range []string{"{a,b}.", " :a ", "noproc", "{:a, b c}"} {
		if _, err := Parse(in); err != nil {
			t.Errorf("Parse(%q): %v", in, err)
		}
	}
	for in, want := range map[string]string{
		"": "nothing there", ")": `unexpected ")" at byte 0`, ":a :b": `unexpected ":b" at byte 3`, "{:a": "still open", "@": "unexpected",
	} {
		if _, err := Parse(in); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Parse(%q) = %v, want %q", in, err, want)
		}
	}
}

// TestSpans: each node's span holds its text.
func TestSpans(t *testing.T) {
	const in = ` {:a, [b: "c"], %X{d: <<1>>}, #PID<0.1.0>}`
	got, _, _ := Read(in)
	var texts []string
	got.walk(func(n *Term) { texts = append(texts, in[n.Start:n.End]) })
	want := []string{`{:a, [b: "c"], %X{d: <<1>>}, #PID<0.1.0>}`, ":a", `[b: "c"]`, `b: "c"`, "b:", `"c"`, "%X{d: <<1>>}", "d:", "<<1>>", "#PID<0.1.0>"}
	if diff := cmp.Diff(want, texts); diff != "" {
		t.Error(diff)
	}
}

// walk calls f for t and all terms in it.
func (t *Term) walk(f func(*Term)) {
	f(t)
	for i := range t.Args {
		t.Args[i].walk(f)
	}
}

// TestDeep reads brackets of every kind at hostile depths, closed and not.
func TestDeep(t *testing.T) {
	pairs := [][2]string{{"[", "]"}, {"{", "}"}, {"%{a: ", "}"}, {"#{a => ", "}"}, {"%X{a: ", "}"}, {"(", ")"}, {"#A<", ">"},
		{"X.new(", ")"}, {"[a: ", "]"}, {"{1,", "}"}, {"[1|", "]"}, {"<<", ">>"}, {"#A<[", "]>"}, {"[\"", "\"]"}, {"~r(", ")"}, {"#a{", "}"}}
	// A million levels take well under a second; a quadratic path would take hours.
	for _, depth := range []int{1_000, 1_000_000} {
		for _, p := range pairs {
			open := strings.Repeat(p[0], depth)
			for _, in := range []string{open, open + "1" + strings.Repeat(p[1], depth), open + strings.Repeat(p[1]+",", depth)} {
				start := time.Now()
				got, end, _ := Read(in)
				Skip(in, 0)
				checkBounds(t, &got, end, len(in))
				Mask(in[:min(len(in), 300_000)])
				got.Shape(3)
				_ = got.Erlang()
				if d := time.Since(start); d > time.Minute {
					t.Fatalf("%s × %d took %v", p[0], depth, d)
				}
			}
		}
	}
}

// checkBounds fails if a span lies outside of the text, or the term is too deep
// or too large.
func checkBounds(t *testing.T, root *Term, end, size int) {
	t.Helper()
	nodes := 0
	var visit func(n *Term, depth int)
	visit = func(n *Term, depth int) {
		nodes++
		if int(n.Start) > int(n.End) || int(n.End) > end || end > size {
			t.Fatalf("span %d-%d, end %d of %d", n.Start, n.End, end, size)
		}
		if depth > MaxDepth+2 {
			t.Fatalf("depth %d", depth)
		}
		for i := range n.Args {
			visit(&n.Args[i], depth+1)
		}
	}
	visit(root, 0)
	if nodes > 3*MaxNodes {
		t.Fatalf("%d nodes", nodes)
	}
}

// TestMaxNodes: after so many nodes the rest is left out, but its end is found.
func TestMaxNodes(t *testing.T) {
	in := "{:a, [" + strings.Repeat("1, ", MaxNodes) + "2], %{b: 1}}"
	got, end, complete := Read(in)
	if end != len(in) || !complete {
		t.Errorf("end %d of %d, complete %v", end, len(in), complete)
	}
	if list := got.Args[1]; list.Args[len(list.Args)-1].Kind != Elided {
		t.Error("the list is not cut")
	}
	if last := got.Args[len(got.Args)-1]; last.Kind != Elided {
		t.Errorf("the tuple is not cut: %v", last.Kind)
	}
}
