package runtime

import (
	"fmt"
	"os"
	"slices"
	"sync/atomic"
	"unsafe"
)

// A NpyWriter writes an array to a .npy file block by block, in any order and
// from several goroutines. The file appears under its name at Commit.
type NpyWriter[T Elem] struct {
	file    *pendingFile
	direct  *os.File // the same file, for writes past the page cache; or nil
	shape   []int
	strides []int
	offset  int64 // of the first element
	written atomic.Int64
}

// CreateNpy starts a .npy file of an array of that shape. The caller ends
// with Commit or Abort.
func CreateNpy[T Elem](path string, shape []int) (*NpyWriter[T], error) {
	return createNpy[T](path, shape, 0)
}

// createNpy is CreateNpy for a run with a memory limit, or 0. What does not fit
// there is written past the page cache where that can be done; its header then
// takes a whole sector.
func createNpy[T Elem](path string, shape []int, limit int64) (*NpyWriter[T], error) {
	size := unsafe.Sizeof(*new(T))
	n, err := sizeOf(shape, size)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	f, err := createPending(path)
	if err != nil {
		return nil, err
	}
	w := &NpyWriter[T]{file: f, shape: slices.Clone(shape), strides: make([]int, len(shape))}
	rowMajor(w.strides, shape)
	bytes, align := int64(n)*int64(size), npyAlign
	if limit > 0 && bytes > limit {
		if w.direct = openDirect(f.File); w.direct != nil {
			align = sector
		}
	}
	header := appendNpyHeader(nil, DTypeName[T](), shape, align)
	w.offset = int64(len(header))
	if _, err = f.WriteAt(header, 0); err == nil {
		err = reserve(f.File, w.offset+bytes)
	}
	if err != nil {
		w.Abort()
		return nil, err
	}
	return w, nil
}

// WriteBlock writes a block whose first element is the array's element at
// origin. It may be called from several goroutines for blocks that do not
// overlap.
func (w *NpyWriter[T]) WriteBlock(origin []int, b *Block[T]) error {
	if err := w.check(b.Shape, origin); err != nil {
		return err
	}
	n := b.Size()
	if n == 0 {
		return nil
	}
	outer, run := w.runs(b.Shape)
	r := b.Reader(nil, b.Shape)
	defer r.Close()
	idx := make([]int, outer)
	for lo := 0; lo < n; lo += run {
		pos := 0
		for k, o := range origin {
			if k < outer {
				o += idx[k]
			}
			pos += o * w.strides[k]
		}
		if err := w.writeRun(&r, lo, run, pos); err != nil {
			return err
		}
		next(idx, b.Shape)
	}
	w.written.Add(int64(n))
	return nil
}

// check returns an error if a block of that shape at origin is not within the
// array.
func (w *NpyWriter[T]) check(shape, origin []int) error {
	ok := len(shape) == len(w.shape) && len(origin) == len(w.shape)
	for k := 0; ok && k < len(shape); k++ {
		ok = origin[k] >= 0 && origin[k] <= w.shape[k]-shape[k]
	}
	if !ok {
		return fmt.Errorf("%s: a block of shape %s at %s is not within the array's shape %s",
			w.file.target, shapeString(shape), shapeString(origin), shapeString(w.shape))
	}
	return nil
}

// runs returns how many axes a block is walked along from one contiguous part
// of the file to the next, and how many elements such a part has.
func (w *NpyWriter[T]) runs(shape []int) (outer, run int) {
	run = 1
	for outer = len(shape); outer > 0; {
		outer--
		run *= shape[outer]
		if shape[outer] != w.shape[outer] {
			break
		}
	}
	return outer, run
}

// next moves an index on to the next one in C order.
func next(idx, shape []int) {
	for k := len(idx) - 1; k >= 0; k-- {
		if idx[k]++; idx[k] < shape[k] {
			return
		}
		idx[k] = 0
	}
}

// writeRun writes n elements of a block, from flat index lo, to the elements
// of the file from pos.
func (w *NpyWriter[T]) writeRun(r *Reader[T], lo, n, pos int) error {
	size := int(unsafe.Sizeof(*new(T)))
	step := StripLen
	if r.data != nil {
		step = n
	}
	for end := lo + n; lo < end; lo += step {
		s := r.Strip(lo, min(step, end-lo))
		if _, err := w.file.WriteAt(rawBytes(s), w.offset+int64(pos)*int64(size)); err != nil {
			return err
		}
		pos += len(s)
	}
	return nil
}

// Finish completes the file but for its name, so that little can fail at Commit.
// It is an error if elements have not been written.
func (w *NpyWriter[T]) Finish() error {
	want, _ := sizeOf(w.shape, 1)
	if n := w.written.Load(); n != int64(want) {
		return fmt.Errorf("%s: %d of %d elements written", w.file.target, n, want)
	}
	if err := w.closeDirect(); err != nil {
		return err
	}
	return w.file.finish()
}

// closeDirect closes the second handle of the file, if there is one.
func (w *NpyWriter[T]) closeDirect() error {
	d := w.direct
	if d == nil {
		return nil
	}
	w.direct = nil
	return d.Close()
}

// Commit finishes the file and gives it its name. After an error there is no
// file, or the one that was there before.
func (w *NpyWriter[T]) Commit() error {
	if err := w.Finish(); err != nil {
		w.Abort()
		return err
	}
	return w.file.commit()
}

// Abort removes what was written. After Commit it does nothing.
func (w *NpyWriter[T]) Abort() {
	w.closeDirect()
	w.file.abort()
}
