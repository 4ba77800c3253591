// Package pipeline runs the flow: inputs → records → reports → findings →
// incidents, one input after the other, handing each result on as soon as it
// is final.
package pipeline

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync/atomic"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/classify/incident"
	"github.com/beamlog/beamlog/classify/suppress"
	"github.com/beamlog/beamlog/internal/render"
	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/crashdump"
	"github.com/beamlog/beamlog/parser/ingest"
)

// Options say what to read and how. The zero value reads stdin.
type Options struct {
	Inputs   []string  // names of files, "-" for Stdin; none means Stdin
	Stdin    io.Reader // never closed
	Ingest   ingest.Options
	Incident incident.Options
	Rules    []*classify.Rule // instead of the built-in ones
	Recipes  bool             // tell of each fingerprint how it came about

	Suppress       *suppress.Set // findings that are not to count
	ShowSuppressed bool          // hand them on all the same
	Now            string        // the day that suppressions are compared with, "2026-12-31"; "" is that of the log

	// Workers is how many goroutines read and classify reports; 0 is one for each
	// CPU. With two or more the input is also read beside the scan. The results do
	// not depend on it.
	Workers int

	// Bad is told of each input that could not be read, or not to its end; the
	// others are read all the same.
	Bad func(error)

	// Unread, if set, is given each record, or the lines behind a report in one, that
	// looks like a report and was not understood, and why; see [parser.Unread].
	Unread func(rec *ingest.Record, why string) error

	// Follow has the one input be read for as long as it is written, from its
	// beginning. Findings and incidents are handed on as soon as nothing more
	// comes for a moment, and open incidents to a sink that is [render.Live].
	Follow bool

	// Progress, if set, is told how far the reading is. Calls come from several
	// goroutines, one at a time.
	Progress func(Progress)
	// Done, if set, is called when the reading has ended, before the last results.
	Done func()
}

// ErrInputs is what the functions of this package return when an input was
// bad. Each has been told to [Options.Bad].
var ErrInputs = errors.New("some input could not be read")

// smallInput is the size of a file up to which workers cost more than they bring.
const smallInput = 1 << 20

// Run reads all inputs and hands findings, in input order, and incidents, as
// they close, to the sink. It returns the first error of the sink, else
// ErrInputs where an input was bad. When ctx ends, what is known so far is
// handed on, and the error is nil.
func Run(ctx context.Context, o Options, sink render.Format) (render.Summary, error) {
	o.Incident.Expected = o.ShowSuppressed
	f := &flow{Options: o, sink: sink, tracker: incident.NewTracker(o.Incident)}
	var err error
	if f.engine, err = classify.New(classify.Options{Rules: o.Rules, Explain: o.Recipes}); err != nil {
		return f.sum, err
	}
	if err := sink.Begin(render.Input{Files: f.names()}); err != nil {
		return f.sum, err
	}
	err = f.inputs(ctx, f.finding, f.endInput)
	if err != nil && !errors.Is(err, ErrInputs) {
		return f.sum, err
	}
	f.sum.Stopped = ctx.Err() != nil && !f.Follow
	f.sum.Groups = f.tracker.Groups()
	f.sum.OtherIncidents, f.sum.OtherFindings = f.tracker.Uncounted()
	f.sum.Suppressions = f.Suppress.Uses()
	if !f.idle() {
		return f.sum, f.shown
	}
	if endErr := sink.End(f.sum); endErr != nil {
		return f.sum, endErr
	}
	return f.sum, err
}

// One hands one report, which was read from no input, through the rest of the
// flow to the sink.
func One(o Options, r *parser.Report, sink render.Format) error {
	f := &flow{Options: o, sink: sink, tracker: incident.NewTracker(incident.Options{})}
	var err error
	if f.engine, err = classify.New(classify.Options{Rules: o.Rules, Explain: o.Recipes}); err != nil {
		return err
	}
	if err := sink.Begin(render.Input{Files: []string{r.Record.Input}}); err != nil {
		return err
	}
	if err := errors.Join(f.finding(r, f.engine.Classify(r)), f.endInput()); err != nil {
		return err
	}
	f.sum.Files = []render.FileStats{{Name: r.Record.Input, Lines: 1, Records: 1, Reports: 1}}
	f.sum.Groups = f.tracker.Groups()
	return sink.End(f.sum)
}

