// Command asm writes the functions of package runtime/vector: for amd64 in
// assembly, for AVX-512 and for AVX2, and in Go for all processors. Run it by
// go generate in runtime/vector. It is a module of its own, so that daskgen
// does not depend on avo, which writes the assembly.
//
// # How an op is added
//
// By one declaration, in an ops_*.go file:
//
//	&Op{
//		Name: "Hypot", Doc: "sqrt(x*x + y*y), without overflow", Params: 2, Lanes: floatLanes,
//		Body: func(x ...*value) *value { ... }, Scalar: true,
//	}
//
// From it come HypotFloat64, HypotFloat64VS, HypotFloat64SV and the same for
// float32 at all levels; with Scalar also Hypot and Hypot32 of one element; their
// comparison with each other and benchmarks (go test -bench
// Functions/HypotFloat64). declare takes a group of ops to files of its own,
// named zz_ and the group. In stdops/vector.go the op is to be entered, so that
// fused loops call it.
//
// With Expr set, expressions (vector.NewExpr) know the op: snippets.go makes the
// snippets of their machine from the same body, for operands in registers, in
// memory and for numbers. It is for ops that are a few instructions; others are
// limited by their arithmetic, not by passes over the cache.
//
// # Bodies
//
// A body is a straight-line program on whole vectors: it is called once, with
// values that stand for the operands, and returns the value of the result. Each
// operation (functions of program.go: add, mul, fma, sqrt, lt, choose, shl,
// cast, convert ...) makes a value of one lane (F64, F32, I64 ... or a mask).
// There are no branches: what differs by case is computed for all and chosen.
// Equal operations are made once, those that nobody needs are dropped, so that
// bodies may be written in helpers that compute more than needed.
//
//	func expBody(x ...*value) *value {
//		k := rint(mul(x[0], x[0].num(1/math.Ln2)))     // num: a constant of the same lane
//		r := fnma(k, x[0].num(ln2Low), fnma(k, x[0].num(ln2High), x[0]))
//		p := horner(r, c5, c4, c3, c2, 1, 1)           // by fma
//		n := convert(k, I32)                           // toward zero; 1.5*2^52 tricks work too
//		...
//		return choose(gt(x[0], x[0].num(709.78)), x[0].num(math.Inf(1)), p)
//	}
//
// All numbers of a program are vectors of the same count of elements, as many as
// there are of the largest lane in a register. A body that converts float32 to
// float64, computes and converts back therefore works on 8 elements at a time.
// Masks go from lane to lane of different size without more ado.
//
// All levels must give the same bits. So each operation is exactly rounded and
// defined for all operands: fma is one, a mul followed by an add is none (the Go
// code has explicit conversions), lesser and greater are the instructions MIN and
// MAX, convert to integers gives the smallest integer for what does not fit, shifts
// by the number of bits or more shift everything out. Never is an approximate
// reciprocal used.
//
// # From program to code
//
// lower.go writes the operations that AVX2 lacks by others. instructions.go and
// convert.go choose instructions, amd64.go holds values in registers on the way (a
// value that has none is put on the stack, the one with the farthest next use),
// function.go writes the loops around the body. Constants are in a data section,
// read as memory operands (on AVX-512 as one element that is broadcast), those
// most used in registers as far as there are any left. Short bodies are repeated
// in the loop; the processor overlaps them, as elements do not depend on each
// other. The last elements are done under a mask on AVX-512 and by the portable
// loop on AVX2. portable.go writes the Go code.
//
// An operation that an instruction set cannot do panics with unsupported, and the
// function is left out for that level: the portable loop is used.
package main
