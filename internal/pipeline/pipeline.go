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

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/classify/incident"
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

	// Bad is told of each input that could not be read, or not to its end; the
	// others are read all the same.
	Bad func(error)

	// Unread, if set, is given each record that looks like a report and was not
	// understood, and why; see [parser.Unread].
	Unread func(rec *ingest.Record, why string) error

	// Progress, if set, is told how far the reading is: bytes read and reports
	// found so far.
	Progress func(bytes, reports int64)
	// Done, if set, is called when the reading has ended, before the last results.
	Done func()
}

// ErrInputs is what the functions of this package return when an input was
// bad. Each has been told to [Options.Bad].
var ErrInputs = errors.New("some input could not be read")

// progressEvery is how many records pass between two calls of Options.Progress.
const progressEvery = 256

// Run reads all inputs and hands findings, in input order, and incidents, as
// they close, to the sink. It returns the first error of the sink, else
// ErrInputs where an input was bad. When ctx ends, what is known so far is
// handed on, and the error is nil.
func Run(ctx context.Context, o Options, sink render.Format) (render.Summary, error) {
	f := &flow{Options: o, sink: sink, tracker: incident.NewTracker(o.Incident)}
	var err error
	if f.engine, err = classify.New(classify.Options{Rules: o.Rules, Explain: o.Recipes}); err != nil {
		return f.sum, err
	}
	if err := sink.Begin(render.Input{Files: f.names()}); err != nil {
		return f.sum, err
	}
	err = f.inputs(ctx, f.report, f.endInput)
	if err != nil && !errors.Is(err, ErrInputs) {
		return f.sum, err
	}
	f.sum.Stopped = ctx.Err() != nil
	f.sum.Groups = f.tracker.Groups()
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
	if err := errors.Join(f.report(r), f.endInput()); err != nil {
		return err
	}
	f.sum.Files = []render.FileStats{{Name: r.Record.Input, Lines: 1, Records: 1, Reports: 1}}
	f.sum.Groups = f.tracker.Groups()
	return sink.End(f.sum)
}

// Reports reads all inputs and hands each report to give, in input order.
func Reports(ctx context.Context, o Options, give func(*parser.Report) error) (render.Summary, error) {
	f := &flow{Options: o}
	err := f.inputs(ctx, give, func() error { return nil })
	f.sum.Stopped = ctx.Err() != nil
	return f.sum, err
}

// flow is one run.
type flow struct {
	Options
	engine  *classify.Engine
	tracker *incident.Tracker
	sink    render.Format
	sum     render.Summary
}

func (f *flow) names() []string {
	if len(f.Inputs) == 0 {
		return []string{"-"}
	}
	return f.Inputs
}

// inputs reads one input after the other. An input that is bad is told of and
// left; an error of give or end stops it all.
func (f *flow) inputs(ctx context.Context, give func(*parser.Report) error, end func() error) error {
	bad := false
	if f.Done != nil {
		defer f.Done()
	}
	for _, name := range f.names() {
		if ctx.Err() != nil {
			break
		}
		stats, readErr, err := f.input(ctx, name, give)
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
func (f *flow) input(ctx context.Context, name string, give func(*parser.Report) error) (file render.FileStats, readErr, err error) {
	file.Name = name
	r, openErr := ingest.Open(name, f.Stdin)
	if openErr != nil {
		return file, openErr, nil
	}
	defer r.Close()
	text := bufio.NewReaderSize(r, crashdump.SniffLen)
	if head, _ := text.Peek(crashdump.SniffLen); crashdump.Sniff(head) {
		return f.dump(ctx, text, name, give)
	}
	var stats ingest.Stats
	o := f.Ingest
	o.Stats = &stats
	for rec, recErr := range ingest.Records(ctx, text, name, o) {
		if recErr != nil {
			if ctx.Err() == nil {
				readErr = fmt.Errorf("read %s: %w", name, recErr)
			}
			break
		}
		if err = f.record(rec, &file, give); err != nil {
			return file, readErr, err
		}
		if f.Progress != nil && stats.Records%progressEvery == 0 {
			f.Progress(stats.Bytes, file.Reports)
		}
	}
	file.Bytes, file.Lines, file.Records, file.Dropped = stats.Bytes, stats.Lines, stats.Records, stats.Dropped
	return file, readErr, nil
}

// record counts and hands on what one record holds.
func (f *flow) record(rec *ingest.Record, file *render.FileStats, give func(*parser.Report) error) error {
	reports := parser.Parse(rec)
	for _, rep := range reports {
		file.Reports++
		if !rep.Complete {
			file.Cut++
		}
		if err := give(rep); err != nil {
			return err
		}
	}
	if len(reports) > 0 {
		return nil
	}
	file.Silent++
	file.SilentBytes += rec.Size
	why, unread := parser.Unread(rec)
	if !unread {
		return nil
	}
	file.Unread++
	file.UnreadBytes += rec.Size
	if f.Unread == nil {
		return nil
	}
	return f.Unread(rec, why)
}

// report takes one report through the rest of the flow.
func (f *flow) report(r *parser.Report) error {
	x := f.engine.Classify(r)
	if r.Kind == parser.KindOther && r.Shape == parser.ShapeMessage && x.Rule.Generic {
		return nil // a message of which no process died counts only where a rule knows its text
	}
	return f.hand(f.tracker.Add(x))
}

// endInput closes what is open: an incident does not reach into the next input.
func (f *flow) endInput() error { return f.hand(f.tracker.End()) }

// hand gives what is final to the sink.
func (f *flow) hand(final []*classify.Finding) error {
	for _, x := range final {
		if err := f.sink.Finding(x); err != nil {
			return err
		}
	}
	for _, in := range f.tracker.Closed() {
		f.sum.Incidents++
		if err := f.sink.Incident(in); err != nil {
			return err
		}
	}
	return nil
}
