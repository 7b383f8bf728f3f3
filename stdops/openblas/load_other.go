//go:build !((linux || darwin) && (amd64 || arm64))

package openblas

import (
	"fmt"
	"runtime"

	own "github.com/daskgen/daskgen/stdops/blas"
)

var usualNames = []string{"openblas"}

// open fails: libraries are loaded on Linux and macOS only.
func open(name string) (own.Library, error) {
	return nil, fmt.Errorf("%s: libraries are not loaded on %s/%s", name, runtime.GOOS, runtime.GOARCH)
}
