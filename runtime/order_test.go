package runtime

import (
	"encoding/json"
	"os"
	"testing"
)

// An orderCase is a small graph: sizes of values, the tasks that each task
// reads, and the peak that the order of dask.order gives it.
type orderCase struct {
	Name  string
	Dask  int
	Size  []int
	Reads [][]int
}

// orderUnit is the bytes of size 1.
const orderUnit = 4096

// peak runs the graph on one worker and returns the most that was in use.
func (c *orderCase) peak(t *testing.T) int {
	p := &Program{Name: c.Name, Outputs: []OutputInfo{{Name: "z"}}, Build: func(b *Builder) error {
		x := NewLayer[*Block[uint8]](b, Info{Name: "x", Grid: []int{len(c.Size)}})
		for _, ids := range c.cases() {
			var reads []Read
			if len(c.Reads[ids[0]]) > 0 {
				reads = append(reads, c.read(x, ids))
			}
			x.Case(IDs(ids), func(t *Task) (*Block[uint8], error) {
				return Alloc[uint8](t, []int{c.Size[t.Index(0)] * orderUnit}), nil
			}, reads...)
		}
		sinks := c.sinks()
		z := NewLayer[int64](b, Info{Name: "z", Grid: []int{len(sinks)}})
		z.Case(All(), one, c.read(x, sinks))
		outputAll(b, z)
		return nil
	}}
	peak := &peakObserver{}
	if _, err := Run(t.Context(), p, nil, WithWorkers(1), WithObserver(peak)); err != nil {
		t.Fatal(c.Name, err)
	}
	return int(peak.peak) / orderUnit
}

// cases returns the tasks that make blocks, those of one kernel together: as
// far as the test knows, those of one size that read as many others.
func (c *orderCase) cases() map[[2]int][]uint32 {
	kinds := map[[2]int][]uint32{}
	for i, size := range c.Size {
		if size > 0 {
			kind := [2]int{size, len(c.Reads[i])}
			kinds[kind] = append(kinds[kind], uint32(i))
		}
	}
	return kinds
}

// sinks returns the tasks that take results.
func (c *orderCase) sinks() []uint32 {
	var ids []uint32
	for i, size := range c.Size {
		if size == 0 {
			ids = append(ids, uint32(i))
		}
	}
	return ids
}

// read returns the operand of some tasks: all that they read.
func (c *orderCase) read(x *Layer[*Block[uint8]], tasks []uint32) Read {
	offsets, ids := []uint32{0}, []uint32(nil)
	for _, i := range tasks {
		for _, r := range c.Reads[i] {
			ids = append(ids, uint32(r))
		}
		offsets = append(offsets, uint32(len(ids)))
	}
	return x.TableList(offsets, ids)
}

// optimum returns the least peak over all orders, for graphs with few sets of
// tasks that can have been done at a time; otherwise it returns what dask has.
// It grows the limit until the sets reachable within it contain that of all.
func (c *orderCase) optimum() int {
	const most = 1 << 16
	for limit := 1; limit < c.Dask; limit++ {
		seen, queue := map[uint64]bool{0: true}, []uint64{0}
		for len(queue) > 0 && len(seen) < most {
			done := queue[0]
			queue = queue[1:]
			for i := range c.Size {
				next := done | 1<<i
				if next != done && !seen[next] && c.ready(done, i) && c.live(done)+c.Size[i] <= limit {
					seen[next] = true
					queue = append(queue, next)
				}
			}
		}
		if seen[1<<len(c.Size)-1] {
			return limit
		}
	}
	return c.Dask
}

// ready says whether all operands of a task are done.
func (c *orderCase) ready(done uint64, task int) bool {
	for _, r := range c.Reads[task] {
		if done>>r&1 == 0 {
			return false
		}
	}
	return true
}

// live returns the size of the values that tasks still have to read.
func (c *orderCase) live(done uint64) int {
	var needed uint64
	for i, reads := range c.Reads {
		if done>>i&1 == 0 {
			for _, r := range reads {
				needed |= 1 << r
			}
		}
	}
	sum := 0
	for i, n := range c.Size {
		if done&needed>>i&1 != 0 {
			sum += n
		}
	}
	return sum
}

// The peak of one worker is within 1.25 of that of dask.order and, for small
// graphs, of the best order there is.
func TestOrderKeepsPeakLow(t *testing.T) {
	text, err := os.ReadFile("testdata/order.json")
	if err != nil {
		t.Fatal(err)
	}
	var all struct{ Cases []orderCase }
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	for _, c := range all.Cases {
		best := c.Dask
		if len(c.Size) <= 32 {
			best = min(best, c.optimum())
		}
		got := c.peak(t)
		t.Logf("%-28s %3d tasks: peak %3d, dask %3d, best known %3d", c.Name, len(c.Size), got, c.Dask, best)
		if 4*got > 5*best {
			t.Errorf("%s: the peak is %d, %d is possible (dask %d)", c.Name, got, best, c.Dask)
		}
	}
}
