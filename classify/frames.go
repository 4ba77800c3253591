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

// topFrame is the frame that texts name: the report's top frame, else the first.
func topFrame(r *parser.Report) *parser.Frame {
	if f := r.TopFrame(); f != nil {
		return f
	}
	if len(r.Reason.Stack) > 0 {
		return &r.Reason.Stack[0]
	}
	return nil
}

// errorClass is the class of the report's cause. Erlang's reports print the
// reason of an error as {Reason, Stack} and that of an exit bare, without
// naming the class.
func errorClass(r *parser.Report) string {
	if r.Reason.Class == "" && isErlang(r) && len(r.Reason.Stack) > 0 {
		return "error"
	}
	return r.Reason.Class
}
