package emit

// formGroups decides which elementwise nodes share a loop. A node is computed
// in the loop of the nodes that use it when these all lie in one loop, run over
// as many elements, and read it as elements; else it has a loop of its own, and
// they read its result. A reduction is a loop too: what feeds it joins it.
func (l *lowering) formGroups() {
	for i := len(l.nodes) - 1; i >= 0; i-- {
		n := l.nodes[i]
		n.group = n
		if n.kind == elementNode && n != l.root && n.block() {
			if g := commonGroup(n); g != nil {
				n.group = g
			}
		}
	}
}

// commonGroup returns the loop in which all users of n lie, or nil.
func commonGroup(n *node) *node {
	var group *node
	for _, u := range n.users {
		g := feeds(n, u)
		if g == nil || group != nil && g != group {
			return nil
		}
		group = g
	}
	return group
}

// feeds returns the loop that takes n element by element for its user u.
func feeds(n, u *node) *node {
	switch {
	case u.kind == elementNode && u.block() && !smaller(n.typ.Shape, u.typ.Shape):
		return u.group
	case u.kind == reduceNode && u.args[0] == n && count(u.args, n) == 1:
		return u
	}
	return nil
}

func count(args []*node, n *node) int {
	c := 0
	for _, a := range args {
		if a == n {
			c++
		}
	}
	return c
}

// smaller says whether a block of shape inner is known to be repeated when it
// is broadcast to shape outer: fusing would compute its elements many times.
func smaller(inner, outer []int64) bool {
	lead := len(outer) - len(inner)
	for i, n := range outer {
		if n == 1 {
			continue
		}
		if i < lead || inner[i-lead] == 1 {
			return true
		}
	}
	return false
}
