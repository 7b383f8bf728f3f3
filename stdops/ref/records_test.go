package ref

import (
	"testing"

	"github.com/daskgen/daskgen/internal/records"
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

func checkRecord(r *records.Record) string {
	v, err := new(Evaluator).Expr(r.Expr(), nil, nil)
	switch {
	case r.Result == nil && err == nil:
		return "no error; NumPy refuses it"
	case r.Result == nil:
		return ""
	case err != nil:
		return err.Error()
	}
	want, err := constValue(r.Result.Const)
	if err != nil {
		return err.Error()
	}
	if err := r.Compare(v.Const(), want.Const()); err != nil {
		return err.Error()
	}
	return ""
}
