package stdops

import (
	"errors"
	"fmt"

	"github.com/daskgen/daskgen/ir"
)

// This file declares the decompositions of matrices and what they solve.

func init() {
	register(
		&Op{
			Name: "qr", Class: Kernel, Pure: true, Aliases: []string{"numpy.linalg.qr"},
			Doc: "The reduced QR decomposition a = q @ r, a tuple: the columns of q are orthonormal, r is upper triangular. a: m×n, q: m×k, r: k×n, k = min(m, n). " +
				"The signs of r's diagonal are LAPACK's. Integers and bools are converted to float64; float32 is computed in float64.",
			Params: []Param{need("a")},
			Infer:  func(c *Call) (*ir.Type, error) { return inferMatrix(c, qrShapes) },
			Emit:   func(c *Call) GoCall { return emitMatrix(c, "linalg.QR") },
		},
		&Op{
			Name: "svd", Class: Kernel, Pure: true, Aliases: []string{"numpy.linalg.svd"},
			Doc: "The singular value decomposition a = u @ diag(s) @ vh, a tuple. a: m×n, u: m×k, s: k, vh: k×n, k = min(m, n); full_matrices must be false unless a is square. " +
				"s descends, and the sum of each row of vh is not negative. Dtypes as of qr. NaN and infinities are an error.",
			Params: []Param{need("a"), opt("full_matrices", boolLit(true))},
			Infer:  inferSVD, Emit: func(c *Call) GoCall { return emitMatrix(c, "linalg.SVD") },
		},
		&Op{
			Name: "svdvals", Class: Kernel, Pure: true, Aliases: []string{"numpy.linalg.svdvals"},
			Doc:    "The singular values of a, descending. a: m×n, result: min(m, n). Dtypes and errors as of svd.",
			Params: []Param{need("a")},
			Infer: func(c *Call) (*ir.Type, error) {
				return inferMatrix(c, func(m, n int64) [][]int64 { return [][]int64{{least(m, n)}} })
			},
			Emit: func(c *Call) GoCall { return emitMatrix(c, "linalg.SVDVals") },
		},
		&Op{
			Name: "tsqr_r", Class: Kernel, Pure: true,
			Doc: "r of the QR decomposition of a list of blocks under one another, with a diagonal that is not negative: r of such r is that of all. " +
				"Each block: m×n, result: min(Σm, n)×n. Dtypes as of qr.",
			Params: []Param{need("blocks")},
			Infer:  inferTSQRR,
			Emit: func(c *Call) GoCall {
				j, _ := realList(c)
				return GoCall{Func: "linalg.TSQRR", Args: []GoArg{j.list()}}
			},
		},
		&Op{
			Name: "tsqr_q", Class: Kernel, Pure: true,
			Doc:    "q @ w, where a = q @ r as of tsqr_r, without q itself. a: m×n, w: min(m, n)×k, result: m×k. Dtypes as of qr.",
			Params: []Param{need("a"), need("w")},
			Infer:  inferTSQRQ, Emit: func(c *Call) GoCall { return emitMatrices(c, "linalg.TSQRQ") },
		},
		&Op{
			Name: "cholesky", Class: Kernel, Pure: true, Aliases: []string{"numpy.linalg.cholesky"},
			Doc:    "The lower triangle l of a = l @ l.T, of which the lower triangle is read. a, result: n×n. Dtypes as of qr. A matrix that is not positive definite is an error.",
			Params: []Param{need("a")},
			Infer:  func(c *Call) (*ir.Type, error) { return inferMatrix(c, squareShape) },
			Emit:   func(c *Call) GoCall { return emitMatrix(c, "linalg.Cholesky") },
		},
		&Op{
			Name: "linalg_inv", Class: Kernel, Pure: true, Aliases: []string{"numpy.linalg.inv"},
			Doc:    "The inverse of a. a, result: n×n. Dtypes as of qr. A singular matrix is an error.",
			Params: []Param{need("a")},
			Infer:  func(c *Call) (*ir.Type, error) { return inferMatrix(c, squareShape) },
			Emit:   func(c *Call) GoCall { return emitMatrix(c, "linalg.Inv") },
		},
		&Op{
			Name: "solve", Class: Kernel, Pure: true, Aliases: []string{"numpy.linalg.solve"},
			Doc:    "x with a @ x = b. a: n×n, b and x: n or n×k. Dtypes as of qr. A singular matrix is an error.",
			Params: []Param{need("a"), need("b")},
			Infer:  inferSolve, Emit: func(c *Call) GoCall { return emitMatrices(c, "linalg.Solve") },
		},
	)
}

// realDType returns the dtype in which matrices of dtype d are decomposed.
func realDType(d ir.DType) (ir.DType, error) {
	switch d.Kind() {
	case 'c':
		return d, fmt.Errorf("matrices of %s are not supported", d)
	case 'f':
		return d, nil
	}
	return ir.Float64, nil
}

// least is the smaller length; -1 if that is not known.
func least(m, n int64) int64 {
	if m < 0 || n < 0 {
		return -1
	}
	return min(m, n)
}

