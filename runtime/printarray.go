package runtime

import (
	"slices"
	"strconv"
	"strings"
)

// NumPy's print options.
const (
	printThreshold = 1000 // elements above which an array is summarised
	printEdge      = 3    // elements shown at either end of a summarised axis
	printWidth     = 75   // characters in a line
	printPrecision = 8    // digits after the point
)

func (a *Array[T]) str() string  { return a.block().str() }
func (a *Array[T]) repr() string { return a.block().repr() }

// str writes the block as print does: numpy.array_str.
func (b *Block[T]) str() string {
	if len(b.Shape) == 0 {
		return scalarString(b.At())
	}
	return b.text(" ", "", "")
}

// repr writes the block as numpy.array_repr does. Blocks of rank 0 are NumPy's
// scalars, and are written like Python's.
func (b *Block[T]) repr() string {
	if len(b.Shape) == 0 {
		return scalarString(b.At())
	}
	const prefix = "array("
	s := prefix + b.text(", ", prefix, ")")
	var extras []string
	n, dtype := b.Size(), DTypeName[T]()
	if n == 0 && len(b.Shape) != 1 || n > printThreshold {
		extras = append(extras, "shape="+shapeString(b.Shape))
	}
	if n == 0 || !slices.Contains([]string{"bool", "int64", "float64", "complex128"}, dtype) {
		extras = append(extras, "dtype="+dtype)
	}
	if extras == nil {
		return s + ")"
	}
	s += ","
	tail, space := strings.Join(extras, ", ")+")", " "
	if len(s)-strings.LastIndexByte(s, '\n')+len(tail) > printWidth {
		space = "\n" + strings.Repeat(" ", len(prefix))
	}
	return s + space + tail
}

// text is numpy.array2string.
func (b *Block[T]) text(sep, prefix, suffix string) string {
	n := b.Size()
	if n == 0 {
		return "[]"
	}
	l := layout{shape: b.Shape, sep: sep, summary: n > printThreshold}
	shown := make([][]int, len(b.Shape))
	for k, d := range b.Shape {
		shown[k] = l.shown(d)
	}
	l.words = words(b.corners(nil, shown, b.Offset))
	return l.nested(0, " "+strings.Repeat(" ", len(prefix)), printWidth-len(suffix))
}

// corners appends the elements at the product of the indices in C order.
func (b *Block[T]) corners(dst []T, indices [][]int, pos int) []T {
	k := len(b.Shape) - len(indices)
	if len(indices) == 0 {
		return append(dst, b.Data[pos])
	}
	for _, i := range indices[0] {
		dst = b.corners(dst, indices[1:], pos+i*b.Strides[k])
	}
	return dst
}

// A layout puts words into rows and brackets.
type layout struct {
	shape   []int
	sep     string
	summary bool     // leave out the middle of long axes
	words   []string // still to come, in C order
}

// shown returns which indices of an axis are printed.
func (l *layout) shown(n int) []int {
	idx := make([]int, 0, min(n, printThreshold))
	for i := range n {
		if i == printEdge && l.cut(n) {
			for j := n - printEdge; j < n; j++ {
				idx = append(idx, j)
			}
			break
		}
		idx = append(idx, i)
	}
	return idx
}

// cut says whether the middle of an axis is left out.
func (l *layout) cut(n int) bool { return l.summary && n > 2*printEdge }

// nested writes an axis and those within it. The first line is not indented.
func (l *layout) nested(axis int, indent string, width int) string {
	if axis == len(l.shape)-1 {
		return l.row(indent, width)
	}
	var s strings.Builder
	s.WriteByte('[')
	end := strings.TrimRight(l.sep, " ") + strings.Repeat("\n", len(l.shape)-axis-1)
	n := l.shape[axis]
	for k := range l.shown(n) {
		if k > 0 {
			s.WriteString(end + indent)
		}
		if k == printEdge && l.cut(n) {
			s.WriteString("..." + end + indent)
		}
		s.WriteString(l.nested(axis+1, indent+" ", width-1))
	}
	s.WriteByte(']')
	return s.String()
}

// row writes the last axis, on as many lines as it needs.
func (l *layout) row(indent string, width int) string {
	var s strings.Builder
	line, last := indent, false
	put := func(word string) {
		if len(line)+len(word) > width-1 && len(line) > len(indent) {
			s.WriteString(strings.TrimRight(line, " ") + "\n")
			line = indent
		}
		line += word
		if !last {
			line += l.sep
		}
	}
	n := l.shape[len(l.shape)-1]
	count := len(l.shown(n))
	for k := range count {
		if k == printEdge && l.cut(n) {
			put("...")
		}
		last = k == count-1
		put(l.words[k])
	}
	l.words = l.words[count:]
	s.WriteString(line)
	return "[" + s.String()[len(indent):] + "]"
}

// scalarString writes an element on its own.
func scalarString[T Elem](v T) string {
	switch v := any(v).(type) {
	case bool:
		return pyBool(v)
	case float32:
		return pyFloat(float64(v), 32)
	case float64:
		return pyFloat(v, 64)
	case complex64:
		return pyComplex(complex128(v), 32)
	case complex128:
		return pyComplex(v, 64)
	}
	return word(v)
}

// word writes an integer.
func word[T Elem](v T) string {
	switch v := any(v).(type) {
	case int8:
		return strconv.Itoa(int(v))
	case int16:
		return strconv.Itoa(int(v))
	case int32:
		return strconv.Itoa(int(v))
	case int64:
		return strconv.FormatInt(v, 10)
	case uint8:
		return strconv.Itoa(int(v))
	case uint16:
		return strconv.Itoa(int(v))
	case uint32:
		return strconv.FormatUint(uint64(v), 10)
	case uint64:
		return strconv.FormatUint(v, 10)
	}
	panic("runtime: internal error: not an integer")
}

// words writes elements as they stand in an array: padded to the same width,
// floats with as many digits as the array needs.
func words[T Elem](vals []T) []string {
	out := make([]string, len(vals))
	switch vals := any(vals).(type) {
	case []bool:
		for i, v := range vals {
			out[i] = "False"
			if v {
				out[i] = " True"
			}
		}
	case []float32:
		floatWords(out, widen(vals), 32, false)
	case []float64:
		floatWords(out, vals, 64, false)
	case []complex64:
		wide := make([]complex128, len(vals))
		for i, v := range vals {
			wide[i] = complex128(v)
		}
		complexWords(out, wide, 32)
	case []complex128:
		complexWords(out, vals, 64)
	default:
		return intWords(out, any(vals).([]T))
	}
	return out
}

func intWords[T Elem](out []string, vals []T) []string {
	width := 0
	for i, v := range vals {
		out[i] = word(v)
		width = max(width, len(out[i]))
	}
	for i, s := range out {
		out[i] = strings.Repeat(" ", width-len(s)) + s
	}
	return out
}

func widen(vals []float32) []float64 {
	out := make([]float64, len(vals))
	for i, v := range vals {
		out[i] = float64(v)
	}
	return out
}

func complexWords(out []string, vals []complex128, bits int) {
	re, im := make([]float64, len(vals)), make([]float64, len(vals))
	for i, v := range vals {
		re[i], im[i] = real(v), imag(v)
	}
	ims := make([]string, len(vals))
	floatWords(out, re, bits, false)
	floatWords(ims, im, bits, true)
	for i, s := range ims {
		digits := strings.TrimRight(s, " ")
		out[i] += digits + "j" + s[len(digits):]
	}
}
