package runtime

import (
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// drawBlock draws a block of random shape, strides and offset whose elements
// are all different.
func drawBlock(t *rapid.T) *Block[int32] {
	n := rapid.IntRange(1, 4)
	if rapid.IntRange(0, 3).Draw(t, "size") == 0 {
		n = rapid.IntRange(0, 40)
	}
	shape := rapid.SliceOfN(n, 0, 5).Draw(t, "shape")
	for k, size := 0, 1; k < len(shape); k++ {
		if size *= max(1, shape[k]); size > 5000 {
			shape = shape[:k]
		}
	}
	strides := make([]int, len(shape))
	if rapid.Bool().Draw(t, "regular") { // a view of a dense array, axes in any order
		order := rapid.Permutation(axesOf(len(shape))).Draw(t, "order")
		s := rapid.SampledFrom([]int{1, 1, -1, 2}).Draw(t, "step")
		for _, k := range order {
			strides[k] = s
			s *= max(1, shape[k])
			if rapid.IntRange(0, 4).Draw(t, "repeated") == 0 {
				strides[k] = 0
			}
		}
	} else {
		strides = rapid.SliceOfN(rapid.IntRange(-9, 9), len(shape), len(shape)).Draw(t, "strides")
	}
	lo, hi := 0, 0
	for k, d := range shape {
		if span := (max(d, 1) - 1) * strides[k]; span < 0 {
			lo += span
		} else {
			hi += span
		}
	}
	data := make([]int32, hi-lo+1)
	for i := range data {
		data[i] = int32(i)
	}
	return FromSlice(data, len(data)).View(shape, strides, -lo)
}

func axesOf(rank int) []int {
	axes := make([]int, rank)
	for k := range axes {
		axes[k] = k
	}
	return axes
}

// drawTarget draws a shape to which another broadcasts.
func drawTarget(t *rapid.T, shape []int) []int {
	out := slices.Clone(shape)
	for k, d := range out {
		if d == 1 && rapid.Bool().Draw(t, "stretch") {
			out[k] = rapid.IntRange(0, 5).Draw(t, "length")
		}
	}
	return append(rapid.SliceOfN(rapid.IntRange(1, 5), 0, 2).Draw(t, "before"), out...)
}

// naive reads the elements of b broadcast to shape one by one.
func naive[T Elem](b *Block[T], shape []int) []T {
	n, _ := sizeOf(shape, 1)
	out := make([]T, n)
	idx := make([]int, len(shape))
	for i := range out {
		own := slices.Clone(idx[len(shape)-len(b.Shape):])
		for k, d := range b.Shape {
			if d == 1 {
				own[k] = 0
			}
		}
		out[i] = b.At(own...)
		next(idx, shape)
	}
	return out
}

func TestReaderReadsAsAt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := drawBlock(t)
		shape := drawTarget(t, b.Shape)
		want := naive(b, shape)
		r := b.Reader(nil, shape)
		defer r.Close()
		for lo := 0; lo < len(want); {
			n := min(rapid.SampledFrom([]int{StripLen, StripLen, 1, 7, 100}).Draw(t, "n"), len(want)-lo)
			if got := r.Strip(lo, n); !slices.Equal(got, want[lo:lo+n]) {
				t.Fatalf("strip %d:%d is %v, want %v", lo, lo+n, got, want[lo:lo+n])
			}
			lo += n
		}
		for range 3 { // out of order
			lo := rapid.IntRange(0, len(want)).Draw(t, "lo")
			n := min(rapid.IntRange(0, StripLen).Draw(t, "n"), len(want)-lo)
			if got := r.Strip(lo, n); !slices.Equal(got, want[lo:lo+n]) {
				t.Fatalf("strip %d:%d is %v, want %v", lo, lo+n, got, want[lo:lo+n])
			}
		}
	})
}

