package pass

import (
	"github.com/daskgen/daskgen/ir"
)

// A subscript selects along one axis: everything, one index, or a slice. A
// slice that is normal has the bounds that it selects, start + i·step for i
// below count, and no negative or missing ones.
type subscript struct {
	kind               subscriptKind
	expr               *ir.Expr // as it was written; nil for one that was computed
	start, step, count column   // at: start; a normal slice: all
}

type subscriptKind uint8

const (
	selectAll subscriptKind = iota
	selectAt
	selectSlice
)

// basicIndex returns the subscripts of a getitem on a block, one for each
// axis; nil if it holds anything but integers, slices and an ellipsis.
func basicIndex(e *ir.Expr) []subscript {
	t := e.Args[0].Type
	arg := indexArg(e)
	if arg == nil || t == nil || t.Kind != ir.TypeBlock {
		return nil
	}
	parts := []*ir.Expr{arg}
	if arg.Kind == ir.ExprTuple || arg.Kind == ir.ExprList && !integersOnly(arg) {
		parts = arg.Args
	}
	rank, dots := len(t.Shape), -1
	var out []subscript
	for _, p := range parts {
		if p.Kind == ir.ExprConst && p.Const.Kind == ir.ConstEllipsis {
			if dots >= 0 {
				return nil
			}
			dots = len(out)
			continue
		}
		s, ok := basicSubscript(p)
		if !ok {
			return nil
		}
		out = append(out, s)
	}
	if len(out) > rank {
		return nil
	}
	if dots < 0 {
		dots = len(out)
	}
	full := append([]subscript{}, out[:dots]...)
	full = append(full, make([]subscript, rank-len(out))...)
	return append(full, out[dots:]...)
}

// indexArg returns the index argument of a getitem.
func indexArg(e *ir.Expr) *ir.Expr {
	if len(e.Args) == 2 {
		return e.Args[1]
	}
	return e.Kwarg("index")
}

// integersOnly says whether a list is an index of its own, of integers or
// bools, and not a tuple of subscripts.
func integersOnly(e *ir.Expr) bool {
	for _, a := range e.Args {
		if a.Kind == ir.ExprSlice || a.Kind == ir.ExprList {
			return false
		}
		if a.Kind == ir.ExprConst && (a.Const.Kind == ir.ConstEllipsis || a.Const.Kind == ir.ConstNewaxis || a.Const.Kind == ir.ConstNone) {
			return false
		}
	}
	return true
}

func basicSubscript(e *ir.Expr) (subscript, bool) {
	switch {
	case e.Kind == ir.ExprSlice:
		if isNone(e.Args[0]) && isNone(e.Args[1]) && (isNone(e.Args[2]) || isInt(e.Args[2], 1)) {
			return subscript{}, true
		}
		return subscript{kind: selectSlice, expr: e}, true
	case e.Kind == ir.ExprConst && e.Const.Kind == ir.ConstInt, e.Kind == ir.ExprParam:
		t := e.Type
		return subscript{kind: selectAt, expr: e}, t == nil || t.Kind == ir.TypeScalar && t.DType == ir.Int64
	}
	return subscript{}, false
}

func isNone(e *ir.Expr) bool { return e.Kind == ir.ExprConst && e.Const.Kind == ir.ConstNone }

func isInt(e *ir.Expr, n int64) bool {
	return e.Kind == ir.ExprConst && e.Const.Kind == ir.ConstInt && e.Const.Int == n
}

// normal computes the bounds of a subscript of an axis of the given lengths.
// It fails when a bound is no literal, or an index is out of bounds.
func (w *columns) normal(s subscript, n column) (subscript, bool) {
	if s.expr == nil && s.kind != selectAll {
		return s, true
	}
	switch s.kind {
	case selectAll:
		return subscript{kind: selectSlice, step: constant(1), count: n}, true
	case selectAt:
		v, ok := w.read(s.expr)
		if !ok || !all(func(v ...int64) bool { return v[0] >= -v[1] && v[0] < v[1] }, v, n) {
			return s, false
		}
		s.expr = nil
		s.start = apply(func(v ...int64) int64 { return wrap(v[0], v[1]) }, v, n)
		return s, true
	}
	return w.normalSlice(s.expr, n)
}

func wrap(i, n int64) int64 {
	if i < 0 {
		return i + n
	}
	return i
}

