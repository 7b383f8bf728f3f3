package ref

import (
	"fmt"
	"slices"
	"strings"

	"github.com/daskgen/daskgen/ir"
)

// A partial is what a chunk or combine step of a tree reduction hands on: for
// each element of its result, in C order, all the elements that went into it.
// Its Value's type has the shape.
type partial struct{ cells [][]cell }

// A cell is an element and its position in the whole array: along the reduced
// axes, in C order.
type cell struct {
	x   any
	pos int64
}

func init() {
	for _, name := range []string{"sum", "prod", "min", "max", "nanmin", "nanmax", "any", "all"} {
		f := folds[name]
		kernels[name+"_combine"] = func(c *call, want *ir.Type) (Value, error) { return combineBlocks(c, want, f) }
	}
	for name, k := range map[string]func(c *call, want *ir.Type) (Value, error){
		"mean_chunk": momentChunk, "moment_chunk": momentChunk, "moment_combine": combine,
		"mean_agg": aggregate(mean), "var_agg": aggregate(variance), "std_agg": aggregate(deviation),
		"argmin": arg, "argmax": arg, "nanargmin": arg, "nanargmax": arg,
		"arg_chunk": argChunk, "arg_combine": combine, "arg_agg": argAgg, "numel": numel,
	} {
		kernels[name] = k
	}
}

// flat returns the values in nested lists; a value that is no list counts as a
// list of one.
func flat(v Value) []Value {
	if v.Type.Kind != ir.TypeList && v.Type.Kind != ir.TypeTuple {
		return []Value{v}
	}
	var all []Value
	for _, item := range v.Items {
		all = append(all, flat(item)...)
	}
	return all
}

// dropped returns a shape without the axes of length 1 that keepdims does not
// keep.
func (c *call) dropped(shape []int64) []int64 {
	if c.flag("keepdims") {
		return shape
	}
	return without(shape, c.axes("axis", len(shape)), false)
}

func combineBlocks(c *call, want *ir.Type, f fold) (Value, error) {
	parts := flat(c.value(0))
	v := parts[0]
	if len(parts) > 1 { // one stays as it is: 1*(inf+4i) is inf+NaNi
		v = foldBlocks(parts, want.DType, f)
	}
	return reshaped(v, c.dropped(v.Type.Shape)...), nil
}

// partialValue returns the value of a partial result.
func partialValue(t *ir.Type, shape []int64, cells [][]cell) Value {
	of := *t
	of.Shape = shape
	return Value{Type: &of, partial: &partial{cells}}
}

func momentChunk(c *call, want *ir.Type) (Value, error) {
	x := c.value(0)
	shape, cells := group(x, c.axes("axis", len(x.Type.Shape)), c.flag("keepdims"))
	if c.flag("skipnan") {
		for i := range cells {
			cells[i] = slices.DeleteFunc(cells[i], func(e cell) bool { return isNaN(e.x) })
		}
	}
	return partialValue(want, shape, cells), nil
}

// merged returns the cells of all partial results of the first argument.
func (c *call) merged() (shape []int64, cells [][]cell) {
	for _, p := range flat(c.value(0)) {
		if cells == nil {
			shape, cells = p.Type.Shape, make([][]cell, len(p.partial.cells))
		}
		for i, cell := range p.partial.cells {
			cells[i] = append(cells[i], cell...)
		}
	}
	return shape, cells
}

func combine(c *call, want *ir.Type) (Value, error) {
	shape, cells := c.merged()
	return partialValue(want, shape, cells), nil
}

func aggregate(f fold) func(c *call, want *ir.Type) (Value, error) {
	return func(c *call, want *ir.Type) (Value, error) {
		ddof := 0.0
		if c.Op.Name != "mean_agg" {
			ddof = c.float("ddof")
		}
		shape, cells := c.merged()
		elems := make([]any, len(cells))
		for i, cell := range cells {
			elems[i] = f(elemsOf(cell), want.DType, ddof)
		}
		return Block(want.DType, elems, c.dropped(shape)...), nil
	}
}

// place returns the position of the extreme element of a cell: the first of
// equal ones. A NaN is extreme, unless kind skips it.
func place(cells []cell, kind string) (int64, error) {
	less := loopOf(map[bool]string{true: "greater", false: "less"}[strings.HasSuffix(kind, "max")], dtypeOf(cells[0].x))
	var best *cell
	for i := range cells {
		e := &cells[i]
		if strings.HasPrefix(kind, "nan") && isNaN(e.x) {
			continue
		}
		if best == nil {
			best = e
			continue
		}
		before, err := Eval(less, ir.Bool, e.x, best.x)
		if err != nil {
			return 0, err
		}
		same := !before.(bool) && (e.x == best.x || isNaN(e.x) && isNaN(best.x))
		if before.(bool) && !isNaN(best.x) || isNaN(e.x) && !isNaN(best.x) || same && e.pos < best.pos {
			best = e
		}
	}
	if best == nil {
		return 0, fmt.Errorf("all elements are NaN")
	}
	return best.pos, nil
}

func places(cells [][]cell, kind string, shape []int64) (Value, error) {
	elems := make([]any, len(cells))
	for i := range cells {
		p, err := place(cells[i], kind)
		if err != nil {
			return Value{}, err
		}
		elems[i] = p
	}
	return Block(ir.Int64, elems, shape...), nil
}

func arg(c *call, _ *ir.Type) (Value, error) {
	x := c.value(0)
	shape, cells := group(x, c.axes("axis", len(x.Type.Shape)), c.flag("keepdims"))
	return places(cells, c.Op.Name, shape)
}

// argChunk records positions in the whole array.
func argChunk(c *call, want *ir.Type) (Value, error) {
	x := c.value(0)
	axes := c.axes("axis", len(x.Type.Shape))
	shape, cells := group(x, axes, c.flag("keepdims"))
	offset := c.ints("offset")
	for i := range cells {
		for k := range cells[i] {
			e := &cells[i][k]
			switch {
			case !c.isNone("axis"):
				e.pos += offset[min(axes[0], len(offset)-1)]
			case !c.isNone("shape"):
				at := unravel(x.Type.Shape, e.pos)
				for a := range at {
					at[a] += offset[a]
				}
				e.pos = linear(c.ints("shape"), at)
			}
		}
	}
	return partialValue(want, shape, cells), nil
}

func argAgg(c *call, _ *ir.Type) (Value, error) {
	shape, cells := c.merged()
	return places(cells, c.get("kind").Elems[0].(string), c.dropped(shape))
}

func numel(c *call, want *ir.Type) (Value, error) {
	x := c.value(0)
	shape, cells := group(x, c.axes("axis", len(x.Type.Shape)), c.flag("keepdims"))
	elems := make([]any, len(cells))
	for i := range cells {
		elems[i] = convert(int64(len(cells[i])), want.DType)
	}
	return Block(want.DType, elems, shape...), nil
}
