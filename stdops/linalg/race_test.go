//go:build race

package linalg

// The race detector makes pools forget at random.
func init() { poolsForget = true }
