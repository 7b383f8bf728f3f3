// Package daskgen holds the sources that programs are built from. The compiler
// is in compiler, the command in cmd/daskgen, the packages for users in graph
// and da.
package daskgen

import "embed"

// Sources are the files of the packages that generated programs import:
// runtime and runtime/vector, and the packages of kernels below stdops. They
// travel inside daskgen, so that it can build programs without a checkout and
// without a network.
//
//go:embed runtime/*.go runtime/vector/*.go runtime/vector/*.s stdops/*/*.go stdops/*/*.s
var Sources embed.FS
