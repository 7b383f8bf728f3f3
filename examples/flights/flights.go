// Package flights standardises 200,000 flights: arrival delay (minutes),
// distance (miles) and departure time (hour of the day), each minus its mean
// and divided by its standard deviation. It stands here twice, as a Go function
// over blocked arrays and as graph.json; both give the same numbers.
//
// The flights (flights.npy) are public data of the US Bureau of Transportation
// Statistics, by way of the vega-datasets collection.
package flights

import "github.com/daskgen/daskgen/da"

//go:generate go run github.com/daskgen/daskgen/cmd/daskgen gen

// Standardize returns the columns' means, their standard deviations, and the
// standardised flights, all in float64.
//
//daskgen:graph x=(200000,3):(50000,3)
func Standardize(x da.Array[float32]) (mean, std, z da.Array[float64]) {
	x64 := da.AsType[float64](x)
	mean, std = x64.Mean(0), x64.Std(0)
	return mean, std, x64.Sub(mean).Div(std)
}

// Standardize32 returns the standardised flights in float32, from blocks whose
// size does not divide the number of flights.
//
//daskgen:graph x=(200000,3):(30011,2)
func Standardize32(x da.Array[float32]) da.Array[float32] {
	return x.Sub(x.Mean(0)).Div(x.Std(0))
}
