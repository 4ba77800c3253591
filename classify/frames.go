package classify

import (
	"strings"

	"github.com/beamlog/beamlog/parser"
)

// ownFrame reports whether a frame is of the project: not of OTP, Elixir or a
// known library, and no wrapper of a library that the project defines.
func ownFrame(f parser.Frame) bool {
	if f.Module == "" {
		return false
	}
	return evalModule(f.Module) || parser.OwnFrame(f) && !strings.HasSuffix(f.Module, ".Repo")
}

// libraryModule reports whether a module, by its atom's name, is of OTP, Elixir
// or a well-known library.
func libraryModule(mod string) bool {
	if !strings.HasPrefix(mod, "Elixir.") && isUpper(mod) {
		mod = "Elixir." + mod
	}
	return !parser.OwnFrame(parser.Frame{Module: mod})
}

// evalModule reports whether a module is that of code which was evaluated:
// "elixir_compiler_7", "erl_eval".
func evalModule(mod string) bool {
	return mod == "erl_eval" || strings.HasPrefix(mod, "elixir_compiler_")
}

// topFrame is the frame that texts name: an undefined function itself, else the
// first frame of the project, else the report's top frame or its first.
func topFrame(r *parser.Report) *parser.Frame {
	top := r.TopFrame()
	if top != nil && (headName(Canonical(r.Reason.Cause)) == "undef" || ownFrame(*top)) {
		return top
	}
	for i := range r.Reason.Stack {
		if ownFrame(r.Reason.Stack[i]) {
			return &r.Reason.Stack[i]
		}
	}
	if top == nil && len(r.Reason.Stack) > 0 {
		top = &r.Reason.Stack[0]
	}
	return top
}
