package check

import (
	"errors"
	"fmt"

	"github.com/daskgen/daskgen/compiler/diag"
	"github.com/daskgen/daskgen/ir"
)

// Check infers the type of every value of a graph that ir.Verify accepts. It
// sets Type and Dims of the layers and Type of the nodes of all kernels, and
// returns everything that is wrong: each error once, with the first task that
// it concerns. What is read from a task that is wrong is not reported again.
func Check(g *ir.Graph) diag.List {
	c := newChecker(g)
	c.run()
	c.ds.Sort()
	return c.ds
}

// A codedError is an error with its diagnostic code.
type codedError struct {
	code string
	err  error
}

func (e *codedError) Error() string { return e.err.Error() }
func (e *codedError) Unwrap() error { return e.err }

func coded(code string, err error) error { return &codedError{code, err} }

// codeOf returns the code of an error, TypeMismatch if it has none.
func codeOf(err error) string {
	var c *codedError
	if errors.As(err, &c) {
		return c.code
	}
	return diag.TypeMismatch
}

// report adds an error about the task at a grid index.
func (c *checker) report(l *ir.Layer, idx []int64, pos ir.Pos, code, format string, args ...any) {
	c.ds.Errorf(pos, code, "task %s: %s", keyText(l.KeyAt(l.Grid.Linear(idx))), fmt.Sprintf(format, args...))
}

// reportLayer adds an error about a layer.
func (c *checker) reportLayer(l *ir.Layer, code, format string, args ...any) {
	c.ds.Errorf(l.Pos, code, "layer %q: %s", l.Name, fmt.Sprintf(format, args...))
}

func keyText(k ir.Key) string { return k.String() }

// outputs checks that array outputs are made of blocks that form an array.
func (c *checker) outputs() {
	for _, o := range c.g.Outputs {
		switch {
		case o.Layer.Type == nil:
		case !o.Array():
			if !o.Layer.Grid.Contains(o.Index) {
				c.ds.Errorf(o.Pos, diag.OutOfBounds, "output %q: index %v is outside the grid of layer %q", o.Name, o.Index, o.Layer.Name)
				continue
			}
			t := c.typeAt(o.Layer, o.Index)
			c.want(o, t, blockChunks(t))
		default:
			chunks, err := Chunks(o.Layer)
			if err != nil {
				c.ds.Errorf(o.Pos, diag.BadOutput, "output %q: %s", o.Name, err)
				continue
			}
			c.want(o, o.Layer.Type, chunks)
		}
	}
}

// typeAt returns the type of one value of a layer that has a type.
func (c *checker) typeAt(l *ir.Layer, at []int64) *ir.Type {
	f := c.info[l]
	if id := f.types[f.slot(l.Grid.Linear(at))]; id >= firstID {
		return c.types.get(id)
	}
	return l.Type
}
