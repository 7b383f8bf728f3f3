package runtime

import (
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// usage prints what goes in, what comes out, and the flags.
func (c *command) usage(w io.Writer) {
	fmt.Fprintf(w, "usage: %s [flags]\n", c.p.Name)
	for i := range c.p.Inputs {
		in := &c.p.Inputs[i]
		if i == 0 {
			fmt.Fprint(w, "\ninputs:\n")
		}
		fmt.Fprintf(w, "  %s\t%s%s", in.Name, in.DType, arrayText(in.Shape, in.Chunks))
		if in.Source != "" {
			fmt.Fprintf(w, ", from %s", in.Source)
		}
		fmt.Fprintln(w)
	}
	for i := range c.p.Outputs {
		o := &c.p.Outputs[i]
		if i == 0 {
			fmt.Fprint(w, "\noutputs:\n")
		}
		fmt.Fprintf(w, "  %s\t%s", o.Name, o.text())
		if o.Sink != "" {
			fmt.Fprintf(w, ", to %s", o.Sink)
		}
		fmt.Fprintln(w)
	}
	fmt.Fprint(w, "\nflags:\n")
	f := c.flags()
	f.SetOutput(w)
	f.PrintDefaults()
}

// text describes an output: a value, or dtype, shape and chunks.
func (o *OutputInfo) text() string {
	if !o.Array {
		return strings.TrimSpace(o.DType + " value")
	}
	return o.DType + arrayText(o.Shape, o.Chunks)
}

// arrayText writes shape and chunks: (6, 4) in chunks of (2, 4).
func arrayText(shape []int, chunks [][]int) string {
	s := make([]string, len(shape))
	for k, n := range shape {
		s[k] = fmt.Sprint(n)
		if n < 0 {
			s[k] = "?"
		}
	}
	text := " " + tuple(s)
	if chunks == nil {
		return text
	}
	for k, sizes := range chunks {
		s[k] = chunkText(sizes)
	}
	return text + " in chunks of " + tuple(s)
}

// tuple writes a Python tuple.
func tuple(s []string) string {
	if len(s) == 1 {
		return "(" + s[0] + ",)"
	}
	return "(" + strings.Join(s, ", ") + ")"
}

// chunkText writes the sizes along an axis: one number if all but the last,
// which may be smaller, are equal, else all of them, up to a few.
func chunkText(sizes []int) string {
	const few = 6
	if len(sizes) == 0 {
		return "0"
	}
	regular := sizes[len(sizes)-1] <= sizes[0]
	var all []string
	for i, n := range sizes {
		regular = regular && (n == sizes[0] || i == len(sizes)-1)
		if i < few {
			all = append(all, fmt.Sprint(n))
		}
	}
	if regular {
		return fmt.Sprint(sizes[0])
	}
	if len(sizes) > few {
		all = append(all, "...")
	}
	return "(" + strings.Join(all, ", ") + ")"
}

// A pathFlag collects NAME=PATH pairs.
type pathFlag []namedPath

type namedPath struct{ name, path string }

func (f *pathFlag) String() string { return "" }

// Set implements flag.Value.
func (f *pathFlag) Set(s string) error {
	name, path, ok := strings.Cut(s, "=")
	if !ok || name == "" || path == "" {
		return fmt.Errorf("want NAME=PATH")
	}
	if _, ok := f.path(name); ok {
		return fmt.Errorf("%s is given twice", name)
	}
	*f = append(*f, namedPath{name, path})
	return nil
}

// path returns the path of a name.
func (f *pathFlag) path(name string) (string, bool) {
	for _, p := range *f {
		if p.name == name {
			return p.path, true
		}
	}
	return "", false
}

// A sizeFlag is a number of bytes.
type sizeFlag int64

func (f *sizeFlag) String() string { return FormatBytes(int64(*f)) }

// Set implements flag.Value.
func (f *sizeFlag) Set(s string) error {
	n, err := ParseBytes(s)
	*f = sizeFlag(n)
	return err
}

var (
	_ flag.Value = (*pathFlag)(nil)
	_ flag.Value = (*sizeFlag)(nil)
)

// hasName says whether one of the things has that name.
func hasName[T any](all []T, name string, of func(T) string) bool {
	for _, x := range all {
		if of(x) == name {
			return true
		}
	}
	return false
}

// names lists the names of things.
func names[T any](all []T, of func(T) string) string {
	if len(all) == 0 {
		return "none"
	}
	var s []string
	for _, x := range all {
		s = append(s, of(x))
	}
	return strings.Join(s, ", ")
}

// isTerminal says whether a writer is a terminal.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// A narrator is the observer of -v.
type narrator struct {
	out  io.Writer
	info *RunInfo
}

// RunStart implements Observer.
func (n *narrator) RunStart(r *RunInfo) {
	n.info = r
	limit := "no memory limit"
	if r.Memory > 0 {
		limit = "memory limit " + FormatBytes(r.Memory)
	}
	fmt.Fprintf(n.out, "%s: %d tasks, %d workers, %s\n", r.Name, r.Tasks, r.Workers, limit)
	for i := range r.Layers {
		l := &r.Layers[i]
		fmt.Fprintf(n.out, "  %s, grid %v: %d tasks\n", layerTitle(&l.Info), l.Grid, l.Tasks)
	}
}

// TaskStart implements Observer.
func (n *narrator) TaskStart(*TaskEvent) {}

// TaskDone implements Observer.
func (n *narrator) TaskDone(*TaskEvent) {}

// RunDone implements Observer.
func (n *narrator) RunDone(err error) {
	if err == nil {
		fmt.Fprintf(n.out, "%s: done in %v, peak memory %s\n", n.info.Name, n.info.elapsed().Round(time.Microsecond), FormatBytes(n.info.Peak()))
	}
}
