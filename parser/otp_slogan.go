package parser

import (
	"strings"
	"sync"

	"github.com/alecthomas/participle/v2"
	"github.com/beamlog/beamlog/parser/ingest"
	"github.com/beamlog/beamlog/parser/term"
)

// slogan is what a VM says when it does not come up or goes down. Both lines of a
// boot failure tell the same; the first has the whole term, the second, what
// becomes the crash dump's slogan, can be lossy ([_] for a list):
//
//	{"init terminating in do_boot",{undef,[{nomod,start,[],[]},{init,start_em,1,[]}]}}
//	init terminating in do_boot ({undef,[{nomod,start,[],[]},{init,start_em,1,[]}]})
//
//	{"Kernel pid terminated",application_controller,"{application_start_failure,myapp,{bad,{myapp_app,start,[normal,[]]}}}"}
//	Kernel pid terminated (application_controller) ({application_start_failure,myapp,{bad,{myapp_app,start,[normal,[]]}}})
//
//	Crash dump is being written to: erl_crash.dump...done
//
// A fault in sys.config stops the node before that, and says so in words:
//
//	{"could not start kernel pid",application_controller,"error in config file \"./bad.config\" (none): no ending <dot> found"}
//	could not start kernel pid (application_controller) (error in config file "./bad.config" (none): no ending <dot> found)
//
// OTP R15 to 28; "Runtime terminating during boot" for "init terminating in
// do_boot" since 26. A release whose configuration fails says so first, on
// another stream, so that the lines can cut into each other:
//
//	ERROR! Config provider Config.Reader failed with:
//	** (throw) :no_region
//	    /app/releases/0.4.2/runtime.exs:41: (file)
//
// One whose values of compile time differ from those it is started with says so
// in the same way:
//
//	ERROR! the application :shop has a different value set for key :pool_size during runtime compared to compile time. …
//
//	  * Compile time value was set to: 10
//	  * Runtime value was set to: 20
//
// An emulator that gives up writes one line of its own:
//
//	eheap_alloc: Cannot allocate 1318267840 bytes of memory (of type "heap").
//
// The reason's text is the slogan, so that it reads as in a crash dump.
type slogan struct {
	Boot       []string `parser:"( @Boot"`
	BootText   []string `parser:"| @BootText"`
	Kernel     []string `parser:"| @Kernel"`
	KernelText []string `parser:"| @KernelText"`
	Provider   []string `parser:"| @Provider"`
	CompileEnv []string `parser:"| @CompileEnv"`
	Slogan     []string `parser:"| @Slogan"`
	Dump       []string `parser:"| @Dump"`
	Other      []string `parser:"| @Other )*"`
}

// compileEnv begins what a release says whose compile time values differ.
const compileEnv = "ERROR! the application "

// aborting is the reason with which it then stops.
const aborting = "aborting boot"

var sloganLabels = []label{
	{literal: `{"init terminating in do_boot",`, symbol: "Boot"},
	{literal: `{"Runtime terminating during boot",`, symbol: "Boot"},
	{literal: "init terminating in do_boot (", symbol: "BootText"},
	{literal: "Runtime terminating during boot (", symbol: "BootText"},
	{literal: `{"Kernel pid terminated",`, symbol: "Kernel"},
	{literal: "Kernel pid terminated (", symbol: "KernelText"},
	{literal: `{"could not start kernel pid",`, symbol: "Kernel"},
	{literal: "could not start kernel pid (", symbol: "KernelText"},
	{literal: "ERROR! Config provider ", symbol: "Provider"},
	{literal: compileEnv, symbol: "CompileEnv"},
	{literal: "Slogan: ", symbol: "Slogan"},
	{literal: "Crash dump is being written to: ", symbol: "Dump"},
	{literal: "Crash dump was written to: ", symbol: "Dump"}, // OTP 17 and older, between the two lines
}

var sloganGrammar = sync.OnceValue(func() *grammar[slogan] {
	return newGrammar[slogan](participle.Lexer(newLabelLexer(sloganLabels...)))
})

// sloganShape is the shape of the VM's last words.
func sloganShape() shape {
	return shape{
		name:  "otp_slogan",
		opens: func(_ *ingest.Record, body string) bool { return isSloganLine(body) },
		next: func(rec *ingest.Record) (*Report, int) {
			end := sloganExtent(rec.Body)
			r := readSlogan(rec.Body[:end])
			r.Line = physicalLine(rec, 0)
			text := strings.TrimRight(rec.Body[:end], " \t\r\n")
			r.EndLine = physicalLine(rec, strings.Count(text, "\n"))
			return r, end
		},
	}
}

// isSloganLine says whether the VM's last words begin here.
func isSloganLine(s string) bool {
	for _, l := range sloganLabels {
		if strings.HasPrefix(s, l.literal) {
			return true
		}
	}
	return isEmulatorLine(s)
}

