package ref

import (
	"cmp"
	"errors"
	"math"
	"slices"

	"github.com/daskgen/daskgen/ir"
)

func init() {
	for name, k := range map[string]func(c *call, want *ir.Type) (Value, error){
		"qr": qr, "svd": svd, "svdvals": svdvals, "tsqr_r": tsqrR, "tsqr_q": tsqrQ, "cholesky": cholesky,
		"linalg_inv": inverse, "solve": solve,
	} {
		kernels[name] = k
	}
}

// A table is a matrix by rows.
type table [][]float64

func newTable(m, n int) table {
	t := make(table, m)
	for i := range t {
		t[i] = make([]float64, n)
	}
	return t
}

// tableOf returns the numbers of a matrix; a vector is a column.
func tableOf(v Value) table {
	m := int(v.Type.Shape[0])
	n := 1
	if m > 0 {
		n = len(v.Elems) / m
	}
	t := newTable(m, n)
	for p, e := range v.Elems {
		t[p/n][p%n] = convert(e, ir.Float64).(float64)
	}
	return t
}

// value returns the block of a type with these numbers.
func (t table) value(want *ir.Type) Value {
	var elems []any
	for _, row := range t {
		for _, x := range row {
			elems = append(elems, convert(x, want.DType))
		}
	}
	return Block(want.DType, elems, want.Shape...)
}

func (t table) transposed() table {
	u := newTable(len(t[0]), len(t))
	for i, row := range t {
		for j, x := range row {
			u[j][i] = x
		}
	}
	return u
}

func (t table) times(u table) table {
	v := newTable(len(t), len(u[0]))
	for i := range v {
		for j := range v[i] {
			for k, x := range t[i] {
				v[i][j] += x * u[k][j]
			}
		}
	}
	return v
}

// orthogonalised returns q and r by the method of Householder, one column after
// the other, with LAPACK's signs: q is formed from the unit matrix.
func orthogonalised(a table) (q, r table) {
	m, n := len(a), len(a[0])
	r = table{}
	for _, row := range a {
		r = append(r, slices.Clone(row))
	}
	k := min(m, n)
	full := newTable(m, m)
	for i := range full {
		full[i][i] = 1
	}
	for j := range k {
		v := make([]float64, m)
		norm := 0.0
		for i := j; i < m; i++ {
			v[i] = r[i][j]
			norm = math.Hypot(norm, v[i])
		}
		if norm == math.Abs(v[j]) {
			continue
		}
		v[j] += math.Copysign(norm, v[j])
		householder(v, r)
		householder(v, full)
		for i := j + 1; i < m; i++ {
			r[i][j] = 0
		}
	}
	q = full.transposed()
	for i := range q {
		q[i] = q[i][:k]
	}
	return q, r[:k]
}

// householder replaces a by (I - 2vvᵀ/vᵀv)·a.
func householder(v []float64, a table) {
	square := 0.0
	for _, x := range v {
		square += x * x
	}
	for j := range a[0] {
		dot := 0.0
		for i, x := range v {
			dot += x * a[i][j]
		}
		for i, x := range v {
			a[i][j] -= 2 * dot / square * x
		}
	}
}

// positive makes the diagonal of r positive.
func positive(q, r table) {
	for i, row := range r {
		if row[i] >= 0 && !math.Signbit(row[i]) {
			continue
		}
		for j := range row {
			row[j] = -row[j]
		}
		for _, row := range q {
			row[i] = -row[i]
		}
	}
}

func qr(c *call, want *ir.Type) (Value, error) {
	q, r := orthogonalised(tableOf(c.value(0)))
	return Tuple(q.value(sized(want.Elems[0], q)), r.value(sized(want.Elems[1], r))), nil
}

// sized is a type with the lengths of a table.
func sized(t *ir.Type, of table) *ir.Type {
	if t.Rank() == 1 {
		return ir.BlockType(t.DType, int64(len(of)))
	}
	return ir.BlockType(t.DType, int64(len(of)), int64(len(of[0])))
}

func tsqrR(c *call, want *ir.Type) (Value, error) {
	var all table
	for _, v := range flat(c.value(0)) {
		all = append(all, tableOf(v)...)
	}
	q, r := orthogonalised(all)
	positive(q, r)
	return r.value(sized(want, r)), nil
}

func tsqrQ(c *call, want *ir.Type) (Value, error) {
	q, r := orthogonalised(tableOf(c.value(0)))
	positive(q, r)
	p := q.times(tableOf(c.value(1)))
	return p.value(sized(want, p)), nil
}

