package stdops

import (
	"errors"
	"fmt"
	"strings"

	"github.com/daskgen/daskgen/ir"
)

func init() {
	register(&Op{
		Name: "overlap", Class: Kernel, Pure: true,
		Doc: "Extends a block by the cells of its neighbours: along axis k by before[k] cells in front and after[k] behind. " +
			"Blocks are a block and those around it, in C order; along axis k there are grid[k] of them (1 to 3), of which number at[k] is the block itself. " +
			"Where there is no neighbour, boundary[k] says what stands there: none (nothing, the block is not extended), reflect (the block's own cells, " +
			"the last one first), nearest (the last cell), periodic (the cells at the block's other end) or constant (value[k]). As in dask, axes are extended one " +
			"after the other, so that a corner has what the last axis says of it.",
		Params: []Param{need("blocks"), static("grid"), static("at"), static("before"), static("after"), opt("boundary", noneLit()), opt("value", noneLit())},
		Infer:  inferOverlap, Emit: emitOverlap,
	})
}

// Boundaries are the kinds of boundary of overlap.
var Boundaries = []string{"none", "reflect", "periodic", "nearest", "constant"}

// A halo is the arguments of overlap.
type halo struct {
	grid, at, before, after []int
	boundary                []string
	value                   []*ir.Expr
}

// haloArg returns the arguments of an overlap of blocks of a rank.
func haloArg(c *Call, rank int) (*halo, error) {
	h := &halo{}
	for i, list := range []*[]int{&h.grid, &h.at, &h.before, &h.after} {
		name := c.Op.Params[1+i].Name
		var err error
		if *list, _, err = c.intsArg(name); err != nil {
			return nil, err
		}
		if len(*list) != rank {
			return nil, fmt.Errorf("%s has %d entries for blocks of rank %d", name, len(*list), rank)
		}
	}
	for k := range rank {
		switch {
		case h.at[k] < 0 || h.at[k] > 1 || h.grid[k] <= h.at[k] || h.grid[k] > h.at[k]+2:
			return nil, fmt.Errorf("block %d of %d along axis %d has more than one neighbour on a side, or is none of them", h.at[k], h.grid[k], k)
		case h.before[k] < 0 || h.after[k] < 0:
			return nil, errors.New("before and after must not be negative")
		}
	}
	if err := h.setBoundary(c.arg("boundary"), rank); err != nil {
		return nil, err
	}
	return h, h.setValue(c.arg("value"), rank)
}

// setBoundary reads the kinds of boundary: None, one for all axes, or a list.
func (h *halo) setBoundary(e *ir.Expr, rank int) error {
	kinds := []*ir.Expr{e}
	if e.Kind == ir.ExprList || e.Kind == ir.ExprTuple {
		kinds = e.Args
		if len(kinds) != rank {
			return fmt.Errorf("boundary has %d entries for blocks of rank %d", len(kinds), rank)
		}
	}
	for k := range rank {
		e := kinds[min(k, len(kinds)-1)]
		kind := "none"
		if isConst(e, ir.ConstString) {
			kind = e.Const.Str
		} else if !isNone(e) {
			return errors.New("boundary must hold strings")
		}
		if !strings.Contains(" "+strings.Join(Boundaries, " ")+" ", " "+kind+" ") {
			return fmt.Errorf("there is no boundary %q: it is one of %s", kind, strings.Join(Boundaries, ", "))
		}
		h.boundary = append(h.boundary, kind)
	}
	return nil
}

// setValue reads the constants: None, one for all axes, or a list.
func (h *halo) setValue(e *ir.Expr, rank int) error {
	values := []*ir.Expr{e}
	switch {
	case isNone(e):
		return nil
	case e.Kind == ir.ExprList || e.Kind == ir.ExprTuple:
		values = e.Args
	}
	if len(values) != 1 && len(values) != rank {
		return fmt.Errorf("value has %d entries for blocks of rank %d", len(values), rank)
	}
	for k := range rank {
		v := values[min(k, len(values)-1)]
		if v.Type == nil || v.Type.Kind != ir.TypeScalar {
			return errors.New("value must hold numbers")
		}
		h.value = append(h.value, v)
	}
	return nil
}

// reach returns how many cells the block grows at either end of an axis.
func (h *halo) reach(k int) (lo, hi int) {
	if h.at[k] > 0 || h.boundary[k] != "none" {
		lo = h.before[k]
	}
	if h.at[k]+1 < h.grid[k] || h.boundary[k] != "none" {
		hi = h.after[k]
	}
	return lo, hi
}

// centre returns the number of the block itself in the list.
func (h *halo) centre() int {
	n := 0
	for k, g := range h.grid {
		n = n*g + h.at[k]
	}
	return n
}

// fits says what is wrong with a depth of n cells at one end of an axis, where
// the neighbour has length next and the block itself has length own.
func (h *halo) fits(k, n int, neighbour bool, next, own int64) error {
	switch {
	case neighbour && next >= 0 && int64(n) > next:
		return fmt.Errorf("a depth of %d along axis %d, but the neighbour has length %d: rechunk to longer blocks", n, k, next)
	case !neighbour && (h.boundary[k] == "reflect" || h.boundary[k] == "periodic") && own >= 0 && int64(n) > own,
		!neighbour && h.boundary[k] == "nearest" && n > 0 && own == 0:
		return fmt.Errorf("a depth of %d along axis %d with boundary %s, but the block has length %d", n, k, h.boundary[k], own)
	}
	return nil
}

func inferOverlap(c *Call) (*ir.Type, error) {
	j, err := joinArg(c.Args[0])
	if err != nil {
		return nil, err
	}
	h, err := haloArg(c, j.each[0].Rank())
	if err != nil {
		return nil, err
	}
	blocks := 1
	for _, g := range h.grid {
		blocks *= g
	}
	if j.complete() && blocks != len(j.each) {
		return nil, fmt.Errorf("%d blocks do not form a grid of %v", len(j.each), h.grid)
	}
	shape, err := h.extended(j)
	if err != nil {
		return nil, err
	}
	return ir.BlockType(j.dtype, shape...), checkSize(shape)
}

// extended returns the shape of the extended block.
func (h *halo) extended(j *joined) ([]int64, error) {
	known := j.complete()
	centre := h.centre()
	if !known {
		centre = 0
	}
	shape, step := append([]int64{}, j.each[centre].Shape...), 1
	for k := len(shape) - 1; k >= 0; k-- {
		lo, hi := h.reach(k)
		own, before, after := shape[k], int64(-1), int64(-1)
		if known && h.at[k] > 0 {
			before = j.each[centre-step].Shape[k]
		}
		if known && h.at[k]+1 < h.grid[k] {
			after = j.each[centre+step].Shape[k]
		}
		if err := h.fits(k, lo, h.at[k] > 0, before, own); err != nil {
			return nil, err
		}
		if err := h.fits(k, hi, h.at[k]+1 < h.grid[k], after, own); err != nil {
			return nil, err
		}
		if own >= 0 {
			shape[k] += int64(lo + hi)
		}
		step *= h.grid[k]
	}
	return shape, nil
}

func emitOverlap(c *Call) GoCall {
	j, _ := joinArg(c.Args[0])
	h, _ := haloArg(c, j.each[0].Rank())
	values := []GoArg{}
	for _, v := range h.value {
		values = append(values, Number{v, j.dtype})
	}
	return GoCall{Func: "kernel.Overlap", Args: []GoArg{j.list(), h.grid, h.at, h.before, h.after, strings.Join(h.boundary, " "), values}}
}
