package parser

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/beamlog/beamlog/parser/ingest"
	"github.com/google/go-cmp/cmp"
)

// otpCase is a body and all that its reports tell, as [tellReport] writes it.
type otpCase struct {
	name string
	body string
	want string
}

func testOTPCases(t *testing.T, cases []otpCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, r := range parseBody(strings.TrimPrefix(c.body, "\n")) {
				got = append(got, tellReport(r))
			}
			if diff := cmp.Diff(strings.TrimPrefix(c.want, "\n"), strings.Join(got, "--\n")); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

// parseBody reads a record that holds body alone.
func parseBody(body string) []*Report {
	return Parse(&ingest.Record{Input: "-", Line: 1, EndLine: 1 + strings.Count(body, "\n"), Body: body})
}

// tellReport writes every field of a report that is set, one a line.
func tellReport(r *Report) string {
	var b strings.Builder
	say := func(key, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s: %s\n", key, strings.ReplaceAll(value, "\n", "⏎"))
		}
	}
	fmt.Fprintf(&b, "%s %s %d-%d", r.Shape, r.Kind, r.Line, r.EndLine)
	if !r.Complete {
		b.WriteString(" incomplete")
	}
	if r.Weak {
		b.WriteString(" weak")
	}
	b.WriteString("\n")
	p := r.Process
	say("pid", p.Pid)
	say("name", p.Name)
	say("initial call", p.InitialCall)
	say("label", p.Label)
	say("handler", p.Handler)
	say("node", r.Node)
	say("ancestors", strings.Join(p.Ancestors, " "))
	say("links", strings.Join(p.Links, " "))
	if s := r.Supervisor; s != nil {
		say("supervisor", fmt.Sprintf("%+v", *s))
	}
	if c := r.Child; c != nil {
		say("child", fmt.Sprintf("%+v", *c))
	}
	say("context", r.Context)
	tellReason(say, &r.Reason)
	if c := r.Client; c != nil {
		say("client", strings.TrimSpace(c.Pid+" "+c.Name+" "+c.State+" "+c.Node))
		for _, f := range c.Stack {
			say("  at", tellFrame(f))
		}
	}
	if s := r.LastMessage; s != nil {
		say("last message", fmt.Sprintf("%s (%d %v)", s.Text, s.Bytes, s.Truncated))
	}
	if s := r.State; s != nil {
		say("state", fmt.Sprintf("%s (%d %v)", s.Text, s.Bytes, s.Truncated))
	}
	for _, f := range r.Fields {
		say("field "+f.Key, f.Value)
	}
	return b.String()
}

func tellReason(say func(key, value string), r *Reason) {
	say("text", r.Text)
	say("term", r.Term.Elixir())
	if !cmp.Equal(r.Term.Elixir(), r.Cause.Elixir()) {
		say("cause", r.Cause.Elixir())
	}
	say("type", r.Type)
	say("class", r.Class)
	for _, l := range r.Chain {
		say("via", strings.TrimSpace(fmt.Sprintf("%s %s %s -> %s", l.Via, l.Relation, l.Detail, l.Target)))
		for _, f := range l.Stack {
			say("  at", tellFrame(f))
		}
	}
	for _, f := range r.Stack {
		say("at", tellFrame(f))
	}
}

func tellFrame(f Frame) string {
	s := f.MFA()
	if f.Anon {
		s += " (fun)"
	}
	if f.Args != "" {
		s += " (" + f.Args + ")"
	}
	if f.File != "" || f.Line > 0 {
		s += fmt.Sprintf(" %s:%d", f.File, f.Line)
	}
	return s
}

// TestOTPWriters reads the same crashes through OTP's four logger set-ups and
// RabbitMQ's two formatters: whoever wrote them, they are the same reports.
func TestOTPWriters(t *testing.T) {
	want := tellLog(t, "otp-25/default.log")
	if len(want) != 43 {
		t.Errorf("default.log: %d reports, want 43", len(want))
	}
	for _, name := range []string{"otp-25/multi-line.log", "otp-25/sasl-compatible.log", "otp-25/single-line.log"} {
		got := tellLog(t, name)
		// This run had the time to write one more: of the child that failed to start.
		got = slices.DeleteFunc(got, func(s string) bool { return s == "process   eaddrinuse :eaddrinuse top=" })
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: -default +got\n%s", name, diff)
		}
	}
	text, json := tellLog(t, "rabbitmq-3.10.8/text.log"), tellLog(t, "rabbitmq-3.10.8/json.log")
	if diff := cmp.Diff(text, json); diff != "" {
		t.Errorf("rabbitmq: -text +json\n%s", diff)
	}
	if len(text) < 40 {
		t.Errorf("rabbitmq: %d reports", len(text))
	}
}

// tellLog gives one line for each report of a log: what all writers print.
func tellLog(t *testing.T, name string) []string {
	t.Helper()
	in, err := os.Open(filepath.Join("..", "testdata", "logs", name))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	var out []string
	for rec, err := range ingest.Records(context.Background(), in, name, ingest.Options{}) {
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range Parse(rec) {
			if !r.Complete || r.Weak {
				t.Errorf("%s:%d: complete %v, weak %v", name, r.Line, r.Complete, r.Weak)
			}
			out = append(out, fmt.Sprintf("%s %s %s %s %s top=%s", r.Kind, r.Process.Name, r.Context,
				r.Reason.Type, pids.ReplaceAllString(r.Reason.Term.Elixir(), "PID"), topMFA(r)))
		}
	}
	return out
}
