package check

import (
	"errors"
	"fmt"

	"github.com/daskgen/daskgen/compiler/diag"
	"github.com/daskgen/daskgen/ir"
)

// Limits of a block: NumPy's number of axes, and more elements than any machine
// goes through.
const (
	maxRank     = 64
	maxElements = 1 << 40
	maxTypes    = 1 << 20 // different types of a graph's values; each is inferred
)

// bounded refuses types of blocks that no machine can hold.
func bounded(name string, t *ir.Type) error {
	if t.Kind != ir.TypeBlock {
		return nil
	}
	if len(t.Shape) > maxRank {
		return coded(diag.TooLarge, fmt.Errorf("%s: a block of %d axes: at most %d are supported", name, len(t.Shape), maxRank))
	}
	size, tooLarge := int64(1), false
	for _, n := range t.Shape {
		switch {
		case n == 0:
			return nil
		case n > 0 && size > maxElements/n:
			tooLarge = true
		case n > 0:
			size *= n
		}
	}
	if tooLarge {
		return coded(diag.TooLarge, errors.New(name+": a block of shape "+ir.ShapeString(t.Shape)+" is too large"))
	}
	return nil
}

// crowded reports, once, that a graph has too many different types.
func (c *checker) crowded(l *ir.Layer) bool {
	if len(c.types.all) <= maxTypes {
		return false
	}
	if !c.full {
		c.full = true
		c.reportLayer(l, diag.TooLarge, "with it the graph has more than %d blocks of different shapes", maxTypes)
	}
	return true
}
