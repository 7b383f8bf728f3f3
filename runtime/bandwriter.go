package runtime

import (
	"sync"
	"sync/atomic"
)

// A bandWriter writes the blocks of an array to its file in large parts, beside
// the tasks that make them.
//
// Blocks are kept until the band that they belong to is complete. Then
// goroutines of the writer's own write it a batch at a time, each in one call,
// gathered from the blocks. One band is written at a time: who completes another
// one waits, so that what is made and not written yet stays little. Blocks that
// would make it more than the budget, as when a matrix is made column by column,
// are not kept: the caller writes them.
type bandWriter struct {
	*tiling
	file    *batchFile
	offset  int64 // of the array in the file
	writers int
	budget  int64         // bytes of the blocks of incomplete bands
	turn    chan struct{} // holds an item while a band is written
	group   sync.WaitGroup

	mu    sync.Mutex
	bands map[int]*band // the incomplete ones of which there is a block
	held  int64         // bytes of their blocks
	err   error         // the first one of writing
}

// A band is a stretch of a file that is put together from blocks.
type band struct {
	raw    [][]byte   // the blocks' bytes; nil: not there, or written by the caller
	blocks []releaser // that they are released with
	have   int        // blocks that are there or were left to the caller
	bytes  int64      // of the former
}

// A releaser is a block of any type.
type releaser interface{ Release() }

// batchBytes is how much is written at a time. Batches begin at multiples of it
// in the file.
const batchBytes = 4 << 20

// newBandWriter returns a writer of an array that begins at an offset in the
// file. limit is that of the run's memory, or 0.
func newBandWriter(t *tiling, file *batchFile, offset, limit int64) *bandWriter {
	w := &bandWriter{tiling: t, file: file, offset: offset, writers: 2, budget: bandBudget(limit),
		turn: make(chan struct{}, 1), bands: map[int]*band{}}
	if file.direct != nil {
		w.writers = 4 // they wait for the disk
	}
	return w
}

// bandBudget returns how many bytes of blocks may wait for their band.
func bandBudget(limit int64) int64 {
	if limit <= 0 {
		return 256 << 20
	}
	return limit / 2
}

// keep takes over a block, the lin-th of the array, with its bytes in C order,
// and reports whether it did. Otherwise, or after an error, the caller still has
// it, and is to write it himself.
func (w *bandWriter) keep(r *run, lin int, raw []byte, b releaser) (bool, error) {
	full, kept, err := w.add(lin, raw, b)
	if full != nil {
		w.start(r, lin/w.tiling.blocks, full)
	}
	return kept, err
}

// add notes a block, and returns its band if it is complete.
func (w *bandWriter) add(lin int, raw []byte, b releaser) (full *band, kept bool, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err != nil {
		return nil, false, w.err
	}
	n, k := lin/w.tiling.blocks, lin%w.tiling.blocks
	p := w.bands[n]
	if p == nil {
		p = &band{raw: make([][]byte, w.tiling.blocks), blocks: make([]releaser, w.tiling.blocks)}
		w.bands[n] = p
	}
	size := int64(len(raw))
	if kept = w.held+size <= w.budget; kept {
		p.raw[k], p.blocks[k] = raw, b
		p.bytes += size
		w.held += size
	}
	if p.have++; p.have < w.tiling.blocks {
		return nil, kept, nil
	}
	delete(w.bands, n)
	w.held -= p.bytes
	return p, kept, nil
}

// start has a complete band written. Meanwhile the run counts one more task at
// work, as memory will come free.
func (w *bandWriter) start(r *run, n int, p *band) {
	if r != nil {
		r.gate.enter()
	}
	w.turn <- struct{}{}
	at, length := w.span(n)
	var next atomic.Int64
	next.Store((w.offset + at) / batchBytes)
	left := new(atomic.Int32)
	left.Store(int32(w.writers))
	for range w.writers {
		w.group.Go(func() {
			w.writeBatches(p, w.offset+at, w.offset+at+length, &next)
			if left.Add(-1) == 0 {
				p.release()
				<-w.turn
				if r != nil {
					r.gate.leave()
				}
			}
		})
	}
}

// writeBatches writes batches of a band, which stands from lo to hi in the file,
// as long as there are any.
func (w *bandWriter) writeBatches(p *band, lo, hi int64, next *atomic.Int64) {
	var g gathering
	for {
		n := next.Add(1) - 1
		from, to := max(lo, n*batchBytes), min(hi, (n+1)*batchBytes)
		if from >= to || w.failed() != nil {
			return
		}
		if err := w.writeBatch(p, &g, from, int(from-lo), int(to-lo)); err != nil {
			w.fail(err)
			return
		}
	}
}

// writeBatch writes bytes from to to of a band to an offset in the file.
func (w *bandWriter) writeBatch(p *band, g *gathering, offset int64, from, to int) error {
	g.reset(offset)
	for from < to {
		block, at, n := w.piece(from)
		if n < 0 || n > to-from {
			n = to - from
		}
		if p.raw[block] != nil {
			g.add(p.raw[block][at : at+n])
		} else if err := w.file.write(g); err != nil {
			return err
		} else {
			g.reset(g.end() + int64(n))
		}
		from += n
	}
	return w.file.write(g)
}

func (p *band) release() {
	for i, b := range p.blocks {
		if b != nil {
			b.Release()
		}
		p.blocks[i], p.raw[i] = nil, nil
	}
}

func (w *bandWriter) failed() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}

func (w *bandWriter) fail(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err == nil {
		w.err = err
	}
}

// finish waits for what is being written, and returns the first error.
func (w *bandWriter) finish() error {
	w.group.Wait()
	return w.failed()
}

// abort ends writing, and gives back the blocks that were kept.
func (w *bandWriter) abort() {
	w.fail(errAborted)
	w.group.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	for n, p := range w.bands {
		p.release()
		delete(w.bands, n)
	}
}
