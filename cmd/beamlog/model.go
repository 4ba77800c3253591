package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"

	"github.com/beamlog/beamlog/classify/incident"
	"github.com/beamlog/beamlog/prompt"
	"github.com/beamlog/beamlog/prompt/llm"
	"github.com/beamlog/beamlog/prompt/redact"
	"github.com/spf13/cobra"
)

// bundleOptions say how a prompt is built.
type bundleOptions struct {
	budget int
	redact string
	source string
	level  redact.Level
}

func (o *bundleOptions) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.IntVar(&o.budget, "budget", prompt.DefaultBudget, "size of the prompt in `tokens`")
	f.StringVar(&o.redact, "redact", "standard", "what to hide in the prompt: standard (secrets), strict (every value), off")
	f.StringVar(&o.source, "source", "", "put the source code round the failing lines into the prompt, from this project `directory`")
}

func (o *bundleOptions) check() (err error) {
	if o.budget < prompt.MinBudget {
		return fmt.Errorf("--budget %d: a prompt needs at least %d tokens", o.budget, prompt.MinBudget)
	}
	o.level, err = redact.ParseLevel(o.redact)
	if err != nil {
		return fmt.Errorf("--redact: %w", err)
	}
	return nil
}

func (o *bundleOptions) build(in *incident.Incident) (*prompt.Bundle, error) {
	return prompt.Build(in, prompt.Options{Budget: o.budget, Redact: o.level, Source: o.source})
}

// modelOptions say which model is asked, if one is.
type modelOptions struct {
	ai     bool
	dryRun bool
	config llm.Config
}

func (o *modelOptions) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.BoolVar(&o.ai, "ai", false, "after the offline story ask a model (OPENAI_API_KEY, OPENAI_BASE_URL, OPENAI_MODEL)")
	f.BoolVar(&o.dryRun, "dry-run", false, "with --ai: print the request instead of sending it")
	f.StringVar(&o.config.Model, "model", "", "the model's `name` (default: OPENAI_MODEL)")
	f.StringVar(&o.config.BaseURL, "base-url", "", "the server's `address`, with /v1 (default: OPENAI_BASE_URL)")
	f.DurationVar(&o.config.Timeout, "ai-timeout", 0, "give up after this `time` (default: BEAMLOG_TIMEOUT, or 5m)")
}

func (o *modelOptions) check() error {
	if o.dryRun && !o.ai {
		return fmt.Errorf("--dry-run shows what --ai would send: give both")
	}
	return nil
}

// wanted says whether a model is to be asked.
func (o *modelOptions) wanted() bool { return o.ai }

// run sends the bundle and streams the answer to w; warnings go to notes.
func (o *modelOptions) run(ctx context.Context, b *prompt.Bundle, w *bufio.Writer, notes io.Writer) error {
	config, err := llm.Resolve(o.config, os.Getenv)
	if o.dryRun {
		request, err := llm.DryRun(config, b)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(w, "\n%s", request)
		return err
	}
	if err != nil {
		return err
	}
	config.Restore = true
	client, err := llm.New(config)
	if err != nil {
		return err
	}
	warn(notes, b.Warnings)
	fmt.Fprintf(w, "\nWhat %s says (unchecked; the log's secrets were hidden from it)\n\n", config.Model)
	answer, err := client.Explain(ctx, b, flushWriter{w})
	if answer != nil {
		fmt.Fprintln(w)
		warn(notes, answer.Warnings)
	}
	return err
}

func warn(w io.Writer, warnings []string) {
	for _, s := range warnings {
		fmt.Fprintf(w, "beamlog: %s\n", s)
	}
}

// flushWriter shows each piece of an answer as it comes.
type flushWriter struct{ w *bufio.Writer }

func (f flushWriter) Write(p []byte) (int, error) {
	n, err := f.w.Write(p)
	if err == nil {
		err = f.w.Flush()
	}
	return n, err
}
