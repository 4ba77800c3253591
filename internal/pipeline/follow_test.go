package pipeline

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/classify/incident"
	"github.com/beamlog/beamlog/classify/suppress"
	"github.com/beamlog/beamlog/internal/render"
)

// heard is a sink that passes on what it is given.
type heard struct {
	told   chan string
	closed []*incident.Incident
}

func (h *heard) Begin(render.Input) error   { return nil }
func (h *heard) End(s render.Summary) error { close(h.told); return nil }

func (h *heard) Finding(f *classify.Finding) error {
	h.told <- fmt.Sprintf("%d %s %s", f.Report.Line, f.Rule.ID, f.Role)
	return nil
}

func (h *heard) Open(in *incident.Incident) error {
	h.told <- fmt.Sprintf("%s: %d", in.ID, in.Count)
	return nil
}

func (h *heard) Incident(in *incident.Incident) error {
	h.closed = append(h.closed, in)
	return nil
}

// expect waits until just this was told.
func (h *heard) expect(t *testing.T, want ...string) {
	t.Helper()
	for _, w := range want {
		select {
		case got := <-h.told:
			if got != w {
				t.Fatalf("told %q, not %q", got, w)
			}
		case <-time.After(time.Minute):
			t.Fatalf("%q was not told", w)
		}
	}
}

// following runs a flow that follows; end ends it as ctrl-C does and gives what it returned.
func following(t *testing.T, o Options) (h *heard, end func() (render.Summary, error)) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	h = &heard{told: make(chan string, 100)}
	o.Follow = true
	type result struct {
		sum render.Summary
		err error
	}
	done := make(chan result, 1)
	go func() {
		sum, err := Run(ctx, o, h)
		done <- result{sum, err}
	}()
	return h, func() (render.Summary, error) {
		cancel()
		select {
		case r := <-done:
			return r.sum, r.err
		case <-time.After(time.Minute):
			t.Fatal("it goes on")
			return render.Summary{}, nil
		}
	}
}

func write(t *testing.T, path, text string, flags int) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|flags, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(f, text); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

func crash(second int, name string) string {
	return fmt.Sprintf("12:00:%02d.000 [error] GenServer %s terminating\n** (RuntimeError) boom\n    (a 1.0.0) lib/a.ex:1: %s.handle_info/2\nLast message: :a\n", second, name, name)
}

const childTerminated = `12:00:02.100 [error] Child MyApp.A of Supervisor MyApp.Sup terminated
** (exit) an exception was raised:
    ** (RuntimeError) boom
        (a 1.0.0) lib/a.ex:1: MyApp.A.handle_info/2
Start Call: MyApp.A.start_link([])
`

// TestFollow has a log grow, be renamed, be emptied and go on.
func TestFollow(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	write(t, path, "12:00:00.000 [info] up\n", 0)
	h, end := following(t, Options{Inputs: []string{path}})

	// The record has no other behind it, and its last line comes in two pieces.
	text := crash(2, "MyApp.A")
	write(t, path, text[:len(text)-3], os.O_APPEND)
	write(t, path, text[len(text)-3:], os.O_APPEND)
	h.expect(t, "2 runtime_error root", "i1: 1")
	write(t, path, childTerminated, os.O_APPEND)
	h.expect(t, "6 runtime_error same", "i1: 2")

	if err := os.Rename(path, path+".1"); err != nil {
		t.Fatal(err)
	}
	write(t, path+".1", crash(20, "MyApp.B"), os.O_APPEND) // by a writer that has not noticed
	write(t, path, "12:00:30.000 [info] new\n"+crash(31, "MyApp.C"), 0)
	h.expect(t, "11 runtime_error root", "i2: 1", "2 runtime_error root", "i3: 1")

	write(t, path, "", os.O_TRUNC)
	time.Sleep(3 * 100 * time.Millisecond) // until it has been looked at: what is refilled at once is not seen to be empty
	write(t, path, crash(45, "MyApp.D"), os.O_APPEND)
	h.expect(t, "1 runtime_error root", "i4: 1")

	sum, err := end()
	if err != nil || sum.Stopped || sum.Incidents != 4 || len(h.closed) != 4 {
		t.Errorf("%+v, %v", sum, err)
	}
	if total := sum.Total(); total.Reports != 5 || total.Lines != 23 || total.Cut != 0 {
		t.Errorf("%+v", total)
	}
}

