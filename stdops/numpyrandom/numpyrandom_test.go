package numpyrandom

import (
	"encoding/json"
	"math"
	"os"
	"strconv"
	"sync"
	"testing"
)

// A record is what dask made of seeds.
type record struct {
	Numbers, Blocks int
	Generators      []struct {
		Name, Seed string
		Arrays     []recordedArray
	}
}

// A recordedArray holds the first numbers of block 0, every 97th of its second
// half, and every 151st of blocks 1 and the last.
type recordedArray struct {
	Name      string
	Arguments []string
	Rows      [4][]string
}

func readRecord(t *testing.T) (r record) {
	t.Helper()
	data, err := os.ReadFile("testdata/dask.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// TestDask makes the arrays that dask made, one after the other of one
// generator.
func TestDask(t *testing.T) {
	r := readRecord(t)
	for _, g := range r.Generators {
		seed, err := strconv.ParseUint(g.Seed, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		for i, a := range g.Arrays {
			stream := func(block int) Stream {
				if block += i * r.Blocks; g.Name == "pcg64" {
					return PCG64(seed, block)
				}
				return MT19937(seed, block)
			}
			t.Run(g.Name+"/"+g.Seed+"/"+a.Name, func(t *testing.T) { a.check(t, r, stream) })
		}
	}
}

func (a *recordedArray) check(t *testing.T, r record, stream func(block int) Stream) {
	first, second, last := a.numbers(t, stream(0), r.Numbers), a.numbers(t, stream(1), r.Numbers), a.numbers(t, stream(r.Blocks-1), r.Numbers)
	for i, want := range a.Rows[0] {
		a.same(t, first[i], want)
	}
	for i, want := range a.Rows[1] {
		a.same(t, first[r.Numbers/2+97*i], want)
	}
	for i, want := range a.Rows[2] {
		a.same(t, second[151*i], want)
	}
	for i, want := range a.Rows[3] {
		a.same(t, last[151*i], want)
	}
}

// numbers makes n numbers of the array's distribution.
func (a *recordedArray) numbers(t *testing.T, s Stream, n int) []any {
	out, f := make([]any, n), make([]float64, n)
	switch a.Name {
	case "random":
		s.Uniform(f)
	case "normal":
		s.Normal(f)
	case "exponential":
		s.Exponential(f)
	default:
		low, err1 := strconv.Atoi(a.Arguments[0])
		high, err2 := strconv.Atoi(a.Arguments[1])
		b, err := Integers(nil, s, []int{n}, low, high)
		if err1 != nil || err2 != nil || err != nil {
			t.Fatal(err1, err2, err)
		}
		for i, v := range b.Data {
			out[i] = v
		}
		return out
	}
	for i, v := range f {
		out[i] = v
	}
	return out
}

// same compares a number: uniform ones and integers exactly, others but for two
// units in the last place.
func (a *recordedArray) same(t *testing.T, got any, want string) {
	t.Helper()
	switch got := got.(type) {
	case int64:
		if strconv.FormatInt(got, 10) != want {
			t.Errorf("got %d, want %s", got, want)
		}
	case float64:
		w, err := strconv.ParseFloat(want, 64)
		if err != nil {
			t.Fatal(err)
		}
		if got != w && (a.Name == "random" || math.Abs(got-w) > 2*(math.Nextafter(math.Abs(w), 100)-math.Abs(w))) {
			t.Errorf("got %v, want %v", got, w)
		}
	}
}

// TestManyBlocks asks for blocks in another order, from several goroutines.
func TestManyBlocks(t *testing.T) {
	first := func(seed uint64, block int) float64 {
		var x [1]float64
		MT19937(seed, block).Uniform(x[:])
		return x[0]
	}
	want := map[int]float64{}
	for block := range 200 {
		want[block] = first(7, block)
	}
	var all sync.WaitGroup
	for w := range 4 {
		all.Go(func() {
			for i := range 200 {
				block := (i*67 + w*13) % 200
				if i%50 == 0 {
					first(uint64(w), block)
				}
				if got := first(7, block); got != want[block] {
					t.Errorf("block %d begins with %v, then with %v", block, want[block], got)
				}
			}
		})
	}
	all.Wait()
}

func TestBlocks(t *testing.T) {
	b, err := Uniform(nil, PCG64(1, 0), []int{2, 3}, -2, 6)
	if err != nil || len(b.Data) != 6 || b.Shape[1] != 3 {
		t.Fatal(b, err)
	}
	var x [6]float64
	PCG64(1, 0).Uniform(x[:])
	for i, v := range b.Data {
		if v != -2+8*x[i] {
			t.Errorf("element %d is %v", i, v)
		}
	}
	if _, err := Normal(nil, PCG64(1, 0), []int{1}, 0, -1); err == nil {
		t.Error("no error for a negative deviation")
	}
	if _, err := Exponential(nil, PCG64(1, 0), []int{1}, -1); err == nil {
		t.Error("no error for a negative scale")
	}
	if _, err := Integers(nil, PCG64(1, 0), []int{1}, 3, 3); err == nil {
		t.Error("no error for an empty range")
	}
}
