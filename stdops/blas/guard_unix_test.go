//go:build unix

package blas

import (
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// guarded returns n elements whose end is the end of readable memory.
func guarded[T Float](t *testing.T, n int) []T {
	page := unix.Getpagesize()
	length := (n*size[T]() + page - 1) / page * page
	mem, err := unix.Mmap(-1, 0, length+page, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := unix.Munmap(mem); err != nil {
			t.Error(err)
		}
	})
	if err := unix.Mprotect(mem[length:], unix.PROT_NONE); err != nil {
		t.Fatal(err)
	}
	return unsafe.Slice((*T)(unsafe.Pointer(&mem[length-n*size[T]()])), n)
}

// TestBounds multiplies matrices that end where memory does.
func TestBounds(t *testing.T) {
	for _, l := range levels(t) {
		t.Run(l.name, func(t *testing.T) {
			for _, s := range [][3]int{{1, 1, 1}, {3, 5, 7}, {9, 25, 13}, {40, 50, 70}, {130, 131, 257}} {
				checkBounds(t, l.d, s[0], s[1], s[2])
				checkBounds(t, l.s, s[0], s[1], s[2])
			}
		})
	}
}

func checkBounds[T Float](t *testing.T, e *engine[T], m, n, k int) {
	c := matrix[T]{data: guarded[T](t, m*n), rs: n, cs: 1}
	for _, a := range []matrix[T]{{rs: k, cs: 1}, {rs: 1, cs: m}} {
		for _, b := range []matrix[T]{{rs: n, cs: 1}, {rs: 1, cs: k}} {
			a.data, b.data = guarded[T](t, m*k), guarded[T](t, k*n)
			fill(a.data, 1)
			fill(b.data, 2)
			want := naive(m, n, k, 1, a, b, false, c)
			e.multiply(m, n, k, 1, a, b, false, c, nil)
			if i := same(c.data, want); i >= 0 {
				t.Errorf("%d×%d×%d: element %d is %v, want %v", m, k, n, i, c.data[i], want[i])
			}
		}
	}
}
