package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/daskgen/daskgen/compiler/diag"
	"github.com/daskgen/daskgen/compiler/graphjson"
	"github.com/daskgen/daskgen/stdops"
)

func (a *app) opsCmd() *cobra.Command {
	c := &cobra.Command{
		Use:     "ops [NAME...]",
		Short:   "List the ops, or describe some",
		Example: "  daskgen ops\n  daskgen ops getitem sum",
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return a.describeOps(stdops.All(), false)
			}
			var ops []*stdops.Op
			for _, name := range args {
				op := stdops.Lookup(name)
				if op == nil {
					return fmt.Errorf("no op %q%s; daskgen ops lists them", name, didYouMean(name, stdops.Names()))
				}
				ops = append(ops, op)
			}
			return a.describeOps(ops, true)
		},
	}
	return a.jsonFlag(c)
}

func (a *app) describeOps(ops []*stdops.Op, aliases bool) error {
	if a.json {
		type row struct {
			Name    string   `json:"name"`
			Aliases []string `json:"aliases,omitempty"`
			Params  []string `json:"params"`
			Doc     string   `json:"doc"`
		}
		rows := []row{}
		for _, op := range ops {
			rows = append(rows, row{op.Name, op.Aliases, stdops.ParamNames(op), op.Doc})
		}
		return a.printJSON(rows)
	}
	for _, op := range ops {
		fmt.Fprintf(a.stdout, "%s(%s)\n    %s\n", op.Name, strings.Join(stdops.ParamNames(op), ", "), op.Doc)
		if aliases && len(op.Aliases) > 0 {
			fmt.Fprintf(a.stdout, "    also: %s\n", strings.Join(slices.Sorted(slices.Values(op.Aliases)), ", "))
		}
	}
	return nil
}

func (a *app) codesCmd() *cobra.Command {
	c := &cobra.Command{
		Use:   "codes [CODE...]",
		Short: "List the diagnostics, or explain some: cause and remedy",
		Example: `  daskgen codes
  daskgen codes DG012`,
		RunE: func(c *cobra.Command, args []string) error { return a.codes(args) },
	}
	return a.jsonFlag(c)
}

func (a *app) codes(ids []string) error {
	list := diag.Codes
	if len(ids) > 0 {
		list = nil
	}
	for _, id := range ids {
		c := diag.Explain(strings.ToUpper(id))
		if c == nil {
			return fmt.Errorf("no diagnostic %q; daskgen codes lists them", id)
		}
		list = append(list, *c)
	}
	if a.json {
		return a.printJSON(codeRows(list))
	}
	for _, c := range list {
		fmt.Fprintf(a.stdout, "%s %s\n", c.ID, c.Title)
		if len(ids) > 0 {
			fmt.Fprintf(a.stdout, "    cause: %s\n    remedy: %s\n", c.Cause, c.Remedy)
		}
	}
	return nil
}

type codeRow struct {
	Code   string `json:"code"`
	Title  string `json:"title"`
	Cause  string `json:"cause"`
	Remedy string `json:"remedy"`
}

func codeRows(codes []diag.Code) []codeRow {
	rows := []codeRow{}
	for _, c := range codes {
		rows = append(rows, codeRow{c.ID, c.Title, c.Cause, c.Remedy})
	}
	return rows
}

var codePattern = regexp.MustCompile(`^(?i)dg\d+$`)

// helpCmd explains commands, and diagnostics by their codes.
func (a *app) helpCmd(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND | CODE]",
		Short: "Help about a command, or about a diagnostic such as DG012",
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return commandNames(root), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 && codePattern.MatchString(args[0]) {
				return a.codes(args)
			}
			c, rest, err := root.Find(args)
			if err != nil || len(rest) > 0 || c == root && len(args) > 0 {
				return fmt.Errorf("no command %q%s; daskgen help lists them", args[0], didYouMean(args[0], commandNames(root)))
			}
			c.InitDefaultHelpFlag()
			return c.Help()
		},
	}
}

func (a *app) schemaCmd() *cobra.Command {
	return &cobra.Command{
		Use:     "schema",
		Short:   "Print the JSON Schema of graph.json",
		Example: "  daskgen schema > graph.schema.json",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, args []string) error {
			_, err := a.stdout.Write(graphjson.Schema)
			return err
		},
	}
}
