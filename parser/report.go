// Package parser reads reports: what the BEAM says when a process dies.
//
// Each shape of report (Elixir's Logger, OTP's multi-line and single-line
// text, lager …) is a small file with a participle grammar over run tokens;
// all of them give one canonical [Report], whose exit reason is a real Erlang
// term. Nothing after this package knows of log formats.
package parser

import (
	"github.com/beamlog/beamlog/parser/ingest"
	"github.com/beamlog/beamlog/parser/term"
)

// Kind is the kind of a report.
type Kind string

// The kinds of reports.
const (
	KindGenServer   Kind = "gen_server"
	KindGenStatem   Kind = "gen_statem"
	KindGenEvent    Kind = "gen_event"
	KindGenStage    Kind = "gen_stage"
	KindTask        Kind = "task"
	KindAgent       Kind = "agent"
	KindProcess     Kind = "process" // a proc_lib crash report, "Error in process", "Process … raised an exception"
	KindSupervisor  Kind = "supervisor"
	KindApplication Kind = "application"
	KindRequest     Kind = "request"
	KindChannel     Kind = "channel"
	KindConnection  Kind = "connection"
	KindJob         Kind = "job"
	KindTest        Kind = "test"
	KindSlogan      Kind = "slogan"
	KindOther       Kind = "other"
)

// Process is a process as a report names it. All texts are as printed there
// ("#PID<0.1.0>" or "<0.1.0>", "MyApp.Cart" or "my_cart"); "" is unknown.
// Compare pids by [PidKey] and names by [NameKey].
type Process struct {
	Pid         string
	Name        string
	InitialCall string // "MyApp.Cart.init/1", "bad:init/1"
	Label       string
	Handler     string // gen_event
	Ancestors   []string
	Links       []string
}

// Client is the process whose call the server was handling, as the server's report tells it.
type Client struct {
	Pid, Name string
	State     string // "alive", "dead", "remote"; "" if not told
	Node      string
	Stack     []Frame
}

// Supervisor is the supervisor of a supervisor report.
type Supervisor struct{ Pid, Name, Module string }

// Child is the child a supervisor report is about. "" is unknown.
type Child struct {
	ID, Pid, Start, Restart, Shutdown, Type string
	Count                                   int // "Number: N", {nb_children,N}
}

// The contexts of supervisor reports.
const (
	ContextChildTerminated = "child_terminated"
	ContextStartError      = "start_error"
	ContextShutdown        = "shutdown"
	ContextShutdownError   = "shutdown_error"
)

// Span is a raw part of a report's text that is read as a term only when asked.
type Span struct {
	Text      string // at most 64 KiB are kept
	Bytes     int    // size as printed, also of what was dropped
	Truncated bool
}

// Via says what one link of a reason's chain is.
type Via string

// The links of a chain.
const (
	ViaCall               Via = "call"                  // {R, {M, F, Args}}: a call that failed
	ViaException          Via = "exception"             // an exception that wraps a reason: Oban.CrashError, Plug.Conn.WrapperError
	ViaFailedToStartChild Via = "failed_to_start_child" // {failed_to_start_child, Id, R}
	ViaShutdown           Via = "shutdown"              // {shutdown, R} round a known structure
	ViaStart              Via = "start"                 // {R, {M, start, Args}}: an application's start
	ViaBadReturn          Via = "bad_return"            // {bad_return, {{M, start, Args}, V}}
	ViaLink               Via = "link"                  // {'EXIT', Pid, R}
	ViaMonitor            Via = "monitor"               // {'DOWN', Ref, process, Pid, R}
	ViaCaught             Via = "caught"                // {'EXIT', R}
)

// Relation is what this process is to the inner one.
type Relation string

// The relations.
const (
	RelCaller     Relation = "caller"
	RelSupervisor Relation = "supervisor"
	RelLinked     Relation = "linked"
	RelObserver   Relation = "observer"
	RelSelf       Relation = "self"
)

// Link is one envelope round the innermost cause.
type Link struct {
	Via      Via
	Relation Relation
	Detail   string    // "GenServer.call(MyApp.Db, :get, 5000)"; the id of a child
	Target   string    // the called process or the child: "MyApp.Db"; "" if unknown
	Envelope term.Term // the envelope with the inner reason in place: {inner, {M, F, Args}}, stacks removed
	Stack    []Frame   // the stack that belongs to this level, if printed
}

// Reason is why a process died.
//
// Term is the whole reason with stacks removed; Cause is the innermost part of
// it, after every envelope of Chain has been taken off. Both are the zero Term
// where the report gives no reason that can be read; Text is there all the same.
type Reason struct {
	Text  string // as printed after the banner, without frames
	Term  term.Term
	Cause term.Term
	Type  string  // the innermost cause's type: "KeyError", "noproc"; "" if none
	Class string  // of the innermost banner: "error", "exit", "throw"; "" if not printed
	Chain []Link  // outermost first, the innermost cause excluded
	Stack []Frame // the innermost cause's stack, or the only one printed
}

// Report is what the BEAM said in one record.
type Report struct {
	Record  *ingest.Record // where it was read; never nil
	Line    int            // physical line of the report's head (usually Record.Line)
	EndLine int
	Offset  int64 // of the report's first byte in the (decompressed) input
	End     int64 // behind its last one; where streams mix, others' lines stand before it too
	Kind    Kind
	Dialect term.Dialect // the spelling it was printed in
	Shape   string       // the file in parser/ that read it: "elixir_termination", "otp_crash_report"

	Process    Process
	Node       string // where the text says on which node the process ran: "a@b"
	Client     *Client
	Supervisor *Supervisor
	Child      *Child
	Context    string // supervisor reports; "" where the text does not say
	Reason     Reason

	LastMessage *Span
	State       *Span
	Fields      []ingest.Field // other labelled parts in printed order: "Queue", "Function", "Message Queue Length" …

	Complete bool
	Weak     bool // nothing but the header says that this is a report (formats.md, hard case 1)
}
