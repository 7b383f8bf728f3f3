// Package precipitation computes zonal means and anomalies of the annual
// precipitation on a grid of one degree (168 latitudes from 87 to -81, 360
// longitudes), from precipitation.npy of the vega-datasets collection.
package precipitation

import "github.com/daskgen/daskgen/da"

//go:generate go run github.com/daskgen/daskgen/cmd/daskgen gen

// Zonal returns the mean of each circle of latitude, and how far each cell is
// from the mean of its circle.
//
//daskgen:graph p=(168,360):(50,100)
func Zonal(p da.Array[float32]) (means, anomalies da.Array[float64]) {
	x := da.AsType[float64](p)
	means = x.Mean(1)
	return means, x.Sub(x.Mean(1, da.KeepDims))
}