// normalSlice applies Python's rules for the bounds of slices.
func (w *columns) normalSlice(e *ir.Expr, n column) (subscript, bool) {
	step := constant(1)
	var ok bool
	if !isNone(e.Args[2]) {
		if step, ok = w.read(e.Args[2]); !ok || !all(func(v ...int64) bool { return v[0] != 0 }, step) {
			return subscript{}, false
		}
	}
	bound := func(e *ir.Expr, missing func(v ...int64) int64) (column, bool) {
		if isNone(e) {
			return apply(missing, step, n), true
		}
		v, ok := w.read(e)
		if !ok {
			return column{}, false
		}
		return apply(clampBound, v, step, n), true
	}
	lo, ok1 := bound(e.Args[0], func(v ...int64) int64 {
		if v[0] < 0 {
			return v[1] - 1
		}
		return 0
	})
	hi, ok2 := bound(e.Args[1], func(v ...int64) int64 {
		if v[0] < 0 {
			return -1
		}
		return v[1]
	})
	if !ok1 || !ok2 {
		return subscript{}, false
	}
	count := apply(func(v ...int64) int64 { return sliceCount(v[0], v[1], v[2]) }, lo, hi, step)
	start := apply(func(v ...int64) int64 {
		if v[1] == 0 {
			return 0
		}
		return v[0]
	}, lo, count)
	return subscript{kind: selectSlice, start: start, step: step, count: count}, true
}

// clampBound is Python's slice.indices for one bound: value, step, length.
func clampBound(v ...int64) int64 {
	i, step, n := wrap(v[0], v[2]), v[1], v[2]
	if step < 0 {
		return min(max(i, -1), n-1)
	}
	return min(max(i, 0), n)
}

func sliceCount(lo, hi, step int64) int64 {
	if step < 0 {
		return max(0, (lo-hi-step-1)/-step)
	}
	return max(0, (hi-lo+step-1)/step)
}

// within returns the subscript that selects, of what inner selects, what outer
// selects. Inner is no index.
func (w *columns) within(inner, outer subscript, n column) (subscript, bool) {
	if inner.kind == selectAll {
		return outer, true
	}
	if outer.kind == selectAll {
		return inner, true
	}
	in, ok := w.normal(inner, n)
	if !ok {
		return subscript{}, false
	}
	out, ok := w.normal(outer, in.count)
	if !ok {
		return subscript{}, false
	}
	s := subscript{kind: out.kind}
	s.start = apply(func(v ...int64) int64 { return v[0] + v[1]*v[2] }, in.start, out.start, in.step)
	if out.kind == selectSlice {
		s.step = apply(func(v ...int64) int64 { return v[0] * v[1] }, in.step, out.step)
		s.count = out.count
	}
	return s, true
}

// indexExpr writes subscripts as the index of a getitem.
func (w *columns) indexExpr(subs []subscript) (*ir.Expr, bool) {
	for len(subs) > 1 && subs[len(subs)-1].kind == selectAll {
		subs = subs[:len(subs)-1]
	}
	tuple := &ir.Expr{Kind: ir.ExprTuple}
	for _, s := range subs {
		e, ok := w.subscriptExpr(s)
		if !ok {
			return nil, false
		}
		tuple.Args = append(tuple.Args, e)
	}
	if len(tuple.Args) == 1 {
		return tuple.Args[0], true
	}
	return tuple, typed(tuple)
}

func (w *columns) subscriptExpr(s subscript) (*ir.Expr, bool) {
	switch {
	case s.kind == selectAll:
		return sliceExpr(none(), none(), none())
	case s.expr != nil:
		return s.expr, true
	case s.kind == selectAt:
		return w.write(s.start), true
	}
	stop := apply(func(v ...int64) int64 {
		if v[2] == 0 {
			return v[0]
		}
		return v[0] + v[1]*v[2]
	}, s.start, s.step, s.count)
	stopExpr := none()
	switch {
	case all(func(v ...int64) bool { return v[0] >= 0 }, stop):
		stopExpr = w.write(stop)
	case !all(func(v ...int64) bool { return v[0] < 0 }, stop):
		return nil, false
	}
	step := none()
	if s.step.vals != nil || s.step.k != 1 {
		step = w.write(s.step)
	}
	return sliceExpr(w.write(s.start), stopExpr, step)
}

func none() *ir.Expr {
	return &ir.Expr{Kind: ir.ExprConst, Type: &ir.Type{Kind: ir.TypeNone}, Const: &ir.Const{Kind: ir.ConstNone}}
}

func sliceExpr(lo, hi, step *ir.Expr) (*ir.Expr, bool) {
	e := &ir.Expr{Kind: ir.ExprSlice, Args: []*ir.Expr{lo, hi, step}}
	return e, typed(e)
}
