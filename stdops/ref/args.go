package ref

import (
	"fmt"
	"slices"

	"github.com/daskgen/daskgen/ir"
)

// named returns the index of a parameter.
func (c *call) named(name string) int {
	for i, p := range c.Op.Params {
		if p.Name == name {
			return i
		}
	}
	panic("ref: internal error: " + c.Op.Name + " has no parameter " + name)
}

// get returns the value of the argument of a parameter.
func (c *call) get(name string) Value { return c.value(c.named(name)) }

// isNone says whether the argument of a parameter is None.
func (c *call) isNone(name string) bool { return c.get(name).Type.Kind == ir.TypeNone }

// flag returns a bool argument.
func (c *call) flag(name string) bool {
	v := c.get(name)
	return v.Type.Kind != ir.TypeNone && convert(v.Elems[0], ir.Bool).(bool)
}

// float returns a real number argument.
func (c *call) float(name string) float64 {
	return convert(c.get(name).Elems[0], ir.Float64).(float64)
}

// int returns an integer argument.
func (c *call) int(name string) int64 {
	n, err := c.get(name).int64Of()
	if err != nil {
		panic(err)
	}
	return n
}

// ints returns an argument that is an integer, or a list of them.
func (c *call) ints(name string) []int64 {
	v := c.get(name)
	if v.Type.Kind != ir.TypeList && v.Type.Kind != ir.TypeTuple {
		return []int64{c.int(name)}
	}
	list := []int64{}
	for _, item := range v.Items {
		n, err := item.int64Of()
		if err != nil {
			panic(err)
		}
		list = append(list, n)
	}
	return list
}

// axes returns an argument that names axes of an array of a rank, counted from
// the front; None names all of them.
func (c *call) axes(name string, rank int) []int {
	var axes []int
	if c.isNone(name) {
		for k := range rank {
			axes = append(axes, k)
		}
		return axes
	}
	for _, a := range c.ints(name) {
		if a < 0 {
			a += int64(rank)
		}
		axes = append(axes, int(a))
	}
	return axes
}

// without returns a shape without axes, or with length 1 in their place.
func without(shape []int64, axes []int, keep bool) []int64 {
	out := []int64{}
	for k, n := range shape {
		switch {
		case !slices.Contains(axes, k):
			out = append(out, n)
		case keep:
			out = append(out, 1)
		}
	}
	return out
}

// items returns the values of a list argument.
func (c *call) items(i int) ([]Value, error) {
	v := c.value(i)
	if v.Type.Kind != ir.TypeList && v.Type.Kind != ir.TypeTuple {
		return nil, fmt.Errorf("argument %d is %s, not a list", i, v.Type)
	}
	return v.Items, nil
}
