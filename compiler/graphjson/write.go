package graphjson

import (
	"bufio"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/daskgen/daskgen/ir"
)

// Write writes a graph in canonical form: members in the order of the
// documentation, a task, layer, input or output on each line. A layer of one
// case whose accesses and literals are affine is written as a layer, any other
// as its tasks. Graphs with extents that are only known at run time, or with
// Go expressions as literals, have no form in graph.json: that is an error.
//
// Reading what was written gives a graph of the same tasks.
func Write(w io.Writer, g *ir.Graph) error {
	wr := &writer{w: bufio.NewWriterSize(w, 1<<16), form: map[*ir.Layer]bool{}}
	for _, l := range g.Layers {
		if !l.Grid.Constant() {
			return fmt.Errorf("layer %q has extents that are only known at run time: it has no form in graph.json", l.Name)
		}
	}
	for _, l := range g.Layers {
		wr.form[l] = l.Input == nil && wr.asLayer(l)
	}
	if err := wr.graph(g); err != nil {
		return err
	}
	return wr.w.Flush()
}

type writer struct {
	w    *bufio.Writer
	b    []byte
	form map[*ir.Layer]bool // written as a layer
	ids  []int64
}

// errNoForm is the error of literals without a form in graph.json.
var errNoForm = errors.New("it has no form in graph.json")

// asLayer says whether a layer can be written as such.
func (w *writer) asLayer(l *ir.Layer) bool {
	if l.Keys != nil || l.Live != nil || len(l.Cases) != 1 || !l.Cases[0].Where.All() || l.Grid.Size() == 0 {
		return false
	}
	c := l.Cases[0]
	for i := range c.Params {
		if a := c.Params[i].Affine; a == nil || !small(a) {
			return false
		}
	}
	return !slices.ContainsFunc(c.Operands, func(o ir.Operand) bool { return !indexable(&o) })
}

// indexable says whether an operand can be written as the name of its layer and
// an index.
func indexable(o *ir.Operand) bool {
	if o.Access.Table != nil || o.Layer.Keys != nil || o.Layer.Live != nil {
		return false
	}
	for i := range o.Access.Axes {
		if x := &o.Access.Axes[i]; !small(&x.Start) || !small(&x.Count) {
			return false
		}
	}
	return true
}

// small says whether the numbers of a form are within what the reader takes.
func small(a *ir.Affine) bool {
	for _, c := range append([]int64{a.Base}, a.Coef...) {
		if c > maxCoef || c < -maxCoef {
			return false
		}
	}
	return true
}

func (w *writer) graph(g *ir.Graph) error {
	w.printf("{\n  \"daskgen\": %d", Version)
	if g.Name != "" {
		w.printf(",\n  \"name\": %s", w.quote(g.Name))
	}
	steps := []struct {
		name        string
		left, right string
		write       func(*ir.Graph, func()) error
	}{
		{"inputs", "{", "}", w.inputs},
		{"tasks", "[", "]", w.tasks},
		{"layers", "[", "]", w.layers},
		{"outputs", "{", "}", w.outputs},
	}
	for _, s := range steps {
		n := 0
		err := s.write(g, func() {
			if n == 0 {
				w.printf(",\n  %q: %s\n    ", s.name, s.left)
			} else {
				w.printf(",\n    ")
			}
			n++
			w.flush()
		})
		switch {
		case err != nil:
			return err
		case n > 0:
			w.printf("\n  %s", s.right)
		case s.name == "outputs":
			w.printf(",\n  \"outputs\": {}")
		}
	}
	w.printf("\n}\n")
	return nil
}

func (w *writer) printf(format string, args ...any) { fmt.Fprintf(w.w, format, args...) }

// flush writes the line that was put together.
func (w *writer) flush() {
	w.w.Write(w.b)
	w.b = w.b[:0]
}

func (w *writer) add(parts ...string) {
	for _, s := range parts {
		w.b = append(w.b, s...)
	}
}

