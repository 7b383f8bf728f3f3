package main

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/pass"
	"github.com/mmcloughlin/avo/printer"
	"github.com/mmcloughlin/avo/reg"
)

// This file and the other reduce files generate the inner loops of reductions
// and transposes. A loop works on whole logical vectors of 64 bytes (one ZMM or
// two YMM registers), in an order of evaluation that the Go function of the
// same name with the suffix Go repeats; the exported functions add the elements
// that are left over.

// A core is one inner loop.
type core struct {
	name    string
	params  []param
	results string
	body    func(k *kern)
}

// A param is a parameter of a core. The assembly takes the address of the first
// element of a slice.
type param struct{ name, typ string }

func (p param) slice() bool { return strings.HasPrefix(p.typ, "[]") }

// cores returns all cores.
func cores() []core {
	var all []core
	for _, part := range [][]core{sumCores(), squareCores(), extremeCores(), findCores(), rowCores(), transposeCores()} {
		all = append(all, part...)
	}
	return all
}

// signature is that of the assembly function: the length of the first slice is
// its parameter n.
func (c core) signature() string {
	var s []string
	for _, p := range c.params {
		if p.slice() {
			p.typ = "*" + p.typ[2:]
		}
		s = append(s, p.name+" "+p.typ)
	}
	return "func(" + strings.Join(s, ", ") + ", n int) " + c.results
}

// writeReduce makes the files of all cores.
func writeReduce(files map[string][]byte) (err error) {
	c := build.NewContext()
	for _, r := range cores() {
		for _, zmm := range []bool{true, false} {
			k := &kern{Context: c, zmm: zmm}
			c.Function(r.name + k.level())
			c.Attributes(attr.NOSPLIT)
			c.SignatureExpr(r.signature())
			r.body(k)
			c.VZEROUPPER()
			c.RET()
		}
	}
	c.ConstraintExpr("amd64")
	f, err := c.Result()
	if err != nil {
		return err
	}
	if err := pass.Compile.Execute(f); err != nil {
		return err
	}
	if files["zz_reduce_amd64.s"], err = printer.NewGoAsm(printer.Config{Name: "runtime/vector/asm"}).Print(f); err != nil {
		return err
	}
	if files["zz_reduce_amd64.go"], err = reduceFile(true); err != nil {
		return err
	}
	files["zz_reduce_other.go"], err = reduceFile(false)
	return err
}

// reduceFile is the Go file of the functions that call the core of the level in
// use; without assembly there is only the one in Go.
func reduceFile(assembly bool) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(header)
	if assembly {
		b.WriteString("package vector\n\nimport \"unsafe\"\n")
	} else {
		b.WriteString("//go:build !amd64\n\npackage vector\n")
	}
	for _, c := range cores() {
		c.dispatch(&b, assembly)
	}
	return goFile(&b)
}

// dispatch writes the function that chooses the level of a core.
func (c core) dispatch(b *bytes.Buffer, assembly bool) {
	var decl, names, args []string
	for _, p := range c.params {
		decl, names = append(decl, p.name+" "+p.typ), append(names, p.name)
		if p.slice() {
			args = append(args, "unsafe.SliceData("+p.name+")")
		} else {
			args = append(args, p.name)
		}
	}
	args = append(args, "len("+c.params[0].name+")")
	call := func(suffix string, args []string) string {
		s := c.name + suffix + "(" + strings.Join(args, ", ") + ")\n"
		if c.results != "" {
			s = "return " + s
		}
		return s
	}
	fmt.Fprintf(b, "\nfunc %s(%s) %s {\n", c.name, strings.Join(decl, ", "), c.results)
	if !assembly {
		fmt.Fprintf(b, "%s}\n", call("Go", names))
		return
	}
	fmt.Fprintf(b, "switch level {\ncase AVX512:\n%scase AVX2:\n%sdefault:\n%s}\n}\n", call("AVX512", args), call("AVX2", args), call("Go", names))
	for _, level := range []string{"AVX512", "AVX2"} {
		fmt.Fprintf(b, "\n//go:noescape\nfunc %s%s%s\n", c.name, level, strings.TrimPrefix(c.signature(), "func"))
	}
}

// A kern writes a core for one level.
type kern struct {
	*build.Context
	zmm bool
	n   reg.GPVirtual // elements left

	labels string // what those of loops begin with
}

func (k *kern) level() string {
	if k.zmm {
		return "AVX512"
	}
	return "AVX2"
}

// vec is a logical vector: 64 bytes in one or two registers.
type vec []reg.VecVirtual

// one makes a register of the level's width.
func (k *kern) one() reg.VecVirtual {
	if k.zmm {
		return k.ZMM()
	}
	return k.YMM()
}

