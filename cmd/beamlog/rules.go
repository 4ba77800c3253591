package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"

	"github.com/beamlog/beamlog/classify"
	"github.com/beamlog/beamlog/classify/ruleset"
	"github.com/beamlog/beamlog/internal/config"
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
	cmd.AddCommand(newRulesListCmd(), newRulesShowCmd(), newRulesTestCmd(), newRulesNewCmd())
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
	s.color = "auto"
	s.rulesFlag(cmd)
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
	s.rulesFlag(cmd)
	return cmd
}

func runRulesList(group string, s *streams) error {
	rules, err := s.allRules()
	if err != nil {
		return err
	}
	return s.write(func(w *bufio.Writer) error { return listRules(w, rules, group) })
}

// listRules writes a line for each rule of a group, or of all.
func listRules(w io.Writer, rules []*classify.Rule, group string) error {
	tab := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	n := 0
	for _, r := range rules {
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

func runRulesShow(id string, s *streams) error {
	rules, err := s.allRules()
	if err != nil {
		return err
	}
	var meant *classify.FalseFriend
	var r *classify.Rule
	if i := slices.IndexFunc(rules, func(r *classify.Rule) bool { return r.ID == id }); i >= 0 {
		r = rules[i]
	} else if r, meant = classify.MeantBy(rules, id); r == nil {
		return fmt.Errorf("no rule %q (\"beamlog rules list\" lists them)", id)
	}
	return s.write(func(w *bufio.Writer) error {
		o := render.Options{Color: s.colored(), Width: console.Width(s.out)}
		if meant != nil {
			if err := render.FalseFriend(w, meant, o); err != nil {
				return err
			}
		}
		return render.Rule(w, r, rules, o)
	})
}

// allRules gives the rules that are in force: the built-in ones, under those of
// --rules or of the project's own directory.
func (s *streams) allRules() ([]*classify.Rule, error) {
	rules, err := s.loadRules()
	if err == nil && rules == nil {
		rules = classify.Rules()
	}
	return rules, err
}

// loadRules gives the rules of --rules, or of the project's own directory, over
// the built-in ones; nil where there are none.
func (s *streams) loadRules() ([]*classify.Rule, error) {
	dir := s.rules
	if dir == "" {
		var err error
		if dir, err = config.Find(config.Rules); err != nil || dir == "" {
			return nil, err
		}
	}
	set, err := ruleset.Load(dir)
	if err != nil {
		return nil, err
	}
	return set.Over(classify.Rules()), nil
}

func newRulesTestCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "test DIR",
		Short: "Run the examples of your own rules",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runRulesTest(cmd.Context(), args[0], cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
}

func runRulesTest(ctx context.Context, dir string, w, errOut io.Writer) error {
	set, err := ruleset.Load(dir)
	if err != nil {
		return err
	}
	e, err := classify.New(classify.Options{Rules: set.Over(classify.Rules())})
	if err != nil {
		return err
	}
	n, failed := ruleset.Test(ctx, e, set.Files)
	for _, f := range failed {
		fmt.Fprintln(w, f)
	}
	if len(failed) > 0 {
		fmt.Fprintf(errOut, "beamlog: %d of %d examples failed\n", len(failed), n)
		return errFound
	}
	_, err = fmt.Fprintf(w, "%d rules, %d examples: all as they say\n", len(set.Files), n)
	return err
}

func newRulesNewCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "new ID",
		Short: "Write a rule file to begin with",
		Example: `  beamlog rules new no_licence > .beamlog/rules/no_licence.yaml
  beamlog rules test .beamlog/rules`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			text, err := ruleset.Skeleton(args[0])
			if err != nil {
				return err
			}
			_, err = io.WriteString(cmd.OutOrStdout(), text)
			return err
		},
	}
}
