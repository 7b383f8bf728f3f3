//go:build race

package blas

// The race detector makes pools forget at random.
func init() { poolsForget = true }
