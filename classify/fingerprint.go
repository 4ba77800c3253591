package classify

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/term"
)

// fingerprint is what identifies a bug across runs, nodes and releases
// (patterns.md, section 8, version v1).
type fingerprint struct {
	head    piece // the reason's constructor: "badarith", "Postgrex.Error"
	detail  piece // the parts of the reason that identify it
	culprit piece // the first function of the project: "MyApp.Calc.ratio/2"
	frames  []string
	text    string // the whole message, masked
}

// piece is one part of a fingerprint, and what it was made from: no more than
// pointers to what the report holds, as few ask for it.
type piece struct {
	text  string
	from  string        // in words: "the first frame of the project"
	was   string        // as printed; "" where term or frame tells it, or nothing does
	term  term.Term     // the zero Term where another tells it
	frame *parser.Frame // nil where another tells it
}

// printOf makes the fingerprint of a report.
func printOf(s *subject, rule *Rule) fingerprint {
	r := s.report
	cause := Canonical(r.Reason.Cause)
	p := fingerprint{
		head: piece{text: headName(cause), from: "the constructor of the innermost reason", term: r.Reason.Cause},
		text: term.Mask(clip(r.Reason.Text, maxText)),
	}
	if p.head.text == "" {
		p.head = piece{text: rule.ID, from: "the pattern, as the reason has no constructor", was: r.Reason.Text}
	}
	p.detail = detail(r, cause, p.head.text)
	if path := childPath(r.Reason.Chain); path != "" {
		inner := p.head.text
		if p.detail.text != "" && !isPlain(inner) {
			inner += " " + p.detail.text
		}
		p.head = piece{text: "failed_to_start_child", from: "a child that did not start"}
		p.detail = piece{text: path + ">" + inner, from: "the ids of the children that did not start, then the innermost reason", term: r.Reason.Cause}
	}
	p.culprit = culprit(r)
	s.looked = s.looked || p.culprit.frame == nil
	p.frames = projectFrames(r, 3)
	return p
}

// recipe is the text that the fingerprint is a hash of.
func (p fingerprint) recipe() string {
	return "v1|" + escape(p.head.text) + "|" + escape(p.detail.text) + "|" + escape(p.culprit.text)
}

func (p fingerprint) hash() string { return hash12(p.recipe()) }

// variant tells apart what has the same fingerprint: the lines of the top
// frames, and the message.
func (p fingerprint) variant() string {
	parts := []string{p.hash(), strings.Join(p.frames, " "), p.text}
	for i := range parts {
		parts[i] = escape(parts[i])
	}
	return hash12("v1|" + strings.Join(parts, "|"))
}

func escape(s string) string { return strings.ReplaceAll(s, "|", `\|`) }

// hash12 is the first 12 hex digits of a text's SHA-256.
func hash12(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:6])
}

// headName is the constructor of a reason: an atom, the first atom of a tuple,
// the module of an exception; "" for any other term.
func headName(t term.Term) string {
	switch t.Kind {
	case term.Atom:
		return t.ModuleName()
	case term.Struct:
		return moduleOf(t)
	case term.Tuple:
		if len(t.Args) > 0 {
			return headName(t.Args[0])
		}
	}
	return ""
}

// culprit is the first function of the project in the stack, else what the
// report tells of the code that ran; "-" if nothing does.
func culprit(r *parser.Report) piece {
	stacks := stacksOf(r)
	for _, stack := range stacks {
		for i := range stack {
			if ownFrame(stack[i]) {
				return piece{text: culpritName(stack[i]), from: "the first frame of the project; file, line and version are left out", frame: &stack[i]}
			}
		}
	}
	if len(stacks) < 1+len(r.Reason.Chain) { // another process's crash: what this one ran tells nothing
		return firstFrame(stacks)
	}
	if start := startCall(r); start != "" {
		return piece{text: start, from: "the start function of the application, as no frame is of the project"}
	}
	if isServer(r.Kind) {
		if c := Callback(r); strings.ContainsAny(c, ".") {
			return piece{text: c, from: "the callback, told by the kind of process and its last message, as no frame is of the project"}
		}
	}
	if f, ok := parser.ReadFunction(r.Process.InitialCall); ok {
		return piece{text: culpritName(f), from: "the initial call, as no frame is of the project", was: r.Process.InitialCall}
	}
	if r.Process.Name != "" {
		return piece{text: maskName(strings.TrimPrefix(strings.Trim(r.Process.Name, "'"), "Elixir.")), from: "the name of the process, as no frame is of the project", was: r.Process.Name}
	}
	return firstFrame(stacks)
}

