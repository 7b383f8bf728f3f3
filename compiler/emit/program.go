package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/daskgen/daskgen/ir"
)

// programVar declares the description of a program.
func (u *unit) programVar() jen.Code {
	var inputs, outputs []jen.Code
	for _, l := range u.g.Layers {
		if l.Input != nil {
			inputs = append(inputs, inputInfo(l))
		}
	}
	for _, o := range u.g.Outputs {
		outputs = append(outputs, outputInfo(o))
	}
	fields := []jen.Code{
		field("Name", jen.Lit(u.g.Name)),
		jen.Comment("// If Format1 is undefined, the runtime is of another version: run daskgen gen again.").Line().
			Add(field("Format", jen.Qual(runtimePath, "Format1"))),
	}
	if inputs != nil {
		fields = append(fields, field("Inputs", jen.Index().Qual(runtimePath, "InputInfo").Custom(lines, inputs...)))
	}
	fields = append(fields,
		field("Outputs", jen.Index().Qual(runtimePath, "OutputInfo").Custom(lines, outputs...)),
		field("Build", jen.Func().Params(jen.Id(u.em.builder).Op("*").Qual(runtimePath, "Builder")).Error().
			Block(jen.Return(jen.New(jen.Id(u.layersType)).Dot("build").Call(jen.Id(u.em.builder))))),
	)
	return jen.Var().Id(u.program).Op("=").Qual(runtimePath, "Program").Custom(lines, fields...).Line()
}

// lines lays out a composite literal with an element a line.
var lines = jen.Options{Open: "{", Close: "}", Separator: ",", Multi: true}

func field(name string, value jen.Code) jen.Code { return jen.Id(name).Op(":").Add(value) }

func inputInfo(l *ir.Layer) jen.Code {
	shape := make([]int64, len(l.Input.Shape))
	for i, e := range l.Input.Shape {
		shape[i] = e.N
	}
	fields := []jen.Code{
		field("Name", jen.Lit(l.Name)), field("DType", jen.Lit(l.Input.DType.String())),
		field("Shape", intSlice(shape)), field("Chunks", chunkSlices(l.Input.Chunks)),
	}
	if l.Input.Source != "" {
		fields = append(fields, field("Source", jen.Lit(l.Input.Source)))
	}
	return jen.Values(fields...)
}

func outputInfo(o *ir.Output) jen.Code {
	fields := []jen.Code{field("Name", jen.Lit(o.Name))}
	if t := o.Layer.Type; t.Kind == ir.TypeBlock {
		if o.Array() {
			fields = append(fields, field("Array", jen.True()))
		}
		fields = append(fields, field("DType", jen.Lit(t.DType.String())))
		if o.Array() {
			fields = append(fields, arrayFields(o.Layer)...)
		}
	}
	if o.Sink != "" {
		fields = append(fields, field("Sink", jen.Lit(o.Sink)))
	}
	return jen.Values(fields...)
}

// arrayFields describes the array that a layer's blocks form, as far as it is
// known.
func arrayFields(l *ir.Layer) []jen.Code {
	shape, chunks, ok := arrayShape(l)
	if ok {
		return []jen.Code{field("Shape", intSlice(shape)), field("Chunks", chunkSlices(chunks))}
	}
	shape = make([]int64, len(l.Type.Shape))
	for k := range shape {
		shape[k] = -1
		if len(l.Dims) != len(shape) || k >= len(l.Grid) {
			continue
		}
		if sizes, known := axisChunks(l, k, l.Dims[k]); known {
			shape[k] = 0
			for _, n := range sizes {
				shape[k] += n
			}
		}
	}
	return []jen.Code{field("Shape", intSlice(shape))}
}

func intSlice(list []int64) jen.Code { return jen.Index().Int().Add(intValues(list)) }

func intValues(list []int64) jen.Code {
	items := make([]jen.Code, len(list))
	for i, n := range list {
		items[i] = jen.Lit(int(n))
	}
	return jen.Values(items...)
}

// chunkSlices writes chunk sizes; many of one size are written as their sum and
// that size.
func chunkSlices(chunks [][]int64) jen.Code {
	items := make([]jen.Code, len(chunks))
	for i, sizes := range chunks {
		size, ok := regular(sizes)
		if !ok || len(sizes) < 4 || size == 0 || sizes[len(sizes)-1] == 0 {
			items[i] = intValues(sizes)
			continue
		}
		n := size*int64(len(sizes)-1) + sizes[len(sizes)-1]
		items[i] = jen.Qual(runtimePath, "Chunks").Call(jen.Lit(int(n)), jen.Lit(int(size)))
	}
	return jen.Index().Index().Int().Values(items...)
}

// main declares the main function of a program.
func (em *emitter) main(u *unit, o Options) {
	var body []jen.Code
	if o.OpenBLAS {
		body = append(body, jen.Qual(openblasPath, "MustLoad").Call())
	}
	body = append(body, jen.Qual(runtimePath, "Main").Call(jen.Op("&").Id(u.program)))
	em.decls = append([]jen.Code{jen.Func().Id("main").Params().Block(body...).Line()}, em.decls...)
}
