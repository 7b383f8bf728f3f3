package kernel

import (
	"math"
	"unsafe"

	rt "github.com/daskgen/daskgen/runtime"
)

// Exact quantiles of an array of many blocks. Each element has a sort key, an
// unsigned integer of its size that is ordered as the elements are; NaN, of
// either sign, has the greatest. The digits of the keys of the order statistics
// are found one after the other, the most significant first, in a pass over the
// blocks for each: a block counts its elements by digit, the counts are added,
// and say which digit the element of a rank has. The memory that it takes does
// not depend on the number of elements, nor the result on how they are cut into
// blocks.
//
// The state is a row for each of the two elements beside a quantile.
const (
	statePrefix = iota // the digits found
	stateRank          // how many elements that have them come before
	stateWeight        // the weight of the second element, as the bits of a float64; NaN: the result is NaN
	stateWidth
)

// keyBits returns the size of the elements' keys and that of a digit.
func keyBits[T rt.Elem]() (key, digit int) {
	key = 8 * int(unsafe.Sizeof(*new(T)))
	return key, min(16, key)
}

// A DigitCount counts elements by a digit of their keys, in a row for each row
// of a state: those whose digits before it are those of the row. Rows that are
// equal to one before are left empty.
type DigitCount[T rt.Elem] struct {
	t       *rt.Task
	out     *rt.Block[int64]
	targets []digitTarget
	above   int // bits of a key behind the digits before,
	below   int // and behind the digit
	mask    uint64
	keys    []uint64
}

// A digitTarget is what is counted in a row.
type digitTarget struct {
	prefix uint64
	counts []int64
}

// NewDigitCount returns a count of the first digit of all elements.
func NewDigitCount[T rt.Elem](t *rt.Task, _ []int) *DigitCount[T] {
	c := newDigitCount[T](t, 1, 0)
	c.targets = []digitTarget{{0, c.out.Data}}
	return c
}

// NewDigitCountNext returns a count of digit n of the elements that have the
// digits of a state.
func NewDigitCountNext[T rt.Elem](t *rt.Task, _ []int, state *rt.Block[uint64], n int) *DigitCount[T] {
	rows, s := state.Shape[0], state.Elements()
	c := newDigitCount[T](t, rows, n)
	bins := len(c.out.Data) / rows
	for i := range rows {
		if firstRow(s, i) == i {
			c.targets = append(c.targets, digitTarget{s[i*stateWidth+statePrefix], c.out.Data[i*bins : (i+1)*bins]})
		}
	}
	return c
}

func newDigitCount[T rt.Elem](t *rt.Task, rows, n int) *DigitCount[T] {
	key, digit := keyBits[T]()
	out := rt.AllocZero[int64](t, []int{rows, 1 << digit})
	return &DigitCount[T]{t: t, out: out, above: key - n*digit, below: key - (n+1)*digit, mask: uint64(1)<<digit - 1, keys: rt.Scratch[uint64](t)}
}

// Add implements Accumulator.
func (c *DigitCount[T]) Add(strip []T) {
	for len(strip) > 0 {
		keys := c.keys[:min(len(strip), len(c.keys))]
		sortKeys(keys, any(strip[:len(keys)]))
		for _, g := range c.targets {
			c.count(g, keys)
		}
		strip = strip[len(keys):]
	}
}

// count counts the keys that belong to a row. A shift by all bits of a key, as
// of the first digit, leaves 0, the prefix of its row.
func (c *DigitCount[T]) count(g digitTarget, keys []uint64) {
	above, below, counts := uint(c.above), uint(c.below), g.counts[:c.mask+1]
	for _, k := range keys {
		if k>>above == g.prefix {
			counts[k>>below&c.mask]++
		}
	}
}

// Result implements Accumulator.
func (c *DigitCount[T]) Result() (*rt.Block[int64], error) {
	rt.FreeScratch(c.t, c.keys)
	return c.out, nil
}

// firstRow returns the first row of a state with the digits of row i.
func firstRow(s []uint64, i int) int {
	for j := range i {
		if s[j*stateWidth+statePrefix] == s[i*stateWidth+statePrefix] {
			return j
		}
	}
	return i
}

// sortKeys writes the keys of elements.
func sortKeys(keys []uint64, elems any) {
	switch x := elems.(type) {
	case []bool:
		unsignedKeys(keys, bytesOf(x))
	case []uint8:
		unsignedKeys(keys, x)
	case []uint16:
		unsignedKeys(keys, x)
	case []uint32:
		unsignedKeys(keys, x)
	case []uint64:
		unsignedKeys(keys, x)
	case []int8:
		for i, v := range x {
			keys[i] = uint64(uint8(v) ^ 1<<7)
		}
	case []int16:
		for i, v := range x {
			keys[i] = uint64(uint16(v) ^ 1<<15)
		}
	case []int32:
		for i, v := range x {
			keys[i] = uint64(uint32(v) ^ 1<<31)
		}
	case []int64:
		for i, v := range x {
			keys[i] = uint64(v) ^ 1<<63
		}
	case []float32:
		for i, v := range x {
			b := math.Float32bits(v)
			b ^= uint32(int32(b)>>31) | 1<<31
			if v != v {
				b = math.MaxUint32
			}
			keys[i] = uint64(b)
		}
	case []float64:
		for i, v := range x {
			b := math.Float64bits(v)
			b ^= uint64(int64(b)>>63) | 1<<63
			if v != v {
				b = math.MaxUint64
			}
			keys[i] = b
		}
	}
}

