package da_test

import (
	"math"
	"testing"

	"github.com/daskgen/daskgen/da"
	"github.com/daskgen/daskgen/stdops/ref"
)

// tall returns a matrix of full rank.
func tall(m, n int64) ref.Value {
	v := values(m, n)
	for i := range v.Elems {
		v.Elems[i] = math.Sin(float64(i*i + 1))
	}
	return v
}

// decompositions compute their argument from its decomposition.
var decompositions = map[string]func(x f64) f64{
	"qr": func(x f64) f64 {
		q, r := da.QR(x)
		return q.MatMul(r)
	},
	"svd": func(x f64) f64 {
		u, s, vh := da.SVD(x)
		return u.Mul(s).MatMul(vh)
	},
	"qr by r": func(x f64) f64 { // q·r by another way: r is the triangle of xᵀx
		q, r := da.TSQR(x)
		return q.Add(q.MatMul(q.T().MatMul(q))).MulScalar(0.5).MatMul(r)
	},
	"singular values": func(x f64) f64 { // those that SVD gives
		u, s, vh := da.SVD(x)
		return u.Mul(s.Add(da.SVDVals(x)).MulScalar(0.5)).MatMul(vh)
	},
}

func nearly(t *testing.T, got, want ref.Value) {
	t.Helper()
	for i, w := range want.Elems {
		if g := got.Elems[i].(float64); math.Abs(g-w.(float64)) > 1e-12 {
			t.Fatalf("element %d is %v, want %v", i, g, w)
		}
	}
}

func TestDecompositions(t *testing.T) {
	for name, f := range decompositions {
		t.Run(name, func(t *testing.T) {
			for _, s := range [][2]int64{{7, 3}, {7, 7}, {5, 8}} {
				x := tall(s[0], s[1])
				for _, rows := range chunkings(s[0]) {
					chunks := [][][]int64{{rows, {s[1]}}}
					nearly(t, compute(t, chunks, []ref.Value{x}, func(x []f64) da.Operand { return f(x[0]) }), x)
				}
			}
		})
	}
}

// TestTriangle: r is the same for all chunks.
func TestTriangle(t *testing.T) {
	x := tall(9, 3)
	triangle := func(x []f64) da.Operand {
		_, r := da.TSQR(x[0])
		return r
	}
	want := compute(t, [][][]int64{{{9}, {3}}}, []ref.Value{x}, triangle)
	for _, rows := range chunkings(9) {
		nearly(t, compute(t, [][][]int64{{rows, {3}}}, []ref.Value{x}, triangle), want)
	}
}