// TestReaderTiles: transposed blocks of several shapes, read in order and not.
func TestReaderTiles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, cols := rapid.IntRange(4, 40).Draw(t, "rows"), rapid.IntRange(17, 300).Draw(t, "cols")
		depth := rapid.IntRange(1, 3).Draw(t, "depth")
		data := make([]int16, depth*rows*cols)
		for i := range data {
			data[i] = int16(i)
		}
		sign := rapid.SampledFrom([]int{1, -1}).Draw(t, "sign")
		b := FromSlice(data, depth, cols, rows)
		b = b.View([]int{depth, rows, cols}, []int{rows * cols, 1, sign * rows}, max(0, -sign)*(cols-1)*rows)
		want := naive(b, b.Shape)
		r := b.Reader(nil, b.Shape)
		defer r.Close()
		if (r.tileLen > 0) != (rows >= minTileStep) {
			t.Fatalf("tile of %d", r.tileLen)
		}
		lo := 0
		for range 20 {
			n := min(rapid.IntRange(1, StripLen).Draw(t, "n"), len(want)-lo)
			if got := r.Strip(lo, n); !slices.Equal(got, want[lo:lo+n]) {
				t.Fatalf("strip %d:%d is %v, want %v", lo, lo+n, got, want[lo:lo+n])
			}
			if lo += n; lo == len(want) || rapid.IntRange(0, 3).Draw(t, "jump") == 0 {
				lo = rapid.IntRange(0, len(want)-1).Draw(t, "lo")
			}
		}
	})
}

func TestContiguousAndElements(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := drawBlock(t)
		want := naive(b, b.Shape)
		if got := b.Elements(); !slices.Equal(got, want) {
			t.Fatalf("Elements is %v, want %v", got, want)
		}
		c := b.Contiguous(nil)
		if !c.IsContiguous() || !slices.Equal(c.Shape, b.Shape) {
			t.Fatalf("Contiguous is %+v", c)
		}
		if got := c.Data[c.Offset : c.Offset+c.Size()]; !slices.Equal(got, want) {
			t.Fatalf("Contiguous is %v, want %v", got, want)
		}
	})
}

// TestReaderSharesMemory: what stands in order is not copied.
func TestReaderSharesMemory(t *testing.T) {
	b := New[float64](4, 3000)
	for name, c := range map[string]struct {
		b     *Block[float64]
		shape []int
		first *float64
	}{
		"contiguous":   {b, []int{4, 3000}, &b.Data[0]},
		"rows":         {b.View([]int{2, 3000}, []int{3000, 1}, 3000), []int{2, 3000}, &b.Data[3000]},
		"new axes":     {b, []int{1, 4, 3000}, &b.Data[0]},
		"long columns": {b.View([]int{4, 2000}, []int{3000, 1}, 500), []int{4, 2000}, &b.Data[500]},
		"long row":     {b.View([]int{3000}, []int{1}, 3000), []int{5, 3000}, &b.Data[3000]},
	} {
		r := c.b.Reader(nil, c.shape)
		if got := r.Strip(0, StripLen); &got[0] != c.first {
			t.Errorf("%s: copied", name)
		}
		r.Close()
	}
}

func TestScratch(t *testing.T) {
	a, b := Scratch[complex128](nil), Scratch[bool](nil)
	if len(a) != StripLen || len(b) != StripLen {
		t.Fatalf("%d and %d elements", len(a), len(b))
	}
	a[StripLen-1], b[StripLen-1] = 1, true
	FreeScratch(nil, a)
	FreeScratch(nil, b)
	FreeScratch[bool](nil, nil)
	for range 100 {
		if c := Scratch[int8](nil); len(c) != StripLen {
			t.Fatal(len(c))
		}
	}
}

