// Command kernels is daskgen in the rows of kernels: it answers the requests on
// its input, one a line.
//
//	time KERNEL DTYPE N THREADS SECONDS    ns for an element
//	check KERNEL DTYPE N THREADS FILE      writes the result, or a part of it, as float64
package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"slices"
	"time"

	"github.com/daskgen/daskgen/bench/kernels"
	"github.com/daskgen/daskgen/bench/kernels/table"
	rt "github.com/daskgen/daskgen/runtime"
)

func main() {
	sc := bufio.NewScanner(os.Stdin)
	for sc.Scan() {
		fmt.Println(answer(sc.Text()))
	}
}

// A request is a line of the input.
type request struct {
	verb, kernel, dtype string
	n, threads          int
	last                string // seconds, or a file
}

func answer(line string) string {
	var r request
	if _, err := fmt.Sscan(line, &r.verb, &r.kernel, &r.dtype, &r.n, &r.threads, &r.last); err != nil {
		return "error " + err.Error()
	}
	place := "memory"
	if r.n == 1<<16 {
		place = "cache"
	}
	p, ok := programs[r.kernel+" "+r.dtype+" "+place]
	if !ok {
		return "skip no such kernel"
	}
	in := operands(r)
	if r.verb == "check" {
		if err := check(p, in, r); err != nil {
			return "error " + err.Error()
		}
		return "ok"
	}
	ns, err := measure(p, in, r)
	if err != nil {
		return "error " + err.Error()
	}
	return fmt.Sprintf("ok %g", ns)
}

// measure runs a program for some seconds and returns the median time for an
// element. A run in cache makes as many results as there are repeats.
func measure(p program, in *inputs, r request) (float64, error) {
	var seconds float64
	if _, err := fmt.Sscan(r.last, &seconds); err != nil {
		return 0, err
	}
	elements := float64(r.n)
	if r.n == 1<<16 {
		elements *= kernels.Repeats
	}
	var took []float64
	for start := time.Now(); len(took) < 3 || time.Since(start).Seconds() < seconds; {
		begin := time.Now()
		if _, err := p(in, rt.WithWorkers(r.threads)); err != nil {
			return 0, err
		}
		took = append(took, float64(time.Since(begin))/elements)
	}
	slices.Sort(took)
	return took[len(took)/2], nil
}

// check runs a program once and writes what came out.
func check(p program, in *inputs, r request) error {
	var block result
	kernels.Kept = func(b any) { block = keep(b) }
	defer func() { kernels.Kept = nil }()
	results, err := p(in, rt.WithWorkers(1))
	if err != nil {
		return err
	}
	if block != nil {
		results = []result{block}
	}
	var data []byte
	for _, e := range results {
		for _, v := range e.sample(r.n, r.n == 1<<16 && block == nil) {
			data = binary.LittleEndian.AppendUint64(data, math.Float64bits(v))
		}
	}
	return os.WriteFile(r.last, data, 0o666)
}

// inputs are the operands of one request.
type inputs struct {
	a64, b64 *rt.Array[float64]
	a32, b32 *rt.Array[float32]
}

var operandCache = map[string]*inputs{}

// operands makes the operands of a kernel, or takes those of the last request
// for the same.
func operands(r request) *inputs {
	i := slices.IndexFunc(table.Kernels, func(k table.Kernel) bool { return k.Name == r.kernel })
	shape := table.Kernels[i].Shape
	square := shape >= table.Rows
	id := fmt.Sprint(r.dtype, r.n, square, shape == table.Broadcast)
	if in, ok := operandCache[id]; ok {
		return in
	}
	clear(operandCache)
	in := new(inputs)
	if r.dtype == "float64" {
		in.a64, in.b64 = arrays[float64](r.n, square, shape == table.Broadcast)
	} else {
		in.a32, in.b32 = arrays[float32](r.n, square, shape == table.Broadcast)
	}
	operandCache[id] = in
	return in
}

func arrays[T float32 | float64](n int, square, row bool) (a, b *rt.Array[T]) {
	x, y := make([]T, n), make([]T, n)
	for i := range x {
		x[i], y[i] = T(table.A(i)), T(table.B(i))
	}
	side := int(math.Sqrt(float64(n)))
	switch {
	case row:
		return rt.FromData(x, side, side), rt.FromData(x[:side], side)
	case square:
		return rt.FromData(x, side, side), nil
	}
	return rt.FromData(x, n), rt.FromData(y, n)
}

var background = context.Background()
