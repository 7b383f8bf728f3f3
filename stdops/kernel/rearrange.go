package kernel

import (
	rt "github.com/daskgen/daskgen/runtime"
)

// Roll moves the elements of x along axes[i] by shifts[i] places; those that
// leave at one end come in at the other.
func Roll[T rt.Elem](t *rt.Task, x *rt.Block[T], shifts, axes []int) (*rt.Block[T], error) {
	x.Retain()
	for i, axis := range axes {
		y, err := rollAxis(t, x, shifts[i], axis)
		x.Release()
		if err != nil {
			return nil, err
		}
		x = y
	}
	return x, nil
}

// rollAxis rolls one axis.
func rollAxis[T rt.Elem](t *rt.Task, x *rt.Block[T], shift, axis int) (*rt.Block[T], error) {
	n := x.Shape[axis]
	if n > 0 {
		shift = (shift%n + n) % n
	}
	if n == 0 || shift == 0 {
		x.Retain()
		return x, nil
	}
	head, tail := part(x, axis, 0, n-shift), part(x, axis, n-shift, n)
	defer head.Release()
	defer tail.Release()
	return Concatenate(t, []*rt.Block[T]{tail, head}, axis)
}

// part returns a view of the elements lo..hi along an axis.
func part[T rt.Elem](x *rt.Block[T], axis, lo, hi int) *rt.Block[T] {
	v := x.View(x.Shape, x.Strides, x.Offset)
	v.Shape[axis] = hi - lo
	v.Offset += lo * x.Strides[axis]
	return v
}

// RollFlat rolls the elements of x in C order.
func RollFlat[T rt.Elem](t *rt.Task, x *rt.Block[T], shift int) (*rt.Block[T], error) {
	flat, err := Reshape(t, x, []int{-1})
	if err != nil {
		return nil, err
	}
	defer flat.Release()
	y, err := rollAxis(t, flat, shift, 0)
	if err != nil {
		return nil, err
	}
	defer y.Release()
	return Reshape(t, y, x.Shape)
}

// Repeat repeats each element n times along an axis.
func Repeat[T rt.Elem](t *rt.Task, x *rt.Block[T], n, axis int) (*rt.Block[T], error) {
	shape := append([]int(nil), x.Shape...)
	shape[axis] *= n
	out := rt.Alloc[T](t, shape)
	wide := *out
	wide.Shape = x.Shape
	wide.Strides = append([]int(nil), out.Strides...)
	wide.Strides[axis] *= n
	for k := range n {
		wide.Offset = out.Offset + k*out.Strides[axis]
		copyInto(x, x.Shape, x.Strides, x.Offset, &wide)
	}
	return out, nil
}

// RepeatFlat repeats each element of x, in C order, n times.
func RepeatFlat[T rt.Elem](t *rt.Task, x *rt.Block[T], n int) (*rt.Block[T], error) {
	flat, err := Reshape(t, x, []int{-1})
	if err != nil {
		return nil, err
	}
	defer flat.Release()
	return Repeat(t, flat, n, 0)
}

// Diagonal returns a view of the elements of x whose index along axis2 minus
// that along axis1 is offset: the other axes, then the diagonal.
func Diagonal[T rt.Elem](_ *rt.Task, x *rt.Block[T], offset, axis1, axis2 int) (*rt.Block[T], error) {
	rows, cols := x.Shape[axis1], x.Shape[axis2]
	at, n := x.Offset, 0
	if offset >= 0 {
		n = min(rows, cols-offset)
	} else {
		n = min(rows+offset, cols)
	}
	if n = max(n, 0); n > 0 {
		at += max(offset, 0)*x.Strides[axis2] + max(-offset, 0)*x.Strides[axis1]
	}
	shape, strides := make([]int, 0, x.Rank()-1), make([]int, 0, x.Rank()-1)
	for k := range x.Shape {
		if k != axis1 && k != axis2 {
			shape, strides = append(shape, x.Shape[k]), append(strides, x.Strides[k])
		}
	}
	return x.View(append(shape, n), append(strides, x.Strides[axis1]+x.Strides[axis2]), at), nil
}

// Diag makes a square block of zeros with the vector v on its diagonal k.
func Diag[T rt.Elem](t *rt.Task, v *rt.Block[T], k int) (*rt.Block[T], error) {
	n := v.Shape[0] + max(k, -k)
	out := rt.AllocZero[T](t, []int{n, n})
	d, err := Diagonal(t, out, k, 0, 1)
	if err != nil {
		return nil, err
	}
	defer d.Release()
	copyInto(v, v.Shape, v.Strides, v.Offset, d)
	return out, nil
}

// Trace sums the diagonal of x along axis1 and axis2.
func Trace[In, Out rt.Elem](t *rt.Task, x *rt.Block[In], offset, axis1, axis2 int) (*rt.Block[Out], error) {
	d, err := Diagonal(t, x, offset, axis1, axis2)
	if err != nil {
		return nil, err
	}
	defer d.Release()
	s := NewSum[In, Out](t, d.Shape, []int{d.Rank() - 1}, false)
	each(t, d, func(_ int, strip []In) { s.Add(strip) })
	return s.Result()
}
