package render_test

import (
	"encoding/json"
	"testing"

	"github.com/beamlog/beamlog/internal/console"
	"github.com/beamlog/beamlog/internal/render"
	"github.com/beamlog/beamlog/parser/term"
)

func TestTerm(t *testing.T) {
	for text, want := range map[string]string{
		`{:error, :noproc}`:           `{"type":"tuple","elements":[{"type":"atom","value":"error"},{"type":"atom","value":"noproc"}]}`,
		`%MyApp.User{id: 1}`:          `{"type":"struct","module":"MyApp.User","pairs":[[{"type":"atom","value":"id"},{"type":"integer","value":"1"}]]}`,
		`%{"a" => "<b>\n"}`:           `{"type":"map","pairs":[[{"type":"binary","value":"a"},{"type":"binary","value":"<b>\n"}]]}`,
		`[1 | MyApp]`:                 `{"type":"list","elements":[{"type":"integer","value":"1"},{"type":"atom","value":"MyApp"}],"improper":true}`,
		`[#PID<0.1.0>, ...]`:          `{"type":"list","elements":[{"type":"pid","value":"0.1.0"},{"type":"elided"}]}`,
		`{badmatch,<<"a">>}`:          `{"type":"tuple","elements":[{"type":"atom","value":"badmatch"},{"type":"binary","value":"a"}]}`,
		`123456789012345678901234567`: `{"type":"integer","value":"123456789012345678901234567"}`,
	} {
		parsed, err := term.Parse(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		got := render.Term(parsed)
		if got != want {
			t.Errorf("%s\ngot  %s\nwant %s", text, got, want)
		}
		if !json.Valid([]byte(got)) {
			t.Errorf("%s: not JSON: %s", text, got)
		}
	}
}

// A string from a log cannot act on a terminal that JSON is shown on, and reads
// back as it was.
func TestStringIsHarmless(t *testing.T) {
	for _, s := range []string{"\u009b31m", "a\u202eb", "\x7f", "x\u200by", "\x1b[2J", "\U000e0041", "è 在庫 🛒", "\ufeff"} {
		got := render.Term(term.MakeString(s))
		for _, r := range got {
			if console.Invisible(r) {
				t.Errorf("%q is written as %q", s, got)
			}
		}
		var back struct{ Value string }
		if err := json.Unmarshal([]byte(got), &back); err != nil || back.Value != s {
			t.Errorf("%q reads back as %q: %v", s, back.Value, err)
		}
	}
}
