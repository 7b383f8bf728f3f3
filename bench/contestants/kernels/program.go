package main

import (
	"context"

	"github.com/daskgen/daskgen/bench/kernels"
	"github.com/daskgen/daskgen/bench/kernels/table"
	rt "github.com/daskgen/daskgen/runtime"
)

// A program runs a graph on the operands that it takes.
type program func(in *inputs, opts ...rt.Option) ([]result, error)

// A result is an array that came out.
type result interface {
	// sample returns the elements that are compared. The array may hold the
	// same result once for each repeat.
	sample(n int, repeated bool) []float64
}

// ofOne makes a program of a function of one array.
func ofOne[T, U rt.Elem](f func(context.Context, *rt.Array[T], ...rt.Option) (*rt.Array[U], error)) program {
	return func(in *inputs, opts ...rt.Option) ([]result, error) {
		r, err := f(background, first[T](in), opts...)
		return []result{elements(r)}, err
	}
}

// ofTwo makes a program of a function of two arrays.
func ofTwo[T, U rt.Elem](f func(_ context.Context, a, b *rt.Array[T], _ ...rt.Option) (*rt.Array[U], error)) program {
	return func(in *inputs, opts ...rt.Option) ([]result, error) {
		r, err := f(background, first[T](in), second[T](in), opts...)
		return []result{elements(r)}, err
	}
}

// pair makes a program of a function of one array with two results.
func pair[T rt.Elem, R any](f func(context.Context, *rt.Array[T], ...rt.Option) (*R, error), split func(*R) (result, result)) program {
	return func(in *inputs, opts ...rt.Option) ([]result, error) {
		r, err := f(background, first[T](in), opts...)
		if err != nil {
			return nil, err
		}
		a, b := split(r)
		return []result{a, b}, nil
	}
}

// first and second are the operands of the element type T.
func first[T rt.Elem](in *inputs) *rt.Array[T]  { return pick[T](in.a64, in.a32) }
func second[T rt.Elem](in *inputs) *rt.Array[T] { return pick[T](in.b64, in.b32) }

func pick[T rt.Elem](x *rt.Array[float64], y *rt.Array[float32]) *rt.Array[T] {
	if a, ok := any(x).(*rt.Array[T]); ok {
		return a
	}
	return any(y).(*rt.Array[T])
}

// An array is a result of element type T.
type array[T rt.Elem] struct{ a *rt.Array[T] }

func elements[T rt.Elem](a *rt.Array[T]) result { return array[T]{a} }

func (x array[T]) sample(n int, repeated bool) []float64 {
	data := x.a.Data()
	if repeated {
		data = data[:len(data)/kernels.Repeats]
	}
	stride := 1
	if len(data) == n {
		stride = max(1, n/table.Samples)
	}
	out := make([]float64, 0, len(data)/stride)
	for i := 0; i < len(data); i += stride {
		out = append(out, number(data[i]))
	}
	return out
}

// number is an element as a float64.
func number[T rt.Elem](v T) float64 {
	switch v := any(v).(type) {
	case float64:
		return v
	case float32:
		return float64(v)
	case int64:
		return float64(v)
	case int32:
		return float64(v)
	case bool:
		if v {
			return 1
		}
		return 0
	}
	panic("bench: internal error: a result of an unexpected type")
}

// keep copies a block that is about to be released.
func keep(b any) result {
	switch b := b.(type) {
	case *rt.Block[float64]:
		return copied(b)
	case *rt.Block[float32]:
		return copied(b)
	case *rt.Block[int64]:
		return copied(b)
	case *rt.Block[int32]:
		return copied(b)
	case *rt.Block[bool]:
		return copied(b)
	}
	return nil
}

func copied[T rt.Elem](b *rt.Block[T]) result {
	data := append([]T{}, b.Elements()...)
	return elements(rt.FromData(data, len(data)))
}
