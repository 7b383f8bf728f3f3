// Package ir is the intermediate representation of daskgen: a task graph as a
// few typed layers, each one kernel over a grid of blocks.
//
// The package is data. Types are exported structs without policy; the front
// ends build them, the compiler's passes rewrite them, the emitter reads them.
// It imports nothing of daskgen.
package ir

// A Graph is a set of layers and the outputs that are asked of them.
//
// Layers stand in the order of their first definition. The order has no
// meaning for evaluation: a layer may read layers that stand after it, and,
// task by task, itself (a recurrence), as long as the task graph is acyclic.
type Graph struct {
	Name    string
	Source  string // the file or import path that it was read from
	Layers  []*Layer
	Outputs []*Output
}

// Layer returns the layer of that name, or nil.
func (g *Graph) Layer(name string) *Layer {
	for _, l := range g.Layers {
		if l.Name == name {
			return l
		}
	}
	return nil
}

// A Layer is a grid of values of one type. Each value is made by one task.
//
// The tasks of a layer are described by its cases, which partition the grid;
// most layers have one case that covers all of it. An input layer has no
// case: its blocks come from an array that is supplied at run time.
type Layer struct {
	Name    string   // the key's first element; unique in the graph
	Grid    Grid     // index space; rank 0 for a plain task
	Keys    []Key    // keys in linear (C) order of the grid; nil: the key of (i, j) is (Name, i, j), of () it is Name
	Type    *Type    // of one value; set by the front end or by check
	Dims    []Dim    // how a block's shape depends on the grid index, one per axis of the block; set by check; nil when Type is no block or nothing is known
	Input   *Input   // non-nil for an input layer
	Cases   []*Case  // in order; their sets are disjoint and, but for culled indices, cover the grid
	Live    *Set     // indices that are needed after culling; nil: all
	Pos     Pos      // where it was defined
	Origins []string // names of the layers (or keys) that were merged into this one, its own first
}

// A Grid is the index space of a layer: the box of its extents.
type Grid []Extent

// An Extent is the length of a grid axis: a constant, or a symbol whose value
// is only known at run time.
type Extent struct {
	N   int64  // the constant; used when Sym is empty
	Sym string // the symbol's name
}

// Box returns the grid with these constant extents.
func Box(n ...int64) Grid {
	g := make(Grid, len(n))
	for i, v := range n {
		g[i].N = v
	}
	return g
}

// Size returns the number of indices of a grid of constant extents.
func (g Grid) Size() int64 {
	n := int64(1)
	for _, e := range g {
		n *= e.N
	}
	return n
}

// A Case is one kernel over a subset of its layer's grid.
type Case struct {
	Where    Set
	Operands []Operand // what the kernel reads
	Params   []Param   // literals that differ from task to task
	Kernel   *Expr
	Pos      Pos // of the first task of an explicit list, or of the layer
}

// A Set is a subset of a grid: everything (both fields nil), a box of strided
// ranges, or an explicit ascending list of linear (C order) indices.
type Set struct {
	Box []Range
	IDs []uint32
}

// All says whether the set is the whole grid.
func (s Set) All() bool { return s.Box == nil && s.IDs == nil }

// A Range is lo, lo+step, ... below hi.
type Range struct{ Lo, Hi, Step int64 }

// Len returns the number of indices of the range.
func (r Range) Len() int64 {
	if r.Hi <= r.Lo {
		return 0
	}
	return (r.Hi - r.Lo + r.Step - 1) / r.Step
}

// An Operand says which values of which layer a task reads, as a function of
// the task's grid index.
type Operand struct {
	Layer  *Layer
	Access Access
}

// An Access maps a grid index of the reading layer to values of the layer read.
//
// Either Axes has one entry for each grid axis of the layer read, or Table
// lists the values task by task. The operand is a list, in C order of the
// selected indices, when an entry of Axes is a list or Table.List is set, and
// one value otherwise.
type Access struct {
	Axes  []AxisAccess
	Table *Table
}

// List says whether the operand is a list of values.
func (a *Access) List() bool {
	if a.Table != nil {
		return a.Table.List
	}
	for i := range a.Axes {
		if a.Axes[i].List {
			return true
		}
	}
	return false
}

// An AxisAccess selects along one grid axis of the layer read: the index
// Start, or, when List is set, the Count indices Start, Start+Step, ...
//
// "All of an axis" is Start 0, Count the extent, Step 1. A window is a Start
// and a Count that depend on the index and are clipped by the front end.
type AxisAccess struct {
	Start Affine
	List  bool
	Count Affine // used when List
	Step  int64  // used when List; not 0
}

// An Affine is Base + Σ Coef[k]·index[k] over the grid index of the reading
// layer. A nil Coef is all zeros.
type Affine struct {
	Base int64
	Coef []int64
}

// A Table lists the values read, task by task, in the order of the case's set
// (ascending linear index): task n reads IDs[Offsets[n]:Offsets[n+1]], linear
// indices in the layer read. Offsets is nil when each task reads one value.
type Table struct {
	List    bool
	Offsets []uint32
	IDs     []uint32
}

// A Param is a literal that differs from task to task: an integer affine in
// the grid index, or a column with one entry per task of the case's set.
type Param struct {
	Type   *Type    // of the literal: int64 when Affine
	Affine *Affine  // integers only
	Ints   []int64  // a column of integers
	Values []*Const // any other column
}

// An Input describes an array that is supplied when the program runs.
type Input struct {
	DType  DType
	Shape  []Extent
	Chunks [][]int64 // sizes along each axis
	Source string    // default .npy file, relative to the graph's folder; may be empty
}

// An Output names a value or an array that the program returns.
type Output struct {
	Name  string
	Layer *Layer
	Index []int64 // the value at this grid index; nil: the array that the layer's blocks form
	Sink  string  // default .npy or .json file; may be empty
	Want  *Input  // dtype, shape and chunks that the graph states; each may be absent; check compares them with what it infers
	Pos   Pos
}

// Array says whether the output is the whole array of its layer.
func (o *Output) Array() bool { return o.Index == nil }

// A Key names a task: a string, or a string followed by integers or strings.
type Key struct {
	Name  string
	Index []KeyPart
}

// A KeyPart is an integer, or a string when IsStr.
type KeyPart struct {
	Int   int64
	Str   string
	IsStr bool
}

// A Pos is a place in a source file. Line and Col count from 1; 0 is unknown.
type Pos struct {
	File      string
	Line, Col int
}

// A Dim says how long a block's axis is, as a function of the grid index.
type Dim struct {
	Axis  int     // the grid axis whose index selects the size; -1: the same for all blocks
	Sizes []int64 // one per index of that grid axis (one in all when Axis is -1); nil: only known at run time
}
