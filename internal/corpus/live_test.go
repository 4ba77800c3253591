package corpus

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// program crashes a named GenServer in a fresh VM: nothing of it was ever stored.
const program = `
defmodule Live.Counter do
  use GenServer
  def init(n), do: {:ok, n}
  def handle_call({:divide, by}, _from, n), do: {:reply, div(n, by), n}
end

{:ok, _} = GenServer.start(Live.Counter, 42, name: Live.Counter)
try do
  GenServer.call(Live.Counter, {:divide, 0})
catch
  :exit, _ -> :ok
end
Logger.flush()
`

// TestLive pipes what a real Elixir prints of a crash into the built command.
func TestLive(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a VM; left out with -short")
	}
	elixir, err := exec.LookPath("elixir")
	if err != nil {
		t.Skip("no elixir here: a live crash cannot be made")
	}
	dir := t.TempDir()
	beamlog := filepath.Join(dir, "beamlog")
	if out, err := exec.Command("go", "build", "-o", beamlog, "../../cmd/beamlog").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	script := filepath.Join(dir, "live.exs")
	if err := os.WriteFile(script, []byte(program), 0o644); err != nil {
		t.Fatal(err)
	}
	crash := exec.Command(elixir, "live.exs")
	crash.Dir = dir
	log, err := crash.CombinedOutput()
	if err != nil {
		t.Fatalf("elixir: %v\n%s", err, log)
	}

	explain := exec.Command(beamlog, "explain", "--color", "never")
	explain.Stdin = bytes.NewReader(log)
	story, err := explain.CombinedOutput()
	if err != nil {
		t.Fatalf("explain: %v\n%s", err, story)
	}
	for _, want := range []string{"Live.Counter", "badarith", "handle_call", "live.exs:5"} {
		if !strings.Contains(string(story), want) {
			t.Errorf("the story does not say %q:\n%s\nof this log:\n%s", want, story, log)
		}
	}

	// The command's verdict for scripts: status 1 and the pattern.
	classify := exec.Command(beamlog, "classify")
	classify.Stdin = bytes.NewReader(log)
	line, err := classify.Output()
	if exit, ok := err.(*exec.ExitError); !ok || exit.ExitCode() != 1 {
		t.Errorf("classify ended with %v, want status 1", err)
	}
	if !bytes.Contains(line, []byte("badarith")) {
		t.Errorf("classify does not say badarith: %s", line)
	}
}
