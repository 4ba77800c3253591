package parser

import (
	"strings"
	"sync"

	"github.com/alecthomas/participle/v2"
	"github.com/beamlog/beamlog/parser/term"
)

// lagerTermination is what lager makes of the reports of the behaviours:
//
//	gen_server <0.112.0> terminated with reason: no match of right hand value error in bad:handle_call/3 line 10
//	gen_statem door in state closed terminated with reason: {stuck,[state_functions,state_enter]}
//	gen_event {geh,2} installed in ge terminated with reason: boom in geh:handle_event/2 line 3
//
// lager 2 and 3. On a new OTP it takes gen_statem's callback mode for the stack.
// CouchDB goes on with the last message and the state:
//
//	gen_server couch_index terminated with reason: {badmatch,1} at m:f/1(line:3) <= m:g/2(line:9)
//	  last msg: {call,1}
//	     state: {st,1}
//	    extra: []
type lagerTermination struct {
	Server    string `parser:"( @Server"`
	Fsm       string `parser:"| @Fsm"`
	Event     string `parser:"| @Event )"`
	State     string `parser:"@State?"`
	Manager   string `parser:"@Manager?"`
	Reason    string `parser:"@Reason?"`
	Message   string `parser:"@Message?"`
	StateData string `parser:"@StateData?"`
	Extra     string `parser:"@Extra?"`
}

var lagerTerminationGrammar = sync.OnceValue(func() *grammar[lagerTermination] {
	return newGrammar[lagerTermination](participle.Lexer(newSentenceLexer(
		label{literal: "gen_server ", symbol: "Server"},
		label{literal: "gen_fsm ", symbol: "Fsm"},
		label{literal: "gen_statem ", symbol: "Fsm"},
		label{literal: "gen_event ", symbol: "Event"},
		label{literal: " in state ", symbol: "State"},
		label{literal: " installed in ", symbol: "Manager"},
		label{literal: " terminated with reason: ", symbol: "Reason"},
		label{literal: "\n  last msg: ", symbol: "Message"},
		label{literal: "\n     state: ", symbol: "StateData"},
		label{literal: "\n    extra: ", symbol: "Extra", mode: runRest},
	)))
})

func readLagerTermination(text string, d term.Dialect) *Report {
	g, err := lagerTerminationGrammar().read(text)
	if g == nil || !strings.Contains(text, " terminated with reason: ") || !isOneName(g.Server+g.Fsm+g.Event) {
		return nil
	}
	r := &Report{Dialect: d}
	switch {
	case g.Event != "":
		r.Kind = KindGenEvent
		r.Process = otpProcessOf(strings.TrimSpace(g.Manager))
		r.Process.Handler = strings.TrimSpace(g.Event)
	case g.Fsm != "":
		r.Kind = KindGenStatem
		r.Process = otpProcessOf(strings.TrimSpace(g.Fsm))
		if state := strings.TrimSpace(g.State); state != "" {
			r.Fields = append(r.Fields, otpField("State name", state))
		}
	default:
		r.Kind = KindGenServer
		r.Process = otpProcessOf(strings.TrimSpace(g.Server))
	}
	var readable bool
	r.Reason, readable = lagerReason(g.Reason, d)
	if r.Kind == KindGenServer {
		r.prove()
	}
	r.LastMessage, r.State = otpSpan([]string{g.Message}), otpSpan([]string{g.StateData})
	r.Complete = err == nil && readable
	return r
}

// lagerCrash is lager's crash report:
//
//	CRASH REPORT Process <0.114.0> with 0 neighbours exited with reason: no such process or port in call to gen_server:call(nope, x) in gen_server:call/2 line 370
//
// "exited" is the class exit, "crashed" error or throw. CouchDB prints the name
// and the pid, American neighbors and the crash report's other parts:
//
//	CRASH REPORT Process couch_index (<0.5.0>) with 1 neighbors crashed with reason: {badmatch,1} at m:f/1(line:3); initial_call: {…}, ancestors: […]
type lagerCrash struct {
	Process string `parser:"@Process"`
	With    string `parser:"@With?"`
	Crashed string `parser:"( @Crashed"`
	Exited  string `parser:"| @Exited )?"`
}

var lagerCrashGrammar = sync.OnceValue(func() *grammar[lagerCrash] {
	return newGrammar[lagerCrash](participle.Lexer(newSentenceLexer(
		label{literal: "CRASH REPORT Process ", symbol: "Process"},
		label{literal: " with ", symbol: "With"},
		label{literal: " crashed with reason: ", symbol: "Crashed", mode: runRest},
		label{literal: " exited with reason: ", symbol: "Exited", mode: runRest},
	)))
})

