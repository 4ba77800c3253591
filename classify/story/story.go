// Package story says what is worth telling about an incident, as data. Every
// view of an incident (for a person, as Markdown, in a prompt) tells this one
// story.
//
// The texts hold words of the log as they were printed: whoever shows them
// makes them safe for where they go.
package story

import (
	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/parser/term"
)

// Story is what there is to tell of one incident. Empty fields are unknown or
// do not apply.
type Story struct {
	Incident    string
	Fingerprint string
	Pattern     string // the rule's id
	Title       string // what happened, in general: "Callback returned a value its behaviour does not allow"
	Severity    classify.Severity
	Confidence  classify.Confidence
	Count       int // reports of the incident

	Headline   string // "MyApp.Cart stopped: bad_return_value"
	Warning    string // what is wrong with the reason as it is written; "" where a runtime can have written it
	Summary    string // one sentence about this very crash
	Died       Process
	Reason     Reason
	Where      *Place   // the frame in which it happened, the project's own where there is one
	Message    string   // the last message as printed, shortened
	Chain      []Step   // from the process that reported to the innermost cause
	Client     string   // whom it served, or which call it was waiting for, in words
	Supervisor string   // who looks after it, in words
	Aftermath  []string // what followed: restarts, callers, give-up, application, in words
	Timeline   []Event
	Patterns   []Pattern // what only several reports show

	Cure      Cure
	Blame     string // "code"
	BlameText string // "the code of MyApp.Cart"
	Causes    []string
	Checks    []string
	Fixes     []string
	Principle string
	Docs      []string
	Contract  *classify.Contract // bad returns: what would have been allowed

	Evidence []Evidence
	Limits   []string // what the log cannot show
}

// Process is what died.
type Process struct {
	Kind string // in words: "GenServer", "Task", "child of a supervisor"
	Name string // the registered name, else the pid, else the initial call
	Pid  string
	Text string // all of it: "GenServer MyApp.Cart (#PID<0.123.0>)"
}

// Reason is why it died.
type Reason struct {
	Words string    // "no process has this name"
	Text  string    // as printed
	Term  term.Term // the innermost cause
	Shown string    // Term in the wanted spelling, shortened; "" where there is none
	Type  string
	Class string
}

// Place is a function in the source.
type Place struct {
	MFA     string
	App     string
	Version string
	File    string
	Line    int
}

// Step is one link of the chain from the reporting process to the cause.
type Step struct {
	Text    string // "was calling MyApp.Db: GenServer.call(MyApp.Db, :get, 5000)"
	Pattern string // the rule of this envelope, if any
}

// Event is a row of the timeline.
type Event struct {
	Time  string
	File  string
	Line  int
	Role  classify.Role
	Text  string
	Why   string
	Count int   // so many such events in a row
	Again []int // lines of the other reports of the same death
}

// Pattern is something that only several reports show.
type Pattern struct {
	ID    string // "restart_loop"
	Title string // "One child crashes of one reason again and again"
	Text  string // "Shop.Feed: 4 deaths in 1.9 s, then its supervisor gave up"
}

// Answer says whether a restart can cure a failure.
type Answer string

// The answers.
const (
	No      Answer = "no"
	Maybe   Answer = "maybe"
	Depends Answer = "depends"
	NoNeed  Answer = "not needed"
)

// Cure says whether a restart can cure it.
type Cure struct {
	Answer Answer
	Text   string
}

// Evidence is a place in the log that shows a part of the story.
type Evidence struct {
	File    string
	Line    int
	EndLine int
	Text    string // what stands there, in words
}