func TestBroadcast(t *testing.T) {
	for _, c := range []struct {
		shapes [][]int
		want   []int
		err    string
	}{
		{nil, []int{}, ""},
		{[][]int{{}, {}}, []int{}, ""},
		{[][]int{{2, 3}}, []int{2, 3}, ""},
		{[][]int{{2, 1}, {3}}, []int{2, 3}, ""},
		{[][]int{{3}, {}, {2, 1, 1}}, []int{2, 1, 3}, ""},
		{[][]int{{0}, {1}}, []int{0}, ""},
		{[][]int{{2, 2}, {3}}, nil, "shapes (2, 2) and (3,) do not broadcast"},
		{[][]int{{0}, {2}}, nil, "shapes (0,) and (2,) do not broadcast"},
		{[][]int{{2}, {}, {2}, {3}}, nil, "shapes (2,), () and (3,) do not broadcast"},
	} {
		got, err := Broadcast(c.shapes...)
		msg := ""
		if err != nil {
			msg = err.Error()
		}
		if diff := cmp.Diff(c.want, got); diff != "" || msg != c.err {
			t.Errorf("%v: %v, %q; want %v, %q", c.shapes, got, msg, c.want, c.err)
		}
	}
}

// transposed returns an n×n block, transposed.
func transposed(n int) *Block[float64] {
	b := New[float64](n, n)
	return b.View([]int{n, n}, []int{1, n}, 0)
}

func BenchmarkReader(b *testing.B) {
	const n = 1000
	whole := New[float64](n, n)
	for _, c := range []struct {
		name  string
		block *Block[float64]
	}{
		{"contiguous", whole},
		{"scalar", Scalar(1.0)},
		{"row", New[float64](n)},
		{"column", New[float64](n, 1)},
		{"halves", New[float64](n, 2*n).View([]int{n, n}, []int{2 * n, 1}, 0)},
		{"every second", New[float64](n, 2*n).View([]int{n, n}, []int{2 * n, 2}, 0)},
		{"reversed", whole.View([]int{n, n}, []int{-n, -1}, n*n-1)},
		{"transposed", transposed(n)},
		{"narrow", New[float64](n*n/2, 3).View([]int{n * n / 2, 2}, []int{3, 1}, 0)},
	} {
		b.Run(c.name, func(b *testing.B) {
			shape := []int{n, n}
			if c.name == "narrow" {
				shape = c.block.Shape
			}
			b.SetBytes(n * n * 8)
			for b.Loop() {
				r := c.block.Reader(nil, shape)
				for lo := 0; lo < n*n; lo += StripLen {
					r.Strip(lo, min(StripLen, n*n-lo))
				}
				r.Close()
			}
		})
	}
	b.Run("transposed 1024", func(b *testing.B) {
		x := transposed(1024)
		b.SetBytes(1 << 23)
		for b.Loop() {
			r := x.Reader(nil, x.Shape)
			for lo := 0; lo < 1<<20; lo += StripLen {
				r.Strip(lo, StripLen)
			}
			r.Close()
		}
	})
}

// TestReaderHoldsColumns reads a column broadcast to rows of many lengths,
// whose strips begin and end within rows and across them.
func TestReaderHoldsColumns(t *testing.T) {
	for _, width := range []int{2, 31, 1000, 1024, 5000, 3*StripLen + 1} {
		const rows = 7
		col := New[int32](rows, 1)
		for i := range col.Data {
			col.Data[i] = int32(i + 1)
		}
		r := col.Reader(nil, []int{rows, width})
		for lo := 0; lo < rows*width; lo += StripLen {
			n := min(StripLen, rows*width-lo)
			for k, v := range r.Strip(lo, n) {
				if want := int32((lo+k)/width + 1); v != want {
					t.Fatalf("width %d: element %d is %d, want %d", width, lo+k, v, want)
				}
			}
		}
		if got := r.Strip(width, 1)[0]; got != 2 {
			t.Errorf("width %d: after seeking back: %d", width, got)
		}
		r.Close()
	}
}

// BenchmarkReaderColumn reads a column of 1000 rows broadcast to a width.
func BenchmarkReaderColumn(b *testing.B) {
	for _, width := range []int{1000, 10000} {
		b.Run(strconv.Itoa(width), func(b *testing.B) {
			col := New[float64](100, 1)
			b.SetBytes(int64(100 * width * 8))
			for b.Loop() {
				r := col.Reader(nil, []int{100, width})
				for lo := 0; lo < 100*width; lo += StripLen {
					r.Strip(lo, min(StripLen, 100*width-lo))
				}
				r.Close()
			}
		})
	}
}

