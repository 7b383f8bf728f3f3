package emit

import (
	"github.com/daskgen/daskgen/ir"
	"github.com/daskgen/daskgen/stdops"
)

// A vectorCall is how package vector computes a strip.
type vectorCall struct {
	fun  string
	args []int // the places of its operands among the node's arguments
}

// newVectorCall returns the call of package vector that computes a strip, nil
// if there is none.
func newVectorCall(s *strip) *vectorCall {
	if s.loop == nil {
		return nil
	}
	c := &vectorCall{}
	scalar := make([]bool, len(s.loop.In))
	for i, d := range s.loop.In {
		scalar[i] = d != ir.NoDType && s.args[i] == nil
		if d != ir.NoDType {
			c.args = append(c.args, i)
		}
	}
	if len(scalar) == 3 && scalar[0] && s.loop.In[0] == ir.Bool {
		return nil // a condition for all elements
	}
	if c.fun = s.loop.VectorFunc(scalar...); c.fun == "" {
		return nil
	}
	return c
}

// castLoop returns the loop that converts elements to another dtype.
func castLoop(from, to ir.DType) *stdops.Loop {
	for i, l := range stdops.Lookup("astype").Loops {
		if l.In[0] == from && l.Out == to {
			return &stdops.Lookup("astype").Loops[i]
		}
	}
	return nil
}
