//go:build !amd64

package blas

import "testing"

func levels(t *testing.T) []level {
	t.Skip("no kernels for this machine")
	return nil
}
