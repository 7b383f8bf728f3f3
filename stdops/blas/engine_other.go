//go:build !amd64

package blas

// engines returns no engines: there are kernels for amd64 only. What follows is
// not called without them.
func engines() (*engine[float64], *engine[float32]) { return nil, nil }

func runTile(int, *byte) {}

func ddots4(n int, x, y *float64, ld int, out *float64) {}

func daxpys4(n int, x, y *float64, ld int, factors *float64) {}
