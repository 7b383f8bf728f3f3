package runtime

import (
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
	for _, k := range sortedKeys(r) {
		s = append(s, pyRepr(k.Interface())+": "+pyRepr(r.MapIndex(k).Interface()))
	}
	return "{" + strings.Join(s, ", ") + "}"
}

// sortedKeys returns the keys of a dict in ascending order.
func sortedKeys(r reflect.Value) []reflect.Value {
	keys := r.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int {
		switch {
		case a.CanInt():
			return compare(a.Int(), b.Int())
		case a.CanUint():
			return compare(a.Uint(), b.Uint())
		case a.CanFloat():
			return compare(a.Float(), b.Float())
		default:
			return strings.Compare(fmt.Sprint(a), fmt.Sprint(b))
		}
	})
	return keys
}

func compare[T int64 | uint64 | float64](a, b T) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func pyBool(v bool) string {
	if v {
		return "True"
	}
	return "False"
}

// pyFloat writes a number as Python's repr, or NumPy's str of a scalar of so
// many bits: the fewest digits that identify it.
func pyFloat(v float64, bits int) string {
	s := pyFloatShort(v, bits)
	if strings.Trim(s, "-0123456789") == "" {
		s += ".0"
	}
	return s
}

// pyFloatShort is pyFloat without the ".0" of whole numbers.
func pyFloatShort(v float64, bits int) string {
	switch abs := math.Abs(v); {
	case math.IsNaN(v):
		return "nan"
	case math.IsInf(v, 1):
		return "inf"
	case math.IsInf(v, -1):
		return "-inf"
	case abs != 0 && abs < 1e-4 || abs >= positionalLimit(bits):
		return strconv.FormatFloat(v, 'e', -1, bits)
	}
	return strconv.FormatFloat(v, 'f', -1, bits)
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

// pyQuote writes a string or, with the prefix b, bytes as a Python literal.
func pyQuote(s, prefix string) string {
	quote := byte('\'')
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		quote = '"'
	}
	var b strings.Builder
	b.WriteString(prefix)
	b.WriteByte(quote)
	for len(s) > 0 {
		n := 1
		if prefix == "" {
			n = writeRune(&b, s, quote)
		} else {
			writeByte(&b, s[0], quote)
		}
		s = s[n:]
	}
	b.WriteByte(quote)
	return b.String()
}
