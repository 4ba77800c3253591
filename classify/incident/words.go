package incident

import (
	"strconv"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/parser"
)

// place says which role a finding has in its incident, and why.
func place(e *entry, in *failure) (classify.Role, string) {
	d := e.death
	switch {
	case e.again:
		return classify.Same, "the same report, printed again"
	case d == in.root && e == &d.first:
		return classify.Root, ""
	case d == in.root:
		return classify.Same, e.telling("", "")
	}
	why := d.why
	if e != &d.first {
		why = e.telling("; ", d.why)
	}
	if d.outcome {
		return classify.Outcome, why
	}
	return classify.Consequence, why
}

// telling says of which death a further report is, and why that one was.
func (e *entry) telling(and, why string) string {
	var room [128]byte
	b := append(append(room[:0], tellings[e.told]...), " of the death at line "...)
	b = strconv.AppendInt(b, int64(e.death.line), 10)
	return string(append(append(b, and...), why...))
}

var tellings = [tellers]string{
	tellServer:      "the process's own report",
	tellCrash:       "the crash report",
	tellChild:       "the supervisor's report",
	tellStart:       "the supervisor's report",
	tellGiveUp:      "the supervisor's report",
	tellApplication: "the application's report",
	tellSlogan:      "the VM's last words",
	tellEvent:       "another report",
}

// who names a dead process.
func who(d *death) string {
	r := d.first.f.Report
	switch {
	case r.Kind == parser.KindSupervisor && r.Context != parser.ContextShutdown && r.Child != nil:
		return "child " + r.Child.ID
	case r.Kind == parser.KindSupervisor:
		return "supervisor " + supervisorName(r)
	case r.Process.Name != "":
		return r.Process.Name
	case r.Process.Pid != "":
		return r.Process.Pid
	}
	return "a process"
}

// what names a death: "the death of MyApp.Cart (line 12)".
func what(d *death) string { return "the death of " + who(d) + " (line " + lineOf(d) + ")" }

func lineOf(d *death) string { return strconv.Itoa(d.line) }

func supervisorName(r *parser.Report) string {
	if s := r.Supervisor; s != nil {
		if s.Name != "" {
			return s.Name
		}
		if s.Pid != "" {
			return s.Pid
		}
	}
	if r.Process.Name != "" {
		return r.Process.Name
	}
	return r.Process.Pid
}

func ordinal(n int) string {
	suffix := "th"
	if n%100 < 11 || n%100 > 13 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return strconv.Itoa(n) + suffix
}
