package ir

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"io"
	"strconv"
	"strings"
)

// WriteText writes a graph in a stable form for people and golden files: a line
// for each layer, with its name, grid, type and kernel, such as
//
//	y[i, j] (2, 2): float64(2, 2) = add(x[i, j], transpose(x[j, i]))
//
// Layers of several cases have a line for each. Operands are written with their
// access: x[2*i+1, j], a list x[4*i:4*i+4], a table x{3, 0, 1}. Literals that
// differ from task to task are {2*i+1} or a column {5, 7, 2}. Tables, columns and
// sets that are long are cut, and closed with their length and a checksum.
func WriteText(w io.Writer, g *Graph) error {
	t := textWriter{}
	if g.Name != "" {
		t.print("graph ", strconv.Quote(g.Name), "\n")
	}
	for _, l := range g.Layers {
		t.layer(l)
	}
	for _, o := range g.Outputs {
		t.output(o)
	}
	_, err := w.Write(t.Bytes())
	return err
}

// Text returns what WriteText writes.
func Text(g *Graph) string {
	var b strings.Builder
	WriteText(&b, g) // a Builder does not fail
	return b.String()
}

type textWriter struct{ bytes.Buffer }

func (t *textWriter) print(parts ...string) {
	for _, s := range parts {
		t.WriteString(s)
	}
}

// name writes a name: as it is when it is plain, else quoted.
func name(s string) string {
	for i, c := range []byte(s) {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
		if !letter && (i == 0 || !(c >= '0' && c <= '9') && c != '-' && c != '.') {
			return strconv.Quote(s)
		}
	}
	if s == "" {
		return `""`
	}
	return s
}

// IndexName returns the name of the index of grid axis k in texts: i, j, k ...
func IndexName(k int) string {
	if letters := "ijklmnopq"; k < len(letters) {
		return letters[k : k+1]
	}
	return "i" + strconv.Itoa(k)
}

func (t *textWriter) layer(l *Layer) {
	t.print(name(l.Name))
	for k := range l.Grid {
		t.print([]string{"[", ", "}[min(k, 1)], IndexName(k))
	}
	if len(l.Grid) > 0 {
		t.print("] ", gridText(l.Grid))
	}
	t.print(": ", l.Type.String())
	switch {
	case l.Input != nil:
		t.input(l.Input)
	case len(l.Cases) == 1 && l.Cases[0].Where.All():
		t.print(" = ", l.Cases[0].text(l.Cases[0].Kernel))
	}
	t.notes(l)
	t.print("\n")
	if l.Input != nil || len(l.Cases) == 1 && l.Cases[0].Where.All() {
		return
	}
	for _, c := range l.Cases {
		t.print("\twhere ", c.Where.text(), " = ", c.text(c.Kernel), "\n")
	}
}

func (t *textWriter) notes(l *Layer) {
	if l.Keys != nil {
		t.print(" ; keys ", sample(len(l.Keys), func(i int) string { return l.Keys[i].String() }))
	}
	if l.Live != nil {
		t.print(" ; live ", l.Live.text())
	}
	if len(l.Origins) > 1 {
		t.print(" ; from ", joinNames(l.Origins))
	}
}

func joinNames(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = name(n)
	}
	return strings.Join(quoted, ", ")
}

func gridText(g Grid) string {
	s := make([]string, len(g))
	for k, e := range g {
		if s[k] = e.Sym; e.Sym == "" {
			s[k] = strconv.FormatInt(e.N, 10)
		}
	}
	if len(s) == 1 {
		return "(" + s[0] + ",)"
	}
	return "(" + strings.Join(s, ", ") + ")"
}

func (t *textWriter) input(in *Input) {
	t.print(" = input ", gridText(in.Shape), " chunks (")
	for k, sizes := range in.Chunks {
		if k > 0 {
			t.print(", ")
		}
		t.print(sample(len(sizes), func(i int) string { return strconv.FormatInt(sizes[i], 10) }))
	}
	t.print(")")
	if in.Source != "" {
		t.print(" from ", strconv.Quote(in.Source))
	}
}

