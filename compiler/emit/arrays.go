package emit

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/daskgen/daskgen/ir"
	"github.com/daskgen/daskgen/runtime"
)

// maxArray is how many elements an array literal has in Go source; a larger one
// goes to the table file.
const maxArray = 256

// array returns the expression of an array literal, which is declared at
// package level and shared by all tasks. Blocks of it are never released to a
// pool.
func (em *emitter) array(c *ir.Const, layer string) goExpr {
	small := len(c.Bytes) <= maxArray*int(c.DType.Size())
	key := fmt.Sprint(c.DType, c.Shape, string(c.Bytes))
	v, ok := em.arrays[key]
	if !ok {
		v = em.top.take(layer + "Data")
		em.arrays[key] = v
		if small {
			em.decls = append(em.decls, em.smallArray(v, c))
		} else {
			em.decls = append(em.decls, em.largeArray(v, c))
		}
	}
	if small {
		return name(v)
	}
	return call(jen.Id(v))
}

func (em *emitter) smallArray(v string, c *ir.Const) jen.Code {
	return jen.Var().Id(v).Op("=").Qual(runtimePath, "FromSlice").Call(append([]jen.Code{sliceLiteral(c)}, shapeArgs(c)...)...).Line()
}

// largeArray declares a function that reads the array from the table file when
// it is first called.
func (em *emitter) largeArray(v string, c *ir.Const) jen.Code {
	em.tables.columns = append(em.tables.columns, runtime.Column{Name: v, I64: words64(c.Bytes)})
	words := jen.Id("tables").Dot("Int64").Call(jen.Lit(v))
	block := jen.Qual(runtimePath, "FromWords").Index(jen.Id(c.DType.String())).Call(append([]jen.Code{words}, shapeArgs(c)...)...)
	return comment(fmt.Sprintf("%s is an array literal of the graph: %s %s.", v, c.DType, ir.ShapeString(c.Shape))).Line().
		Var().Id(v).Op("=").Qual("sync", "OnceValue").Call(
		jen.Func().Params().Op("*").Qual(runtimePath, "Block").Index(jen.Id(c.DType.String())).Block(
			jen.List(jen.Id("tables"), jen.Err()).Op(":=").Id(em.readTables()).Call(),
			jen.If(jen.Err().Op("!=").Nil()).Block(jen.Panic(jen.Err())),
			jen.Return(block),
		)).Line()
}

// npy declares a function that maps the .npy file of a literal when it is first
// called, and returns the function's name.
func (em *emitter) npy(c *ir.Const, t *ir.Type, layer string) string {
	key := fmt.Sprintf("npy %s %v %s", t.DType, c.Shape, c.Str)
	v, ok := em.arrays[key]
	if ok {
		return v
	}
	v = em.top.take(layer + "Array")
	em.arrays[key] = v
	block := jen.Op("*").Qual(runtimePath, "Block").Index(jen.Id(t.DType.String()))
	em.decls = append(em.decls, comment(v+" reads an array that the graph gives as a file.").Line().
		Var().Id(v).Op("=").Qual("sync", "OnceValues").Call(
		jen.Func().Params().Params(block, jen.Error()).Block(
			jen.Return(jen.Qual(runtimePath, "NpyLiteral").Index(jen.Id(t.DType.String())).Call(append([]jen.Code{jen.Lit(c.Str)}, shapeArgs(c)...)...)),
		)).Line())
	return v
}

func shapeArgs(c *ir.Const) []jen.Code {
	args := make([]jen.Code, len(c.Shape))
	for i, n := range c.Shape {
		args[i] = jen.Lit(int(n))
	}
	return args
}
