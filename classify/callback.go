package classify

import (
	"slices"
	"strconv"
	"strings"

	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/term"
)

// callbacks are the behaviours' callbacks that a frame can show. A gen_statem's
// state functions have names of their own and are not among them.
var callbacks = []string{
	"init/1", "handle_call/3", "handle_cast/2", "handle_info/2", "handle_continue/2", "code_change/3", "code_change/4",
	"terminate/2", "terminate/3", "handle_event/2", "handle_event/3", "handle_event/4", "handle_call/2", "callback_mode/0",
	"handle_demand/2", "handle_events/3", "handle_subscribe/4", "handle_cancel/3",
	"handle_message/3", "prepare_messages/2", "handle_batch/4", "handle_failed/2",
	"mount/3", "mount/1", "handle_params/3", "handle_async/3", "update/2", "render/1",
	"join/3", "handle_in/3", "handle_out/3", "connect/3", "perform/1", "start/2", "child_spec/1",
}

// Callback guesses which callback of which module was running when the process
// died: "MyApp.Server.handle_call/3", "handle_cast/2" where the module is not
// known, "" where nothing tells. The frames decide; where there are none (a bad
// return value has none) the last message does, with the kind of report.
func Callback(r *parser.Report) string {
	for i := len(r.Reason.Stack) - 1; i >= 0; i-- {
		f := r.Reason.Stack[i]
		if f.Module == "" || libraryModule(f.Module) {
			continue
		}
		if name := f.Function + "/" + strconv.Itoa(f.Arity); slices.Contains(callbacks, name) {
			return strings.TrimPrefix(f.Module, "Elixir.") + "." + name
		}
	}
	name := callbackOfMessage(r)
	if name == "" {
		return ""
	}
	if mod := callbackModule(r); mod != "" {
		return mod + "." + name
	}
	return name
}

// callbackOfMessage guesses the callback from the kind of report and the last
// message: a call goes to handle_call/3, a cast to handle_cast/2.
func callbackOfMessage(r *parser.Report) string {
	switch r.Kind {
	case parser.KindGenServer, parser.KindAgent, parser.KindGenStage, parser.KindChannel:
		return serverCallback(r)
	case parser.KindGenEvent:
		return "handle_event/2"
	case parser.KindGenStatem:
		if m := lastMessage(r); m.IsAtom("enter") {
			return "enter"
		}
	case parser.KindApplication:
		return "start/2"
	case parser.KindSupervisor:
		if r.Context == parser.ContextStartError {
			return "init/1"
		}
	case parser.KindJob:
		return "perform/1"
	}
	return ""
}

// serverCallback is the callback of a GenServer or GenStage for its last message.
func serverCallback(r *parser.Report) string {
	if r.LastMessage == nil {
		return ""
	}
	m := lastMessage(r)
	switch {
	case m.Tagged("$gen_cast", 2):
		return "handle_cast/2"
	case m.Tagged("$gen_call", 3), r.Client != nil:
		return "handle_call/3"
	case m.Tagged("$gen_consumer", -1):
		return "handle_events/3"
	case m.Tagged("$gen_producer", -1):
		return "handle_demand/2"
	}
	return "handle_info/2"
}

// callbackModule is the module that holds the process's callbacks: that of its
// initial call, or its name where a module stands there.
func callbackModule(r *parser.Report) string {
	if f, ok := parser.ReadFunction(r.Process.InitialCall); ok && !libraryModule(f.Module) {
		return strings.TrimPrefix(f.Module, "Elixir.")
	}
	if r.Kind == parser.KindGenEvent && r.Process.Handler != "" {
		return moduleName(r.Process.Handler)
	}
	return moduleName(r.Process.Name)
}

// moduleName gives a name's module, "" if the name is no alias: a process is
// often registered under the module that it runs.
func moduleName(name string) string {
	name = strings.Trim(name, "'")
	name = strings.TrimPrefix(name, "Elixir.")
	if name == "" || name[0] < 'A' || name[0] > 'Z' || strings.ContainsAny(name, " {}(),\"") {
		return ""
	}
	return name
}

// maxMessage bounds how much of a last message is read as a term.
const maxMessage = 8 << 10

// lastMessage reads the last message of a report; the zero Term if it has none.
func lastMessage(r *parser.Report) term.Term {
	if r.LastMessage == nil || r.LastMessage.Text == "" {
		return term.Term{}
	}
	t, _, _ := term.Read(clip(r.LastMessage.Text, maxMessage))
	return t
}
