package runtime

import (
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// message returns what f panics with.
func message(f func()) (msg string) {
	defer func() {
		switch v := recover().(type) {
		case error:
			msg = v.Error()
		case string:
			msg = v
		}
	}()
	f()
	return "no panic"
}

func TestBlockPanics(t *testing.T) {
	b := New[float64](2, 3)
	for _, c := range []struct {
		name string
		f    func()
		want string
	}{
		{"too few elements", func() { FromSlice([]int8{1, 2}, 3) }, "a block of shape (3,) has 3 elements, the slice has 2"},
		{"negative length", func() { New[bool](2, -1) }, "axis 1 of shape (2, -1) has a negative length"},
		{"overflow", func() { New[bool](math.MaxInt, 2) }, "has too many elements"},
		{"overflow beside zero", func() { New[bool](math.MaxInt, 0, math.MaxInt) }, "has too many elements"},
		{"more than memory", func() { Alloc[float64](nil, []int{1 << 30, 1 << 16}) }, "has too many elements"},
		{"too many axes", func() { New[bool](make([]int, 65)...) }, "65 axes, more than 64"},
		{"rank of index", func() { b.At(1) }, "1 indices for a block of rank 2"},
		{"index", func() { b.At(1, 3) }, "index 3 is out of range for axis 1 of length 3"},
		{"negative index", func() { b.At(-1, 0) }, "index -1 is out of range for axis 0 of length 2"},
		{"view beyond the end", func() { b.View([]int{3}, []int{1}, 4) }, "view of shape (3,) covers elements 4 to 6 of 6"},
		{"view before the start", func() { b.View([]int{3}, []int{-1}, 1) }, "view of shape (3,) covers elements -1 to 1 of 6"},
		{"view without strides", func() { b.View([]int{3}, nil, 0) }, "1 extents and 0 strides"},
	} {
		if got := message(c.f); !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestBlockContiguous(t *testing.T) {
	b := New[int8](4, 6)
	for _, c := range []struct {
		name           string
		shape, strides []int
		want           bool
	}{
		{"whole", []int{4, 6}, []int{6, 1}, true},
		{"reshaped", []int{2, 2, 6}, []int{12, 6, 1}, true},
		{"rows", []int{2, 6}, []int{6, 1}, true},
		{"columns", []int{4, 3}, []int{6, 1}, false},
		{"one row of columns", []int{1, 3}, []int{6, 1}, true},
		{"transposed", []int{6, 4}, []int{1, 6}, false},
		{"axis of length 1", []int{4, 1, 6}, []int{6, 99, 1}, true},
		{"repeated", []int{4, 6}, []int{0, 1}, false},
		{"reversed", []int{6}, []int{-1}, false},
		{"scalar", nil, nil, true},
		{"empty", []int{0, 5}, []int{7, 7}, true},
	} {
		v := &Block[int8]{Data: b.Data, Shape: c.shape, Strides: c.strides}
		if got := v.IsContiguous(); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestHighRank(t *testing.T) {
	b := New[int8](1, 2, 1, 2, 1, 2, 1)
	v := b.View(b.Shape, b.Strides, b.Offset)
	v.Shape = append(v.Shape, 9) // must not reach into the strides
	if diff := cmp.Diff([]int{8, 4, 4, 2, 2, 1, 1}, v.Strides); diff != "" {
		t.Error(diff)
	}
}

func TestClassOf(t *testing.T) {
	last := -1
	for n := 1; n < 1<<16; n++ {
		class, size := classOf(n)
		if size < n || n > minPooled && size > n+n/steps+1 || class < last || class > last+1 {
			t.Fatalf("%d bytes: class %d of %d after class %d", n, class, size, last)
		}
		last = class
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(minPooled+1, maxBytes/2).Draw(t, "n")
		class, size := classOf(n)
		if size < n || size-n > n/steps || class >= classes {
			t.Fatalf("class %d of %d", class, size)
		}
		if c, s := classOf(size); c != class || s != size {
			t.Fatalf("%d is of class %d, its size %d of class %d", n, class, size, c)
		}
		if c, _ := classOf(size + 1); c != class+1 {
			t.Fatalf("class %d after %d", c, class)
		}
	})
}

func TestAlloc(t *testing.T) {
	m := newMemory(0)
	task := &Task{mem: m}
	b := Alloc[float64](task, []int{300, 7})
	if p := uintptr(unsafe.Pointer(&b.Data[0])); p%alignment != 0 || len(b.Data) != 2100 || b.Offset != 0 || !b.IsContiguous() {
		t.Fatalf("%d elements at %x", len(b.Data), p)
	}
	if got := m.inUse(); got < 2100*8 || got > 2100*9 {
		t.Fatalf("%d bytes in use", got)
	}
	v := b.View([]int{300}, []int{7}, 3)
	b.Data[0] = 7
	b.Release()
	if m.inUse() == 0 {
		t.Fatal("a buffer was given back while a view is in use")
	}
	v.Release()
	if m.inUse() != 0 || m.peak() < 2100*8 {
		t.Fatalf("%d bytes in use, %d at most", m.inUse(), m.peak())
	}
	c := AllocZero[int32](task, []int{4200}) // of the same class
	if &b.Data[0] != (*float64)(unsafe.Pointer(&c.Data[0])) || m.reused.Load() != 1 {
		t.Error("the buffer was not used again")
	}
	if slices.ContainsFunc(c.Data, func(v int32) bool { return v != 0 }) {
		t.Error("AllocZero is not zero")
	}
	if got := message(func() { c.Release(); c.Release() }); !strings.Contains(got, "released more often") {
		t.Error(got)
	}
}

// Large buffers begin on huge pages.
func TestAllocHuge(t *testing.T) {
	task := &Task{mem: newMemory(0)}
	for _, n := range []int{hugePage, hugePage + 1, 5*hugePage - 1} {
		b := Alloc[uint8](task, []int{n})
		if p := uintptr(unsafe.Pointer(&b.Data[0])); p%hugePage != 0 {
			t.Errorf("%d bytes at %x", n, p)
		}
		b.Data[0], b.Data[n-1] = 1, 2
		if b.At(0) != 1 || b.At(n-1) != 2 {
			t.Error("the memory does not keep what is written")
		}
		b.Release()
	}
}

func TestAllocSmall(t *testing.T) {
	m := newMemory(0)
	task := &Task{mem: m}
	b := Alloc[float64](task, []int{})
	b.Data[0] = 1
	if b.At() != 1 || m.inUse() != minPooled {
		t.Errorf("a scalar is %v in %d bytes", b.At(), m.inUse())
	}
	b.Release()
	if c := Alloc[int8](task, []int{3, 5, 1}); m.reused.Load() != 1 || c.Size() != 15 || !c.IsContiguous() {
		t.Errorf("%d buffers were used again, shape %v", m.reused.Load(), c.Shape)
	}
	var none *Block[int8]
	none.Release()
	if e := Alloc[float64](task, []int{0, 3}); len(e.Data) != 0 || e.Size() != 0 {
		t.Error(e)
	}
}

// The headers of a buffer's blocks are used again with it, and those of two
// blocks that are in use differ.
func TestHeaders(t *testing.T) {
	m := newMemory(0)
	task := &Task{mem: m}
	shape := []int{4, 8}
	a := Alloc[float64](task, shape)
	for range 5 {
		b := TakeOver(task, shape, a)
		if a == b || &a.Data[0] != &b.Data[0] || a.Shape[1] != 8 || b.Shape[1] != 8 {
			t.Fatal("a result shares the header of the operand whose buffer it took over")
		}
		a.Release()
		v := b.View([]int{8, 4}, []int{1, 8}, 0)
		w := v.View([]int{2}, []int{5}, 1)
		if v == b || w == b || v == w || b.Shape[0] != 4 || v.Shape[0] != 8 || w.Shape[0] != 2 {
			t.Fatalf("views share headers: %v %v %v", b.Shape, v.Shape, w.Shape)
		}
		v.Release()
		w.Release()
		a = b
	}
	a.Release()
	if m.inUse() != 0 {
		t.Errorf("%d bytes in use", m.inUse())
	}
	allocs := testing.AllocsPerRun(100, func() {
		b := Alloc[float32](task, shape)
		v := b.View(shape, []int{8, 1}, 0)
		b.Release()
		v.Release()
	})
	if allocs != 0 {
		t.Errorf("%v allocations for a block and a view of a buffer from the pool", allocs)
	}
}

func TestMemoryLimitEmptiesThePool(t *testing.T) {
	m := newMemory(1 << 20)
	task := &Task{mem: m}
	Alloc[int8](task, []int{1 << 19}).Release()
	if m.idle.Load() != 1<<19 {
		t.Fatalf("%d idle", m.idle.Load())
	}
	Alloc[int8](task, []int{1 << 18}).Release() // fits beside it
	if m.idle.Load() != 1<<19+1<<18 {
		t.Fatalf("%d idle", m.idle.Load())
	}
	b := Alloc[int8](task, []int{1 << 20})
	if m.idle.Load() != 0 || m.inUse() != 1<<20 {
		t.Errorf("%d idle, %d in use", m.idle.Load(), m.inUse())
	}
	b.Release()
}

func TestPoolDoesNotHoard(t *testing.T) {
	m := newMemory(0)
	task := &Task{mem: m}
	for n := 40 << 20; n < 100<<20; n += 20 << 20 { // each of another class
		Alloc[int8](task, []int{n}).Release()
	}
	if got, most := m.idle.Load(), int64(100<<20)*3/2+minIdle; got > most {
		t.Errorf("%d bytes lie idle", got)
	}
	for n := 100 << 20; n < 200<<20; n += 20 << 20 {
		Alloc[int8](task, []int{n}).Release()
	}
	if got, most := m.idle.Load(), m.peak()*3/2+minIdle; got > most {
		t.Errorf("%d bytes lie idle, %d were in use", got, m.peak())
	}
}

func TestPoison(t *testing.T) {
	m := newMemory(0)
	m.poison = true
	b := AllocZero[uint8](&Task{mem: m}, []int{2000})
	data := b.Data
	b.Release()
	if data[7] != 0xdb {
		t.Error("the released buffer was not overwritten")
	}
	if message(func() { b.At(7) }) == "" {
		t.Error("the released block can be used")
	}
}

func TestMemoryConcurrent(t *testing.T) {
	m := newMemory(1 << 22)
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for i := range 300 {
				task := &Task{mem: m}
				n := 200 + (i*7919+g*131)%5000
				a := Alloc[float64](task, []int{n})
				for k := range a.Data {
					a.Data[k] = float64(g)
				}
				v := a.View([]int{n}, []int{1}, 0)
				a.Release()
				for _, x := range v.Elements() {
					if x != float64(g) {
						t.Error("a buffer is used twice")
						return
					}
				}
				v.Release()
			}
		})
	}
	wg.Wait()
	if m.inUse() != 0 {
		t.Errorf("%d bytes are still in use", m.inUse())
	}
}

func TestReuseOutsideARun(t *testing.T) {
	a := FromSlice([]float64{1, 2, 3}, 3)
	if b := Reuse(nil, []int{3}, a, nil); &b.Data[0] == &a.Data[0] {
		t.Error("memory of the caller was taken over")
	}
	m := newMemory(0)
	c := Alloc[float64](&Task{mem: m}, []int{500})
	if b := Reuse(nil, []int{500}, c); &b.Data[0] == &c.Data[0] {
		t.Error("a block was taken over without a task")
	}
}

func TestReleaseOfComposites(t *testing.T) {
	m := newMemory(0)
	block := func() *Block[float64] { return Alloc[float64](&Task{mem: m}, []int{500}) }
	type list []list // a type that contains itself
	for name, release := range map[string]func(){
		"block":  func() { Release(block()) },
		"list":   func() { Release([]*Block[float64]{block(), nil, block()}) },
		"nested": func() { Release([][]*Block[float64]{{block()}, nil}) },
		"tuple":  func() { Release(Tuple2[*Block[float64], int64]{block(), 1}) },
		"tuples": func() { Release([]Tuple3[int64, string, *Block[float64]]{{1, "", block()}}) },
		"four": func() {
			Release(Tuple4[None, bool, []*Block[float64], *Block[float64]]{V2: []*Block[float64]{block()}})
		},
		"dict":   func() { Release(map[string]*Block[float64]{"a": block(), "b": block()}) },
		"any":    func() { Release([]any{1, block(), nil}) },
		"others": func() { Release(1.5); Release("s"); Release([]int64{1}); Release([]byte("x")); Release[any](nil) },
		"itself": func() { Release(list{{}}) },
		"retained": func() {
			v := Retain(Tuple2[[]*Block[float64], string]{V0: []*Block[float64]{block()}})
			Release(v)
			if m.inUse() == 0 {
				t.Error("released although retained")
			}
			Release(v)
		},
	} {
		release()
		if m.inUse() != 0 {
			t.Errorf("%s: %d bytes are still in use", name, m.inUse())
		}
	}
}

func BenchmarkAlloc(b *testing.B) {
	for _, c := range []struct {
		name string
		n    int
	}{{"scalar", 1}, {"8 KB", 1 << 10}, {"8 MB", 1 << 20}} {
		b.Run(c.name, func(b *testing.B) {
			task, shape := &Task{mem: newMemory(0)}, []int{c.n}
			b.ReportAllocs()
			for b.Loop() {
				Alloc[float64](task, shape).Release()
			}
		})
	}
}
