package graphjson

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/daskgen/daskgen/compiler/check"
	"github.com/daskgen/daskgen/ir"
)

func TestMillion(t *testing.T) {
	f, err := os.Open(os.Getenv("MILLION"))
	if err != nil {
		t.Skip()
	}
	s := time.Now()
	g, d := Read(f, Options{File: "graph.json", Typer: check.Type})
	fmt.Println(time.Since(s))
	for i, d := range d {
		if i < 5 {
			fmt.Println(d, d.Hint)
		}
	}
	if g != nil {
		fmt.Println(ir.Text(g))
		s = time.Now()
		fmt.Println(ir.Verify(g))
		fmt.Println(time.Since(s))
	}
}