// decomposed returns the singular value decomposition by the one-sided method
// of Jacobi: columns are rotated in pairs until all are orthogonal.
func decomposed(a table) (u table, s []float64, vh table) {
	if len(a) < len(a[0]) {
		v, s, uh := decomposed(a.transposed())
		return uh.transposed(), s, v.transposed()
	}
	cols := a.transposed()
	n := len(cols)
	v := newTable(n, n)
	for i := range v {
		v[i][i] = 1
	}
	for range 60 {
		for i := range n {
			for j := range i {
				rotate(cols, v, i, j)
			}
		}
	}
	order := make([]int, n)
	norms := make([]float64, n)
	for i, col := range cols {
		order[i] = i
		for _, x := range col {
			norms[i] = math.Hypot(norms[i], x)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(norms[b], norms[a]) })
	var left, right table
	for _, i := range order {
		s = append(s, norms[i])
		unit(cols[i], norms[i])
		left, right = append(left, cols[i]), append(right, v[i])
	}
	return left.transposed(), s, right
}

func unit(x []float64, norm float64) {
	for i := range x {
		x[i] /= norm
	}
}

// rotate makes columns i and j orthogonal.
func rotate(cols, v table, i, j int) {
	var p, q, r float64
	for k, x := range cols[i] {
		y := cols[j][k]
		p, q, r = p+x*x, q+y*y, r+x*y
	}
	if r == 0 {
		return
	}
	zeta := (q - p) / (2 * r)
	t := math.Copysign(1, zeta) / (math.Abs(zeta) + math.Hypot(1, zeta))
	cos := 1 / math.Hypot(1, t)
	for _, m := range []table{cols, v} {
		for k, x := range m[i] {
			y := m[j][k]
			m[i][k], m[j][k] = cos*(x-t*y), cos*(t*x+y)
		}
	}
}

func svd(c *call, want *ir.Type) (Value, error) {
	u, s, vh := decomposed(tableOf(c.value(0)))
	for i, row := range vh {
		sum := 0.0
		for _, x := range row {
			sum += x
		}
		if sum >= 0 {
			continue
		}
		unit(row, -1)
		for _, row := range u {
			row[i] = -row[i]
		}
	}
	values := table{s}.transposed()
	return Tuple(u.value(sized(want.Elems[0], u)), values.value(sized(want.Elems[1], values)), vh.value(sized(want.Elems[2], vh))), nil
}

func svdvals(c *call, want *ir.Type) (Value, error) {
	_, s, _ := decomposed(tableOf(c.value(0)))
	values := table{s}.transposed()
	return values.value(sized(want, values)), nil
}

func cholesky(c *call, want *ir.Type) (Value, error) {
	a := tableOf(c.value(0))
	l := newTable(len(a), len(a))
	for i := range a {
		for j := range i + 1 {
			sum := a[i][j]
			for k := range j {
				sum -= l[i][k] * l[j][k]
			}
			if i != j {
				l[i][j] = sum / l[j][j]
			} else if sum > 0 {
				l[i][i] = math.Sqrt(sum)
			} else {
				return Value{}, errors.New("the matrix is not positive definite")
			}
		}
	}
	return l.value(want), nil
}

func inverse(c *call, want *ir.Type) (Value, error) {
	a := tableOf(c.value(0))
	one := newTable(len(a), len(a))
	for i := range one {
		one[i][i] = 1
	}
	x, err := eliminated(a, one)
	return x.value(want), err
}

func solve(c *call, want *ir.Type) (Value, error) {
	x, err := eliminated(tableOf(c.value(0)), tableOf(c.value(1)))
	return x.value(want), err
}

// eliminated returns x with a·x = b, by the method of Gauss and Jordan with
// pivots. It overwrites both.
func eliminated(a, b table) (table, error) {
	for j := range a {
		best := j
		for i := j; i < len(a); i++ {
			if math.Abs(a[i][j]) > math.Abs(a[best][j]) {
				best = i
			}
		}
		if a[best][j] == 0 {
			return b, errors.New("the matrix is singular")
		}
		a[j], a[best], b[j], b[best] = a[best], a[j], b[best], b[j]
		for i := range a {
			if i == j {
				continue
			}
			f := a[i][j] / a[j][j]
			for k := range a[i] {
				a[i][k] -= f * a[j][k]
			}
			for k := range b[i] {
				b[i][k] -= f * b[j][k]
			}
		}
	}
	for i := range b {
		unit(b[i], a[i][i])
	}
	return b, nil
}
