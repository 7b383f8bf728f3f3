package runtime

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
)

// A Column is a named sequence of integers in a table file: the operands or
// literals of tasks that follow no simpler rule. One of U32 and I64 is set.
type Column struct {
	Name string
	U32  []uint32
	I64  []int64
}

// Tables are the columns of a table file.
type Tables struct {
	columns []Column
	byName  map[string]int
}

// The file: magic, version, then the columns, then the CRC-32C of all before
// it, little-endian. A column: length of the name, name, kind, number of
// entries, and the entries, each as the zigzag varint of the difference to the
// one before. All lengths are varints.
const (
	tableMagic   = "daskgen tables\n"
	tableVersion = 1
	kindU32      = 0
	kindI64      = 1
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// AppendTables appends the table file of these columns to dst.
func AppendTables(dst []byte, columns ...Column) []byte {
	start := len(dst)
	dst = append(dst, tableMagic...)
	dst = binary.AppendUvarint(dst, tableVersion)
	dst = binary.AppendUvarint(dst, uint64(len(columns)))
	for i := range columns {
		dst = appendColumn(dst, &columns[i])
	}
	return appendSum(dst, start)
}

// appendSum appends the checksum of dst from start on.
func appendSum(dst []byte, start int) []byte {
	return binary.LittleEndian.AppendUint32(dst, crc32.Checksum(dst[start:], castagnoli))
}

func appendColumn(dst []byte, c *Column) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(c.Name)))
	dst = append(dst, c.Name...)
	if c.I64 == nil {
		dst = append(dst, kindU32)
		return appendEntries(dst, c.U32)
	}
	dst = append(dst, kindI64)
	return appendEntries(dst, c.I64)
}

// appendEntries appends the number of entries and the differences between
// neighbours, which wrap around.
func appendEntries[T uint32 | int64](dst []byte, entries []T) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(entries)))
	prev := int64(0)
	for _, v := range entries {
		dst = binary.AppendVarint(dst, int64(v)-prev)
		prev = int64(v)
	}
	return dst
}

// ParseTables reads a table file. It fails when the file is damaged or of
// another version than the package.
func ParseTables(data []byte) (*Tables, error) {
	if len(data) < len(tableMagic)+4 || string(data[:len(tableMagic)]) != tableMagic {
		return nil, errors.New("tables: not a table file")
	}
	body, sum := data[:len(data)-4], binary.LittleEndian.Uint32(data[len(data)-4:])
	if crc32.Checksum(body, castagnoli) != sum {
		return nil, errors.New("tables: the checksum is wrong, the file is damaged: run daskgen gen again")
	}
	p := tableParser{rest: body[len(tableMagic):]}
	if v := p.uvarint(); v != tableVersion {
		return nil, fmt.Errorf("tables: version %d, want %d: run daskgen gen again", v, tableVersion)
	}
	t := &Tables{byName: map[string]int{}}
	for range p.length() {
		c := p.column()
		t.byName[c.Name] = len(t.columns)
		t.columns = append(t.columns, c)
	}
	if len(p.rest) > 0 && p.err == nil {
		p.err = errors.New("tables: data after the last column")
	}
	return t, p.err
}

// A tableParser reads from the front of rest; after an error it reads zeros.
type tableParser struct {
	rest []byte
	err  error
}

func (p *tableParser) fail() {
	p.rest = nil
	if p.err == nil {
		p.err = errors.New("tables: the file ends early")
	}
}

func (p *tableParser) uvarint() uint64 {
	v, n := binary.Uvarint(p.rest)
	if n <= 0 {
		p.fail()
		return 0
	}
	p.rest = p.rest[n:]
	return v
}

// length reads the number of things that follow, each of a byte or more.
func (p *tableParser) length() int {
	n := p.uvarint()
	if n > uint64(len(p.rest)) {
		p.fail()
		return 0
	}
	return int(n)
}

func (p *tableParser) column() Column {
	n := p.length()
	c := Column{Name: string(p.rest[:n])}
	p.rest = p.rest[n:]
	switch kind := p.uvarint(); kind {
	case kindU32:
		c.U32 = make([]uint32, p.length())
		p.entries(len(c.U32), func(i int, v int64) {
			if v < 0 || v > math.MaxUint32 {
				p.fail()
			}
			c.U32[i] = uint32(v)
		})
	case kindI64:
		c.I64 = make([]int64, p.length())
		p.entries(len(c.I64), func(i int, v int64) { c.I64[i] = v })
	default:
		p.fail()
	}
	return c
}

func (p *tableParser) entries(n int, set func(i int, v int64)) {
	v := int64(0)
	for i := range n {
		d, k := binary.Varint(p.rest)
		if k <= 0 {
			p.fail()
			return
		}
		p.rest = p.rest[k:]
		v += d
		set(i, v)
	}
}

// Uint32 returns the column of that name. It panics if there is none: the
// table file then is not the one that the code was generated with.
func (t *Tables) Uint32(name string) []uint32 {
	return t.columns[t.find(name)].U32
}

// Int64 returns the column of that name. It panics if there is none: the
// table file then is not the one that the code was generated with.
func (t *Tables) Int64(name string) []int64 {
	return t.columns[t.find(name)].I64
}

func (t *Tables) find(name string) int {
	n, ok := t.byName[name]
	if !ok {
		panic(fmt.Sprintf("tables: no column %q: run daskgen gen again", name))
	}
	return n
}
