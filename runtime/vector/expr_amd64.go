package vector

import "unsafe"

// snippets returns the table of snippets of a level.
func snippets[T ExprElem](l Level) unsafe.Pointer {
	_, double := any(*new(T)).(float64)
	switch {
	case l == AVX512 && double:
		return exprFloat64AVX512()
	case l == AVX512:
		return exprFloat32AVX512()
	case double:
		return exprFloat64AVX2()
	}
	return exprFloat32AVX2()
}

// assemble returns the program for the machine at a level; nil if that has no
// snippet for a step, or there is none.
func (p *exprProgram[T]) assemble(l Level) []exprCode {
	if l == Portable {
		return nil
	}
	table := unsafe.Slice((*uintptr)(snippets[T](l)), len(exprOps)*exprForms*2)
	code := make([]exprCode, len(p.steps))
	for i, s := range p.steps {
		code[i] = exprCode{table[(int(s.op)*exprForms+int(s.form))*2+int(s.slot)], uintptr(s.arg) * argBytes[T](s, l)}
		if code[i].snippet == 0 {
			return nil
		}
	}
	return code
}

// argBytes is the size of what a step's argument counts.
func argBytes[T ExprElem](s exprStep, l Level) uintptr {
	switch s.form {
	case formTemp, formTempReverse:
		return uintptr(groupBytes[l])
	case formNumber, formNumberReverse:
		return unsafe.Sizeof(*new(T))
	}
	return unsafe.Sizeof(uintptr(0))
}
