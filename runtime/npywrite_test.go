package runtime

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// files lists a folder.
func files(t testing.TB, dir string) []string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// cuts draws where the chunks of an axis begin and end.
func cuts(t *rapid.T, n int) []int {
	c := []int{0}
	for c[len(c)-1] < n {
		c = append(c, min(n, c[len(c)-1]+rapid.IntRange(1, n).Draw(t, "chunk")))
	}
	return c
}

// TestNpyWriterBlocks: an array, written in blocks of random chunks that are
// views of all sorts, is read back.
func TestNpyWriterBlocks(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		whole := drawBlock(t)
		path := filepath.Join(dir, "x.npy")
		w, err := CreateNpy[int32](path, whole.Shape)
		if err != nil {
			t.Fatal(err)
		}
		defer w.Abort()
		chunks, numblocks := make([][]int, whole.Rank()), make([]int, whole.Rank())
		total := 1
		for k, n := range whole.Shape {
			chunks[k] = cuts(t, n)
			numblocks[k] = len(chunks[k]) - 1
			total *= numblocks[k]
		}
		idx := make([]int, whole.Rank())
		for range total {
			origin, shape, offset := make([]int, len(idx)), make([]int, len(idx)), whole.Offset
			for k, i := range idx {
				origin[k] = chunks[k][i]
				shape[k] = chunks[k][i+1] - origin[k]
				offset += origin[k] * whole.Strides[k]
			}
			if err := w.WriteBlock(origin, whole.View(shape, whole.Strides, offset)); err != nil {
				t.Fatal(err)
			}
			next(idx, numblocks)
		}
		if err := w.Commit(); err != nil {
			t.Fatal(err)
		}
		a, err := OpenNpy[int32](path)
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close()
		if diff := cmp.Diff(naive(whole, whole.Shape), append([]int32{}, a.Data()...)); diff != "" {
			t.Fatal(diff)
		}
	})
	if diff := cmp.Diff([]string{"x.npy"}, files(t, dir)); diff != "" {
		t.Error(diff)
	}
}

func TestNpyWriterConcurrent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.npy")
	w, err := CreateNpy[float64](path, []int{64, 5000})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i := range 64 {
		wg.Go(func() {
			b := Scalar(float64(i))
			if err := w.WriteBlock([]int{i, 0}, b.View([]int{1, 5000}, []int{0, 0}, 0)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if err := w.Commit(); err != nil {
		t.Fatal(err)
	}
	a, err := OpenNpy[float64](path)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	for i, v := range a.Data() {
		if v != float64(i/5000) {
			t.Fatalf("element %d is %v", i, v)
		}
	}
}

func TestNpyWriterErrors(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.npy")
	if err := os.WriteFile(path, []byte("before"), 0o640); err != nil {
		t.Fatal(err)
	}
	start := func(shape ...int) *NpyWriter[int8] {
		w, err := CreateNpy[int8](path, shape)
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	w := start(2, 3)
	for _, c := range []struct {
		shape, origin []int
	}{{[]int{2}, []int{0}}, {[]int{2, 3}, []int{0}}, {[]int{1, 3}, []int{2, 0}}, {[]int{1, 2}, []int{0, 2}}, {[]int{1, 1}, []int{-1, 0}}} {
		err := w.WriteBlock(c.origin, New[int8](c.shape...))
		if err == nil || !strings.Contains(err.Error(), "is not within the array's shape (2, 3)") {
			t.Errorf("%v at %v: %v", c.shape, c.origin, err)
		}
	}
	if err := w.WriteBlock([]int{1, 0}, New[int8](1, 3)); err != nil {
		t.Error(err)
	}
	if err := w.Commit(); err == nil || !strings.Contains(err.Error(), "3 of 6 elements written") {
		t.Error(err)
	}
	start(2).Abort()
	w = start(0)
	if err := w.Finish(); err != nil {
		t.Error(err)
	}
	w.Abort()
	if got, _ := os.ReadFile(path); string(got) != "before" || len(files(t, dir)) != 1 {
		t.Errorf("files %v, %q", files(t, dir), got)
	}
	w = start(0)
	if err := w.Commit(); err != nil {
		t.Error(err)
	}
	w.Abort()
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o640 && runtime.GOOS != "windows" {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if err := w.Commit(); err == nil {
		t.Error("committed twice")
	}
	for p, want := range map[string]string{
		dir:                                 "is not a regular file",
		filepath.Join(dir, "none", "x.npy"): "none",
	} {
		if _, err := CreateNpy[int8](p, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", p, err)
		}
	}
	if _, err := CreateNpy[int8](path, []int{1 << 30, 1 << 30}); err == nil || !strings.Contains(err.Error(), "too many elements") {
		t.Error(err)
	}
	if len(files(t, dir)) != 1 {
		t.Error(files(t, dir))
	}
}

func TestNpyWriterThroughLink(t *testing.T) {
	dir := t.TempDir()
	target, link := filepath.Join(dir, "target.npy"), filepath.Join(dir, "link.npy")
	if err := WriteNpy(target, FromData([]int8{1}, 1)); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, link); err != nil {
		t.Skip(err)
	}
	if err := WriteNpy(link, FromData([]int8{2}, 1)); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("the link was replaced: %v", err)
	}
	a, err := OpenNpy[int8](target)
	if err != nil || a.At(0) != 2 {
		t.Error(err)
	}
}
