package compiler

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/google/renameio/v2"
	"github.com/rogpeppe/go-internal/diff"

	"github.com/daskgen/daskgen/compiler/dsl"
)

// ChangeKind says what Commit does to a file.
type ChangeKind string

// What Commit does to a file.
const (
	Written   ChangeKind = "wrote"
	Unchanged ChangeKind = "kept"
	Removed   ChangeKind = "removed"
)

// A Change is the difference between a file on disk and what is wanted.
type Change struct {
	Kind     ChangeKind
	Path     string // relative to the output's folder
	Old, New []byte // nil where there is no such file
}

// State says how the file on disk is, for check.
func (c Change) State() string {
	switch {
	case c.Kind == Unchanged:
		return "current"
	case c.Old == nil:
		return "missing"
	case c.New == nil:
		return "orphaned (nothing generates it any more)"
	}
	if was, now := options(c.Old), options(c.New); was != now {
		return fmt.Sprintf("stale (it was generated with %s, not with %s)", was, now)
	}
	return "stale"
}

// options are the options in the header of a generated file.
func options(file []byte) string {
	for line := range bytes.Lines(file) {
		if o, ok := bytes.CutPrefix(line, []byte("// options: ")); ok {
			return string(bytes.TrimSpace(o))
		}
		if !bytes.HasPrefix(line, []byte("//")) {
			break
		}
	}
	return "no options"
}

// Unified returns the change as a unified diff.
func (c Change) Unified(name string) string {
	from, to := "a/"+name, "b/"+name
	if c.Old == nil {
		from = "/dev/null"
	}
	if c.New == nil {
		to = "/dev/null"
	}
	if bytes.IndexByte(c.Old, 0) >= 0 || bytes.IndexByte(c.New, 0) >= 0 {
		return fmt.Sprintf("binary files %s and %s differ\n", from, to)
	}
	return string(diff.Diff(from, c.Old, to, c.New))
}

// Diff compares an output with the disk, file by file, orphans last.
func Diff(o Output) ([]Change, error) {
	var changes []Change
	wanted := map[string]bool{}
	for _, f := range o.Files {
		wanted[filepath.ToSlash(f.Path)] = true
		c := Change{Kind: Written, Path: f.Path, New: f.Content}
		old, err := os.ReadFile(filepath.Join(o.Dir, f.Path))
		switch {
		case err == nil:
			c.Old = old
			if bytes.Equal(old, f.Content) {
				c.Kind = Unchanged
			}
		case !errors.Is(err, fs.ErrNotExist):
			return nil, err
		}
		changes = append(changes, c)
	}
	for _, name := range o.Ours {
		if wanted[filepath.ToSlash(name)] {
			continue
		}
		old, err := os.ReadFile(filepath.Join(o.Dir, name))
		if err != nil {
			return nil, err
		}
		changes = append(changes, Change{Kind: Removed, Path: name, Old: old})
	}
	return changes, nil
}

// Commit brings folders to the wanted state: it writes what differs and removes
// orphans. All new contents are on disk, under temporary names, before the
// first file is replaced. It returns the changes of each folder.
func Commit(outs ...Output) ([][]Change, error) {
	changes := make([][]Change, len(outs))
	var pending []*renameio.PendingFile
	defer func() {
		for _, p := range pending {
			p.Cleanup() // does nothing after the file was put in place
		}
	}()
	for i, o := range outs {
		var err error
		if changes[i], err = Diff(o); err != nil {
			return nil, err
		}
		for _, c := range changes[i] {
			if c.Kind != Written {
				continue
			}
			p, err := stage(filepath.Join(o.Dir, c.Path), c.New)
			if err != nil {
				return nil, err
			}
			pending = append(pending, p)
		}
	}
	for _, p := range pending {
		if err := p.CloseAtomicallyReplace(); err != nil {
			return nil, err
		}
	}
	return changes, removeOrphans(outs, changes)
}

func removeOrphans(outs []Output, changes [][]Change) error {
	for i, o := range outs {
		for _, c := range changes[i] {
			if c.Kind != Removed {
				continue
			}
			if err := os.Remove(filepath.Join(o.Dir, c.Path)); err != nil {
				return err
			}
		}
	}
	return nil
}

// stage writes content under a temporary name beside its path.
func stage(path string, content []byte) (*renameio.PendingFile, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return nil, err
	}
	p, err := renameio.NewPendingFile(path, renameio.WithPermissions(0o666), renameio.WithExistingPermissions())
	if err != nil {
		return nil, err
	}
	if _, err := p.Write(content); err != nil {
		p.Cleanup()
		return nil, err
	}
	return p, nil
}

// WriteFile writes one file, complete or not at all.
func WriteFile(path string, content []byte) error {
	p, err := stage(path, content)
	if err != nil {
		return err
	}
	defer p.Cleanup()
	return p.CloseAtomicallyReplace()
}

// ownFiles returns the files below a folder that daskgen has generated: those
// with its header, and tables that stand beside one.
func ownFiles(dir string) ([]string, error) {
	var own []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && path == dir {
			return nil
		}
		if err != nil || d.IsDir() || filepath.Ext(path) != ".go" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if dsl.IsGenerated(text) {
			rel, err := filepath.Rel(dir, path)
			if err != nil {
				return err
			}
			own = append(own, rel)
		}
		return nil
	})
	slices.Sort(own)
	return own, err
}
