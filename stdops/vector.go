package stdops

import (
	"slices"
	"strings"

	"github.com/daskgen/daskgen/ir"
)

// vectorOps says which ops have functions in package runtime/vector, and for
// which dtypes of their operands. The functions are named as the ops are, in
// CamelCase.
var vectorOps = map[string][]ir.DType{
	"add":      floatTypes,
	"subtract": floatTypes,
	"multiply": floatTypes,
	"divide":   floatTypes,
	"negative": floatTypes,
	"absolute": floatTypes,
	"square":   floatTypes,
	"sqrt":     floatTypes,
}

// setVector fills in the Vector of the op's loops.
func (op *Op) setVector() {
	ds := vectorOps[op.Name]
	for i := range op.Loops {
		if l := &op.Loops[i]; len(l.In) > 0 && slices.Contains(ds, l.In[len(l.In)-1]) {
			l.Vector = camel(op.Name)
		}
	}
}

// camel returns an op's name as a Go name: "LessEqual" of less_equal.
func camel(name string) string {
	var b strings.Builder
	for _, word := range strings.Split(name, "_") {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}

// VectorFunc returns the name of the function of package runtime/vector that
// computes the loop, with the operands marked in scalar being one number for
// all elements; "" if there is none. Its parameters are dst and the operands.
func (l *Loop) VectorFunc(scalar ...bool) string {
	if l.Vector == "" {
		return ""
	}
	form := ""
	for i := range l.In {
		if i < len(scalar) && scalar[i] {
			form += "S"
		} else {
			form += "V"
		}
	}
	if !strings.Contains(form, "V") {
		return ""
	}
	if !strings.Contains(form, "S") {
		form = ""
	}
	return l.Vector + camel(l.In[len(l.In)-1].String()) + form
}
