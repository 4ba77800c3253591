package incident

import (
	"testing"

	"github.com/beamlog/beamlog/parser"
)

func TestClock(t *testing.T) {
	for _, tt := range []struct {
		name  string
		times []string
		want  []int64 // milliseconds after the first; -1: not known
	}{
		{"no date", []string{"12:00:00.000", "12:00:01.5"}, []int64{0, 1500}},
		{"midnight", []string{"23:59:59.000", "00:00:01.000", "00:00:02.000"}, []int64{0, 2000, 3000}},
		{"with dates", []string{"2026-02-28T23:59:59.000", "2026-03-01 00:00:00.250", "2028-02-29T00:00:00Z"}, []int64{0, 1250, 730*day + 1000}},
		{"zones", []string{"2026-11-21T02:22:43.090138+00:00", "2026-11-21T03:22:44.090138+01:00"}, []int64{0, 1000}},
		{"out of order", []string{"12:00:05.000", "12:00:04.900", "12:00:06.000"}, []int64{0, 0, 1000}},
		{"another run", []string{"12:00:05.000", "12:00:03.000", "12:00:04.000"}, []int64{0, gap, gap + 1000}},
		{"not a time", []string{"12:00:00.000", "noon", ""}, []int64{0, -1, -1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var c clock
			first := int64(0)
			for i, s := range tt.times {
				at, ok := c.at(s)
				if i == 0 {
					first = at
				}
				got := at - first
				if !ok {
					got = -1
				}
				if got != tt.want[i] {
					t.Errorf("%q is %d ms after the first, want %d", s, got, tt.want[i])
				}
			}
		})
	}
}

func TestPerClientModulesAreKnownByTheirFirstLetter(t *testing.T) {
	for _, module := range perClient {
		r := &parser.Report{Process: parser.Process{InitialCall: module + "X.init/1"}}
		if !oneOfMany(r) {
			t.Errorf("%s is not known", module)
		}
	}
}
