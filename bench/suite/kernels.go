package suite

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"

	"github.com/daskgen/daskgen/bench/kernels/table"
	"github.com/daskgen/daskgen/bench/measure"
)

// A kernelPeer is a contestant of the rows of kernels. It is started twice: for
// one thread and for all.
type kernelPeer struct {
	name     string
	program  string // of ours and of C
	single   bool   // has one thread always
	byThread map[int]*measure.Server
}

// server returns the process for so many threads.
func (p *kernelPeer) server(threads int) (s *measure.Server, n int) {
	if p.single {
		threads = 1
	}
	return p.byThread[threads], threads
}

func kernelPeers(t *Tools) []*kernelPeer {
	peers := []*kernelPeer{{name: Ours, program: "kernels"}, {name: "numpy", single: true}, {name: "numpy-out", single: true}, {name: "numexpr"},
		{name: "numba"}, {name: "numba-fast"}, {name: "jax"}, {name: "c-O3", program: "c-O3"}, {name: "c-Ofast", program: "c-Ofast"}}
	for _, p := range peers {
		p.byThread = map[int]*measure.Server{}
		if p.program != "" {
			s := t.server(nil, t.Path(p.program))
			for n := range t.Workers {
				p.byThread[n+1] = s
			}
			continue
		}
		for n := range t.Workers {
			p.byThread[n+1] = t.server(t.cache(), t.Python, t.Peer("kernels.py"), p.name, fmt.Sprint(n+1))
		}
	}
	return peers
}

// KernelRows are the kernels of the table, for both floats, in cache on one
// core and in memory on all.
func KernelRows(t *Tools) []*Row {
	peers := kernelPeers(t)
	var rows []*Row
	for _, n := range []int{InCache, InMemory} {
		for _, dtype := range []string{"float64", "float32"} {
			for i := range table.Kernels {
				rows = append(rows, kernelRow(t, peers, &table.Kernels[i], dtype, n))
			}
		}
	}
	return rows
}

func kernelRow(t *Tools, peers []*kernelPeer, k *table.Kernel, dtype string, n int) *Row {
	place, threads := "cache", 1
	if n == InMemory {
		place, threads = "memory", t.Workers
	}
	r := &Row{
		Group: "kernels in " + place, Name: k.Name + "-" + dtype, Title: "`" + k.Title + "` " + dtype, Unit: "ns",
		Goals: []Goal{{Kind: Ahead}}, Slow: dtype == "float32" && n == InMemory,
		Limit: func(l Limits) (float64, string) { return kernelLimit(l, k, dtype, place, threads) },
	}
	want := &expected{kernel: k, dtype: dtype, n: n}
	seconds := 0.03
	if t.Quick {
		seconds = 0.005
	}
	for _, p := range peers {
		server, m := p.server(threads)
		ask := func(ctx context.Context, verb, last string) ([]float64, error) {
			return server.Ask(ctx, fmt.Sprintf("%s %s %s %d %d %s", verb, k.Name, dtype, n, m, last))
		}
		file := filepath.Join(t.Data, "check.bin")
		r.Contestants = append(r.Contestants, Contestant{
			Name: p.name,
			Check: func(ctx context.Context) error {
				if err := t.compiled(p.program)(ctx); err != nil {
					return err
				}
				if _, err := ask(ctx, "check", file); err != nil {
					return err
				}
				return want.compare(file)
			},
			Sample: func(ctx context.Context) (Sample, error) { return first(ask(ctx, "time", fmt.Sprint(seconds))) },
		})
	}
	return r
}

// kernelLimit is what the bandwidth of the row's place allows: the bytes that
// are read and written, at the rate of the stream of that pattern. The root of
// float64 in cache has another limit, the rate of the root itself.
func kernelLimit(l Limits, k *table.Kernel, dtype, place string, threads int) (float64, string) {
	size := 8.0
	if dtype == "float32" {
		size = 4
	}
	bytes, stream := size*float64(k.Elems), "read"
	if k.Shape == table.Flat || k.Shape == table.Turned || k.Shape == table.Broadcast {
		bytes += map[table.Type]float64{table.Same: size, table.Bool: 1, table.Other: 12 - size, table.Int: size}[k.Out]
		stream = map[int]string{1: "copy", 2: "triad"}[k.Elems]
	}
	name := "cache-" + stream
	if place == "memory" {
		name = fmt.Sprintf("memory-%s-%d", stream, threads)
	}
	rate, ok := l[name]
	if !ok {
		return 0, ""
	}
	limit, why := bytes/rate, stream
	if root := l["cache-sqrt"]; k.Name == "sqrt" && dtype == "float64" && root > 0 && 1/root/float64(threads) > limit {
		limit, why = 1/root/float64(threads), "sqrt"
	}
	return limit, why
}

// expected is the right result of a row, computed when it is first needed.
type expected struct {
	kernel *table.Kernel
	dtype  string
	n      int
	values []float64
}

// compare reads a result that a contestant wrote.
func (e *expected) compare(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	defer os.Remove(path)
	if e.values == nil {
		e.values = e.kernel.Want(e.n, e.dtype == "float32")
	}
	if len(data) != 8*len(e.values) {
		return fmt.Errorf("wrong result: %d values, %d are expected", len(data)/8, len(e.values))
	}
	tol := e.tolerance()
	for i, want := range e.values {
		got := math.Float64frombits(binary.LittleEndian.Uint64(data[8*i:]))
		if !(math.Abs(got-want) <= tol*max(math.Abs(want), tol)) {
			return fmt.Errorf("wrong result: element %d is %v, %v is expected", i, got, want)
		}
	}
	return nil
}

// tolerance is how far results may be from the right one, relative to it. Sums
// of float32 in one accumulator, as of numba and C, lose four digits.
func (e *expected) tolerance() float64 {
	switch long := e.kernel.Shape == table.Scalar || e.kernel.Shape == table.Rows || e.kernel.Shape == table.Columns; {
	case e.dtype == "float64" && long:
		return 1e-9
	case e.dtype == "float64" && e.kernel.Out == table.Other:
		return 1e-7
	case e.dtype == "float64":
		return 1e-12
	case long:
		return 1e-2
	}
	return 2e-6
}
