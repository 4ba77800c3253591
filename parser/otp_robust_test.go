package parser

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/beamlog/beamlog/parser/ingest"
)

var pids = regexp.MustCompile(`#PID<[^>]*>`)

func topMFA(r *Report) string {
	if f := r.TopFrame(); f != nil {
		return f.MFA()
	}
	return ""
}

// otpBodies are the bodies of the records that OTP and lager wrote.
var otpBodies = sync.OnceValue(func() []string {
	var out []string
	for _, glob := range []string{"otp-25/*.log", "otp-25/boot/*", "lager-3.9/*.log"} {
		names, _ := filepath.Glob(filepath.Join("..", "testdata", "logs", glob))
		for _, name := range names {
			in, err := os.Open(name)
			if err != nil {
				continue
			}
			for rec, err := range ingest.Records(context.Background(), in, name, ingest.Options{}) {
				if err == nil {
					out = append(out, rec.Body)
				}
			}
			in.Close()
		}
	}
	return out
})

// decisive are the words after which a report's kind is beyond doubt.
var decisive = []string{
	" terminating", " crashed", "crasher:", "errorContext: ", "Context:    ", "Context: ", "exited: ", "Exited: ",
	"exit value:", "with reason: ", "exit with reason ", `"init terminating in do_boot",`, `"Kernel pid terminated",`, "_alloc: Cannot allocate ",
	"no more index entries in ", "CRASH REPORT Process ",
}

// TestOTPCut cuts every report at every byte after its decisive words: it keeps
// its kind, and where the cut opens a bracket or takes a mandatory part away, it
// says that it is not complete.
func TestOTPCut(t *testing.T) {
	step := 1
	if testing.Short() {
		step = 17
	}
	seen := map[string]bool{}
	for _, body := range otpBodies() {
		whole := parseBody(body)
		if len(whole) == 0 {
			continue
		}
		key := whole[0].Shape + string(whole[0].Kind) + whole[0].Reason.Type
		if seen[key] {
			continue
		}
		seen[key] = true
		from := len(body)
		for _, w := range decisive {
			if strings.HasPrefix(w, " terminating") && strings.HasPrefix(body, `{"`) {
				continue // "init terminating in do_boot"
			}
			if i := strings.Index(body, w); i >= 0 {
				from = min(from, i+len(w))
			}
		}
		if from == len(body) {
			t.Errorf("no decisive word in %q", body)
		}
		for i := from; i < len(body); i += step {
			got := parseBody(body[:i])
			if len(got) != 1 && len(got) != len(whole) {
				t.Fatalf("cut at %d: %d reports of %q", i, len(got), body[:i])
			}
			if got[0].Kind != whole[0].Kind {
				t.Fatalf("cut at %d: kind %s, want %s: %q", i, got[0].Kind, whole[0].Kind, body[:i])
			}
			if whole[0].Shape == "otp_crash" && got[0].Complete && !strings.Contains(body[:i], "neighbours:") {
				t.Fatalf("cut at %d: complete: %q", i, body[:i])
			}
		}
	}
	if len(seen) < 20 {
		t.Errorf("only %d different reports", len(seen))
	}
}

// FuzzParseOTP looks for bodies that make the OTP shapes panic, run away, or
// point outside of the record.
func FuzzParseOTP(f *testing.F) {
	for i, body := range otpBodies() {
		if i%3 == 0 && len(body) < 4<<10 {
			f.Add(body)
		}
	}
	for _, c := range [][]otpCase{terminationCases, crashCases, supervisorCases, sentenceCases, lagerCases, sloganCases} {
		for _, c := range c {
			f.Add(c.body)
		}
	}
	f.Fuzz(func(t *testing.T, body string) {
		last := 1 + strings.Count(body, "\n")
		for _, r := range parseBody(body) {
			if r.Line < 1 || r.Line > last || r.EndLine > last || r.EndLine < r.Line {
				t.Errorf("lines %d-%d of %d", r.Line, r.EndLine, last)
			}
			if r.Kind == "" || r.Shape == "" {
				t.Error("a report without a kind or shape")
			}
			if r.State != nil && (r.State.Text == "" || len(r.State.Text) > maxSpan) {
				t.Errorf("state of %d bytes", len(r.State.Text))
			}
		}
	})
}

func BenchmarkOTP(b *testing.B) {
	seen := map[string]bool{}
	for _, body := range otpBodies() {
		rec := &ingest.Record{Line: 1, Body: body}
		whole := Parse(rec)
		if len(whole) == 0 {
			continue
		}
		name := whole[0].Shape + "/" + string(whole[0].Kind)
		if seen[name] {
			continue
		}
		seen[name] = true
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				Parse(rec)
			}
		})
	}
}

// TestOTPHostile reads bodies made to be slow: all take time in proportion to
// their size.
func TestOTPHostile(t *testing.T) {
	const size = 400_000
	for name, c := range map[string]struct{ head, repeated string }{
		"arguments that go on": {"  crasher:\n    exception error: x\n", "         called as f(\n"},
		"joined notes":         {"crasher: ", ", *** x"},
		"other node":           {"", "** at node x\n"},
		"open brackets":        {"** Generic server x terminating\n** Reason for termination ==\n** ", "{"},
		"repeated label":       {"** Generic server x terminating\n", "** Client a is dead\n"},
		"repeated reason":      {"Generic server x terminating. ", ". Reason: a"},
		"frames in a sentence": {"gen_server x terminated with reason: a at ", "m:f/1 <= "},
		"lossy slogan":         {`{"init terminating in do_boot",`, "[_],"},
	} {
		body := c.head + strings.Repeat(c.repeated, size/len(c.repeated))
		start := time.Now()
		parseBody(body)
		if took := time.Since(start); took > time.Minute {
			t.Errorf("%s: %v", name, took)
		}
	}
}

// TestLimitedReason: what the formatter's limits leave of a reason and its stack.
func TestLimitedReason(t *testing.T) {
	tests := []struct {
		reason, typ string
		complete    bool
	}{
		{"{{badmatch,x},[{shop_cart,...}|...]}", "badmatch", true},
		{"{boom,[{...}|...]}", "boom", true},
		{"{boom,[...]}", "boom", true},
		{"{boom,[{a,1},{b,2}]}", "boom", true},
		{"...", "", false},
		{"", "", false},
	}
	for _, tt := range tests {
		reports := Parse(&ingest.Record{Line: 1, EndLine: 5, Writer: ingest.WriterLegacy, Title: "ERROR REPORT",
			Body: "** Generic server shop_cart terminating \n** Last message in was go\n** When Server state == st\n** Reason for termination ==\n** " + tt.reason})
		if len(reports) != 1 {
			t.Fatalf("%s: %d reports", tt.reason, len(reports))
		}
		if r := reports[0]; r.Reason.Type != tt.typ || r.Complete != tt.complete {
			t.Errorf("%s: type %q, complete %t; want %q, %t", tt.reason, r.Reason.Type, r.Complete, tt.typ, tt.complete)
		}
	}
}
