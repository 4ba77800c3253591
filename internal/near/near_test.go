package near

import "testing"

func TestName(t *testing.T) {
	names := []string{"auto", "journald", "journald-json"}
	for name, want := range map[string]string{"jornald": "journald", "journal-json": "journald-json", "xyz": "", "jour": "journald", "auto": "auto"} {
		if got := Name(name, names); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if got, want := Hint("jornald", names), " (is journald meant?)"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := Hint("xyz", names); got != "" {
		t.Errorf("%q", got)
	}
}
