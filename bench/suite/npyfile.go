package suite

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"math"
	"os"

	rt "github.com/daskgen/daskgen/runtime"
)

// writeInput writes the file of workload (j), unless it is there.
func writeInput(path string) (err error) {
	const size = anomaliesSide * anomaliesSide * 8
	if info, err := os.Stat(path); err == nil && info.Size() == size+npyHeaderLen {
		return nil
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
	}()
	w := bufio.NewWriterSize(f, 1<<20)
	w.Write(npyHeader(anomaliesSide, anomaliesSide))
	row := make([]byte, 8*anomaliesSide)
	for i := range anomaliesSide {
		for j := range anomaliesSide {
			binary.LittleEndian.PutUint64(row[8*j:], math.Float64bits(inputAt(i, j)))
		}
		w.Write(row)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Sync()
}

// inputAt is the input of workload (j): numbers that look random, about as
// large as their column's number.
func inputAt(i, j int) float64 {
	h := (uint64(i)*anomaliesSide + uint64(j)) * 0x9e3779b97f4a7c15
	return float64(h>>11)/(1<<53) + float64(j)/anomaliesSide
}

const npyHeaderLen = 128

// npyHeader is the header of a file of float64 in C order.
func npyHeader(rows, cols int) []byte {
	h := make([]byte, npyHeaderLen)
	copy(h, "\x93NUMPY\x01\x00")
	binary.LittleEndian.PutUint16(h[8:], npyHeaderLen-10)
	text := fmt.Sprintf("{'descr': '<f8', 'fortran_order': False, 'shape': (%d, %d), }", rows, cols)
	for i := range h[10:] {
		h[10+i] = ' '
	}
	copy(h[10:], text)
	h[npyHeaderLen-1] = '\n'
	return h
}

// sameAnomalies compares some columns of an output with x - x.mean(0).
func sameAnomalies(in, out string) error {
	x, err := rt.OpenNpy[float64](in)
	if err != nil {
		return err
	}
	defer x.Close()
	y, err := rt.OpenNpy[float64](out)
	if err != nil {
		return err
	}
	defer y.Close()
	a, b := x.Data(), y.Data()
	if len(a) != len(b) {
		return fmt.Errorf("wrong result: %d elements", len(b))
	}
	for _, col := range []int{0, 1, 2047, 2048, anomaliesSide - 1} {
		mean := 0.0
		for i := col; i < len(a); i += anomaliesSide {
			mean += a[i] / anomaliesSide
		}
		for i := col; i < len(a); i += anomaliesSide {
			if math.Abs(a[i]-mean-b[i]) > 1e-10 {
				return fmt.Errorf("wrong result: %v in column %d, %v is expected", b[i], col, a[i]-mean)
			}
		}
	}
	return nil
}
