package parser

import (
	"strings"
	"sync"

	"github.com/alecthomas/participle/v2"
	"github.com/beamlog/beamlog/parser/term"
)

// cowboyStream is what Cowboy writes when a stream handler crashes, in the
// connection's process and on behalf of one request:
//
//	Unhandled exception error:{badmatch,error} in cowboy_stream:info(1, Msg, State)
//	Stacktrace: [{web_stream,info,3,[{file,"src/web_stream.erl"},{line,17}]},
//	             {cowboy_stream,info,3,[{file,"src/cowboy_stream.erl"},{line,131}]}]
//	Msg: {price_changed,12}
//	State: {web_stream,{1,undefined}}
//
// The callback (init, data, info, terminate, early_error) decides which of the
// parts below the stack are there. Elixir's Logger prints ":error:" for the
// class and its own terms; logger_formatter may join the lines by ", ". Cowboy 2.
type cowboyStream struct {
	Head  []string `parser:"@Head"`
	Stack []string `parser:"( @Stack"`
	State []string `parser:"| @State"`
	Msg   []string `parser:"| @Msg"`
	Req   []string `parser:"| @Req"`
	Why   []string `parser:"| @Why"`
	Other []string `parser:"| @Other )*"`
}

// inCowboyStream stands between the exception and the callback.
const inCowboyStream = " in cowboy_stream:"

var cowboyStreamGrammar = sync.OnceValue(func() *grammar[cowboyStream] {
	return newGrammar[cowboyStream](participle.Lexer(newLabelLexer(
		label{literal: "Unhandled exception ", symbol: "Head"},
		label{literal: "Stacktrace: ", symbol: "Stack"},
		label{literal: "State: ", symbol: "State"},
		label{literal: "Msg: ", symbol: "Msg"},
		label{literal: "Data: ", symbol: "Msg"},
		label{literal: "Req: ", symbol: "Req"},
		label{literal: "PartialReq: ", symbol: "Req"},
		label{literal: "Reason: ", symbol: "Why"},
		label{literal: "Resp: ", symbol: otherSymbol},
		label{literal: "Opts: ", symbol: otherSymbol},
	)))
})

func readCowboyStream(text string, d term.Dialect) *Report {
	g, err := cowboyStreamGrammar().read(text)
	if g == nil {
		return nil
	}
	head := firstRun(g.Head)
	at := strings.LastIndex(head, inCowboyStream)
	if at < 0 {
		return nil // another program's exception
	}
	r := &Report{Kind: KindRequest, Dialect: d, LastMessage: otpSpan(g.Msg), State: otpSpan(g.State)}
	var readable bool
	r.Reason, readable = classReason(strings.TrimSpace(head[:at]), firstValue(g.Stack), d)
	r.Complete = err == nil && readable && len(g.Stack) > 0 && (r.State == nil || !r.State.Truncated)
	r.Fields = append(r.Fields, otpField("in", strings.TrimSpace(head[at+len(" in "):])))
	r.Fields = appendField(r.Fields, "Req", g.Req)
	r.Fields = appendField(r.Fields, "Reason", g.Why)
	return r
}
