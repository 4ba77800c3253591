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
	head    string // the reason's constructor: "badarith", "Postgrex.Error"
	detail  string // the parts of the reason that identify it
	culprit string // the first function of the project: "MyApp.Calc.ratio/2"
	frames  []string
	text    string // the whole message, masked
}

// printOf makes the fingerprint of a report.
func printOf(s *subject, rule *Rule) fingerprint {
	r := s.report
	cause := Canonical(r.Reason.Cause)
	p := fingerprint{head: headName(cause), text: term.Mask(clip(r.Reason.Text, maxText))}
	if p.head == "" {
		p.head = rule.ID
	}
	p.detail = detail(r, cause, p.head)
	if path := childPath(r.Reason.Chain); path != "" {
		inner := p.head
		if p.detail != "" && !isPlain(p.head) {
			inner += " " + p.detail
		}
		p.head, p.detail = "failed_to_start_child", path+">"+inner
	}
	p.culprit = culprit(r)
	p.frames = projectFrames(r, 3)
	return p
}

// recipe is the text that the fingerprint is a hash of.
func (p fingerprint) recipe() string {
	return "v1|" + escape(p.head) + "|" + escape(p.detail) + "|" + escape(p.culprit)
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

// heads whose detail is the shape of their value.
var shaped = []string{"badmatch", "case_clause", "else_clause", "try_clause", "bad_return_value", "badmap", "badfun"}

// heads whose detail is the target and the request of the call round them.
var called = []string{"noproc", "timeout", "nodedown", "normal", "shutdown", "killed"}

// isPlain reports whether a head has no detail of its own but its term's shape.
func isPlain(head string) bool {
	switch head {
	case "function_clause", "undef", "badkey", "badarg":
		return false
	}
	return !contains(shaped, head) && !contains(called, head) && !strings.Contains(head, ".") && !isUpper(head)
}

// detail keeps the parts of a reason that identify it, chosen by its head.
func detail(r *parser.Report, cause term.Term, head string) string {
	switch {
	case head == "function_clause" || head == "undef":
		return functionDetail(r)
	case head == "badkey":
		return keyDetail(cause)
	case contains(shaped, head):
		if len(cause.Args) > 1 {
			return cause.Args[1].Shape(2)
		}
		return ""
	case head == "badarg":
		if len(r.Reason.Stack) > 0 {
			return mfa(r.Reason.Stack[0])
		}
		return ""
	case contains(called, head):
		if d, ok := callDetail(r); ok {
			return d
		}
	case cause.Kind == term.Struct:
		return exceptionDetail(cause)
	case head == "badarith", head == "badarity", cause.Kind == term.Atom:
		return ""
	}
	if cause.Kind == term.None {
		return term.Mask(oneLine(r.Reason.Text))
	}
	if cause.Kind == term.Atom {
		return ""
	}
	return cause.Shape(3)
}

// functionDetail is the function that no clause or no code was found for.
func functionDetail(r *parser.Report) string {
	c := r.Reason.Cause
	mod, ok1 := c.Get("module")
	fun, ok2 := c.Get("function")
	arity, ok3 := c.Get("arity")
	if ok1 && ok2 && ok3 && fun.Kind == term.Atom && arity.Kind == term.Int {
		return mod.ModuleName() + "." + fun.Text + "/" + arity.Text
	}
	if len(r.Reason.Stack) > 0 {
		return mfa(r.Reason.Stack[0])
	}
	return functionInText(message(c))
}

// functionInText finds "M.f/n" in "no function clause matching in M.f/n" and
// "function M.f/n is undefined".
func functionInText(msg string) string {
	for _, lead := range []string{"matching in ", "function "} {
		if _, rest, ok := strings.Cut(msg, lead); ok {
			rest = oneLine(rest)
			if i := strings.IndexByte(rest, ' '); i >= 0 && !strings.HasPrefix(rest, "anonymous fn") {
				rest = rest[:i]
			}
			return strings.TrimPrefix(rest, ":")
		}
	}
	return ""
}

// keyDetail is the missing key, and "nil" where it was looked for in nil.
func keyDetail(cause term.Term) string {
	if len(cause.Args) < 2 {
		return ""
	}
	var parts []string
	if k := cause.Args[1]; k.Kind == term.Atom {
		parts = append(parts, k.ModuleName())
	}
	if len(cause.Args) > 2 && cause.Args[2].IsNil() {
		parts = append(parts, "nil")
	}
	return strings.Join(parts, " ")
}

// callDetail names the call that the reason was the answer to: "my_cache get".
func callDetail(r *parser.Report) (string, bool) {
	chain := r.Reason.Chain
	if len(chain) == 0 || chain[len(chain)-1].Via != parser.ViaCall {
		return "", false
	}
	link := chain[len(chain)-1]
	args, ok := callArgs(link.Envelope)
	if !ok {
		return maskName(link.Target), link.Target != ""
	}
	var parts []string
	if len(args) > 0 {
		if name := targetName(args[0]); name != "" {
			parts = append(parts, name)
		}
	}
	if len(args) > 1 {
		if tag := headName(args[1]); tag != "" {
			parts = append(parts, maskName(tag))
		}
	}
	return strings.Join(parts, " "), true
}

// targetName is the masked name of a called process; "" for a pid.
func targetName(t term.Term) string {
	switch t.Kind {
	case term.Atom:
		return maskName(t.ModuleName())
	case term.Tuple: // {:via, mod, name}, {:global, name}, {name, node}
		if len(t.Args) == 2 && t.Args[0].Kind == term.Atom && !t.IsAtom("global") {
			if t.Args[0].Text != "global" {
				return maskName(t.Args[0].ModuleName())
			}
		}
		return t.Shape(3)
	case term.Struct:
		return moduleOf(t)
	}
	return ""
}

// maskName masks the digits of a name.
func maskName(s string) string { return term.Mask(s) }

// childPath are the masked ids of the children that failed to start, outermost
// first: "MyApp.Sup>MyApp.Repo".
func childPath(chain []parser.Link) string {
	var ids []string
	for _, link := range chain {
		if link.Via != parser.ViaFailedToStartChild {
			continue
		}
		id := link.Target
		if id == "" {
			id = link.Detail
		}
		if t, err := term.Parse(id); err == nil && t.Kind == term.Atom {
			id = t.ModuleName()
		}
		ids = append(ids, maskName(id))
	}
	return strings.Join(ids, ">")
}

// exceptionDetail identifies an exception that has no Erlang form.
func exceptionDetail(t term.Term) string {
	msg := message(t)
	switch mod := moduleOf(t); mod {
	case "Protocol.UndefinedError":
		return protocolDetail(t, msg)
	case "Postgrex.Error", "MyXQL.Error":
		return databaseDetail(t, msg)
	case "Ecto.NoResultsError", "Ecto.MultipleResultsError", "Ecto.QueryError", "Ecto.Query.CastError":
		return queryDetail(msg)
	case "DBConnection.ConnectionError", "Mint.TransportError", "Mint.HTTPError", "Finch.Error", "Finch.TransportError",
		"Finch.HTTPError", "Req.TransportError", "Redix.ConnectionError", "Redix.Error", "HTTPoison.Error":
		if why, ok := t.Get("reason"); ok && why.Kind == term.Atom && why.Text != "error" && !why.IsNil() {
			return why.Text
		}
		if strings.Contains(msg, "dropped from queue") {
			return "queue_timeout"
		}
	}
	if msg == "" && len(t.Args) > 0 {
		return t.Shape(3)
	}
	return term.Mask(firstLine(msg))
}

// firstLine is a message's first line that is not blank.
func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return clip(strings.TrimSpace(line), 512)
}

