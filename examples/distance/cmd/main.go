// Command cmd is an ordinary Go program that calls generated code: it prints
// the distances between some corners of a cube.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/daskgen/daskgen/examples/distance"
	rt "github.com/daskgen/daskgen/runtime"
)

func main() {
	a, b := make([]float64, 1000*3), make([]float64, 800*3)
	for i := range 3 {
		b[3+i] = 1 // the second point of b is the corner (1, 1, 1)
	}
	d, err := distance.RunPairwise(context.Background(), rt.FromData(a, 1000, 3), rt.FromData(b, 800, 3))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("edge to itself %.4f, along the diagonal %.4f\n", d.At(0, 0), d.At(0, 1))
}
