// Package record is the machinery beneath packages graph and da: positions and
// misuse of the DSL, Go functions and types as the IR describes them, and the
// dump of recorded graphs that daskgen reads.
//
// It is not for users. daskgen compiles it, through an overlay, into the
// process in which it runs a package's annotated functions.
package record
