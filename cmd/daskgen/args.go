package main

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/agnivade/levenshtein"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// normalize lets long flags be written with one dash, as Go programs do:
// -standalone is --standalone. What begins like a one-letter flag is left alone
// (-oprog), unless it is the name of a long one. Arguments after -- belong to
// the program that run runs.
func normalize(root *cobra.Command, args []string) []string {
	long, short := flagNames(root)
	out := make([]string, len(args))
	for i, arg := range args {
		if arg == "--" || i > 0 && strings.HasPrefix(args[0], "__") { // completion has its own rules
			copy(out[i:], args[i:])
			break
		}
		out[i] = arg
		if len(arg) < 3 || arg[0] != '-' || arg[1] == '-' {
			continue
		}
		name, _, _ := strings.Cut(arg[1:], "=")
		isName := len(name) > 1 && flagName.MatchString(name)
		if isName && (long[name] || !short[arg[1:2]]) && !isPassValue(args[:i]) {
			out[i] = "-" + arg
		}
	}
	return out
}

var flagName = regexp.MustCompile(`^[a-z][a-z-]*$`)

// isPassValue says whether the next argument is the value of --passes, which
// begins with a dash.
func isPassValue(before []string) bool {
	return len(before) > 0 && strings.TrimLeft(before[len(before)-1], "-") == "passes"
}

// flagNames are the flags of all commands: the long ones, and the shorthands.
func flagNames(root *cobra.Command) (long, short map[string]bool) {
	long, short = map[string]bool{"help": true}, map[string]bool{"h": true}
	add := func(f *pflag.Flag) {
		long[f.Name] = true
		short[f.Shorthand] = true
	}
	root.PersistentFlags().VisitAll(add)
	for _, c := range root.Commands() {
		c.Flags().VisitAll(add)
	}
	return long, short
}

// flagError says which flag was meant.
func flagError(c *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return fmt.Errorf("%w; %s -help lists the flags", err, c.CommandPath())
	}
	name := unknown.GetSpecifiedName()
	var names []string
	c.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	hint := didYouMean(name, names)
	if c.Name() == "run" && hint == "" {
		hint = " (flags of the program go after --)"
	}
	return fmt.Errorf("%s has no flag -%s%s; %s -help lists the flags", c.Name(), name, hint, c.CommandPath())
}

// didYouMean names the nearest of some names, if one is near.
func didYouMean(name string, names []string) string {
	best, at := "", len(name)/3+2
	for _, n := range names {
		if len(name) > 2 && strings.HasPrefix(n, name) {
			best, at = n, 1
		} else if d := levenshtein.ComputeDistance(name, n); d < at {
			best, at = n, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %s?)", best)
}

func commandNames(root *cobra.Command) []string {
	var names []string
	for _, c := range root.Commands() {
		names = append(names, c.Name())
	}
	return names
}

// atMostOneGraph is for commands that take one graph.
func atMostOneGraph(c *cobra.Command, args []string) error {
	if len(args) > 1 {
		return fmt.Errorf("%s takes one graph, %d are given; daskgen %s -help shows how", c.Name(), len(args), c.Name())
	}
	return nil
}

// firstArg is the graph that a command is about.
func firstArg(args []string) string {
	if len(args) == 0 {
		return "."
	}
	return args[0]
}
