package runtime

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// A NpyHeader says what a .npy file holds.
type NpyHeader struct {
	DType     string // NumPy's name: "float64"
	Shape     []int
	Fortran   bool  // the first axis is the fastest
	BigEndian bool  // of elements of more than one byte
	Offset    int64 // of the first element in the file
}

const (
	npyMagic     = "\x93NUMPY"
	maxNpyHeader = 1 << 20 // bytes; NumPy itself writes less than a few hundred for any array of ours
)

// npyDTypes maps type codes, without byte order, to dtypes.
var npyDTypes = map[string]string{
	"b1": "bool",
	"i1": "int8", "i2": "int16", "i4": "int32", "i8": "int64",
	"u1": "uint8", "u2": "uint16", "u4": "uint32", "u8": "uint64",
	"f4": "float32", "f8": "float64",
	"c8": "complex64", "c16": "complex128",
}

// npyCode returns the type code of a dtype, and the bytes of an element.
func npyCode(dtype string) (string, int64) {
	for code, name := range npyDTypes {
		if name == dtype {
			n, _ := strconv.ParseInt(code[1:], 10, 64)
			return code, n
		}
	}
	panic("runtime: internal error: no dtype " + dtype)
}

// Bytes returns how many bytes the elements take.
func (h *NpyHeader) Bytes() int64 {
	_, n := npyCode(h.DType)
	for _, d := range h.Shape {
		n *= int64(d)
	}
	return n
}

// ReadNpyHeader reads the header at the start of a .npy file, of format
// version 1, 2 or 3. The input may be hostile: the shape of a header that is
// returned has no negative length, and its Bytes do not overflow; whether
// there are so many is for the caller to see.
func ReadNpyHeader(r io.Reader) (*NpyHeader, error) {
	var pre [12]byte
	if _, err := io.ReadFull(r, pre[:8]); err != nil || string(pre[:6]) != npyMagic {
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, err
		}
		return nil, errors.New("not a .npy file: it does not begin with \\x93NUMPY")
	}
	lenBytes := 2
	switch major := pre[6]; major {
	case 1:
	case 2, 3:
		lenBytes = 4
	default:
		return nil, fmt.Errorf(".npy format version %d.%d is not supported (1, 2 and 3 are)", major, pre[7])
	}
	if _, err := io.ReadFull(r, pre[8:8+lenBytes]); err != nil {
		return nil, truncated("header", err)
	}
	n := int64(binary.LittleEndian.Uint32(pre[8:]))
	if n > maxNpyHeader {
		return nil, fmt.Errorf(".npy header of %d bytes, more than %d", n, maxNpyHeader)
	}
	text := make([]byte, n)
	if _, err := io.ReadFull(r, text); err != nil {
		return nil, truncated("header", err)
	}
	h, err := parseNpyHeader(string(text))
	if err != nil {
		return nil, fmt.Errorf(".npy header: %w", err)
	}
	h.Offset = int64(8+lenBytes) + n
	return h, nil
}

func truncated(what string, err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("the file ends within the .npy %s", what)
	}
	return err
}

// parseNpyHeader reads the header's text, a Python dict:
//
//	{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }
func parseNpyHeader(text string) (*NpyHeader, error) {
	p := npyParser{s: text}
	h := new(NpyHeader)
	seen := map[string]bool{}
	p.expect("{")
	for p.err == nil && !p.accept("}") {
		key := p.str()
		p.expect(":")
		if seen[key] {
			p.fail("%q stands twice", key)
		}
		seen[key] = true
		switch key {
		case "descr":
			p.descr(h)
		case "fortran_order":
			h.Fortran = p.boolean()
		case "shape":
			h.Shape = p.tuple()
		default:
			p.fail("unknown entry %q", key)
		}
		if !p.accept(",") {
			p.expect("}")
			break
		}
	}
	if p.space(); p.err == nil && p.i < len(p.s) {
		p.fail("unexpected %.20q", p.s[p.i:])
	}
	for _, key := range []string{"descr", "fortran_order", "shape"} {
		if p.err == nil && !seen[key] {
			return nil, fmt.Errorf("no %q", key)
		}
	}
	if p.err != nil {
		return nil, p.err
	}
	_, size := npyCode(h.DType)
	_, err := sizeOf(h.Shape, uintptr(size))
	return h, err
}

// A npyParser reads the Python literals of a header. After the first error
// its methods do nothing.
type npyParser struct {
	s   string
	i   int
	err error
}

func (p *npyParser) fail(format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf("byte %d: "+format, append([]any{p.i}, args...)...)
		p.i = len(p.s)
	}
}

