package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/daskgen/daskgen/ir"
)

// A unit is one graph of the file.
type unit struct {
	em           *emitter
	g            *ir.Graph
	kernelPrefix string // of the names of its kernels
	layersType   string // type that holds its layers
	program      string // variable that holds its rt.Program
	ids          map[*ir.Layer]string
	usesTables   bool
	decls        []jen.Code // methods and kernels, behind the type and build
}

// buildChunk is how many layers one function declares; longer functions cost
// the Go compiler more than their share.
const buildChunk = 200

// add writes the declarations of a graph.
func (em *emitter) add(u *unit) error {
	if err := u.verify(); err != nil {
		return err
	}
	u.nameLayers()
	order, cyclic := creationOrder(u.g.Layers)
	for _, l := range order {
		if l.Input == nil {
			if err := u.addLayer(l, cyclic[l]); err != nil {
				return err
			}
		}
	}
	build := u.build(order, cyclic)
	em.decls = append(em.decls, u.programVar(), u.structType())
	em.decls = append(em.decls, build...)
	em.decls = append(em.decls, u.decls...)
	return nil
}

// verify refuses what the emitter has no form for.
func (u *unit) verify() error {
	for _, l := range u.g.Layers {
		if why := hasType(l.Type); why != "" {
			return errorf(l.Pos, "layer %q: %s", l.Name, why)
		}
		for _, e := range l.Grid {
			if e.Sym != "" {
				return errorf(l.Pos, "layer %q: the extent %s is only known at run time", l.Name, e.Sym)
			}
		}
	}
	return nil
}

func (u *unit) nameLayers() {
	names := make([]string, len(u.g.Layers))
	for i, l := range u.g.Layers {
		names[i] = l.Name
	}
	u.ids = map[*ir.Layer]string{}
	for i, id := range identifiers(fieldNamer(), names) {
		u.ids[u.g.Layers[i]] = id
	}
}

// fieldNamer names the fields of a layers type.
func fieldNamer() *namer {
	n := newNamer(nil)
	n.fields = true
	n.taken["build"], n.taken["tables"] = true, true
	return n
}

// field returns the field that holds a layer, l.x.
func (u *unit) field(l *ir.Layer) *jen.Statement {
	return jen.Id(u.em.recv).Dot(u.ids[l])
}

// structType declares the type that holds the layers.
func (u *unit) structType() jen.Code {
	var fields []jen.Code
	for _, l := range u.g.Layers {
		fields = append(fields, jen.Id(u.ids[l]).Op("*").Qual(runtimePath, "Layer").Index(goType(l.Type)))
	}
	if u.usesTables {
		fields = append(fields, jen.Id("tables").Op("*").Qual(runtimePath, "Tables"))
	}
	return comment(u.layersType + " holds the layers of the graph.").Line().
		Type().Id(u.layersType).Struct(fields...).Line()
}

// build writes the method that declares all layers and outputs.
func (u *unit) build(order []*ir.Layer, cyclic map[*ir.Layer]bool) []jen.Code {
	var stmts []jen.Code
	for _, l := range order {
		if cyclic[l] {
			stmts = append(stmts, u.newLayer(l))
		}
	}
	for _, l := range order {
		stmts = append(stmts, u.declare(l))
	}
	for _, o := range u.g.Outputs {
		stmts = append(stmts, u.output(o))
	}
	var first []jen.Code
	if u.usesTables {
		first = u.em.openTables()
	}
	var methods []jen.Code
	if len(stmts) > buildChunk {
		stmts, methods = u.split(stmts)
	}
	body := append(first, stmts...)
	body = append(body, jen.Return(jen.Nil()))
	return append([]jen.Code{u.method("build").Error().Block(body...).Line()}, methods...)
}

// split moves the statements of build to several methods.
func (u *unit) split(stmts []jen.Code) (calls, methods []jen.Code) {
	for i := 0; i < len(stmts); i += buildChunk {
		name := numbered("build", i/buildChunk+1)
		calls = append(calls, jen.Id(u.em.recv).Dot(name).Call(jen.Id(u.em.builder)))
		part := stmts[i:min(i+buildChunk, len(stmts))]
		methods = append(methods, u.method(name).Block(part...).Line())
	}
	return calls, methods
}

// method begins a method of the layers type that takes the builder.
func (u *unit) method(name string) *jen.Statement {
	return jen.Func().Params(jen.Id(u.em.recv).Op("*").Id(u.layersType)).Id(name).
		Params(jen.Id(u.em.builder).Op("*").Qual(runtimePath, "Builder"))
}

// declare writes the statement of build that declares a layer.
func (u *unit) declare(l *ir.Layer) jen.Code {
	if l.Input != nil {
		return u.field(l).Op("=").Qual(runtimePath, "InputLayer").Index(jen.Id(l.Input.DType.String())).
			Call(jen.Id(u.em.builder), jen.Lit(l.Name))
	}
	return jen.Id(u.em.recv).Dot("add" + upperFirst(u.ids[l])).Call(jen.Id(u.em.builder))
}

// output writes the statement of build that declares an output.
func (u *unit) output(o *ir.Output) jen.Code {
	args := []jen.Code{jen.Id(u.em.builder), jen.Lit(o.Name), u.field(o.Layer)}
	if o.Array() {
		return jen.Qual(runtimePath, "ArrayOutput").Call(args...)
	}
	for _, i := range o.Index {
		args = append(args, jen.Lit(int(i)))
	}
	return jen.Qual(runtimePath, "ValueOutput").Call(args...)
}

// creationOrder sorts layers so that a layer stands behind those that it reads,
// which is kept stable, and marks the layers of cycles, which are created
// before all others.
func creationOrder(layers []*ir.Layer) (order []*ir.Layer, cyclic map[*ir.Layer]bool) {
	s := &sorter{index: map[*ir.Layer]int{}, low: map[*ir.Layer]int{}, on: map[*ir.Layer]bool{}, cyclic: map[*ir.Layer]bool{}}
	for _, l := range layers {
		if s.index[l] == 0 {
			s.visit(l)
		}
	}
	return s.order, s.cyclic
}

// A sorter is Tarjan's algorithm for strongly connected components, which come
// out in the order that is wanted.
type sorter struct {
	index, low map[*ir.Layer]int
	on, cyclic map[*ir.Layer]bool
	stack      []*ir.Layer
	order      []*ir.Layer
}

func (s *sorter) visit(l *ir.Layer) {
	s.index[l] = len(s.index) + 1
	s.low[l] = s.index[l]
	s.stack = append(s.stack, l)
	s.on[l] = true
	for _, c := range l.Cases {
		for i := range c.Operands {
			r := c.Operands[i].Layer
			switch {
			case s.index[r] == 0:
				s.visit(r)
				s.low[l] = min(s.low[l], s.low[r])
			case s.on[r]:
				s.low[l] = min(s.low[l], s.index[r])
			}
		}
	}
	if s.low[l] == s.index[l] {
		s.pop(l)
	}
}

// pop moves the component whose root is l from the stack to the order.
func (s *sorter) pop(root *ir.Layer) {
	i := len(s.stack) - 1
	for s.stack[i] != root {
		i--
	}
	part := s.stack[i:]
	s.stack = s.stack[:i]
	for _, l := range part {
		s.on[l] = false
		s.cyclic[l] = len(part) > 1
	}
	s.order = append(s.order, part...)
}