func (w *writer) quote(s string) string {
	b, _ := jsontext.AppendQuote(nil, s)
	return string(b)
}

func (w *writer) inputs(g *ir.Graph, next func()) error {
	for _, l := range g.Layers {
		if l.Input == nil {
			continue
		}
		w.add(w.quote(l.Name), ": {")
		w.blocks(l.Input)
		if l.Input.Source != "" {
			w.add(`, "source": {"npy": `, w.quote(l.Input.Source), "}")
		}
		w.add("}")
		next()
	}
	return nil
}

// blocks writes dtype, shape and chunks, as far as they are known.
func (w *writer) blocks(in *ir.Input) {
	sep := ""
	if in.DType != ir.NoDType {
		w.add(`"dtype": `, w.quote(in.DType.String()))
		sep = ", "
	}
	if in.Shape != nil {
		w.add(sep, `"shape": [`)
		for k, e := range in.Shape {
			w.add(comma(k), integer(e.N))
		}
		w.add("]")
		sep = ", "
	}
	if len(in.Chunks) > 0 {
		w.add(sep, `"chunks": [`)
		for k, sizes := range in.Chunks {
			w.add(comma(k))
			w.chunks(sizes)
		}
		w.add("]")
	}
}

func comma(i int) string {
	if i == 0 {
		return ""
	}
	return ", "
}

func integer(n int64) string { return strconv.FormatInt(n, 10) }

// chunks writes the sizes along an axis: one number when all but the last are
// equal.
func (w *writer) chunks(sizes []int64) {
	n := len(sizes)
	if n > 0 && sizes[0] > 0 && sizes[n-1] > 0 && sizes[n-1] <= sizes[0] &&
		!slices.ContainsFunc(sizes[:n-1], func(s int64) bool { return s != sizes[0] }) {
		w.add(integer(sizes[0]))
		return
	}
	w.add("[")
	for i, s := range sizes {
		w.add(comma(i), integer(s))
	}
	w.add("]")
}

func (w *writer) outputs(g *ir.Graph, next func()) error {
	for _, o := range g.Outputs {
		w.add(w.quote(o.Name), ": {")
		switch {
		case !o.Array():
			w.add(`"key": `)
			w.key(o.Layer.KeyAt(o.Layer.Grid.Linear(o.Index)))
		case o.Layer.Keys != nil:
			return fmt.Errorf("output %q: the array of a layer with keys of its own has no form in graph.json", o.Name)
		default:
			w.add(`"array": `, w.quote(o.Layer.Name))
		}
		if o.Sink != "" {
			kind := "npy"
			if strings.HasSuffix(o.Sink, ".json") {
				kind = "json"
			}
			w.add(`, "sink": {"`, kind, `": `, w.quote(o.Sink), "}")
		}
		if o.Want != nil {
			w.add(", ")
			w.blocks(o.Want)
		}
		w.add("}")
		next()
	}
	return nil
}

func (w *writer) key(k ir.Key) {
	if k.Index == nil {
		w.add(w.quote(k.Name))
		return
	}
	w.add("[", w.quote(k.Name))
	for _, p := range k.Index {
		if w.add(", "); p.IsStr {
			w.add(w.quote(p.Str))
		} else {
			w.add(integer(p.Int))
		}
	}
	w.add("]")
}

func (w *writer) layers(g *ir.Graph, next func()) error {
	for _, l := range g.Layers {
		if !w.form[l] {
			continue
		}
		c := l.Cases[0]
		w.add(`{"name": `, w.quote(l.Name), `, "grid": [`)
		for k, e := range l.Grid {
			w.add(comma(k), integer(e.N))
		}
		w.add("]")
		if len(l.Grid) > 0 {
			w.add(`, "indices": [`)
			for k := range l.Grid {
				w.add(comma(k), w.quote(ir.IndexName(k)))
			}
			w.add("]")
		}
		w.add(", ")
		err := w.call(c.Kernel, leaves{
			operand: func(n int) error { w.index(&c.Operands[n]); return nil },
			param: func(n int) error {
				w.add(`{"int": `, w.quote(c.Params[n].Affine.String()), "}")
				return nil
			},
		})
		if err != nil {
			return fmt.Errorf("layer %q: %w", l.Name, err)
		}
		w.add("}")
		next()
	}
	return nil
}