// protocolDetail is the protocol and the type of the value.
func protocolDetail(t term.Term, msg string) string {
	proto, hasProto := t.Get("protocol")
	value, hasValue := t.Get("value")
	if hasProto && hasValue {
		return proto.ModuleName() + " " + typeName(value)
	}
	name := wordAfter(msg, "protocol ")
	typ := wordAfter(msg, " of type ")
	if typ == "" {
		typ = wordAfter(msg, "not implemented for type ")
	}
	if typ == "" {
		typ = wordAfter(msg, "not implemented for ")
	}
	return strings.TrimSpace(name + " " + typ)
}

// wordAfter is the word that follows lead in s.
func wordAfter(s, lead string) string {
	_, rest, ok := strings.Cut(s, lead)
	if !ok {
		return ""
	}
	if i := strings.IndexAny(rest, " \n\t,:"); i >= 0 {
		rest = rest[:i]
	}
	return strings.TrimSuffix(rest, ".")
}

// typeName is the type by which a protocol dispatches a value.
func typeName(t term.Term) string {
	switch t.Kind {
	case term.Atom:
		return "Atom"
	case term.Int:
		return "Integer"
	case term.Float:
		return "Float"
	case term.Binary, term.Bitstring:
		return "BitString"
	case term.List, term.Charlist:
		return "List"
	case term.Tuple:
		return "Tuple"
	case term.Map:
		return "Map"
	case term.Struct:
		return moduleOf(t)
	case term.Pid:
		return "PID"
	case term.Port:
		return "Port"
	case term.Ref:
		return "Reference"
	case term.Fun:
		return "Function"
	}
	return "_"
}

