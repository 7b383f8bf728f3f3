package emit

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/daskgen/daskgen/ir"
)

// blocksOf is sum(sqrt(x*x + 1) - y / hypot(x, y)) of n blocks, with an operand
// that is a row for all of them.
func blocksOf(name string, n int) *ir.Graph {
	const rows, cols = 32, 128
	x := input("x", ir.Float64, sizesOf(n, rows), []int64{cols})
	y := input("y", ir.Float32, sizesOf(n, rows), []int64{cols})
	row := input("row", ir.Float64, []int64{cols})
	root := op("sqrt", op("add", op("multiply", arg(0), arg(0)), num(1)))
	k := op("sum", op("subtract", root, op("multiply", arg(2), op("divide", arg(1), op("hypot", arg(0), arg(1))))))
	part := layer("part", ir.Box(int64(n)), k, read(x, at(0, 1), at(0, 0)), read(y, at(0, 1), at(0, 0)), read(row, at(0, 0)))
	some := ir.AxisAccess{List: true, Start: ir.Affine{Coef: []int64{32}}, Count: ir.Affine{Base: 32}, Step: 1}
	sums := layer("sums", ir.Box(int64(n/32)), op("sum_combine", arg(0)), read(part, some))
	all := ir.AxisAccess{List: true, Count: ir.Affine{Base: int64(n / 32)}, Step: 1}
	total := layer("total", nil, op("sum_combine", arg(0)), read(sums, all))
	return graph(name, []*ir.Layer{x, y, row, part, sums, total}, value(total))
}

// allocTest compares the allocations of two runs that differ in their number of
// blocks.
const allocTest = `package library

import (
	"context"
	"testing"

	rt "github.com/daskgen/daskgen/runtime"
)

func TestAllocations(t *testing.T) {
	row := rt.FromData(make([]float64, 128), 128)
	run := func(n int, f func(context.Context, *rt.Array[float64], *rt.Array[float32], *rt.Array[float64], ...rt.Option) (*rt.Block[float64], error)) float64 {
		x, y := rt.FromData(make([]float64, n*32*128), n*32, 128), rt.FromData(make([]float32, n*32*128), n*32, 128)
		return testing.AllocsPerRun(20, func() {
			if _, err := f(context.Background(), x, y, row); err != nil {
				t.Fatal(err)
			}
		})
	}
	few, many := run(%d, RunFew), run(%d, RunMany)
	if each := (many - few) / %d; each > 0.2 {
		t.Errorf("%%.2f allocations a block (%%v and %%v in all)", each, few, many)
	}
}
`

// TestBlocksAllocateNothing checks that a program allocates nothing for each
// block: with sixteen times as many blocks it allocates as often, but for a few
// buffers more and longer lists.
func TestBlocksAllocateNothing(t *testing.T) {
	const few, many = 64, 1024
	dir := tempPackage(t)
	graphs := []Graph{{Name: "Few", IR: checked(t, blocksOf("few", few))}, {Name: "Many", IR: checked(t, blocksOf("many", many))}}
	files, err := Package("library", graphs, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if source := string(files[0].Content); !strings.Contains(source, ".Eval(") || !strings.Contains(source, "vector.HypotFloat64(") {
		t.Errorf("no expression, or no call, in\n%s", source)
	}
	files = append(files, File{Path: "alloc_test.go", Content: fmt.Appendf(nil, allocTest, few, many, many-few)})
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(dir, f.Path), f.Content, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	goCommand(t, dir, "test", ".")
}