// Reports reads all inputs and hands each report to give, in input order.
func Reports(ctx context.Context, o Options, give func(*parser.Report) error) (render.Summary, error) {
	f := &flow{Options: o}
	take := func(r *parser.Report, _ *classify.Finding) error { return give(r) }
	err := f.inputs(ctx, take, func() error { return nil })
	f.sum.Stopped = ctx.Err() != nil
	return f.sum, err
}

// Progress says how far the reading of all inputs is. Bytes are counted as they
// are stored, packed or not.
type Progress struct {
	Read    int64
	Size    int64 // of all inputs together; 0 where that is not known
	Reports int64
}

// flow is one run.
type flow struct {
	Options
	size    int64            // of all inputs, where Progress wants it
	past    int64            // of the inputs that have been read
	done    atomic.Int64     // reports taken
	engine  *classify.Engine // nil: reports are not classified
	tracker *incident.Tracker
	sink    render.Format
	sum     render.Summary
	shown   error  // why the sink could not show what it was given
	day     string // the last one that the log has told so far
}

// give takes one report, with its finding where the flow has an engine.
type give func(*parser.Report, *classify.Finding) error

// reading is what one record says, without regard to any other.
type reading struct {
	rec      *ingest.Record
	reports  []*parser.Report
	findings []*classify.Finding // of each report, where the flow has an engine
	left     *ingest.Record      // what looks like a report and is none that is known
	why      string              // what it looks like
}

func (f *flow) names() []string {
	if len(f.Inputs) == 0 {
		return []string{"-"}
	}
	return f.Inputs
}

// inputs reads one input after the other. An input that is bad is told of and
// left; an error of give or end stops it all.
func (f *flow) inputs(ctx context.Context, give give, end func() error) error {
	bad := false
	if f.Done != nil {
		defer f.Done()
	}
	if f.Progress != nil {
		f.size = sizeOf(f.names())
	}
	for _, name := range f.names() {
		if ctx.Err() != nil {
			break
		}
		read := f.input
		if f.Follow {
			read = f.follow
		}
		stats, readErr, err := read(ctx, name, give)
		if f.tracker != nil {
			f.tracker.Read(stats.Lines)
		}
		if err == nil {
			err = end()
		}
		if readErr != nil {
			bad = true
			stats.Err = readErr
			f.Bad(readErr)
		}
		f.sum.Files = append(f.sum.Files, stats)
		if err != nil {
			return err
		}
	}
	if bad {
		return ErrInputs
	}
	return nil
}

// input reads one input. readErr is what is wrong with it; err is an error of give.
func (f *flow) input(ctx context.Context, name string, give give) (file render.FileStats, readErr, err error) {
	file.Name = name
	r, openErr := ingest.Open(name, f.Stdin)
	if openErr != nil {
		return file, openErr, nil
	}
	defer r.Close()
	defer func() { f.past += r.Stored() }()
	workers := f.workers(name)
	source := &watched{ctx: ctx, r: r, read: f.progress(r)}
	if workers == 1 { // else it is read beside all that is done here
		source.wait = f.idle
	}
	text := bufio.NewReaderSize(source, crashdump.SniffLen)
	if head, _ := text.Peek(crashdump.SniffLen); crashdump.Sniff(head) {
		return f.dump(ctx, text, name, give)
	}
	var stats ingest.Stats
	o := f.Ingest
	o.Stats = &stats
	o.Ahead = workers > 1
	records := func(yield func(*ingest.Record) bool) {
		for rec, err := range ingest.Records(ctx, text, name, o) {
			if err != nil {
				readErr = err
				return
			}
			if !yield(rec) {
				return
			}
		}
	}
	for x := range ordered(workers, records, weight, f.read, f.idle) {
		if err = f.take(x, &file, give); err != nil {
			return file, nil, err
		}
		f.done.Add(int64(len(x.reports)))
	}
	if f.shown != nil {
		return file, nil, f.shown
	}
	if ctx.Err() != nil {
		readErr = nil
	}
	if readErr != nil {
		readErr = fmt.Errorf("read %s: %w", name, readErr)
	}
	file.Bytes, file.Lines, file.Records, file.Dropped = stats.Bytes, stats.Lines, stats.Records, stats.Dropped
	return file, readErr, nil
}

