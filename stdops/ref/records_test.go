package ref

import (
	"fmt"
	"slices"
	"testing"

	"github.com/daskgen/daskgen/internal/records"
	"github.com/daskgen/daskgen/ir"
	"github.com/daskgen/daskgen/stdops"
)

// TestRecords compares every op with what NumPy computed.
func TestRecords(t *testing.T) {
	rs, err := records.Load()
	if err != nil {
		t.Fatal(err)
	}
	fails := map[string]int{}
	for i, r := range rs {
		if stdops.Lookup(r.Op) == nil {
			t.Errorf("record %d: no op %q", i, r.Op)
			continue
		}
		if err := checkRecord(r); err != "" {
			if fails[r.Op]++; fails[r.Op] <= 4 {
				t.Errorf("record %d: %s: %s", i, r, err)
			}
		}
	}
	for op, n := range fails {
		if n > 4 {
			t.Errorf("%s: %d records in all", op, n)
		}
	}
}

// withoutRecord are the ops that NumPy has not, or not with these numbers.
var withoutRecord = []string{"random", "uniform", "normal", "exponential", "integers", "erf"}

// TestEveryOpIsRecorded fails for an op that no record applies successfully.
func TestEveryOpIsRecorded(t *testing.T) {
	rs, err := records.Load()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	var mark func(e *ir.Expr)
	mark = func(e *ir.Expr) {
		if e.Kind == ir.ExprOp {
			seen[e.Op] = true
		}
		for _, a := range e.Args {
			mark(a)
		}
	}
	for _, r := range rs {
		if r.Result != nil {
			mark(r.Expr())
		}
	}
	for _, op := range stdops.All() {
		if !seen[op.Name] && !slices.Contains(withoutRecord, op.Name) {
			t.Errorf("op %s has no record: add one to internal/records/record.py", op.Name)
		}
	}
}

// checkRecord evaluates a record, with arrays as operands, as in a graph.
func checkRecord(r *records.Record) string {
	var operands []Value
	e := r.Expr().Clone()
	for i, a := range e.Args {
		if a.Kind == ir.ExprConst && a.Const.Kind == ir.ConstArray {
			v, err := arrayValue(a.Const)
			if err != nil {
				return err.Error()
			}
			e.Args[i] = &ir.Expr{Kind: ir.ExprOperand, N: len(operands)}
			operands = append(operands, v)
		}
	}
	v, err := new(Evaluator).Expr(e, operands, nil)
	switch {
	case r.Result == nil && err == nil:
		return "no error; NumPy refuses it"
	case r.Result == nil:
		return ""
	case err != nil:
		return err.Error()
	}
	want, err := new(Evaluator).Expr(r.Result, nil, nil)
	if err != nil {
		return err.Error()
	}
	if err := compareValues(v, want, r.Tolerance); err != nil {
		return err.Error()
	}
	return ""
}

// compareValues compares a value with NumPy's or Python's. NumPy's scalars are
// blocks of rank 0, so kinds of numbers must be equal too.
func compareValues(got, want Value, tol records.Tolerance) error {
	if got.Type.Kind != want.Type.Kind {
		return fmt.Errorf("got %s, want %s", got.Type, want.Type)
	}
	if got.Type.DType != ir.NoDType {
		return tol.Compare(got.Const(), want.Const())
	}
	if !slices.Equal(got.Elems, want.Elems) || len(got.Items) != len(want.Items) {
		return fmt.Errorf("got %v, want %v", got, want)
	}
	for i := range got.Items {
		if err := compareValues(got.Items[i], want.Items[i], tol); err != nil {
			return err
		}
	}
	return nil
}
