package ir

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"math"
	"reflect"
	"sync"
)

// The binary form of a graph is how the process that runs a user's builder
// hands it to daskgen. It is lossless: NaN payloads, negative zeros and the
// difference between nil and empty slices survive; layers are shared by
// pointer as before. It is not a storage format: it starts with a fingerprint
// of the IR's types, and a reader of another version refuses it.
const encodeMagic = "daskgen ir\n"

// maxDepth bounds the nesting of expressions and types that Decode follows.
const maxDepth = 100_000

var layerPtr = reflect.TypeFor[*Layer]()

// ErrVersion is returned by Decode for a graph that another version of daskgen
// has encoded.
var ErrVersion = errors.New("the graph was recorded by another version of daskgen")

// Encode writes the graph in binary. It fails if an operand or an output refers
// to a layer that is not in g.Layers.
func Encode(w io.Writer, g *Graph) error {
	e := &encoder{w: bufio.NewWriter(w), index: map[*Layer]uint64{}}
	for i, l := range g.Layers {
		e.index[l] = uint64(i) + 1
	}
	_, _ = e.w.WriteString(encodeMagic)
	e.uint(fingerprint())
	e.uint(uint64(len(g.Layers)))
	e.value(reflect.ValueOf(g.Name))
	e.value(reflect.ValueOf(g.Source))
	for _, l := range g.Layers {
		e.value(reflect.ValueOf(*l))
	}
	e.value(reflect.ValueOf(g.Outputs))
	if e.err != nil {
		return e.err
	}
	return e.w.Flush()
}

// Decode reads a graph that Encode has written.
func Decode(r io.Reader) (*Graph, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	if len(data) < len(encodeMagic) || string(data[:len(encodeMagic)]) != encodeMagic {
		return nil, errors.New("not a recorded graph")
	}
	d := &decoder{data: data[len(encodeMagic):]}
	if d.uint() != fingerprint() {
		return nil, ErrVersion
	}
	g := &Graph{}
	d.layers = make([]*Layer, d.length())
	for i := range d.layers {
		d.layers[i] = &Layer{}
	}
	d.value(reflect.ValueOf(&g.Name).Elem())
	d.value(reflect.ValueOf(&g.Source).Elem())
	for _, l := range d.layers {
		d.value(reflect.ValueOf(l).Elem())
	}
	d.value(reflect.ValueOf(&g.Outputs).Elem())
	if d.err == nil && len(d.data) > 0 {
		d.err = errors.New("recorded graph: trailing bytes")
	}
	g.Layers = d.layers
	return g, d.err
}

// fingerprint hashes the names and types of everything a Graph consists of.
var fingerprint = sync.OnceValue(func() uint64 {
	h := fnv.New64a()
	seen := map[reflect.Type]bool{}
	var walk func(t reflect.Type)
	walk = func(t reflect.Type) {
		_, _ = io.WriteString(h, t.String()+";")
		if seen[t] {
			return
		}
		seen[t] = true
		switch t.Kind() {
		case reflect.Pointer, reflect.Slice:
			walk(t.Elem())
		case reflect.Struct:
			for i := range t.NumField() {
				_, _ = io.WriteString(h, t.Field(i).Name+" ")
				walk(t.Field(i).Type)
			}
		}
	}
	walk(reflect.TypeFor[Graph]())
	return h.Sum64()
})

type encoder struct {
	w     *bufio.Writer
	index map[*Layer]uint64
	err   error
}

func (e *encoder) uint(v uint64) {
	var buf [binary.MaxVarintLen64]byte
	_, _ = e.w.Write(buf[:binary.PutUvarint(buf[:], v)])
}

// bits writes a float exactly.
func (e *encoder) bits(f float64) {
	var buf [8]byte
	binary.LittleEndian.PutUint64(buf[:], math.Float64bits(f))
	_, _ = e.w.Write(buf[:])
}