func unsignedKeys[U uint8 | uint16 | uint32 | uint64](keys []uint64, x []U) {
	keys = keys[:len(x)]
	for i, v := range x {
		keys[i] = uint64(v)
	}
}

// elementOf returns the element that has a key.
func elementOf[R Real](key uint64) R {
	var r R
	switch p := any(&r).(type) {
	case *uint8:
		*p = uint8(key)
	case *uint16:
		*p = uint16(key)
	case *uint32:
		*p = uint32(key)
	case *uint64:
		*p = key
	case *int8:
		*p = int8(uint8(key) ^ 1<<7)
	case *int16:
		*p = int16(uint16(key) ^ 1<<15)
	case *int32:
		*p = int32(uint32(key) ^ 1<<31)
	case *int64:
		*p = int64(key ^ 1<<63)
	case *float32:
		b := uint32(key)
		*p = math.Float32frombits(b ^ (uint32(int32(^b)>>31) | 1<<31))
	case *float64:
		*p = math.Float64frombits(key ^ (uint64(int64(^key)>>63) | 1<<63))
	}
	return r
}

// QuantileSelect begins the state for the quantiles q: from the counts of the
// first digit of all elements it takes their number, how many are NaN if they
// are floats, and thereby the ranks that are looked for.
func QuantileSelect(t *rt.Task, counts *rt.Block[int64], q []float64, method string, skipnan, floats bool) (*rt.Block[uint64], error) {
	c := counts.Elements()
	n, nans := int64(0), int64(0)
	for _, v := range c {
		n += v
	}
	if floats {
		nans = c[len(c)-1]
	}
	state := rt.Alloc[uint64](t, []int{2 * len(q), stateWidth})
	for i, f := range q {
		p := position{t: math.NaN()}
		if n > nans && (nans == 0 || skipnan) {
			p = positionOf(method, int(n-nans), f)
		}
		for j, rank := range []int{p.lo, p.hi} {
			row := state.Data[(2*i+j)*stateWidth:][:stateWidth]
			row[statePrefix], row[stateRank], row[stateWeight] = 0, uint64(rank), math.Float64bits(p.t)
			descend(row, c)
		}
	}
	return state, nil
}

// QuantileSelectNext finds the next digit of each row of the state.
func QuantileSelectNext(t *rt.Task, counts *rt.Block[int64], state *rt.Block[uint64]) (*rt.Block[uint64], error) {
	out := rt.Alloc[uint64](t, state.Shape)
	s, c, bins := state.Elements(), counts.Elements(), counts.Shape[1]
	copy(out.Data, s)
	for i := range state.Shape[0] {
		first := firstRow(s, i)
		descend(out.Data[i*stateWidth:][:stateWidth], c[first*bins:][:bins])
	}
	return out, nil
}

// descend finds the digit of the element of a row's rank.
func descend(row []uint64, counts []int64) {
	rank, d := int64(row[stateRank]), 0
	for d+1 < len(counts) && rank >= counts[d] {
		rank -= counts[d]
		d++
	}
	row[statePrefix] = row[statePrefix]*uint64(len(counts)) + uint64(d)
	row[stateRank] = uint64(rank)
}

// QuantileAgg returns the quantiles of elements of type T whose keys are all
// found, with keepdims axes of length 1, behind the axis of quantiles unless
// single is true.
func QuantileAgg[T, Out rt.Elem](t *rt.Task, state *rt.Block[uint64], median, discrete, single bool, keepdims int) (*rt.Block[Out], error) {
	shape := []int{state.Shape[0] / 2}
	if single {
		shape = nil
	}
	out := rt.Alloc[Out](t, append(shape, repeated(keepdims, 1)...))
	s := &quantiler{discrete: discrete}
	if median {
		s.method = "median"
	}
	rows := state.Elements()
	for i := range len(out.Data) {
		a, b := rows[2*i*stateWidth:][:stateWidth], rows[(2*i+1)*stateWidth:][:stateWidth]
		if w := math.Float64frombits(a[stateWeight]); w != w {
			putNaN(any(out.Data), i)
		} else {
			putKeys[T](any(out.Data), i, a[statePrefix], b[statePrefix], w, s)
		}
	}
	return out, nil
}

// putKeys is put for the elements of two keys.
func putKeys[T rt.Elem](out any, at int, a, b uint64, t float64, s *quantiler) {
	switch zero[T]().(type) {
	case bool, uint8:
		put(out, at, elementOf[uint8](a), elementOf[uint8](b), t, s)
	case uint16:
		put(out, at, elementOf[uint16](a), elementOf[uint16](b), t, s)
	case uint32:
		put(out, at, elementOf[uint32](a), elementOf[uint32](b), t, s)
	case uint64:
		put(out, at, elementOf[uint64](a), elementOf[uint64](b), t, s)
	case int8:
		put(out, at, elementOf[int8](a), elementOf[int8](b), t, s)
	case int16:
		put(out, at, elementOf[int16](a), elementOf[int16](b), t, s)
	case int32:
		put(out, at, elementOf[int32](a), elementOf[int32](b), t, s)
	case int64:
		put(out, at, elementOf[int64](a), elementOf[int64](b), t, s)
	case float32:
		put(out, at, elementOf[float32](a), elementOf[float32](b), t, s)
	case float64:
		put(out, at, elementOf[float64](a), elementOf[float64](b), t, s)
	}
}
