package parser

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/beamlog/beamlog/parser/ingest"
	"github.com/beamlog/beamlog/parser/term"
	"github.com/google/go-cmp/cmp"
)

// TestGleam reads what Gleam's entry point wrote of errors that are known.
func TestGleam(t *testing.T) {
	type read struct{ Class, Reason, Top string }
	const value = `value: {:error, {:not_found, "user \"7\"", [1, 2, 300], %{"a" => 1.5}, nil, true, {1, :none}}}, ...}`
	letAssert := read{"error", `%{gleam_error: :let_assert, message: "Pattern match failed, no pattern matched the value.", ` + value, "app:let_assert/? src/app.gleam:12"}
	panics := read{"error", "%{gleam_error: :panic, message: \"`panic` expression evaluated.\", ...}", "app:panic/? src/app.gleam:12"}
	exits := read{"exit", "{:shutdown, :my_reason}", "app:exit_/? src/app.gleam:15"}
	for name, want := range map[string][]read{
		"main.log": {
			letAssert, panics,
			{"error", "%{gleam_error: :todo, message: \"`todo` expression evaluated. This code has not yet been implemented.\", ...}", "app:todo/? src/app.gleam:12"},
			{"error", `%{gleam_error: :assert, message: "Assertion failed.", ...}`, "app:assert/? src/app.gleam:12"},
			{"error", ":undef", "nosuch:foo/? :0"},
			{"error", "{:badmatch, {:error, :enoent}}", "app:badmatch/? src/app.gleam:12"},
			{"error", ":function_clause", "lists:nth/? lists.erl:198"},
			{"error", "{:case_clause, #PID<0.79.0>}", "app:caseclause/? src/app.gleam:14"},
			exits, letAssert,
			{"throw", ":oops", "app:throw_/? src/app.gleam:16"},
			{"error", ":badarg", "erlang:list_to_integer/? :0"},
			{"exit", ":out_of_stock", ""},
		},
		"main-1.5.log": {letAssert, panics, exits},
	} {
		t.Run(name, func(t *testing.T) {
			var got []read
			for _, r := range houseReports(t, "gleam-1.17", name) {
				top := ""
				if len(r.Reason.Stack) > 0 {
					f := r.Reason.Stack[0]
					top = fmt.Sprintf("%s %s:%d", f.MFA(), f.File, f.Line)
				}
				got = append(got, read{r.Reason.Class, r.Reason.Term.Elixir(), top})
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// houseReports gives the reports of a log that testdata holds, all of them complete.
func houseReports(t *testing.T, folder, name string) []*Report {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "testdata", "logs", folder, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []*Report
	for rec, err := range ingest.Records(context.Background(), f, name, ingest.Options{}) {
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range Parse(rec) {
			if !r.Complete {
				t.Errorf("line %d: not complete", r.Line)
			}
			out = append(out, r)
		}
	}
	return out
}

// TestGleamTerm reads values as string.inspect prints them.
func TestGleamTerm(t *testing.T) {
	for in, want := range map[string]string{
		`Nil`:                              `nil`,
		`Ok(#(1, -2.5, "a\u{0001}\"b"))`:   `{:ok, {1, -2.5, <<97, 1, 34, 98>>}}`,
		`[]`:                               `[]`,
		`[Some(Abc1De), #()]`:              `[{:some, :abc1_de}, {}]`,
		`dict.from_list([#("k", [True])])`: `%{"k" => [true]}`,
		`dict.from_list([])`:               `%{}`,
		`charlist.from_string("abc")`:      `~c"abc"`,
		`atom.create("foo-bar")`:           `:"foo-bar"`,
		`//erl(<0.83.0>)`:                  `#PID<0.83.0>`,
		`//fn(a, b) { ... }`:               `//fn(a, b) { ... }`,
		`<<255, 1>>`:                       `<<255, 1>>`,
	} {
		got, end := readGleamTerm(in)
		if end != len(in) || got.Elixir() != want {
			t.Errorf("%s reads as %s to %d, want %s", in, got.Elixir(), end, want)
		}
	}
	for _, in := range []string{"", "Ok(", "Ok(1", "#(1,2)", "dict.from_list([1])", strings.Repeat("Ok(", 10000)} {
		if got, end := readGleamTerm(in); end == len(in) && got.Kind != term.None {
			t.Errorf("%s reads as %s", in, got.Elixir())
		}
	}
}
