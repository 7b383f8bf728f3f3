// Package openblas lets a program multiply matrices with OpenBLAS, a shared
// library that is loaded while the program runs, without cgo:
//
//	func main() {
//		openblas.MustLoad()
//		...
//	}
//
// (daskgen build --blas openblas writes that into a program). Without it, the
// products are those of package blas, which need no library and come close to
// OpenBLAS on amd64; on other processors OpenBLAS is faster by far. A program
// that loads a shared library is not static, and its numbers depend on the
// version of the library and on the processor that this sees.
//
// OpenBLAS is told to use one thread: the workers of the program are what runs
// in parallel. Products of float64 and float32 go to it, as in package blas.
package openblas

import (
	"errors"
	"fmt"
	"os"

	"github.com/daskgen/daskgen/stdops/blas"
)

// Variable is the environment variable that names the library's file.
const Variable = "DASKGEN_OPENBLAS"

// Load loads OpenBLAS from a file, and makes package blas use it from then on.
// Without a path it takes the one in DASKGEN_OPENBLAS, or else looks under the
// usual names. Builds with 32-bit and 64-bit integers will do, and those that
// come with NumPy's wheels. It must be called before products run, and once.
func Load(path string) error {
	names := []string{path}
	if path == "" {
		names = []string{os.Getenv(Variable)}
	}
	if names[0] == "" {
		names = usualNames
	}
	var errs []error
	for _, name := range names {
		lib, err := open(name)
		if err == nil {
			blas.Use(lib)
			return nil
		}
		errs = append(errs, err)
	}
	return fmt.Errorf("cannot load OpenBLAS (set %s to the file of the library): %w", Variable, errors.Join(errs...))
}

// MustLoad is Load("") for main functions: without the library the program ends
// with status 2.
func MustLoad() {
	if err := Load(""); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}
