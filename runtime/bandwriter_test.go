package runtime

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// blockAt copies the block of an array at a grid index.
func blockAt(a *Array[float64], chunks, starts [][]int, index []int) (origin []int, b *Block[float64]) {
	whole := a.Block()
	shape, offset := make([]int, len(index)), 0
	origin = make([]int, len(index))
	for k, i := range index {
		shape[k], origin[k] = chunks[k][i], starts[k][i]
		offset += origin[k] * whole.Strides[k]
	}
	v := whole.View(shape, whole.Strides, offset)
	return origin, FromSlice(append([]float64{}, v.Elements()...), shape...)
}

// Blocks that come in any order, from several goroutines, make up the array:
// written past the page cache or through it, and whether blocks are kept or not.
func TestBandWriter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.npy")
	rapid.Check(t, func(rt *rapid.T) {
		shape := rapid.SliceOfN(rapid.IntRange(1, 24), 1, 4).Draw(rt, "shape")
		x := count(shape...)
		chunks := genChunks(rt, shape)
		limit := int64(rapid.SampledFrom([]int{0, 8}).Draw(rt, "limit"))
		npy, err := createNpy[float64](path, shape, limit)
		if err != nil {
			rt.Fatal(err)
		}
		starts := chunkStarts(chunks)
		w := newBandWriter(newTiling(shape, chunks, starts, 8), &batchFile{npy.file.File, npy.direct}, npy.offset, limit)
		w.budget = int64(rapid.IntRange(0, 2*8*len(x.Data())).Draw(rt, "budget"))
		l := &layer{grid: make([]int, len(shape)), strides: make([]int, len(shape)), size: 1}
		for k := range shape {
			l.grid[k] = len(chunks[k])
			l.size *= l.grid[k]
		}
		rowMajor(l.strides, l.grid)
		putAll(rt, w, npy, x, l, chunks, starts, rapid.Uint64().Draw(rt, "seed"))
		if err := w.finish(); err != nil {
			rt.Fatal(err)
		}
		if err := npy.Commit(); err != nil {
			rt.Fatal(err)
		}
		got, err := OpenNpy[float64](path)
		if err != nil {
			rt.Fatal(err)
		}
		defer got.Close()
		if d := cmp.Diff(x.Data(), append([]float64{}, got.Data()...)); d != "" {
			rt.Error(d)
		}
	})
}

// putAll gives all blocks of x to w, from three goroutines.
func putAll(t *rapid.T, w *bandWriter, npy *NpyWriter[float64], x *Array[float64], l *layer, chunks, starts [][]int, seed uint64) {
	var group sync.WaitGroup
	order := rand.New(rand.NewPCG(seed, 0)).Perm(l.size)
	for k := range 3 {
		group.Go(func() {
			for _, lin := range order[len(order)*k/3 : len(order)*(k+1)/3] {
				origin, b := blockAt(x, chunks, starts, l.unravel(lin))
				kept, err := w.keep(nil, lin, rawBytes(b.Data), b)
				if kept {
					npy.written.Add(int64(b.Size()))
				} else if err == nil {
					err = npy.WriteBlock(origin, b)
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
}

// An array larger than the memory limit goes to its file past the page cache,
// behind a header of a whole sector, which is as valid as the usual one.
func TestOutputLargerThanMemory(t *testing.T) {
	const rows, cols = 1 << 10, 1 << 10
	path := filepath.Join(t.TempDir(), "y.npy")
	x := count(rows, cols)
	for _, chunks := range [][2]int{{128, 512}, {100, 300}, {1024, 256}, {8, 1024}} {
		p := identity([]int{rows, cols}, [][]int{Chunks(rows, chunks[0]), Chunks(cols, chunks[1])}, true)
		for _, sync := range []bool{false, true} {
			o := &options{workers: 2, memory: 4 << 20, files: map[string]string{"y": path}, sync: sync}
			if _, err := execute(t.Context(), p, []any{x}, o); err != nil {
				t.Fatal(err)
			}
			y, err := OpenNpy[float64](path)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(x.Data(), y.Data()) {
				t.Errorf("in chunks of %v the file holds something else", chunks)
			}
			y.Close()
		}
	}
}

// A write that fails is an error of the run, and there is no file.
func TestBandWriterFails(t *testing.T) {
	dir := t.TempDir()
	x := count(1<<10, 1<<10)
	p := identity(x.Shape(), [][]int{Chunks(1<<10, 128), Chunks(1<<10, 512)}, true)
	b, err := build(p, []any{x}, 0)
	if err != nil {
		t.Fatal(err)
	}
	g, err := newGraph(b, b.roots())
	if err != nil {
		t.Fatal(err)
	}
	o := &options{workers: 2, files: map[string]string{"y": filepath.Join(dir, "y.npy")}}
	if err := b.openOutputs(g, o); err != nil {
		t.Fatal(err)
	}
	w := b.outputs[0].(*arrayOutput[float64]).bands
	if w.file.file, err = os.Open(os.DevNull); err != nil { // cannot be written to
		t.Fatal(err)
	}
	err = b.runGraph(t.Context(), g, o)
	if err == nil {
		_, err = b.finishOutputs()
	}
	b.abortOutputs()
	if err == nil || !strings.Contains(err.Error(), "bad file descriptor") {
		t.Errorf("got %v", err)
	}
	if left := files(t, dir); len(left) > 0 {
		t.Errorf("%v were left behind", left)
	}
}
