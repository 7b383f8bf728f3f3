package main

import (
	"fmt"
	"math"
	"strings"
)

// goBody is a program as Go statements for one element.
type goBody struct {
	lines []string
	names map[*value]string
	load  func(v *value) string
}

// write returns the statements, and the expression of the result.
func (g *goBody) write(p *program) (result string) {
	g.names = map[*value]string{}
	for _, v := range p.values {
		inline := v.uses == 1 && v.op != "choose" || v.isConst() || v == p.result
		if v.op == "load" && v.uses > 1 && !strings.Contains(g.load(v), "[") {
			inline = true
		}
		e := g.expr(v)
		if !inline {
			name := fmt.Sprintf("v%d", v.id)
			g.lines = append(g.lines, name+" := "+bare(e))
			e = name
		}
		g.names[v] = e
	}
	return bare(g.names[p.result])
}

// bare drops parentheses around a whole expression.
func bare(e string) string {
	if !strings.HasPrefix(e, "(") {
		return e
	}
	depth := 0
	for i, c := range e {
		switch c {
		case '(':
			depth++
		case ')':
			depth--
		}
		if depth == 0 && i < len(e)-1 {
			return e
		}
	}
	return e[1 : len(e)-1]
}

// goOperators are the operations that Go has operators for, by kind of lane.
var goOperators = map[string]string{
	"add": "+", "sub": "-", "div": "/", "eq": "==", "ne": "!=", "lt": "<", "le": "<=",
	"i.mul": "*", "i.and": "&", "i.or": "|", "i.xor": "^", "i.andnot": "&^", "i.shlby": "<<", "i.shrby": ">>",
	"m.and": "&&", "m.or": "||", "m.xor": "!=",
}

// goFuncs are the functions for other operations.
var goFuncs = map[string]string{
	"min": "lesser(%s, %s)", "max": "greater(%s, %s)", "choose": "choose(%s, %s, %s)",
	"f.mul": "@(%s * %s)", "f.neg": "-%s", "i.neg": "(%s - %s)",
	"unordered": "unordered(%s, %s)", "not": "!%s", "iabs": "magnitude(%s)", "m.andnot": "(%s && !%s)", "resize": "%s",
	"f.sqrt": "math.Sqrt(%s)", "f.rint": "math.RoundToEven(%s)", "f.floor": "math.Floor(%s)",
	"f.ceil": "math.Ceil(%s)", "f.trunc": "math.Trunc(%s)", "f.abs": "math.Abs(%s)",
	"scale": "scale(%s, %s)", "mantissa": "mantissa(%s)", "exponent": "exponent(%s)", "logof": "logOf(%s, %s)", "f.fma": "fma(%s, %s, %s)", "f.fnma": "fma(-%s, %s, %s)", "f.fms": "fma(%s, %s, -%s)",
	"f.and": "and(%s, %s)", "f.or": "or(%s, %s)", "f.xor": "xor(%s, %s)",
}

// kindOf is the kind of an operand's lane, with one letter for all integers.
func kindOf(l lane) string {
	if l.kind() == 'u' {
		return "i"
	}
	return string(l.kind())
}

// expr is the Go expression of a value.
func (g *goBody) expr(v *value) string {
	var args []string
	for _, a := range v.args {
		args = append(args, g.names[a])
	}
	switch v.op {
	case "load":
		return g.load(v)
	case "const":
		return goConst(v)
	case "shl":
		return fmt.Sprintf("(%s << %d)", args[0], v.imm)
	case "shr":
		return fmt.Sprintf("(%s >> %d)", args[0], v.imm)
	case "shlby", "shrby":
		args[1] = v.lane.unsigned().goType() + "(" + bare(args[1]) + ")"
	case "cast":
		return goCast(v.args[0].lane, v.lane, bare(args[0]))
	case "convert":
		return goConvert(v.args[0].lane, v.lane, bare(args[0]))
	}
	kind := kindOf(v.args[0].lane)
	for _, key := range []string{v.op, kind + "." + v.op} {
		if o := goOperators[key]; o != "" {
			return "(" + args[0] + " " + o + " " + args[1] + ")"
		}
		if f := goFuncs[key]; f != "" {
			return goCall(f, v.lane, args)
		}
	}
	panic("asm: no Go for " + v.op + " of " + v.args[0].lane.String())
}

// goCall formats a call; the functions of math are of float64.
func goCall(f string, l lane, args []string) string {
	f = strings.ReplaceAll(f, "@", l.goType())
	var as []any
	for _, a := range args[:strings.Count(f, "%s")] {
		if f[0] != '-' && f[0] != '!' && !strings.Contains(f, "*") && !strings.HasPrefix(f, "(") && !strings.Contains(f, "-%s") {
			a = bare(a)
		}
		as = append(as, a)
	}
	if strings.HasPrefix(f, "math.") && l == F32 {
		return fmt.Sprintf("float32("+strings.Replace(f, "%s", "float64(%s)", 1)+")", as...)
	}
	if strings.HasPrefix(f, "fma(") {
		f = "math.FMA" + f[3:]
	}
	return fmt.Sprintf(f, as...)
}

