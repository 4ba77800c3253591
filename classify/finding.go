// Package classify says what a report is: the rule that fits it, what that
// means, and a fingerprint that stays the same for the same bug.
package classify

import (
	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/term"
)

// Severity grades a finding.
type Severity string

// The severities, lowest first.
const (
	Info     Severity = "info"
	Warning  Severity = "warning"
	Error    Severity = "error"
	Critical Severity = "critical"
)

// Nature says whether the same attempt may succeed later.
type Nature string

// The natures.
const (
	Transient     Nature = "transient"
	Deterministic Nature = "deterministic"
	Depends       Nature = "depends"
	Benign        Nature = "benign"
)

// Confidence says how a rule was matched.
type Confidence string

// The confidences.
const (
	Exact  Confidence = "exact"  // by the term
	Strong Confidence = "strong" // by an exception or a full text
	Weak   Confidence = "weak"   // by a fragment of a text, or an alias that no BEAM writes
)

// Role is a finding's place in its incident.
type Role string

// The roles.
const (
	Root        Role = "root"
	Same        Role = "same"
	Consequence Role = "consequence"
	Outcome     Role = "outcome"
)

// Binding is a name that a rule's match bound.
type Binding struct {
	Name  string
	Value term.Term
}

// Finding is one report and the rule that fits it.
type Finding struct {
	Report       *parser.Report
	Rule         *Rule    // never nil
	Alternatives []string // ids of other rules that fit as well
	Confidence   Confidence
	Bindings     []Binding
	Severity     Severity // the rule's, or as corrected for this report
	Nature       Nature
	Blame        string
	ChainRules   []string // the id of the rule for each entry of Report.Reason.Chain; "" if none
	Alike        *Alike   // what it has in common with others; nil if that is not known

	Fingerprint string // 12 hex digits: the bug
	Variant     string
	Parts       []Part // how Fingerprint and Variant came about; nil unless Options.Explain asks
	Recipe      string // what Fingerprint was made from: "v1|badarith||MyApp.Calc.ratio/2"

	// Set by classify/incident.
	Incident string // "i1"
	Role     Role
	Why      string // why it has this role, in words; "" for a root

	// Suppressed says why it does not count; nil if it does. Set by
	// classify/suppress for a report, and by classify/incident for all the others
	// of the same death.
	Suppressed *Suppression

	summary string // instead of the rule's; see SetSummary
}

// Suppression is why a finding is not to count, as a project's configuration says.
type Suppression struct {
	Reason string
	Until  string // the last day, "2026-12-31"; "" for ever
	Place  string // of the configuration: ".beamlog.toml:3"
}
