package reroll

import (
	"math"

	"github.com/daskgen/daskgen/ir"
)

// A part is a set of tasks of one layer with the same skeleton, which is to
// become a case.
type part struct {
	rows   []uint32 // by ascending linear index
	coords []int32  // grid indices, rank of them for each row
	rank   int
	basis  *basis
}

func (p *part) at(i int) []int32 { return p.coords[i*p.rank:][:p.rank] }

// A basis is what an affine fit over a part needs: tasks whose grid indices
// differ from that of the first in independent directions, and the inverse of
// these differences. It is found once, and used for every operand and literal.
type basis struct {
	rows    []int       // positions in the part
	pivots  []int       // the axes on which a fit may depend
	inverse [][]float64 // of the differences, along the pivots
}

// newBasis looks for independent differences. Sets such as a diagonal have
// fewer of them than axes: then a fit depends on the first axes alone.
func newBasis(p *part) *basis {
	b := &basis{}
	var reduced [][]float64
	want := p.varying()
	for i := 1; i < len(p.rows) && len(b.rows) < want; i++ {
		d := make([]float64, p.rank)
		for k := range d {
			d[k] = float64(p.at(i)[k] - p.at(0)[k])
		}
		if k := eliminate(reduced, b.pivots, d); k >= 0 {
			reduced, b.pivots, b.rows = append(reduced, d), append(b.pivots, k), append(b.rows, i)
		}
	}
	b.invert(p)
	return b
}

// varying returns the number of axes along which the part has several indices.
func (p *part) varying() int {
	n := 0
	for k := range p.rank {
		for i := range p.rows {
			if p.coords[i*p.rank+k] != p.coords[k] {
				n++
				break
			}
		}
	}
	return n
}

// eliminate reduces d by the rows, and returns its first axis that is left, or
// -1 when none is.
func eliminate(rows [][]float64, pivots []int, d []float64) int {
	for r, row := range rows {
		f := d[pivots[r]] / row[pivots[r]]
		if f == 0 {
			continue
		}
		for k := range d {
			d[k] -= f * row[k]
		}
		d[pivots[r]] = 0
	}
	for k, v := range d {
		if math.Abs(v) > 1e-9 {
			return k
		}
	}
	return -1
}

// invert computes the inverse of the differences along the pivots, by
// Gauss-Jordan elimination. Rounding does no harm: every fit is verified.
func (b *basis) invert(p *part) {
	n := len(b.rows)
	m := make([][]float64, n)
	for r, i := range b.rows {
		m[r] = make([]float64, 2*n)
		for c, k := range b.pivots {
			m[r][c] = float64(p.at(i)[k] - p.at(0)[k])
		}
		m[r][n+r] = 1
	}
	for c := range n {
		best := c
		for r := c; r < n; r++ {
			if math.Abs(m[r][c]) > math.Abs(m[best][c]) {
				best = r
			}
		}
		m[c], m[best] = m[best], m[c]
		for r := range n {
			if r != c {
				addMultiple(m[r], m[c], -m[r][c]/m[c][c])
			}
		}
	}
	for c := range n {
		f := m[c][c]
		for k := range m[c] {
			m[c][k] /= f
		}
		b.inverse = append(b.inverse, m[c][n:])
	}
}

func addMultiple(to, from []float64, f float64) {
	if f == 0 {
		return
	}
	for k := range to {
		to[k] += f * from[k]
	}
}

// fit returns the affine function of the grid index that has these values, one
// for each task of the part, if there is one with integer coefficients.
func (p *part) fit(values []int64) (ir.Affine, bool) {
	if constant(values) {
		return ir.Affine{Base: values[0]}, true
	}
	if p.basis == nil {
		p.basis = newBasis(p)
	}
	a := ir.Affine{Coef: p.basis.solve(p.rank, values)}
	a.Base = values[0] - dot(a.Coef, p.at(0))
	for i, v := range values {
		if a.Base+dot(a.Coef, p.at(i)) != v {
			return ir.Affine{}, false
		}
	}
	return a, true
}

func constant(values []int64) bool {
	for _, v := range values {
		if v != values[0] {
			return false
		}
	}
	return true
}

func dot(coef []int64, index []int32) int64 {
	n := int64(0)
	for k, c := range coef {
		n += c * int64(index[k])
	}
	return n
}

func (b *basis) solve(rank int, values []int64) []int64 {
	coef := make([]int64, rank)
	for c, k := range b.pivots {
		v := 0.0
		for r, i := range b.rows {
			v += b.inverse[c][r] * float64(values[i]-values[0])
		}
		if math.Abs(v) < 1<<53 {
			coef[k] = int64(math.Round(v))
		}
	}
	return coef
}

// where returns the set of the part's tasks in the grid: all of it, a box, or a
// list.
func (p *part) where(g ir.Grid, linear []uint32) ir.Set {
	if int64(len(p.rows)) == g.Size() {
		return ir.Set{}
	}
	box := make([]ir.Range, p.rank)
	size := int64(1)
	for k := range box {
		box[k] = p.axisRange(k)
		size *= box[k].Len()
		if size > int64(len(p.rows)) {
			break
		}
	}
	if size == int64(len(p.rows)) {
		return ir.Set{Box: box}
	}
	ids := make([]uint32, len(p.rows))
	for i, n := range p.rows {
		ids[i] = linear[n]
	}
	return ir.Set{IDs: ids}
}

// axisRange returns the smallest range that holds the part's indices along an
// axis.
func (p *part) axisRange(k int) ir.Range {
	lo, hi, step := int64(p.coords[k]), int64(p.coords[k]), int64(0)
	for i := range p.rows {
		v := int64(p.coords[i*p.rank+k])
		step = gcd(step, v-int64(p.coords[k]))
		lo, hi = min(lo, v), max(hi, v)
	}
	return ir.Range{Lo: lo, Hi: hi + 1, Step: max(step, 1)}
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return max(a, -a)
}
