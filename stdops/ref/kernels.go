package ref

import "github.com/daskgen/daskgen/ir"

// kernels are the ops that are not elementwise. Each is given the type that
// the op's rule infers, of which it uses the dtype; a shape only where it is
// an argument anyway.
var kernels = map[string]func(c *call, want *ir.Type) (Value, error){}
