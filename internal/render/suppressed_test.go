package render_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/classify/incident"
	"github.com/beamlog/beamlog/classify/suppress"
	"github.com/beamlog/beamlog/internal/render"
)

// suppressed is the summary of a log with three suppressions: one that fits, one
// that has expired, one that fits nothing.
func suppressed() render.Summary {
	entry := func(line int, reason, until string, findings, again int) suppress.Use {
		return suppress.Use{Entry: suppress.Entry{File: "c.toml", Line: line, Reason: reason, Until: until}, Findings: findings, Again: again}
	}
	return render.Summary{
		Suppressed: 3, SuppressedIncidents: 1, OtherIncidents: 2, OtherFindings: 5,
		Suppressions: []suppress.Use{
			entry(1, "\x1b[31mtests\n do that", "2026-12-31", 3, 0),
			entry(5, "old", "2026-01-31", 0, 1),
			entry(9, "idle", "", 0, 0),
		},
		Files:  []render.FileStats{{Name: "app.log", Bytes: 1, Lines: 9, Reports: 3}},
		Groups: []*incident.Group{},
	}
}

func TestSuppressedInWords(t *testing.T) {
	s := suppressed()
	for _, c := range []struct{ got, want string }{
		{s.Expected(), "3 findings suppressed, and 1 incident with them (--show-suppressed shows them)"},
		{strings.Join(s.Expired(), "|"), `c.toml:5: suppression "old" expired on 2026-01-31: 1 finding counts again`},
		{strings.Join(s.Unused(), "|"), `c.toml:9: suppression "idle" fits nothing in this log`},
		{s.Others(), "and 2 incidents (5 findings) of other bugs: only 0 are told apart"},
		{new(render.Summary).Expected() + new(render.Summary).Others(), ""},
	} {
		if c.got != c.want {
			t.Errorf("got  %s\nwant %s", c.got, c.want)
		}
	}
	var out bytes.Buffer
	f, err := render.New("explain", &out, render.Options{})
	if err == nil {
		err = f.End(s)
	}
	if err != nil || strings.ContainsRune(out.String(), '\x1b') || !strings.Contains(out.String(), "3 reports: ") {
		t.Errorf("%v\n%q", err, out.String())
	}
}

// What is shown of suppressions follows the schemas.
func TestSuppressedFollowsItsSchema(t *testing.T) {
	finding, document, _ := schemas(t)
	in := twice()
	in[0].Suppressed = &classify.Suppression{Reason: "tests do that", Until: "2026-12-31", Place: "c.toml:1"}
	lines := play(t, "ndjson", render.Options{}, in)
	if n := bytes.Count(lines, []byte(`"suppressed":{"reason":"tests do that"`)); n != 2 {
		t.Errorf("%d findings say it", n)
	}
	for line := range bytes.Lines(lines) {
		validate(t, finding, line)
	}
	var out bytes.Buffer
	f, err := render.New("json", &out, render.Options{})
	if err == nil {
		err = f.Begin(render.Input{})
	}
	if err == nil {
		err = f.End(suppressed())
	}
	if err != nil {
		t.Fatal(err)
	}
	validate(t, document, out.Bytes())
	if !strings.Contains(out.String(), `"until":null,"findings":0,"expired_findings":0}`) {
		t.Error(out.String())
	}
}
