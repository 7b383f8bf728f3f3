package randarray

import (
	"math"
	"reflect"

	"github.com/daskgen/daskgen/ir"
	rt "github.com/daskgen/daskgen/runtime"
)

// unusable says whether nothing could be said of a value.
func (f facts) unusable() bool {
	return math.IsInf(f.err[0], 0) || math.IsNaN(f.err[0]) || math.IsNaN(f.mag) || f.err[0] > 1e-3*max(1, f.mag)
}

var impossible = facts{err: [2]float64{math.Inf(1), math.Inf(1)}}

// exact says whether the elements do not depend on the chunks, to the bit.
func (f facts) exact() bool { return f.err[0] == 0 }

// lipschitz are the facts of a function of slope k at most.
func (f facts) lipschitz(k, mag float64, integral bool) facts {
	return facts{mag: mag, err: [2]float64{f.err[0] * k, f.err[1] * k}, integral: integral, special: f.special}
}

// jump are the facts of a function that is not continuous, for which the
// operand must be exact.
func (f facts) jump(mag float64, integral bool) facts {
	if !f.exact() {
		return impossible
	}
	out := facts{mag: mag, integral: integral, special: f.special}
	if f.err[1] > 0 {
		out.err[1] = math.Inf(1)
	}
	return out
}

// rough adds that the function of the C library differs from Go's in the last
// bits.
func rough[T rt.Elem](f facts) facts {
	if math.IsInf(f.mag, 0) {
		f.err[1] += 1e-300
	} else {
		f.err[1] += 8 * epsilon[T]() * f.mag
	}
	return f
}

// both merges the facts of two operands of which elements are chosen.
func both(f, g facts) facts {
	return facts{
		mag: max(f.mag, g.mag), err: [2]float64{max(f.err[0], g.err[0]), max(f.err[1], g.err[1])},
		integral: f.integral && g.integral, special: f.special || g.special,
	}
}

func epsilon[T rt.Elem]() float64 {
	switch dtype[T]() {
	case ir.Float32, ir.Complex64:
		return 1.2e-7
	case ir.Float64, ir.Complex128:
		return 2.3e-16
	}
	return 0
}

func dtype[T rt.Elem]() ir.DType { return ir.ParseDType(reflect.TypeFor[T]().Kind().String()) }

// added are the facts of a sum of two.
func added[T rt.Elem](f, g facts) facts {
	h := both(f, g)
	h.mag = f.mag + g.mag
	h.special = h.special || h.mag > 1e300
	for i := range h.err {
		h.err[i] = f.err[i] + g.err[i]
		if h.err[i] > 0 {
			h.err[i] += epsilon[T]() * h.mag
		}
	}
	return h.settle(epsilon[T]())
}

// times are the facts of a product of two.
func times[T rt.Elem](f, g facts) facts {
	h := both(f, g)
	h.mag = f.mag * g.mag
	for i := range h.err {
		h.err[i] = 0
		if f.err[i] > 0 || g.err[i] > 0 {
			h.err[i] = f.err[i]*g.mag + g.err[i]*f.mag + epsilon[T]()*h.mag
		}
	}
	return h.settle(epsilon[T]())
}

// settle drops what does not hold of numbers too large to be exact.
func (f facts) settle(eps float64) facts {
	if eps > 0 && f.mag*eps > 1 {
		f.integral = false
	}
	for i, e := range f.err {
		if math.IsNaN(e) { // 0 times infinity
			f.err[i] = math.Inf(1)
		}
	}
	return f
}

// summed are the facts of a sum of n elements.
func summed[T rt.Elem](f facts, n int) facts {
	eps, k := epsilon[T](), float64(max(n, 1))
	h := f.lipschitz(k, f.mag*k, f.integral)
	if eps > 0 && (!f.integral || h.mag*eps > 0.5) {
		h.integral = false
		for i := range h.err {
			h.err[i] += 4 * eps * k * f.mag
		}
		if math.IsInf(f.mag, 0) {
			return impossible
		}
	}
	return h
}

// unit is 1, or true.
func unit[T rt.Elem]() T {
	var v T
	switch r := reflect.ValueOf(&v).Elem(); {
	case r.CanInt():
		r.SetInt(1)
	case r.CanUint():
		r.SetUint(1)
	case r.CanFloat():
		r.SetFloat(1)
	case r.CanComplex():
		r.SetComplex(1)
	default:
		r.SetBool(true)
	}
	return v
}
