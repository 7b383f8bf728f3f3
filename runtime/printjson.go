package runtime

import (
	"encoding/json"
	"math"
	"reflect"
	"strconv"
	"strings"
)

// JSONValue returns v as JSON: arrays as nested lists, None as null, tuples as
// lists, bytes in base64, complex numbers as [re, im]; a float is written with
// a point or an exponent, and what JSON has no number for as "NaN", "Infinity"
// and "-Infinity". The members of a dict are sorted by key. Other types are
// written as by encoding/json.
func JSONValue(v any) ([]byte, error) { return appendJSON(nil, v) }

func appendJSON(dst []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case nil, None:
		return append(dst, "null"...), nil
	case ndarray:
		return v.json(dst), nil
	case float64:
		return jsonFloat(dst, v, 64), nil
	case float32:
		return jsonFloat(dst, float64(v), 32), nil
	case complex128:
		return jsonComplex(dst, v, 64), nil
	case complex64:
		return jsonComplex(dst, complex128(v), 32), nil
	case []byte, json.Marshaler:
		return marshalJSON(dst, v)
	case items:
		return jsonList(dst, v.items())
	}
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.Slice:
		return jsonList(dst, members(r))
	case reflect.Map:
		return jsonDict(dst, r)
	}
	return marshalJSON(dst, v)
}

func marshalJSON(dst []byte, v any) ([]byte, error) {
	b, err := json.Marshal(v)
	return append(dst, b...), err
}

func jsonList(dst []byte, vs []any) (_ []byte, err error) {
	dst = append(dst, '[')
	for i, v := range vs {
		if i > 0 {
			dst = append(dst, ',')
		}
		if dst, err = appendJSON(dst, v); err != nil {
			return nil, err
		}
	}
	return append(dst, ']'), nil
}

// jsonDict writes a dict. Its keys become strings, as Python's json does it.
func jsonDict(dst []byte, r reflect.Value) (_ []byte, err error) {
	dst = append(dst, '{')
	for i, e := range sortedEntries(r) {
		if i > 0 {
			dst = append(dst, ',')
		}
		key, ok := e.key.Interface().(string)
		if !ok {
			b, err := appendJSON(nil, e.key.Interface())
			if err != nil {
				return nil, err
			}
			key = strings.Trim(string(b), `"`)
		}
		if dst, err = marshalJSON(dst, key); err != nil {
			return nil, err
		}
		dst = append(dst, ':')
		if dst, err = appendJSON(dst, e.value.Interface()); err != nil {
			return nil, err
		}
	}
	return append(dst, '}'), nil
}

func jsonFloat(dst []byte, v float64, bits int) []byte {
	switch {
	case math.IsNaN(v):
		return append(dst, `"NaN"`...)
	case math.IsInf(v, 1):
		return append(dst, `"Infinity"`...)
	case math.IsInf(v, -1):
		return append(dst, `"-Infinity"`...)
	}
	return appendFloat(dst, v, bits, true)
}

func jsonComplex(dst []byte, v complex128, bits int) []byte {
	dst = jsonFloat(append(dst, '['), real(v), bits)
	dst = jsonFloat(append(dst, ','), imag(v), bits)
	return append(dst, ']')
}

func (a *Array[T]) json(dst []byte) []byte { return a.block().json(dst) }

// json writes the elements as nested lists.
func (b *Block[T]) json(dst []byte) []byte {
	vals := b.Elements()
	if len(b.Shape) == 0 {
		return jsonElems(dst, vals)
	}
	return jsonRows(dst, vals, b.Shape)
}

func jsonRows[T Elem](dst []byte, vals []T, shape []int) []byte {
	dst = append(dst, '[')
	if len(shape) == 1 {
		return append(jsonElems(dst, vals), ']')
	}
	for i := range shape[0] {
		if i > 0 {
			dst = append(dst, ',')
		}
		n := len(vals) / shape[0]
		dst = jsonRows(dst, vals[i*n:(i+1)*n], shape[1:])
	}
	return append(dst, ']')
}

// jsonElems writes numbers with commas between.
func jsonElems[T Elem](dst []byte, vals []T) []byte {
	for i, v := range vals {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = jsonElem(dst, v)
	}
	return dst
}

func jsonElem[T Elem](dst []byte, v T) []byte {
	switch v := any(v).(type) {
	case bool:
		return strconv.AppendBool(dst, v)
	case float32:
		return jsonFloat(dst, float64(v), 32)
	case float64:
		return jsonFloat(dst, v, 64)
	case complex64:
		return jsonComplex(dst, complex128(v), 32)
	case complex128:
		return jsonComplex(dst, v, 64)
	case uint64:
		return strconv.AppendUint(dst, v, 10)
	}
	return append(dst, word(v)...)
}
