// Package linalg holds the kernels of linear algebra: products of matrices
// and their decompositions. They are apart from package kernel because they link
// gonum.
//
// Functions have the form of those of package kernel. Blocks of float32 and
// float64 are multiplied by package blas, on the worker that runs the task and
// on idle ones, and views are read as they lie; complex64 and complex128 by gonum, which
// for products of about 64×64×64 and more starts goroutines of its own, beside
// the workers of the run; integers and bools by loops of this package.
// Integers wrap, and a sum of bools is their or, as in NumPy.
//
// A program that imports this package multiplies by package blas in gonum's
// LAPACK too.
package linalg

import (
	"gonum.org/v1/gonum/blas/blas32"
	"gonum.org/v1/gonum/blas/blas64"

	"github.com/daskgen/daskgen/stdops/blas"
)

func init() {
	blas64.Use(blas.Implementation{})
	blas32.Use(blas.Implementation{})
}
