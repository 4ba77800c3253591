package template_test

import (
	"slices"
	"testing"

	"github.com/beamlog/beamlog/classify/template"
	"github.com/google/go-cmp/cmp"
)

func TestClauses(t *testing.T) {
	for _, c := range []struct {
		text string
		want []template.Clause
		show string
	}{
		{"", nil, ""},
		{"plain", []template.Clause{{Text: "plain"}}, "plain"},
		{"a[[ of {{b}}]].", []template.Clause{{Text: "a"}, {Text: " of {{b}}", Optional: true}, {Text: "."}}, "a of <b>."},
		{"[[{{a}}|it]] is", []template.Clause{{Text: "{{a}}", Optional: true, Instead: "it"}, {Text: " is"}}, "<a> is"},
		{"[[open {{a}}", []template.Clause{{Text: "open {{a}}", Optional: true}}, "open <a>"},
	} {
		if diff := cmp.Diff(c.want, slices.Collect(template.Clauses(c.text))); diff != "" {
			t.Errorf("%q (-want +got):\n%s", c.text, diff)
		}
		if got := template.Show(c.text, "<", ">"); got != c.show {
			t.Errorf("%q shows as %q, want %q", c.text, got, c.show)
		}
	}
}
