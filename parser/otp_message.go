package parser

import (
	"strings"
	"sync"

	"github.com/alecthomas/participle/v2"
	"github.com/beamlog/beamlog/parser/term"
)

// otpMaxHeap is what the emulator writes when a process outgrows its
// max_heap_size and, with kill, dies of it:
//
//	Process:            <0.79.0>
//	Context:            maximum heap size reached
//	Max Heap Size:      1000
//	Total Heap Size:    1219
//	Kill:               true
//	Error Logger:       true
//	Message Queue Len:  0
//	GC Info:            [{old_heap_block_size,376},
//	                     {heap_block_size,843}]
//
// OTP 19 to 28. A node that is alive names itself: "<0.79.0> on node 'a@b'".
type otpMaxHeap struct {
	Process []string `parser:"@Head"`
	Context []string `parser:"@Context?"`
	Max     []string `parser:"@Max?"`
	Total   []string `parser:"@Total?"`
	Kill    []string `parser:"@Kill?"`
	Logger  []string `parser:"@Logger?"`
	Queue   []string `parser:"@Queue?"`
	GC      []string `parser:"@GC?"`
}

var otpMaxHeapGrammar = sync.OnceValue(func() *grammar[otpMaxHeap] {
	return newGrammar[otpMaxHeap](participle.Lexer(newLabelLexer(
		label{literal: "Process: ", symbol: "Head"},
		label{literal: "Context: ", symbol: "Context"},
		label{literal: "Max Heap Size: ", symbol: "Max"},
		label{literal: "Total Heap Size: ", symbol: "Total"},
		label{literal: "Kill: ", symbol: "Kill"},
		label{literal: "Error Logger: ", symbol: "Logger"},
		label{literal: "Message Queue Len: ", symbol: "Queue"},
		label{literal: "GC Info: ", symbol: "GC", mode: runRest},
	)))
})

// maxHeapText is the context of the report.
const maxHeapText = "maximum heap size reached"

func readOTPMaxHeap(text string, d term.Dialect) *Report {
	g, err := otpMaxHeapGrammar().read(text)
	at := strings.Index(text, maxHeapText)
	if g == nil || at < 0 {
		return nil
	}
	pid, node, _ := strings.Cut(otpValue(firstLine(firstRun(g.Process))), " on node ")
	r := &Report{Kind: KindProcess, Dialect: d, Process: otpProcessOf(pid), Node: unquoteName(node)}
	end := len(text)
	if i := strings.Index(text[at:], "GC Info:"); i >= 0 {
		end = at + i
	}
	r.Reason.Text = strings.TrimRight(text[at:end], " ,\n")
	for _, f := range []struct {
		key  string
		runs []string
	}{
		{"Max Heap Size", g.Max}, {"Total Heap Size", g.Total}, {"Kill", g.Kill}, {"Message Queue Len", g.Queue}, {"GC Info", g.GC},
	} {
		r.Fields = appendField(r.Fields, f.key, f.runs)
	}
	gc := otpSpan(g.GC)
	r.Complete = err == nil && r.Process.Pid != "" && gc != nil && !gc.Truncated
	return r
}

// otpUnhandled is what the default handle_info/2 of gen_server, gen_statem and
// gen_event writes (a warning; nothing died):
//
//	** Undefined handle_info in bad
//	** Unhandled message: {surprise,1}
//
// OTP 20 to 28; "Undefined handle_info in bad. Unhandled message: {surprise,1}."
// with single_line.
type otpUnhandled struct {
	Module  string `parser:"@Module"`
	Message string `parser:"@Message?"`
}

var otpUnhandledGrammar = sync.OnceValue(func() *grammar[otpUnhandled] {
	return newGrammar[otpUnhandled](participle.Lexer(newSentenceLexer(
		label{literal: "** Undefined handle_info in ", symbol: "Module"},
		label{literal: "Undefined handle_info in ", symbol: "Module"},
		label{literal: "\n** Unhandled message: ", symbol: "Message", mode: runRest},
		label{literal: ", ** Unhandled message: ", symbol: "Message", mode: runRest},
		label{literal: ". Unhandled message: ", symbol: "Message", mode: runRest},
	)))
})

func readOTPUnhandled(text string, d term.Dialect) *Report {
	g, err := otpUnhandledGrammar().read(text)
	if g == nil {
		return nil
	}
	r := &Report{Kind: KindOther, Dialect: d, LastMessage: sentenceSpan(g.Message)}
	r.Reason.Text = strings.TrimRight(text, " \n")
	r.Fields = append(r.Fields, otpField("Module", strings.TrimSpace(g.Module)))
	r.Complete = err == nil && r.LastMessage != nil && !r.LastMessage.Truncated
	return r
}
