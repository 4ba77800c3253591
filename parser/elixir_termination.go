package parser

import (
	"strings"

	"github.com/beamlog/beamlog/parser/ingest"
)

var terminationLayout = layout{
	labels: []string{"Last message", "State", "Process Label", "Queue", "Postponed", "Data", "Callback mode"},
	client: true,
}

// terminationHeads are the openings of the first line.
var terminationHeads = [...]struct {
	text string
	kind Kind
}{
	{"GenServer ", KindGenServer},
	{":gen_statem ", KindGenStatem},
	{":gen_event handler ", KindGenEvent},
	{"GenEvent handler ", KindGenEvent}, // Elixir 1.6
}

const terminating = " terminating"

// terminationHead reads the first line: the kind and what stands between its
// opening and the last " terminating".
func terminationHead(body string) (kind Kind, name string, ok bool) {
	for _, h := range terminationHeads {
		if !strings.HasPrefix(body, h.text) {
			continue
		}
		line := firstLine(body)
		end := strings.LastIndex(line, terminating)
		if end <= len(h.text) || end+len(terminating) != len(line) {
			return "", "", false
		}
		return h.kind, line[len(h.text):end], true
	}
	return "", "", false
}

func opensTermination(_ *ingest.Record, body string) bool {
	_, _, ok := terminationHead(body)
	return ok
}

// readTermination reads what Logger.Translator writes when a process of an OTP
// behaviour stops. Elixir 1.6 to 1.20; gen_statem since 1.17:
//
//	GenServer MyApp.Cache terminating
//	** (stop) bad return value: {:ok, :oops}
//	Process Label: {:cache, 1}
//	Last message (from #PID<0.96.0>): :bad
//	State: %{hits: 0}
//	Client #PID<0.96.0> is alive
//
//	    (stdlib 4.2) gen.erl:256: :gen.do_call/4
//
//	:gen_statem #PID<0.158.0> terminating
//	** (stop) {:bad_return_from_state_function, :bad}
//	Queue: [{{:call, {#PID<0.94.0>, #Reference<0.1.2.3>}}, :badret}]
//	Postponed: []
//	State: {:closed, %{code: 1}}
//	Callback mode: :state_functions, state_enter: true
//
//	:gen_event handler MyApp.Handler installed in MyApp.Manager terminating
//	** (RuntimeError) boom
//	Last message: :event
//	State: []
func readTermination(rec *ingest.Record) (*Report, int) {
	kind, name, _ := terminationHead(rec.Body)
	l := lexReport(rec, lineEnd(rec.Body, 0), &terminationLayout)
	defer l.release()
	r := elixirReport(rec, kind, l)
	if kind == KindGenEvent {
		if handler, manager, ok := strings.Cut(name, " installed in "); ok {
			r.Process.Handler, name = handler, manager
		}
	}
	if r.onlyTitle(l, name) {
		return nil, l.end
	}
	r.Process.name(name)
	r.setReason(l)
	for _, f := range l.fields {
		r.terminationField(f)
	}
	if l.client != "" {
		r.clientLine(l.client, readFrames(l.frames))
	}
	frames := len(r.Reason.Stack) > 0
	switch kind {
	case KindGenStatem:
		_, queued := r.field("Queue")
		r.Complete = r.Complete && queued
		r.Weak = !frames && !queued
	default:
		r.Complete = r.Complete && r.LastMessage != nil
		r.Weak = !frames && r.LastMessage == nil
	}
	r.prove()
	return r, l.end
}

// terminationField puts one labelled part where it belongs.
func (r *Report) terminationField(f field) {
	switch {
	case strings.HasPrefix(f.Label, "Last message"):
		r.LastMessage = span(f.Value)
		if who, ok := strings.CutPrefix(f.Label, "Last message (from "); ok {
			r.sender(strings.TrimSuffix(who, ")"))
		}
	case f.Label == "State":
		r.State = span(f.Value)
	case f.Label == "Process Label":
		r.Process.Label = f.Value
	default:
		r.keep(f.Label, f.Value)
	}
}

// sender notes who sent the last message: "#PID<0.96.0>", a registered name, and
// in old libraries "#PID<0.1.0> on :\"a@b\"".
func (r *Report) sender(who string) {
	c := &Client{}
	if who, node, ok := strings.Cut(who, " on "); ok && isPid(who) {
		c.Pid, c.Node = who, node
	} else if isPid(who) {
		c.Pid = who
	} else {
		c.Name = who
	}
	r.Client = c
}

// clientLine reads "Client … is alive", "… is dead" and "… is remote on node …".
func (r *Report) clientLine(line string, stack []Frame) {
	who := strings.TrimPrefix(strings.TrimRight(line, " "), "Client ")
	state, node := "", ""
	if w, n, ok := strings.Cut(who, " is remote on node "); ok {
		who, state, node = w, "remote", n
	} else if i := strings.LastIndex(who, " is "); i >= 0 {
		who, state = who[:i], who[i+len(" is "):]
	}
	if r.Client == nil {
		r.Client = &Client{}
	}
	if isPid(who) {
		r.Client.Pid = who
	} else {
		r.Client.Name = who
	}
	r.Client.State, r.Client.Stack = state, stack
	if node != "" {
		r.Client.Node = node
	}
}

// field gives a labelled part that has no place of its own.
func (r *Report) field(key string) (string, bool) {
	for _, f := range r.Fields {
		if f.Key == key {
			return f.Value, true
		}
	}
	return "", false
}
