package runtime

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// readInBlocks runs the identity on a file that is larger than the memory limit.
func readInBlocks[T Elem](t *rapid.T, path string, shape []int, chunks [][]int) []T {
	a, err := OpenNpy[T](path)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	dtype := DTypeName[T]()
	p := &Program{
		Name:    "identity",
		Inputs:  []InputInfo{{Name: "x", DType: dtype, Shape: shape, Chunks: chunks}},
		Outputs: []OutputInfo{{Name: "y", Array: true, DType: dtype, Shape: shape, Chunks: chunks}},
		Build: func(b *Builder) error {
			x := InputLayer[T](b, "x")
			if (x.fetch == nil) != (size(shape) == 0) {
				t.Errorf("shape %v: blocks are read: %v", shape, x.fetch != nil)
			}
			ArrayOutput(b, "y", x)
			return nil
		},
	}
	got, err := execute(t.Context(), p, []any{a}, &options{workers: 2, memory: 1})
	if err != nil {
		t.Fatal(err)
	}
	return got[0].(*Array[T]).Data()
}

// checkRead writes data of an array in C order to a file, in the order and byte
// order that the descr and fortran say, and compares what is read.
func checkRead[T Elem](t *rapid.T, path, descr string, shape []int, data []T) {
	fortran := rapid.Bool().Draw(t, "fortran")
	pad := rapid.IntRange(0, 9).Draw(t, "pad") // the elements need not be aligned
	whole := FromSlice(data, shape...)
	stored := data
	if fortran {
		back, strides := slices.Clone(shape), slices.Clone(whole.Strides)
		slices.Reverse(back)
		slices.Reverse(strides)
		stored = whole.View(back, strides, 0).Elements()
	}
	raw := bytes.Clone(rawBytes(stored))
	if (descr[0] == '>') != nativeBigEndian {
		swapBytes(raw, wordSize[T]())
	}
	text := fmt.Sprintf("{'descr': '%s', 'fortran_order': %s, 'shape': %s, }%s\n", descr,
		map[bool]string{true: "True", false: "False"}[fortran], shapeString(shape), strings.Repeat(" ", pad))
	if err := os.WriteFile(path, npyFile(text, string(raw)), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := readInBlocks[T](t, path, shape, genChunks(t, shape)); !slices.Equal(got, data) {
		t.Errorf("%s%v, fortran %v: got %v, want %v", descr, shape, fortran, got, data)
	}
}

// Blocks that are read have the elements of the file, of any dtype and order.
func TestReadBlocks(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.npy")
	rapid.Check(t, func(t *rapid.T) {
		shape := rapid.SliceOfN(rapid.IntRange(0, 6), 0, 4).Draw(t, "shape")
		n := size(shape)
		switch dtype := rapid.IntRange(0, 4).Draw(t, "dtype"); dtype {
		case 0, 1:
			data := make([]float64, n)
			for i := range data {
				data[i] = float64(i) + 0.5
			}
			checkRead(t, path, []string{"<f8", ">f8"}[dtype], shape, data)
		case 2:
			data := make([]complex64, n)
			for i := range data {
				data[i] = complex(float32(i), 0.25)
			}
			checkRead(t, path, ">c8", shape, data)
		case 3:
			data := make([]int16, n)
			for i := range data {
				data[i] = int16(256 * i)
			}
			checkRead(t, path, ">i2", shape, data)
		case 4:
			data := make([]bool, n)
			for i := range data {
				data[i] = i%3 == 0
			}
			checkRead(t, path, "|b1", shape, data)
		}
	})
}

// True is 1, whatever the file has for it.
func TestReadBools(t *testing.T) {
	data := []bool{false, false, false}
	copy(rawBytes(data), "\x00\x07\x01")
	repair(data, false)
	if got := rawBytes(data); string(got) != "\x00\x01\x01" {
		t.Errorf("got %q", got)
	}
}

// A file that another program makes shorter while it is read is an error of the
// task, and no file is written.
func TestReadCutShort(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.npy")
	const n = 1 << 16
	if err := WriteNpy(path, count(n)); err != nil {
		t.Fatal(err)
	}
	a, err := OpenNpy[float64](path)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if err := os.Truncate(path, 128+8*n/2); err != nil {
		t.Fatal(err)
	}
	o := &options{workers: 2, memory: 1 << 16, files: map[string]string{"y": filepath.Join(dir, "y.npy")}}
	_, err = execute(t.Context(), identity([]int{n}, [][]int{Chunks(n, 1024)}, true), []any{a}, o)
	if te := (*TaskError)(nil); !errors.As(err, &te) || !strings.Contains(err.Error(), "x.npy: the file has become shorter") {
		t.Errorf("got %v", err)
	}
	if got := files(t, dir); len(got) != 1 {
		t.Errorf("files %v", got)
	}
}

// A block that was read for a task is overwritten by its result, but not if the
// task reads it twice.
func TestReadReuse(t *testing.T) {
	inDir(t, count(64))
	a, err := OpenNpy[float64]("x.npy")
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	for _, twice := range []bool{false, true} {
		p := identity([]int{64}, [][]int{{32, 32}}, true)
		p.Build = func(b *Builder) error {
			x := InputLayer[float64](b, "x")
			y := NewLayer[*Block[float64]](b, Info{Name: "y", Grid: []int{2}})
			reads := []Read{x.At(I(0))}
			if twice {
				reads = append(reads, x.At(I(0)))
			}
			y.Case(All(), func(t2 *Task) (*Block[float64], error) {
				v := x.Get(t2, 0)
				if twice && x.Get(t2, 1) != v {
					t.Error("a block was read twice")
				}
				out := Reuse(t2, v.Shape, v)
				if (&out.Data[0] == &v.Data[0]) == twice {
					t.Errorf("read twice %v: overwritten %v", twice, twice)
				}
				for i, e := range v.Data {
					out.Data[i] = -e
				}
				return out, nil
			}, reads...)
			ArrayOutput(b, "y", y)
			return nil
		}
		o := &options{workers: 2, memory: 1024, files: map[string]string{"y": "y.npy"}}
		if _, err := execute(t.Context(), p, []any{a}, o); err != nil {
			t.Fatal(err)
		}
		y, err := OpenNpy[float64]("y.npy")
		if err != nil || y.At(40) != -40 {
			t.Errorf("got %v, %v", y.Data(), err)
		}
		y.Close()
	}
}