func goConst(v *value) string {
	switch v.lane {
	case F64:
		return goFloat(math.Float64frombits(v.imm), 64, v.imm)
	case F32:
		return goFloat(float64(math.Float32frombits(uint32(v.imm))), 32, v.imm)
	}
	shift := 64 - 8*v.lane.size()
	if v.lane.kind() == 'i' {
		return fmt.Sprintf("%s(%d)", v.lane.goType(), int64(v.imm<<shift)>>shift)
	}
	return fmt.Sprintf("%s(%d)", v.lane.goType(), v.imm)
}

// goFloat is a typed float constant, so that no arithmetic is done on it by
// the compiler's exact rules.
func goFloat(x float64, bits int, raw uint64) string {
	if math.IsNaN(x) || math.IsInf(x, 0) || x == 0 && raw != 0 {
		return fmt.Sprintf("math.Float%dfrombits(%#x)", bits, raw)
	}
	return fmt.Sprintf("float%d(%v)", bits, x)
}

// goCast is the expression that reads the bits of one lane as another's.
func goCast(from, to lane, e string) string {
	switch {
	case from.kind() == 'f' && to.kind() == 'u':
		return fmt.Sprintf("math.%sbits(%s)", from, e)
	case from.kind() == 'f':
		return fmt.Sprintf("%s(math.%sbits(%s))", to.goType(), from, e)
	case to.kind() == 'f' && from.kind() == 'u':
		return fmt.Sprintf("math.%sfrombits(%s)", to, e)
	case to.kind() == 'f':
		return fmt.Sprintf("math.%sfrombits(%s(%s))", to, to.unsigned().goType(), e)
	}
	return to.goType() + "(" + e + ")"
}

// goConvert is the expression of a conversion of numbers.
func goConvert(from, to lane, e string) string {
	if from.kind() == 'f' && to.kind() != 'f' {
		return fmt.Sprintf("truncTo%s(float64(%s))", to, e)
	}
	return to.goType() + "(" + e + ")"
}

// loop returns the body of the portable loop of a kernel.
func (k *kernel) loop() string {
	g := &goBody{load: func(v *value) string {
		if k.scalar[v.imm] {
			return paramNames[v.imm]
		}
		return paramNames[v.imm] + "[i]"
	}}
	result := g.write(k.prog)
	switch {
	case k.op.Scalar:
		g.lines, result = nil, k.scalarCall()
	case k.op.Go != nil && k.op.Go(k.lane) != "":
		g.lines, result = nil, k.expression()
	}
	var b strings.Builder
	for i, s := range k.scalar {
		if !s {
			fmt.Fprintf(&b, "%[1]s = %[1]s[:len(dst)]\n", paramNames[i])
		}
	}
	b.WriteString("for i := range dst {\n")
	for _, l := range g.lines {
		b.WriteString(l + "\n")
	}
	b.WriteString("dst[i] = " + result + "\n}\n")
	return b.String()
}

// expression is the op's Go expression with the operands in it.
func (k *kernel) expression() string {
	e := strings.ReplaceAll(k.op.Go(k.lane), "@", k.lane.goType())
	for i, s := range k.scalar {
		a := paramNames[i]
		if !s {
			a += "[i]"
		}
		e = strings.ReplaceAll(e, fmt.Sprintf("$%d", i), a)
	}
	return e
}

// scalarCall calls the function of one element.
func (k *kernel) scalarCall() string {
	var args []string
	for i, s := range k.scalar {
		a := paramNames[i]
		if !s {
			a += "[i]"
		}
		args = append(args, a)
	}
	return k.scalarName() + "(" + strings.Join(args, ", ") + ")"
}

// scalarName is the name of the function of one element.
func (k *kernel) scalarName() string {
	if k.lane == F32 {
		return k.op.Name + "32"
	}
	return k.op.Name
}

// scalarBody returns the statements of the function of one element.
func (k *kernel) scalarBody() string {
	g := &goBody{load: func(v *value) string { return paramNames[v.imm] }}
	result := g.write(k.prog)
	if l := k.op.Limit; l != 0 {
		rare := fmt.Sprintf("if math.Abs(float64(x)) > %v {\nreturn %s(%sRare(float64(x)))\n}", l, k.out.goType(), lowerFirst(k.op.Name))
		g.lines = append([]string{rare}, g.lines...)
	}
	return strings.Join(append(g.lines, "return "+result), "\n") + "\n"
}
