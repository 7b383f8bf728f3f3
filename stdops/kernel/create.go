package kernel

import (
	"errors"
	"math"

	rt "github.com/daskgen/daskgen/runtime"
)

// Ints makes a shape or another list of integers.
func Ints(is ...int) []int { return is }

// Full makes a block of a shape with every element v.
func Full[T rt.Elem](t *rt.Task, shape []int, v T) (*rt.Block[T], error) {
	out := rt.Alloc[T](t, shape)
	fillWith(out.Data, v)
	return out, nil
}

// Zeros makes a block of a shape with every element 0.
func Zeros[T rt.Elem](t *rt.Task, shape []int) (*rt.Block[T], error) {
	return rt.AllocZero[T](t, shape), nil
}

// Ones makes a block of a shape with every element 1.
func Ones[T rt.Elem](t *rt.Task, shape []int) (*rt.Block[T], error) {
	return Full(t, shape, oneOf[T]())
}

// Arange makes n of the numbers start, start+step, ..., beginning with number
// offset: element i is start + (offset+i)*step.
func Arange[T Real](t *rt.Task, start, step T, offset, n int) (*rt.Block[T], error) {
	out := rt.Alloc[T](t, []int{n})
	s := NewArangeSource(start, step, offset)
	s.Fill(out.Data)
	return out, nil
}

// ArangeComplex is Arange of complex numbers.
func ArangeComplex[T Complex](t *rt.Task, start, step T, offset, n int) (*rt.Block[T], error) {
	out := rt.Alloc[T](t, []int{n})
	first, by := complex128(start), complex128(step)
	for i := range out.Data {
		out.Data[i] = T(first + complex(float64(offset+i), 0)*by)
	}
	return out, nil
}

// ArangeTo is Arange of as many numbers as there are from start to stop.
func ArangeTo[T Real](t *rt.Task, start, stop, step T, offset int) (*rt.Block[T], error) {
	n := 0
	switch {
	case step == 0:
		return nil, errors.New("step must not be 0")
	case step > 0 && stop > start || step < 0 && stop < start:
		n = int(math.Ceil((float64(stop) - float64(start)) / float64(step)))
	}
	return Arange(t, start, step, offset, n)
}

// Linspace makes n of num numbers evenly spaced from start to stop, beginning
// with number offset. With endpoint, number num-1 is stop itself. They are
// formed in float64, and rounded down if T is an integer.
func Linspace[T rt.Elem](t *rt.Task, start, stop float64, num int, endpoint bool, offset, n int) (*rt.Block[T], error) {
	out := rt.Alloc[T](t, []int{n})
	s := NewLinspaceSource[T](start, stop, num, endpoint, offset)
	s.Fill(out.Data)
	return out, nil
}

// spaced sets d to numbers of a Linspace, beginning with number offset.
func spaced(d []float64, start, stop float64, num int, endpoint bool, offset int) {
	div := num
	if endpoint {
		div--
	}
	step := (stop - start) / float64(max(div, 1))
	for i := range d {
		k := offset + i
		v := start + float64(float64(k)*step)
		if step == 0 && div > 0 { // underflow
			v = start + float64(float64(k)/float64(div)*(stop-start))
		}
		if endpoint && k == num-1 && num > 1 {
			v = stop
		}
		d[i] = v
	}
}

// fromFloats converts floats to the elements of dst, integers rounded down.
func fromFloats(dst any, src []float64) {
	switch d := dst.(type) {
	case []int8:
		floorTo(d, src, rt.FloatToInt8)
	case []int16:
		floorTo(d, src, rt.FloatToInt16)
	case []int32:
		floorTo(d, src, rt.FloatToInt32)
	case []int64:
		floorTo(d, src, rt.FloatToInt64)
	case []uint8:
		floorTo(d, src, rt.FloatToUint8)
	case []uint16:
		floorTo(d, src, rt.FloatToUint16)
	case []uint32:
		floorTo(d, src, rt.FloatToUint32)
	case []uint64:
		floorTo(d, src, rt.FloatToUint64)
	default:
		convertReal(dst, src)
	}
}

func floorTo[T Integer](dst []T, src []float64, cast func(float64) T) {
	for i, v := range src {
		dst[i] = cast(math.Floor(v))
	}
}

// Eye makes a block of rows by cols with ones where column - row is k.
func Eye[T rt.Elem](t *rt.Task, rows, cols, k int) (*rt.Block[T], error) {
	out := rt.AllocZero[T](t, []int{rows, cols})
	one := oneOf[T]()
	for i := max(0, -k); i < rows && i+k < cols; i++ {
		out.Data[i*cols+i+k] = one
	}
	return out, nil
}

// oneOf returns the element 1, or true.
func oneOf[T rt.Elem]() T {
	var v T
	switch p := any(&v).(type) {
	case *bool:
		*p = true
	case *complex64:
		*p = 1
	case *complex128:
		*p = 1
	default:
		setOne(p)
	}
	return v
}

func setOne(p any) {
	switch p := p.(type) {
	case *int8:
		*p = 1
	case *int16:
		*p = 1
	case *int32:
		*p = 1
	case *int64:
		*p = 1
	case *uint8:
		*p = 1
	case *uint16:
		*p = 1
	case *uint32:
		*p = 1
	case *uint64:
		*p = 1
	case *float32:
		*p = 1
	case *float64:
		*p = 1
	}
}

// Int is a computed integer as a Go int.
func Int(i int64) int { return int(i) }

// IntOf is the element of a block of rank 0 as a Go int.
func IntOf[T Integer](x *rt.Block[T]) int { return int(x.At()) }

// Seed is a computed seed.
func Seed(i int) uint64 { return uint64(i) }

// ZerosLike makes a block of zeros with the shape of x.
func ZerosLike[In, T rt.Elem](t *rt.Task, x *rt.Block[In]) (*rt.Block[T], error) {
	return Zeros[T](t, x.Shape)
}

// OnesLike makes a block of ones with the shape of x.
func OnesLike[In, T rt.Elem](t *rt.Task, x *rt.Block[In]) (*rt.Block[T], error) {
	return Ones[T](t, x.Shape)
}

// FullLike makes a block with the shape of x and every element v.
func FullLike[In, T rt.Elem](t *rt.Task, x *rt.Block[In], v T) (*rt.Block[T], error) {
	return Full(t, x.Shape, v)
}
