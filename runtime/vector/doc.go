// Package vector holds the ops of daskgen as functions over slices, written for
// the vector units of processors.
//
// There is a function for each op, dtype and form: AddFloat64 adds two slices,
// AddFloat64VS a slice and a number, SubtractFloat64SV a number and a slice. The
// letters of functions of three operands stand for each of them. The slices of
// the operands must have at least the length of dst, any length from 0. dst may
// be one of the operands, but not overlap one in part. Comparisons write bools.
// Conversions are named by both dtypes: ConvertFloat32Float64. Ops that are more
// than a Go expression are there for one number too, with the same bits: Exp for
// float64, Exp32 for float32.
//
// An Expr evaluates an expression of several cheap ops in registers.
//
// A Generator fills slices with random numbers.
//
// All functions are there at three levels: AVX-512, AVX2 and portable Go. The
// highest one that the processor has is chosen when the program starts;
// DASKGEN_SIMD=portable, avx2 or avx512 chooses another one. Every function
// gives the same bits at all levels (but for the payload and the sign of a NaN,
// which are not specified), since all are made from one description, in
// package runtime/vector/asm. Its documentation says how an op is added.
package vector

//go:generate go run -C asm .
