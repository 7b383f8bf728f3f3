// Command reader is daskgen's reader of graph.json in the rows of the compile
// path: for each line of its input, a file, it answers with MB/s.
package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"time"

	"github.com/daskgen/daskgen/compiler/check"
	"github.com/daskgen/daskgen/compiler/graphjson"
)

func main() {
	sc := bufio.NewScanner(os.Stdin)
	for sc.Scan() {
		fmt.Println(answer(sc.Text()))
	}
}

func answer(path string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return "error " + err.Error()
	}
	start := time.Now()
	_, ds := graphjson.Read(bytes.NewReader(text), graphjson.Options{File: path, Typer: check.Type})
	took := time.Since(start).Seconds()
	if ds.HasErrors() {
		return "error " + ds.Err().Error()
	}
	return fmt.Sprintf("ok %g", float64(len(text))/took/1e6)
}
