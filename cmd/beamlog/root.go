package main

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version is set by the linker in releases.
var version = ""

func newRootCmd() *cobra.Command {
	root := &cobra.Command{
		Use:   "beamlog",
		Short: "Explain the crash reports in Elixir and Erlang logs",
		Long: `beamlog reads any Elixir or Erlang log, from a file or a pipe, finds the crash
reports in it, and says what died, of what, why, what followed, whether a
restart can cure it, and what to do.

Nothing leaves this machine unless you ask for --ai.`,
		Example: `  journalctl -u app | beamlog explain          what happened, for a person
  beamlog classify --fail-on error app.log     one line per report, for CI
  beamlog prompt app.log                       a redacted prompt for a language model`,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	// cobra's own --version wants a template, with which the linker keeps 2 MB of methods that nobody calls.
	version := root.Flags().BoolP("version", "v", false, "version for beamlog")
	root.RunE = func(cmd *cobra.Command, _ []string) error {
		if !*version {
			return cmd.Help()
		}
		_, err := fmt.Fprintf(cmd.OutOrStdout(), "beamlog %s\n", versionText())
		return err
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return usageError(cmd, err) })
	root.AddCommand(newExplainCmd(), newClassifyCmd(), newPromptCmd(), newParseCmd(), newRulesCmd())
	return root
}

func versionText() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
