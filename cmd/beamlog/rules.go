package main

import (
	"errors"
	"fmt"
	"text/tabwriter"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/internal/console"
	"github.com/beamlog/beamlog/internal/render"
	"github.com/spf13/cobra"
)

func newRulesCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "rules",
		Short: "Show the known failure patterns",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			return cmd.Help()
		},
	}
	cmd.AddCommand(newRulesListCmd(), newRulesShowCmd())
	return cmd
}

func newRulesListCmd() *cobra.Command {
	var s streams
	var group string
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List all rules: pattern, severity, nature, title",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			s.bind(cmd, args)
			return runRulesList(group, &s)
		},
	}
	s.output, s.color = "", "auto"
	cmd.Flags().StringVar(&group, "group", "", "only the rules of this `group`: code, contract, comm, sup, res, net, dist, boot, web, data, jobs, multi")
	return cmd
}

func newRulesShowCmd() *cobra.Command {
	var s streams
	cmd := &cobra.Command{
		Use:   "show ID",
		Short: "Show one rule: what it means, causes, checks, fixes",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			s.bind(cmd, nil)
			return runRulesShow(args[0], &s)
		},
	}
	cmd.Flags().StringVar(&s.color, "color", "auto", "`when` to colour: auto, always, never")
	return cmd
}

func runRulesList(group string, s *streams) (err error) {
	w, done, err := s.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(done(), err) }()
	tab := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	n := 0
	for _, r := range classify.Rules() {
		if group != "" && r.Group != group {
			continue
		}
		n++
		fmt.Fprintf(tab, "%s\t%s\t%s\t%s\t%s\n", r.ID, r.Group, r.Severity, r.Nature, r.Title)
	}
	if n == 0 {
		return fmt.Errorf("--group %q: no rule is in it", group)
	}
	return tab.Flush()
}

func runRulesShow(id string, s *streams) (err error) {
	r := classify.RuleByID(id)
	if r == nil {
		return fmt.Errorf("no rule %q (\"beamlog rules list\" lists them)", id)
	}
	w, done, err := s.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(done(), err) }()
	return render.Rule(w, r, render.Options{Color: s.colored(), Width: console.Width(s.out)})
}