func (p *npyParser) space() {
	for p.i < len(p.s) && strings.IndexByte(" \t\r\n\x00", p.s[p.i]) >= 0 {
		p.i++
	}
}

// accept reads tok if it comes next.
func (p *npyParser) accept(tok string) bool {
	p.space()
	if p.err != nil || !strings.HasPrefix(p.s[p.i:], tok) {
		return false
	}
	p.i += len(tok)
	return true
}

func (p *npyParser) expect(tok string) {
	if !p.accept(tok) {
		p.fail("expected %q, found %.20q", tok, p.s[p.i:])
	}
}

// str reads a string without escapes.
func (p *npyParser) str() string {
	for _, quote := range []string{"'", `"`} {
		if p.accept(quote) {
			n := strings.IndexAny(p.s[p.i:], quote+"\\\n")
			if n < 0 || p.s[p.i+n] != quote[0] {
				p.fail("a string that does not end")
				return ""
			}
			s := p.s[p.i : p.i+n]
			p.i += n + 1
			return s
		}
	}
	p.fail("expected a string, found %.20q", p.s[p.i:])
	return ""
}

func (p *npyParser) boolean() bool {
	switch {
	case p.accept("True"):
		return true
	case !p.accept("False"):
		p.fail("expected True or False, found %.20q", p.s[p.i:])
	}
	return false
}

// descr reads the element type.
func (p *npyParser) descr(h *NpyHeader) {
	if p.space(); p.i < len(p.s) && p.s[p.i] == '[' {
		p.fail("structured dtypes are not supported")
		return
	}
	descr := p.str()
	code, order := descr, byte('=')
	if descr != "" && strings.IndexByte("<>|=", descr[0]) >= 0 {
		code, order = descr[1:], descr[0]
	}
	h.DType = npyDTypes[code]
	if h.DType == "" {
		p.fail("dtype %.20q is not supported (bool, int8 to int64, uint8 to uint64, float32, float64, complex64 and complex128 are)", descr)
		return
	}
	h.BigEndian = code[1:] != "1" && (order == '>' || order != '<' && nativeBigEndian)
}

// tuple reads a tuple of lengths.
func (p *npyParser) tuple() []int {
	shape := []int{}
	p.expect("(")
	for p.err == nil && !p.accept(")") {
		if len(shape) == maxRank {
			p.fail("more than %d axes", maxRank)
			break
		}
		shape = append(shape, p.length())
		if !p.accept(",") {
			if len(shape) == 1 {
				p.fail("expected \",\", found %.20q", p.s[p.i:])
			}
			p.expect(")")
			break
		}
	}
	return shape
}

// length reads the length of an axis; Python 2 wrote large ones as 123L.
func (p *npyParser) length() int {
	p.space()
	start := p.i
	for p.i < len(p.s) && '0' <= p.s[p.i] && p.s[p.i] <= '9' {
		p.i++
	}
	digits := p.s[start:p.i]
	n, err := strconv.Atoi(digits)
	switch {
	case digits == "":
		p.fail("expected a length, found %.20q", p.s[start:])
	case err != nil:
		p.fail("length %.24s is too large", digits)
	}
	p.accept("L")
	return n
}

// nativeBigEndian is the byte order of this machine.
var nativeBigEndian = binary.NativeEndian.Uint16([]byte{0, 1}) == 1

// npyAlign is what the length of a header is a multiple of.
const npyAlign = 64

// appendNpyHeader appends the header for a C-order array in this machine's
// byte order: with npyAlign the same bytes as numpy.save writes. A greater
// alignment, up to 8192, makes the header longer.
func appendNpyHeader(dst []byte, dtype string, shape []int, align int) []byte {
	code, size := npyCode(dtype)
	order := "<"
	switch {
	case size == 1:
		order = "|"
	case nativeBigEndian:
		order = ">"
	}
	text := fmt.Sprintf("{'descr': '%s%s', 'fortran_order': False, 'shape': %s, }", order, code, shapeString(shape))
	if len(shape) > 0 { // room to grow in place
		text += strings.Repeat(" ", max(0, 21-len(strconv.Itoa(shape[0]))))
	}
	pre := 10
	if len(text)+64 > 1<<16 {
		pre = 12
	}
	n := len(text) + 1
	n += (align - (pre+n)%align) % align
	dst = append(dst, npyMagic...)
	if pre == 10 {
		dst = append(dst, 1, 0)
		dst = binary.LittleEndian.AppendUint16(dst, uint16(n))
	} else {
		dst = append(dst, 2, 0)
		dst = binary.LittleEndian.AppendUint32(dst, uint32(n))
	}
	dst = append(dst, text...)
	dst = append(dst, strings.Repeat(" ", n-1-len(text))...)
	return append(dst, '\n')
}
