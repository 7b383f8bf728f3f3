package randgraph

import "github.com/daskgen/daskgen/stdops"

// exactOps are elementwise ops whose results are exactly rounded, or exact, in
// every dtype: any two right programs agree on each bit.
var exactOps = set(`abs absolute add subtract multiply negative positive square minimum maximum fmin fmax clip where
	isnan isinf isfinite signbit sign floor ceil trunc rint equal not_equal less less_equal greater greater_equal
	logical_and logical_or logical_xor logical_not bitwise_and bitwise_or bitwise_xor invert left_shift right_shift
	copysign fabs astype identity inc real imag conjugate sqrt transpose getitem reshape ravel concatenate stack
	squeeze expand_dims broadcast_to flip take vstack hstack min max any all count_nonzero argmin argmax zeros ones
	full eye arange len heaviside gcd lcm numel diag repeat roll frexp modf divmod`)

// decompositions are left out: of small matrices that are singular, as random
// ones of integers often are, they are errors or depend on rounding. Package
// linalg tests them.
var decompositions = set(`qr svd svdvals tsqr_r tsqr_q cholesky linalg_inv solve`)

// smoothOps are ops through which a rounding difference stays one of its size.
var smoothOps = set(`add subtract negative positive transpose getitem reshape ravel concatenate stack squeeze
	expand_dims broadcast_to flip take vstack hstack identity inc real imag conjugate sum mean`)

func set(names string) map[string]bool {
	m := map[string]bool{}
	start := -1
	for i := 0; i <= len(names); i++ {
		space := i == len(names) || names[i] == ' ' || names[i] == '\n' || names[i] == '\t'
		switch {
		case space && start >= 0:
			m[names[start:i]] = true
			start = -1
		case !space && start < 0:
			start = i
		}
	}
	return m
}

// inexact says whether right programs may differ in the last bits of the op's
// result.
func inexact(op *stdops.Op) bool { return !exactOps[op.Name] }

// discontinuous says whether a small difference of an argument may become a
// large one of the result.
func discontinuous(op *stdops.Op) bool { return !smoothOps[op.Name] }
