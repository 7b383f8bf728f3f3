//go:build race

package kernel

// The race detector makes pools forget at random.
func init() { poolsForget = true }
