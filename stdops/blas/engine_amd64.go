package blas

import (
	"encoding/binary"

	"github.com/daskgen/daskgen/runtime/vector"
)

// engines returns the engines of the level in use, or nil.
func engines() (*engine[float64], *engine[float32]) {
	switch vector.Current() {
	case vector.AVX512:
		return avx512Engines()
	case vector.AVX2:
		return avx2Engines()
	}
	return nil, nil
}

func avx512Engines() (*engine[float64], *engine[float32]) {
	return &engine[float64]{
			rows: 8, vector: 8, shift: 3, tiles: dtilesAVX512,
			copyB: copyPanels192, copyA: copyPanels64, transpose: dtranspose4, masks: bitMasks(8),
		}, &engine[float32]{
			rows: 8, vector: 16, shift: 4, tiles: stilesAVX512,
			copyB: copyPanels192, copyA: copyPanels32, transpose: stranspose8, masks: bitMasks(16),
		}
}

func avx2Engines() (*engine[float64], *engine[float32]) {
	return &engine[float64]{
			rows: 4, vector: 4, shift: 2, tiles: dtilesAVX2,
			copyB: copyPanels96, copyA: copyPanels64, transpose: dtranspose4, masks: laneMasks(4),
		}, &engine[float32]{
			rows: 4, vector: 8, shift: 3, tiles: stilesAVX2,
			copyB: copyPanels96, copyA: copyPanels32, transpose: stranspose8, masks: laneMasks(8),
		}
}

// bitMasks returns masks of AVX-512: a bit for each element.
func bitMasks(vector int) [][32]byte {
	m := make([][32]byte, vector+1)
	for i := range m {
		binary.LittleEndian.PutUint64(m[i][:], 1<<i-1)
	}
	return m
}

// laneMasks returns masks of AVX2: all bits of each element.
func laneMasks(vector int) [][32]byte {
	m := make([][32]byte, vector+1)
	for i := range m {
		for j := range i * 32 / vector {
			m[i][j] = 0xff
		}
	}
	return m
}
