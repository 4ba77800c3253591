package parser

import (
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/beamlog/beamlog/parser/ingest"
	"github.com/beamlog/beamlog/parser/term"
)

// A report as OTP hands it to logger, before any text was made of it. OTP's
// formatter prints it so where making the text fails, as it does for proc_lib's
// under chars_limit (OTP 25), and loggers that keep reports structured write it as
// an object of JSON or as a map:
//
//	REPORT_CB/2 CRASH: #{label => {proc_lib,crash},
//	                     report => [[{initial_call,{shop_cart,init,['Argument__1']}},
//	                                 {pid,<0.93.0>}, … ,{error_info,{error,badarg,[{...}|...]}}, …
//	{"level":"error","msg":{"label":"{gen_server,terminate}","name":"<0.83.0>","reason":"{…}",…}}
//	%{label: {:gen_server, :terminate}, name: MyApp.Cart, last_message: :go, reason: …}
const reportCallback = "REPORT_CB/"

func opensOTPReport(rec *ingest.Record, body string) bool {
	switch {
	case strings.HasPrefix(body, reportCallback), strings.HasPrefix(body, "#{"), strings.HasPrefix(body, "%{"):
	case rec.Writer == ingest.WriterJSON && strings.HasPrefix(body, "{"):
	default:
		return false
	}
	t, _, _ := rawReport(body)
	return knownLabel(t) != ""
}

func readRawReport(rec *ingest.Record) (*Report, int) {
	t, d, complete := rawReport(rec.Body)
	r := &Report{Dialect: d, Complete: complete, Line: rec.Line, EndLine: rec.EndLine}
	switch knownLabel(t) {
	case "gen_server terminate":
		r.Kind = KindGenServer
		r.rawTermination(t)
	case "gen_event terminate":
		r.Kind = KindGenEvent
		r.rawTermination(t)
		r.Process.Handler = r.rawText(t, "handler")
	case "gen_statem terminate":
		r.Kind = KindGenStatem
		r.rawTermination(t)
	case "Elixir.Task.Supervisor terminating":
		r.Kind = KindTask
		inner, _ := t.Get("report")
		r.rawTermination(inner)
		r.keep("Started from", r.rawText(inner, "starter"))
	case "proc_lib crash":
		r.Kind = KindProcess
		inner, _ := t.Get("report")
		r.rawCrash(inner)
	case "supervisor child_terminated", "supervisor start_error", "supervisor shutdown", "supervisor shutdown_error":
		r.Kind = KindSupervisor
		inner, _ := t.Get("report")
		r.rawSupervisor(inner)
	case "application_controller exit":
		inner, _ := t.Get("report")
		app := applicationExit(strings.TrimPrefix(r.rawText(inner, "application"), ":"), r.rawText(inner, "exited"), d)
		if app == nil {
			return nil, len(rec.Body)
		}
		app.Complete = app.Complete && complete
		r = app
	}
	if r.Reason.Term.Kind == term.None {
		r.Complete = false
	}
	return r, len(rec.Body)
}

// rawReport reads the map that the body is.
func rawReport(body string) (t term.Term, d term.Dialect, complete bool) {
	d = term.Erlang
	if strings.HasPrefix(body, "{") {
		t, d = termOfJSON(body)
		return t, d, true
	}
	if strings.HasPrefix(body, reportCallback) {
		_, body, _ = strings.Cut(body, ": ")
	}
	if !strings.Contains(body, "label") {
		return term.Term{}, d, false
	}
	if strings.HasPrefix(body, "%{") {
		d = term.Elixir
	}
	t, _, complete = term.ReadIn(body, d)
	return t, d, complete && !t.Elided()
}

// knownLabel gives the two words of a report's label if it is one of a failure.
func knownLabel(t term.Term) string {
	if t.Kind != term.Map {
		return ""
	}
	label, _ := t.Get("label")
	if label.Kind != term.Tuple && label.Kind != term.List || len(label.Args) != 2 {
		return ""
	}
	switch words := label.Args[0].Text + " " + label.Args[1].Text; words {
	case "gen_server terminate", "gen_event terminate", "gen_statem terminate", "Elixir.Task.Supervisor terminating",
		"proc_lib crash", "application_controller exit", "supervisor child_terminated", "supervisor start_error",
		"supervisor shutdown", "supervisor shutdown_error":
		return words
	}
	return ""
}

// rawTermination reads the report of a behaviour's process.
func (r *Report) rawTermination(t term.Term) {
	r.Process = otpProcessOf(r.rawText(t, "name"))
	r.Process.Label = r.rawText(t, "process_label")
	r.LastMessage, r.State = r.rawSpan(t, "last_message"), r.rawSpan(t, "state")
	if reason, ok := t.Get("reason"); ok {
		r.rawReason(reason)
	}
	client, _ := t.Get("client_info")
	if client.Kind != term.Tuple || len(client.Args) != 2 || client.Args[0].Kind != term.Pid {
		return
	}
	r.Client = &Client{Pid: client.Args[0].Print(r.Dialect)}
	switch what := client.Args[1]; {
	case what.IsAtom("dead"):
		r.Client.State = "dead"
	case what.Tagged("remote", 2):
		r.Client.State, r.Client.Node = "remote", what.Args[1].Text
	case what.Kind == term.Tuple && len(what.Args) == 2:
		r.Client.State, r.Client.Stack = "alive", framesFromStack(what.Args[1])
		if what.Args[0].Kind == term.Atom {
			r.Client.Name = what.Args[0].Print(r.Dialect)
		}
	}
}

