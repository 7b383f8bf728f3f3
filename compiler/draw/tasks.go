package draw

import (
	"fmt"
	"slices"
	"strings"

	"github.com/daskgen/daskgen/ir"
)

// taskPicture has a node per task.
func taskPicture(g *ir.Graph) (*picture, error) {
	if n := g.Tasks(); n > MaxTasks {
		return nil, fmt.Errorf("%d tasks are too many to draw (the limit is %d): draw the layers instead, without --tasks", n, MaxTasks)
	}
	t := &taskDrawing{ids: map[taskID]string{}}
	for _, l := range g.Layers {
		t.addBlocks(l)
		t.addTasks(g, l)
	}
	for _, l := range g.Layers {
		t.addEdges(l)
	}
	return &t.picture, nil
}

type taskID struct {
	layer  *ir.Layer
	linear int64
}

// A taskDrawing is a picture of tasks in the making.
type taskDrawing struct {
	picture
	ids map[taskID]string
}

func (t *taskDrawing) add(l *ir.Layer, linear int64, n node) {
	n.name = keyText(l, linear)
	n.id = t.newID(n.name)
	t.ids[taskID{l, linear}] = n.id
	t.nodes = append(t.nodes, n)
}

// addBlocks adds the blocks of an input.
func (t *taskDrawing) addBlocks(l *ir.Layer) {
	if l.Input == nil {
		return
	}
	for linear := range l.Grid.Size() {
		t.add(l, linear, node{shape: input})
	}
}

func (t *taskDrawing) addTasks(g *ir.Graph, l *ir.Layer) {
	if l.Input != nil {
		return
	}
	for task := range ir.Expand(l).All() {
		n := node{kernel: wrap(taskKernel(&task), 36, 2)}
		if isRequested(g, &task) {
			n.shape = output
		}
		t.add(l, task.Linear, n)
	}
}

func isRequested(g *ir.Graph, t *ir.Task) bool {
	return slices.ContainsFunc(g.Outputs, func(o *ir.Output) bool {
		return o.Layer == t.Layer && (o.Array() || o.Layer.Grid.Linear(o.Index) == t.Linear)
	})
}

// addEdges adds an edge for each task that a task reads, once.
func (t *taskDrawing) addEdges(l *ir.Layer) {
	if l.Input != nil {
		return
	}
	for task := range ir.Expand(l).All() {
		seen := map[taskID]bool{}
		for i := range task.Case.Operands {
			for _, k := range task.Operand(i, nil) {
				from := taskID{task.Case.Operands[i].Layer, k}
				if !seen[from] {
					seen[from] = true
					t.edges = append(t.edges, edge{t.ids[from], t.ids[taskID{l, task.Linear}], ""})
				}
			}
		}
	}
}

// keyText writes a key as the IR's texts do: x[0, 3].
func keyText(l *ir.Layer, linear int64) string {
	k := l.KeyAt(linear)
	if len(k.Index) == 0 {
		return printable(k.Name)
	}
	parts := make([]string, len(k.Index))
	for i, p := range k.Index {
		parts[i] = p.String()
	}
	return printable(k.Name + "[" + strings.Join(parts, ", ") + "]")
}

// taskKernel writes what a task computes; its operands are the edges, so that
// only their layers are named.
func taskKernel(t *ir.Task) string { return exprText(t, t.Case.Kernel) }

func exprText(t *ir.Task, e *ir.Expr) string {
	switch e.Kind {
	case ir.ExprOperand:
		return t.Case.Operands[e.N].Layer.Name
	case ir.ExprParam:
		return t.Param(e.N).String()
	case ir.ExprConst:
		return e.Const.String()
	}
	args := make([]string, 0, len(e.Args))
	for _, a := range e.Args {
		args = append(args, exprText(t, a))
	}
	for _, k := range e.Kwargs {
		args = append(args, k.Name+"="+exprText(t, k.Value))
	}
	list := strings.Join(args, ", ")
	switch e.Kind {
	case ir.ExprOp:
		return e.Op + "(" + list + ")"
	case ir.ExprFunc:
		return e.Func.Title() + "(" + list + ")"
	case ir.ExprSlice:
		return strings.TrimSuffix(strings.ReplaceAll(strings.Join(args, ":"), "None", ""), ":")
	case ir.ExprList:
		return "[" + list + "]"
	}
	return "(" + list + ")"
}