// index writes an operand as the name of its layer and an index.
func (w *writer) index(o *ir.Operand) {
	w.add(`{"ref": `, w.quote(o.Layer.Name))
	for k := range o.Access.Axes {
		if k == 0 {
			w.add(`, "index": [`)
		} else {
			w.add(", ")
		}
		w.axis(&o.Access.Axes[k], o.Layer.Grid[k].N)
	}
	if len(o.Access.Axes) > 0 {
		w.add("]")
	}
	w.add("}")
}

func (w *writer) axis(x *ir.AxisAccess, extent int64) {
	switch {
	case !x.List:
		w.affine(&x.Start)
		return
	case x.Step == 1 && x.Start.Base == 0 && !depends(x.Start.Coef) && x.Count.Base == extent && !depends(x.Count.Coef):
		w.add(`{"all": true}`)
		return
	}
	w.add(`{"start": `)
	w.affine(&x.Start)
	w.add(`, "count": `)
	w.affine(&x.Count)
	if x.Step != 1 {
		w.add(`, "step": `, integer(x.Step))
	}
	w.add("}")
}

// affine writes an affine form: an integer, or its text.
func (w *writer) affine(a *ir.Affine) {
	if depends(a.Coef) {
		w.add(w.quote(a.String()))
	} else {
		w.add(integer(a.Base))
	}
}

func (w *writer) tasks(g *ir.Graph, next func()) error {
	for _, l := range g.Layers {
		if l.Input != nil || w.form[l] || len(l.Cases) == 0 {
			continue
		}
		for t := range ir.Expand(l).All() {
			w.add(`{"key": `)
			w.key(t.Key())
			w.add(", ")
			err := w.call(t.Case.Kernel, leaves{
				operand: func(n int) error { return w.operand(&t, n) },
				param:   func(n int) error { return w.literal(t.Param(n)) },
			})
			if err != nil {
				return fmt.Errorf("task %s: %w", t.Key(), err)
			}
			w.add("}")
			next()
		}
	}
	return nil
}

// operand writes what a task reads by its keys.
func (w *writer) operand(t *ir.Task, n int) error {
	o := &t.Case.Operands[n]
	w.ids = t.Operand(n, w.ids[:0])
	if o.Access.List() {
		w.add("[")
	}
	for i, id := range w.ids {
		w.add(comma(i), `{"ref": `)
		w.key(o.Layer.KeyAt(id))
		w.add("}")
	}
	if o.Access.List() {
		w.add("]")
	}
	return nil
}

// leaves write the operands and params of an expression.
type leaves struct {
	operand, param func(n int) error
}

// call writes the members of a task or layer: op, args and kwargs, or value.
func (w *writer) call(e *ir.Expr, l leaves) error {
	name := e.Op
	switch e.Kind {
	case ir.ExprOp:
	case ir.ExprFunc:
		name = e.Func.Pkg + "." + e.Func.Name
	default:
		w.add(`"value": `)
		return w.argument(e, l)
	}
	w.add(`"op": `, w.quote(name))
	if len(e.Args) > 0 {
		w.add(`, "args": `)
		if err := w.list(e.Args, l); err != nil {
			return err
		}
	}
	for i, k := range e.Kwargs {
		if i == 0 {
			w.add(`, "kwargs": {`)
		} else {
			w.add(", ")
		}
		w.add(w.quote(k.Name), ": ")
		if err := w.argument(k.Value, l); err != nil {
			return err
		}
	}
	if len(e.Kwargs) > 0 {
		w.add("}")
	}
	return nil
}

