package classify

import (
	"strings"

	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/term"
)

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
func detail(r *parser.Report, cause term.Term, head string) piece {
	switch {
	case head == "function_clause" || head == "undef":
		return functionDetail(r)
	case head == "badkey":
		return piece{text: keyDetail(cause), from: "the key if it is an atom, and nil if it was looked for in nil; the map is left out", term: cause}
	case contains(shaped, head):
		if len(cause.Args) > 1 {
			return piece{text: cause.Args[1].Shape(2), from: "the shape of the value, two levels deep", term: cause.Args[1]}
		}
		return nothing
	case head == "badarg":
		if len(r.Reason.Stack) > 0 {
			return piece{text: mfa(r.Reason.Stack[0]), from: "the function of the first frame; its arguments are left out", frame: &r.Reason.Stack[0]}
		}
		return piece{from: "the first frame, which is not printed"}
	case contains(called, head):
		if d, ok := callDetail(r); ok {
			return d
		}
	case cause.Kind == term.Struct:
		return exceptionDetail(cause)
	case head == "badarith", head == "badarity":
		return nothing
	}
	switch cause.Kind {
	case term.None:
		return piece{text: term.Mask(oneLine(r.Reason.Text)), from: "the first line of the reason, masked: it could not be read as a term", was: r.Reason.Text}
	case term.Atom:
		return nothing
	}
	return piece{text: cause.Shape(3), from: "the shape of the reason, three levels deep", term: cause}
}

// nothing is the detail of a reason whose constructor says it all.
var nothing = piece{from: "nothing: the constructor says it all"}

// functionDetail is the function that no clause or no code was found for.
func functionDetail(r *parser.Report) piece {
	const from = "the function without a clause or code; its arguments are left out"
	c := r.Reason.Cause
	mod, ok1 := c.Get("module")
	fun, ok2 := c.Get("function")
	arity, ok3 := c.Get("arity")
	if ok1 && ok2 && ok3 && fun.Kind == term.Atom && arity.Kind == term.Int {
		return piece{text: mod.ModuleName() + "." + fun.Text + "/" + arity.Text, from: from, term: c}
	}
	if len(r.Reason.Stack) > 0 {
		return piece{text: mfa(r.Reason.Stack[0]), from: from, frame: &r.Reason.Stack[0]}
	}
	msg := message(c)
	return piece{text: functionInText(msg), from: from, was: msg}
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
func callDetail(r *parser.Report) (piece, bool) {
	chain := r.Reason.Chain
	if len(chain) == 0 || chain[len(chain)-1].Via != parser.ViaCall {
		return piece{}, false
	}
	link := chain[len(chain)-1]
	d := piece{from: "the call: the name that was called and the first atom of the request; pids, payloads and the time-out are left out", was: link.Detail}
	args, ok := callArgs(link.Envelope)
	if !ok {
		d.text = maskName(link.Target)
		return d, link.Target != ""
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
	d.text = strings.Join(parts, " ")
	return d, true
}

// targetName is the masked name of a called process; "" for a pid.
func targetName(t term.Term) string {
	switch t.Kind {
	case term.Atom:
		return maskName(t.ModuleName())
	case term.Tuple: // {:via, mod, name}, {:global, name}, {name, node}
		if len(t.Args) == 2 && t.Args[0].Kind == term.Atom && t.Args[0].Text != "global" {
			return maskName(t.Args[0].ModuleName())
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
			id = maskName(t.ModuleName())
		} else if err == nil {
			id = t.Shape(3) // the same for both spellings
		} else {
			id = maskName(id)
		}
		ids = append(ids, id)
	}
	return strings.Join(ids, ">")
}

// exceptionDetail identifies an exception that has no Erlang form.
func exceptionDetail(t term.Term) piece {
	msg := message(t)
	switch mod := moduleOf(t); mod {
	case "Protocol.UndefinedError":
		return piece{text: protocolDetail(t, msg), from: "the protocol and the type of the value", was: msg, term: t}
	case "Postgrex.Error", "MyXQL.Error":
		return piece{text: databaseDetail(t, msg), from: "the error's code, and the constraint, table or column", was: msg, term: t}
	case "Ecto.NoResultsError", "Ecto.MultipleResultsError", "Ecto.QueryError", "Ecto.Query.CastError":
		return piece{text: queryDetail(msg), from: "the schema of the query", was: msg}
	case "DBConnection.ConnectionError", "Mint.TransportError", "Mint.HTTPError", "Finch.Error", "Finch.TransportError",
		"Finch.HTTPError", "Req.TransportError", "Redix.ConnectionError", "Redix.Error", "HTTPoison.Error":
		if why, ok := t.Get("reason"); ok && why.Kind == term.Atom && why.Text != "error" && !why.IsNil() {
			return piece{text: why.Text, from: "the connection error's reason", term: t}
		}
		if strings.Contains(msg, "dropped from queue") {
			return piece{text: "queue_timeout", from: "what the message says in general", was: msg}
		}
	}
	if msg == "" && len(t.Args) > 0 {
		return piece{text: t.Shape(3), from: "the shape of the exception, three levels deep: its message is not printed", term: t}
	}
	return piece{text: term.Mask(firstLine(msg)), from: "the first line of the message, masked", was: msg}
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
