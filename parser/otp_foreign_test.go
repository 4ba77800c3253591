package parser

import "testing"

// What a program prints without a prefix stands in the record of the report
// before it, and must not spoil its reason.
func TestOTPForeignLines(t *testing.T) {
	const report = "** Generic server <0.90.0> terminating \n** Last message in was x\n** When Server state == st\n** Reason for termination ==\n** "
	for reason, want := range map[string]string{
		"db_down": ":db_down", "{db_down,7}": "{:db_down, 7}", "42": "42", "{badarg,[{m,f,1,[]}]}": ":badarg",
	} {
		for _, foreign := range []string{"\nhello world\n", "\n\nhello world\nState: {\n", "\n=~~~-Nov-2026::05:48:45 ===\n  crasher\n"} {
			r := parseBody(report + reason + foreign)
			if len(r) == 0 || r[0].Kind != KindGenServer || r[0].Reason.Term.Elixir() != want {
				t.Errorf("%s before %q: %+v", reason, foreign, r)
			}
		}
	}
}

// Sentences of programs can begin as reports do.
func TestOTPProse(t *testing.T) {
	for _, text := range []string{
		"Generic server pool is terminating soon, please wait",
		"State machine diagrams are terminating the meeting",
		"Generic event handler of the day crashed",
		"gen_server documentation says: terminated with reason: see there",
		"Error in process of onboarding: user 7 left with exit value: none",
		"CRASH REPORT Process list has 3 entries",
		"CRASH REPORT uploaded",
		"Webmachine error at path /x",
		"supervisor: bob\nreason: sick leave",
	} {
		if got := parseBody(text); len(got) > 0 {
			t.Errorf("%q is taken for a report: %s", text, tellReport(got[0]))
		}
	}
}
