// Package build compiles generated programs to binaries, and lays them out as
// folders that build on their own.
//
// A program becomes a module with everything that it imports under vendor:
// daskgen's own packages, which are embedded in package daskgen, and the part of
// other modules that is embedded here. So building needs a Go toolchain, but no
// checkout, no module cache and no network.
package build

//go:generate go run ./embedgen -o modules.zip
