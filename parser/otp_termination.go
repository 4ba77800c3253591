package parser

import (
	"strconv"
	"strings"
	"sync"

	"github.com/alecthomas/participle/v2"
	"github.com/beamlog/beamlog/parser/ingest"
	"github.com/beamlog/beamlog/parser/term"
)

// otpServer is what gen_server writes when a server stops:
//
//	** Generic server <0.90.0> terminating
//	** Last message in was {nested,<0.89.0>}
//	** When Server state == {st,anon,undefined,[],
//	                            #{host => "db1.internal",retries => 3}}
//	** Reason for termination ==
//	** {{timeout,{gen_server,call,[<0.89.0>,slow,20]}},
//	    [{gen_server,call,3,[{file,"gen_server.erl"},{line,385}]}]}
//	** Client <0.9.0> stacktrace
//	** [{gen,do_call,4,[{file,"gen.erl"},{line,256}]}]
//
// OTP R15 to 28. The Client lines came with OTP 20, "** Process label ==" with
// 27; "** Log ==" stands there while sys:log is on.
type otpServer struct {
	Head    []string `parser:"@Head"`
	Label   []string `parser:"( @Label"`
	Message []string `parser:"| @Message"`
	State   []string `parser:"| @State"`
	Reason  []string `parser:"| @Reason"`
	Client  []string `parser:"| @Client"`
	Other   []string `parser:"| @Other )*"`
}

var otpServerGrammar = sync.OnceValue(func() *grammar[otpServer] {
	return newGrammar[otpServer](participle.Lexer(newLabelLexer(
		label{literal: "** Generic server ", symbol: "Head"},
		label{literal: "** Process label == ", symbol: "Label"},
		label{literal: "** Last message in was ", symbol: "Message"},
		label{literal: "** When Server state == ", symbol: "State"},
		label{literal: "** Reason for termination ==", symbol: "Reason"},
		label{literal: "** Client ", symbol: "Client"},
		label{literal: "** Log ==", symbol: otherSymbol},
		label{literal: "*DBG* ", symbol: otherSymbol, mode: runLines},
	)))
})

func readOTPServer(text string, d term.Dialect) *Report {
	g, err := otpServerGrammar().read(text)
	if g == nil {
		return nil
	}
	name, closed := cutName(firstRun(g.Head), " terminating")
	r := &Report{Kind: KindGenServer, Dialect: d, Process: otpProcessOf(name)}
	r.Process.Label = firstValue(g.Label)
	r.LastMessage, r.State = otpSpan(g.Message), otpSpan(g.State)
	var readable bool
	r.Reason, readable = otpReason(firstValue(g.Reason), d)
	r.prove()
	r.Complete = err == nil && closed && readable && r.LastMessage != nil && r.State != nil && !r.State.Truncated
	r.setOTPClient(g.Client, d)
	r.Weak = len(g.Message)+len(g.State)+len(g.Reason)+len(g.Client) == 0
	return r
}

// firstRun gives the first run as it stands, "" if there is none.
func firstRun(runs []string) string {
	if len(runs) == 0 {
		return ""
	}
	return runs[0]
}

// cutName gives the name that stands before the word that ends a headline.
func cutName(head, before string) (name string, ok bool) {
	i := strings.LastIndex(head, before)
	if i < 0 {
		return strings.TrimSpace(head), false
	}
	return strings.TrimSpace(head[:i]), true
}

// setOTPClient reads the run of the client, if there is one.
func (r *Report) setOTPClient(runs []string, d term.Dialect) {
	if len(runs) == 0 {
		return
	}
	c, complete := otpClient(runs[0], d)
	r.Client = c
	r.Complete = r.Complete && complete
}

