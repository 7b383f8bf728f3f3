package runtime

import (
	"fmt"
	"slices"
	"strings"
)

// Broadcast returns the shape to which blocks of these shapes broadcast, by
// NumPy's rules: shapes are aligned at their last axes, and an axis of length
// 1 (or one that is missing) takes the length of the others. The result may be
// one of the shapes: it must not be written to.
func Broadcast(shapes ...[]int) ([]int, error) {
	if s := largest(shapes); s != nil {
		return s, nil
	}
	return broadcast(shapes)
}

// largest returns a shape to which the others broadcast, nil if it is none of
// them: what blocks of an array and their operands nearly always have.
func largest(shapes [][]int) []int {
	for _, s := range shapes {
		if !slices.ContainsFunc(shapes, func(o []int) bool { return !broadcastsTo(o, s) }) {
			return s
		}
	}
	return nil
}

// broadcastsTo says whether a block of shape s can be read as one of shape to.
func broadcastsTo(s, to []int) bool {
	lead := len(to) - len(s)
	if lead < 0 {
		return false
	}
	for k, d := range s {
		if d != 1 && d != to[lead+k] {
			return false
		}
	}
	return true
}

// broadcast is Broadcast where the result is none of the shapes.
func broadcast(shapes [][]int) ([]int, error) {
	rank := 0
	for _, s := range shapes {
		rank = max(rank, len(s))
	}
	out := make([]int, rank)
	for k := range out {
		out[k] = 1
	}
	for _, s := range shapes {
		for k, d := range s {
			o := &out[rank-len(s)+k]
			switch {
			case *o == 1:
				*o = d
			case d != 1 && d != *o:
				return nil, broadcastError(shapes)
			}
		}
	}
	return out, nil
}

func broadcastError(shapes [][]int) error {
	s := make([]string, 0, len(shapes))
	for _, shape := range shapes {
		if str := shapeString(shape); !slices.Contains(s, str) {
			s = append(s, str)
		}
	}
	last := len(s) - 1
	return fmt.Errorf("shapes %s and %s do not broadcast", strings.Join(s[:last], ", "), s[last])
}
