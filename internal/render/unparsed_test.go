package render

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/beamlog/beamlog/parser/ingest"
	"github.com/beamlog/beamlog/prompt/redact"
	"github.com/google/go-cmp/cmp"
)

func unread(body string) *ingest.Record {
	return &ingest.Record{
		Input: "/home/ann/app.log", Stream: "web-1", Node: "shop@db.example.com", Line: 12, EndLine: 14, Offset: 7, End: 9,
		Writer: ingest.WriterElixir, Time: "12:00:00.000", Level: "error",
		Metadata: []ingest.Field{{Key: "user", Value: "ann"}}, Body: body,
	}
}

func TestUnparsed(t *testing.T) {
	var out bytes.Buffer
	u := NewUnparsed(&out)
	for _, rec := range []*ingest.Record{
		unread("\n  MyApp.Pump \x1b[31m:left\x1b[0m terminating\nbecause"),
		unread(strings.Repeat("é", maxHead)),
		{Input: "-", Line: 3, Title: "CRASH REPORT"},
	} {
		if err := u.Record(rec, "why"); err != nil {
			t.Fatal(err)
		}
	}
	want := `/home/ann/app.log:12: MyApp.Pump \e[31m:left\e[0m terminating [why] bytes 7-9
/home/ann/app.log:12: ` + strings.Repeat("é", maxHead/2) + ` … [why] bytes 7-9
-:3: CRASH REPORT [why] bytes 0-0
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

// TestSample hides values, in all records those that one of them tells of, and
// whatever says whose log it is.
func TestSample(t *testing.T) {
	s := NewSample(redact.Strict)
	for _, rec := range []*ingest.Record{
		unread("MyApp.Pump terminating\x1b[0m\n  token hunter2hunter2 was refused"),
		unread("MyApp.Pump terminating\n  %{password: \"hunter2hunter2\", mail: \"ann@example.com\"}"),
	} {
		if err := s.Record(rec, "why"); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := s.Write(&out); err != nil {
		t.Fatal(err)
	}
	got := out.String()
	for _, secret := range []string{"hunter2", "ann", "example", "web-1", "app.log", "\x1b"} {
		if strings.Contains(got, secret) {
			t.Errorf("%q is in the sample", secret)
		}
	}
	for _, kept := range []string{"# 3 lines, writer elixir: why\n", "12:00:00.000 user=… [error] MyApp.Pump terminating", "%{password: \"REDACTED_"} {
		if !strings.Contains(got, kept) {
			t.Errorf("%q is not in the sample", kept)
		}
	}
	if t.Failed() {
		t.Log(got)
	}
}

// TestSampleBounded has more records, and a longer one, than a sample takes.
func TestSampleBounded(t *testing.T) {
	s := NewSample(redact.Strict)
	for i := range maxSamples + 2 {
		rec := unread(fmt.Sprintf("Pump %d terminating", i))
		if i == 0 {
			rec.Body = strings.Repeat("x ", maxSampleText)
		}
		if err := s.Record(rec, "why"); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := s.Write(&out); err != nil {
		t.Fatal(err)
	}
	if n := out.Len(); n > maxSampleText+maxSamples*200 {
		t.Errorf("%d bytes", n)
	}
	if !strings.HasSuffix(out.String(), "# and 2 more records like these\n") || !strings.Contains(out.String(), "why; cut here\n") {
		t.Errorf("ends %q", out.String()[out.Len()-80:])
	}
}
