package emit

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/daskgen/daskgen/ir"
)

// layerComment documents the method that adds a layer: what its values are,
// the formula of each case, and what was merged into it. It holds nothing that
// an edit elsewhere in the source would change, such as a line number.
func (u *unit) layerComment(method string, l *ir.Layer) []string {
	lines := []string{fmt.Sprintf("%s adds layer %s: %s.", method, strconv.Quote(shorten(l.Name, 60)), valueText(l)), ""}
	for i, c := range l.Cases {
		if i == maxCases {
			lines = append(lines, fmt.Sprintf("\tand %d more cases", len(l.Cases)-i))
			break
		}
		lines = append(lines, "\t"+caseText(l, c))
	}
	if fused := fusedText(l); fused != "" {
		lines = append(lines, "", "fused: "+fused)
	}
	return lines
}

// Limits of what a comment lists.
const (
	maxCases  = 8
	maxChunks = 6
	maxFused  = 160
)

// caseText writes the formula of a case: y[i, j] = x[j, i] + 1, for i in 0:3.
func caseText(l *ir.Layer, c *ir.Case) string {
	f := formula{
		operand: func(i int) string { return operandText(&c.Operands[i]) },
		param:   func(i int) string { return paramText(&c.Params[i]) },
	}
	s := layerText(l) + indexText(len(l.Grid)) + " = " + f.text(c.Kernel)
	switch {
	case c.Where.IDs != nil:
		s += fmt.Sprintf(", at %d of %d indices", len(c.Where.IDs), l.Grid.Size())
	case c.Where.Box != nil:
		s += boxText(l, c.Where.Box)
	}
	return s
}

func indexText(rank int) string {
	if rank == 0 {
		return ""
	}
	names := make([]string, rank)
	for i := range names {
		names[i] = indexName(i)
	}
	return "[" + strings.Join(names, ", ") + "]"
}

// boxText writes the axes along which a box is less than the grid.
func boxText(l *ir.Layer, box []ir.Range) string {
	s := ""
	for i, r := range box {
		if r.Lo == 0 && r.Hi >= l.Grid[i].N && r.Step == 1 {
			continue
		}
		s += fmt.Sprintf(", %s in %d:%d", indexName(i), r.Lo, r.Hi)
		if r.Step != 1 {
			s += fmt.Sprintf(":%d", r.Step)
		}
	}
	return s
}

func paramText(p *ir.Param) string {
	if p.Affine != nil {
		return affineText(p.Affine)
	}
	return "literal[...]"
}

// valueText says what the values of a layer are: "float64 (4, 4) in blocks of
// (2, 2)", or their type and how many there are.
func valueText(l *ir.Layer) string {
	if l.Type.Kind != ir.TypeBlock || len(l.Dims) != len(l.Type.Shape) {
		s := l.Type.String()
		if len(l.Grid) > 0 {
			s += ", grid " + gridText(l.Grid)
		}
		return s
	}
	shape, chunks, ok := arrayShape(l)
	if !ok || len(l.Grid) != len(shape) {
		s := fmt.Sprintf("%s blocks of shape %s", l.Type.DType, ir.ShapeString(l.Type.Shape))
		if len(l.Grid) > 0 {
			s += ", grid " + gridText(l.Grid)
		}
		return s
	}
	if len(shape) == 0 {
		return l.Type.DType.String() + " block of shape ()"
	}
	return fmt.Sprintf("%s %s in blocks of (%s)", l.Type.DType, ir.ShapeString(shape), chunksText(chunks))
}

func gridText(g ir.Grid) string {
	n := make([]int64, len(g))
	for i, e := range g {
		n[i] = e.N
	}
	return ir.ShapeString(n)
}

// chunksText writes the sizes along each axis: one when they are equal but for
// a smaller last one, else the first few.
func chunksText(chunks [][]int64) string {
	parts := make([]string, len(chunks))
	for i, sizes := range chunks {
		if size, ok := regular(sizes); ok {
			parts[i] = strconv.FormatInt(size, 10)
			continue
		}
		var list []string
		for k, n := range sizes {
			if k == maxChunks {
				list = append(list, "...")
				break
			}
			list = append(list, strconv.FormatInt(n, 10))
		}
		parts[i] = "[" + strings.Join(list, ", ") + "]"
	}
	s := strings.Join(parts, ", ")
	if len(parts) == 1 {
		s += ","
	}
	return s
}

// regular says whether chunks are all of one size but for a smaller last one.
func regular(sizes []int64) (size int64, ok bool) {
	if len(sizes) == 0 {
		return 0, false
	}
	for _, n := range sizes[:len(sizes)-1] {
		if n != sizes[0] {
			return 0, false
		}
	}
	return sizes[0], sizes[len(sizes)-1] <= sizes[0]
}

// arrayShape returns the shape and the chunks of the array that the blocks of
// a layer form, if they are known and form one: axis k of the blocks runs along
// axis k of the grid.
func arrayShape(l *ir.Layer) (shape []int64, chunks [][]int64, ok bool) {
	if l.Input != nil {
		for _, e := range l.Input.Shape {
			shape = append(shape, e.N)
		}
		return shape, l.Input.Chunks, true
	}
	if l.Type.Kind != ir.TypeBlock || len(l.Dims) != len(l.Type.Shape) || len(l.Grid) != len(l.Dims) {
		return nil, nil, false
	}
	shape = []int64{}
	for k, d := range l.Dims {
		sizes, known := axisChunks(l, k, d)
		if !known {
			return nil, nil, false
		}
		sum := int64(0)
		for _, n := range sizes {
			sum += n
		}
		shape, chunks = append(shape, sum), append(chunks, sizes)
	}
	return shape, chunks, true
}

// axisChunks returns the chunk sizes along an axis.
func axisChunks(l *ir.Layer, k int, d ir.Dim) ([]int64, bool) {
	switch {
	case d.Sizes == nil:
		return nil, false
	case d.Axis == k:
		return d.Sizes, true
	case d.Axis >= 0 && l.Grid[k].N != 1:
		return nil, false
	}
	sizes := make([]int64, l.Grid[k].N)
	for i := range sizes {
		sizes[i] = d.Sizes[0]
	}
	return sizes, true
}

// fusedText lists the names of what was merged into a layer.
func fusedText(l *ir.Layer) string {
	var b strings.Builder
	for _, o := range l.Origins {
		if o == l.Name {
			continue
		}
		if b.Len() > maxFused {
			return b.String() + ", ..."
		}
		if b.Len() > 0 {
			b.WriteString(", ")
		}
		b.WriteString(layerText(&ir.Layer{Name: o}))
	}
	return b.String()
}

// bodyFormula writes what a kernel computes, with its parameters' names.
func (cw *caseWriter) bodyFormula() string {
	f := formula{
		operand: func(i int) string { return operandName(cw.slot[i]) },
		param: func(i int) string {
			for k, n := range cw.params {
				if n == i {
					return paramName(k)
				}
			}
			return "p"
		},
	}
	return f.text(cw.c.Kernel)
}

// sentence ends a text with a full stop.
func sentence(s string) string {
	if strings.HasSuffix(s, ".") {
		return s
	}
	return s + "."
}