func (e *encoder) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.Bool:
		e.uint(b2u(v.Bool()))
	case reflect.Int, reflect.Int64:
		i := v.Int()
		e.uint(uint64(i)<<1 ^ uint64(i>>63))
	case reflect.Uint8, reflect.Uint32, reflect.Uint64:
		e.uint(v.Uint())
	case reflect.Float64:
		e.bits(v.Float())
	case reflect.Complex128:
		e.bits(real(v.Complex()))
		e.bits(imag(v.Complex()))
	case reflect.String:
		e.uint(uint64(v.Len()))
		_, _ = e.w.WriteString(v.String())
	case reflect.Slice:
		e.slice(v)
	case reflect.Pointer:
		e.pointer(v)
	case reflect.Struct:
		for i := range v.NumField() {
			e.value(v.Field(i))
		}
	default:
		e.err = fmt.Errorf("ir: internal error: cannot encode %s", v.Type())
	}
}

// slice writes the length plus one, 0 for nil, and the elements.
func (e *encoder) slice(v reflect.Value) {
	if v.IsNil() {
		e.uint(0)
		return
	}
	e.uint(uint64(v.Len()) + 1)
	for i := range v.Len() {
		e.value(v.Index(i))
	}
}

// pointer writes 0 for nil; a layer's number from 1; or 1 and the value.
func (e *encoder) pointer(v reflect.Value) {
	switch {
	case v.IsNil():
		e.uint(0)
	case v.Type() == layerPtr:
		l := v.Interface().(*Layer)
		if e.index[l] == 0 && e.err == nil {
			e.err = fmt.Errorf("ir: layer %q is read but is not in the graph", l.Name)
		}
		e.uint(e.index[l])
	default:
		e.uint(1)
		e.value(v.Elem())
	}
}

func b2u(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

type decoder struct {
	data   []byte
	layers []*Layer
	depth  int
	err    error
}

func (d *decoder) fail(what string) {
	if d.err == nil {
		d.err = fmt.Errorf("recorded graph: %s", what)
	}
	d.data = nil
}

func (d *decoder) uint() uint64 {
	v, n := binary.Uvarint(d.data)
	if n <= 0 {
		d.fail("unexpected end")
		return 0
	}
	d.data = d.data[n:]
	return v
}

// length reads a count of things of which each takes at least one byte.
func (d *decoder) length() int {
	n := d.uint()
	if n > uint64(len(d.data)) {
		d.fail("unexpected end")
		return 0
	}
	return int(n)
}

func (d *decoder) take(n int) []byte {
	if n > len(d.data) {
		d.fail("unexpected end")
		return make([]byte, n)
	}
	b := d.data[:n]
	d.data = d.data[n:]
	return b
}

func (d *decoder) bits() float64 {
	return math.Float64frombits(binary.LittleEndian.Uint64(d.take(8)))
}

func (d *decoder) value(v reflect.Value) {
	if d.err != nil {
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(d.uint() != 0)
	case reflect.Int, reflect.Int64:
		u := d.uint()
		v.SetInt(int64(u>>1) ^ -int64(u&1))
	case reflect.Uint8, reflect.Uint32, reflect.Uint64:
		v.SetUint(d.uint())
	case reflect.Float64:
		v.SetFloat(d.bits())
	case reflect.Complex128:
		re := d.bits()
		v.SetComplex(complex(re, d.bits()))
	case reflect.String:
		v.SetString(string(d.take(d.length())))
	case reflect.Slice:
		d.slice(v)
	case reflect.Pointer:
		d.pointer(v)
	case reflect.Struct:
		for i := range v.NumField() {
			d.value(v.Field(i))
		}
	}
}

func (d *decoder) slice(v reflect.Value) {
	n := d.uint()
	if n == 0 {
		return
	}
	if n-1 > uint64(len(d.data)) {
		d.fail("unexpected end")
		return
	}
	s := reflect.MakeSlice(v.Type(), int(n-1), int(n-1))
	for i := range s.Len() {
		d.value(s.Index(i))
	}
	v.Set(s)
}

func (d *decoder) pointer(v reflect.Value) {
	n := d.uint()
	if n == 0 {
		return
	}
	if v.Type() == layerPtr {
		if n > uint64(len(d.layers)) {
			d.fail("no such layer")
			return
		}
		v.Set(reflect.ValueOf(d.layers[n-1]))
		return
	}
	if d.depth++; d.depth > maxDepth {
		d.fail("nested too deeply")
		return
	}
	p := reflect.New(v.Type().Elem())
	d.value(p.Elem())
	v.Set(p)
	d.depth--
}