// rawCrash reads proc_lib's [Info, Linked].
func (r *Report) rawCrash(t term.Term) {
	if t.Kind != term.List || len(t.Args) == 0 {
		return
	}
	info := t.Args[0]
	r.Process = Process{
		Pid: r.rawText(info, "pid"), InitialCall: rawMFA(info), Label: r.rawText(info, "process_label"),
		Ancestors: listItems(r.rawText(info, "ancestors")), Links: listItems(r.rawText(info, "links")),
	}
	if name := r.rawText(info, "registered_name"); name != "[]" {
		r.Process.Name = name
	}
	if reason, ok := info.Get("error_info"); ok {
		r.rawReason(reason)
	}
	for _, key := range [...]string{"message_queue_len", "messages", "dictionary", "trap_exit", "status", "heap_size", "stack_size", "reductions"} {
		if text := r.rawText(info, key); text != "" {
			r.keep(key, text)
		}
	}
}

// rawSupervisor reads a supervisor's property list.
func (r *Report) rawSupervisor(t term.Term) {
	r.setOTPSupervisor(r.rawText(t, "supervisor"), r.Dialect)
	r.Context = supervisorContext(strings.TrimPrefix(r.rawText(t, "errorContext"), ":"))
	if reason, ok := t.Get("reason"); ok {
		r.rawReason(reason)
	}
	if offender, ok := t.Get("offender"); ok {
		r.Child = rawChild(offender, r.Dialect)
	}
}

// rawChild reads a child's properties, as a list of pairs or as an object.
func rawChild(t term.Term, d term.Dialect) *Child {
	c := &Child{}
	for _, key := range [...]string{"pid", "id", "name", "mfargs", "mfa", "mod", "restart_type", "shutdown", "child_type", "nb_children"} {
		if v, ok := t.Get(key); ok && (key != "name" || c.ID == "") {
			c.set(key, v, v.Print(d), d)
		}
	}
	return c
}

// rawReason reads {Class, Reason, Stack} or a raw exit reason.
func (r *Report) rawReason(t term.Term) {
	class := ""
	if t.Kind == term.Tuple && len(t.Args) == 3 && t.Args[2].Kind == term.List && t.Args[0].Kind == term.Atom {
		switch word := t.Args[0].Text; word {
		case "error", "exit", "throw":
			class = word
			reason, stack := t.Args[1], t.Args[2]
			if class == "throw" {
				reason = thrownReason(reason)
			}
			if t = reason; isStack(stack) {
				t = term.MakeTuple(reason, stack)
			}
		}
	}
	inner := t
	if t.Kind == term.Tuple && len(t.Args) == 2 && isStack(t.Args[1]) {
		inner = t.Args[0]
	} else {
		t = withoutCutStack(t)
	}
	r.Reason = rawReason(t, "", r.Dialect)
	r.Reason.Text = inner.Print(r.Dialect)
	if class != "" {
		r.Reason.Class = class
	}
}

// rawText prints a member; "" if it is not there.
func (r *Report) rawText(t term.Term, key string) string {
	v, ok := t.Get(key)
	if !ok || v.IsAtom("undefined") || v.IsNil() {
		return ""
	}
	return v.Print(r.Dialect)
}

func (r *Report) rawSpan(t term.Term, key string) *Span {
	v, ok := t.Get(key)
	if !ok {
		return nil
	}
	return span(v.Print(r.Dialect))
}

// rawMFA gives an initial call in the language of its module.
func rawMFA(info term.Term) string {
	t, _ := info.Get("initial_call")
	if t.Kind != term.Tuple || len(t.Args) != 3 || t.Args[1].Kind != term.Atom {
		return ""
	}
	arity := -1
	if t.Args[2].Kind == term.List {
		arity = len(t.Args[2].Args)
	}
	return Frame{Module: t.Args[0].Text, Function: t.Args[1].Text, Arity: arity}.MFA()
}

// termOfJSON reads an object as a map, with its names as atoms and with each text
// as the term that is printed in it. The label may stand in an object within.
func termOfJSON(body string) (term.Term, term.Dialect) {
	if !strings.Contains(body, `"label"`) {
		return term.Term{}, term.Erlang
	}
	d := term.Erlang
	if strings.Contains(body, "#PID<") || strings.Contains(body, `"{:`) {
		d = term.Elixir
	}
	in := json.NewDecoder(strings.NewReader(body))
	in.UseNumber()
	var object map[string]any
	if err := in.Decode(&object); err != nil && err != io.EOF {
		return term.Term{}, d
	}
	for _, name := range [...]string{"report", "msg", "message"} {
		if inner, ok := object[name].(map[string]any); ok && object["label"] == nil {
			object = inner
		}
	}
	return jsonTerm(object, d, 0), d
}

// jsonTerm makes a term of a decoded value.
func jsonTerm(v any, d term.Dialect, depth int) term.Term {
	switch v := v.(type) {
	case map[string]any:
		t := term.Term{Kind: term.Map}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if depth < maxLevels {
				t.Args = append(t.Args, term.MakeAtom(key), jsonTerm(v[key], d, depth+1))
			}
		}
		return t
	case []any:
		t := term.MakeList()
		for _, value := range v {
			if depth < maxLevels {
				t.Args = append(t.Args, jsonTerm(value, d, depth+1))
			}
		}
		return t
	case string:
		t, end, _ := term.ReadIn(v, d)
		if t.Kind == term.None || t.Kind == term.Raw || end < len(strings.TrimRight(v, " \n")) {
			return term.MakeString(v)
		}
		return t
	case json.Number:
		return term.Term{Kind: term.Int, Text: v.String()}
	case bool:
		if v {
			return term.MakeAtom("true")
		}
		return term.MakeAtom("false")
	}
	return term.MakeAtom("undefined")
}
