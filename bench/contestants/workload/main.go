// Command workload runs one workload and prints, as one line of JSON, what it took
// and the numbers by which its result is compared with those of the peers.
//
//	workload NAME [-workers N]
//
// Time and CPU time are those of building the graph and running it.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/daskgen/daskgen/bench/measure"
	"github.com/daskgen/daskgen/bench/workloads/chain"
	"github.com/daskgen/daskgen/bench/workloads/element"
	"github.com/daskgen/daskgen/bench/workloads/product"
	"github.com/daskgen/daskgen/bench/workloads/quantiles"
	"github.com/daskgen/daskgen/bench/workloads/rechunk"
	"github.com/daskgen/daskgen/bench/workloads/standardise"
	"github.com/daskgen/daskgen/bench/workloads/stencil"
	"github.com/daskgen/daskgen/bench/workloads/svd"
	"github.com/daskgen/daskgen/bench/workloads/transposemean"
	rt "github.com/daskgen/daskgen/runtime"
)

// A program runs a workload.
type program func(ctx context.Context, opts ...rt.Option) (*rt.Array[float64], error)

var programs = map[string]program{
	"chain":         chain.RunChain,
	"element":       element.RunElement,
	"product":       product.RunProduct,
	"quantiles":     quantiles.RunQuantiles,
	"rechunk":       rechunk.RunRechunk,
	"standardise":   standardise.RunStandardise,
	"stencil":       stencil.RunStencil,
	"svd":           svd.RunSVD,
	"transposemean": transposemean.RunMean,
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "workload:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	f := flag.NewFlagSet("workload", flag.ContinueOnError)
	workers := f.Int("workers", 2, "number of workers")
	if len(args) == 0 {
		return fmt.Errorf("which of %v?", slices.Sorted(maps.Keys(programs)))
	}
	if err := f.Parse(args[1:]); err != nil {
		return err
	}
	p, ok := programs[args[0]]
	if !ok {
		return fmt.Errorf("no workload %q", args[0])
	}
	usage := measure.Self()
	start := time.Now()
	result, err := p(context.Background(), rt.WithWorkers(*workers))
	if err != nil {
		return err
	}
	wall := time.Since(start).Seconds()
	took := measure.Self().CPU - usage.CPU
	return json.NewEncoder(os.Stdout).Encode(measure.Report{
		Wall: wall, CPU: took, Base: usage.Peak, Peak: measure.Self().Peak, Values: summary(result.Data()),
	})
}

// summary returns the numbers that results are compared by: those of a short
// result, the mean of a long one.
func summary(data []float64) []float64 {
	if len(data) <= 16 {
		return data
	}
	sum := 0.0
	for _, v := range data {
		sum += v
	}
	return []float64{sum / float64(len(data))}
}
