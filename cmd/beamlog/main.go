// Command beamlog explains the crash reports in Elixir and Erlang logs.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/beamlog/beamlog/prompt/llm"
)

// The exit statuses (docs/usage.md). statusUsage wins over statusFound, and
// statusFound over statusModel.
const (
	statusOK    = 0
	statusFound = 1 // --fail-on named something that was found; nothing to work on
	statusUsage = 2 // bad usage, unreadable or unusable input
	statusModel = 3 // the model could not be reached or answered with an error
)

// errFound ends a command with statusFound and no message: its output says it all.
var errFound = errors.New("found")

func main() {
	os.Exit(runMain(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

func runMain(args []string, in io.Reader, out, errOut io.Writer) int {
	debug.SetGCPercent(400)        // measured: dense logs allocate little but often,
	debug.SetMemoryLimit(40 << 20) // and what is alive is far less than this
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := newRootCmd()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errOut)
	return status(root.ExecuteContext(ctx), errOut)
}

// status says err on w, where it says anything, and gives the exit status that it stands for.
func status(err error, w io.Writer) int {
	var model *llm.Error
	switch {
	case err == nil, errors.Is(err, syscall.EPIPE):
		return statusOK
	case errors.Is(err, errInputs): // each has been named on stderr
		return statusUsage
	case errors.Is(err, errFound):
		return statusFound
	case errors.As(err, &model) && model.Kind != llm.BadConfig:
		fmt.Fprintf(w, "beamlog: %v\n", err)
		return statusModel
	}
	fmt.Fprintf(w, "beamlog: %v\n", err)
	return statusUsage
}
