package classify_test

import (
	"testing"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/term"
)

// pairs are exceptions in the spellings in which they reach the engine, and
// their Erlang form.
var pairs = []struct{ exception, erlang string }{
	{`%MatchError{term: {:error, :enoent}}`, `{:badmatch, {:error, :enoent}}`},
	{`%MatchError{message: "no match of right hand side value: {:error, :enoent}"}`, `{:badmatch, {:error, :enoent}}`},
	{`#{'__exception__' => true,'__struct__' => 'Elixir.MatchError',term => {error,enoent}}`, `{:badmatch, {:error, :enoent}}`},
	{`%CaseClauseError{term: 3}`, `{:case_clause, 3}`},
	{`%WithClauseError{term: :zz}`, `{:else_clause, :zz}`},
	{`{:with_clause, :zz}`, `{:else_clause, :zz}`},
	{`%TryClauseError{term: 1}`, `{:try_clause, 1}`},
	{`%CondClauseError{}`, `:cond_clause`},
	{`%ArithmeticError{message: "bad argument in arithmetic expression: 1 / 0"}`, `:badarith`},
	{`%ArgumentError{message: "argument error"}`, `:badarg`},
	{`%ArgumentError{message: "errors were found at the given arguments:\n\n  * 1st argument: not a list\n"}`, `:badarg`},
	{`%ArgumentError{message: "unknown registry: R"}`, `%ArgumentError{message: "unknown registry: R"}`},
	{`%FunctionClauseError{module: M, function: :f, arity: 1}`, `:function_clause`},
	{`%UndefinedFunctionError{module: M, function: :f, arity: 1}`, `:undef`},
	{`%KeyError{key: :a, term: nil}`, `{:badkey, :a, nil}`},
	{`%KeyError{message: "key :a not found in: %{b: 1}"}`, `{:badkey, :a, %{b: 1}}`},
	{`%KeyError{message: "key :a not found"}`, `{:badkey, :a, ...}`},
	{`%BadMapError{term: nil}`, `{:badmap, nil}`},
	{`%BadFunctionError{term: nil}`, `{:badfun, nil}`},
	{`%BadBooleanError{operator: :and, term: nil}`, `{:badbool, :and, nil}`},
	{`%BadBooleanError{message: "expected a boolean on left-side of \"and\", got: nil"}`, `{:badbool, :and, nil}`},
	{`%BadStructError{struct: St, term: 1}`, `{:badstruct, St, 1}`},
	{`%SystemLimitError{message: "a system limit has been reached"}`, `:system_limit`},
	{`%ErlangError{original: :noproc}`, `:noproc`},
	{`%ErlangError{message: "Erlang error: {:nocatch, :x}"}`, `{:nocatch, :x}`},
	{`%ErlangError{original: %MatchError{term: 1}}`, `{:badmatch, 1}`},
	{`%RuntimeError{message: "boom"}`, `%RuntimeError{message: "boom"}`},
	{`{:badmatch, 1}`, `{:badmatch, 1}`},
	{`{'module could not be loaded',[{m,f,[],[]}]}`, `:undef`},
}

func TestCanonical(t *testing.T) {
	for _, p := range pairs {
		in, err := term.Parse(p.exception)
		if err != nil {
			t.Fatalf("%s: %v", p.exception, err)
		}
		if got := classify.Canonical(in).Elixir(); got != p.erlang {
			t.Errorf("Canonical(%s) = %s, want %s", p.exception, got, p.erlang)
		}
	}
}

// TestPairs checks that both spellings of a failure get the same rule.
func TestPairs(t *testing.T) {
	for _, p := range pairs {
		a := classifyTerm(t, parser.KindProcess, p.exception)
		b := classifyTerm(t, parser.KindProcess, p.erlang)
		if a.Rule.ID != b.Rule.ID {
			t.Errorf("%s is %s, and %s is %s", p.exception, a.Rule.ID, p.erlang, b.Rule.ID)
		}
	}
}

// TestClassifyOdd checks that odd reports are classified as well.
func TestClassifyOdd(t *testing.T) {
	for _, reason := range []string{"{}", "[]", "42", `"text"`, "{:badmatch, ...}", "{...}", "%{}", "{{}, {}}", "{:error, {:error, {:error, :x}}}"} {
		f := classifyTerm(t, parser.KindProcess, reason)
		if f.Rule == nil || f.Summary() == "" || len(f.Fingerprint) != 12 {
			t.Errorf("%s: rule %v, summary %q, fingerprint %q", reason, f.Rule, f.Summary(), f.Fingerprint)
		}
	}
	f := engine(t).Classify(&parser.Report{Kind: parser.KindOther})
	if f.Rule.ID != "exit_other" || f.Confidence != classify.Weak {
		t.Errorf("an empty report is %s, %s", f.Rule.ID, f.Confidence)
	}
}

// FuzzClassify checks that no term and no text makes the engine fail.
func FuzzClassify(f *testing.F) {
	for _, p := range pairs {
		f.Add(p.exception, "function M.f/1 is undefined", uint8(0))
		f.Add(p.erlang, "key :a not found", uint8(3))
	}
	f.Add("{{:timeout, {GenServer, :call, [a, b, 1]}}, {GenServer, :call, [c, d, 2]}}", "", uint8(1))
	e := engine(f)
	kinds := []parser.Kind{parser.KindGenServer, parser.KindSupervisor, parser.KindApplication, parser.KindRequest, parser.KindSlogan}
	f.Fuzz(func(t *testing.T, reason, text string, kind uint8) {
		raw, _, _ := term.Read(reason)
		r := &parser.Report{Kind: kinds[int(kind)%len(kinds)], Reason: parser.Normalize(raw), LastMessage: &parser.Span{Text: text}}
		r.Reason.Text = text
		got := e.Classify(r)
		if got == nil || got.Rule == nil || len(got.Fingerprint) != 12 {
			t.Errorf("%q, %q: %+v", reason, text, got)
		}
		if again := e.Classify(r); again.Rule != got.Rule || again.Fingerprint != got.Fingerprint || again.Summary() != got.Summary() {
			t.Errorf("%q, %q: another finding the second time", reason, text)
		}
	})
}
