// Package linalg holds the kernels that multiply matrices. They are apart from
// package kernel because they link gonum.
//
// Functions have the form of those of package kernel. Blocks of float32,
// float64, complex64 and complex128 are multiplied by gonum's BLAS, integers
// and bools by loops of this package; integers wrap, and a sum of bools is
// their or, as in NumPy. For products of about 64×64×64 and more gonum starts
// goroutines of its own, beside the workers of the run: the Go scheduler
// shares the processors among them all.
package linalg