func (t *textWriter) output(o *Output) {
	t.print("output ", name(o.Name), " = ", name(o.Layer.Name))
	if o.Array() {
		t.print(" as array")
	} else if len(o.Index) > 0 {
		t.print(sampleIn("[", "]", len(o.Index), func(i int) string { return strconv.FormatInt(o.Index[i], 10) }))
	}
	if o.Sink != "" {
		t.print(" to ", strconv.Quote(o.Sink))
	}
	t.print("\n")
}

func (s Set) text() string {
	switch {
	case s.IDs != nil:
		return sample(len(s.IDs), func(i int) string { return strconv.FormatUint(uint64(s.IDs[i]), 10) })
	case s.Box != nil:
		return sampleIn("[", "]", len(s.Box), func(k int) string { return rangeText(s.Box[k]) })
	}
	return "all"
}

func rangeText(r Range) string {
	s := fmt.Sprintf("%d:%d", r.Lo, r.Hi)
	if r.Step != 1 {
		s += fmt.Sprintf(":%d", r.Step)
	}
	return s
}

// A sample is a list that is cut when it is long.
const sampleSize = 16

func sample(n int, at func(int) string) string { return sampleIn("{", "}", n, at) }

func sampleIn(left, right string, n int, at func(int) string) string {
	var b strings.Builder
	b.WriteString(left)
	for i := range min(n, sampleSize) {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(at(i))
	}
	if n > sampleSize {
		h := fnv.New32a()
		for i := range n {
			io.WriteString(h, at(i))
			h.Write([]byte{0})
		}
		fmt.Fprintf(&b, ", ... %d, sum %08x", n, h.Sum32())
	}
	b.WriteString(right)
	return b.String()
}

// text writes an expression of the case.
func (c *Case) text(e *Expr) string {
	return exprText(e, func(n int) string { return c.Operands[n].text() }, func(n int) string { return c.Params[n].text() })
}

// String writes a task with its key and the keys that it reads, such as
//
//	["y",0,1] = add(["x",0,1], transpose(["x",1,0]))
func (t *Task) String() string {
	operand := func(n int) string {
		o := &t.Case.Operands[n]
		ids := t.Operand(n, nil)
		if !o.Access.List() {
			return o.Layer.KeyAt(ids[0]).String()
		}
		keys := make([]string, len(ids))
		for i, id := range ids {
			keys[i] = o.Layer.KeyAt(id).String()
		}
		return "[" + strings.Join(keys, ", ") + "]"
	}
	return t.Key().String() + " = " + exprText(t.Case.Kernel, operand, func(n int) string { return t.Param(n).String() })
}

// exprText writes an expression with these texts of operands and params.
func exprText(e *Expr, operand, param func(int) string) string {
	args := func(left, right string) string {
		s := make([]string, 0, len(e.Args)+len(e.Kwargs))
		for _, a := range e.Args {
			s = append(s, exprText(a, operand, param))
		}
		for _, k := range e.Kwargs {
			s = append(s, k.Name+"="+exprText(k.Value, operand, param))
		}
		return left + strings.Join(s, ", ") + right
	}
	switch e.Kind {
	case ExprOp:
		return e.Op + args("(", ")")
	case ExprFunc:
		return e.Func.Pkg + "." + e.Func.Title() + args("(", ")")
	case ExprOperand:
		return operand(e.N)
	case ExprParam:
		return param(e.N)
	case ExprConst:
		return e.Const.String()
	case ExprList:
		return args("[", "]")
	case ExprTuple:
		return args("tuple(", ")")
	case ExprDict:
		return args("dict(", ")")
	}
	return args("slice(", ")")
}