// databaseDetail is the name of a database error's code and what it is about:
// "unique_violation users_email_index".
func databaseDetail(t term.Term, msg string) string {
	code, about := "", ""
	for _, field := range []string{"postgres", "mysql"} {
		if info, ok := t.Get(field); ok {
			for _, key := range []string{"code", "name"} {
				if v, ok := info.Get(key); ok && v.Kind == term.Atom {
					code = v.Text
				}
			}
			for _, key := range []string{"constraint", "table", "column"} {
				if v, ok := info.Get(key); ok && about == "" {
					about, _ = v.StringValue()
				}
			}
		}
	}
	line := firstLine(msg)
	if code == "" {
		if _, rest, ok := strings.Cut(line, "("); ok {
			code, _, _ = strings.Cut(rest, ")")
		}
	}
	for _, lead := range []string{"constraint: ", "table: ", "column: "} {
		if about == "" {
			about = wordAfter(msg, "\n    "+lead)
		}
	}
	for _, lead := range []string{"constraint \"", "relation \"", "column \""} {
		if _, rest, ok := strings.Cut(line, lead); ok && about == "" {
			about, _, _ = strings.Cut(rest, `"`)
		}
	}
	if code == "" && about == "" {
		return term.Mask(line)
	}
	return strings.TrimSpace(code + " " + maskName(about))
}

// queryDetail is the schema of an Ecto query.
func queryDetail(msg string) string {
	if _, rest, ok := strings.Cut(msg, "from "); ok {
		if schema := wordAfter(rest, " in "); schema != "" {
			return schema
		}
	}
	return term.Mask(firstLine(msg))
}

// culprit is the first function of the project in the stack, else what the
// report tells of the code that ran; "-" if nothing does.
func culprit(r *parser.Report) string {
	stacks := stacksOf(r)
	for _, stack := range stacks {
		for _, f := range stack {
			if ownFrame(f) {
				return culpritName(f)
			}
		}
	}
	if start := startCall(r); start != "" {
		return start
	}
	if isServer(r.Kind) {
		if c := Callback(r); strings.ContainsAny(c, ".") {
			return c
		}
	}
	if r.Process.InitialCall != "" {
		if mod, call, ok := splitCall(r.Process.InitialCall); ok {
			return strings.TrimPrefix(mod, "Elixir.") + "." + call
		}
	}
	if r.Process.Name != "" {
		return maskName(strings.TrimPrefix(strings.Trim(r.Process.Name, "'"), "Elixir."))
	}
	for _, stack := range stacks {
		if len(stack) > 0 {
			return mfa(stack[0])
		}
	}
	return "-"
}

// stacksOf are the stacks of a report, the innermost cause's first.
func stacksOf(r *parser.Report) [][]parser.Frame {
	stacks := [][]parser.Frame{r.Reason.Stack}
	for i := len(r.Reason.Chain) - 1; i >= 0; i-- {
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
