package runtime

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
	"unsafe"
)

// OpenNpy opens a .npy file of element type T. The file is mapped into memory,
// so that only what is used is loaded; it must not be truncated while the array
// is in use. Elements in the other byte order are copied when the array is used
// first. What is no regular file is read at once.
//
// A run with a memory limit that the file is not small beside does not use the
// mapping: it reads each block for each task that takes it.
//
// The error names the path. It is one if the file holds another dtype, or less
// data than its shape asks for.
func OpenNpy[T Elem](path string) (*Array[T], error) {
	a, err := openNpy[T](path)
	if err != nil {
		return nil, withPath(path, err)
	}
	return a, nil
}

// NpyLiteral maps the .npy file of an array that a graph gives as a file. The
// file must have the shape that the program was compiled for.
func NpyLiteral[T Elem](path string, shape ...int) (*Block[T], error) {
	a, err := OpenNpy[T](path)
	if err != nil {
		return nil, err
	}
	in := InputInfo{Shape: shape}
	if err := in.checkShape(a); err != nil {
		a.Close()
		return nil, withPath(path, err)
	}
	return a.Block(), nil
}

// withPath adds a path to an error that does not name it yet.
func withPath(path string, err error) error {
	if pe, ok := err.(*os.PathError); ok && pe.Path == path {
		return err
	}
	return fmt.Errorf("%s: %w", path, err)
}

// StatNpy reads the header of a .npy file. The error names the path.
func StatNpy(path string) (*NpyHeader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	h, err := ReadNpyHeader(f)
	if err != nil {
		return nil, withPath(path, err)
	}
	return h, nil
}

func openNpy[T Elem](path string) (*Array[T], error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	a, err := arrayOf[T](f)
	if err != nil || a.source == nil {
		f.Close()
	}
	return a, err
}

// arrayOf returns the array in a file, which it keeps open if it is to be read
// from again.
func arrayOf[T Elem](f *os.File) (*Array[T], error) {
	h, err := ReadNpyHeader(f)
	if err != nil {
		return nil, err
	}
	if want := DTypeName[T](); h.DType != want {
		return nil, fmt.Errorf("holds %s elements, not %s", h.DType, want)
	}
	raw, m, err := h.load(f)
	if err != nil {
		return nil, err
	}
	a := &Array[T]{shape: h.Shape, mapped: m}
	a.block = sync.OnceValue(func() *Block[T] {
		data, shared := decode[T](raw, h.BigEndian != nativeBigEndian)
		if !shared && m != nil {
			m.drop()
		}
		return npyBlock(h, data)
	})
	a.flatten = sync.OnceValue(func() []T { return a.block().Elements() })
	if m != nil {
		a.source = &npySource{f, h}
	}
	return a, nil
}

// load returns the bytes of the elements, and where they are mapped.
func (h *NpyHeader) load(f *os.File) ([]byte, *mapping, error) {
	n := h.Bytes()
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, nil, err
	case !info.Mode().IsRegular():
		raw, err := readExactly(f, n)
		return raw, nil, err
	case info.Size()-h.Offset < n:
		return nil, nil, dataMissing(n, info.Size()-h.Offset)
	case n == 0:
		return nil, nil, nil
	}
	return mapFile(f, h.Offset, int(n))
}

func dataMissing(want, have int64) error {
	return fmt.Errorf("the file ends within the data: the shape needs %d bytes, there are %d", want, have)
}

// readExactly reads n bytes from a stream whose length is not known. It takes
// no more memory than twice what there is.
func readExactly(r io.Reader, n int64) ([]byte, error) {
	var buf bytes.Buffer
	m, err := io.Copy(&buf, io.LimitReader(r, n))
	if err == nil && m < n {
		err = dataMissing(n, m)
	}
	return buf.Bytes(), err
}

// decode returns raw as elements, and whether they share its memory: bytes in
// the wrong order or at an odd address are copied, and so are bools that are
// neither 0 nor 1.
func decode[T Elem](raw []byte, swap bool) ([]T, bool) {
	size := int(unsafe.Sizeof(*new(T)))
	n := len(raw) / size
	if n == 0 {
		return []T{}, false
	}
	p := unsafe.Pointer(unsafe.SliceData(raw))
	_, isBool := any(*new(T)).(bool)
	switch {
	case isBool && slices.Max(raw) > 1:
	case size > 1 && swap || uintptr(p)%unsafe.Alignof(*new(T)) != 0:
	default:
		return unsafe.Slice((*T)(p), n), true
	}
	out := make([]T, n)
	dst := rawBytes(out)
	copy(dst, raw[:n*size])
	switch {
	case isBool:
		for i, b := range dst {
			dst[i] = min(b, 1)
		}
	case swap:
		swapBytes(dst, wordSize[T]())
	}
	return out, false
}

// wordSize returns the size of the words that have a byte order: of complex
// numbers, the parts.
func wordSize[T Elem]() int {
	switch any(*new(T)).(type) {
	case complex64:
		return 4
	case complex128:
		return 8
	}
	return int(unsafe.Sizeof(*new(T)))
}

// swapBytes reverses the bytes of each word.
func swapBytes(b []byte, word int) {
	le, be := binary.LittleEndian, binary.BigEndian
	switch word {
	case 2:
		for ; len(b) >= 2; b = b[2:] {
			le.PutUint16(b, be.Uint16(b))
		}
	case 4:
		for ; len(b) >= 4; b = b[4:] {
			le.PutUint32(b, be.Uint32(b))
		}
	case 8:
		for ; len(b) >= 8; b = b[8:] {
			le.PutUint64(b, be.Uint64(b))
		}
	}
}

// npyBlock returns the block over the elements of a file.
func npyBlock[T Elem](h *NpyHeader, data []T) *Block[T] {
	b := newDense(data, h.Shape)
	if h.Fortran {
		s := 1
		for k, d := range h.Shape {
			b.Strides[k] = s
			s *= d
		}
	}
	return b
}

// WriteNpy writes an array to a .npy file, as numpy.save would. The file
// appears, or changes, only when it is complete.
func WriteNpy[T Elem](path string, a *Array[T]) error {
	w, err := a.block().pendingNpy(path, false)
	if err != nil {
		return err
	}
	return w.Commit()
}

// rawBytes returns the memory of a slice.
func rawBytes[T Elem](s []T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(s))), len(s)*int(unsafe.Sizeof(*new(T))))
}
