package emit

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dave/jennifer/jen"

	"github.com/daskgen/daskgen/ir"
)

// RunName returns the name of the function that Package generates for a graph:
// RunStandardize for Standardize, runStandardize for standardize.
func RunName(graph string) string {
	if r, _ := utf8.DecodeRuneInString(graph); unicode.IsUpper(r) {
		return "Run" + graph
	}
	return "run" + upperFirst(graph)
}

// ResultName returns the name of the struct in which the function of a graph
// with several outputs returns them.
func ResultName(graph string) string { return graph + "Result" }

// FieldNames returns the names of that struct's fields, one for each output.
func FieldNames(outputs []string) []string {
	names := newNamer(nil)
	fields := make([]string, len(outputs))
	for i, o := range outputs {
		fields[i] = names.local(upperFirst(camel(o)))
	}
	return fields
}

// runFunc declares the function that runs a graph of a library: it takes the
// inputs as arrays, and returns the output, or a struct of the outputs.
func (em *emitter) runFunc(u *unit, g *Graph) error {
	fn := RunName(g.Name)
	if !em.top.free(fn) {
		return errorf(ir.Pos{File: g.IR.Source}, "the package declares %s, which is the name of the generated function: rename one", fn)
	}
	em.top.taken[fn] = true
	inputs, err := u.inputsInOrder(g.Inputs)
	if err != nil {
		return err
	}
	scope := newNamer(em.inner)
	for _, n := range []string{"ctx", "opts", "out", "err"} {
		scope.taken[n] = true
	}
	var params paramList
	params.add("ctx", "ctx", jen.Qual("context", "Context"))
	args := jen.Nil()
	if len(inputs) > 0 {
		values := make([]jen.Code, len(inputs))
		for _, l := range inputs {
			v := scope.local(camel(l.Name))
			params.add(v, l.Input.DType.String(), arrayType(l.Input.DType))
			values[u.inputIndex(l)] = jen.Id(v)
		}
		args = jen.Index().Any().Values(values...)
	}
	params.add("opts", "opts", jen.Op("...").Qual(runtimePath, "Option"))
	run := jen.Qual(runtimePath, "Run").Call(jen.Id("ctx"), jen.Op("&").Id(u.program), args, jen.Id("opts").Op("..."))
	result, ret := em.results(u, g)
	em.decls = append(em.decls, comments(u.runComment(fn, g, inputs)),
		jen.Func().Id(fn).Params(params.codes()...).Params(result, jen.Error()).Block(
			jen.List(jen.Id("out"), jen.Err()).Op(":=").Add(run),
			jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(u.noResult(g), jen.Err())),
			jen.Return(ret, jen.Nil()),
		).Line())
	return nil
}

// recorded uses the unexported functions and variables that graphs were
// recorded from: nothing else in the package may do so, and linters then take
// them for dead code.
func recorded(graphs []Graph) jen.Code {
	var uses []jen.Code
	for _, g := range graphs {
		if r, _ := utf8.DecodeRuneInString(g.Name); !unicode.IsUpper(r) {
			uses = append(uses, jen.Id("_").Op("=").Id(g.Name))
		}
	}
	if uses == nil {
		return jen.Null()
	}
	return comment("What the graphs were recorded from.").Line().Var().Defs(uses...).Line()
}

// inputsInOrder returns the input layers that are the parameters, in order.
func (u *unit) inputsInOrder(names []string) ([]*ir.Layer, error) {
	all := u.inputs()
	if names == nil {
		return all, nil
	}
	var inputs []*ir.Layer
	for _, n := range names {
		if i := slices.IndexFunc(all, func(l *ir.Layer) bool { return l.Name == n }); i >= 0 {
			inputs = append(inputs, all[i])
		}
	}
	if len(inputs) != len(all) {
		return nil, fmt.Errorf("internal error: %d inputs, but parameters %s", len(all), strings.Join(names, ", "))
	}
	return inputs, nil
}

// inputs returns the input layers in the order of the program.
func (u *unit) inputs() []*ir.Layer {
	var inputs []*ir.Layer
	for _, l := range u.g.Layers {
		if l.Input != nil {
			inputs = append(inputs, l)
		}
	}
	return inputs
}

func (u *unit) inputIndex(l *ir.Layer) int { return slices.Index(u.inputs(), l) }

func arrayType(d ir.DType) jen.Code {
	return jen.Op("*").Qual(runtimePath, "Array").Index(jen.Id(d.String()))
}

// outputType returns the Go type of an output.
func outputType(o *ir.Output) jen.Code {
	if o.Array() {
		return arrayType(o.Layer.Type.DType)
	}
	return goType(o.Layer.Type)
}

// results returns the result type of a graph's function and the expression that
// makes it of the outputs. For several outputs it declares a struct.
func (em *emitter) results(u *unit, g *Graph) (result, ret jen.Code) {
	output := func(i int) jen.Code { return jen.Id("out").Index(jen.Lit(i)).Assert(outputType(u.g.Outputs[i])) }
	if len(u.g.Outputs) == 1 {
		return outputType(u.g.Outputs[0]), output(0)
	}
	typeName := em.top.take(ResultName(g.Name))
	fields, outs := []jen.Code{}, make([]string, len(u.g.Outputs))
	for i, o := range u.g.Outputs {
		outs[i] = o.Name
	}
	names := FieldNames(outs)
	values := make([]jen.Code, len(u.g.Outputs))
	for i, o := range u.g.Outputs {
		f := names[i]
		decl := jen.Id(f).Add(outputType(o))
		if o.Layer.Type.Kind == ir.TypeBlock {
			decl.Comment("// " + oneLine(outputText(o)))
		}
		fields = append(fields, decl)
		values[i] = field(f, output(i))
	}
	em.decls = append(em.decls, comment(typeName+" holds the outputs of "+RunName(g.Name)+".").Line().
		Type().Id(typeName).Struct(fields...).Line())
	return jen.Op("*").Id(typeName), jen.Op("&").Id(typeName).Custom(lines, values...)
}

// noResult is what the function of a graph returns beside an error.
func (u *unit) noResult(*Graph) jen.Code {
	if len(u.g.Outputs) == 1 && !u.g.Outputs[0].Array() {
		return zero(u.g.Outputs[0].Layer.Type)
	}
	return jen.Nil()
}

// runComment documents a graph's function.
func (u *unit) runComment(fn string, g *Graph, inputs []*ir.Layer) []string {
	lines := []string{fmt.Sprintf("%s runs the graph %s.", fn, g.Name)}
	if doc := strings.TrimSpace(g.Doc); doc != "" {
		lines = append(lines, "", sentence(doc))
	}
	lines = append(lines, "")
	for _, l := range inputs {
		lines = append(lines, fmt.Sprintf("%s is %s.", layerText(l), valueText(l)))
	}
	if len(u.g.Outputs) == 1 {
		o := u.g.Outputs[0]
		lines = append(lines, fmt.Sprintf("It returns %s, %s.", layerText(&ir.Layer{Name: o.Name}), outputText(o)))
	}
	return append(lines, "The error of a task is a *rt.TaskError.")
}

func outputText(o *ir.Output) string {
	if o.Array() {
		return valueText(o.Layer)
	}
	return o.Layer.Type.String()
}
