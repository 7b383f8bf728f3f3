// Package anomalies is workload (j): a file of 2 GiB, less the means of its
// columns, written to another file, by a program that may use a quarter of that.
package anomalies

import "github.com/daskgen/daskgen/da"

//go:generate go tool daskgen gen

// Anomalies returns x - x.mean(0).
//
//daskgen:graph x=(16384,16384):(1024,2048)
func Anomalies(x da.Array[float64]) da.Array[float64] {
	return x.Sub(x.Mean(0))
}
