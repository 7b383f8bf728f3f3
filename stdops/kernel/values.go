package kernel

import (
	"errors"
	"fmt"
	"unicode/utf8"

	rt "github.com/daskgen/daskgen/runtime"
)

// This file holds the kernels on Go values: scalars, strings, lists, tuples
// and dicts of plain graphs.

// Identity returns v itself.
func Identity[V any](_ *rt.Task, v V) (V, error) { return rt.Retain(v), nil }

// SumValues returns the sum of a list of numbers, 0 for none.
func SumValues[T int64 | float64 | complex128](_ *rt.Task, list []T) (T, error) {
	var s T
	for _, v := range list {
		s += v
	}
	return s, nil
}

// CountTrue returns the sum of a list of bools: how many are true.
func CountTrue(_ *rt.Task, list []bool) (int64, error) {
	n := int64(0)
	for _, v := range list {
		n += rt.Num[int64](v)
	}
	return n, nil
}

// ProdValues returns the product of a list of numbers, 1 for none.
func ProdValues[T int64 | float64](_ *rt.Task, list []T) (T, error) {
	p := T(1)
	for _, v := range list {
		p *= v
	}
	return p, nil
}

// ErrEmpty is the error of the extrema of an empty list.
var ErrEmpty = errors.New("the list is empty")

// MinValues returns the smallest number or string of a list, the first of
// equal ones.
func MinValues[T int64 | float64 | string](_ *rt.Task, list []T) (T, error) {
	return first(list, func(a, b T) bool { return a < b })
}

// MaxValues returns the largest number or string of a list, the first of equal
// ones.
func MaxValues[T int64 | float64 | string](_ *rt.Task, list []T) (T, error) {
	return first(list, func(a, b T) bool { return a > b })
}

// first returns the first element that no other is before.
func first[T any](list []T, before func(a, b T) bool) (T, error) {
	if len(list) == 0 {
		var zero T
		return zero, ErrEmpty
	}
	m := list[0]
	for _, v := range list[1:] {
		if before(v, m) {
			m = v
		}
	}
	return m, nil
}

// AnyValues says whether a bool of a list is true.
func AnyValues(t *rt.Task, list []bool) (bool, error) {
	n, err := CountTrue(t, list)
	return n > 0, err
}

// AllValues says whether all bools of a list are true.
func AllValues(t *rt.Task, list []bool) (bool, error) {
	n, err := CountTrue(t, list)
	return n == int64(len(list)), err
}

// Len returns the length of a list or of bytes.
func Len[V any](_ *rt.Task, list []V) (int64, error) { return int64(len(list)), nil }

// LenString returns the number of characters of a string.
func LenString(_ *rt.Task, s string) (int64, error) { return int64(utf8.RuneCountInString(s)), nil }

// LenDict returns the number of entries of a dict.
func LenDict[K comparable, V any](_ *rt.Task, dict map[K]V) (int64, error) {
	return int64(len(dict)), nil
}

// LenBlock returns the length of a block's first axis.
func LenBlock[T rt.Elem](_ *rt.Task, x *rt.Block[T]) (int64, error) {
	if x.Rank() == 0 {
		return 0, errors.New("an array of rank 0 has no length")
	}
	return int64(x.Shape[0]), nil
}

// ListItem returns element i of a list, counted from the end when i is
// negative.
func ListItem[V any](_ *rt.Task, list []V, i int) (V, error) {
	if i < -len(list) || i >= len(list) {
		var zero V
		return zero, fmt.Errorf("list index %d is out of range for a list of %d", i, len(list))
	}
	if i < 0 {
		i += len(list)
	}
	return rt.Retain(list[i]), nil
}

// ListSlice returns the elements of a list that a slice (an Index of All,
// From, To, Range or By) selects.
func ListSlice[V any](_ *rt.Task, list []V, slice Index) ([]V, error) {
	if slice.step == 0 {
		return nil, errors.New("slice step cannot be zero")
	}
	lo, n := slice.bounds(len(list))
	part := make([]V, n)
	for k := range part {
		part[k] = rt.Retain(list[lo+k*slice.step])
	}
	return part, nil
}

// StringItem returns character i of a string, counted from the end when i is
// negative.
func StringItem(t *rt.Task, s string, i int) (string, error) {
	r, err := ListItem(t, []rune(s), i)
	if err != nil {
		return "", fmt.Errorf("string index %d is out of range for %q", i, s)
	}
	return string(r), nil
}

// StringSlice returns the characters of a string that a slice selects.
func StringSlice(t *rt.Task, s string, slice Index) (string, error) {
	r, err := ListSlice(t, []rune(s), slice)
	return string(r), err
}

// DictItem returns the value of a key in a dict.
func DictItem[K comparable, V any](_ *rt.Task, dict map[K]V, key K) (V, error) {
	v, ok := dict[key]
	if !ok {
		if s, isString := any(key).(string); isString {
			return v, fmt.Errorf("key %q is not in the dict", s)
		}
		return v, fmt.Errorf("key %v is not in the dict", key)
	}
	return rt.Retain(v), nil
}

// Tuple2Item0 returns member 0 of a pair.
func Tuple2Item0[A, B any](_ *rt.Task, x rt.Tuple2[A, B]) (A, error) { return rt.Retain(x.V0), nil }

// Tuple2Item1 returns member 1 of a pair.
func Tuple2Item1[A, B any](_ *rt.Task, x rt.Tuple2[A, B]) (B, error) { return rt.Retain(x.V1), nil }

// Tuple3Item0 returns member 0 of a triple.
func Tuple3Item0[A, B, C any](_ *rt.Task, x rt.Tuple3[A, B, C]) (A, error) {
	return rt.Retain(x.V0), nil
}

// Tuple3Item1 returns member 1 of a triple.
func Tuple3Item1[A, B, C any](_ *rt.Task, x rt.Tuple3[A, B, C]) (B, error) {
	return rt.Retain(x.V1), nil
}

// Tuple3Item2 returns member 2 of a triple.
func Tuple3Item2[A, B, C any](_ *rt.Task, x rt.Tuple3[A, B, C]) (C, error) {
	return rt.Retain(x.V2), nil
}

// Tuple4Item0 returns member 0 of a tuple of four.
func Tuple4Item0[A, B, C, D any](_ *rt.Task, x rt.Tuple4[A, B, C, D]) (A, error) {
	return rt.Retain(x.V0), nil
}

// Tuple4Item1 returns member 1 of a tuple of four.
func Tuple4Item1[A, B, C, D any](_ *rt.Task, x rt.Tuple4[A, B, C, D]) (B, error) {
	return rt.Retain(x.V1), nil
}

// Tuple4Item2 returns member 2 of a tuple of four.
func Tuple4Item2[A, B, C, D any](_ *rt.Task, x rt.Tuple4[A, B, C, D]) (C, error) {
	return rt.Retain(x.V2), nil
}

// Tuple4Item3 returns member 3 of a tuple of four.
func Tuple4Item3[A, B, C, D any](_ *rt.Task, x rt.Tuple4[A, B, C, D]) (D, error) {
	return rt.Retain(x.V3), nil
}
