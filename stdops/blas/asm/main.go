// Command asm writes the assembly of package blas: ../kernels_amd64.s and the
// Go declarations beside it.
//
// A micro-kernel multiplies mr rows of A by nv vectors of columns of B. The
// products of all k are summed in registers, then they go to C, once. Row i of
// A lies at a+i*rsa and moves on by csa from one k to the next, so that the
// same kernel reads packed panels, plain rows and plain columns; B is read in
// vectors at b, and moves on by rsb. The last vector of a row is masked but in
// the kernels called full, whose tiles are the largest that registers hold.
package main

import (
	"fmt"
	"log"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// Offsets into the struct tile of package blas. Strides are in bytes.
const (
	offK = 8 * iota
	offA
	offRSA
	offCSA
	offB
	offRSB
	offC
	offLDC
	offAdd
	offAlpha
	offMask
)

func main() {
	ConstraintExpr("amd64")
	all := kernels()
	for _, k := range all {
		k.write()
	}
	for _, width := range []int{192, 96, 64, 32} {
		writeCopy(width)
	}
	writeTranspose64()
	writeTranspose32()
	writeDots()
	writeAxpys()
	Generate()
	if err := writeTable("../table_amd64.go", all); err != nil {
		log.Fatal(err)
	}
}

// kernels returns all micro-kernels.
func kernels() []kernel {
	var all []kernel
	for _, d := range []dtype{float64s, float32s} {
		for _, l := range []level{avx512, avx2} {
			for mr := 1; mr <= l.rows; mr++ {
				for nv := 1; nv <= 3; nv++ {
					all = append(all, kernel{l, d, mr, nv, false})
				}
			}
			all = append(all, kernel{l, d, l.rows, 3, true})
		}
	}
	return all
}

// A dtype is an element type of the matrices.
type dtype struct {
	prefix string
	size   int
}

var (
	float64s = dtype{"d", 8}
	float32s = dtype{"s", 4}
)

// A level is a set of vector instructions: how many rows its tiles have, and
// how it writes what differs.
type level struct {
	name   string
	rows   int
	vector int // bytes
	reg    func() reg.VecVirtual
}

var (
	avx512 = level{"AVX512", 8, 64, ZMM}
	avx2   = level{"AVX2", 4, 32, YMM}
)

// A kernel is what write needs to know of a micro-kernel.
type kernel struct {
	level
	dtype
	mr, nv int
	full   bool
}

// state holds the registers of a kernel while it is written.
type state struct {
	kernel
	k, a, csa, b, rsb, p reg.GPVirtual
	rs                   [4]reg.GPVirtual // 1, 3, 5, 7 times the stride of rows
	acc                  [][]reg.VecVirtual
	row                  []reg.VecVirtual // of B, then of C
	mask                 reg.OpmaskVirtual
	spread               reg.VecVirtual // AVX2: an element of A, then alpha
}

func (k kernel) name() string {
	name := fmt.Sprintf("%stile%s_%dx%d", k.prefix, k.level.name, k.mr, k.nv)
	if k.full {
		name += "full"
	}
	return name
}

func (k kernel) write() {
	name := k.name()
	TEXT(name, NOSPLIT, "func(t *byte)")
	Pragma("noescape")
	Doc(name + " is a micro-kernel.")
	s := k.begin()
	const unroll = 4
	SUBQ(Imm(unroll), s.k)
	JLT(LabelRef("rest"))
	Label("loop")
	for range unroll {
		s.step()
	}
	SUBQ(Imm(unroll), s.k)
	JGE(LabelRef("loop"))
	Label("rest")
	ADDQ(Imm(unroll), s.k)
	JZ(LabelRef("store"))
	Label("single")
	s.step()
	DECQ(s.k)
	JNZ(LabelRef("single"))
	Label("store")
	s.store()
	VZEROUPPER()
	RET()
}

// field loads a word of the tile.
func (s *state) field(off int) reg.GPVirtual {
	r := GP64()
	MOVQ(Mem{Base: s.p, Disp: off}, r)
	return r
}

// begin loads what the loop needs, prefetches C and clears the sums.
func (k kernel) begin() *state {
	s := &state{kernel: k}
	s.p = Load(Param("t"), GP64()).(reg.GPVirtual)
	if k.full {
		s.prefetch()
	}
	s.k, s.a, s.csa, s.b, s.rsb = s.field(offK), s.field(offA), s.field(offCSA), s.field(offB), s.field(offRSB)
	s.multiples(s.field(offRSA))
	if k.level.name == avx512.name && !k.full {
		s.mask = K()
		KMOVQ(Mem{Base: s.p, Disp: offMask}, s.mask)
	}
	for range k.nv {
		s.row = append(s.row, k.reg())
	}
	if k.level.name == avx2.name {
		s.spread = k.reg()
	}
	for range k.mr {
		var row []reg.VecVirtual
		for range k.nv {
			v := k.reg()
			if k.level.name == avx512.name {
				VPXORQ(v, v, v)
			} else {
				VXORPD(v, v, v)
			}
			row = append(row, v)
		}
		s.acc = append(s.acc, row)
	}
	return s
}

// prefetch asks for the tile of C, whose rows seldom begin at a cache line.
func (s *state) prefetch() {
	c, ldc := s.field(offC), s.field(offLDC)
	for range s.mr {
		for off := 0; off < s.nv*s.vector; off += 64 {
			PREFETCHT0(Mem{Base: c, Disp: off})
		}
		PREFETCHT0(Mem{Base: c, Disp: s.nv*s.vector - 1})
		ADDQ(ldc, c)
	}
}

// multiples computes the odd multiples of the stride of rows.
func (s *state) multiples(rs reg.GPVirtual) {
	s.rs[0] = rs
	for i := 1; i < len(s.rs) && 2*i+1 < s.mr; i++ {
		s.rs[i] = GP64()
		LEAQ(Mem{Base: s.rs[i-1], Index: rs, Scale: 2}, s.rs[i])
	}
}

// element is where row i of A is.
func (s *state) element(i int) Mem {
	if i == 0 {
		return Mem{Base: s.a}
	}
	scale := uint8(1)
	for i%2 == 0 {
		i, scale = i/2, scale*2
	}
	return Mem{Base: s.a, Index: s.rs[i/2], Scale: scale}
}

// step adds the products of one k.
func (s *state) step() {
	for j, v := range s.row {
		s.load(Mem{Base: s.b, Disp: j * s.vector}, v, j)
	}
	for i := range s.mr {
		s.fmaRow(i)
	}
	ADDQ(s.csa, s.a)
	ADDQ(s.rsb, s.b)
}

// fmaRow adds the products of an element of A with the row of B.
func (s *state) fmaRow(i int) {
	if s.level.name == avx2.name {
		s.broadcast(s.element(i), s.spread)
	}
	for j, v := range s.row {
		switch {
		case s.level.name == avx2.name:
			s.fma(s.spread, v, s.acc[i][j])
		case s.size == 8:
			VFMADD231PD_BCST(s.element(i), v, s.acc[i][j])
		default:
			VFMADD231PS_BCST(s.element(i), v, s.acc[i][j])
		}
	}
}

func (s *state) broadcast(m Mem, v reg.VecVirtual) {
	if s.size == 8 {
		VBROADCASTSD(m, v)
	} else {
		VBROADCASTSS(m, v)
	}
}

// fma adds x*y to z.
func (s *state) fma(x, y, z reg.VecVirtual) {
	if s.size == 8 {
		VFMADD231PD(x, y, z)
	} else {
		VFMADD231PS(x, y, z)
	}
}

// masked says whether vector j of a row is cut off.
func (s *state) masked(j int) bool { return !s.full && j == s.nv-1 }

// load reads vector j of a row. With AVX2 the mask is read into v first, as
// all registers are taken.
func (s *state) load(m Mem, v reg.VecVirtual, j int) {
	avx2 := s.level.name == avx2.name
	switch {
	case !s.masked(j) && s.size == 8:
		VMOVUPD(m, v)
	case !s.masked(j):
		VMOVUPS(m, v)
	case avx2 && s.size == 8:
		VMOVUPD(Mem{Base: s.p, Disp: offMask}, v)
		VMASKMOVPD(m, v, v)
	case avx2:
		VMOVUPD(Mem{Base: s.p, Disp: offMask}, v)
		VMASKMOVPS(m, v, v)
	case s.size == 8:
		VMOVUPD_Z(m, s.mask, v)
	default:
		VMOVUPS_Z(m, s.mask, v)
	}
}

// save writes vector j of a row; spare is free.
func (s *state) save(v reg.VecVirtual, m Mem, j int, spare reg.VecVirtual) {
	avx2 := s.level.name == avx2.name
	switch {
	case !s.masked(j) && s.size == 8:
		VMOVUPD(v, m)
	case !s.masked(j):
		VMOVUPS(v, m)
	case avx2 && s.size == 8:
		VMOVUPD(Mem{Base: s.p, Disp: offMask}, spare)
		VMASKMOVPD(v, spare, m)
	case avx2:
		VMOVUPD(Mem{Base: s.p, Disp: offMask}, spare)
		VMASKMOVPS(v, spare, m)
	case s.size == 8:
		VMOVUPD(v, s.mask, m)
	default:
		VMOVUPS(v, s.mask, m)
	}
}

// store sets C to alpha times the sums, or adds that to it.
func (s *state) store() {
	alpha := s.spread
	if alpha == nil {
		alpha = s.reg()
	}
	s.broadcast(Mem{Base: s.p, Disp: offAlpha}, alpha)
	c, ldc := s.field(offC), s.field(offLDC)
	CMPQ(Mem{Base: s.p, Disp: offAdd}, Imm(0))
	JE(LabelRef("set"))
	for i := range s.mr {
		for j, v := range s.row {
			at := Mem{Base: c, Disp: j * s.vector}
			s.load(at, v, j)
			s.fma(alpha, s.acc[i][j], v)
			s.save(v, at, j, s.acc[i][j])
		}
		ADDQ(ldc, c)
	}
	JMP(LabelRef("done"))
	Label("set")
	for i := range s.mr {
		for j, v := range s.row {
			if s.size == 8 {
				VMULPD(alpha, s.acc[i][j], v)
			} else {
				VMULPS(alpha, s.acc[i][j], v)
			}
			s.save(v, Mem{Base: c, Disp: j * s.vector}, j, s.acc[i][j])
		}
		ADDQ(ldc, c)
	}
	Label("done")
}
