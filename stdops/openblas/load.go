//go:build (linux || darwin) && (amd64 || arm64)

package openblas

import (
	"fmt"
	"runtime"
	"strings"

	"github.com/ebitengine/purego"
	"gonum.org/v1/gonum/blas"

	own "github.com/daskgen/daskgen/stdops/blas"
)

var usualNames = map[string][]string{
	"linux": {"libopenblas.so.0", "libopenblas.so", "libopenblas64_.so.0", "libopenblas64_.so"},
	"darwin": {
		"libopenblas.dylib", "/opt/homebrew/opt/openblas/lib/libopenblas.dylib", "/usr/local/opt/openblas/lib/libopenblas.dylib",
	},
}[runtime.GOOS]

// Values of CBLAS_ORDER and CBLAS_TRANSPOSE.
const (
	rowMajor = 101
	noTrans  = 111
	trans    = 112
)

// gemm is cblas_dgemm or cblas_sgemm with integers I and elements T.
type gemm[I int32 | int64, T own.Float] func(order, tA, tB int32, m, n, k I, alpha T, a *T, lda I, b *T, ldb I, beta T, c *T, ldc I)

// A library is OpenBLAS, loaded.
type library[I int32 | int64] struct {
	dgemm gemm[I, float64]
	sgemm gemm[I, float32]
}

// open loads the library of a file, or of a name that the system looks up.
func open(name string) (own.Library, error) {
	handle, err := purego.Dlopen(name, purego.RTLD_NOW|purego.RTLD_LOCAL)
	if err != nil {
		return nil, err
	}
	prefix, suffix, err := affixes(name, handle)
	if err != nil {
		return nil, err
	}
	var threads func(int32)
	if err := register(&threads, name, handle, prefix+"openblas_set_num_threads"+suffix); err != nil {
		return nil, err
	}
	var config func() string
	if err := register(&config, name, handle, prefix+"openblas_get_config"+suffix); err != nil {
		return nil, err
	}
	threads(1)
	if strings.Contains(config(), "USE64BITINT") {
		return bind[int64](name, handle, prefix, suffix)
	}
	return bind[int32](name, handle, prefix, suffix)
}

// affixes returns what stands before and behind the names of the library's
// functions.
func affixes(name string, handle uintptr) (prefix, suffix string, err error) {
	for _, prefix := range []string{"", "scipy_"} {
		for _, suffix := range []string{"", "64_", "_64"} {
			if _, err := purego.Dlsym(handle, prefix+"cblas_dgemm"+suffix); err == nil {
				return prefix, suffix, nil
			}
		}
	}
	return "", "", fmt.Errorf("%s: no function cblas_dgemm", name)
}

func bind[I int32 | int64](name string, handle uintptr, prefix, suffix string) (own.Library, error) {
	l := new(library[I])
	if err := register(&l.dgemm, name, handle, prefix+"cblas_dgemm"+suffix); err != nil {
		return nil, err
	}
	if err := register(&l.sgemm, name, handle, prefix+"cblas_sgemm"+suffix); err != nil {
		return nil, err
	}
	return l, nil
}

// register sets the function variable f to a function of the library.
func register(f any, name string, handle uintptr, function string) error {
	address, err := purego.Dlsym(handle, function)
	if err != nil {
		return fmt.Errorf("%s: no function %s", name, function)
	}
	purego.RegisterFunc(f, address)
	return nil
}

func order(t blas.Transpose) int32 {
	if t == blas.NoTrans {
		return noTrans
	}
	return trans
}

// Dgemm implements own.Library.
func (l *library[I]) Dgemm(tA, tB blas.Transpose, m, n, k int, alpha float64, a []float64, lda int, b []float64, ldb int, beta float64, c []float64, ldc int) {
	l.dgemm(rowMajor, order(tA), order(tB), I(m), I(n), I(k), alpha, &a[0], I(lda), &b[0], I(ldb), beta, &c[0], I(ldc))
}

// Sgemm implements own.Library.
func (l *library[I]) Sgemm(tA, tB blas.Transpose, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
	l.sgemm(rowMajor, order(tA), order(tB), I(m), I(n), I(k), alpha, &a[0], I(lda), &b[0], I(ldb), beta, &c[0], I(ldc))
}
