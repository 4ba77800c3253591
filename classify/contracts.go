package classify

import (
	"strings"

	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/term"
)

// Contract is what a callback may return.
type Contract struct {
	Behaviour string
	Callback  string   // "handle_call/3"
	Legal     []string // in Elixir's syntax, the usual one first; t is a timeout, :hibernate or {:continue, term}
	Otherwise string   // id of the rule for anything else; "" if anything is legal
}

// contracts is the table of patterns.md, section 4.
var contracts = []Contract{
	{"GenServer", "init/1", []string{"{:ok, state}", "{:ok, state, t}", ":ignore", "{:stop, reason}", "{:error, reason}"}, "init_bad_return"},
	{"GenServer", "handle_call/3", []string{"{:reply, reply, state}", "{:reply, reply, state, t}", "{:noreply, state}", "{:noreply, state, t}", "{:stop, reason, reply, state}", "{:stop, reason, state}"}, "bad_return_value"},
	{"GenServer", "handle_cast/2", serverReturns, "bad_return_value"},
	{"GenServer", "handle_info/2", serverReturns, "bad_return_value"},
	{"GenServer", "handle_continue/2", serverReturns, "bad_return_value"},
	{"GenServer", "code_change/3", []string{"{:ok, state}", "{:error, reason}"}, "code_change_failed"},
	{"GenServer", "terminate/2", nil, ""},
	{"gen_statem", "init/1", []string{"{:ok, state, data}", "{:ok, state, data, actions}", ":ignore", "{:stop, reason}", "{:error, reason}"}, "init_bad_return"},
	{"gen_statem", "callback_mode/0", []string{":state_functions", ":handle_event_function", "[:state_functions, :state_enter]", "[:handle_event_function, :state_enter]"}, "gen_statem_bad_return"},
	{"gen_statem", "handle_event/4", stateReturns, "gen_statem_bad_return"},
	{"gen_statem", "state/3", stateReturns, "gen_statem_bad_return"},
	{"gen_statem", "enter", []string{"{:keep_state, data}", "{:keep_state, data, actions}", ":keep_state_and_data", "{:next_state, same_state, data}"}, "gen_statem_bad_return"},
	{"gen_statem", "actions", []string{"{:reply, from, reply}", "{:next_event, type, content}", ":postpone", "{:postpone, boolean}", ":hibernate", "{:timeout, time, content}", "{{:timeout, name}, time, content}", "{:state_timeout, time, content}", "{:state_timeout, :cancel}", "{:state_timeout, :update, content}", "{:change_callback_module, module}", "{:push_callback_module, module}", ":pop_callback_module"}, "gen_statem_bad_action"},
	{"gen_event", "init/1", []string{"{:ok, state}", "{:ok, state, :hibernate}", "{:error, reason}"}, ""},
	{"gen_event", "handle_event/2", eventReturns, "gen_event_handler_crash"},
	{"gen_event", "handle_info/2", eventReturns, "gen_event_handler_crash"},
	{"gen_event", "handle_call/2", []string{"{:ok, reply, state}", "{:ok, reply, state, :hibernate}", "{:swap_handler, reply, args1, state, handler2, args2}", "{:remove_handler, reply}"}, "gen_event_handler_crash"},
	{"Supervisor", "init/1", []string{"{:ok, {flags, child_specs}}", ":ignore"}, "supervisor_bad_return"},
	{"Supervisor", "start_link/1", startReturns, "start_bad_return"},
	{"DynamicSupervisor", "init/1", []string{"{:ok, flags}", ":ignore"}, "supervisor_bad_return"},
	{"Application", "start/2", []string{"{:ok, pid}", "{:ok, pid, state}", "{:error, reason}"}, "application_bad_return"},
	{"Application", "stop/1", nil, ""},
	{"Agent", "get_and_update", []string{"{reply, state}"}, "task_bad_usage"},
	{"GenStage", "init/1", []string{"{:producer, state}", "{:consumer, state}", "{:producer_consumer, state}", "{:producer, state, options}", ":ignore", "{:stop, reason}"}, "gen_stage_bad_return"},
	{"GenStage", "handle_demand/2", stageReturns, "gen_stage_bad_return"},
	{"GenStage", "handle_events/3", stageReturns, "gen_stage_bad_return"},
	{"GenStage", "handle_cast/2", stageReturns, "gen_stage_bad_return"},
	{"GenStage", "handle_info/2", stageReturns, "gen_stage_bad_return"},
	{"GenStage", "handle_cancel/3", stageReturns, "gen_stage_bad_return"},
	{"GenStage", "handle_call/3", []string{"{:reply, reply, events, state}", "{:reply, reply, events, state, :hibernate}", "{:noreply, events, state}", "{:noreply, events, state, :hibernate}", "{:stop, reason, reply, state}", "{:stop, reason, state}"}, "gen_stage_bad_return"},
	{"GenStage", "handle_subscribe/4", []string{"{:automatic, state}", "{:manual, state}", "{:stop, reason, state}"}, "gen_stage_bad_return"},
	{"Broadway", "handle_message/3", []string{"%Broadway.Message{}"}, "broadway_bad_return"},
	{"Broadway", "prepare_messages/2", messageLists, "broadway_bad_return"},
	{"Broadway", "handle_batch/4", messageLists, "broadway_bad_return"},
	{"Broadway", "handle_failed/2", messageLists, "broadway_bad_return"},
	{"Oban.Worker", "perform/1", []string{":ok", "{:ok, value}", "{:error, reason}", "{:cancel, reason}", "{:snooze, period}", ":discard", "{:discard, reason}"}, "oban_bad_return"},
	{"Plug", "call/2", []string{"%Plug.Conn{}"}, "plug_contract"},
	{"Phoenix.Socket", "connect/3", []string{"{:ok, socket}", ":error", "{:error, reason}"}, "channel_bad_return"},
	{"Phoenix.Channel", "join/3", []string{"{:ok, socket}", "{:ok, reply, socket}", "{:error, reply}"}, "channel_bad_return"},
	{"Phoenix.Channel", "handle_in/3", []string{"{:noreply, socket}", "{:noreply, socket, t}", "{:reply, status, socket}", "{:reply, {status, map}, socket}", "{:stop, reason, socket}", "{:stop, reason, reply, socket}"}, "channel_bad_return"},
	{"Phoenix.Channel", "handle_info/2", channelReturns, "channel_bad_return"},
	{"Phoenix.Channel", "handle_out/3", channelReturns, "channel_bad_return"},
	{"Phoenix.Channel", "handle_cast/2", channelReturns, "channel_bad_return"},
	{"Phoenix.Channel", "handle_call/3", []string{"{:reply, reply, socket}", "{:noreply, socket}", "{:noreply, socket, t}", "{:stop, reason, socket}"}, "channel_bad_return"},
	{"Phoenix.LiveView", "mount/3", []string{"{:ok, socket}", "{:ok, socket, options}"}, "liveview_bad_return"},
	{"Phoenix.LiveView", "handle_params/3", liveReturns, "liveview_bad_return"},
	{"Phoenix.LiveView", "handle_info/2", liveReturns, "liveview_bad_return"},
	{"Phoenix.LiveView", "handle_cast/2", liveReturns, "liveview_bad_return"},
	{"Phoenix.LiveView", "handle_async/3", liveReturns, "liveview_bad_return"},
	{"Phoenix.LiveView", "handle_event/3", []string{"{:noreply, socket}", "{:reply, map, socket}"}, "liveview_bad_return"},
	{"Phoenix.LiveView", "handle_call/3", []string{"{:noreply, socket}", "{:reply, reply, socket}"}, "liveview_bad_return"},
	{"Phoenix.LiveComponent", "mount/1", []string{"{:ok, socket}", "{:ok, socket, options}"}, "liveview_bad_return"},
	{"Phoenix.LiveComponent", "update/2", []string{"{:ok, socket}"}, "liveview_bad_return"},
	{"Phoenix.LiveComponent", "handle_event/3", []string{"{:noreply, socket}", "{:reply, map, socket}"}, "liveview_bad_return"},
	{"Phoenix.LiveComponent", "handle_async/3", liveReturns, "liveview_bad_return"},
}

