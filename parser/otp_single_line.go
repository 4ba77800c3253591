package parser

import (
	"strings"
	"sync"

	"github.com/alecthomas/participle/v2"
	"github.com/beamlog/beamlog/parser/term"
)

// readOTPSentence reads what logger_formatter writes on one line with single_line
// (its default) for the reports of the behaviours. The parts are separated by
// ". ", which their values may hold too: [newSentenceLexer] skips each value as a
// term. OTP 24 to 28.
func readOTPSentence(text string, d term.Dialect) *Report {
	text, _, _ = strings.Cut(text, "\n") // one line, by definition
	var r *Report
	switch {
	case strings.HasPrefix(text, "Generic server "):
		r = readServerSentence(text, d)
	case strings.HasPrefix(text, "State machine "):
		r = readStatemSentence(text, d)
	case strings.HasPrefix(text, "Generic event handler "):
		r = readEventSentence(text, d)
	case strings.HasPrefix(text, "Supervisor: "):
		r = readSupervisorSentence(text, d)
	default:
		r = readApplicationSentence(text, d)
	}
	if r == nil {
		return nil
	}
	r.Shape = "otp_single_line"
	if !strings.HasSuffix(strings.TrimRight(text, " "), ".") {
		r.Complete = false // every one of them ends with a full stop
	}
	return r
}

// serverSentence is gen_server's termination:
//
//	Generic server <0.90.0> terminating. Reason: {noproc,{gen_server,call,[nope,x]}}.
//	Last message: {nested,<0.89.0>}. State: {st,1}.
//	Client <0.9.0> stacktrace: [{gen,do_call,4,[{file,"gen.erl"},{line,256}]}].
//
// all on one line; "Label: T. " stands before the reason since OTP 27.
type serverSentence struct {
	Name    string `parser:"@Name"`
	Label   string `parser:"@Label?"`
	Reason  string `parser:"@Reason?"`
	Message string `parser:"@Message?"`
	State   string `parser:"@State?"`
	Log     string `parser:"@Log?"`
	Client  string `parser:"@Client?"`
}

var serverSentenceGrammar = sync.OnceValue(func() *grammar[serverSentence] {
	return newGrammar[serverSentence](participle.Lexer(newSentenceLexer(
		label{literal: "Generic server ", symbol: "Name"},
		label{literal: " terminating. Label: ", symbol: "Label"},
		label{literal: " terminating. Reason: ", symbol: "Reason"},
		label{literal: ". Reason: ", symbol: "Reason"},
		label{literal: ". Last message: ", symbol: "Message"},
		label{literal: ". State: ", symbol: "State"},
		label{literal: ". Log: ", symbol: "Log"},
		label{literal: ". Client ", symbol: "Client", mode: runRest},
	)))
})

func readServerSentence(text string, d term.Dialect) *Report {
	g, err := serverSentenceGrammar().read(text)
	if g == nil || !namesOneThing(g.Name, " terminating") {
		return nil
	}
	r := &Report{Kind: KindGenServer, Dialect: d, Process: sentenceProcess(g.Name)}
	r.Process.Label = sentenceValue(g.Label)
	var readable bool
	r.Reason, readable = otpReason(sentenceValue(g.Reason), d)
	r.LastMessage, r.State = sentenceSpan(g.Message), sentenceSpan(g.State)
	r.prove()
	r.Complete = err == nil && readable && r.LastMessage != nil && r.State != nil && !r.State.Truncated
	r.setSentenceClient(g.Client, d)
	r.Weak = g.Reason == ""
	return r
}

// statemSentence is gen_statem's and gen_fsm's:
//
//	State machine door terminating. Reason: stuck. Stack: [{door,closed,3,[…]}].
//	Last event: {cast,open}. State: {closed,#{code => 1234}}.
type statemSentence struct {
	Name      string `parser:"@Name"`
	Label     string `parser:"@Label?"`
	Reason    string `parser:"@Reason?"`
	Stack     string `parser:"@Stack?"`
	Event     string `parser:"@Event?"`
	State     string `parser:"@State?"`
	Data      string `parser:"@Data?"`
	Queued    string `parser:"@Queued?"`
	Postponed string `parser:"@Postponed?"`
	Log       string `parser:"@Log?"`
	Client    string `parser:"@Client?"`
}

