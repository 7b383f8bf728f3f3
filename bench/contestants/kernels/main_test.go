package main

import (
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/daskgen/daskgen/bench/kernels/table"
)

// The graphs in cache give what the table says, for both floats.
func TestKernelsInCache(t *testing.T) {
	file := filepath.Join(t.TempDir(), "check.bin")
	for _, dtype := range []string{"float64", "float32"} {
		tol := map[string]float64{"float64": 1e-10, "float32": 1e-5}[dtype]
		for i := range table.Kernels {
			k := &table.Kernels[i]
			if a := answer(fmt.Sprintf("check %s %s 65536 1 %s", k.Name, dtype, file)); a != "ok" {
				t.Errorf("%s %s: %s", k.Name, dtype, a)
				continue
			}
			compare(t, k.Name+" "+dtype, file, k.Want(1<<16, dtype == "float32"), max(tol, castTolerance(k)))
		}
	}
}

// castTolerance is that of float32, to which the cast rounds.
func castTolerance(k *table.Kernel) float64 {
	if k.Out == table.Other {
		return 1e-7
	}
	return 0
}

func compare(t *testing.T, name, file string, want []float64, tol float64) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(data) != 8*len(want) {
		t.Errorf("%s: %d values, %d are expected", name, len(data)/8, len(want))
		return
	}
	for i, w := range want {
		if got := math.Float64frombits(binary.LittleEndian.Uint64(data[8*i:])); !(math.Abs(got-w) <= tol*max(1, math.Abs(w))) {
			t.Errorf("%s: element %d is %v, %v is expected", name, i, got, w)
			return
		}
	}
}

func TestUnknownKernelsAreSkipped(t *testing.T) {
	if a := answer("time nothing float64 65536 1 0.01"); a != "skip no such kernel" {
		t.Error(a)
	}
}
