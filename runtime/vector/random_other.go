//go:build !amd64

package vector

func (g *Generator) uint64s(dst []uint64) { g.uint64sGo(dst) }

func (g *Generator) float64s(dst []float64) { g.float64sGo(dst) }

func (g *Generator) float32s(dst []float32) { g.float32sGo(dst) }
