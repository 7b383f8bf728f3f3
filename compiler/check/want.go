package check

import (
	"fmt"
	"slices"

	"github.com/daskgen/daskgen/compiler/diag"
	"github.com/daskgen/daskgen/ir"
)

// want compares what the graph states of an output with what was inferred.
// Chunks are those of the array that the layer's blocks form, nil where only
// the run will tell; for a single value they are its own lengths.
func (c *checker) want(o *ir.Output, t *ir.Type, chunks [][]int64) {
	w := o.Want
	if w == nil {
		return
	}
	if t.Kind != ir.TypeBlock {
		c.ds.Errorf(o.Pos, diag.WrongDType, "output %q: it is %s, not an array", o.Name, t)
		return
	}
	if w.DType != ir.NoDType && w.DType != t.DType {
		c.ds.Errorf(o.Pos, diag.WrongDType, "output %q: its dtype is %s, the graph states %s", o.Name, t.DType, w.DType)
	}
	if w.Shape != nil {
		c.wantShape(o, chunks)
	}
}

func (c *checker) wantShape(o *ir.Output, chunks [][]int64) {
	w := o.Want
	shape := make([]int64, len(chunks))
	for k, sizes := range chunks {
		if shape[k] = sum(sizes); sizes == nil {
			shape[k] = -1
		}
	}
	same := func(a int64, b ir.Extent) bool { return a < 0 || a == b.N }
	if !slices.EqualFunc(shape, w.Shape, same) {
		c.ds.Errorf(o.Pos, diag.WrongShape, "output %q: its shape is %s, the graph states %s", o.Name, ir.ShapeString(shape), ir.ShapeString(extents(w.Shape)))
		return
	}
	for k, sizes := range w.Chunks {
		if !o.Array() || chunks[k] == nil || slices.Equal(chunks[k], sizes) {
			continue
		}
		c.ds.Errorf(o.Pos, diag.WrongShape, "output %q: its chunks along axis %d are %s, the graph states %s", o.Name, k, chunksText(chunks[k]), chunksText(sizes))
	}
}

func sum(sizes []int64) int64 {
	n := int64(0)
	for _, s := range sizes {
		n += s
	}
	return n
}

func extents(g []ir.Extent) []int64 {
	ns := make([]int64, len(g))
	for k, e := range g {
		ns[k] = e.N
	}
	return ns
}

// chunksText writes the sizes along an axis, the first of many.
func chunksText(sizes []int64) string {
	const most = 8
	if len(sizes) <= most {
		return ir.ShapeString(sizes)
	}
	s := ir.ShapeString(sizes[:most])
	return fmt.Sprintf("%s, ... %d in all)", s[:len(s)-1], len(sizes))
}

// blockChunks are the lengths of a block as chunks, for the output of a single
// value.
func blockChunks(t *ir.Type) [][]int64 {
	if t.Kind != ir.TypeBlock {
		return nil
	}
	chunks := make([][]int64, len(t.Shape))
	for k, n := range t.Shape {
		if n >= 0 {
			chunks[k] = []int64{n}
		}
	}
	return chunks
}
