package term

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMatch(t *testing.T) {
	tests := []struct {
		pattern, term string
		want          string // the bindings; "-" if there is no match
	}{
		{":noproc", "noproc", ""},
		{":noproc", ":timeout", "-"},
		{"{:bad_return_value, value}", "{bad_return_value,{ok,1}}", "value={:ok, 1}"},
		{"{:bad_return_value, _}", "{:bad_return_value, 1, 2}", "-"},
		{"{:noproc, {mod, fun, [server, ...]}}", "{noproc,{gen_server,call,[my_srv,ping,5000]}}", "mod=:gen_server fun=:call server=:my_srv"},
		{"{:noproc, {mod, fun, [server, ...]}}", "{noproc,{gen_server,call,[]}}", "-"},
		{"{:a, ...}", "{:a}", ""},
		{"{:a, ...}", "{:a, 1, 2}", ""},
		{"{:a, x, x}", "{:a, [b: 1], [{:b, 1}]}", "x=[b: 1]"},
		{"{:a, x, x}", "{:a, 1, 2}", "-"},
		{"%KeyError{key: k}", `%KeyError{key: :a, term: nil}`, "k=:a"},
		{"%KeyError{key: k}", `#{'__struct__' => 'Elixir.KeyError','__exception__' => true,key => a}`, "k=:a"},
		{"%KeyError{key: k}", `%ArgumentError{key: 1}`, "-"},
		{"%{message: m}", `%RuntimeError{message: "boom"}`, `m="boom"`},
		{`%{"a" => x}`, `%{"a" => 1, "b" => 2}`, "x=1"},
		{"%{a: x}", "%{b: 1, ...}", "x=..."},
		{"%{a: 1}", "%{b: 1, ...}", "-"},
		{"%mod{message: m}", `%RuntimeError{message: "x"}`, `mod=RuntimeError m="x"`},
		{"%_{}", "%{}", "-"},
		{"~r/^Post.*Error$/", "Postgrex.Error", ""},
		{"~r/time ?out/i", `"Time Out!"`, ""},
		{`~r/a\/b/`, `<<"a/b">>`, ""},
		{"~r/x/", "1", "-"},
		{":a | :b", ":b", ""},
		{"{:error, (:a | {:b, x})}", "{:error, {:b, 2}}", "x=2"},
		{"{:error, :a | :b}", "{:error, :c}", "-"},
		{"({:a, x} | {:b, x})", "{:b, 1}", "x=1"},
		{"{({x, 1} | {x, 2}), x}", "{{7, 2}, 7}", "x=7"},
		{"[h | t]", "[1, 2, 3]", "h=1 t=[2, 3]"},
		{"[h | t]", "[1 | 2]", "h=1 t=2"},
		{"[h | t]", "[]", "-"},
		{"[(:a | :b) | _]", "[:b]", ""},
		{"[a, b]", "[1, 2, ...]", "-"},
		{"[a, b, ...]", "[1, 2, ...]", "a=1 b=2"},
		{"[a, b, c, _]", "[1, 2, ...]", "a=1 b=2 c=..."},
		{"[a, 2]", "[1, ...]", "-"},
		{"{:badmatch, v}", "{badmatch,...}", "v=..."},
		{"{:badmatch, v}", "{badmatch,[1,2", "v=[1, 2, ...]"},
		{"x", "...", "x=..."},
		{":a", "...", "-"},
		{`"user:" <> id`, `"user:42"`, `id="42"`},
		{`"user:" <> ...`, `"user:4" <> ...`, ""},
		{"e = %{message: m}", `%E{message: "x"}`, `e=%E{message: "x"} m="x"`},
		{"[file: f, line: l]", `[{file,"a.erl"},{line,3}]`, `f=~c"a.erl" l=3`},
		{"{:EXIT, pid, reason}", "{:EXIT, pid, reason}", "pid=pid reason=reason"},
		{"[a, b]", `"ab"`, "-"},
		{"~c\"ab\"", "[97, 98]", ""},
		{"MyApp.Cache", "'Elixir.MyApp.Cache'", ""},
		{"{1.5, -1, nil, \"a\"}", "{1.5, -1, nil, \"a\"}", ""},
	}
	for _, tt := range tests {
		p, err := ParsePattern(tt.pattern)
		if err != nil {
			t.Error(err)
			continue
		}
		subject, _, _ := Read(tt.term)
		bound, ok := p.Match(subject)
		var parts []string
		for _, b := range bound {
			parts = append(parts, b.Name+"="+b.Value.Elixir())
		}
		got := strings.Join(parts, " ")
		if !ok {
			got = "-"
		}
		if got != tt.want {
			t.Errorf("%s on %s: %s, want %s", tt.pattern, tt.term, got, tt.want)
		}
		// What matches is found by its head.
		if heads, only := p.Heads(); ok && only && !strings.Contains(" "+strings.Join(heads, " ")+" ", " "+subject.Head()+" ") && subject.Head() != "" {
			t.Errorf("%s matches %s, whose head %q is none of %q", tt.pattern, tt.term, subject.Head(), heads)
		}
	}
}

func TestHead(t *testing.T) {
	for in, want := range map[string]string{
		"{:badmatch, v}": "badmatch/2", ":noproc": "noproc", "%KeyError{}": "%KeyError", "x": "", "_": "", "{tag, 1}": "",
		"{:a, ...}": "", "{{:a, b}, c}": "/2", ":a | :b": "", ":a | :a": "a", "e = {:a}": "a/1", "{}": "/0", "%{}": "", "[1]": "",
		"{(:badarg | :bad_arg), _}": "", "{Foo, 1}": "Foo/2",
	} {
		p, err := ParsePattern(in)
		if err != nil {
			t.Fatal(err)
		}
		got, ok := p.Head()
		if got != want || ok != (want != "") {
			t.Errorf("Head of %s: %q, want %q", in, got, want)
		}
	}
	p, _ := ParsePattern("{(:badarg | :bad_arg), x}")
	heads, _ := p.Heads()
	if diff := cmp.Diff([]string{"badarg/2", "bad_arg/2"}, heads); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"x"}, p.Variables()); diff != "" {
		t.Error(diff)
	}
}

func TestPatternErrors(t *testing.T) {
	for in, want := range map[string]string{
		"": "byte 0: a term is missing", "{:a": "byte 3: a comma or } is missing", "{..., :a}": "byte 4: ... must be the last",
		":a :b": `byte 3: unexpected ":b"`, "~r/(/": "byte 0: error parsing regexp", "%{x => 1}": `byte 2: unexpected "x => 1}", a key`,
		"(1": "byte 2: a ) is missing", "[a | b, c]": "a ] is missing", "f(1)": "calls are no patterns", "~r/x": "a regex with no end",
		"{:a, }": `unexpected "}"`, "%{a: 1, :a => b}": "the key :a stands twice", ":a |": "a term is missing", strings.Repeat("{", 100_000): "nested too deeply",
	} {
		if _, err := ParsePattern(in); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ParsePattern(%.20q) = %.200v, want %q", in, err, want)
		}
	}
}