// Returns that several callbacks share.
var (
	serverReturns  = []string{"{:noreply, state}", "{:noreply, state, t}", "{:stop, reason, state}"}
	stateReturns   = []string{"{:next_state, state, data}", "{:next_state, state, data, actions}", "{:keep_state, data}", "{:keep_state, data, actions}", ":keep_state_and_data", "{:keep_state_and_data, actions}", "{:repeat_state, data}", "{:repeat_state, data, actions}", ":repeat_state_and_data", "{:repeat_state_and_data, actions}", ":stop", "{:stop, reason}", "{:stop, reason, data}", "{:stop_and_reply, reason, replies}", "{:stop_and_reply, reason, replies, data}"}
	eventReturns   = []string{"{:ok, state}", "{:ok, state, :hibernate}", "{:swap_handler, args1, state, handler2, args2}", ":remove_handler"}
	startReturns   = []string{"{:ok, pid}", "{:ok, pid, info}", ":ignore", "{:error, reason}"}
	stageReturns   = []string{"{:noreply, events, state}", "{:noreply, events, state, :hibernate}", "{:stop, reason, state}"}
	messageLists   = []string{"[%Broadway.Message{}]"}
	channelReturns = []string{"{:noreply, socket}", "{:noreply, socket, t}", "{:stop, reason, socket}"}
	liveReturns    = []string{"{:noreply, socket}"}
)

