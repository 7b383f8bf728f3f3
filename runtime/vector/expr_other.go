//go:build !amd64

package vector

import "unsafe"

// assemble returns no code: there are no snippets.
func (p *exprProgram[T]) assemble(Level) []exprCode { return nil }

func runExprAVX512(code, operands, numbers, temps unsafe.Pointer, n int) {}

func runExprAVX2(code, operands, numbers, temps unsafe.Pointer, n int) {}
