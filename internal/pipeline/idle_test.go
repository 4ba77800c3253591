package pipeline

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/classify/incident"
	"github.com/beamlog/beamlog/internal/render"
)

// slow is a sink that shows the lines of findings when it is told to.
type slow struct {
	lines []int
	shown chan []int
	full  error
}

func (s *slow) Begin(render.Input) error          { return nil }
func (s *slow) Incident(*incident.Incident) error { return nil }
func (s *slow) End(render.Summary) error          { return nil }

func (s *slow) Finding(f *classify.Finding) error {
	s.lines = append(s.lines, f.Report.Line)
	return nil
}

func (s *slow) Flush() error {
	if len(s.lines) > 0 {
		s.shown <- s.lines
		s.lines = nil
		return s.full
	}
	return nil
}

// TestShownBeforeWaiting has a pipe fall silent: what is final by then is shown.
func TestShownBeforeWaiting(t *testing.T) {
	for _, workers := range []int{1, 2} {
		in, log := io.Pipe()
		s := &slow{shown: make(chan []int, 100)}
		done := make(chan error, 1)
		go func() {
			_, err := Run(t.Context(), Options{Stdin: in, Workers: workers}, s)
			done <- err
		}()
		// A record is whole when the next begins, and final when its incident is past.
		quiet := strings.Repeat("12:00:00.000 [info] up\n", 8<<10) // by then it is known what is read
		if _, err := io.WriteString(log, quiet+crash(1, "MyApp.A")+crash(31, "MyApp.B")+crash(59, "MyApp.C")+"12:01:50.000 [info] up\n"); err != nil {
			t.Fatal(err)
		}
		var got []int
		for len(got) < 2 {
			select {
			case lines := <-s.shown:
				got = append(got, lines...)
			case <-time.After(time.Minute):
				t.Fatalf("%d workers: nothing is shown after lines %v", workers, got)
			}
		}
		log.Close()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// TestNotShown ends the reading where the sink can show nothing.
func TestNotShown(t *testing.T) {
	full := errors.New("no room")
	for _, workers := range []int{1, 2} {
		s := &slow{shown: make(chan []int, 100), full: full}
		log := strings.Repeat(crash(1, "MyApp.A")+crash(31, "MyApp.B"), 20000)
		sum, err := Run(t.Context(), Options{Stdin: strings.NewReader(log), Workers: workers, Bad: func(err error) { t.Error(err) }}, s)
		if !errors.Is(err, full) || len(s.shown) != 1 {
			t.Errorf("%d workers: %v, shown %d times, %+v", workers, err, len(s.shown), sum.Files)
		}
	}
}
