package runtime

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"unsafe"
)

// A mappedObserver keeps how many bytes of a mapping were in memory at most.
type mappedObserver struct {
	mapped *mapping
	most   atomic.Int64
	tasks  atomic.Int64
}

func (m *mappedObserver) RunStart(*RunInfo)    {}
func (m *mappedObserver) TaskStart(*TaskEvent) {}
func (m *mappedObserver) RunDone(error)        {}

func (m *mappedObserver) TaskDone(*TaskEvent) {
	if m.tasks.Add(1)%8 != 0 {
		return
	}
	if n := m.resident(); n > m.most.Load() {
		m.most.Store(n)
	}
}

// resident reads the size of the mapping in memory from the process's table.
func (m *mappedObserver) resident() int64 {
	table, _ := os.ReadFile("/proc/self/smaps")
	_, text, _ := strings.Cut(string(table), fmt.Sprintf("\n%x-", unsafe.Pointer(unsafe.SliceData(m.mapped.pages))))
	_, text, _ = strings.Cut(text, "\nRss:")
	kib := int64(0)
	fmt.Sscan(text, &kib)
	return kib << 10
}

// An array 8 times as large as the limit is read twice, and written, within the
// limit: its blocks are read into buffers, or pages that were used are given back.
func TestMappedInputKeepsLimit(t *testing.T) {
	const rows, cols, chunk = 16 << 10, 512, 256 // 64 MiB of float64
	const limit = rows * cols * 8 / 8
	dir := t.TempDir()
	in, out := filepath.Join(dir, "x.npy"), filepath.Join(dir, "y.npy")
	data := make([]float64, rows*cols)
	for i := range data {
		data[i] = float64(i % 1000)
	}
	if err := WriteNpy(in, FromData(data, rows, cols)); err != nil {
		t.Fatal(err)
	}
	a, err := OpenNpy[float64](in)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	for _, op := range []string{"subtract", "getitem"} { // which read blocks, and take views
		most, used := &mappedObserver{mapped: a.mapped}, &peakObserver{}
		p := anomalies(rows, cols, chunk, op)
		o := &options{workers: 2, memory: limit, obs: observers{most, used}, files: map[string]string{"y": out}}
		if _, err := execute(t.Context(), p, []any{a}, o); err != nil {
			t.Fatal(err)
		}
		allowed := int64(0) // blocks that are read are not mapped at all
		if op == "getitem" {
			allowed = limit/mappedPart + 8*chunk*cols*8
		}
		if got := most.most.Load(); got > allowed {
			t.Errorf("%s: %d bytes of the input were mapped at a time, the limit is %d", op, got, limit)
		}
		if used.peak > limit {
			t.Errorf("%s: blocks took %d bytes, the limit is %d", op, used.peak, limit)
		}
	}
	y, err := OpenNpy[float64](out)
	if err != nil {
		t.Fatal(err)
	}
	defer y.Close()
	mean := 0.0
	for i := range rows {
		mean += data[i*cols+5]
	}
	if got, want := y.At(777, 5), data[777*cols+5]-mean/rows; got < want-1e-9 || got > want+1e-9 {
		t.Errorf("got %v, want %v", got, want)
	}
}

// anomalies returns the program y = x - x.mean(0) in blocks of rows.
// The op of its elementwise tasks is given.
func anomalies(rows, cols, chunk int, op string) *Program {
	n := rows / chunk
	chunks := [][]int{Chunks(rows, chunk), {cols}}
	return &Program{
		Name:    "anomalies",
		Inputs:  []InputInfo{{Name: "x", DType: "float64", Shape: []int{rows, cols}, Chunks: chunks}},
		Outputs: []OutputInfo{{Name: "y", Array: true, DType: "float64", Shape: []int{rows, cols}, Chunks: chunks}},
		Build: func(b *Builder) error {
			x := InputLayer[float64](b, "x")
			s := NewLayer[*Block[float64]](b, Info{Name: "sums", Grid: []int{n}})
			s.Case(All(), func(t *Task) (*Block[float64], error) {
				sum, v := AllocZero[float64](t, []int{cols}), x.Get(t, 0).Elements()
				for i, e := range v {
					sum.Data[i%cols] += e
				}
				return sum, nil
			}, x.At(I(0), Fix(0)))
			m := NewLayer[*Block[float64]](b, Info{Name: "mean"})
			m.Case(All(), func(t *Task) (*Block[float64], error) {
				mean := AllocZero[float64](t, []int{cols})
				for _, v := range s.List(t, 0) {
					for i, e := range v.Data {
						mean.Data[i] += e / float64(rows)
					}
				}
				return mean, nil
			}, s.At(Many(Fix(0), Fix(n), 1)))
			y := NewLayer[*Block[float64]](b, Info{Name: "y", Grid: []int{n, 1}, Op: op})
			y.Case(All(), func(t *Task) (*Block[float64], error) {
				out, v, mean := Alloc[float64](t, []int{chunk, cols}), x.Get(t, 0).Elements(), m.Get(t, 1).Data
				for i, e := range v {
					out.Data[i] = e - mean[i%cols]
				}
				return out, nil
			}, x.At(I(0), I(1)), m.At())
			ArrayOutput(b, "y", y)
			return nil
		},
	}
}
