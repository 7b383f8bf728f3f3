//go:build !linux

package runtime

// adviseHuge does nothing: huge pages are asked for on Linux only.
func adviseHuge([]byte) {}
