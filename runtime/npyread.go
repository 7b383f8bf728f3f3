package runtime

import (
	"errors"
	"fmt"
	"io"
	"os"
	"unsafe"
)

// An npySource is an .npy file that blocks are read from, each into a buffer of
// the run. Under a memory limit that is better than mapping the file: the
// buffers are counted, and used again, and a kernel may write its result there.
type npySource struct {
	file   *os.File
	header *NpyHeader
}

// close closes the file. A nil source has none.
func (s *npySource) close() error {
	if s == nil {
		return nil
	}
	return s.file.Close()
}

// An inputError is the panic of a task whose operand could not be read.
type inputError struct{ err error }

// readBlock reads the block of a shape at origin into a buffer of the run.
func readBlock[T Elem](t *Task, s *npySource, shape, origin []int) (*Block[T], error) {
	h, rank := s.header, len(shape)
	var room [4 * inlineRank]int
	dims := room[:]
	if 3*rank > len(dims) {
		dims = make([]int, 3*rank)
	}
	array, part, from := dims[:rank], dims[rank:2*rank], dims[2*rank:3*rank] // in the order of the file
	for k := range rank {
		i := k
		if h.Fortran {
			i = rank - 1 - k
		}
		array[i], part[i], from[i] = h.Shape[k], shape[k], origin[k]
	}
	b := Alloc[T](t, part)
	if err := s.read(rawBytes(b.Data), int(unsafe.Sizeof(*new(T))), array, part, from); err != nil {
		b.Release()
		return nil, err
	}
	repair(b.Data, h.BigEndian != nativeBigEndian)
	if h.Fortran {
		reverse(b.Shape)
		reverse(b.Strides)
	}
	return b, nil
}

func reverse(s []int) {
	for i, j := 0, len(s)-1; i < j; i, j = i+1, j-1 {
		s[i], s[j] = s[j], s[i]
	}
}

// repair turns bytes of a file into elements: in this machine's order, and true
// as 1.
func repair[T Elem](data []T, swap bool) {
	raw := rawBytes(data)
	switch word := wordSize[T](); any(*new(T)).(type) {
	case bool:
		for i, b := range raw {
			raw[i] = min(b, 1)
		}
	default:
		if swap && word > 1 {
			swapBytes(raw, word)
		}
	}
}

// stretches are equal runs of bytes in a file.
type stretches struct {
	array, part, from []int // shape of the array and the block, and where that begins
	outer             int   // axes that are walked along from one run to the next
	run               int   // bytes
	size              int   // of an element
	offset            int64 // of the array in the file
}

// newStretches cuts a block into what is contiguous in the file.
func newStretches(array, part, from []int, size int, offset int64) stretches {
	s := stretches{array, part, from, len(part), size, size, offset}
	for s.outer > 0 {
		s.outer--
		s.run *= part[s.outer]
		if part[s.outer] != array[s.outer] {
			break
		}
	}
	return s
}

// at returns where run number n begins in the file.
func (s *stretches) at(n int) int64 {
	pos, stride := 0, 1
	for k := len(s.array) - 1; k >= 0; k-- {
		i := s.from[k]
		if k < s.outer {
			i += n % s.part[k]
			n /= s.part[k]
		}
		pos += i * stride
		stride *= s.array[k]
	}
	return s.offset + int64(pos)*int64(s.size)
}

// read reads a part of an array, of which the first element is from, into dst.
// Where the file is not in the page cache all of it is asked for at once.
func (s *npySource) read(dst []byte, size int, array, part, from []int) error {
	x := newStretches(array, part, from, size, s.header.Offset)
	runs := len(dst) / x.run
	if !cached(s.file, x.at(0)) || !cached(s.file, x.at(runs/2)) || !cached(s.file, x.at(runs-1)+int64(x.run)-1) {
		for n := range runs {
			willNeed(s.file, x.at(n), int64(x.run))
		}
		if runs == 1 { // what follows is likely to be next
			willNeed(s.file, x.at(0)+int64(x.run), int64(x.run))
		}
	}
	for n := range runs {
		if _, err := s.file.ReadAt(dst[n*x.run:(n+1)*x.run], x.at(n)); err != nil {
			return s.explain(err)
		}
	}
	return nil
}

// explain names the file in an error of reading.
func (s *npySource) explain(err error) error {
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("%s: the file has become shorter while it was read", s.file.Name())
	}
	return err
}
