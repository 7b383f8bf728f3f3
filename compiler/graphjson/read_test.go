package graphjson

import (
	"fmt"
	"strings"
	"testing"
)

func TestSmoke(t *testing.T) {
	for _, text := range []string{`{"daskgen":1,"tasks":[{"key":"x","value":1},{"key":"y","op":"add","args":[{"ref":"x"},1]},{"key":"z","op":"add","args":[{"ref":"y"},10]}],"outputs":{"z":{"key":"z"}}}`,
		`{"daskgen":1,"inputs":{"x":{"dtype":"float64","shape":[4,4],"chunks":[2,2]}},"tasks":[
{"key":["y",0,0],"op":"add","args":[{"ref":["x",0,0]},{"ref":["x",0,0]}]},
{"key":["y",0,1],"op":"add","args":[{"ref":["x",0,1]},{"ref":["x",1,0]}]},
{"key":["y",1,0],"op":"add","args":[{"ref":["x",1,0]},{"ref":["x",0,1]}]},
{"key":["y",1,1],"op":"add","args":[{"ref":["x",1,1]},{"ref":["x",1,1]}]}],"layers":[
{"name":"t","grid":[2,2],"op":"add","args":[{"ref":"y","index":["j","i"]},1],"indices":["i","j"]}
],"outputs":{"y":{"array":"t"}}}`,
	} {
		g, d := Read(strings.NewReader(text), Options{File: "graph.json"})
		for _, d := range d {
			t.Error(d, d.Hint)
		}
		for _, l := range g.Layers {
			fmt.Printf("%+v\n", l)
			for _, c := range l.Cases {
				fmt.Printf("   %+v\n", c)
			}
		}
	}
}
