//go:build !amd64

package blas

// engines returns no engines: there are kernels for amd64 only.
func engines() (*engine[float64], *engine[float32]) { return nil, nil }

// runTile is never called, as there is no engine.
func runTile(int, *byte) {}
