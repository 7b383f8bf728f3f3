// Command pi estimates π: it throws random points at the unit square and counts
// those inside the quarter circle, which a Go function of this package decides.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/daskgen/daskgen/da"
)

//go:generate go run github.com/daskgen/daskgen/cmd/daskgen gen

// Points is how many points are thrown.
const Points = 4_000_000

// inside says whether a point lies in the quarter circle.
func inside(x, y float64) bool { return x*x+y*y <= 1 }

// monteCarlo is four times the share of points inside.
//
//daskgen:graph
func monteCarlo() da.Array[float64] {
	r := da.Random(2015)
	shape, chunks := da.Shape(Points), da.Chunks(250_000)
	x, y := r.Uniform(0, 1, shape, chunks), r.Uniform(0, 1, shape, chunks)
	hits := da.AsType[float64](da.Map2(inside, x, y))
	return hits.Mean().MulScalar(4)
}

func main() {
	pi, err := runMonteCarlo(context.Background())
	if err != nil {
		fmt.Fprintln(os.Stderr, "pi:", err)
		os.Exit(1)
	}
	fmt.Printf("%.4f\n", pi.At())
}
