package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/internal/pipeline"
	"github.com/beamlog/beamlog/internal/render"
	"github.com/spf13/cobra"
)

type classifyOptions struct {
	streams
	configOptions
	format string
	failOn string
	count  bool
}

func newClassifyCmd() *cobra.Command {
	var o classifyOptions
	cmd := &cobra.Command{
		Use:   "classify [file...]",
		Short: "Name the known failures in a log, one finding a line",
		Long: `Name the known failures in a log, one finding a line, for scripts and CI.

Reads the named files (also .gz, .zst and .bz2), or stdin when none is named or for "-".
Ends with status 1 if there is a finding that --fail-on names, and 2 if an
input could not be read. What .beamlog.toml suppresses is left out and does not
count.`,
		Example: `  beamlog classify app.log
  beamlog classify --fail-on critical,noproc app.log
  kubectl logs web-1 | beamlog classify --format ndjson | jq -r .pattern`,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.bind(cmd, args)
			return runClassify(cmd.Context(), &o)
		},
	}
	o.streams.flags(cmd)
	o.configOptions.flags(cmd)
	o.recipeFlag(cmd)
	o.followFlag(cmd)
	cmd.Flags().StringVar(&o.format, "format", "text", "output `format`: text, json, ndjson")
	cmd.Flags().BoolVar(&o.count, "count", false, "one line a bug instead of one a finding: how many incidents and findings it has")
	cmd.Flags().StringVar(&o.failOn, "fail-on", "error",
		"end with status 1 if there is a `finding` of this: info, warning, error or critical (and above), a pattern, family or group; several by comma; never")
	return cmd
}

func runClassify(ctx context.Context, o *classifyOptions) (err error) {
	if o.follow && o.format == "json" {
		return errors.New("--follow: JSON has an end; --format ndjson gives one finding a line as it comes")
	}
	po, err := o.pipeline()
	if err != nil {
		return err
	}
	if err := o.heed(&o.streams, &po); err != nil {
		return err
	}
	rules := po.Rules
	if rules == nil {
		rules = classify.Rules()
	}
	fail, err := parseFailOn(o.failOn, rules)
	if err != nil {
		return err
	}
	w, done, err := o.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(done(), err) }()
	format, err := render.New(o.format, w, render.Options{Color: o.colored(), Count: o.count})
	if err != nil {
		return err
	}
	gate := &gate{Format: format, out: w, failOn: fail}
	sum, err := pipeline.Run(ctx, po, gate)
	if o.format != "json" { // which tells it itself
		o.tellGaps(&sum, err)
		if others := sum.Others(); others != "" && o.count {
			fmt.Fprintf(o.err, "beamlog: %s\n", others)
		}
	}
	o.tellSuppressed(&o.streams, &sum, o.showSuppressed || o.format == "json", err)
	if err != nil {
		return err
	}
	if gate.found {
		return errFound
	}
	return nil
}

// gate is a format that also watches for what --fail-on names, and shows findings
// before more is waited for.
type gate struct {
	render.Format
	out    *bufio.Writer
	failOn failOn
	found  bool
}

func (g *gate) Finding(f *classify.Finding) error {
	g.found = g.found || f.Suppressed == nil && g.failOn.hits(f)
	return g.Format.Finding(f)
}

func (g *gate) Flush() error { return g.out.Flush() }
