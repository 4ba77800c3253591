package corpus

import (
	"fmt"
	"testing"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/ingest"
)

// sameCrashes are logs of one program through several writers. The first of a
// group is what the others are held against.
var sameCrashes = []struct {
	name string
	logs []string
	// pids are the same in all: one VM wrote them.
	oneVM bool
}{
	{"otp", []string{"otp-25/default.log", "otp-25/multi-line.log", "otp-25/single-line.log", "otp-25/sasl-compatible.log"}, false},
	{"rabbitmq", []string{"rabbitmq-3.10.8/text.log", "rabbitmq-3.10.8/json.log"}, false},
	{"lager", []string{"lager-3.9/crash.log", "lager-3.9/console.log", "lager-3.9/error.log"}, true},
	{"otp and rabbitmq", []string{"otp-25/default.log", "rabbitmq-3.10.8/text.log"}, false},
	{"otp and lager", []string{"otp-25/default.log", "lager-3.9/crash.log", "lager-3.9/console.log"}, false},
}

// TestSameCrashSameFinding: whichever writer prints a crash, it is the same
// kind, pattern, family, process, top frame and fingerprint, as far as its text
// holds them.
func TestSameCrashSameFinding(t *testing.T) {
	for _, group := range sameCrashes {
		base := classifiedIn(t, logs+"/"+group.logs[0], ingest.Options{})
		for _, name := range group.logs[1:] {
			t.Run(group.name+"/"+name, func(t *testing.T) {
				other := classifiedIn(t, logs+"/"+name, ingest.Options{})
				compared := 0
				for i, j := 0, 0; i < len(base) || j < len(other); {
					switch {
					case i < len(base) && alone(group.logs[0], name, base[i]):
						i++
					case j < len(other) && alone(name, group.logs[0], other[j]):
						j++
					case i < len(base) && j < len(other) && twins(base[i], other[j]):
						for _, d := range writerDiffs(base[i], other[j], group.oneVM) {
							t.Errorf("line %d (line %d of %s): %s", other[j].Report.Line, base[i].Report.Line, group.logs[0], d)
						}
						compared++
						i, j = i+1, j+1
					default:
						t.Fatalf("after %d reports the two are not the same:\n%s\n%s", compared, shown(base, i), shown(other, j))
					}
				}
				t.Logf("%d reports compared", compared)
			})
		}
	}
}

// alone says whether a log holds a report that the other does not.
func alone(log, other string, f *classify.Finding) bool {
	switch {
	case log == "otp-25/multi-line.log" && f.Report.Line == 773:
		return true // in the other runs the VM ended before the child told of its crash
	case f.Report.Kind == parser.KindApplication:
		// Applications are no errors to lager: its files of errors leave them out.
		return other == "lager-3.9/crash.log" || other == "lager-3.9/error.log"
	}
	return false
}

// twins says whether two findings may tell of the same event.
func twins(a, b *classify.Finding) bool {
	return a.Report.Kind == b.Report.Kind && (a.Report.Reason.Type == b.Report.Reason.Type || a.Rule.Family() == b.Rule.Family())
}

// writerDiffs says in what two findings of one crash differ, though both texts
// hold it.
func writerDiffs(a, b *classify.Finding, oneVM bool) (diffs []string) {
	differ := func(what, x, y string) {
		if x != y {
			diffs = append(diffs, fmt.Sprintf("%s %q, not %q", what, y, x))
		}
	}
	if !generic(a.Rule.ID) || !generic(b.Rule.ID) { // generics differ by the class, which not all print
		differ("pattern", a.Rule.ID, b.Rule.ID)
		differ("family", a.Rule.Family(), b.Rule.Family())
	}
	differ("name", parser.NameKey(a.Report.Process.Name), parser.NameKey(b.Report.Process.Name))
	if oneVM && a.Report.Process.Pid != "" && b.Report.Process.Pid != "" { // lager prints the name alone
		differ("pid", parser.PidKey(a.Report.Process.Pid), parser.PidKey(b.Report.Process.Pid))
	}
	x, y := a.Report.TopFrame(), b.Report.TopFrame()
	if x != nil && y != nil {
		differ("top frame", place(x, y), place(y, x))
	}
	if (x == nil) == (y == nil) && (a.Report.Process.InitialCall == "") == (b.Report.Process.InitialCall == "") {
		differ("fingerprint", a.Recipe, b.Recipe)
		differ("fingerprint", a.Fingerprint, b.Fingerprint)
	}
	return diffs
}

// place is a frame's function, with its line if the other has one too: lager
// leaves it out of some sentences.
func place(f, other *parser.Frame) string {
	if f.Line == 0 || other.Line == 0 {
		return f.MFA()
	}
	return fmt.Sprintf("%s line %d", f.MFA(), f.Line)
}

func shown(found []*classify.Finding, i int) string {
	if i >= len(found) {
		return "(the end)"
	}
	f := found[i]
	return fmt.Sprintf("line %d: %s %s %s: %s", f.Report.Line, f.Report.Kind, f.Rule.ID, f.Report.Process.Name, shortened(f.Report.Reason.Text))
}
