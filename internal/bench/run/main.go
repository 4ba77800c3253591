// Command run makes the logs that speed is measured on, and measures.
//
//	go run ./internal/bench/run data [-size 1] DIR    write the logs and what is in them
//	go run ./internal/bench/run cli [-rounds 9] DIR   measure, print tables as Markdown
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/beamlog/beamlog/internal/bench"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	flags := flag.NewFlagSet("bench", flag.ExitOnError)
	size := flags.Float64("size", 1, "data: this `part` of the full size")
	rounds := flags.Int("rounds", 9, "cli: how often each command runs")
	if len(args) == 0 {
		return errors.New("say data or cli, and a directory")
	}
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	if flags.NArg() != 1 {
		return errors.New("name one directory for the logs")
	}
	dir, err := filepath.Abs(flags.Arg(0))
	if err != nil {
		return err
	}
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	switch args[0] {
	case "data":
		return writeData(out, dir, *size)
	case "cli":
		return measure(out, dir, *rounds)
	}
	return fmt.Errorf("%q: it is data or cli", args[0])
}

// expected is one class in the file beside a log that says what is in it.
type expected struct {
	bench.Class
	Count int
}

func logPath(dir string, l bench.Log) string      { return filepath.Join(dir, l.Name+".log") }
func expectedPath(dir string, l bench.Log) string { return filepath.Join(dir, l.Name+".json") }

// writeData makes the logs, and lists what is in them.
func writeData(out *bufio.Writer, dir string, part float64) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, l := range bench.Logs() {
		counts, bytes, err := writeLog(logPath(dir, l), l, int64(float64(l.Size)*part))
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%s.log  %d bytes: %s\n", l.Name, bytes, l.What)
		var all []expected
		for _, class := range counts.Sorted() {
			all = append(all, expected{class, counts[class]})
			fmt.Fprintf(out, "  %6d %s %s\n", counts[class], class.Kind, class.Type)
		}
		text, err := json.MarshalIndent(all, "", "  ")
		if err != nil {
			return err
		}
		if err := os.WriteFile(expectedPath(dir, l), text, 0o644); err != nil {
			return err
		}
		if err := out.Flush(); err != nil {
			return err
		}
	}
	return nil
}

func writeLog(path string, l bench.Log, size int64) (bench.Counts, int64, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, 0, err
	}
	counts, err := l.Write(f, size)
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, 0, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, 0, err
	}
	return counts, info.Size(), nil
}
