// Package ref evaluates kernels and graphs naively: one element, one task at a
// time, on generic values. It is the reference with which the tests compare
// what generated programs compute.
//
// Elementwise ops are evaluated by interpreting the expressions of their
// declarations. Everything else is written out here, from the definitions,
// without the kernels' code and with sums that are exact before they are
// rounded; random blocks alone come from the kernels, whose generator defines
// them. Nothing here is fast.
package ref
