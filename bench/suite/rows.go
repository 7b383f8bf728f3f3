package suite

// Rows returns all rows in the order in which they are run.
func Rows(t *Tools) []*Row {
	var rows []*Row
	for _, group := range []func(*Tools) []*Row{LimitRows, KernelRows, TaskRows, ProductRows, CompileRows, EndRows} {
		rows = append(rows, group(t)...)
	}
	return rows
}
