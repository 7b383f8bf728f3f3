//go:build !unix

package runtime

// syncDir makes a rename in a folder durable, where a folder can be synced.
func syncDir(string) error { return nil }
