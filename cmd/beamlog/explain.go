package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/beamlog/beamlog/classify/incident"
	"github.com/beamlog/beamlog/internal/console"
	"github.com/beamlog/beamlog/internal/pipeline"
	"github.com/beamlog/beamlog/internal/render"
	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/ingest"
	"github.com/beamlog/beamlog/parser/term"
	"github.com/spf13/cobra"
)

type explainOptions struct {
	streams
	configOptions
	bundleOptions
	modelOptions
	spelling string
	top      int
	group    string
	all      bool
	reason   string
	pattern  string
}

func newExplainCmd() *cobra.Command {
	var o explainOptions
	cmd := &cobra.Command{
		Use:   "explain [file...]",
		Short: "Tell what died, of what, why, what followed and what to do",
		Long: `Tell what died, of what, why, what followed, whether a restart can cure it, and
what to do.

Reads the named files (also .gz, .zst and .bz2), or stdin when none is named or for "-".
One incident is told in full; of many there is a table first, then the stories of
the worst. Nothing is sent anywhere without --ai.`,
		Example: `  beamlog explain app.log
  journalctl -u app | beamlog explain
  beamlog explain -f app.log
  beamlog explain --group 9f2c4e1a app.log
  beamlog explain --reason '{:bad_return_value, :oops}'
  beamlog explain --ai app.log`,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.bind(cmd, args)
			return runExplain(cmd.Context(), &o)
		},
	}
	o.streams.flags(cmd)
	o.configOptions.flags(cmd)
	o.recipeFlag(cmd)
	o.followFlag(cmd)
	f := cmd.Flags()
	f.IntVar(&o.top, "top", 3, "tell the stories of the `n` worst groups")
	f.StringVar(&o.group, "group", "", "tell only the group with this `fingerprint` (or the start of one)")
	f.BoolVar(&o.all, "all", false, "tell the story of every incident")
	f.StringVar(&o.spelling, "spelling", "auto", "`dialect` of terms: auto (as in the log), elixir, erlang")
	f.StringVar(&o.reason, "reason", "", "explain this exit reason, a `term` in either syntax, instead of a log")
	f.StringVar(&o.pattern, "pattern", "", "explain the rule with this `id` instead of a log")
	o.modelOptions.flags(cmd)
	o.bundleOptions.flags(cmd)
	cmd.MarkFlagsMutuallyExclusive("reason", "pattern")
	cmd.MarkFlagsMutuallyExclusive("group", "all")
	for _, other := range []string{"ai", "reason", "pattern"} {
		cmd.MarkFlagsMutuallyExclusive("follow", other)
	}
	return cmd
}

func (o *explainOptions) check() error {
	switch o.spelling {
	case "auto", "elixir", "erlang":
	default:
		return fmt.Errorf("--spelling %q: it is auto, elixir or erlang", o.spelling)
	}
	if o.top < 1 {
		return fmt.Errorf("--top %d: it is 1 or more", o.top)
	}
	if (o.reason != "" || o.pattern != "") && len(o.files) > 0 {
		return errors.New("--reason and --pattern explain without a log: name no files with them")
	}
	return errors.Join(o.modelOptions.check(), o.bundleOptions.check())
}

func runExplain(ctx context.Context, o *explainOptions) (err error) {
	if err := o.check(); err != nil {
		return err
	}
	if o.pattern != "" {
		return runRulesShow(o.pattern, &o.streams)
	}
	w, done, err := o.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(done(), err) }()
	format, err := render.New("explain", w, render.Options{
		Color: o.colored(), Width: console.Width(o.out), Spelling: o.spelling,
		Top: o.top, Group: o.group, All: o.all, Follow: o.follow, Suppressed: o.suppressedToo(),
	})
	if err != nil {
		return err
	}
	told := &teller{Format: format, out: w, group: o.group}
	if o.reason != "" {
		err = o.explainReason(told)
	} else {
		err = explainLog(ctx, o, told)
	}
	if err != nil && !errors.Is(err, errInputs) {
		return err
	}
	if o.wanted() {
		return errors.Join(err, o.ask(ctx, told, w))
	}
	return err
}

func explainLog(ctx context.Context, o *explainOptions, told *teller) error {
	po, err := o.pipeline()
	if err != nil {
		return err
	}
	if err := o.heed(&o.streams, &po); err != nil {
		return err
	}
	po.ShowSuppressed = o.suppressedToo()
	sum, err := pipeline.Run(ctx, po, told)
	o.tellSuppressed(&o.streams, &sum, true, err)
	return err
}

// suppressedToo says whether what is suppressed is told as well: it was asked for.
func (o *explainOptions) suppressedToo() bool { return o.showSuppressed || o.group != "" }

// explainReason tells what a bare exit reason means.
func (o *explainOptions) explainReason(sink render.Format) error {
	text := o.reason
	rules, err := o.loadRules()
	if err != nil {
		return err
	}
	t, err := term.Parse(text)
	if err != nil {
		return fmt.Errorf("--reason: %w", err)
	}
	rec := &ingest.Record{Input: "--reason", Line: 1, EndLine: 1, Body: text, Lenient: true}
	report := &parser.Report{Record: rec, Line: 1, EndLine: 1, Kind: parser.KindOther, Reason: parser.Normalize(t), Complete: true}
	if report.Reason.Text == "" {
		report.Reason.Text = text
	}
	return pipeline.One(pipeline.Options{Rules: rules, Recipes: o.recipes}, report, sink)
}

// ask sends what the offline story told of the worst incident to a model and
// writes its answer below. Without an incident there is nothing to ask.
func (o *explainOptions) ask(ctx context.Context, told *teller, w *bufio.Writer) error {
	if told.worst == nil {
		return nil
	}
	bundle, err := o.build(told.worst)
	if err != nil {
		return err
	}
	if err := w.Flush(); err != nil { // the offline story stands before anything is sent
		return err
	}
	return o.run(ctx, bundle, w, o.err)
}

// teller is the explain format, which also keeps the incident that is worst:
// the one a prompt is built from.
type teller struct {
	render.Format
	out   *bufio.Writer // nil: nothing is to be shown at once
	group string
	worst *incident.Incident
}

func (t *teller) Incident(in *incident.Incident) error {
	if matchesGroup(in, t.group) && worse(in, t.worst) {
		t.worst = in
	}
	return t.Format.Incident(in)
}

// Open shows an incident of a log that is followed.
func (t *teller) Open(in *incident.Incident) error {
	live, ok := t.Format.(render.Live)
	if !ok || t.out == nil {
		return nil
	}
	return errors.Join(live.Open(in), t.out.Flush())
}

// worse says whether a is to be told before b: the higher severity, then the
// earlier one.
func worse(a, b *incident.Incident) bool {
	return b == nil || severityOf(a) > severityOf(b)
}

func severityOf(in *incident.Incident) int { return slices.Index(severities, in.Severity()) }

func matchesGroup(in *incident.Incident, prefix string) bool {
	return prefix == "" || in.Root != nil && len(in.Root.Fingerprint) >= len(prefix) && in.Root.Fingerprint[:len(prefix)] == prefix
}
