package graphjson

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/daskgen/daskgen/compiler/check"
)

// BenchmarkRead reads explicit tasks, of the form of (x + x.T).mean(0) with
// dask's keys: the text, and the re-rolling into layers.
func BenchmarkRead(b *testing.B) {
	const side = 200
	var text bytes.Buffer
	text.WriteString(`{"daskgen": 1, "tasks": [` + "\n")
	for i := range side {
		for j := range side {
			fmt.Fprintf(&text, `{"key": ["ones-0123456789abcdef", %d, %d], "op": "ones", "args": [[4, 4]]},`+"\n", i, j)
			fmt.Fprintf(&text, `{"key": ["transpose-0123456789abcdef", %d, %d], "op": "transpose", "args": [{"ref": ["ones-0123456789abcdef", %d, %d]}]},`+"\n", i, j, j, i)
			fmt.Fprintf(&text, `{"key": ["add-0123456789abcdef", %d, %d], "op": "add", "args": [{"ref": ["ones-0123456789abcdef", %d, %d]}, {"ref": ["transpose-0123456789abcdef", %d, %d]}]},`+"\n", i, j, i, j, i, j)
		}
	}
	text.WriteString(`{"key": "n", "value": 1}], "outputs": {"x": {"key": ["add-0123456789abcdef", 0, 0]}}}`)
	b.SetBytes(int64(text.Len()))
	b.ReportAllocs()
	for b.Loop() {
		_, ds := Read(bytes.NewReader(text.Bytes()), Options{File: "graph.json", Typer: check.Type})
		if ds.HasErrors() {
			b.Fatal(ds.Err())
		}
	}
}