var statemSentenceGrammar = sync.OnceValue(func() *grammar[statemSentence] {
	return newGrammar[statemSentence](participle.Lexer(newSentenceLexer(
		label{literal: "State machine ", symbol: "Name"},
		label{literal: " terminating. Label: ", symbol: "Label"},
		label{literal: " terminating. Reason: ", symbol: "Reason"},
		label{literal: ". Reason: ", symbol: "Reason"},
		label{literal: ". Stack: ", symbol: "Stack"},
		label{literal: ". Last event: ", symbol: "Event"},
		label{literal: ". Last sync event: ", symbol: "Event"},
		label{literal: ". State: ", symbol: "State"},
		label{literal: ". Data: ", symbol: "Data"},
		label{literal: ". Queued: ", symbol: "Queued"},
		label{literal: ". Postponed: ", symbol: "Postponed"},
		label{literal: ". Log: ", symbol: "Log"},
		label{literal: ". Client ", symbol: "Client", mode: runRest},
	)))
})

func readStatemSentence(text string, d term.Dialect) *Report {
	g, err := statemSentenceGrammar().read(text)
	if g == nil || !namesOneThing(g.Name, " terminating") {
		return nil
	}
	r := &Report{Kind: KindGenStatem, Dialect: d, Process: sentenceProcess(g.Name)}
	r.Process.Label = sentenceValue(g.Label)
	var readable bool
	if g.Stack != "" {
		r.Reason, readable = classReason(sentenceValue(g.Reason), sentenceValue(g.Stack), d)
	} else {
		r.Reason, readable = otpReason(sentenceValue(g.Reason), d)
	}
	r.LastMessage, r.State = sentenceSpan(g.Event), sentenceSpan(g.State)
	if g.Data != "" { // gen_fsm
		r.Fields = append(r.Fields, otpField("State name", sentenceValue(g.State)))
		r.State = sentenceSpan(g.Data)
	}
	r.Complete = err == nil && readable && r.State != nil && !r.State.Truncated
	r.setSentenceClient(g.Client, d)
	for _, f := range []struct{ key, value string }{{"Queued", g.Queued}, {"Postponed", g.Postponed}} {
		if f.value != "" {
			r.Fields = append(r.Fields, otpField(f.key, sentenceValue(f.value)))
		}
	}
	r.Weak = g.Reason == ""
	return r
}

// eventSentence is gen_event's:
//
//	Generic event handler {geh,2} crashed. Installed: ge. Last event: x. State: st.
//	Reason: {boom,[{geh,handle_event,2,[{file,"geh.erl"},{line,3}]}]}.
type eventSentence struct {
	Handler string `parser:"@Handler"`
	Manager string `parser:"@Manager?"`
	Label   string `parser:"@Label?"`
	Event   string `parser:"@Event?"`
	State   string `parser:"@State?"`
	Reason  string `parser:"@Reason?"`
}

var eventSentenceGrammar = sync.OnceValue(func() *grammar[eventSentence] {
	return newGrammar[eventSentence](participle.Lexer(newSentenceLexer(
		label{literal: "Generic event handler ", symbol: "Handler"},
		label{literal: " crashed. Installed: ", symbol: "Manager"},
		label{literal: ". Label: ", symbol: "Label"},
		label{literal: ". Last event: ", symbol: "Event"},
		label{literal: ". State: ", symbol: "State"},
		label{literal: ". Reason: ", symbol: "Reason", mode: runRest},
	)))
})

func readEventSentence(text string, d term.Dialect) *Report {
	g, err := eventSentenceGrammar().read(text)
	if g == nil || !namesOneThing(g.Handler, " crashed") {
		return nil
	}
	r := &Report{Kind: KindGenEvent, Dialect: d, Process: otpProcessOf(sentenceValue(g.Manager))}
	r.Process.Handler, _ = cutName(g.Handler, " crashed")
	r.Process.Label = sentenceValue(g.Label)
	var readable bool
	r.Reason, readable = otpReason(sentenceValue(g.Reason), d)
	r.LastMessage, r.State = sentenceSpan(g.Event), sentenceSpan(g.State)
	r.Complete = err == nil && readable && g.Manager != "" && r.State != nil
	r.Weak = g.Reason == "" && g.Manager == ""
	return r
}

// supervisorSentence is a supervisor's report; with Started it is progress:
//
//	Supervisor: {local,sup1}. Context: shutdown. Reason: reached_max_restart_intensity.
//	Offender: id=w,pid=<0.94.0>.
type supervisorSentence struct {
	Name     string `parser:"@Name"`
	Context  string `parser:"@Context?"`
	Reason   string `parser:"@Reason?"`
	Offender string `parser:"@Offender?"`
	Started  string `parser:"@Started?"`
}

var supervisorSentenceGrammar = sync.OnceValue(func() *grammar[supervisorSentence] {
	return newGrammar[supervisorSentence](participle.Lexer(newSentenceLexer(
		label{literal: "Supervisor: ", symbol: "Name"},
		label{literal: ". Context: ", symbol: "Context"},
		label{literal: ". Reason: ", symbol: "Reason"},
		label{literal: ". Offender: ", symbol: "Offender", mode: runRest},
		label{literal: ". Started: ", symbol: "Started", mode: runRest},
	)))
})