// isEmulatorLine says whether s begins with what the emulator writes when it
// aborts: an allocator's name, or a table that is full.
func isEmulatorLine(s string) bool {
	if strings.HasPrefix(s, "no more index entries in ") {
		return true
	}
	name, rest, ok := strings.Cut(s[:min(len(s), 80)], ": Cannot ")
	return ok && strings.HasSuffix(name, "_alloc") && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz_") == "" &&
		(strings.HasPrefix(rest, "allocate ") || strings.HasPrefix(rest, "reallocate "))
}

// sloganExtent gives the end of the report at the start of body. Each kind of
// line belongs to it once, the first two before the others; a provider's message,
// and a line that the other stream cut open, reach up to the next of them.
func sloganExtent(body string) int {
	var seen [sloganDump + 1]bool
	last, loose := 0, strings.HasPrefix(body, "ERROR! ")
	for i := 0; i < len(body); {
		end := lineEnd(body, i)
		step := min(end+1, len(body))
		line := body[i:end]
		kind := sloganStep(line)
		switch {
		case i > 0 && kind > 0 && seen[kind], kind == sloganFirst && (seen[sloganSecond] || seen[sloganDump]):
			return last
		case kind == sloganProvider && (seen[sloganSecond] || seen[sloganDump]) && !strings.Contains(body[:i], aborting):
			return last // stdout may come after stderr
		case i == 0 || kind > 0:
			seen[kind], last = true, step
			loose = kind == sloganProvider || kind == sloganFirst && !strings.HasSuffix(strings.TrimRight(line, " \r"), "}")
		case loose:
			last = step
		case strings.TrimSpace(line) != "":
			return last
		}
		i = step
	}
	return last
}

// The lines of a slogan, in their order.
const (
	sloganProvider = 1 + iota
	sloganFirst
	sloganSecond
	sloganDump
)

// sloganStep says which of the lines of a slogan a line is, 0 for none.
func sloganStep(line string) int {
	for _, l := range sloganLabels {
		if !strings.HasPrefix(line, l.literal) {
			continue
		}
		switch l.symbol {
		case "Provider", "CompileEnv":
			return sloganProvider
		case "Boot", "Kernel":
			return sloganFirst
		case "Dump":
			return sloganDump
		}
		return sloganSecond
	}
	if isEmulatorLine(line) {
		return sloganSecond
	}
	return 0
}

func readSlogan(text string) *Report {
	g, err := sloganGrammar().read(text + "\n") // one line is no joined report here
	r := &Report{Kind: KindSlogan, Dialect: term.Erlang}
	if g == nil {
		return r
	}
	found := false
	if len(g.CompileEnv) > 0 {
		_, text, _ = strings.Cut(text, compileEnv)
		r.Reason.Text = compileEnv + firstLine(text)
		r.Fields = appendField(r.Fields, "Crash dump", g.Dump)
		r.Complete = err == nil
		return r
	}
	switch {
	case len(g.Provider) > 0 || strings.Contains(firstRun(g.Boot), "** ("):
		found = r.setProviderReason(text)
	case len(g.Boot) > 0 && r.setSloganReason(closedTuple(firstRun(g.Boot))):
		found = true
	case len(g.Kernel) > 0 && r.setSloganReason(kernelReason(firstRun(g.Kernel))):
		found = true
	}
	switch {
	case found:
	case len(g.KernelText) > 0:
		_, reason, _ := strings.Cut(firstRun(g.KernelText), ") (")
		r.setSloganReason(unquoteTerm(closedParen(reason)))
	case len(g.BootText) > 0:
		reason := closedParen(firstRun(g.BootText))
		r.setSloganReason(lossyTerm(reason))
		r.Complete = r.Complete && !isLossy(reason)
	case len(g.Boot)+len(g.Kernel) > 0: // read, but cut
	case len(g.Slogan) > 0:
		return readSlogan(firstValue(g.Slogan))
	default:
		r.Reason.Text = firstValue(g.Other)
		r.Complete = r.Reason.Text != ""
		r.Fields = appendField(r.Fields, "Slogan", g.Other)
	}
	r.Complete = r.Complete && err == nil
	if len(g.Provider) == 0 && r.Reason.Class == "" {
		r.Reason.Text = sloganLine(text)
	}
	r.Fields = appendField(r.Fields, "Slogan", headSentence(text))
	r.Fields = appendField(r.Fields, "Crash dump", g.Dump)
	return r
}

