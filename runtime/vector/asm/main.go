package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if err := write(".."); err != nil {
		fmt.Fprintln(os.Stderr, "asm:", err)
		os.Exit(1)
	}
}

// write writes the files of all groups to a directory, and removes those of
// groups that are no more.
func write(dir string) error {
	files := map[string][]byte{}
	for _, g := range groups {
		if err := g.write(files); err != nil {
			return fmt.Errorf("%s: %w", g.name, err)
		}
	}
	if err := writeReduce(files); err != nil {
		return err
	}
	if err := expressions(files); err != nil {
		return err
	}
	var err error
	if files["zz_random_amd64.s"], err = random(); err != nil {
		return err
	}
	if files["zz_functions_test.go"], err = tests(); err != nil {
		return err
	}
	old, err := filepath.Glob(filepath.Join(dir, "zz_*"))
	if err != nil {
		return err
	}
	for _, name := range old {
		if files[filepath.Base(name)] == nil {
			if err := os.Remove(name); err != nil {
				return err
			}
		}
	}
	for name, text := range files {
		path := filepath.Join(dir, name)
		if have, err := os.ReadFile(path); err == nil && bytes.Equal(have, text) {
			continue
		}
		if err := os.WriteFile(path, text, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// write makes the files of a group.
func (g *group) write(files map[string][]byte) (err error) {
	text, have, err := assembly(g)
	if err != nil {
		return err
	}
	base := "zz_" + g.name
	if len(have) > 0 {
		files[base+"_amd64.s"] = text
	}
	if files[base+"_amd64.go"], err = g.amd64(have); err != nil {
		return err
	}
	if files[base+"_other.go"], err = g.other(); err != nil {
		return err
	}
	files[base+".go"], err = g.portable()
	return err
}