func readSupervisorSentence(text string, d term.Dialect) *Report {
	g, err := supervisorSentenceGrammar().read(text)
	if g == nil || g.Started != "" || !strings.Contains(text, ". Context: ") || !isSupervisorName(g.Name) {
		return nil
	}
	r := &Report{Kind: KindSupervisor, Dialect: d}
	r.setOTPSupervisor(sentenceValue(g.Name), d)
	r.Context = supervisorContext(sentenceValue(g.Context))
	var readable bool
	r.Reason, readable = otpReason(sentenceValue(g.Reason), d)
	r.Child = offenderSentence(sentenceValue(g.Offender))
	r.Complete = err == nil && readable && r.Child != nil && r.Context != ""
	r.Weak = g.Reason == ""
	return r
}

// offenderSentence reads "id=w,pid=<0.94.0>"; nil if there is nothing.
func offenderSentence(text string) *Child {
	if text == "" {
		return nil
	}
	c := &Child{}
	for text != "" {
		key, rest, ok := strings.Cut(text, "=")
		if !ok {
			break
		}
		end := phraseEnd(rest, 0)
		value := strings.TrimSpace(rest[:end])
		t, _, _ := term.ReadIn(value, term.Erlang)
		c.set(strings.Trim(key, ", "), t, value, term.Erlang)
		text = strings.TrimLeft(rest[end:], ", ")
	}
	return c
}

// applicationSentence is application_controller's; with Started it is progress:
//
//	Application: myapp. Exited: {bad,{myapp_app,start,[normal,[]]}}. Type: temporary.
type applicationSentence struct {
	Name    string `parser:"@Name"`
	Exited  string `parser:"@Exited?"`
	Started string `parser:"@Started?"`
	Type    string `parser:"@Type?"`
}

var applicationSentenceGrammar = sync.OnceValue(func() *grammar[applicationSentence] {
	return newGrammar[applicationSentence](participle.Lexer(newSentenceLexer(
		label{literal: "Application: ", symbol: "Name"},
		label{literal: ". Exited: ", symbol: "Exited"},
		label{literal: ". Started at: ", symbol: "Started"},
		label{literal: ". Type: ", symbol: "Type"},
	)))
})

func readApplicationSentence(text string, d term.Dialect) *Report {
	g, err := applicationSentenceGrammar().read(text)
	if g == nil || !strings.Contains(text, ". Exited: ") {
		return nil
	}
	r := applicationExit(sentenceValue(g.Name), sentenceValue(g.Exited), d)
	if r == nil {
		return nil
	}
	if t := sentenceValue(g.Type); t != "" {
		r.Fields = append(r.Fields, otpField("type", t))
	}
	r.Complete = r.Complete && err == nil && g.Type != ""
	return r
}

// sentenceValue takes off the full stop that ends a sentence, but not the "..."
// of a cut one.
func sentenceValue(text string) string {
	text = strings.TrimSpace(text)
	if strings.HasSuffix(text, "...") {
		return text
	}
	return strings.TrimSuffix(text, ".")
}

// sentenceSpan keeps a value raw; nil if there is none.
func sentenceSpan(text string) *Span {
	return otpSpan([]string{sentenceValue(text)})
}

// namesOneThing says whether a sentence's subject is one name, with or without the
// verb behind it: a program's own sentence can begin with the same words.
func namesOneThing(subject, verb string) bool {
	_, rest := cutSubject(subject)
	if rest == "" || rest == verb[1:] {
		return true
	}
	next, ok := strings.CutPrefix(rest, verb[1:]+".")
	return ok && cutWithin(strings.TrimSpace(next), "Label:", "Reason:", "Installed:")
}

// cutSubject splits a sentence's subject after the one term that it should be.
func cutSubject(subject string) (name, rest string) {
	subject = strings.TrimSpace(subject)
	i := phraseEnd(subject, 0)
	return subject[:i], strings.TrimSpace(subject[i:])
}

// cutWithin says whether a text ended within one of the words that come next.
func cutWithin(rest string, next ...string) bool {
	for _, word := range next {
		if strings.HasPrefix(word, rest) {
			return true
		}
	}
	return false
}

// sentenceProcess is the process that a sentence names first; "terminating"
// stands with the name where the sentence ends there.
func sentenceProcess(text string) Process {
	name, _ := cutName(text, " terminating")
	return otpProcessOf(name)
}

// setSentenceClient reads the client at the end of a sentence, if there is one.
func (r *Report) setSentenceClient(text string, d term.Dialect) {
	if text != "" {
		r.setOTPClient([]string{sentenceValue(text)}, d)
	}
}