// SloganReason reads the slogan of a crash dump, which is what the VM said last:
// its reason, whose text is the whole slogan, and whether the slogan itself was
// not cut. What the emulator left out ([_], {_}) does not count as cut.
func SloganReason(text string) (reason Reason, whole bool) {
	text = strings.TrimSpace(text)
	r := readSlogan(text)
	whole = r.Complete || r.Reason.Term.Kind != term.None && isLossy(text) && strings.HasSuffix(text, ")")
	r.Reason.Text = text
	return r.Reason, whole
}

// sloganLine gives the line that becomes the crash dump's slogan: the second one,
// or where it is missing the first.
func sloganLine(text string) string {
	first := ""
	for i := 0; i < len(text); i = lineEnd(text, i) + 1 {
		line := strings.TrimSpace(text[i:lineEnd(text, i)])
		switch sloganStep(line) {
		case sloganFirst:
			first = line
		case sloganSecond:
			return strings.TrimPrefix(line, "Slogan: ")
		}
	}
	return first
}

// headSentence gives the sentence of a slogan, without its term.
func headSentence(text string) []string {
	for _, l := range sloganLabels {
		if l.symbol == "Provider" || l.symbol == "CompileEnv" || l.symbol == "Dump" || !strings.Contains(text, l.literal) {
			continue
		}
		return []string{strings.Trim(l.literal, `{"(, `)}
	}
	return nil
}

// setSloganReason reads the reason of a slogan; false where the text is cut.
func (r *Report) setSloganReason(text string) bool {
	var reason Reason
	reason, r.Complete = otpReason(text, term.Erlang)
	if reason.Term.Kind == term.None && r.Reason.Text != "" {
		return false
	}
	r.Reason = reason
	return r.Complete
}

// closedTuple gives Reason of `{"init terminating in do_boot",Reason}`, which is
// what stands after the label.
func closedTuple(text string) string {
	return strings.TrimSuffix(strings.TrimSpace(text), "}")
}

// closedParen gives what stands in the parentheses of the second line.
func closedParen(text string) string {
	return strings.TrimSuffix(strings.TrimSpace(text), ")")
}

// kernelReason gives the term inside the string inside
// `{"Kernel pid terminated",application_controller,"Term"}`. erlang:display
// escapes quotes and newlines in a string, but no backslash.
func kernelReason(text string) string {
	_, text, _ = strings.Cut(strings.TrimSpace(text), ",")
	text = strings.TrimSuffix(text, "}")
	inner, ok := strings.CutPrefix(text, `"`)
	if !ok {
		return text
	}
	return strings.ReplaceAll(strings.TrimSuffix(inner, `"`), `\"`, `"`)
}

// unquoteTerm takes the quotes off a term that is printed as a string, as VMs
// from OTP 26 on do in the second line.
func unquoteTerm(text string) string {
	inner, ok := strings.CutPrefix(text, `"`)
	if !ok || !strings.HasPrefix(inner, "{") {
		return text
	}
	return strings.ReplaceAll(strings.TrimSuffix(inner, `"`), `\"`, `"`)
}

// isLossy says whether the emulator left something out: it prints the inner
// terms of the second line as {_} and [_].
func isLossy(text string) bool {
	return strings.Contains(text, "[_]") || strings.Contains(text, "{_}") || strings.Contains(text, "...") ||
		strings.HasPrefix(text, "{,")
}

// lossyTerm writes what the emulator left out as it is written elsewhere. An
// exception, a map, is left out altogether: ({,[{m,f,1,[{_},{_}]}]}).
func lossyTerm(text string) string {
	if rest, ok := strings.CutPrefix(text, "{,"); ok {
		text = "{...," + rest
	}
	return strings.NewReplacer("[_]", "[...]", "{_}", "...").Replace(text)
}

// setProviderReason takes the exception from the banner, wherever in a line it
// begins: stderr's lines cut into stdout's.
func (r *Report) setProviderReason(text string) bool {
	i := strings.Index(text, "** (")
	if i < 0 {
		return false
	}
	banner := text[i:]
	for j := lineEnd(banner, 0) + 1; j < len(banner); j = lineEnd(banner, j) + 1 {
		if sloganStep(banner[j:lineEnd(banner, j)]) > 0 {
			banner = banner[:j]
			break
		}
	}
	e := bannerReport(strings.TrimRight(banner, " \n"))
	if e == nil {
		return false
	}
	r.Reason, r.Complete, r.Dialect = e.Reason, e.Complete, e.Dialect
	return true
}

// bannerReport reads an Elixir banner and its frames as the record that it would
// be by itself.
func bannerReport(text string) *Report {
	rec := &ingest.Record{Body: text}
	for _, s := range elixirShapes() {
		if !s.opens(rec, text) {
			continue
		}
		if s.next != nil {
			r, _ := s.next(rec)
			return r
		}
		if out := s.read(rec); len(out) > 0 {
			return out[0]
		}
		return nil
	}
	return nil
}
