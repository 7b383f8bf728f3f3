package suite

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
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

// checkedColumns are those of workload (j) that are compared.
var checkedColumns = []int{0, 1, 2047, 2048, anomaliesSide - 1}

// sameAnomalies compares columns of an output with those of the input. It reads
// row by row: the system's account of the next contestant's memory begins with
// that of this process.
func sameAnomalies(in, out string) error {
	means := make([]float64, len(checkedColumns))
	err := eachRow(in, func(_ int, row []byte) error {
		for k, col := range checkedColumns {
			means[k] += element(row, col) / anomaliesSide
		}
		return nil
	})
	if err != nil {
		return err
	}
	want := make([][]float64, anomaliesSide)
	err = eachRow(in, func(i int, row []byte) error {
		for k, col := range checkedColumns {
			want[i] = append(want[i], element(row, col)-means[k])
		}
		return nil
	})
	if err != nil {
		return err
	}
	return eachRow(out, func(i int, row []byte) error {
		for k, col := range checkedColumns {
			if v := element(row, col); math.Abs(v-want[i][k]) > 1e-10 {
				return fmt.Errorf("wrong result: %v in row %d, column %d, %v is expected", v, i, col, want[i][k])
			}
		}
		return nil
	})
}

// element is an element of a row.
func element(row []byte, col int) float64 {
	return math.Float64frombits(binary.LittleEndian.Uint64(row[8*col:]))
}

// eachRow reads the rows of an .npy file of workload (j), and nothing behind
// them.
func eachRow(path string, do func(i int, row []byte) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	var start [10]byte // magic, version, and in two bytes how long the rest of the header is
	if _, err := io.ReadFull(f, start[:]); err != nil {
		return err
	}
	if _, err := f.Seek(int64(binary.LittleEndian.Uint16(start[8:])), io.SeekCurrent); err != nil {
		return err
	}
	row := make([]byte, 8*anomaliesSide)
	for i := range anomaliesSide {
		if _, err := io.ReadFull(f, row); err != nil {
			return fmt.Errorf("wrong result: row %d: %w", i, err)
		}
		if err := do(i, row); err != nil {
			return err
		}
	}
	if n, err := f.Read(row); n > 0 || err != io.EOF {
		return fmt.Errorf("wrong result: more than %d rows", anomaliesSide)
	}
	return nil
}
