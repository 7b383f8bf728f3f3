// Command extract writes the generated programs of the golden cases to a folder,
// one package a case, so that vet and staticcheck can look at them.
//
//	go run ./golden/extract ./bin/golden
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/tools/txtar"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "extract:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("usage: extract DIR")
	}
	cases, err := filepath.Glob("golden/*.txtar")
	if err != nil || len(cases) == 0 {
		return fmt.Errorf("no cases in golden: run it in the repository's root (%v)", err)
	}
	for _, file := range cases {
		a, err := txtar.ParseFile(file)
		if err != nil {
			return err
		}
		dir := filepath.Join(args[0], strings.TrimSuffix(filepath.Base(file), ".txtar"))
		for _, f := range a.Files {
			if filepath.Ext(f.Name) != ".go" {
				continue
			}
			if err := os.MkdirAll(dir, 0o777); err != nil {
				return err
			}
			if err := os.WriteFile(filepath.Join(dir, f.Name), f.Data, 0o666); err != nil {
				return err
			}
		}
	}
	return nil
}