// firstFrame is the culprit where the stacks and nothing else tell one. The
// frames of a behaviour's own loop do not: each process of its kind has them,
// and some writers print them where others do not.
func firstFrame(stacks [][]parser.Frame) piece {
	for _, stack := range stacks {
		for i := range stack {
			if loopFrame(&stack[i]) {
				continue
			}
			return piece{text: mfa(stack[i]), from: "the first frame, as none is of the project", frame: &stack[i]}
		}
	}
	return piece{text: "-", from: "nothing: the report names no code"}
}

// loopFrame reports whether a frame is of a behaviour's own loop, which calls
// what the project wrote.
func loopFrame(f *parser.Frame) bool {
	switch f.Module {
	case "gen_server", "gen_statem", "gen_fsm", "gen_event":
		for _, part := range [...]string{"loop", "handle_", "try_", "terminate", "init_it", "server_"} {
			if strings.HasPrefix(f.Function, part) {
				return true
			}
		}
	case "proc_lib":
		return strings.HasPrefix(f.Function, "init_p")
	}
	return false
}

// stacksOf are the stacks of a report in which the culprit may stand, the
// innermost cause's first. Where that is another process's, and printed, the
// stacks of those that waited for it are no part of the bug.
func stacksOf(r *parser.Report) [][]parser.Frame {
	stacks := [][]parser.Frame{r.Reason.Stack}
	for i := len(r.Reason.Chain) - 1; i >= 0; i-- {
		if r.Reason.Chain[i].Relation == parser.RelCaller && len(r.Reason.Stack) > 0 {
			break
		}
		stacks = append(stacks, r.Reason.Chain[i].Stack)
	}
	return stacks
}

// isServer reports whether a kind of process has callbacks.
func isServer(k parser.Kind) bool {
	switch k {
	case parser.KindGenServer, parser.KindGenStatem, parser.KindGenEvent, parser.KindGenStage, parser.KindAgent, parser.KindChannel:
		return true
	}
	return false
}

// startCall is the start function of an application that did not start:
// "MyApp.Application.start/2".
func startCall(r *parser.Report) string {
	for _, link := range r.Reason.Chain {
		if link.Via != parser.ViaStart && link.Via != parser.ViaBadReturn {
			continue
		}
		if m, ok := findStart(link.Envelope, 3); ok {
			return m + ".start/2"
		}
	}
	return ""
}

// findStart finds the module of {M, start, [Type, Args]} in an envelope.
func findStart(t term.Term, depth int) (string, bool) {
	if t.Kind != term.Tuple || depth == 0 {
		return "", false
	}
	if len(t.Args) == 3 && t.Args[0].Kind == term.Atom && t.Args[1].IsAtom("start") && t.Args[2].Kind == term.List {
		return t.Args[0].ModuleName(), true
	}
	for _, a := range t.Args {
		if m, ok := findStart(a, depth-1); ok {
			return m, true
		}
	}
	return "", false
}

// culpritName is a frame without what changes between builds: no file, no line,
// no index of an anonymous function.
func culpritName(f parser.Frame) string {
	if evalModule(f.Module) {
		f.Module = "eval"
	}
	name := mfa(f)
	if f.Anon {
		name += "-fn"
	}
	return name
}

// projectFrames are the first n frames of the project, with their lines.
func projectFrames(r *parser.Report, n int) []string {
	var out []string
	for _, f := range r.Reason.Stack {
		if len(out) == n {
			break
		}
		if ownFrame(f) {
			out = append(out, culpritName(f)+":"+strconv.Itoa(f.Line))
		}
	}
	return out
}

func contains(list []string, s string) bool {
	for _, e := range list {
		if e == s {
			return true
		}
	}
	return false
}

func isUpper(s string) bool { return s != "" && s[0] >= 'A' && s[0] <= 'Z' }