// otpStatem is what gen_statem, and gen_fsm before it, writes:
//
//	** State machine door terminating
//	** Last event = {{call,{<0.9.0>,#Ref<0.1.2.3>}},badret}
//	** When server state  = {closed,#{code => 1234}}
//	** Reason for termination = error:{bad_return_from_state_function,oops}
//	** Callback modules = [door]
//	** Callback mode = [state_functions,state_enter]
//	** Postponed = [{cast,knock}]
//	** Stacktrace =
//	**  [{gen_statem,loop_state_callback_result,11,
//	                 [{file,"gen_statem.erl"},{line,1580}]}]
//	** Client <0.9.0> stacktrace
//	** [{gen,do_call,4,[{file,"gen.erl"},{line,237}]}]
//
// OTP 19 to 28 (one "Callback module" up to OTP 21); "** Process label =" since
// 27. OTP 19.0 has "Server state" with a capital, the state's name in a line of
// its own and "** Queued/Postponed = 1/0". gen_fsm, up to OTP 28, writes " ==" where
// gen_statem writes " =" (not all OTP 20 and older: "termination = " there too), and
// the state's name and data apart:
//
//	** State machine door terminating
//	** Last event in was open (for all states)
//	** When State == closed
//	**      Data  == {st,1}
//	** Reason for termination ==
//	** {badarg,[{door,closed,2,[{file,"door.erl"},{line,9}]}]}
//
// A message, a timer and a synchronous event say so: "Last message in was",
// "Last timer event in was", "Last sync event in was … from <0.1.0>".
type otpStatem struct {
	Head        []string `parser:"@Head"`
	Label       []string `parser:"( @Label"`
	Event       []string `parser:"| @Event"`
	State       []string `parser:"| @State"`
	StateName   []string `parser:"| @StateName"`
	Data        []string `parser:"| @Data"`
	Reason      []string `parser:"| @Reason"`
	ClassReason []string `parser:"| @ClassReason"`
	Modules     []string `parser:"| @Modules"`
	Mode        []string `parser:"| @Mode"`
	Queued      []string `parser:"| @Queued"`
	Postponed   []string `parser:"| @Postponed"`
	Stack       []string `parser:"| @Stack"`
	Client      []string `parser:"| @Client"`
	Other       []string `parser:"| @Other )*"`
}

var otpStatemGrammar = sync.OnceValue(func() *grammar[otpStatem] {
	return newGrammar[otpStatem](participle.Lexer(newLabelLexer(
		label{literal: "** State machine ", symbol: "Head"},
		label{literal: "** Process label =", symbol: "Label"},
		label{literal: "** Last event = ", symbol: "Event"},
		label{literal: "** Last event in was ", symbol: "Event"},
		label{literal: "** Last sync event in was ", symbol: "Event"},
		label{literal: "** Last timer event in was ", symbol: "Event"},
		label{literal: "** Last message in was ", symbol: "Event"},
		label{literal: "** When server state  = ", symbol: "State"},
		label{literal: "** When Server state  = ", symbol: "State"},
		label{literal: "** When State == ", symbol: "StateName"},
		label{literal: "**      Data  == ", symbol: "Data"},
		label{literal: "** Reason for termination ==", symbol: "Reason"},
		label{literal: "** Reason for termination = ", symbol: "ClassReason"},
		label{literal: "** State = ", symbol: "StateName"},
		label{literal: "** Callback modules = ", symbol: "Modules"},
		label{literal: "** Callback module = ", symbol: "Modules"},
		label{literal: "** Callback mode = ", symbol: "Mode"},
		label{literal: "** Queued = ", symbol: "Queued"},
		label{literal: "** Queued/Postponed = ", symbol: otherSymbol},
		label{literal: "** Postponed = ", symbol: "Postponed"},
		label{literal: "** Stacktrace =", symbol: "Stack"},
		label{literal: "** Client ", symbol: "Client"},
		label{literal: "** Time-outs: ", symbol: otherSymbol},
		label{literal: "** Log =", symbol: otherSymbol},
		label{literal: "*DBG* ", symbol: otherSymbol, mode: runLines},
	)))
})

