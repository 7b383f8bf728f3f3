package emit

import (
	"encoding/binary"
	"math"

	"github.com/dave/jennifer/jen"

	"github.com/daskgen/daskgen/ir"
	"github.com/daskgen/daskgen/runtime"
)

// maxLiteral is how many entries a table has in Go source; a longer one goes to
// the table file.
const maxLiteral = 64

// A tableWriter collects the columns of the table file.
type tableWriter struct {
	columns      []runtime.Column
	reader, data string // names of the function that reads the file, and of its content
}

// readTables returns the name of the function that reads the table file.
func (em *emitter) readTables() string {
	if em.tables.reader == "" {
		em.tables.reader, em.tables.data = em.top.local("readTables"), em.top.local("tableData")
	}
	return em.tables.reader
}

// openTables sets the layers' tables at the start of build.
func (em *emitter) openTables() []jen.Code {
	return []jen.Code{
		jen.List(jen.Id("tables"), jen.Err()).Op(":=").Id(em.readTables()).Call(),
		jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Err())),
		jen.Id(em.recv).Dot("tables").Op("=").Id("tables"),
	}
}

// embed declares the table file's content and the function that reads it.
func (em *emitter) embed() jen.Code {
	reader := em.readTables()
	parse := jen.Func().Params().Params(jen.Op("*").Qual(runtimePath, "Tables"), jen.Error()).Block(
		jen.Return(jen.Qual(runtimePath, "ParseTables").Call(jen.Id(em.tables.data))))
	return jen.Comment("//go:embed "+em.embedFile).Line().
		Var().Id(em.tables.data).Index().Byte().Line().Line().
		Add(comment(reader+" reads the operands and literals of tasks that follow no rule.")).Line().
		Var().Id(reader).Op("=").Qual("sync", "OnceValues").Call(parse).Line()
}

// uint32s returns a list of indices: a literal, or a column of the table file.
func (u *unit) uint32s(column string, list []uint32) jen.Code {
	if len(list) <= maxLiteral {
		items := make([]jen.Code, len(list))
		for i, v := range list {
			items[i] = jen.Lit(int(v))
		}
		return jen.Index().Uint32().Values(items...)
	}
	return u.table("Uint32", runtime.Column{Name: column, U32: list})
}

// table adds a column and returns the expression that reads it.
func (u *unit) table(method string, c runtime.Column) jen.Code {
	u.usesTables = true
	u.em.tables.columns = append(u.em.tables.columns, c)
	return jen.Id(u.em.recv).Dot("tables").Dot(method).Call(jen.Lit(c.Name))
}

// words64 returns the elements of an array literal as 64-bit words.
func words64(b []byte) []int64 {
	list := make([]int64, (len(b)+7)/8)
	var last [8]byte
	for i := range list {
		copy(last[:], make([]byte, 8))
		copy(last[:], b[8*i:])
		list[i] = int64(binary.LittleEndian.Uint64(last[:]))
	}
	return list
}

// numberAt reads element i of an array literal.
func numberAt(c *ir.Const, i int) number {
	n := number{dtype: c.DType}
	le, at := binary.LittleEndian, i*int(c.DType.Size())
	switch c.DType {
	case ir.Bool:
		n.b = c.Bytes[at] != 0
	case ir.Int8:
		n.i = int64(int8(c.Bytes[at]))
	case ir.Uint8:
		n.u = uint64(c.Bytes[at])
	case ir.Int16:
		n.i = int64(int16(le.Uint16(c.Bytes[at:])))
	case ir.Uint16:
		n.u = uint64(le.Uint16(c.Bytes[at:]))
	case ir.Int32:
		n.i = int64(int32(le.Uint32(c.Bytes[at:])))
	case ir.Uint32:
		n.u = uint64(le.Uint32(c.Bytes[at:]))
	case ir.Int64:
		n.i = int64(le.Uint64(c.Bytes[at:]))
	case ir.Uint64:
		n.u = le.Uint64(c.Bytes[at:])
	case ir.Float32:
		n.f = float64(math.Float32frombits(le.Uint32(c.Bytes[at:])))
	case ir.Float64:
		n.f = math.Float64frombits(le.Uint64(c.Bytes[at:]))
	case ir.Complex64:
		n.c = complex(float64(math.Float32frombits(le.Uint32(c.Bytes[at:]))), float64(math.Float32frombits(le.Uint32(c.Bytes[at+4:]))))
	case ir.Complex128:
		n.c = complex(math.Float64frombits(le.Uint64(c.Bytes[at:])), math.Float64frombits(le.Uint64(c.Bytes[at+8:])))
	}
	return n
}

// sliceLiteral writes the elements of an array literal as a Go slice.
func sliceLiteral(c *ir.Const) jen.Code {
	n := len(c.Bytes) / int(c.DType.Size())
	items := make([]jen.Code, n)
	for i := range items {
		items[i] = numberAt(c, i).untyped().code
	}
	return jen.Index().Id(c.DType.String()).Values(items...)
}

// files returns the Go file and, if a table stands in it, the table file.
func (em *emitter) files(goFile string) ([]File, error) {
	if len(em.tables.columns) > 0 {
		em.decls = append(em.decls, em.embed())
	}
	em.decls = append(em.decls, em.assertions())
	src, err := em.render()
	if err != nil {
		return nil, err
	}
	files := []File{{Path: goFile, Content: src}}
	if len(em.tables.columns) > 0 {
		files = append(files, File{Path: em.embedFile, Content: runtime.AppendTables(nil, em.tables.columns...)})
	}
	return files, nil
}

// keys writes the names of tasks that do not follow from their index.
func (u *unit) keys(l *ir.Layer) jen.Code {
	names := make([]string, len(l.Keys))
	for i, k := range l.Keys {
		names[i] = keyText(k)
	}
	return u.strings(u.columnName(l, "keys"), names)
}

// strings returns a list of strings: a literal, or a column of the table file.
func (u *unit) strings(column string, list []string) jen.Code {
	if len(list) <= maxLiteral {
		items := make([]jen.Code, len(list))
		for i, s := range list {
			items[i] = jen.Lit(s)
		}
		return jen.Index().String().Values(items...)
	}
	return u.table("Strings", runtime.Column{Name: column, I64: stringWords(list)})
}

// stringWords is the form in which runtime.Tables keeps strings.
func stringWords(list []string) []int64 {
	words := []int64{int64(len(list))}
	var text []byte
	for _, s := range list {
		words = append(words, int64(len(s)))
		text = append(text, s...)
	}
	return append(words, words64(text)...)
}
