package graphjson

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/daskgen/daskgen/compiler/diag"
	"github.com/daskgen/daskgen/ir"
)

// A lineReader notes where lines start in what is read through it.
type lineReader struct {
	r      io.Reader
	off    int64   // read so far
	ends   []int64 // offsets of line ends that no position has passed yet
	head   int
	line   int   // of the last position
	start  int64 // offset of the first byte of that line
	failed error // of r, other than EOF
}

func (l *lineReader) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	for at := 0; ; {
		i := bytes.IndexByte(p[at:n], '\n')
		if i < 0 {
			break
		}
		at += i + 1
		l.ends = append(l.ends, l.off+int64(at)-1)
	}
	l.off += int64(n)
	if err != nil && err != io.EOF {
		l.failed = err
	}
	return n, err
}

// pos returns line and column of an offset. Offsets must not go back to a line
// before that of the last call.
func (l *lineReader) pos(off int64) (line, col int) {
	for l.head < len(l.ends) && l.ends[l.head] < off {
		l.line++
		l.start = l.ends[l.head] + 1
		l.head++
	}
	if l.head > 4096 && l.head*2 > len(l.ends) {
		l.ends = l.ends[:copy(l.ends, l.ends[l.head:])]
		l.head = 0
	}
	return l.line, max(int(off-l.start)+1, 1)
}

// A scanner reads JSON token by token. Its methods return false once the text
// is malformed, which has then been reported.
type scanner struct {
	d     *jsontext.Decoder
	lines *lineReader
	file  string
	diags *diag.List
	buf   []byte // of unescaped strings
	depth int
}

func newScanner(r io.Reader, file string, diags *diag.List) *scanner {
	l := &lineReader{r: r, line: 1}
	// Duplicate members are looked for here, where reading can go on.
	return &scanner{d: jsontext.NewDecoder(l, jsontext.AllowDuplicateNames(true)), lines: l, file: file, diags: diags}
}

func (s *scanner) posAt(off int64) ir.Pos {
	line, col := s.lines.pos(off)
	return ir.Pos{File: s.file, Line: line, Col: col}
}

// errorf reports an error at an offset.
func (s *scanner) errorf(off int64, code, format string, args ...any) *diag.Diagnostic {
	return s.diags.Errorf(s.posAt(off), code, format, args...)
}

// fail reports that the text is malformed.
func (s *scanner) fail(err error) bool {
	off := s.d.InputOffset()
	var syntax *jsontext.SyntacticError
	if errors.As(err, &syntax) {
		off = max(off, syntax.ByteOffset)
		err = syntax.Err
	}
	switch {
	case s.lines.failed != nil:
		s.errorf(off, diag.Unreadable, "cannot read on: %v", s.lines.failed)
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		s.errorf(off, diag.Malformed, "the text ends early")
	case strings.Contains(err.Error(), "depth"):
		s.errorf(off, diag.TooLarge, "nested too deeply")
	default:
		s.errorf(off, diag.Malformed, "malformed JSON: %s", strings.TrimPrefix(err.Error(), "jsontext: "))
	}
	return false
}

// kind returns the kind of the next token; 0 if there is none.
func (s *scanner) kind() jsontext.Kind {
	if k := s.d.PeekKind(); k != jsontext.KindInvalid {
		return k
	}
	return 0
}

// next returns the offset of the next token.
func (s *scanner) next() int64 {
	s.d.PeekKind()
	off := s.d.InputOffset()
	for _, b := range s.d.UnreadBuffer() {
		switch b {
		case ' ', '\t', '\r', '\n', ',', ':':
			off++
			continue
		}
		break
	}
	return off
}

// delim reads a brace or bracket.
func (s *scanner) delim() bool {
	if _, err := s.d.ReadToken(); err != nil {
		return s.fail(err)
	}
	return true
}

// scalar reads a string, number or literal as it is written, and returns its
// offset. It is valid until the next call.
func (s *scanner) scalar() (jsontext.Value, int64, bool) {
	v, err := s.d.ReadValue()
	if err != nil {
		return nil, 0, s.fail(err)
	}
	return v, s.d.InputOffset() - int64(len(v)), true
}

// skip passes over a value.
func (s *scanner) skip() bool {
	if err := s.d.SkipValue(); err != nil {
		return s.fail(err)
	}
	return true
}

// unquote returns the text of a JSON string.
func (s *scanner) unquote(v jsontext.Value) []byte {
	if bytes.IndexByte(v, '\\') < 0 {
		return v[1 : len(v)-1]
	}
	s.buf, _ = jsontext.AppendUnquote(s.buf[:0], v)
	return s.buf
}

// object reads an object. The function reads the value of each member; the
// name is valid until it does.
func (s *scanner) object(member func(name []byte, off int64) bool) bool {
	if !s.delim() {
		return false
	}
	for {
		switch s.kind() {
		case '}':
			return s.delim()
		case 0:
			_, err := s.d.ReadToken()
			return s.fail(err)
		}
		v, off, ok := s.scalar()
		if !ok || !member(s.unquote(v), off) {
			return false
		}
	}
}

// array reads an array. The function reads each entry.
func (s *scanner) array(entry func(i int) bool) bool {
	if !s.delim() {
		return false
	}
	for i := 0; ; i++ {
		switch s.kind() {
		case ']':
			return s.delim()
		case 0:
			_, err := s.d.ReadToken()
			return s.fail(err)
		}
		if !entry(i) {
			return false
		}
	}
}

// expect reports a value of the wrong kind and passes over it. It returns
// whether the next value is of the kind, and whether reading can go on.
func (s *scanner) expect(kind jsontext.Kind, what string) (is, ok bool) {
	k := s.kind()
	if k == kind {
		return true, true
	}
	if k == 0 {
		_, err := s.d.ReadToken()
		return false, s.fail(err)
	}
	s.errorf(s.next(), diag.WrongMember, "%s must be %s, not %s", what, kindNames[kind], kindNames[k])
	return false, s.skip()
}

var kindNames = map[jsontext.Kind]string{
	'{': "an object", '[': "a list", '"': "a string", '0': "a number", 't': "true", 'f': "false", 'n': "null",
}

// str reads a string, or reports that there is none.
func (s *scanner) str(what string) (string, int64, bool) {
	off := s.next()
	if is, ok := s.expect('"', what); !is {
		return "", off, ok
	}
	v, off, ok := s.scalar()
	if !ok {
		return "", off, false
	}
	return string(s.unquote(v)), off, true
}

// integer reads an integer, or reports that there is none.
func (s *scanner) integer(what string) (n int64, is, ok bool) {
	if is, ok := s.expect('0', what); !is {
		return 0, false, ok
	}
	v, off, ok := s.scalar()
	if !ok {
		return 0, false, false
	}
	if n, is = parseInt(v); !is {
		s.errorf(off, diag.BadLiteral, "%s must be an integer of 64 bits, not %s", what, clip(v))
	}
	return n, is, true
}

// parseInt parses an integer without point and exponent.
func parseInt(v []byte) (int64, bool) {
	digits := v
	if v[0] == '-' {
		digits = v[1:]
	}
	if len(digits) > 18 {
		n, err := strconv.ParseInt(string(v), 10, 64)
		return n, err == nil
	}
	n := int64(0)
	for _, c := range digits {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	if v[0] == '-' {
		n = -n
	}
	return n, len(digits) > 0
}

// clip shortens a text for a message.
func clip(v []byte) string {
	if len(v) > 40 {
		return string(bytes.ToValidUTF8(v[:40], nil)) + "..."
	}
	return string(v)
}
