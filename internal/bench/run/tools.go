package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// timing is what a command took, the median of some runs, in milliseconds.
type timing struct{ cpu, wall float64 }

// lab runs commands. What it cannot measure for lack of a tool it notes.
type lab struct {
	dir     string
	beamlog string
	hello   string
	rounds  int
	missing []string
}

// has reports whether a tool is installed, and notes it if not.
func (l *lab) has(tool string) bool {
	if _, err := exec.LookPath(tool); err == nil {
		return true
	}
	if !slices.Contains(l.missing, tool) {
		l.missing = append(l.missing, tool)
	}
	return false
}

// interleaved runs all commands once, then all again, and so on: what disturbs
// the machine for a while disturbs all of them. Their status does not count.
func (l *lab) interleaved(commands []string) ([]timing, error) {
	cpu, wall := make([][]float64, len(commands)), make([][]float64, len(commands))
	for range l.rounds {
		results, err := l.hyperfine("-i", append([]string{"-r", "1"}, commands...)...)
		if err != nil {
			return nil, err
		}
		for i, r := range results {
			cpu[i] = append(cpu[i], 1000*(r.User+r.System))
			wall[i] = append(wall[i], 1000*r.Median)
		}
	}
	all := make([]timing, len(commands))
	for i := range commands {
		all[i] = timing{median(cpu[i]), median(wall[i])}
	}
	return all, nil
}

type hyperfineResult struct{ Median, User, System float64 }

func (l *lab) hyperfine(mode string, args ...string) ([]hyperfineResult, error) {
	out := filepath.Join(l.dir, "hyperfine.json")
	cmd := exec.Command("hyperfine", append([]string{"-N", "--style", "none", "--export-json", out, mode}, args...)...)
	if text, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("hyperfine: %w: %s", err, text)
	}
	defer os.Remove(out)
	text, err := os.ReadFile(out)
	if err != nil {
		return nil, err
	}
	var doc struct{ Results []hyperfineResult }
	return doc.Results, json.Unmarshal(text, &doc)
}

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	n := len(v)
	if n == 0 {
		return 0
	}
	return (v[n/2] + v[(n-1)/2]) / 2
}

// usage is what one run of beamlog took.
type usage struct {
	rss    float64 // MB at most
	status int
	wall   time.Duration
	fed    int64 // bytes written to its stdin
}

// memory runs beamlog under GNU time; feed, if not nil, writes its stdin.
func (l *lab) memory(feed func(io.Writer) error, args ...string) (usage, error) {
	note := filepath.Join(l.dir, "time.txt")
	defer os.Remove(note)
	cmd := exec.Command("/usr/bin/time", append([]string{"-q", "-f", "%M", "-o", note, l.beamlog}, args...)...)
	in := &countedWriter{}
	var pipe io.WriteCloser
	if feed != nil {
		var err error
		if pipe, err = cmd.StdinPipe(); err != nil {
			return usage{}, err
		}
		in.w = pipe
	}
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return usage{}, err
	}
	if feed != nil {
		feed(in) // ends early where beamlog refuses the input
		pipe.Close()
	}
	cmd.Wait() // its status is told
	u := usage{status: cmd.ProcessState.ExitCode(), wall: time.Since(start), fed: in.n}
	text, err := os.ReadFile(note)
	if err != nil {
		return u, err
	}
	kb, err := strconv.ParseFloat(strings.TrimSpace(string(text)), 64)
	u.rss = kb * 1024 / 1e6
	return u, err
}

type countedWriter struct {
	w io.Writer
	n int64
}

func (c *countedWriter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}