func readOTPStatem(text string, d term.Dialect) *Report {
	g, err := otpStatemGrammar().read(text)
	if g == nil {
		return nil
	}
	name, closed := cutName(firstRun(g.Head), " terminating")
	r := &Report{Kind: KindGenStatem, Dialect: d, Process: otpProcessOf(name)}
	r.Process.Label = strings.TrimLeft(firstValue(g.Label), "= ")
	r.LastMessage, r.State = otpSpan(g.Event), otpSpan(append(g.State, g.Data...))
	fsm := len(g.Data) > 0
	if fsm {
		r.LastMessage = fsmEvent(r.LastMessage)
		g.Reason, g.ClassReason = append(g.Reason, g.ClassReason...), nil
	}
	var readable bool
	if len(g.ClassReason) > 0 {
		r.Reason, readable = classReason(firstValue(g.ClassReason), firstValue(g.Stack), d)
	} else {
		r.Reason, readable = otpReason(firstValue(g.Reason), d)
	}
	r.Complete = err == nil && closed && readable && r.State != nil && !r.State.Truncated &&
		len(g.ClassReason) == len(g.Stack)
	r.setOTPClient(g.Client, d)
	r.Fields = appendField(r.Fields, "State name", g.StateName)
	r.Fields = appendField(r.Fields, "Callback modules", g.Modules)
	r.Fields = appendField(r.Fields, "Callback mode", g.Mode)
	r.Fields = appendField(r.Fields, "Queued", g.Queued)
	r.Fields = appendField(r.Fields, "Postponed", g.Postponed)
	r.Weak = r.LastMessage == nil && r.State == nil && r.Reason.Text == ""
	return r
}

// fsmEvent takes off what gen_fsm says after an event.
func fsmEvent(s *Span) *Span {
	if s == nil {
		return nil
	}
	end := phraseEnd(s.Text, 0)
	if rest := s.Text[end:]; strings.HasPrefix(rest, " from ") || strings.HasPrefix(rest, " (for all states)") {
		s.Text, s.Bytes = s.Text[:end], end
	}
	return s
}

// classReason reads gen_statem's "error:{badmatch,1}" and the stack that stands
// in a section of its own. It needs both. Cowboy and Ranch write the same.
func classReason(text, stack string, d term.Dialect) (r Reason, complete bool) {
	class, rest := cutClass(text)
	raw, complete, ok := otpTerm(rest, d)
	if !ok {
		r = Reason{Text: rest, Class: class}
		r.Stack, _ = otpStack(stack, d)
		return r, complete
	}
	inner := innerText(rest, raw)
	if class == "throw" {
		raw = thrownReason(raw)
	}
	list, _, stacked := term.ReadIn(stack, d)
	if isStack(list) {
		raw = term.MakeTuple(raw, list)
	}
	r = rawReason(raw, stack, d)
	r.Text = inner
	if class != "" {
		r.Class = class
	}
	return r, complete && (stacked || stack == "")
}

// cutClass splits "error:stuck" into the class and the reason. Elixir's Logger
// prints the class as the atom it is: ":error:stuck".
func cutClass(text string) (class, reason string) {
	whole := text
	text = strings.TrimPrefix(text, ":")
	for _, class := range []string{"error", "exit", "throw"} {
		if rest, ok := strings.CutPrefix(text, class+":"); ok {
			return class, strings.TrimLeft(rest, " \n")
		}
	}
	return "", whole
}

// otpEvent is what gen_event writes when a handler fails:
//
//	** gen_event handler {geh,2} crashed.
//	** Was installed in ge
//	** Last event was: x
//	** When handler state == st
//	** Reason == {boom,[{geh,handle_event,2,[{file,"geh.erl"},{line,3}]}]}
//
// OTP R15 to 28; "** Process label ==" after the second line since 27.
type otpEvent struct {
	Head    []string `parser:"@Head"`
	Manager []string `parser:"( @Manager"`
	Label   []string `parser:"| @Label"`
	Event   []string `parser:"| @Event"`
	State   []string `parser:"| @State"`
	Reason  []string `parser:"| @Reason"`
	Other   []string `parser:"| @Other )*"`
}

var otpEventGrammar = sync.OnceValue(func() *grammar[otpEvent] {
	return newGrammar[otpEvent](participle.Lexer(newLabelLexer(
		label{literal: "** gen_event handler ", symbol: "Head"},
		label{literal: "** Was installed in ", symbol: "Manager"},
		label{literal: "** Process label == ", symbol: "Label"},
		label{literal: "** Last event was: ", symbol: "Event"},
		label{literal: "** When handler state == ", symbol: "State"},
		label{literal: "** Reason == ", symbol: "Reason"},
	)))
})