func readLagerCrash(text string, d term.Dialect) *Report {
	g, err := lagerCrashGrammar().read(text)
	if g == nil {
		return nil
	}
	if g.With+g.Crashed+g.Exited == "" {
		if name, rest := cutSubject(g.Process); cutWithin(rest, "with", "crashed with reason:", "exited with reason:") {
			g.Process = name
		}
	}
	r := &Report{Kind: KindProcess, Dialect: d, Process: lagerProcess(g.Process)}
	if r.Process.Pid == "" && r.Process.Name != "" && !isOneName(r.Process.Name) {
		return nil
	}
	reason, rest := cutCrashDetails(g.Crashed + g.Exited)
	var readable bool
	r.Reason, readable = lagerReason(reason, d)
	if g.Exited != "" {
		r.Reason.Class = "exit"
	}
	r.setCrashDetails(rest)
	r.Complete = err == nil && readable
	r.Weak = g.Crashed+g.Exited == ""
	return r
}

// isOneName says whether text is a process's name: one term. A program's own
// sentence can begin with the same words as a report.
func isOneName(text string) bool {
	text = strings.TrimSpace(text)
	return text != "" && phraseEnd(text, 0) == len(text)
}

// lagerProcess reads "<0.1.0>", "name" and CouchDB's "name (<0.1.0>)".
func lagerProcess(text string) Process {
	text = strings.TrimSpace(text)
	if i := strings.LastIndexByte(text, '('); i >= 0 && strings.HasSuffix(text, ")") && isPidText(text[i+1:len(text)-1]) {
		p := Process{Name: strings.TrimSpace(text[:i]), Pid: text[i+1 : len(text)-1]}
		if p.Name == "[]" || p.Name == "undefined" {
			p.Name = ""
		}
		return p
	}
	return otpProcessOf(text)
}

// cutCrashDetails splits what CouchDB appends to a reason off it.
func cutCrashDetails(text string) (reason, details string) {
	i := phraseEnd(text, 0)
	if j := strings.Index(text[i:], "; initial_call: "); j >= 0 {
		return text[:i+j], text[i+j+2:]
	}
	return text, ""
}

// setCrashDetails reads "initial_call: {m,f,['Argument__1']}, ancestors: [a,b], …".
func (r *Report) setCrashDetails(text string) {
	for n := 0; text != "" && n < maxLabelRuns; n++ {
		key, rest, ok := strings.Cut(text, ": ")
		if !ok {
			return
		}
		end := phraseEnd(rest, 0)
		key, value := strings.Trim(key, ", "), strings.TrimSpace(rest[:end])
		switch key {
		case "initial_call":
			r.Process.InitialCall = initialCall(value)
		case "ancestors":
			r.Process.Ancestors = listItems(value)
		case "links":
			r.Process.Links = listItems(value)
		default:
			r.Fields = append(r.Fields, otpField(key, value))
		}
		text = rest[end:]
	}
}

// initialCall prints {m,f,['Argument__1']} and {m,f,1} as m:f/1.
func initialCall(text string) string {
	t, _, _ := term.ReadIn(text, term.Erlang)
	if t.Kind != term.Tuple || len(t.Args) != 3 {
		return text
	}
	arity := t.Args[2].Text
	if t.Args[2].Kind == term.List {
		arity = term.MakeInt(len(t.Args[2].Args)).Text
	}
	return t.Args[0].Erlang() + ":" + t.Args[1].Erlang() + "/" + arity
}

// lagerSupervisor is lager's supervisor report:
//
//	Supervisor sup1 had child w started with bad:start_link(w1) at <0.127.0> exit with reason killed in context child_terminated
//	Supervisor sup1 had child at module m at <0.1.0> exit with reason killed in context shutdown
//
// Tickets show it with a colon after "reason" and without the context.
type lagerSupervisor struct {
	Name    string `parser:"@Name"`
	Child   string `parser:"@Child?"`
	Module  string `parser:"@Module?"`
	Start   string `parser:"@Start?"`
	At      string `parser:"@At?"`
	Reason  string `parser:"@Reason?"`
	Context string `parser:"@Context?"`
}

var lagerSupervisorGrammar = sync.OnceValue(func() *grammar[lagerSupervisor] {
	return newGrammar[lagerSupervisor](participle.Lexer(newSentenceLexer(
		label{literal: "Supervisor ", symbol: "Name"},
		label{literal: " had child at module ", symbol: "Module"},
		label{literal: " had child ", symbol: "Child"},
		label{literal: " started with ", symbol: "Start"},
		label{literal: " at ", symbol: "At"},
		label{literal: " exit with reason: ", symbol: "Reason"},
		label{literal: " exit with reason ", symbol: "Reason"},
		label{literal: " in context ", symbol: "Context", mode: runRest},
	)))
})

