package render

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/beamlog/beamlog/internal/console"
	"github.com/beamlog/beamlog/parser/ingest"
	"github.com/beamlog/beamlog/prompt/redact"
)

// maxHead is how much of a record's first line a list shows.
const maxHead = 160

// Unparsed lists records that look like reports and were not understood, one a
// line, in a form that no terminal acts on:
//
//	app.log:12: MyApp.Pump :left terminating [a head of no known form] bytes 512-640
type Unparsed struct{ w io.Writer }

// NewUnparsed gives a list that is written to w.
func NewUnparsed(w io.Writer) *Unparsed { return &Unparsed{w: w} }

// Record lists one record.
func (u *Unparsed) Record(rec *ingest.Record, why string) error {
	_, err := fmt.Fprintf(u.w, "%s:%d: %s [%s] bytes %d-%d\n", console.Line(rec.Input), rec.Line, recordHead(rec), why, rec.Offset, rec.End)
	return err
}

// recordHead is the first line of a record's text that says something.
func recordHead(rec *ingest.Record) string {
	for line := range strings.Lines(rec.Body) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		head, cut := capped(line, maxHead)
		if cut {
			head += " …"
		}
		return console.Line(head)
	}
	return console.Line(rec.Title)
}

// The limits of a sample: it is to be read by people before they share it.
const (
	maxSamples    = 100
	maxSampleText = 16 << 10 // of one record
)

// Sample collects records that were not understood, to write them with the
// secrets in them hidden: what can be shared where somebody is to teach beamlog
// a new shape. Neither names of files, streams and nodes nor the values of
// metadata are in it.
type Sample struct {
	redactor *redact.Redactor
	records  []sampled
	more     int
}

type sampled struct{ about, head, body string }

// NewSample gives a sample that hides what level says.
func NewSample(level redact.Level) *Sample { return &Sample{redactor: redact.New(level)} }

// Record adds one record. Of many the first are kept.
func (s *Sample) Record(rec *ingest.Record, why string) error {
	if len(s.records) == maxSamples {
		s.more++
		return nil
	}
	body, cut := capped(rec.Body, maxSampleText)
	if cut {
		why += "; cut here"
	}
	about := fmt.Sprintf("# %s, writer %s: %s", count(int64(max(rec.EndLine-rec.Line+1, 1)), "line"), writerKey(rec.Writer), why)
	s.records = append(s.records, sampled{about, sampleHead(rec), strings.Clone(body)})
	return nil
}

// Write writes the sample. What is hidden in one record is hidden in all.
func (s *Sample) Write(w io.Writer) error {
	for i := range s.records {
		s.redactor.Learn(s.records[i].head, s.records[i].body)
	}
	for i := range s.records {
		r := &s.records[i]
		text := strings.ToValidUTF8(s.redactor.Text(r.head)+s.redactor.Text(r.body), string(utf8.RuneError))
		if _, err := fmt.Fprintf(w, "%s\n%s\n\n", r.about, console.Safe(text)); err != nil {
			return err
		}
	}
	if s.more > 0 {
		_, err := fmt.Fprintf(w, "# and %s like these\n", count(int64(s.more), "more record"))
		return err
	}
	return nil
}

// sampleHead is what the logger put before the text, as far as it can be told;
// of metadata only the keys.
func sampleHead(rec *ingest.Record) string {
	var b strings.Builder
	if rec.Title != "" {
		b.WriteString("=" + rec.Title + "==== ")
	}
	if rec.Time != "" {
		b.WriteString(rec.Time + " ")
	}
	for _, m := range rec.Metadata {
		b.WriteString(m.Key + "=… ")
	}
	if rec.Level != "" {
		b.WriteString("[" + rec.Level + "] ")
	}
	if rec.Title != "" {
		b.WriteString("===\n")
	}
	return b.String()
}
