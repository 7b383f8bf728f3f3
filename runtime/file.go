package runtime

import (
	"fmt"
	"os"
	"path/filepath"
)

// A fileWriter writes a value to a file that appears complete or not at all.
type fileWriter struct {
	path    string
	sync    bool
	pending committer
}

// A committer is a file that is written but has not got its name.
type committer interface {
	Commit() error
	Abort()
}

// A npyValue can be written to an .npy file.
type npyValue interface {
	pendingNpy(path string, sync bool) (committer, error)
}

// open checks that a file of that kind can be written. An empty path stands
// for no file.
func (f *fileWriter) open(to sink) error {
	path := to.path
	if path == "" {
		return nil
	}
	if err := checkExt(path); err != nil {
		return err
	}
	if info, err := os.Stat(filepath.Dir(path)); err != nil {
		return err
	} else if !info.IsDir() {
		return fmt.Errorf("%s is no folder", filepath.Dir(path))
	}
	f.path, f.sync = path, to.sync
	return nil
}

// checkExt makes sure that a file of that name can be written.
func checkExt(path string) error {
	switch ext := filepath.Ext(path); ext {
	case ".json", ".npy":
		return nil
	default:
		return fmt.Errorf("%s: a file of type %q cannot be written, only .npy and .json", path, ext)
	}
}

// write writes the file, but for its name.
func (f *fileWriter) write(v any) (err error) {
	switch {
	case f.path == "":
		return nil
	case filepath.Ext(f.path) == ".json":
		f.pending, err = pendingJSON(f.path, v, f.sync)
	default:
		x, ok := npyOf(v)
		if !ok {
			return fmt.Errorf("%s: a value of type %T is no array: write it to a .json file", f.path, v)
		}
		f.pending, err = x.pendingNpy(f.path, f.sync)
	}
	return err
}

// pendingJSON writes a JSON file.
func pendingJSON(path string, v any, sync bool) (committer, error) {
	data, err := JSONValue(v)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	p, err := createPending(path)
	if err != nil {
		return nil, err
	}
	p.sync = sync
	if _, err = p.Write(append(data, '\n')); err == nil {
		err = p.finish()
	}
	if err != nil {
		p.abort()
		return nil, err
	}
	return textFile{p}, nil
}

// A textFile is a file that is not written block by block.
type textFile struct{ *pendingFile }

// Commit implements committer.
func (f textFile) Commit() error { return f.commit() }

// Abort implements committer.
func (f textFile) Abort() { f.abort() }

// npyOf returns a value as an array.
func npyOf(v any) (npyValue, bool) {
	switch v := v.(type) {
	case bool:
		return Scalar(v), true
	case int64:
		return Scalar(v), true
	case float64:
		return Scalar(v), true
	case complex128:
		return Scalar(v), true
	case npyValue:
		return v, true
	}
	return nil, false
}

// pendingNpy implements npyValue.
func (b *Block[T]) pendingNpy(path string, sync bool) (committer, error) {
	w, err := CreateNpy[T](path, b.Shape)
	if err != nil {
		return nil, err
	}
	w.file.sync = sync
	if err = w.WriteBlock(make([]int, len(b.Shape)), b); err == nil {
		err = w.Finish()
	}
	if err != nil {
		w.Abort()
		return nil, err
	}
	return w, nil
}

// pendingNpy implements npyValue.
func (a *Array[T]) pendingNpy(path string, sync bool) (committer, error) {
	return a.block().pendingNpy(path, sync)
}

// commit gives the file its name.
func (f *fileWriter) commit() error {
	if f.pending == nil {
		return nil
	}
	return f.pending.Commit()
}

// abort removes the file, unless it has its name.
func (f *fileWriter) abort() {
	if f.pending != nil {
		f.pending.Abort()
	}
}
