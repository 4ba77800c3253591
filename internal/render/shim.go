package render

import (
	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/term"
)

func elixir(t term.Term) string {
	if p, ok := any(t).(interface{ Elixir() string }); ok {
		return p.Elixir()
	}
	return t.Text
}

func topFrame(r *parser.Report) *parser.Frame {
	if p, ok := any(r).(interface{ TopFrame() *parser.Frame }); ok {
		return p.TopFrame()
	}
	return nil
}

func family(r *classify.Rule) string {
	if p, ok := any(r).(interface{ Family() string }); ok {
		return p.Family()
	}
	return r.ID
}

func mfa(f *parser.Frame) string {
	if p, ok := any(*f).(interface{ MFA() string }); ok {
		return p.MFA()
	}
	return f.Module + "." + f.Function
}
