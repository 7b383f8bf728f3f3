package ref

import "github.com/daskgen/daskgen/ir"

func init() { kernels["overlap"] = overlap }

// overlap looks up every cell of the extended block: the axes, the last one
// first, say where it comes from.
func overlap(c *call, want *ir.Type) (Value, error) {
	bs, err := c.blocks(want.DType)
	if err != nil {
		return Value{}, err
	}
	rank := len(bs[0].Type.Shape)
	grid, at := c.ints("grid"), c.ints("at")
	own := bs[linear(grid, at)].Type.Shape
	kinds, values := c.boundaries(rank), c.fills(rank, want.DType)
	lo := make([]int64, rank)
	for k, n := range c.ints("before") {
		if at[k] > 0 || kinds[k] != "none" {
			lo[k] = n
		}
	}
	return build(want.DType, want.Shape, func(index []int64) any {
		block, cell := make([]int64, rank), make([]int64, rank)
		for k := rank - 1; k >= 0; k-- {
			p, n := index[k]-lo[k], own[k]
			outside := p < 0 && at[k] == 0 || p >= n && at[k]+1 == grid[k]
			if outside && kinds[k] == "constant" {
				return values[k]
			}
			if outside {
				p = mirror(p, n, kinds[k])
			}
			block[k] = at[k]
			if p >= n {
				block[k], p = at[k]+1, p-n
			} else if p < 0 {
				block[k] = at[k] - 1
			}
			cell[k] = p
		}
		b := bs[linear(grid, block)]
		for k := range cell {
			if cell[k] < 0 {
				cell[k] += b.Type.Shape[k]
			}
		}
		return b.at(cell)
	}), nil
}

// mirror returns the cell of n that stands at a position beyond them.
func mirror(p, n int64, kind string) int64 {
	switch {
	case kind == "periodic":
		return (p + n) % n
	case kind == "nearest":
		return min(max(p, 0), n-1)
	case p < 0:
		return -1 - p
	}
	return 2*n - 1 - p
}

// boundaries returns the kind of boundary of each axis.
func (c *call) boundaries(rank int) []string {
	kinds := make([]string, rank)
	for k, v := range c.each("boundary", rank) {
		kinds[k] = "none"
		if v.Type.Kind == ir.TypeString {
			kinds[k] = v.Elems[0].(string)
		}
	}
	return kinds
}

// fills returns the constant of each axis.
func (c *call) fills(rank int, d ir.DType) []any {
	values := make([]any, rank)
	for k, v := range c.each("value", rank) {
		values[k] = convert(int64(0), d)
		if v.Type.Kind != ir.TypeNone {
			values[k] = convert(v.Elems[0], d)
		}
	}
	return values
}

// each returns the entries of an argument for the axes: of a list, or one for
// all of them.
func (c *call) each(name string, rank int) []Value {
	v := c.get(name)
	out := make([]Value, rank)
	for k := range out {
		out[k] = v
		if v.Type.Kind == ir.TypeList || v.Type.Kind == ir.TypeTuple {
			out[k] = v.Items[min(k, len(v.Items)-1)]
		}
	}
	return out
}
