// Package emit writes a checked graph as Go source: a main package, or a file
// of a library.
//
// It is pure: Program and Package return files, and Write alone touches the
// disk. The output depends on the graph and the options and on nothing else.
//
// A layer becomes one method that declares it (its grid, what it reads) and one
// kernel function. A kernel is lowered in three steps: its expression is
// interned, so that equal subexpressions are one node; nodes are grouped, so
// that elementwise nodes which feed one another share one loop; and the groups
// are written as statements. Kernels whose source is equal are written once.
//
// All use of jennifer is in this package.
package emit
