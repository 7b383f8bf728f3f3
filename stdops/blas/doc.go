// Package blas multiplies matrices of float64 and float32 at the speed of the
// processor. [Implementation] is gonum's BLAS with these products in it, and with
// Dtrsm, Dtrmm and Dsyrk (and those of float32) made of them (triangular.go), so
// that gonum's LAPACK gains by them; [Multiply] takes strided views.
//
// The method is that of Goto and van de Geijn, "Anatomy of high-performance
// matrix multiplication", 2008. A micro-kernel (kernels_amd64.s, written by the
// program in asm) holds a tile of C in registers, of 8×24 float64 or 8×48
// float32 with AVX-512, of 4×12 or 4×24 with AVX2, and runs along k over panels
// of A and B. Large operands are packed into panels first: a block of B that
// stays in the L2 cache, and a block of A for the L3 cache, of which a panel at
// a time is in L1. Small operands are read where they lie; an A is so in any
// layout, a B where its rows are contiguous. Tiles at the edges have fewer rows
// and a mask: nothing is filled up, and nothing is read beyond a matrix.
//
// Each element of C is a sum of its products by fused multiply-add in the order
// of k, or the sum of such sums over pieces of k, which depend on the shapes
// and strides alone: AVX-512 and AVX2 give the same bits. A large product falls
// into parts of rows or columns, never of k, which [Multiply] has done by whoever
// is free (job.go), with the same bits again; a call through gonum's interfaces
// runs on the goroutine that makes it. Calls allocate nothing once their buffers
// are there.
//
// The level is that of the machine; DASKGEN_SIMD chooses another. Where there is
// neither AVX-512 nor AVX2, the products are gonum's.
package blas
