package runtime

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// FormatValue writes v as Python's print would: arrays as NumPy 2 shows them
// (summarised above 1000 elements), numbers, strings, lists, tuples and dicts
// as Python does. The members of a dict are sorted by key. Values of other
// types are written as by fmt.
func FormatValue(w io.Writer, v any) error {
	s, ok := v.(string)
	if !ok {
		s = pyString(v)
	}
	_, err := io.WriteString(w, s)
	return err
}

// ndarray is implemented by blocks and arrays of all dtypes.
type ndarray interface {
	str() string
	repr() string
	json(dst []byte) []byte
}

// items is implemented by tuples.
type items interface{ items() []any }

// pyString returns v as it stands in a list of Python: strings quoted, arrays
// as array(...). At the top, arrays stand without.
func pyString(v any) string {
	if a, ok := v.(ndarray); ok {
		return a.str()
	}
	return pyRepr(v)
}

func pyRepr(v any) string {
	switch v := v.(type) {
	case nil, None:
		return "None"
	case bool:
		return pyBool(v)
	case float64:
		return pyFloat(v, 64)
	case float32:
		return pyFloat(float64(v), 32)
	case complex128:
		return pyComplex(v, 64)
	case complex64:
		return pyComplex(complex128(v), 32)
	case string:
		return pyQuote(v, "")
	case []byte:
		return pyQuote(string(v), "b")
	case ndarray:
		return v.repr()
	case items:
		return "(" + joinRepr(v.items()) + ")"
	case fmt.Stringer:
		return v.String()
	}
	r := reflect.ValueOf(v)
	switch r.Kind() {
	case reflect.Slice:
		return "[" + joinRepr(members(r)) + "]"
	case reflect.Map:
		return pyDict(r)
	}
	return fmt.Sprint(v)
}

// members returns the elements of a slice.
func members(r reflect.Value) []any {
	out := make([]any, r.Len())
	for i := range out {
		out[i] = r.Index(i).Interface()
	}
	return out
}

func joinRepr(vs []any) string {
	s := make([]string, len(vs))
	for i, v := range vs {
		s[i] = pyRepr(v)
	}
	return strings.Join(s, ", ")
}

func pyDict(r reflect.Value) string {
	var s []string
	for _, e := range sortedEntries(r) {
		s = append(s, pyRepr(e.key.Interface())+": "+pyRepr(e.value.Interface()))
	}
	return "{" + strings.Join(s, ", ") + "}"
}

// An entry is an entry of a dict.
type entry struct{ key, value reflect.Value }

// sortedEntries returns the entries of a dict in ascending order of the keys.
func sortedEntries(r reflect.Value) []entry {
	var entries []entry
	for it := r.MapRange(); it.Next(); {
		entries = append(entries, entry{it.Key(), it.Value()})
	}
	slices.SortFunc(entries, func(e, f entry) int {
		switch a, b := e.key, f.key; {
		case a.CanInt():
			return cmp.Compare(a.Int(), b.Int())
		case a.CanUint():
			return cmp.Compare(a.Uint(), b.Uint())
		case a.CanFloat():
			return cmp.Compare(a.Float(), b.Float())
		default:
			return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b))
		}
	})
	return entries
}

func pyBool(v bool) string {
	if v {
		return "True"
	}
	return "False"
}

// pyFloat writes a number as Python's repr, or NumPy's str of a scalar of so
// many bits: the fewest digits that identify it.
func pyFloat(v float64, bits int) string { return string(appendFloat(nil, v, bits, true)) }

// pyFloatShort is pyFloat without the ".0" of whole numbers.
func pyFloatShort(v float64, bits int) string { return string(appendFloat(nil, v, bits, false)) }

// appendFloat appends a number; with point, whole numbers end in ".0".
func appendFloat(dst []byte, v float64, bits int, point bool) []byte {
	switch abs := math.Abs(v); {
	case math.IsNaN(v):
		return append(dst, "nan"...)
	case math.IsInf(v, 1):
		return append(dst, "inf"...)
	case math.IsInf(v, -1):
		return append(dst, "-inf"...)
	case abs != 0 && abs < 1e-4 || abs >= positionalLimit(bits):
		return strconv.AppendFloat(dst, v, 'e', -1, bits)
	}
	dst = strconv.AppendFloat(dst, v, 'f', -1, bits)
	if point && v == math.Trunc(v) {
		dst = append(dst, ".0"...)
	}
	return dst
}

// positionalLimit is the number from which on scalars are written with an
// exponent.
func positionalLimit(bits int) float64 {
	if bits == 32 {
		return 1e6
	}
	return 1e16
}

// pyComplex writes a complex number whose parts have so many bits.
func pyComplex(v complex128, bits int) string {
	im := pyFloatShort(imag(v), bits)
	if re := real(v); re != 0 || 1/re < 0 {
		if im[0] != '-' {
			im = "+" + im
		}
		return "(" + pyFloatShort(re, bits) + im + "j)"
	}
	return im + "j"
}