func TestRowStrip(t *testing.T) {
	for _, c := range []struct {
		shape []int
		want  int
	}{
		{nil, StripLen}, {[]int{0}, StripLen}, {[]int{5, 1000}, 1000}, {[]int{5, 1024}, 1024}, {[]int{5, 1026}, 513}, {[]int{5000}, 1000},
		{[]int{9, 127}, StripLen}, {[]int{9, 128}, 128}, {[]int{9, 8009}, StripLen}, {[]int{9, 2 * 8009}, StripLen},
	} {
		if got := RowStrip(c.shape); got != c.want {
			t.Errorf("shape %v: strips of %d, want %d", c.shape, got, c.want)
		}
	}
}

// A loop of one call may take a whole block, or a row, where it stands in one
// piece.
func TestLongStrips(t *testing.T) {
	m := FromSlice(make([]float64, 6000), 3, 2000)
	for i := range m.Data {
		m.Data[i] = float64(i)
	}
	readers := map[string]struct {
		b     *Block[float64]
		shape []int
		run   int
	}{
		"whole":      {m, []int{3, 2000}, 6000},
		"rows":       {m.View([]int{2, 2000}, []int{2000, 1}, 2000), []int{2, 2000}, 4000},
		"columns":    {m.View([]int{3, 1500}, []int{2000, 1}, 100), []int{3, 1500}, 1500},
		"transposed": {m.View([]int{2000, 3}, []int{1, 2000}, 0), []int{2000, 3}, 0},
		"row":        {m.View([]int{700}, []int{1}, 0), []int{3, 700}, 0},
		"long row":   {m.View([]int{2000}, []int{1}, 0), []int{3, 2000}, 2000},
		"one":        {Scalar(1.0), []int{3, 4}, 0},
		"empty":      {New[float64](0, 3), []int{0, 3}, 0},
		"rank 5":     {m.View([]int{1, 2, 2, 2, 500}, []int{0, 2000, 1000, 500, 1}, 0).View([]int{2, 2, 2, 2, 200}, []int{0, 2000, 1000, 500, 1}, 0), []int{2, 2, 2, 2, 200}, 200},
	}
	for name, c := range readers {
		r, whole := c.b.Reader(nil, c.shape), c.b.Reader(nil, c.shape)
		if r.Run() != c.run {
			t.Errorf("%s: the run is %d, want %d", name, r.Run(), c.run)
		}
		for lo := 0; c.run > 0 && lo < Size(c.shape); lo += c.run {
			s := r.Strip(lo, c.run)
			for i, v := range s {
				if w := whole.Strip(lo+i, 1)[0]; v != w {
					t.Fatalf("%s: element %d is %v, want %v", name, lo+i, v, w)
				}
			}
		}
		r.Close()
		whole.Close()
	}
	for _, c := range []struct {
		n, want int
		runs    []int
	}{
		{5000, 5000, []int{5000, 5000}}, {5000, 1000, []int{5000, 0}}, {7, 1024, []int{7}}, {0, 1024, nil}, {600, 600, []int{0, 0}},
		{6000, 2000, []int{2000, 6000}}, {6000, 2000, []int{6000, 2000}}, {6000, 1024, []int{2000, 1500, 0}}, {6000, 1000, []int{2000, 0}},
		{6000, 1024, []int{60, 6000}}, {6000, 1024, []int{1500, 2000}}, {4099, 1024, []int{4099, 0}}, {1 << 18, 512, []int{512, 0}}, {1 << 16, 1024, []int{1 << 16, 0}},
	} {
		if got := LongStrip(1024, c.n, c.runs...); got != c.want {
			t.Errorf("strips of %d elements with runs %v: %d, want %d", c.n, c.runs, got, c.want)
		}
	}
}
