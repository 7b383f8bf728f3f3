// Package evaluate holds what a generated program printed against the naive
// evaluation of its graph, task by task, without passes.
package evaluate

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"sort"

	"github.com/daskgen/daskgen/ir"
	rt "github.com/daskgen/daskgen/runtime"
	"github.com/daskgen/daskgen/stdops/ref"
)

// Compare evaluates the graph, whose .npy files are in dir, and compares its
// outputs with those in stdout, the JSON object that the program printed.
// Numbers may differ by 1e-9 of the largest magnitude of their array (1e-4 in
// single precision), as sums may be taken in another order.
func Compare(g *ir.Graph, dir string, stdout []byte) error {
	inputs, err := readInputs(g, dir)
	if err != nil {
		return err
	}
	want, err := ref.Graph(g, inputs)
	if err != nil {
		return fmt.Errorf("direct evaluation: %w", err)
	}
	d := json.NewDecoder(bytes.NewReader(stdout))
	d.UseNumber()
	var got map[string]any
	if err := d.Decode(&got); err != nil {
		return fmt.Errorf("the program's output is no JSON object: %w", err)
	}
	names := make([]string, 0, len(want))
	for name := range want {
		names = append(names, name)
	}
	sort.Strings(names)
	var wrong []error
	for _, name := range names {
		v, ok := got[name]
		if !ok {
			return fmt.Errorf("output %q is missing", name)
		}
		if err := equal(want[name], v); err != nil {
			wrong = append(wrong, fmt.Errorf("output %q (%s): %w", name, want[name].Type, err))
		}
	}
	if wrong != nil {
		return errors.Join(wrong...)
	}
	if len(got) != len(want) {
		return fmt.Errorf("%d outputs, want %d", len(got), len(want))
	}
	return nil
}

func readInputs(g *ir.Graph, dir string) (map[string]ref.Value, error) {
	inputs := map[string]ref.Value{}
	for _, l := range g.Layers {
		if l.Input == nil {
			continue
		}
		v, err := readNpy(l.Input.DType, filepath.Join(dir, l.Input.Source))
		if err != nil {
			return nil, err
		}
		inputs[l.Name] = v
	}
	return inputs, nil
}

func readNpy(d ir.DType, path string) (ref.Value, error) {
	switch d {
	case ir.Bool:
		return npy[bool](d, path)
	case ir.Int8:
		return npy[int8](d, path)
	case ir.Int16:
		return npy[int16](d, path)
	case ir.Int32:
		return npy[int32](d, path)
	case ir.Int64:
		return npy[int64](d, path)
	case ir.Uint8:
		return npy[uint8](d, path)
	case ir.Uint16:
		return npy[uint16](d, path)
	case ir.Uint32:
		return npy[uint32](d, path)
	case ir.Uint64:
		return npy[uint64](d, path)
	case ir.Float32:
		return npy[float32](d, path)
	case ir.Float64:
		return npy[float64](d, path)
	case ir.Complex64:
		return npy[complex64](d, path)
	default:
		return npy[complex128](d, path)
	}
}

func npy[T rt.Elem](d ir.DType, path string) (ref.Value, error) {
	a, err := rt.OpenNpy[T](path)
	if err != nil {
		return ref.Value{}, err
	}
	defer a.Close()
	var elems []any
	for _, x := range a.Data() {
		elems = append(elems, x)
	}
	shape := make([]int64, len(a.Shape()))
	for i, n := range a.Shape() {
		shape[i] = int64(n)
	}
	return ref.Block(d, elems, shape...), nil
}

// equal compares a value with its JSON form.
func equal(want ref.Value, got any) error {
	switch want.Type.Kind {
	case ir.TypeNone:
		if got != nil {
			return fmt.Errorf("got %v, want null", got)
		}
		return nil
	case ir.TypeBlock:
		return equalBlock(want, got)
	case ir.TypeScalar:
		return equalNumber(want.Elems[0], got, 0)
	case ir.TypeString:
		if got != want.Elems[0] {
			return fmt.Errorf("got %v, want %v", got, want.Elems[0])
		}
		return nil
	case ir.TypeList, ir.TypeTuple:
		items, ok := got.([]any)
		if !ok || len(items) != len(want.Items) {
			return fmt.Errorf("got %v, want %d items", got, len(want.Items))
		}
		for i, it := range want.Items {
			if err := equal(it, items[i]); err != nil {
				return fmt.Errorf("[%d]: %w", i, err)
			}
		}
		return nil
	}
	return fmt.Errorf("values of type %s are not compared", want.Type)
}

// equalBlock compares nested lists, shape and elements.
func equalBlock(want ref.Value, got any) error {
	scale := 0.0
	for _, x := range want.Elems {
		if m := magnitude(x); !math.IsInf(m, 0) && !math.IsNaN(m) {
			scale = max(scale, m)
		}
	}
	p := 0
	var walk func(v any, shape []int64) error
	walk = func(v any, shape []int64) error {
		if len(shape) == 0 {
			p++
			if err := equalNumber(want.Elems[p-1], v, scale); err != nil {
				return fmt.Errorf("element %d: %w", p-1, err)
			}
			return nil
		}
		items, ok := v.([]any)
		if !ok || int64(len(items)) != shape[0] {
			return fmt.Errorf("shape differs from %s: %v", ir.ShapeString(want.Type.Shape), v)
		}
		for _, it := range items {
			if err := walk(it, shape[1:]); err != nil {
				return err
			}
		}
		return nil
	}
	return walk(got, want.Type.Shape)
}

func magnitude(x any) float64 {
	re, im := parts(x)
	return math.Hypot(re, im)
}

// parts are the real and imaginary part of a float or complex number, and 0 of
// any other.
func parts(x any) (re, im float64) {
	switch v := x.(type) {
	case float32:
		return float64(v), 0
	case float64:
		return v, 0
	case complex64:
		return float64(real(v)), float64(imag(v))
	case complex128:
		return real(v), imag(v)
	}
	return 0, 0
}

func equalNumber(want, got any, scale float64) error {
	ok := false
	switch w := want.(type) {
	case bool:
		ok = got == w
	case float32:
		ok = near(float64(w), got, scale, 1e-4)
	case float64:
		ok = near(w, got, scale, 1e-9)
	case complex64, complex128:
		tol := 1e-9
		if _, single := w.(complex64); single {
			tol = 1e-4
		}
		re, im := parts(w)
		p, list := got.([]any)
		ok = list && len(p) == 2 && near(re, p[0], scale, tol) && near(im, p[1], scale, tol)
	default:
		ok = fmt.Sprint(got) == fmt.Sprint(want)
	}
	if !ok {
		return fmt.Errorf("got %v, want %v", got, want)
	}
	return nil
}

// near compares a float with its JSON form: a number, or the name of a special
// value.
func near(want float64, got any, scale, tol float64) bool {
	switch g := got.(type) {
	case json.Number:
		f, err := g.Float64()
		if tol > 1e-6 {
			f = float64(float32(f)) // what the shortest digits of a float32 stand for
		}
		return err == nil && math.Abs(f-want) <= tol*max(scale, math.Abs(want)) || err == nil && f == want
	case string:
		return g == map[bool]string{true: "NaN"}[math.IsNaN(want)] ||
			g == map[bool]string{true: "Infinity"}[math.IsInf(want, 1)] ||
			g == map[bool]string{true: "-Infinity"}[math.IsInf(want, -1)]
	}
	return false
}