func (o *Operand) text() string {
	if t := o.Access.Table; t != nil {
		if t.Offsets == nil {
			return name(o.Layer.Name) + sample(len(t.IDs), func(i int) string { return strconv.FormatUint(uint64(t.IDs[i]), 10) })
		}
		return name(o.Layer.Name) + sample(len(t.Offsets)-1, func(i int) string {
			return strings.ReplaceAll(fmt.Sprint(t.IDs[t.Offsets[i]:t.Offsets[i+1]]), " ", ", ")
		})
	}
	if len(o.Access.Axes) == 0 {
		return name(o.Layer.Name)
	}
	return name(o.Layer.Name) + sampleIn("[", "]", len(o.Access.Axes), func(k int) string { return o.Access.Axes[k].text() })
}

func (x *AxisAccess) text() string {
	if !x.List {
		return x.Start.String()
	}
	stop := x.last(max(len(x.Start.Coef), len(x.Count.Coef)))
	stop.Base += x.Step
	s := x.Start.String() + ":" + stop.String()
	if x.Step != 1 {
		s += ":" + strconv.FormatInt(x.Step, 10)
	}
	return s
}

func (p *Param) text() string {
	switch {
	case p.Affine != nil:
		return "{" + p.Affine.String() + "}"
	case p.Ints != nil:
		return sample(len(p.Ints), func(i int) string { return strconv.FormatInt(p.Ints[i], 10) })
	}
	return sample(len(p.Values), func(i int) string { return p.Values[i].String() })
}

// String writes the form with the index names i, j, k: "2*i+1".
func (a *Affine) String() string {
	var b strings.Builder
	for k, c := range a.Coef {
		switch {
		case c == 0:
			continue
		case c > 0 && b.Len() > 0:
			b.WriteByte('+')
		case c == -1:
			b.WriteByte('-')
		}
		if c != 1 && c != -1 {
			b.WriteString(strconv.FormatInt(c, 10) + "*")
		}
		b.WriteString(IndexName(k))
	}
	if a.Base != 0 || b.Len() == 0 {
		if a.Base >= 0 && b.Len() > 0 {
			b.WriteByte('+')
		}
		b.WriteString(strconv.FormatInt(a.Base, 10))
	}
	return b.String()
}

// String writes a literal much as Python does.
func (c *Const) String() string {
	switch c.Kind {
	case ConstNone:
		return "None"
	case ConstBool:
		return map[bool]string{true: "True", false: "False"}[c.Bool]
	case ConstInt:
		if c.Uint != 0 {
			return strconv.FormatUint(c.Uint, 10)
		}
		return strconv.FormatInt(c.Int, 10)
	case ConstFloat:
		return floatText(c.Float)
	case ConstComplex:
		return "complex(" + floatText(real(c.Cmplx)) + ", " + floatText(imag(c.Cmplx)) + ")"
	case ConstString:
		return strconv.Quote(c.Str)
	case ConstBytes:
		return "b" + sample(len(c.Bytes), func(i int) string { return strconv.Itoa(int(c.Bytes[i])) })
	case ConstDType:
		return c.DType.String()
	case ConstEllipsis:
		return "..."
	case ConstNewaxis:
		return "newaxis"
	case ConstArray:
		return "array(" + c.DType.String() + ShapeString(c.Shape) + ", " + sample(len(c.Bytes), func(i int) string { return strconv.Itoa(int(c.Bytes[i])) }) + ")"
	case ConstNpy:
		return "npy(" + strconv.Quote(c.Str) + ")"
	}
	return c.Str // an op's name, a Go expression
}

// floatText writes a float so that it differs from an integer.
func floatText(f float64) string {
	s := strconv.FormatFloat(f, 'g', -1, 64)
	if strings.ContainsAny(s, ".eIN") {
		return s
	}
	return s + ".0"
}

// String returns the kernel with its operands' accesses, as WriteText does.
func (c *Case) String() string { return c.text(c.Kernel) }

// String returns the layer read with the access, such as x[2*i+1, j].
func (o *Operand) String() string { return o.text() }
