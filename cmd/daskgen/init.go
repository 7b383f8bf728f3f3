package main

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/daskgen/daskgen/compiler"
)

// The files that init writes: templates/json and templates/go. Their names end
// in .txt, so that no tool takes them for files of this module.
//
//go:embed templates/*/*
var templates embed.FS

// nextSteps is what init tells to do then.
var nextSteps = map[string]string{
	"json": "daskgen run graph.json",
	"go":   "go mod tidy && go generate && go test",
}

func (a *app) initCmd() *cobra.Command {
	var lang string
	c := &cobra.Command{
		Use:   "init [DIR]",
		Short: "Write a small example to start from; never overwrites",
		Long: `Init writes a small graph to start from: a graph.json, or a Go package with a test
(-lang go). It also writes .gitattributes, so that generated code is folded in
reviews. Nothing is written if one of the files is there.`,
		Example: `  daskgen init && daskgen run graph.json
  daskgen init -lang go internal/standardize`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			next, ok := nextSteps[lang]
			if !ok {
				return fmt.Errorf("--lang=%s: the languages are json and go", lang)
			}
			if err := a.scaffold(firstArg(args), "templates/"+lang); err != nil {
				return err
			}
			if len(args) > 0 {
				next = "cd " + args[0] + " && " + next
			}
			_, err := fmt.Fprintf(a.stdout, "next: %s\n", next)
			return err
		},
	}
	c.Flags().StringVar(&lang, "lang", "json", "the `LANGUAGE` of the graph: json or go")
	return c
}

// scaffold copies a folder of templates, if none of its files is there.
func (a *app) scaffold(dir, from string) error {
	entries, err := templates.ReadDir(from)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if _, err := os.Lstat(target(dir, e)); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s is there already: nothing written", target(dir, e))
		}
	}
	for _, e := range entries {
		text, err := templates.ReadFile(from + "/" + e.Name())
		if err != nil {
			return err
		}
		if err := compiler.WriteFile(target(dir, e), text); err != nil {
			return err
		}
		fmt.Fprintf(a.stdout, "wrote %s\n", filepath.ToSlash(target(dir, e)))
	}
	return nil
}

// target is the file that a template becomes: gitattributes.txt is
// .gitattributes.
func target(dir string, e fs.DirEntry) string {
	name := e.Name()[:len(e.Name())-len(".txt")]
	if name == "gitattributes" {
		name = "." + name
	}
	return filepath.Join(dir, name)
}