// matrixAt returns the lengths and the dtype of argument i, which must be a
// matrix with elements.
func matrixAt(c *Call, i int) (m, n int64, d ir.DType, err error) {
	t, err := c.blockAt(i)
	if err != nil {
		return 0, 0, d, err
	}
	if t.Rank() != 2 || t.Shape[0] == 0 || t.Shape[1] == 0 {
		return 0, 0, d, fmt.Errorf("argument %q of shape %s is no matrix with elements", c.Op.Params[i].Name, ir.ShapeString(t.Shape))
	}
	d, err = realDType(t.DType)
	return t.Shape[0], t.Shape[1], d, err
}

// inferMatrix returns the type of what is made of a matrix: a block, or a tuple
// of several. Shapes is nil if a does not suit.
func inferMatrix(c *Call, shapes func(m, n int64) [][]int64) (*ir.Type, error) {
	m, n, d, err := matrixAt(c, 0)
	if err != nil {
		return nil, err
	}
	list := shapes(m, n)
	if list == nil {
		return nil, fmt.Errorf("a matrix of shape %s is not square", ir.ShapeString([]int64{m, n}))
	}
	t := &ir.Type{Kind: ir.TypeTuple}
	for _, s := range list {
		t.Elems = append(t.Elems, ir.BlockType(d, s...))
	}
	if len(list) == 1 {
		return t.Elems[0], nil
	}
	return t, nil
}

func qrShapes(m, n int64) [][]int64 {
	k := least(m, n)
	return [][]int64{{m, k}, {k, n}}
}

func squareShape(m, n int64) [][]int64 {
	if m != n && m >= 0 && n >= 0 {
		return nil
	}
	return [][]int64{{m, n}}
}

func inferSVD(c *Call) (*ir.Type, error) {
	full, err := c.boolArg("full_matrices")
	if err != nil {
		return nil, err
	}
	return inferMatrix(c, func(m, n int64) [][]int64 {
		if full && m != n {
			return nil
		}
		k := least(m, n)
		return [][]int64{{m, k}, {k}, {k, n}}
	})
}

// emitMatrix returns the call of a kernel on a matrix.
func emitMatrix(c *Call, fn string) GoCall {
	d, _ := realDType(c.Args[0].Type.DType)
	return GoCall{Func: fn, Args: []GoArg{Cast{c.Args[0], d}}}
}

// emitMatrices returns the call of a kernel on two matrices.
func emitMatrices(c *Call, fn string) GoCall {
	d, _ := realDType(Promote(c.Args[0].Type.DType, c.Args[1].Type.DType))
	return GoCall{Func: fn, Args: []GoArg{Cast{c.Args[0], d}, Cast{c.Args[1], d}}}
}

// realList returns the list of blocks of tsqr_r.
func realList(c *Call) (*joined, error) {
	j, err := blockList(c.Args[0])
	if err != nil {
		return nil, err
	}
	d, err := realDType(j.dtype)
	if err == nil && d != j.dtype {
		if !j.complete() {
			return nil, fmt.Errorf("a list of %s; cast the blocks first", j.dtype)
		}
		j.dtype, j.same = d, false
	}
	return j, err
}

func inferTSQRR(c *Call) (*ir.Type, error) {
	j, err := realList(c)
	if err != nil {
		return nil, err
	}
	for _, t := range j.each {
		if t.Rank() != 2 || t.Shape[0] == 0 || t.Shape[1] == 0 {
			return nil, fmt.Errorf("a block of shape %s is no matrix with elements", ir.ShapeString(t.Shape))
		}
	}
	shape, err := j.along(0)
	if err != nil {
		return nil, err
	}
	if first := j.each[0].Shape[0]; first >= shape[1] && shape[1] >= 0 {
		shape[0] = first // there are at least as many
	}
	shape[0] = least(shape[0], shape[1])
	return ir.BlockType(j.dtype, shape...), nil
}

func inferTSQRQ(c *Call) (*ir.Type, error) {
	m, n, _, err := matrixAt(c, 0)
	if err != nil {
		return nil, err
	}
	rows, k, _, err := matrixAt(c, 1)
	if err != nil {
		return nil, err
	}
	if want := least(m, n); want >= 0 && rows >= 0 && rows != want {
		return nil, fmt.Errorf("w has %d rows, not %d", rows, want)
	}
	d, err := realDType(Promote(c.Args[0].Type.DType, c.Args[1].Type.DType))
	return ir.BlockType(d, m, k), err
}

func inferSolve(c *Call) (*ir.Type, error) {
	m, n, _, err := matrixAt(c, 0)
	if err != nil {
		return nil, err
	}
	if squareShape(m, n) == nil {
		return nil, fmt.Errorf("a matrix of shape %s is not square", ir.ShapeString([]int64{m, n}))
	}
	b, err := c.blockAt(1)
	if err != nil {
		return nil, err
	}
	if b.Rank() != 1 && b.Rank() != 2 {
		return nil, errors.New("b must be a vector or a matrix")
	}
	if rows := b.Shape[0]; rows >= 0 && m >= 0 && rows != m {
		return nil, fmt.Errorf("a has %d rows, b %d", m, rows)
	}
	d, err := realDType(Promote(c.Args[0].Type.DType, b.DType))
	return ir.BlockType(d, b.Shape...), err
}
