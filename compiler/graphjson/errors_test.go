package graphjson

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/daskgen/daskgen/compiler/check"
	"github.com/daskgen/daskgen/compiler/diag"
	"github.com/daskgen/daskgen/ir"
)

func read(text string) (*ir.Graph, diag.List) {
	return Read(strings.NewReader(text), Options{File: "graph.json", Allow: []string{"example.com/ok/..."}, Dirs: []string{"/data"}, Typer: check.Type})
}

// tasks wraps tasks into a graph with an input x of 2×2 blocks.
func tasks(list string) string {
	return `{"daskgen": 1, "inputs": {"x": {"dtype": "float64", "shape": [4, 4], "chunks": [2, 2]}}, "tasks": [` + list + `], "outputs": {"o": {"key": ["x", 0, 0]}}}`
}

func layers(list string) string {
	return strings.Replace(tasks(""), `"tasks": []`, `"layers": [`+list+`]`, 1)
}

func TestErrors(t *testing.T) {
	tests := []struct {
		name, text string
		code       string
		want       string // in the diagnostic as it is printed on one line
		hint       string
	}{
		{"empty", ``, diag.Malformed, "graph.json:1:1: the text ends early", ""},
		{"no object", `[]`, diag.WrongMember, "the graph must be an object, not a list", ""},
		{"no version", `{"tasks": []}`, diag.Version, `the member "daskgen" is missing`, `"daskgen": 1`},
		{"version 2", `{"daskgen": 2}`, diag.Version, "version 2 of the format is not known", ""},
		{"comma", "{\"daskgen\": 1,\n  \"tasks\": [1 2]}", diag.Malformed, "graph.json:2:15:", ""},
		{"truncated", `{"daskgen": 1, "tasks": [`, diag.Malformed, "the text ends early", ""},
		{"trailing", `{"daskgen": 1} x`, diag.Malformed, "malformed JSON", ""},
		{"second value", `{"daskgen": 1} {}`, diag.Malformed, "text follows the end of the graph", ""},
		{"bad utf-8", "{\"daskgen\": 1, \"name\": \"\xff\"}", diag.Malformed, "UTF-8", ""},
		{"unknown member", `{"daskgen": 1, "layer": []}`, diag.UnknownMember, `the graph has no member "layer"`, "layers"},
		{"duplicate member", `{"daskgen": 1, "tasks": [], "tasks": []}`, diag.DuplicateName, `twice`, ""},
		{"duplicate input", `{"daskgen": 1, "inputs": {"x": {"dtype": "int8", "shape": []}, "x": {}}}`, diag.DuplicateName, `the input "x" is defined twice`, ""},
		{"misplaced member", tasks(`{"key": "a", "grid": [1], "value": 1}`), diag.UnknownMember, `a task has no member "grid"`, "key, op, args, kwargs, value"},
		{"op and value", tasks(`{"key": "a", "op": "add", "value": 1}`), diag.WrongMember, `both "value" and "op"`, ""},
		{"no op", tasks(`{"key": "a", "args": []}`), diag.WrongMember, `neither "op" nor "value"`, ""},
		{"no key", tasks(`{"value": 1}`), diag.WrongMember, `a task has no "key"`, ""},
		{"args no list", tasks(`{"key": "a", "op": "add", "args": 1}`), diag.WrongMember, `"args" must be a list, not a number`, ""},
		{"duplicate key", tasks("{\"key\": \"a\", \"value\": 1},\n{\"key\": \"a\", \"value\": 2}"), diag.DuplicateKey, `graph.json:2:1: key "a" is defined twice`, ""},
		{"duplicate indexed key", tasks(`{"key": ["a", 1, 2], "value": 1}, {"key": ["a", 1, 2], "value": 2}`), diag.DuplicateKey, `key ["a",1,2] is defined twice`, ""},
		{"duplicate labelled key", tasks(`{"key": ["a", "b"], "value": 1}, {"key": ["a", "b"], "value": 2}`), diag.DuplicateKey, `key ["a","b"] is defined twice`, ""},
		{"key of an input", tasks(`{"key": ["x", 0, 1], "value": 1}`), diag.DuplicateKey, `key ["x",0,1] is defined twice`, ""},
		{"layer and input", layers(`{"name": "x", "grid": [2, 2], "value": 1}`), diag.DuplicateKey, `"x" is defined twice`, ""},
		{"number as key", tasks(`{"key": 3, "value": 1}`), diag.BadKey, "a key is a string", ""},
		{"fraction in key", tasks(`{"key": ["a", 0.9], "value": 1}`), diag.BadKey, "0.9 in a key is no integer", "scaled"},
		{"empty key", tasks(`{"key": "", "value": 1}`), diag.BadKey, "empty", ""},
		{"empty list as key", tasks(`{"key": [], "value": 1}`), diag.BadKey, "a key starts with its name", ""},
		{"undefined", tasks(`{"key": "total", "value": 1}, {"key": "b", "value": {"ref": "totla"}}`), diag.Undefined, `task "b": refers to "totla", which is not defined`, `"total"`},
		{"undefined block", tasks(`{"key": "b", "value": {"ref": ["x", 0, 2]}}`), diag.Undefined, `refers to ["x",0,2]`, `["x",1,1]`},
		{"undefined output", `{"daskgen": 1, "tasks": [{"key": "a", "value": 1}], "outputs": {"o": {"key": "b"}}}`, diag.Undefined, `output "o": "b" is not defined`, ""},
		{"undefined array", `{"daskgen": 1, "tasks": [{"key": "a", "value": 1}], "outputs": {"o": {"array": "b"}}}`, diag.Undefined, `no layer "b" is defined`, ""},
		{"unknown op", tasks(`{"key": "a", "op": "transposs", "args": [1]}`), diag.UnknownOp, `unknown op "transposs"`, `"transpose"`},
		{"arity", tasks(`{"key": "a", "op": "add", "args": [1]}`), diag.WrongArguments, `task "a": add: takes 2 arguments, got 1`, ""},
		{"keyword", tasks(`{"key": "a", "op": "sum", "args": [1], "kwargs": {"axes": 0}}`), diag.WrongArguments, `sum: has no parameter "axes"`, ""},
		{"keyword twice", tasks(`{"key": "a", "op": "sum", "args": [1], "kwargs": {"axis": 0, "axis": 1}}`), diag.DuplicateName, `"axis" is given twice`, ""},
		{"cycle", tasks(`{"key": "ok", "value": 1}, {"key": "a", "value": {"ref": "b"}}, {"key": "b", "op": "add", "args": [{"ref": "c"}, {"ref": "ok"}]}, {"key": "c", "value": {"ref": "a"}}`),
			diag.Cycle, `cycle: "a" reads "b" reads "c" reads "a"`, ""},
		{"self", tasks(`{"key": ["a", 0], "value": {"ref": ["a", 0]}}`), diag.Cycle, `cycle: ["a",0] reads ["a",0]`, ""},
		{"cycle of layers", layers(`{"name": "a", "grid": [3], "indices": ["i"], "value": {"ref": "b", "index": ["i"]}}, {"name": "b", "grid": [3], "indices": ["i"], "value": {"ref": "a", "index": ["2-i"]}}`),
			diag.Cycle, `cycle: ["a",0] reads ["b",0] reads ["a",2] reads ["b",2] reads ["a",0]`, ""},
		{"cycle of task and layer", `{"daskgen": 1, "tasks": [{"key": "a", "value": {"ref": ["l", 1]}}], "layers": [{"name": "l", "grid": [2], "value": {"ref": "a"}}], "outputs": {}}`,
			diag.Cycle, `reads`, ""},
		{"index form", layers(`{"name": "a", "grid": [2], "indices": ["i"], "value": {"ref": "x", "index": ["i*i", 0]}}`), diag.BadIndex, `"i*i" is no affine form`, ""},
		{"index name", layers(`{"name": "a", "grid": [2], "indices": ["i"], "value": {"ref": "x", "index": ["k", 0]}}`), diag.BadIndex, `"k" is no index; the indices are i`, ""},
		{"indices", layers(`{"name": "a", "grid": [2, 2], "indices": ["i"], "value": 1}`), diag.BadIndex, `layer "a" has 1 indices for a grid of rank 2`, ""},
		{"index in a task", tasks(`{"key": "a", "value": {"ref": "x", "index": [0, 0]}}`), diag.WrongMember, `"index" has a meaning only in a layer`, ""},
		{"out of bounds", layers(`{"name": "a", "grid": [2], "indices": ["i"], "value": {"ref": "x", "index": ["i+1", 0]}}`), diag.OutOfBounds, `layer "a" reads "x" at indices from 1 to 2 along axis 0, where it has those from 0 to 1`, ""},
		{"list out of bounds", layers(`{"name": "a", "grid": [2], "indices": ["i"], "value": {"ref": "x", "index": [{"start": "i", "count": 2}, 0]}}`), diag.OutOfBounds, `from 0 to 2`, ""},
		{"empty list", layers(`{"name": "a", "grid": [2], "indices": ["i"], "value": {"ref": "x", "index": [{"start": 0, "count": "i"}, 0]}}`), diag.OutOfBounds, `between 0 and 1 entries`, ""},
		{"rank of an index", layers(`{"name": "a", "grid": [2], "indices": ["i"], "value": {"ref": "x", "index": ["i"]}}`), diag.Undefined, `"x" with 1 index`, `"x" has 2 indices`},
		{"no index", layers(`{"name": "a", "grid": [2], "indices": ["i"], "value": {"ref": "x"}}`), diag.Undefined, `"x"`, `write "index" beside "ref"`},
		{"mixed types", `{"daskgen": 1, "tasks": [{"key": ["t", 0], "value": 1}, {"key": ["t", 1], "value": "s"}], "layers": [{"name": "a", "grid": [2], "indices": ["i"], "value": {"ref": "t", "index": ["i"]}}], "outputs": {}}`,
			diag.MixedTypes, `reads "t", whose tasks form no grid of one type`, ""},
		{"deep", tasks(`{"key": "a", "value": ` + strings.Repeat("[", 1001) + strings.Repeat("]", 1001) + `}`), diag.TooLarge, "nested more than 1000 deep", ""},
		{"very deep", tasks(`{"key": "a", "value": ` + strings.Repeat("[", 1e6)), diag.TooLarge, "nested", ""},
		{"deep unknown", `{"daskgen": 1, "z": ` + strings.Repeat("[", 1e6), diag.TooLarge, "nested", ""},
		{"huge grid", layers(`{"name": "a", "grid": [1000000, 1000000], "value": 1}`), diag.TooLarge, "more than 1073741824 tasks", ""},
		{"long grid", layers(`{"name": "a", "grid": [1000000000], "value": 1}`), diag.TooLarge, "more than 16777216 tasks along an axis", ""},
		{"huge shape", `{"daskgen": 1, "inputs": {"x": {"dtype": "float64", "shape": [1000000000, 1000000000]}}}`, diag.TooLarge, "larger than any machine's memory", ""},
		{"overflowing shape", `{"daskgen": 1, "inputs": {"x": {"dtype": "float64", "shape": [9223372036854775807, 9223372036854775807]}}}`, diag.TooLarge, "larger", ""},
		{"many blocks", `{"daskgen": 1, "inputs": {"x": {"dtype": "int8", "shape": [100000000000], "chunks": [1]}}}`, diag.BadInput, "100000000000 blocks", ""},
		{"long integer", tasks(`{"key": "a", "value": 99999999999999999999}`), diag.BadLiteral, "beyond the range of 64-bit integers", ""},
		{"long float", tasks(`{"key": "a", "value": 1e999}`), diag.BadLiteral, "beyond the range of float64", ""},
		{"not allowed", tasks(`{"key": "a", "op": "example.com/evil/pkg.F", "args": []}`), diag.NotAllowed, `the graph may not call "example.com/evil/pkg.F"`, "-allow example.com/evil/pkg"},
		{"os", tasks(`{"key": "a", "op": "os.RemoveAll", "args": ["/"]}`), diag.UnknownOp, `unknown op "os.RemoveAll"`, ""},
		{"os/exec", tasks(`{"key": "a", "op": "os/exec.Command", "args": ["ls"]}`), diag.NotAllowed, `os/exec`, ""},
		{"source as op", tasks(`{"key": "a", "op": "example.com/ok/p.F(); panic(1)", "args": []}`), diag.UnknownOp, `is no Go function`, ""},
		{"path element", tasks(`{"key": "a", "op": "example.com/ok/../evil.F", "args": []}`), diag.UnknownOp, `is no Go function`, ""},
		{"keyword of a function", tasks(`{"key": "a", "op": "example.com/ok/p.F", "kwargs": {"a": 1}}`), diag.WrongArguments, `takes no keyword arguments`, ""},
		{"parent folder", `{"daskgen": 1, "inputs": {"x": {"dtype": "int8", "shape": [1], "source": {"npy": "../x.npy"}}}}`, diag.ForbiddenPath, `"../x.npy" is outside the folders`, ""},
		{"hidden parent", `{"daskgen": 1, "inputs": {"x": {"dtype": "int8", "shape": [1], "source": {"npy": "a/../../x.npy"}}}}`, diag.ForbiddenPath, `outside the folders`, ""},
		{"absolute", `{"daskgen": 1, "inputs": {"x": {"dtype": "int8", "shape": [1], "source": {"npy": "/etc/x.npy"}}}}`, diag.ForbiddenPath, `outside the folders`, ""},
		{"prefix of a folder", `{"daskgen": 1, "inputs": {"x": {"dtype": "int8", "shape": [1], "source": {"npy": "/database/x.npy"}}}}`, diag.ForbiddenPath, `outside the folders`, ""},
		{"backslash", `{"daskgen": 1, "inputs": {"x": {"dtype": "int8", "shape": [1], "source": {"npy": "..\\x.npy"}}}}`, diag.ForbiddenPath, `no path that a graph may name`, ""},
		{"sink", `{"daskgen": 1, "inputs": {"x": {"dtype": "int8", "shape": [1]}}, "outputs": {"o": {"array": "x", "sink": {"npy": "../../x.npy"}}}}`, diag.ForbiddenPath, `outside`, ""},
		{"literal file", tasks(`{"key": "a", "value": {"array": {"npy": "/etc/passwd"}}}`), diag.ForbiddenPath, `outside`, ""},
		{"source of json", `{"daskgen": 1, "inputs": {"x": {"dtype": "int8", "shape": [1], "source": {"json": "x"}}}}`, diag.UnknownMember, `"source" has no member "json"`, ""},
		{"dtype", `{"daskgen": 1, "inputs": {"x": {"dtype": "float16", "shape": [1]}}}`, diag.BadLiteral, `unknown dtype "float16"`, ""},
		{"no shape", `{"daskgen": 1, "inputs": {"x": {"dtype": "float32"}}}`, diag.WrongMember, `needs "dtype" and "shape"`, ""},
		{"chunks", `{"daskgen": 1, "inputs": {"x": {"dtype": "float32", "shape": [10], "chunks": [[4, 4]]}}}`, diag.BadInput, `the blocks add up to 8`, ""},
		{"chunk of 0", `{"daskgen": 1, "inputs": {"x": {"dtype": "float32", "shape": [10], "chunks": [0]}}}`, diag.BadInput, `the size of a block is 0`, ""},
		{"more chunks than axes", `{"daskgen": 1, "inputs": {"x": {"dtype": "float32", "shape": [10], "chunks": [5, 5]}}}`, diag.BadInput, `2 entries in "chunks" for 1 axis`, ""},
		{"base64", tasks(`{"key": "a", "value": {"bytes": "?"}}`), diag.BadLiteral, `must be base64`, ""},
		{"array size", tasks(`{"key": "a", "value": {"array": {"dtype": "int32", "shape": [2], "data": "AAAA"}}}`), diag.BadLiteral, `"data" has 3 bytes, but int32(2,) needs 8`, ""},
		{"array members", tasks(`{"key": "a", "value": {"array": {"dtype": "int32", "npy": "x.npy"}}}`), diag.WrongMember, `dtype, shape and data, or npy alone`, ""},
		{"float name", tasks(`{"key": "a", "value": {"float": "infinity"}}`), diag.BadLiteral, `"infinity"`, ""},
		{"complex", tasks(`{"key": "a", "value": {"complex": [1]}}`), diag.BadLiteral, `[real, imaginary]`, ""},
		{"slice", tasks(`{"key": "a", "value": {"slice": [1, 2]}}`), diag.WrongMember, `got 2 entries`, ""},
		{"dict", tasks(`{"key": "a", "value": {"dict": [[1]]}}`), diag.WrongMember, `[key, value]`, ""},
		{"empty object", tasks(`{"key": "a", "value": {}}`), diag.WrongMember, `needs one of the members`, ""},
		{"two forms", tasks(`{"key": "a", "value": {"ref": "b", "tuple": []}}`), diag.WrongMember, `both "ref" and "tuple"`, ""},
		{"func", tasks(`{"key": "a", "value": {"func": "ad"}}`), diag.UnknownOp, `unknown op "ad"`, ""},
		{"output forms", `{"daskgen": 1, "outputs": {"o": {"key": "a", "array": "b"}}}`, diag.BadOutput, `needs either "key" or "array"`, ""},
		{"gappy array", `{"daskgen": 1, "tasks": [{"key": ["a", 0, 0], "value": 1}, {"key": ["a", 1, 1], "value": 1}], "outputs": {"o": {"array": "a"}}}`, diag.BadOutput, `are no full grid of blocks`, ""},
		{"no outputs", `{"daskgen": 1}`, diag.BadOutput, "the graph has no outputs", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g, diags := read(tt.text)
			if diags.HasErrors() != (g == nil) {
				t.Errorf("a graph: %t, errors: %t", g != nil, diags.HasErrors())
			}
			for _, d := range diags {
				if d.Code == tt.code && strings.Contains(d.String(), tt.want) && strings.Contains(d.Hint, tt.hint) {
					return
				}
			}
			t.Errorf("want %s %q, hint %q", tt.code, tt.want, tt.hint)
			for _, d := range diags {
				t.Logf("got %s %s (hint: %s)", d.Code, d, d.Hint)
			}
		})
	}
}

