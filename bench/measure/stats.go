package measure

import (
	"math"
	"slices"
)

// Median returns the middle of some figures, or the mean of the two in the
// middle. It is NaN for none.
func Median(v []float64) float64 {
	if len(v) == 0 {
		return math.NaN()
	}
	s := slices.Sorted(slices.Values(v))
	return (s[(len(s)-1)/2] + s[len(s)/2]) / 2
}

// Spread is half the distance between the least and the largest figure, over
// the median: the noise of a row.
func Spread(v []float64) float64 {
	if len(v) < 2 {
		return math.NaN()
	}
	return (slices.Max(v) - slices.Min(v)) / 2 / Median(v)
}
