package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/classify/incident"
	"github.com/beamlog/beamlog/internal/pipeline"
	"github.com/beamlog/beamlog/internal/render"
	"github.com/spf13/cobra"
)

type promptOptions struct {
	streams
	configOptions
	bundleOptions
	group  string
	report bool
}

func newPromptCmd() *cobra.Command {
	var o promptOptions
	cmd := &cobra.Command{
		Use:   "prompt [file...]",
		Short: "Write a redacted, evidence-numbered prompt about the worst crash",
		Long: `Write a prompt for a language model about the worst incident of a log, as
Markdown: the crash, the chain of reasons, frames, the contract of the callback,
the verdict of the rules, and questions. Secrets are hidden, the log's text is
fenced, and nothing is sent anywhere.

Reads the named files (also .gz, .zst and .bz2), or stdin when none is named or for "-".
Ends with status 1 if the log holds no crash report.`,
		Example: `  beamlog prompt app.log | pbcopy
  beamlog prompt --redact strict --budget 4000 app.log
  beamlog prompt --group 9f2c4e1a --source . app.log`,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.bind(cmd, args)
			return runPrompt(cmd.Context(), &o)
		},
	}
	o.streams.flags(cmd)
	o.configOptions.flags(cmd)
	o.bundleOptions.flags(cmd)
	cmd.Flags().StringVar(&o.group, "group", "", "take the group with this `fingerprint` (or the start of one)")
	cmd.Flags().BoolVar(&o.report, "report", false, "say on stderr what was hidden and what did not fit")
	return cmd
}

func runPrompt(ctx context.Context, o *promptOptions) (err error) {
	if err := o.check(); err != nil {
		return err
	}
	po, err := o.pipeline()
	if err != nil {
		return err
	}
	if err := o.heed(&o.streams, &po); err != nil {
		return err
	}
	po.ShowSuppressed = o.showSuppressed || o.group != ""
	told := &teller{Format: silent{}, group: o.group}
	sum, err := pipeline.Run(ctx, po, told)
	o.tellGaps(&sum, err)
	o.tellSuppressed(&o.streams, &sum, po.ShowSuppressed, err)
	if err != nil {
		return err
	}
	if told.worst == nil {
		fmt.Fprintln(o.err, "beamlog: no crash report to write a prompt about")
		return errFound
	}
	bundle, err := o.build(told.worst)
	if err != nil {
		return err
	}
	w, done, err := o.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(done(), err) }()
	warn(o.err, bundle.Warnings)
	if o.report {
		for _, c := range bundle.Redacted {
			fmt.Fprintf(o.err, "beamlog: hidden: %d × %s\n", c.N, c.Kind)
		}
		for _, s := range bundle.LeftOut {
			fmt.Fprintf(o.err, "beamlog: left out: %s\n", s)
		}
	}
	_, err = w.WriteString(bundle.Markdown())
	return err
}

// silent is a format that writes nothing.
type silent struct{}

func (silent) Begin(render.Input) error          { return nil }
func (silent) Finding(*classify.Finding) error   { return nil }
func (silent) End(render.Summary) error          { return nil }
func (silent) Incident(*incident.Incident) error { return nil }
