package runtime

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// A pendingFile is a file that is written under a temporary name beside its
// target, and takes its place when it is complete.
type pendingFile struct {
	*os.File
	target string
	sync   bool // make it durable before it gets its name
	done   bool
}

// createPending starts a file that is to become path. If path is a symbolic
// link, what it points to will be replaced; if it exists and is no regular
// file (a device, a folder), that is an error.
func createPending(path string) (*pendingFile, error) {
	perm := fs.FileMode(0o666)
	if target, err := filepath.EvalSymlinks(path); err == nil {
		info, err := os.Stat(target)
		if err != nil {
			return nil, err
		}
		if !info.Mode().IsRegular() {
			return nil, fmt.Errorf("%s: is not a regular file, so it cannot be replaced", path)
		}
		path, perm = target, info.Mode().Perm()
	}
	dir, base := filepath.Split(path)
	for range 100 {
		name := filepath.Join(dir, fmt.Sprintf(".%s.%08x.tmp", base, rand.Uint32()))
		f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, perm)
		if err == nil {
			return &pendingFile{File: f, target: path}, nil
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%s: there is no folder %s", path, filepath.Dir(path))
		}
		if !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
	}
	return nil, fmt.Errorf("%s: no free temporary name", path)
}

// finish makes what was written durable, if that is asked for.
func (p *pendingFile) finish() error {
	if !p.sync {
		return nil
	}
	return p.Sync()
}

// commit gives the file its name. On an error it is removed, and the target is
// as it was.
func (p *pendingFile) commit() error {
	if p.done {
		return fmt.Errorf("%s: committed or aborted before", p.target)
	}
	p.done = true
	err := p.Close()
	if err == nil {
		err = os.Rename(p.Name(), p.target)
	}
	if err != nil {
		os.Remove(p.Name())
		return err
	}
	if !p.sync {
		return nil
	}
	return syncDir(filepath.Dir(p.target))
}

// abort removes the file. After commit, or another abort, it does nothing.
func (p *pendingFile) abort() {
	if !p.done {
		p.done = true
		p.Close()
		os.Remove(p.Name())
	}
}
