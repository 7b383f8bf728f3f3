package blas

import (
	"testing"

	"golang.org/x/sys/cpu"
)

// levels returns those that the machine has.
func levels(t *testing.T) []level {
	x := &cpu.X86
	var all []level
	if x.HasAVX512F && x.HasAVX512DQ && x.HasAVX512BW && x.HasAVX512VL {
		d, s := avx512Engines()
		all = append(all, level{"avx512", d, s})
	}
	if x.HasAVX2 && x.HasFMA {
		d, s := avx2Engines()
		all = append(all, level{"avx2", d, s})
	}
	if all == nil {
		t.Skip("no kernels for this machine")
	}
	return all
}
