package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/beamlog/beamlog/internal/pipeline"
	"github.com/beamlog/beamlog/internal/render"
	"github.com/beamlog/beamlog/parser"
	"github.com/beamlog/beamlog/parser/term"
	"github.com/beamlog/beamlog/prompt/redact"
	"github.com/spf13/cobra"
)

type parseOptions struct {
	streams
	term     bool
	spelling string
	unparsed bool
	redact   bool
}

func newParseCmd() *cobra.Command {
	var o parseOptions
	cmd := &cobra.Command{
		Use:   "parse [file...]",
		Short: "Show the parsed reports as JSON, one object a line",
		Long: `Show everything that was read in each crash report as JSON, one object a line.

With --unparsed, list instead the records that look like crash reports but were
not understood. With --redact too, write them with all values hidden: a sample
that is safe to share, for an issue that asks to have them read.

With --term, read one Elixir or Erlang term instead, from the arguments or stdin,
and print it on one line.`,
		Example: `  beamlog parse app.log | jq .reason
  beamlog parse --unparsed app.log
  beamlog parse --unparsed --redact app.log >sample.txt
  beamlog parse --term '{badmatch,<<"a">>}'
  beamlog parse --term --spelling json '%{id: 1}'`,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.bind(cmd, args)
			switch {
			case o.term:
				return runParseTerm(&o)
			case o.unparsed:
				return runUnparsed(cmd.Context(), &o)
			case o.redact:
				return usageError(cmd, errors.New("--redact: it goes with --unparsed"))
			}
			return runParse(cmd.Context(), &o)
		},
	}
	o.flags(cmd)
	cmd.Flags().BoolVar(&o.term, "term", false, "read one term")
	cmd.Flags().StringVar(&o.spelling, "spelling", "elixir", "with --term: print as elixir, erlang or json")
	cmd.Flags().BoolVar(&o.unparsed, "unparsed", false, "list what looks like a report but was not understood")
	cmd.Flags().BoolVar(&o.redact, "redact", false, "with --unparsed: write the records whole, all values hidden")
	cmd.MarkFlagsMutuallyExclusive("term", "unparsed")
	return cmd
}

func runParse(ctx context.Context, o *parseOptions) error {
	po, err := o.pipeline()
	if err != nil {
		return err
	}
	return o.write(func(w *bufio.Writer) error {
		sum, err := pipeline.Reports(ctx, po, render.NewReports(w).Report)
		o.tellGaps(&sum, err)
		return err
	})
}

// runUnparsed lists, or writes as a sample, what was not understood.
func runUnparsed(ctx context.Context, o *parseOptions) error {
	po, err := o.pipeline()
	if err != nil {
		return err
	}
	read := func(*parser.Report) error { return nil }
	return o.write(func(w *bufio.Writer) error {
		if !o.redact {
			po.Unread = render.NewUnparsed(w).Record
			_, err := pipeline.Reports(ctx, po, read)
			return err
		}
		sample := render.NewSample(redact.Strict)
		po.Unread = sample.Record
		_, err := pipeline.Reports(ctx, po, read)
		if err != nil && !errors.Is(err, errInputs) {
			return err
		}
		return errors.Join(sample.Write(w), err)
	})
}

// maxTermInput bounds what --term reads from stdin.
const maxTermInput = 16 << 20

func runParseTerm(o *parseOptions) error {
	text := strings.Join(o.files, " ")
	if len(o.files) == 0 {
		b, err := io.ReadAll(io.LimitReader(o.in, maxTermInput))
		if err != nil {
			return fmt.Errorf("read -: %w", err)
		}
		text = string(b)
	}
	t, err := term.Parse(text)
	if err != nil {
		return fmt.Errorf("--term: %w", err)
	}
	line, err := spell(t, o.spelling)
	if err != nil {
		return err
	}
	return o.write(func(w *bufio.Writer) error {
		_, err := fmt.Fprintln(w, line)
		return err
	})
}

func spell(t term.Term, spelling string) (string, error) {
	switch spelling {
	case "elixir":
		return t.Elixir(), nil
	case "erlang":
		return t.Erlang(), nil
	case "json":
		return render.Term(t), nil
	}
	return "", fmt.Errorf("--spelling %q: it is elixir, erlang or json", spelling)
}