func (w *writer) list(args []*ir.Expr, l leaves) error {
	w.add("[")
	for i, a := range args {
		w.add(comma(i))
		if err := w.argument(a, l); err != nil {
			return err
		}
	}
	w.add("]")
	return nil
}

func (w *writer) argument(e *ir.Expr, l leaves) error {
	var err error
	switch e.Kind {
	case ir.ExprOperand:
		return l.operand(e.N)
	case ir.ExprParam:
		return l.param(e.N)
	case ir.ExprConst:
		return w.literal(e.Const)
	case ir.ExprList:
		return w.list(e.Args, l)
	case ir.ExprTuple:
		w.add(`{"tuple": `)
		err = w.list(e.Args, l)
	case ir.ExprSlice:
		w.add(`{"slice": `)
		err = w.list(e.Args, l)
	case ir.ExprDict:
		w.add(`{"dict": [`)
		for i := 0; i < len(e.Args) && err == nil; i += 2 {
			w.add(comma(i))
			err = w.list(e.Args[i:i+2], l)
		}
		w.add("]")
	default:
		w.add(`{"task": {`)
		err = w.call(e, l)
		w.add("}")
	}
	w.add("}")
	return err
}

func (w *writer) literal(c *ir.Const) error {
	switch c.Kind {
	case ir.ConstNone:
		w.add("null")
	case ir.ConstBool:
		w.add(strconv.FormatBool(c.Bool))
	case ir.ConstInt:
		w.add(c.String())
	case ir.ConstFloat:
		w.add(floatLiteral(c.Float))
	case ir.ConstComplex:
		if math.IsNaN(real(c.Cmplx)+imag(c.Cmplx)) || math.IsInf(real(c.Cmplx), 0) || math.IsInf(imag(c.Cmplx), 0) {
			return fmt.Errorf("the literal %s: %w", c, errNoForm)
		}
		w.add(`{"complex": [`, number64(real(c.Cmplx)), ", ", number64(imag(c.Cmplx)), "]}")
	case ir.ConstString:
		b, err := jsontext.AppendQuote(nil, c.Str)
		if err != nil {
			return fmt.Errorf("the string %s is not UTF-8: %w", c, errNoForm)
		}
		w.b = append(w.b, b...)
	case ir.ConstBytes:
		w.add(`{"bytes": "`, base64.StdEncoding.EncodeToString(c.Bytes), `"}`)
	case ir.ConstDType:
		w.add(`{"dtype": "`, c.DType.String(), `"}`)
	case ir.ConstOp:
		w.add(`{"func": `, w.quote(c.Str), "}")
	case ir.ConstEllipsis:
		w.add(`{"ellipsis": true}`)
	case ir.ConstNewaxis:
		w.add(`{"newaxis": true}`)
	case ir.ConstArray:
		w.add(`{"array": {`)
		w.blocks(&ir.Input{DType: c.DType, Shape: ir.Box(c.Shape...)})
		w.add(`, "data": "`, base64.StdEncoding.EncodeToString(c.Bytes), `"}}`)
	case ir.ConstNpy:
		w.add(`{"array": {"npy": `, w.quote(c.Str), "}}")
	default:
		return fmt.Errorf("the Go expression %q: %w", c.Str, errNoForm)
	}
	return nil
}

// floatLiteral writes a float: with a point or an exponent, so that it is read
// as one.
func floatLiteral(f float64) string {
	switch {
	case math.IsNaN(f):
		return `{"float": "nan"}`
	case math.IsInf(f, 1):
		return `{"float": "inf"}`
	case math.IsInf(f, -1):
		return `{"float": "-inf"}`
	case f == 0 && math.Signbit(f):
		return `{"float": "-0.0"}`
	}
	return number64(f)
}

func number64(f float64) string {
	s := strconv.FormatFloat(f, 'g', -1, 64)
	if strings.ContainsAny(s, ".e") {
		return s
	}
	return s + ".0"
}