// vec makes a logical vector.
func (k *kern) vec() vec {
	if k.zmm {
		return vec{k.ZMM()}
	}
	return vec{k.YMM(), k.YMM()}
}

// vecs makes n logical vectors.
func (k *kern) vecs(n int) []vec {
	v := make([]vec, n)
	for i := range v {
		v[i] = k.vec()
	}
	return v
}

// width is the number of bytes in a register, parts that of registers in a
// logical vector.
func (k *kern) width() int {
	if k.zmm {
		return 64
	}
	return 32
}

func (k *kern) parts() int { return 64 / k.width() }

// pointer loads a pointer parameter.
func (k *kern) pointer(name string) reg.GPVirtual {
	return k.Load(k.Param(name), k.GP64()).(reg.GPVirtual)
}

// count loads the number of elements.
func (k *kern) count() { k.n = k.pointer("n") }

// broadcast loads a float64 parameter into all lanes.
func (k *kern) broadcast(name string) reg.VecVirtual {
	x := k.Load(k.Param(name), k.XMM()).(reg.VecVirtual)
	v := k.one()
	k.VBROADCASTSD(x, v)
	return v
}

// constant64 returns a register with all lanes v.
func (k *kern) constant64(v uint64) reg.VecVirtual {
	g, x, r := k.GP64(), k.XMM(), k.one()
	k.MOVQ(operand.U64(v), g)
	k.VMOVQ(g, x)
	k.VPBROADCASTQ(x, r)
	return r
}

// A step is a pointer of a loop, and how many bytes it moves on by element.
type step struct {
	p    reg.GPVirtual
	size int
}

// loop writes a loop over groups of vectors of lanes elements, then one over
// single vectors; body gets their number.
func (k *kern) loop(group, lanes int, steps []step, body func(vectors int)) {
	for _, u := range []int{group, 1} {
		label, end := fmt.Sprintf("%sloop%d", k.labels, u), fmt.Sprintf("%send%d", k.labels, u)
		k.CMPQ(k.n, operand.U32(uint32(u*lanes)))
		k.JLT(operand.LabelRef(end))
		k.Label(label)
		body(u)
		for _, s := range steps {
			k.ADDQ(operand.U32(uint32(u*lanes*s.size)), s.p)
		}
		k.SUBQ(operand.U32(uint32(u*lanes)), k.n)
		k.CMPQ(k.n, operand.U32(uint32(u*lanes)))
		k.JGE(operand.LabelRef(label))
		k.Label(end)
		if group == 1 {
			return
		}
	}
}

// at is the memory at a displacement from p.
func at(p reg.GPVirtual, disp int) operand.Mem { return operand.Mem{Base: p, Disp: disp} }

// store writes logical vectors one after the other.
func (k *kern) store(p reg.GPVirtual, vs ...vec) {
	disp := 0
	for _, v := range vs {
		for _, r := range v {
			k.move(r, at(p, disp))
			disp += k.width()
		}
	}
}

// move moves a register's bytes from or to memory.
func (k *kern) move(src, dst operand.Op) {
	if k.zmm {
		k.VMOVDQU64(src, dst)
	} else {
		k.VMOVDQU(src, dst)
	}
}

// An elem is an element type.
type elem struct {
	name, typ       string
	size            int
	float, unsigned bool
}

var (
	float64s = elem{"Float64", "float64", 8, true, false}
	float32s = elem{"Float32", "float32", 4, true, false}
	integers = []elem{
		{"Int8", "int8", 1, false, false}, {"Int16", "int16", 2, false, false},
		{"Int32", "int32", 4, false, false}, {"Int64", "int64", 8, false, false},
		{"Uint8", "uint8", 1, false, true}, {"Uint16", "uint16", 2, false, true},
		{"Uint32", "uint32", 4, false, true}, {"Uint64", "uint64", 8, false, true},
	}
)

// load64 loads part i of vector u of 8 elements each, widened to 64 bits.
func (k *kern) load64(e elem, p reg.GPVirtual, u, i int, dst reg.VecVirtual) {
	m := at(p, (8*u+i*8/k.parts())*e.size)
	switch {
	case e.size == 8:
		k.move(m, dst)
	case e.float:
		k.VCVTPS2PD(m, dst)
	case e.size == 4 && e.unsigned:
		k.VPMOVZXDQ(m, dst)
	case e.size == 4:
		k.VPMOVSXDQ(m, dst)
	case e.size == 2 && e.unsigned:
		k.VPMOVZXWQ(m, dst)
	case e.size == 2:
		k.VPMOVSXWQ(m, dst)
	case e.unsigned:
		k.VPMOVZXBQ(m, dst)
	default:
		k.VPMOVSXBQ(m, dst)
	}
}
