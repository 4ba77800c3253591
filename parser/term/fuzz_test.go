package term

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// addSeeds adds the forms that the table tests read, and what three Elixirs
// printed (testdata).
func addSeeds(f *testing.F) {
	files, err := filepath.Glob("testdata/inspect-*.txt")
	if err != nil || len(files) == 0 {
		f.Fatal("no printed terms in testdata: ", err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, line := range strings.Split(string(text), "\n") {
			f.Add(line)
		}
	}
	for _, s := range []string{
		"#{'__struct__' => 'Elixir.RuntimeError','__exception__' => true,message => <<\"boom\">>}", "[1,2|...]", "<<\"é\"/utf8>>", "<<1:3>>",
		"#Inspect.Error<\n  got \"\"\"\n x\n \"\"\"\n>", "#Ecto.Query<from u in User, where: u.age > 18>", "%{a: 1, ...}", "'a b'", "~c\"a\" ++ ...",
		"\"a\" <> ...", "fun lists:map/2", "&Kernel.../2", "[{}: 1, +: 2]", "{a, [b | c", "$a", "16#FF", "1..2//3", "<<1, 2::size(4)>>",
		":a | {:b, x, ...}", "%_{a: ~r/x/i}", "\"p\" <> rest", "[h | t]", "#st{a = 1}", "<0.1.0>", "\"a\"\n\"b\"", "{:a}}", "{?\" }0", "{?\\\" }0", "%A\xc6{}", "%{a: A00,a: 0}",
	} {
		f.Add(s)
	}
}

// plainTree tells whether a tree holds no text that stands for itself only, and
// is not so deep that a print of it is cut.
func plainTree(t *Term) bool {
	plain := true
	var visit func(n *Term, depth int)
	visit = func(n *Term, depth int) {
		plain = plain && n.Kind != Raw && n.Kind != Opaque && n.Kind != Var && n.Kind != Fun && depth < MaxDepth/2
		for i := range n.Args {
			visit(&n.Args[i], depth+1)
		}
	}
	visit(t, 0)
	return plain
}

// FuzzRead reads any text: spans lie inside of it, and what is printed of the
// tree reads as the same tree.
func FuzzRead(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, in string) {
		Guess(in)
		for _, d := range []Dialect{Elixir, Erlang} {
			got, end, complete := ReadIn(in, d)
			checkBounds(t, &got, end, len(in))
			got.Shape(3)
			got.StringValue()
			got.Head()
			if !complete || got.Kind == None || !plainTree(&got) {
				_ = got.Print(d)
				continue
			}
			for _, p := range []Dialect{Elixir, Erlang} {
				text := got.Print(p)
				again, err := ParseIn(text, p)
				if err != nil || !Equal(got, again) {
					t.Fatalf("%q in dialect %d prints in dialect %d as %s: %v, %s", in, d, p, text, err, again.Print(p))
				}
			}
			if small := Shrink(got, 60); small.Kind == None {
				t.Fatalf("%q shrinks to nothing", in)
			}
		}
		Mask(in)
	})
}

// FuzzSkip: Skip finds the end that Read finds, wherever Read can read.
func FuzzSkip(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, in string) {
		in = strings.TrimLeft(in, " \t\r\n\u00a0")
		end, _ := Skip(in, 0)
		if end < 0 || end > len(in) {
			t.Fatalf("Skip(%q) = %d", in, end)
		}
		got, want, complete := ReadIn(in, Elixir)
		if complete && got.Kind != None && plainTree(&got) && end != want {
			t.Fatalf("Skip(%q) = %d, Read ends at %d", in, end, want)
		}
	})
}

// FuzzPattern: no pattern panics, and a pattern without holes, in UTF-8, matches its term.
func FuzzPattern(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, in string) {
		p, err := ParsePattern(in)
		if err != nil {
			return
		}
		p.Heads()
		subject, _, complete := ReadIn(in, Elixir)
		bound, ok := p.Match(subject)
		if len(bound) > len(p.Variables()) {
			t.Fatalf("%q binds %d of %d variables", in, len(bound), len(p.Variables()))
		}
		if complete && !ok && utf8.ValidString(in) && plainTree(&subject) && !subject.Elided() && !strings.ContainsAny(in, "|~.") && subject.End == uint32(len(in)) {
			t.Fatalf("%q does not match itself: %s", in, subject)
		}
	})
}
