package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/classify/suppress"
	"github.com/beamlog/beamlog/internal/config"
	"github.com/beamlog/beamlog/internal/pipeline"
	"github.com/beamlog/beamlog/internal/render"
	"github.com/spf13/cobra"
)

// configOptions is what the commands have in common that heed a project's
// configuration.
type configOptions struct {
	config         string
	noConfig       bool
	now            string
	showSuppressed bool
	verbose        bool
}

func (c *configOptions) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&c.config, "config", "", "read the project's configuration from this `file` (default "+config.Name+" here, or above up to the repository's root)")
	f.BoolVar(&c.noConfig, "no-config", false, "read no configuration")
	f.StringVar(&c.now, "now", "", "the `day` that suppressions expire by, as 2026-12-31 (default: the log's own)")
	f.BoolVar(&c.showSuppressed, "show-suppressed", false, "show also what the configuration suppresses")
	f.BoolVarP(&c.verbose, "verbose", "v", false, "say on standard error also which configuration was read, and which suppressions fit nothing")
	cmd.MarkFlagsMutuallyExclusive("config", "no-config")
}

// heed has a run of the pipeline do what the project's configuration says.
func (c *configOptions) heed(s *streams, o *pipeline.Options) error {
	day, err := dayOf(c.now)
	if err != nil {
		return err
	}
	o.Now, o.ShowSuppressed = day, c.showSuppressed
	path := c.config
	if path == "" && !c.noConfig {
		if path, err = config.Find(config.Name); err != nil {
			return err
		}
	}
	if path == "" {
		return nil
	}
	conf, err := config.Load(path)
	if err != nil {
		return fmt.Errorf("configuration: %w", err)
	}
	rules := o.Rules
	if rules == nil {
		rules = classify.Rules()
	}
	if o.Suppress, err = suppress.New(conf.Suppress, rules); err != nil {
		return fmt.Errorf("configuration: %w", err)
	}
	if c.verbose {
		fmt.Fprintf(s.err, "beamlog: configuration: %s\n", path)
	}
	return nil
}

// dayOf reads the value of --now: a day, or a time of which the day counts.
func dayOf(s string) (string, error) {
	if s == "" {
		return "", nil
	}
	for _, layout := range [...]string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.Format(time.DateOnly), nil
		}
	}
	return "", fmt.Errorf("--now %q: expected a day such as 2026-12-31", s)
}

// tellSuppressed says on stderr what became of the suppressions. shown says that
// the result tells what was left out. A run that err ended has no summary.
func (c *configOptions) tellSuppressed(s *streams, sum *render.Summary, shown bool, err error) {
	if err != nil && !errors.Is(err, errInputs) {
		return
	}
	lines := sum.Expired()
	if c.verbose {
		lines = append(lines, sum.Unused()...)
	}
	if text := sum.Expected(); text != "" && !shown {
		lines = append(lines, text)
	}
	for _, line := range lines {
		fmt.Fprintf(s.err, "beamlog: %s\n", line)
	}
}