func TestAllErrorsAreCollected(t *testing.T) {
	_, diags := read(tasks("{\"key\": \"a\", \"op\": \"nope\", \"args\": []},\n{\"key\": 1, \"value\": 1},\n{\"key\": \"b\", \"value\": {\"ref\": \"zz\"}},\n{\"key\": \"b\", \"value\": 1}"))
	want := []string{diag.UnknownOp, diag.BadKey, diag.Undefined, diag.DuplicateKey}
	var got []string
	for _, d := range diags {
		got = append(got, d.Code)
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", diags, want)
	}
}

func TestAllowedFunctionsAndFiles(t *testing.T) {
	g, diags := read(`{"daskgen": 1, "inputs": {"x": {"dtype": "int8", "shape": [1], "source": {"npy": "/data/a/x.npy"}}}, "tasks": [{"key": "a", "op": "example.com/ok/pkg.(*T).Do", "args": [1]}], "outputs": {"a": {"key": "a"}}}`)
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	f := g.Layer("a").Cases[0].Kernel.Func
	if f == nil || f.Pkg != "example.com/ok/pkg" || f.Name != "(*T).Do" {
		t.Errorf("function %+v", f)
	}
}

func TestCompressed(t *testing.T) {
	text := tasks(`{"key": "a", "value": 1}`)
	var gz, zs bytes.Buffer
	g := gzip.NewWriter(&gz)
	g.Write([]byte(text))
	g.Close()
	z, _ := zstd.NewWriter(&zs)
	z.Write([]byte(text))
	z.Close()
	for name, b := range map[string][]byte{"gzip": gz.Bytes(), "zstd": zs.Bytes()} {
		if g, diags := Read(bytes.NewReader(b), Options{}); g == nil || g.Layer("a") == nil {
			t.Errorf("%s: %v", name, diags)
		}
		g, diags := Read(bytes.NewReader(b[:len(b)-20]), Options{})
		if g != nil || len(diags) == 0 || diags[0].Code != diag.Unreadable && diags[0].Code != diag.Malformed {
			t.Errorf("%s, cut short: %v", name, diags)
		}
	}
}

// A graph of the folder above may not name what is above that.
func TestFolderAbove(t *testing.T) {
	for file, ok := range map[string]bool{
		"x.npy": true, "../x.npy": false, "sub/../../x.npy": false, "../../x.npy": false, "a/b/../x.npy": true,
	} {
		text := `{"daskgen": 1, "inputs": {"x": {"dtype": "int8", "shape": [1], "source": {"npy": "` + file + `"}}}, "outputs": {}}`
		for _, dir := range []string{"..", "../..", ".", "sub", "/abs"} {
			_, ds := Read(strings.NewReader(text), Options{File: dir + "/graph.json", Dirs: []string{dir}})
			if ds.HasErrors() == ok {
				t.Errorf("%s in %s: %v", file, dir, ds)
			}
		}
	}
}
