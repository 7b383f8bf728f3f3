package vector

import "unsafe"

// uint64s fills dst, whose length is a multiple of a step's.
func (g *Generator) uint64s(dst []uint64) {
	if level == Portable {
		g.uint64sGo(dst)
		return
	}
	for len(dst) > 0 {
		n := min(len(dst), piece)
		randomBits(&g.state, unsafe.Pointer(&dst[0]), n/randomLanes)
		dst = dst[n:]
	}
}

func randomBits(state *[4][randomLanes]uint64, dst unsafe.Pointer, steps int) {
	if level == AVX512 {
		randomUint64AVX512(unsafe.Pointer(state), dst, steps)
		return
	}
	randomUint64AVX2(unsafe.Pointer(state), dst, steps)
}

// float64s fills dst, whose length is a multiple of a step's.
func (g *Generator) float64s(dst []float64) {
	if level == Portable {
		g.float64sGo(dst)
		return
	}
	for len(dst) > 0 {
		n := min(len(dst), piece)
		if level == AVX512 {
			randomFloat64AVX512(unsafe.Pointer(&g.state), unsafe.Pointer(&dst[0]), n/randomLanes)
		} else {
			randomFloat64AVX2(unsafe.Pointer(&g.state), unsafe.Pointer(&dst[0]), n/randomLanes)
		}
		dst = dst[n:]
	}
}

// float32s fills dst, whose length is a multiple of a step's.
func (g *Generator) float32s(dst []float32) {
	if level == Portable {
		g.float32sGo(dst)
		return
	}
	for len(dst) > 0 {
		n := min(len(dst), piece)
		if level == AVX512 {
			randomFloat32AVX512(unsafe.Pointer(&g.state), unsafe.Pointer(&dst[0]), n/(2*randomLanes))
		} else {
			randomFloat32AVX2(unsafe.Pointer(&g.state), unsafe.Pointer(&dst[0]), n/(2*randomLanes))
		}
		dst = dst[n:]
	}
}

//go:noescape
func randomUint64AVX512(state, dst unsafe.Pointer, n int)

//go:noescape
func randomUint64AVX2(state, dst unsafe.Pointer, n int)

//go:noescape
func randomFloat64AVX512(state, dst unsafe.Pointer, n int)

//go:noescape
func randomFloat64AVX2(state, dst unsafe.Pointer, n int)

//go:noescape
func randomFloat32AVX512(state, dst unsafe.Pointer, n int)

//go:noescape
func randomFloat32AVX2(state, dst unsafe.Pointer, n int)
