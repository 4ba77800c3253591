package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/beamlog/beamlog/internal/config"
	"github.com/beamlog/beamlog/internal/console"
	"github.com/beamlog/beamlog/internal/pipeline"
	"github.com/beamlog/beamlog/internal/render"
	"github.com/beamlog/beamlog/parser/ingest"
	"github.com/spf13/cobra"
)

// errInputs ends a command with statusUsage after each bad input has been named.
var errInputs = pipeline.ErrInputs

// usageError is err with the command whose help tells more.
func usageError(cmd *cobra.Command, err error) error {
	return fmt.Errorf("%w (see \"%s --help\")", err, cmd.CommandPath())
}

// streams is what the commands that read logs have in common: where the text
// comes from and where the result goes.
type streams struct {
	files        []string
	recursive    bool
	lenient      bool
	inputFormat  string
	loggerFormat string
	output       string
	color        string
	rules        string
	recipes      bool
	workers      int
	follow       bool
	progress     *console.Progress // see meter

	in       io.Reader
	out, err io.Writer
}

func (s *streams) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.BoolVarP(&s.recursive, "recursive", "r", false, "read all files below the directories that are named")
	f.BoolVar(&s.lenient, "lenient", false, "read pasted text leniently (on by itself for short text without a logger's prefix)")
	f.StringVar(&s.inputFormat, "input-format", ingest.FormatAuto, "read the input as this `format` instead of finding it out (a transport and a logger by comma): "+strings.Join(inputFormatNames(), ", "))
	_ = cmd.RegisterFlagCompletionFunc("input-format", completeInputFormat) // fails only for a flag that is not there
	f.StringVar(&s.loggerFormat, "logger-format", "", "the `pattern` of Elixir's console formatter, where it is not recognised: '$time $metadata[$level] $message'")
	s.rulesFlag(cmd)
	f.StringVarP(&s.output, "output", "o", "", "write the result to this `file` instead of stdout")
	f.IntVarP(&s.workers, "jobs", "j", 0, "read reports with `n` goroutines; 1 reads and scans in one as well (default: the number of CPUs)")
	f.StringVar(&s.color, "color", "auto", "`when` to colour: auto, always, never")
}

// recipeFlag adds --explain-fingerprint.
func (s *streams) recipeFlag(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&s.recipes, "explain-fingerprint", false, "tell what each fingerprint was made from, and what was masked")
}

// followFlag adds -f.
func (s *streams) followFlag(cmd *cobra.Command) {
	cmd.Flags().BoolVarP(&s.follow, "follow", "f", false, "go on reading one file, or a pipe, for as long as it is written, also when it is rotated; ctrl-C ends with the summary")
}

// checkFollow says what does not go with -f.
func (s *streams) checkFollow() error {
	if !s.follow {
		return nil
	}
	if len(s.files) > 1 || s.recursive {
		return errors.New("--follow: name one file, or none for stdin")
	}
	return nil
}

// inputFormatNames gives the names of ingest's formats, in its order.
func inputFormatNames() []string {
	var names []string
	for _, f := range ingest.InputFormats() {
		names = append(names, f.Name)
	}
	return names
}

// completeInputFormat completes the last of the names joined by commas.
func completeInputFormat(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	before := typed[:strings.LastIndexByte(typed, ',')+1]
	var all []string
	for _, f := range ingest.InputFormats() {
		if name := before + f.Name; strings.HasPrefix(name, typed) && ingest.CheckInputFormat(name) == nil {
			all = append(all, name+"\t"+f.About)
		}
	}
	return all, cobra.ShellCompDirectiveNoFileComp
}

func (s *streams) rulesFlag(cmd *cobra.Command) {
	cmd.Flags().StringVar(&s.rules, "rules", "", "read rules of your own from this `directory` (default "+config.Rules+" here, or above up to the repository's root)")
}

// bind takes over cobra's arguments and streams.
func (s *streams) bind(cmd *cobra.Command, args []string) {
	s.files, s.in, s.out, s.err = args, cmd.InOrStdin(), cmd.OutOrStdout(), cmd.ErrOrStderr()
}

// write opens the place for the result, has body write it, and closes it.
func (s *streams) write(body func(w *bufio.Writer) error) (err error) {
	w, done, err := s.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(done(), err) }()
	return body(w)
}