// behaviours are other names of the behaviours of [contracts].
var behaviours = [...][2]string{
	{"gen_server", "GenServer"}, {"GenStatem", "gen_statem"}, {"GenStateMachine", "gen_statem"}, {"GenEvent", "gen_event"},
	{"supervisor", "Supervisor"}, {"application", "Application"}, {"gen_stage", "GenStage"}, {"agent", "Agent"}, {"channel", "Phoenix.Channel"},
}

// ContractFor gives the contract of a behaviour's callback, nil if it is not in
// the table. The callback may be given with its arity or without, and with its
// module: "handle_call/3", "handle_call", "MyApp.Server.handle_call/3".
func ContractFor(behaviour, callback string) *Contract {
	for _, b := range behaviours {
		if b[0] == behaviour {
			behaviour = b[1]
		}
	}
	if i := strings.LastIndexByte(callback, '.'); i >= 0 {
		callback = callback[i+1:]
	}
	for i := range contracts {
		c := &contracts[i]
		if c.Behaviour != behaviour {
			continue
		}
		if name, _, _ := strings.Cut(c.Callback, "/"); callback == c.Callback || callback == name {
			return c
		}
	}
	return nil
}

// Nearest is the legal return that was probably meant: one of the same tag, of
// the size closest to v's, else the usual one.
func (c *Contract) Nearest(v term.Term) string {
	if len(c.Legal) == 0 {
		return ""
	}
	best, distance := c.Legal[0], -1
	if v.Kind != term.Tuple || len(v.Args) == 0 || v.Args[0].Kind != term.Atom {
		return best
	}
	for _, legal := range c.Legal {
		t, _, _ := term.Read(legal)
		if !t.Tagged(v.Args[0].Text, -1) {
			continue
		}
		if d := max(len(t.Args)-len(v.Args), len(v.Args)-len(t.Args)); distance < 0 || d < distance {
			best, distance = legal, d
		}
	}
	return best
}

// Allows reports whether v is one of the legal returns, as far as its tag and
// size tell.
func (c *Contract) Allows(v term.Term) bool {
	if len(c.Legal) == 0 {
		return true
	}
	for _, legal := range c.Legal {
		t, _, _ := term.Read(legal)
		switch t.Kind {
		case term.Tuple:
			if t.Args[0].Kind == term.Atom && v.Tagged(t.Args[0].Text, len(t.Args)) {
				return true
			}
			if t.Args[0].Kind != term.Atom && v.Kind == term.Tuple && len(v.Args) == len(t.Args) && v.Args[0].Kind == t.Args[0].Kind {
				return true
			}
		case term.Atom:
			if v.IsAtom(t.Text) {
				return true
			}
		case term.Struct:
			if v.Kind == term.Struct && v.Text == t.Text {
				return true
			}
		case term.List:
			if v.Kind == term.List {
				return true
			}
		}
	}
	return false
}

// behaviourOf names the behaviour of the process that a report is about, in
// the words of the side that printed it; "" if it is none.
func behaviourOf(r *parser.Report) string {
	erlang := isErlang(r)
	switch r.Kind {
	case parser.KindGenServer:
		if erlang {
			return "gen_server"
		}
		return "GenServer"
	case parser.KindGenStatem:
		return "gen_statem"
	case parser.KindGenEvent:
		return "gen_event"
	case parser.KindGenStage:
		return "GenStage"
	case parser.KindAgent:
		return "Agent"
	case parser.KindChannel:
		return "Phoenix.Channel"
	case parser.KindSupervisor:
		if erlang {
			return "supervisor"
		}
		return "Supervisor"
	case parser.KindApplication:
		if erlang {
			return "application"
		}
		return "Application"
	case parser.KindJob:
		return "Oban.Worker"
	}
	return ""
}

// isErlang reports whether a report was printed in Erlang's spelling.
func isErlang(r *parser.Report) bool { return r.Dialect == term.Erlang }

// legalReturn says what the callback should have returned instead of v, as in
// "handle_cast/2 must return {:noreply, state}"; "" where the callback is not known.
func legalReturn(r *parser.Report, v term.Term) string {
	callback := Callback(r)
	if callback == "" {
		return ""
	}
	c := ContractFor(behaviourOf(r), callback)
	if c == nil || len(c.Legal) == 0 {
		return ""
	}
	near := c.Nearest(v)
	if isErlang(r) {
		t, _, _ := term.Read(near)
		near = t.Erlang()
	}
	return c.Callback + " must return " + near
}

// Contracts gives the whole table. The slice must not be written to.
func Contracts() []Contract { return contracts }
