package ir

// Tasks returns the number of tasks of the graph; the blocks of inputs count,
// as each is read by a task.
func (g *Graph) Tasks() int64 {
	n := int64(0)
	for _, l := range g.Layers {
		n += l.Tasks()
	}
	return n
}

// Tasks returns the number of tasks of a layer, without those that were culled.
func (l *Layer) Tasks() int64 {
	if l.Live != nil {
		return l.Live.Count(l.Grid)
	}
	if l.Input != nil {
		return l.Grid.Size()
	}
	n := int64(0)
	for _, c := range l.Cases {
		n += c.Where.Count(l.Grid)
	}
	return n
}
