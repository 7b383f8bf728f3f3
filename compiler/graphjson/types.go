package graphjson

import (
	"reflect"
	"strings"
)

// The types of the document. The schema is made from them, and the reader takes
// the names of the members of each object from them, so that neither can drift.

type fileJSON struct {
	Schema  string                `json:"$schema,omitempty" jsonschema:"where the schema of this document is; for editors"`
	Daskgen int                   `json:"daskgen" jsonschema:"version of the format: 1"`
	Name    string                `json:"name,omitempty" jsonschema:"name of the graph; programs and packages are named after it"`
	Inputs  map[string]inputJSON  `json:"inputs,omitempty" jsonschema:"arrays that are supplied at run time, by name; each is a layer of blocks"`
	Tasks   []taskJSON            `json:"tasks,omitempty" jsonschema:"tasks one by one, in any order"`
	Layers  []layerJSON           `json:"layers,omitempty" jsonschema:"families of tasks, each over a grid, in any order"`
	Outputs map[string]outputJSON `json:"outputs" jsonschema:"what the program returns, by name"`
}

type inputJSON struct {
	DType  dtypeName `json:"dtype" jsonschema:"element type"`
	Shape  []int64   `json:"shape" jsonschema:"length of each axis"`
	Chunks chunks    `json:"chunks,omitempty" jsonschema:"for each axis the size of its blocks (the last may be smaller), or the list of all sizes; -1 or absent is one block"`
	Source *fileLink `json:"source,omitempty" jsonschema:"file that is read unless the command line names another"`
}

// fileLink names a file below the graph's folder.
type fileLink struct {
	Npy  string `json:"npy,omitempty" jsonschema:"a .npy file, relative to the graph's folder"`
	JSON string `json:"json,omitempty" jsonschema:"a .json file, relative to the graph's folder; for outputs"`
}

type taskJSON struct {
	Key key `json:"key" jsonschema:"unique in the graph"`
	callJSON
}

// callJSON is what a task, a layer and a nested task have in common.
type callJSON struct {
	Op     string              `json:"op,omitempty" jsonschema:"name of an op, or a Go function by import path: example.com/me/pkg.Func"`
	Args   []argument          `json:"args,omitempty" jsonschema:"positional arguments"`
	Kwargs map[string]argument `json:"kwargs,omitempty" jsonschema:"arguments by name"`
	Value  argument            `json:"value,omitempty" jsonschema:"data, or a reference to another value, in place of op"`
}

type nestedJSON struct {
	Op     string              `json:"op" jsonschema:"name of an op, or a Go function by import path"`
	Args   []argument          `json:"args,omitempty" jsonschema:"positional arguments"`
	Kwargs map[string]argument `json:"kwargs,omitempty" jsonschema:"arguments by name"`
}

type layerJSON struct {
	Name    string   `json:"name" jsonschema:"the keys of the tasks are [name, i, j, ...]"`
	Grid    []int64  `json:"grid" jsonschema:"number of tasks along each axis"`
	Indices []string `json:"indices,omitempty" jsonschema:"name of the index of each axis of the grid"`
	callJSON
}

type outputJSON struct {
	Key    key       `json:"key,omitempty" jsonschema:"the value of one task"`
	Array  string    `json:"array,omitempty" jsonschema:"the array that the blocks of this layer form"`
	Sink   *fileLink `json:"sink,omitempty" jsonschema:"file that is written unless the command line names another"`
	DType  dtypeName `json:"dtype,omitempty" jsonschema:"expected element type; checked"`
	Shape  []int64   `json:"shape,omitempty" jsonschema:"expected shape; checked"`
	Chunks chunks    `json:"chunks,omitempty" jsonschema:"expected chunks; checked"`
}

// Objects that are arguments. Each has one of the members, but for ref.

type argumentJSON struct {
	Ref      key         `json:"ref,omitempty" jsonschema:"the value of a task or block; in a layer also the name of a layer, with index"`
	Index    []indexForm `json:"index,omitempty" jsonschema:"in a layer, beside ref: one entry for each axis of the layer that ref names"`
	Task     *nestedJSON `json:"task,omitempty" jsonschema:"a task that is computed in place"`
	Slice    []argument  `json:"slice,omitempty" jsonschema:"[start, stop, step], each an integer or null"`
	Tuple    []argument  `json:"tuple,omitempty" jsonschema:"a tuple"`
	Dict     []pair      `json:"dict,omitempty" jsonschema:"a dict as a list of [key, value]"`
	Ellipsis bool        `json:"ellipsis,omitempty" jsonschema:"... in an index"`
	Newaxis  bool        `json:"newaxis,omitempty" jsonschema:"numpy.newaxis in an index"`
	DType    dtypeName   `json:"dtype,omitempty" jsonschema:"a dtype"`
	Complex  []float64   `json:"complex,omitempty" jsonschema:"[real, imaginary]"`
	Float    string      `json:"float,omitempty" jsonschema:"a float that JSON has no number for: nan, inf, -inf, -0.0"`
	Bytes    string      `json:"bytes,omitempty" jsonschema:"bytes in base64"`
	Func     string      `json:"func,omitempty" jsonschema:"an op passed as a function"`
	Array    *arrayJSON  `json:"array,omitempty" jsonschema:"a small array"`
	Int      string      `json:"int,omitempty" jsonschema:"in a layer: an integer that is an affine form of the indices, as 2*i+1"`
}

type arrayJSON struct {
	DType dtypeName `json:"dtype,omitempty" jsonschema:"element type"`
	Shape []int64   `json:"shape,omitempty" jsonschema:"length of each axis"`
	Data  string    `json:"data,omitempty" jsonschema:"elements in base64, little-endian, C order"`
	Npy   string    `json:"npy,omitempty" jsonschema:"a .npy file, relative to the graph's folder, in place of the others"`
}

// indexJSON is an object in an index.
type indexJSON struct {
	All   bool   `json:"all,omitempty" jsonschema:"all indices of the axis, as a list"`
	Start affine `json:"start,omitempty" jsonschema:"first index of a list"`
	Count affine `json:"count,omitempty" jsonschema:"number of indices of the list"`
	Step  *int64 `json:"step,omitempty" jsonschema:"distance between the indices of the list; 1 if absent"`
}

// Types that stand for a JSON value of several forms.
type (
	dtypeName string   // the name of a dtype
	key       struct{} // a string, or a list of a string and integers or strings
	argument  struct{} // a literal, a list of arguments, or an argumentJSON
	pair      struct{} // [key, value], both arguments
	chunks    struct{} // a list of integers or lists of integers
	indexForm struct{} // an affine, or an indexJSON
	affine    struct{} // an integer, or a string such as 2*i+1
)

// memberNames returns the names of the members of an object.
func memberNames[T any]() []string {
	var names []string
	for _, f := range reflect.VisibleFields(reflect.TypeFor[T]()) {
		if !f.Anonymous {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			names = append(names, name)
		}
	}
	return names
}
