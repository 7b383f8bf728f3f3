package runtime

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// printCase is a case of testdata/print.json, which print.py records.
type printCase struct {
	DType     string
	Shape     []int
	Data      []byte
	Str, Repr string
}

// array returns the case's array: its data are in the byte order of the
// machine that recorded them, little-endian.
func (c *printCase) array(t *testing.T) ndarray {
	t.Helper()
	switch c.DType {
	case "bool":
		return blockOf[bool](c)
	case "int8":
		return blockOf[int8](c)
	case "int16":
		return blockOf[int16](c)
	case "int32":
		return blockOf[int32](c)
	case "int64":
		return blockOf[int64](c)
	case "uint8":
		return blockOf[uint8](c)
	case "uint16":
		return blockOf[uint16](c)
	case "uint32":
		return blockOf[uint32](c)
	case "uint64":
		return blockOf[uint64](c)
	case "float32":
		return blockOf[float32](c)
	case "float64":
		return blockOf[float64](c)
	case "complex64":
		return blockOf[complex64](c)
	case "complex128":
		return blockOf[complex128](c)
	}
	t.Fatalf("no dtype %q", c.DType)
	return nil
}

func blockOf[T Elem](c *printCase) *Block[T] {
	data, _ := decode[T](c.Data, nativeBigEndian)
	return FromSlice(data, c.Shape...)
}

func TestPrintAsNumPy(t *testing.T) {
	raw, err := os.ReadFile("testdata/print.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []printCase
	if err := json.Unmarshal(raw, &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) < 300 {
		t.Fatalf("only %d cases", len(cases))
	}
	for i := range cases {
		c := &cases[i]
		a := c.array(t)
		var s strings.Builder
		if err := FormatValue(&s, a); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.Str, s.String()); diff != "" {
			t.Errorf("str of %s %v (-NumPy +ours):\n%s", c.DType, c.Shape, diff)
		}
		if c.Repr == "" {
			continue
		}
		if diff := cmp.Diff(c.Repr, a.repr()); diff != "" {
			t.Errorf("repr of %s %v (-NumPy +ours):\n%s", c.DType, c.Shape, diff)
		}
	}
}
