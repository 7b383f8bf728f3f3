package runtime

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// npyCase is a case of testdata/npy.json, which npy.py records.
type npyCase struct {
	Name, DType string
	Shape       []int
	File, Data  []byte // as NumPy wrote it; the elements, little-endian, in C order
}

func npyCases(t testing.TB) []npyCase {
	raw, err := os.ReadFile("testdata/npy.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []npyCase
	if err := json.Unmarshal(raw, &cases); err != nil {
		t.Fatal(err)
	}
	return cases
}

// putFile writes a file to a folder of the test.
func putFile(t testing.TB, content []byte) string {
	path := filepath.Join(t.TempDir(), "x.npy")
	if err := os.WriteFile(path, content, 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// checkNpy opens the case's file and writes it again.
func checkNpy[T Elem](t *testing.T, c *npyCase) {
	path := putFile(t, c.File)
	a, err := OpenNpy[T](path)
	if err != nil {
		t.Fatal(err)
	}
	want := blockOf[T](&printCase{Shape: c.Shape, Data: c.Data})
	if diff := cmp.Diff(want.Shape, a.Shape()); diff != "" {
		t.Errorf("shape (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want.Data, append([]T{}, a.Data()...)); diff != "" {
		t.Errorf("data (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want.Data, naive(a.Block(), c.Shape)); diff != "" {
		t.Errorf("block (-want +got):\n%s", diff)
	}
	out := filepath.Join(t.TempDir(), "out.npy")
	if err := WriteNpy(out, a); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if native := strings.Contains(c.Name, "C order") || strings.Contains(c.Name, "empty"); native && !nativeBigEndian {
		if diff := cmp.Diff(c.File, got); diff != "" {
			t.Errorf("not the file that NumPy writes:\n%s", diff)
		}
	}
	for range 2 {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestNpyOfNumPy(t *testing.T) {
	check := map[string]func(*testing.T, *npyCase){
		"bool": checkNpy[bool], "int8": checkNpy[int8], "int16": checkNpy[int16], "int32": checkNpy[int32],
		"int64": checkNpy[int64], "uint8": checkNpy[uint8], "uint16": checkNpy[uint16], "uint32": checkNpy[uint32],
		"uint64": checkNpy[uint64], "float32": checkNpy[float32], "float64": checkNpy[float64],
		"complex64": checkNpy[complex64], "complex128": checkNpy[complex128],
	}
	for _, c := range npyCases(t) {
		t.Run(c.Name, func(t *testing.T) {
			check[c.DType](t, &c)
			h, err := StatNpy(putFile(t, c.File))
			if err != nil || h.DType != c.DType || h.Bytes() != int64(len(c.Data)) || h.Offset != int64(len(c.File)-len(c.Data)) {
				t.Errorf("header is %+v, %v", h, err)
			}
		})
	}
}

// npyFile returns a file with this text as its header.
func npyFile(text, data string) []byte {
	b := append([]byte(npyMagic), 1, 0)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(text)))
	return append(append(b, text...), data...)
}

func npyDict(descr, shape string) string {
	return fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': %s, }\n", descr, shape)
}

func TestNpyErrors(t *testing.T) {
	const eight = "12345678"
	good := npyDict("<f8", "(1,)")
	for _, c := range []struct {
		name string
		file []byte
		want string
	}{
		{"empty file", nil, `not a .npy file: it does not begin with \x93NUMPY`},
		{"text", []byte("hello, world"), `not a .npy file`},
		{"version", append([]byte(npyMagic), 9, 1, 0, 0), ".npy format version 9.1 is not supported (1, 2 and 3 are)"},
		{"no length", append([]byte(npyMagic), 1, 0, 0), "the file ends within the .npy header"},
		{"short header", npyFile(good, "")[:40], "the file ends within the .npy header"},
		{"long header", append([]byte(npyMagic), 2, 0, 255, 255, 255, 255), ".npy header of 4294967295 bytes, more than 1048576"},
		{"no data", npyFile(good, ""), "the file ends within the data: the shape needs 8 bytes, there are 0"},
		{"short data", npyFile(npyDict("<f8", "(2, 3)"), eight), "the shape needs 48 bytes, there are 8"},
		{"huge", npyFile(npyDict("<f8", "(1000000, 1000000)"), eight), "the shape needs 8000000000000 bytes, there are 8"},
		{"overflow", npyFile(npyDict("<f8", "(4294967296, 4294967296)"), eight), "shape (4294967296, 4294967296) has too many elements"},
		{"overflow beside zero", npyFile(npyDict("<f8", "(4294967296, 4294967296, 0)"), eight), "has too many elements"},
		{"overflow of a length", npyFile(npyDict("<f8", "(99999999999999999999,)"), eight), "length 99999999999999999999 is too large"},
		{"negative length", npyFile(npyDict("<f8", "(-1,)"), eight), `expected a length, found "-1,)`},
		{"many axes", npyFile(npyDict("<f8", "("+strings.Repeat("1,", 65)+")"), eight), "more than 64 axes"},
		{"no tuple", npyFile(npyDict("<f8", "(1)"), eight), `expected ",", found "), }\n"`},
		{"shape of what", npyFile(npyDict("<f8", "1"), eight), `expected "(", found "1, }\n"`},
		{"dtype", npyFile(npyDict("<f4", "(1,)"), eight), "holds float32 elements, not float64"},
		{"unknown dtype", npyFile(npyDict("<M8[ns]", "(1,)"), eight), `dtype "<M8[ns]" is not supported (bool, `},
		{"long double", npyFile(npyDict("<f16", "(1,)"), eight), `dtype "<f16" is not supported`},
		{"empty dtype", npyFile(npyDict("", "(1,)"), eight), `dtype "" is not supported`},
		{"objects", npyFile(npyDict("|O", "(1,)"), eight), `dtype "|O" is not supported`},
		{"structured", npyFile(strings.Replace(good, "'<f8'", "[('a', '<f8')]", 1), eight), "structured dtypes are not supported"},
		{"no dict", npyFile("[]", eight), `expected "{", found "[]"`},
		{"missing", npyFile("{'descr': '<f8', 'shape': ()}", eight), `no "fortran_order"`},
		{"twice", npyFile("{'descr': '<f8', 'descr': '<f8'}", eight), `"descr" stands twice`},
		{"unknown", npyFile("{'descr': '<f8', 'desc': 1}", eight), `unknown entry "desc"`},
		{"order", npyFile(strings.Replace(good, "False", "None", 1), eight), `expected True or False, found "None`},
		{"open string", npyFile("{'descr", eight), "a string that does not end"},
		{"rest", npyFile(good+"!", eight), `unexpected "!"`},
	} {
		path := putFile(t, c.file)
		a, err := OpenNpy[float64](path)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), path+": ") {
			t.Errorf("%s: %v, %v; want %s", c.name, a, err, c.want)
		}
	}
	if _, err := OpenNpy[int8]("no such file"); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if _, err := OpenNpy[int8](t.TempDir()); err == nil {
		t.Error("a folder was opened")
	}
}

func TestNpyVariants(t *testing.T) {
	const one = "\x01\x00\x00\x00\x00\x00\x00\x00"
	for name, c := range map[string][]byte{
		"python 2":     npyFile(npyDict("<i8", "(1L,)"), one),
		"other quotes": npyFile(`{"shape":(1,),"fortran_order":True,"descr":"<i8"}`, one),
		"odd offset":   npyFile(npyDict("<i8", "(1,)")+"   ", one),
		"more data":    npyFile(npyDict("<i8", "(1,)"), one+one),
	} {
		a, err := OpenNpy[int64](putFile(t, c))
		if err != nil || a.At(0) != 1 {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}
	a, err := OpenNpy[bool](putFile(t, npyFile(npyDict("|b1", "(4,)"), "\x00\x01\x02\xff")))
	if err != nil {
		t.Fatal(err)
	}
	if got := rawBytes(a.Data()); !bytes.Equal(got, []byte{0, 1, 1, 1}) {
		t.Errorf("bools are %v", got)
	}
}

func TestNpyFromPipe(t *testing.T) {
	file := npyFile(npyDict("<u2", "(3,)"), "\x01\x00\x02\x00\x03\x00")
	h, err := ReadNpyHeader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := readExactly(bytes.NewReader(file[h.Offset:]), h.Bytes())
	if err != nil || len(raw) != 6 {
		t.Fatal(raw, err)
	}
	if _, err := readExactly(strings.NewReader("abc"), 1<<46); err == nil || !strings.Contains(err.Error(), "there are 3") {
		t.Error(err)
	}
}

func FuzzNpyHeader(f *testing.F) {
	for _, c := range npyCases(f) {
		f.Add(c.File)
	}
	f.Add(npyFile(npyDict("<f8", "(4294967296, 4294967296, 0)"), ""))
	f.Add(npyFile(npyDict("<f8", "(1L, 2)"), "x"))
	f.Fuzz(func(t *testing.T, file []byte) {
		r := bytes.NewReader(file)
		h, err := ReadNpyHeader(r)
		if err != nil {
			return
		}
		if n := h.Bytes(); n < 0 || n >= maxBytes || h.Offset != r.Size()-int64(r.Len()) {
			t.Fatalf("%+v of %d bytes", h, n)
		}
		path := putFile(t, file)
		for _, err := range []error{
			openClose[bool](path), openClose[int16](path), openClose[float32](path), openClose[complex128](path),
		} {
			if err != nil && !strings.HasPrefix(err.Error(), path) {
				t.Fatal(err)
			}
		}
		again, err := ReadNpyHeader(io.MultiReader(bytes.NewReader(appendNpyHeader(nil, h.DType, h.Shape, npyAlign))))
		if err != nil || again.DType != h.DType || !cmp.Equal(again.Shape, h.Shape) || again.Offset%64 != 0 {
			t.Fatalf("%+v, written and read again, is %+v, %v", h, again, err)
		}
	})
}

// openClose reads all of a file.
func openClose[T Elem](path string) error {
	a, err := OpenNpy[T](path)
	if err != nil {
		return err
	}
	if n, _ := sizeOf(a.Shape(), 1); n != len(a.Data()) {
		return fmt.Errorf("%d elements for %v", len(a.Data()), a.Shape())
	}
	return a.Close()
}