func readOTPEvent(text string, d term.Dialect) *Report {
	g, err := otpEventGrammar().read(text)
	if g == nil {
		return nil
	}
	handler, closed := cutName(firstRun(g.Head), " crashed")
	r := &Report{Kind: KindGenEvent, Dialect: d, Process: otpProcessOf(firstValue(g.Manager))}
	r.Process.Handler, r.Process.Label = handler, firstValue(g.Label)
	r.LastMessage, r.State = otpSpan(g.Event), otpSpan(g.State)
	var readable bool
	r.Reason, readable = otpReason(firstValue(g.Reason), d)
	r.Complete = err == nil && closed && readable && len(g.Manager) > 0 && r.State != nil
	r.Weak = len(g.Manager)+len(g.Reason) == 0
	return r
}

// otpTask is what Elixir's Task writes through OTP's own formatter:
//
//	** Task <0.96.0> terminating
//	** Started from <0.103.0>
//	** When function  == #Fun<elixir_compiler_0.0.46404175>
//	**      arguments == []
//	** Reason for termination ==
//	** {#{'__exception__' => true,'__struct__' => 'Elixir.RuntimeError',
//	      message => <<"boom">>},
//	    [{'Elixir.Task.Supervised',invoke_mfa,2,
//	                               [{file,"lib/task/supervised.ex"},{line,89}]}]}
//
// Some Elixir up to 1.14 swaps the two pids, so that the task is the one after
// "Started from" (as above), and older ones do not: see [taskAndStarter].
type otpTask struct {
	Head    []string `parser:"@Head"`
	Task    []string `parser:"( @Task"`
	Fun     []string `parser:"| @Fun"`
	FunArgs []string `parser:"| @FunArgs"`
	Reason  []string `parser:"| @Reason"`
	Other   []string `parser:"| @Other )*"`
}

var otpTaskGrammar = sync.OnceValue(func() *grammar[otpTask] {
	return newGrammar[otpTask](participle.Lexer(newLabelLexer(
		label{literal: "** Task ", symbol: "Head"},
		label{literal: "** Started from ", symbol: "Task"},
		label{literal: "** When function  == ", symbol: "Fun"},
		label{literal: "** When function == ", symbol: "Fun"},
		label{literal: "**      arguments == ", symbol: "FunArgs"},
		label{literal: "** Reason for termination ==", symbol: "Reason"},
	)))
})

func readOTPTask(text string, d term.Dialect) *Report {
	g, err := otpTaskGrammar().read(text)
	if g == nil {
		return nil
	}
	head, closed := cutName(firstRun(g.Head), " terminating")
	if !closed && len(g.Reason) == 0 && len(g.Task) == 0 {
		return nil // ordinary output that begins so
	}
	task, starter := taskAndStarter(head, firstValue(g.Task))
	r := &Report{Kind: KindTask, Dialect: d, Process: otpProcessOf(task)}
	r.Fields = appendField(r.Fields, "Function", g.Fun)
	r.Fields = appendField(r.Fields, "Args", g.FunArgs)
	r.Fields = append(r.Fields, ingest.Field{Key: "Started from", Value: starter})
	var readable bool
	r.Reason, readable = otpReason(firstValue(g.Reason), d)
	r.Complete = err == nil && closed && readable && len(g.Task) > 0
	r.Weak = len(g.Reason) == 0
	return r
}

// taskAndStarter tells the task from the process that started it, whichever
// stands first: pids grow, so the task has the later one, and a registered name
// is the starter's.
func taskAndStarter(head, from string) (task, starter string) {
	switch {
	case from == "":
		return "", head
	case isPidText(head) && isPidText(from):
		if pidNumber(head) > pidNumber(from) {
			return head, from
		}
	case isPidText(head):
		return head, from
	}
	return from, head
}

// pidNumber gives the second number of a pid, which counts the processes.
func pidNumber(pid string) int {
	_, rest, _ := strings.Cut(pid, ".")
	number, _, _ := strings.Cut(rest, ".")
	n, _ := strconv.Atoi(number)
	return n
}