// open checks the flags and gives the writer for the result; done flushes and closes it.
func (s *streams) open() (w *bufio.Writer, done func() error, err error) {
	switch s.color {
	case "auto", "always", "never":
	default:
		return nil, nil, fmt.Errorf("--color %q: it is auto, always or never", s.color)
	}
	if s.output == "" || s.output == "-" {
		out := s.out
		if p := s.meter(); p != nil && console.IsTerminal(out) {
			out = p.Above(out)
		}
		w = bufio.NewWriterSize(out, 64<<10)
		return w, w.Flush, nil
	}
	file, err := os.Create(s.output)
	if err != nil {
		return nil, nil, fmt.Errorf("--output: %w", err)
	}
	w = bufio.NewWriterSize(file, 64<<10)
	return w, func() error { return errors.Join(w.Flush(), file.Close()) }, nil
}

// colored says whether the result is to have colours.
func (s *streams) colored() bool {
	if s.output != "" && s.output != "-" {
		return s.color == "always"
	}
	return console.Colored(s.color, s.out)
}

// maxWorkers is more than any machine has use for.
const maxWorkers = 256

// pipeline gives the options of a run over the inputs. Bad inputs are named on
// stderr as they are met, and progress is shown there if it is a terminal.
func (s *streams) pipeline() (pipeline.Options, error) {
	if err := s.checkFormats(); err != nil {
		return pipeline.Options{}, err
	}
	if s.workers < 0 || s.workers > maxWorkers {
		return pipeline.Options{}, fmt.Errorf("--jobs %d: it is 1 to %d", s.workers, maxWorkers)
	}
	if err := s.checkFollow(); err != nil {
		return pipeline.Options{}, err
	}
	files, err := s.inputs()
	if err != nil {
		return pipeline.Options{}, err
	}
	rules, err := s.loadRules()
	if err != nil {
		return pipeline.Options{}, err
	}
	o := pipeline.Options{
		Rules:   rules,
		Recipes: s.recipes,
		Workers: s.workers,
		Follow:  s.follow,
		Inputs:  files,
		Stdin:   s.in,
		Ingest:  ingest.Options{Lenient: s.lenient, LoggerFormat: s.loggerFormat, InputFormat: s.inputFormat},
		Bad:     func(err error) { fmt.Fprintf(s.err, "beamlog: %v\n", err) },
	}
	if p := s.meter(); p != nil {
		o.Progress = func(now pipeline.Progress) { p.Update(now.Read, now.Size, now.Reports) }
		o.Done = p.Clear
	}
	return o, nil
}

// meter gives the progress line; nil where none is to be shown: stderr is no
// terminal, or what is read has no end, or is typed.
func (s *streams) meter() *console.Progress {
	typed := (len(s.files) == 0 || slices.Contains(s.files, "-")) && console.IsTerminal(s.in)
	if s.progress == nil && !s.follow && !typed {
		s.progress = console.NewProgress(s.err)
	}
	return s.progress
}

// checkFormats checks the flags that say how the input is to be read.
func (s *streams) checkFormats() error {
	if err := ingest.CheckInputFormat(s.inputFormat); err != nil {
		return fmt.Errorf("--input-format: %w", err)
	}
	if s.loggerFormat == "" {
		return nil
	}
	if err := ingest.CheckLoggerFormat(s.loggerFormat); err != nil {
		return fmt.Errorf("--logger-format %q: %w", s.loggerFormat, err)
	}
	return nil
}

// tellGaps says on stderr what was not read whole or not understood, if anything:
// for commands whose result does not tell it. A run that err ended has no summary.
func (s *streams) tellGaps(sum *render.Summary, err error) {
	if gaps := sum.Gaps(); gaps != "" && (err == nil || errors.Is(err, errInputs)) {
		fmt.Fprintf(s.err, "beamlog: %s\n", gaps)
	}
}

// inputs gives the names to read, with directories replaced by the regular
// files below them where -r was given.
func (s *streams) inputs() ([]string, error) {
	if !s.recursive {
		return s.files, nil
	}
	var names []string
	for _, name := range s.files {
		if info, err := os.Stat(name); err != nil || !info.IsDir() {
			names = append(names, name)
			continue
		}
		err := filepath.WalkDir(name, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() {
				names = append(names, path)
			}
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("read directory %s: %w", name, err)
		}
	}
	if len(s.files) > 0 && len(names) == 0 {
		return nil, fmt.Errorf("-r: no files below %v", s.files)
	}
	return names, nil
}
