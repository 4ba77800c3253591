package parser

import (
	"fmt"
	"strings"
	"testing"

	"github.com/beamlog/beamlog/parser/term"
	"github.com/google/go-cmp/cmp"
)

// TestLFE reads what LFE's shell and lfescript wrote of errors that are known.
func TestLFE(t *testing.T) {
	thrown := `{:nocatch, {:oops, ~c"text", "bin", %{a: 1}, [1, 2 | 3], :"a b"}}`
	both := func(pid1, pid2 string) []string {
		return []string{
			"error {:badmatch, {:error, :enoent}} shop:badmatch/0 shop.lfe:3",
			"error {:case_clause, #PID<" + pid1 + ">} shop:'case-clause'/0 shop.lfe:4",
			"error :function_clause shop:fclause/1 :0",
			"error :badarith shop:arith/0 shop.lfe:6",
			"throw " + thrown + " shop:thrown/0 shop.lfe:7",
			`exit :"out-of-stock" shop:bye/0 shop.lfe:8`,
			"error :undef nosuch:foo/1 :0",
			"error {:custom, 1.5, [1000, :b], #PID<" + pid2 + ">} shop:err/0 shop.lfe:10",
		}
	}
	for name, want := range map[string][]string{
		"lfescript.log": both("0.9.0", "0.9.0"),
		"shell.log": append(both("0.86.0", "0.98.0"),
			" "+thrown+" shop:thrown/0 shop.lfe:7", // OTP's report of a process of the shell's
			"error {:undefined_function, {:foo, 0}}",
			"error {:unbound_symbol, :foo}",
		),
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, r := range houseReports(t, "lfe-2.2", name) {
				s := r.Reason.Class + " " + r.Reason.Term.Elixir()
				if f := r.TopFrame(); f != nil {
					s += fmt.Sprintf(" %s %s:%d", f.MFA(), f.File, f.Line)
				}
				got = append(got, s)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestLFECut: a value that does not end makes a report that is not complete.
func TestLFECut(t *testing.T) {
	for text, want := range map[string]bool{
		"#(error eno": false, "no match of value #(error eno": false, "no case clause matching": true,
		"#(error enoent)": true, "no match of value #(error enoent)": true, "symbol foo is unbound": true,
	} {
		r := readLFE("** exception error: "+text+"\n  in shop:fetch/1 (shop.lfe, line 3)", term.Erlang)
		if r == nil || r.Complete != want {
			t.Errorf("%s: %+v, want complete %v", text, r, want)
		}
	}
}

// TestLFETerm reads values as LFE prints them.
func TestLFETerm(t *testing.T) {
	for in, want := range map[string]string{
		`()`:                      `[]`,
		`#(a -1 2.5 |a b| x-y?)`:  `{:a, -1, 2.5, :"a b", :"x-y?"}`,
		`#M(a 1 "k" #"v")`:        `%{:a => 1, ~c"k" => "v"}`,
		`(1 2 . 3)`:               `[1, 2 | 3]`,
		"(1\n   #Pid<0.1.0> ...)": `[1, #PID<0.1.0>, ...]`,
		`#B(1 2 (3 (size 4)))`:    `#B(1 2 (3 (size 4)))`,
	} {
		got, end := readLFETerm(in)
		if end != len(in) || got.Elixir() != want {
			t.Errorf("%s reads as %s to %d, want %s", in, got.Elixir(), end, want)
		}
	}
	for _, in := range []string{"", "(", "#(a", "#M(a)", "|a", strings.Repeat("(", 10000)} {
		if got, end := readLFETerm(in); end != 0 {
			t.Errorf("%s reads as %s", in, got.Elixir())
		}
	}
}

// FuzzForeignTerm: the readers of Gleam's and LFE's values stay inside of the text.
func FuzzForeignTerm(f *testing.F) {
	for _, s := range []string{`Error(NotFound("7", [1, 2.5], dict.from_list([#("a", Nil)])))`, `//fn(a) { ... }`, `//erl(<0.1.0>)`, `atom.create("x y")`,
		`#(error "t" #"b" #M(a 1) (1 . 2) |a b| #Pid<0.1.0>)`, `#B(1 (2 (size 3)))`, `(shop : fetch 1)`, "atom.create("} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		for _, read := range []func(string) (term.Term, int){readGleamTerm, readLFETerm} {
			got, end := read(in)
			if end < 0 || end > len(in) {
				t.Fatalf("%q ends at %d", in, end)
			}
			_ = got.Elixir() + got.Erlang()
		}
	})
}
