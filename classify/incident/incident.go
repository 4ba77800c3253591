// Package incident relates findings: which is the root of a failure, which
// tell the same death again, which are its consequences and outcomes.
package incident

import "github.com/beamlog/beamlog/classify"

// Incident is the findings of one failure.
type Incident struct {
	ID       string              // "i1", in the order of their first findings
	Findings []*classify.Finding // in input order; at most MaxKept are kept, Count counts all
	Count    int
	Root     *classify.Finding
	First    string // printed time of the first finding, "" if none
	Last     string
	Restarts int       // restarts that the log shows inside this incident
	GaveUp   bool      // a supervisor reached its restart intensity
	Notes    []string  // what the log cannot show, in words
	Patterns []Pattern // what only several reports show, the gravest first
	Verdict  Verdict   // whether the same attempt may succeed later, by what the log shows

	Suppressed int // of Count: findings that are not to count

	// Firsts has an element for each of Findings: the first report of the death
	// that it tells of, which is the finding itself where it is the first.
	Firsts []*classify.Finding

	number int // that the ID holds
}

// Expected says whether none of its findings is to count.
func (in *Incident) Expected() bool { return in.Suppressed > 0 && in.Suppressed == in.Count }

// Group is all incidents of one bug.
type Group struct {
	Fingerprint string
	Rule        *classify.Rule
	Sample      *Incident // the first
	Incidents   int
	Findings    int
	First, Last string
	Severity    classify.Severity // the highest
	Restarts    int
	GaveUp      int       // incidents in which a supervisor gave up
	Patterns    []Pattern // of its incidents, and of all of them together
	Verdict     Verdict

	patterns patterns
	beat     beat
	input    string // of its last incident
	restarts bool   // its processes are started again
}
