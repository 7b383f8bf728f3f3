package emit

import (
	"go/token"
	"hash/fnv"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxName is the longest identifier, in runes, that a key is spelled out to.
const maxName = 40

// reserved are names that generated code uses itself at package level or in
// functions, beside Go's keywords and predeclared names.
var reserved = map[string]bool{
	"_": true, "main": true, "init": true, "program": true, "layers": true, "build": true,
	"b": true, "l": true, "t": true, "k": true, "lo": true, "o": true, "err": true, "out": true, "acc": true, "ctx": true, "opts": true,
	"rt": true, "kernel": true, "linalg": true, "numpyrandom": true, "math": true, "cmplx": true, "bits": true, "context": true, "embed": true, "testing": true,
	"tables": true,
}

// predeclared are Go's predeclared names: legal as identifiers, but shadowing
// them breaks the code around.
var predeclared = words(`any append bool byte cap clear close comparable complex complex64 complex128 copy delete
	error false float32 float64 imag int int8 int16 int32 int64 iota len make max min new nil panic print println
	real recover rune string true uint uint8 uint16 uint32 uint64 uintptr`)

func words(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}

// A namer hands out identifiers that are distinct from one another, from Go's
// keywords and predeclared names, and from the names that generated code uses.
type namer struct {
	taken  map[string]bool // what this scope has handed out
	outer  *namer          // names of the scope around it are taken too
	fields bool            // the names are fields, which hide nothing
}

func newNamer(outer *namer) *namer { return &namer{taken: map[string]bool{}, outer: outer} }

// free says whether a name may still be handed out.
func (n *namer) free(name string) bool {
	if !n.fields && reserved[name] || predeclared[name] || token.IsKeyword(name) {
		return false
	}
	for s := n; s != nil; s = s.outer {
		if s.taken[name] {
			return false
		}
	}
	return true
}

// take reserves name, or name with the smallest number behind it that is free.
func (n *namer) take(name string) string {
	unique := name
	for i := 2; !n.free(unique); i++ {
		unique = numbered(name, i)
	}
	n.taken[unique] = true
	return unique
}

// local takes a name for something of our own, which may be one of the reserved
// names.
func (n *namer) local(name string) string {
	unique := name
	for i := 2; n.used(unique); i++ {
		unique = numbered(name, i)
	}
	n.taken[unique] = true
	return unique
}

// used says whether a name would hide one that is needed.
func (n *namer) used(name string) bool {
	if predeclared[name] || token.IsKeyword(name) || templatePackages[name] != "" {
		return true
	}
	for s := n; s != nil; s = s.outer {
		if s.taken[name] {
			return true
		}
	}
	return false
}

// numbered appends a number to a name, behind an underscore when the name ends
// in a digit.
func numbered(name string, i int) string {
	if last, _ := utf8.DecodeLastRuneInString(name); unicode.IsDigit(last) {
		name += "_"
	}
	return name + strconv.Itoa(i)
}

// identifiers returns an identifier for each of the user's names, in camel case
// with a lower-case first letter. Names that differ have identifiers that still
// differ when their first letter is raised. The token that dask puts behind a
// name ("sum-aggregate-9c1d...") is left out where that leaves names distinct,
// and else cut to its first digits, so that an identifier does not depend on
// which other graphs, or how many equal layers, stand around it.
func identifiers(n *namer, names []string) []string {
	count := map[string]int{}
	for _, name := range names {
		stem, _ := splitToken(name)
		count[camel(stem)]++
	}
	ids := make([]string, len(names))
	for i, name := range names {
		stem, tok := splitToken(name)
		id := camel(stem)
		if count[id] > 1 && tok != "" {
			id += upperFirst(tok[:4])
		}
		ids[i] = takeLayer(n, id)
	}
	return ids
}

// takeLayer takes an identifier together with what is derived from it: the form
// with a raised first letter, and the names of the layer's method and kernel.
func takeLayer(n *namer, id string) string {
	unique := id
	for i := 2; !freeLayer(n, unique); i++ {
		unique = numbered(id, i)
	}
	for _, name := range derived(unique) {
		n.taken[name] = true
	}
	return unique
}

func freeLayer(n *namer, id string) bool {
	for _, name := range derived(id) {
		if !n.free(name) {
			return false
		}
	}
	return true
}

func derived(id string) []string {
	up := upperFirst(id)
	return []string{id, up, "add" + up, "kernel" + up}
}

// splitToken splits a dask name into what people call it and the hash behind
// it: 32 hexadecimal digits after the last dash or underscore.
func splitToken(name string) (stem, tok string) {
	i := strings.LastIndexAny(name, "-_")
	if i <= 0 || len(name)-i-1 != 32 {
		return name, ""
	}
	for _, c := range []byte(name[i+1:]) {
		if !('0' <= c && c <= '9' || 'a' <= c && c <= 'f') {
			return name, ""
		}
	}
	return name[:i], name[i+1:]
}

// camel turns any string into an identifier in camel case: letters and digits
// stay, what stands between them starts a new word.
func camel(s string) string {
	var b strings.Builder
	n, up := 0, false
	for _, r := range s {
		if r == utf8.RuneError || !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			up = n > 0
			continue
		}
		if n == maxName {
			return b.String() + hashSuffix(s)
		}
		switch {
		case n == 0 && unicode.IsDigit(r):
			b.WriteByte('n')
			b.WriteRune(r)
		case n == 0:
			b.WriteRune(unicode.ToLower(r))
		case up:
			b.WriteRune(unicode.ToUpper(r))
		default:
			b.WriteRune(r)
		}
		n, up = n+1, false
	}
	if n == 0 {
		return "layer" + hashSuffix(s)
	}
	return b.String()
}

// hashSuffix tells apart names whose identifiers had to drop something.
func hashSuffix(s string) string {
	h := fnv.New32a()
	_, _ = h.Write([]byte(s))
	return "X" + strconv.FormatUint(uint64(h.Sum32()), 16)
}

func upperFirst(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[size:]
}

func lowerFirst(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(r)) + s[size:]
}