// idle has the sink show what it was given, as more may not come for long. It is
// false where it cannot.
func (f *flow) idle() bool {
	if b, ok := f.sink.(render.Buffered); ok && f.shown == nil {
		f.shown = b.Flush()
	}
	return f.shown == nil
}

// progress gives what is to be called when an input has been read from.
func (f *flow) progress(in *ingest.Input) func() {
	if f.Progress == nil {
		return func() {}
	}
	past := f.past
	return func() { f.Progress(Progress{past + in.Stored(), f.size, f.done.Load()}) }
}

// sizeOf adds up the sizes of files; 0 if one is no regular file.
func sizeOf(names []string) int64 {
	sum := int64(0)
	for _, name := range names {
		info, err := os.Stat(name)
		if err != nil || !info.Mode().IsRegular() {
			return 0
		}
		sum += info.Size()
	}
	return sum
}

// workers says how many goroutines are to read the reports of an input.
func (f *flow) workers(name string) int {
	if name != "-" {
		if info, err := os.Stat(name); err == nil && info.Mode().IsRegular() && info.Size() <= smallInput {
			return 1
		}
	}
	if f.Workers > 0 {
		return f.Workers
	}
	return runtime.GOMAXPROCS(0)
}

// read reads and classifies one record. Several goroutines do so at a time.
func (f *flow) read(rec *ingest.Record) reading {
	x := reading{rec: rec}
	x.reports, x.left, x.why = parser.ParseAll(rec)
	if f.engine != nil {
		for _, r := range x.reports {
			x.findings = append(x.findings, f.engine.Classify(r))
		}
	}
	return x
}

// weight estimates the bytes that a record keeps alive until it is handed on.
func weight(rec *ingest.Record) int { return 4<<10 + 2*len(rec.Body) }

// take counts and hands on what one record holds.
func (f *flow) take(x reading, file *render.FileStats, give give) error {
	f.dated(x.rec)
	for i, r := range x.reports {
		file.Reports++
		if !r.Complete {
			file.Cut++
		}
		var finding *classify.Finding
		if x.findings != nil {
			finding = x.findings[i]
		}
		if err := give(r, finding); err != nil {
			return err
		}
	}
	if len(x.reports) == 0 {
		if f.tracker != nil {
			f.tracker.Context(x.rec)
		}
		file.Silent++
		file.SilentBytes += x.rec.Size
	}
	if x.left == nil {
		return nil
	}
	file.Unread++
	file.UnreadBytes += x.left.Size
	if f.Unread == nil {
		return nil
	}
	return f.Unread(x.left, x.why)
}

// finding takes one report through the rest of the flow.
func (f *flow) finding(r *parser.Report, x *classify.Finding) error {
	if r.Kind == parser.KindOther && r.Shape == parser.ShapeMessage && x.Rule.Generic {
		return nil // a message of which no process died counts only where a rule knows its text
	}
	if f.Suppress != nil {
		x.Suppressed = f.Suppress.Find(x, f.today(r))
	}
	return f.hand(f.tracker.Add(x))
}

// endInput closes what is open: an incident does not reach into the next input.
func (f *flow) endInput() error { return f.hand(f.tracker.End()) }

// hand gives what is final to the sink.
func (f *flow) hand(final []*classify.Finding) error {
	for _, x := range final {
		if x.Suppressed != nil {
			f.sum.Suppressed++
			f.Suppress.Count(x.Suppressed)
			if !f.ShowSuppressed {
				continue
			}
		}
		if err := f.sink.Finding(x); err != nil {
			return err
		}
	}
	for _, in := range f.tracker.Closed() {
		f.sum.Incidents++
		if in.Expected() {
			f.sum.SuppressedIncidents++
			if !f.ShowSuppressed {
				continue
			}
		}
		if err := f.sink.Incident(in); err != nil {
			return err
		}
	}
	return nil
}