// TestFollowPipe has a pipe that is silent for a while, and then ends.
func TestFollowPipe(t *testing.T) {
	r, w := io.Pipe()
	h, _ := following(t, Options{Stdin: r})
	io.WriteString(w, "12:00:00.000 [info] up\n"+crash(1, "MyApp.A"))
	h.expect(t, "2 runtime_error root", "i1: 1")
	io.WriteString(w, crash(10, "MyApp.B"))
	h.expect(t, "6 runtime_error root", "i2: 1")
	w.Close()
	if _, more := <-h.told; more {
		t.Error("more was told")
	}
	if len(h.closed) != 2 {
		t.Errorf("%d incidents", len(h.closed))
	}
}

// TestFollowSuppressed has what is suppressed not told, until something follows
// from it that is not.
func TestFollowSuppressed(t *testing.T) {
	set, err := suppress.New([]suppress.Entry{{Process: "MyApp.A", Reason: "a test"}}, classify.Rules())
	if err != nil {
		t.Fatal(err)
	}
	r, w := io.Pipe()
	defer w.Close()
	h, end := following(t, Options{Stdin: r, Suppress: set})
	io.WriteString(w, crash(1, "MyApp.A"))
	io.WriteString(w, crash(10, "MyApp.A"))
	io.WriteString(w, "12:00:10.100 [error] GenServer MyApp.B terminating\n** (stop) exited in: GenServer.call(MyApp.A, :get, 5000)\n    ** (EXIT) an exception was raised:\n        ** (RuntimeError) boom\n            (a 1.0.0) lib/a.ex:1: MyApp.A.handle_info/2\nLast message: :a\n")
	h.expect(t, "9 callee_crashed consequence", "i2: 2")
	sum, err := end()
	if err != nil || sum.Incidents != 2 || sum.SuppressedIncidents != 1 || sum.Suppressed != 2 || len(h.closed) != 1 {
		t.Errorf("%+v, %v", sum, err)
	}
}

// TestFollowSilent ends while nothing comes from a pipe.
func TestFollowSilent(t *testing.T) {
	r, w := io.Pipe()
	defer w.Close()
	_, end := following(t, Options{Stdin: r})
	if sum, err := end(); err != nil || sum.Stopped {
		t.Errorf("%+v, %v", sum, err)
	}
}

// TestFollowMissing has a file that is not there.
func TestFollowMissing(t *testing.T) {
	var bad []error
	h, end := following(t, Options{Inputs: []string{filepath.Join(t.TempDir(), "x.log")}, Bad: func(err error) { bad = append(bad, err) }})
	if _, more := <-h.told; more {
		t.Error("something was told")
	}
	if _, err := end(); err != ErrInputs || len(bad) != 1 {
		t.Errorf("%v, %v", err, bad)
	}
}

// TestFollowBusy has more and more come without a pause: what was found is told
// all the same.
func TestFollowBusy(t *testing.T) {
	r, w := io.Pipe()
	h, end := following(t, Options{Stdin: r})
	stop := make(chan bool)
	go func() {
		io.WriteString(w, crash(1, "MyApp.A"))
		for {
			if _, err := io.WriteString(w, "12:00:02.000 [info] GET /\n"); err != nil {
				return
			}
			select {
			case <-stop:
				return
			case <-time.After(time.Millisecond):
			}
		}
	}()
	h.expect(t, "1 runtime_error root", "i1: 1")
	close(stop)
	if _, err := end(); err != nil {
		t.Error(err)
	}
	r.Close()
}
