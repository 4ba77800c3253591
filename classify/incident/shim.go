package incident

import (
	"strings"

	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/term"
)

func elixir(t term.Term) string {
	if p, ok := any(t).(interface{ Elixir() string }); ok {
		return p.Elixir()
	}
	return t.Text
}

func hasTopFrame(r *parser.Report) bool {
	p, ok := any(r).(interface{ TopFrame() *parser.Frame })
	return ok && p.TopFrame() != nil
}

func pidKey(s string) string {
	i, j := strings.IndexByte(s, '<'), strings.IndexByte(s, '>')
	if i < 0 || j < i {
		return ""
	}
	return s[i+1 : j]
}

func nameKey(s string) string {
	s = strings.TrimPrefix(strings.Trim(s, "'"), ":")
	return strings.TrimPrefix(s, "Elixir.")
}
