package classify_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/classify/rules/compile"
	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/ingest"
	"github.com/beamlog/beamlog/parser/term"
)

// faults are what a sentence has when a name in it was filled in badly.
var faults = regexp.MustCompile(`\{\{|\[\[|\]\]|  | [,.;:](\s|$)|\ba an\b|\b(the|a) (the|a) |\bthat the log does not show|: \.`)

// TestTemplates reads all sentences of all rules with nothing known and with all
// names known.
func TestTemplates(t *testing.T) {
	for _, file := range files(t) {
		r := classify.RuleByID(file.ID)
		for _, c := range []struct {
			name string
			f    *classify.Finding
		}{
			{"nothing known", &classify.Finding{Rule: r, Report: &parser.Report{Record: &ingest.Record{}}}},
			{"all known", known(r, file)},
		} {
			for _, s := range sentences(r) {
				text := c.f.Fill(s)
				if at := faults.FindString(text); at != "" || text == "" {
					t.Errorf("%s, %s: %q in %q", r.ID, c.name, at, text)
				}
			}
			if text := c.f.Fill(r.Summary); !strings.HasSuffix(text, ".") {
				t.Errorf("%s, %s: the summary %q is no sentence", r.ID, c.name, text)
			}
		}
	}
}

// sentences are all texts of a rule that names are filled into.
func sentences(r *classify.Rule) []string {
	out := []string{r.Title, r.Summary, r.Principle}
	for _, list := range [][]string{r.Causes, r.Checks, r.Fixes} {
		out = append(out, list...)
	}
	return out
}

// known is a finding of a rule whose report tells everything.
func known(r *classify.Rule, file *compile.File) *classify.Finding {
	f := &classify.Finding{Rule: r, Report: &parser.Report{
		Record: &ingest.Record{}, Kind: parser.KindGenServer,
		Process:     parser.Process{Name: "MyApp.Cart", Pid: "#PID<0.1.0>", InitialCall: "MyApp.Cart.init/1"},
		Client:      &parser.Client{Pid: "#PID<0.2.0>"},
		Supervisor:  &parser.Supervisor{Name: "MyApp.Supervisor"},
		Child:       &parser.Child{ID: "MyApp.Cart"},
		LastMessage: &parser.Span{Text: "{:add, 1}"},
		Reason: parser.Reason{
			Text: "boom", Type: "MyApp.Error", Cause: term.MakeStruct("MyApp.Error", term.MakeAtom("message"), term.MakeString("boom")),
			Stack: []parser.Frame{{Module: "Elixir.MyApp.Cart", Function: "add", Arity: 2, File: "lib/cart.ex", Line: 7}},
		},
	}}
	for _, name := range file.Bound() {
		f.Bindings = append(f.Bindings, classify.Binding{Name: name, Value: term.MakeAtom("known")})
	}
	return f
}

// TestFill checks clauses that are left out where a name is not known.
func TestFill(t *testing.T) {
	f := &classify.Finding{Report: &parser.Report{Record: &ingest.Record{}}, Bindings: []classify.Binding{{Name: "app", Value: term.Term{Kind: term.Raw, Text: "shop"}}}}
	for _, c := range []struct{ template, want string }{
		{"The node stopped[[ because {{app}} ended]].", "The node stopped because shop ended."},
		{"The node stopped[[ because {{node}} ended]].", "The node stopped."},
		{"The node stopped[[ because {{app}} left {{node}}]].", "The node stopped."},
		{"[[{{worker}}|A job]] of [[{{app}}|nobody]] failed.", "A job of shop failed."},
		{"{{process}} of {{app}}[[ on {{node}}]] died[[: {{reason}}]].", "The process of shop died."},
		{"{{nobody}} knows.", "Something that the log does not show knows."},
		{"{{open", "{{open"},
		{"[[open {{app}}", "open shop"},
		{"", ""},
	} {
		if got := f.Fill(c.template); got != c.want {
			t.Errorf("%q: %q, want %q", c.template, got, c.want)
		}
	}
}

// TestShort checks how a sentence shows a term that is too long for it.
func TestShort(t *testing.T) {
	long := strings.Repeat("x", 300)
	for _, c := range []struct {
		text string
		d    term.Dialect
		want string
	}{
		{"{:error, :enoent}", term.Elixir, "{:error, :enoent}"},
		{`"` + long + `"`, term.Elixir, "…"},
		{`{:error, %MyApp.Order{a: "` + long + `", b: %{c: ["` + long + `", 1, 2, 3]}}}`, term.Elixir, "…"},
		{`{error,#{a => [1,2,{x,"` + long + `",<<1,2,3>>,"` + long + `"}],b => "` + long + `"}}`, term.Erlang, "…"},
		{`%RuntimeError{message: "boom"}`, term.Elixir, "RuntimeError: boom"},
	} {
		v, err := term.Parse(c.text)
		if err != nil {
			t.Fatal(err)
		}
		got := classify.Short(v, c.d)
		if strings.Contains(got, "#Cut") || !strings.Contains(got, c.want) || strings.Contains(got, "\n") || len(got) > 400 {
			t.Errorf("%.60s…: %q, want %q in it", c.text, got, c.want)
		}
	}
}