func readLagerSupervisor(text string, d term.Dialect) *Report {
	g, err := lagerSupervisorGrammar().read(text)
	if g == nil || g.Child == "" && g.Module == "" {
		return nil // "started … at pid": progress
	}
	r := &Report{Kind: KindSupervisor, Dialect: d}
	r.setOTPSupervisor(strings.TrimSpace(g.Name), d)
	r.Child = &Child{ID: strings.TrimSpace(g.Child), Start: strings.TrimSpace(g.Start)}
	if g.Module != "" {
		r.Child.Start = strings.TrimSpace(g.Module)
	}
	if at := strings.TrimSpace(g.At); isPidText(at) { // else undefined or restarting
		r.Child.Pid = at
	}
	r.Context = supervisorContext(strings.TrimSpace(firstLine(g.Context))) // another writer's line may follow
	var readable bool
	r.Reason, readable = lagerReason(g.Reason, d)
	r.Complete = err == nil && readable && r.Context != ""
	r.Weak = g.Reason == ""
	return r
}

// lagerApplication is "Application myapp exited with reason: R".
type lagerApplication struct {
	Name   string `parser:"@Name"`
	Reason string `parser:"@Reason?"`
}

var lagerApplicationGrammar = sync.OnceValue(func() *grammar[lagerApplication] {
	return newGrammar[lagerApplication](participle.Lexer(newSentenceLexer(
		label{literal: "Application ", symbol: "Name"},
		label{literal: " exited with reason: ", symbol: "Reason", mode: runRest},
	)))
})

func readLagerApplication(text string, d term.Dialect) *Report {
	g, err := lagerApplicationGrammar().read(text)
	if g == nil || !strings.Contains(text, " exited with reason: ") {
		return nil
	}
	r := &Report{Kind: KindApplication, Dialect: d, Process: Process{Name: strings.TrimSpace(g.Name)}}
	r.Reason, r.Complete = lagerReason(g.Reason, d)
	r.Complete = r.Complete && err == nil
	if t := r.Reason.Term; t.IsAtom("stopped") || t.IsAtom("normal") {
		return nil
	}
	return r
}

// lagerCowboy is lager's rewriting of Cowboy's and Webmachine's reports:
//
//	Webmachine error at path "/carts/7" : no match of right hand value 1 in shop_cart:get/2 line 3
//	Cowboy handler my_handler terminated in my_handler:init/2 with reason: badarg in m:f/1 line 3
//	Cowboy stream 1 with ranch listener http and connection process <0.1.0> had its request process exit with reason: badarg
type lagerCowboy struct {
	Handler  string `parser:"( @Handler"`
	Stream   string `parser:"| @Stream"`
	Path     string `parser:"| @Path )"`
	Listener string `parser:"@Listener?"`
	Conn     string `parser:"@Conn?"`
	In       string `parser:"@In?"`
	Reason   string `parser:"@Reason?"`
}

var lagerCowboyGrammar = sync.OnceValue(func() *grammar[lagerCowboy] {
	return newGrammar[lagerCowboy](participle.Lexer(newSentenceLexer(
		label{literal: "Cowboy handler ", symbol: "Handler"},
		label{literal: "Cowboy stream ", symbol: "Stream"},
		label{literal: "Webmachine error at path ", symbol: "Path"},
		label{literal: " with ranch listener ", symbol: "Listener"},
		label{literal: " and connection process ", symbol: "Conn"},
		label{literal: " had its request process exit with reason: ", symbol: "Reason", mode: runRest},
		label{literal: " terminated in ", symbol: "In"},
		label{literal: " terminated with reason: ", symbol: "Reason", mode: runRest},
		label{literal: " with reason: ", symbol: "Reason", mode: runRest},
		label{literal: " : ", symbol: "Reason", mode: runRest},
	)))
})

func readLagerCowboy(text string, d term.Dialect) *Report {
	g, err := lagerCowboyGrammar().read(text)
	if g == nil || g.Path == "" && !strings.Contains(text, " with reason: ") || g.Path != "" && g.Reason == "" {
		return nil
	}
	r := &Report{Kind: KindRequest, Dialect: d}
	for _, f := range []struct{ key, value string }{
		{"handler", g.Handler}, {"in", g.In}, {"listener", g.Listener}, {"connection", g.Conn}, {"stream", g.Stream}, {"path", g.Path},
	} {
		if v := strings.TrimSpace(f.value); v != "" {
			r.Fields = append(r.Fields, otpField(f.key, v))
		}
	}
	r.Reason, r.Complete = lagerReason(g.Reason, d)
	r.Complete = r.Complete && err == nil
	return r
}
