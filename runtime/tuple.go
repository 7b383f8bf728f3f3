package runtime

import "reflect"

// None is the type of Python's None.
type None struct{}

// A Tuple2 is a tuple of two values.
type Tuple2[A, B any] struct {
	V0 A
	V1 B
}

// A Tuple3 is a tuple of three values.
type Tuple3[A, B, C any] struct {
	V0 A
	V1 B
	V2 C
}

// A Tuple4 is a tuple of four values.
type Tuple4[A, B, C, D any] struct {
	V0 A
	V1 B
	V2 C
	V3 D
}

// Release releases the tuple's members.
func (t Tuple2[A, B]) Release() { Release(t.V0); Release(t.V1) }

// Release releases the tuple's members.
func (t Tuple3[A, B, C]) Release() { Release(t.V0); Release(t.V1); Release(t.V2) }

// Release releases the tuple's members.
func (t Tuple4[A, B, C, D]) Release() { Release(t.V0); Release(t.V1); Release(t.V2); Release(t.V3) }

// Retain retains the tuple's members.
func (t Tuple2[A, B]) Retain() { Retain(t.V0); Retain(t.V1) }

// Retain retains the tuple's members.
func (t Tuple3[A, B, C]) Retain() { Retain(t.V0); Retain(t.V1); Retain(t.V2) }

// Retain retains the tuple's members.
func (t Tuple4[A, B, C, D]) Retain() { Retain(t.V0); Retain(t.V1); Retain(t.V2); Retain(t.V3) }

// items lists the tuple's members, for printing.
func (t Tuple2[A, B]) items() []any { return []any{t.V0, t.V1} }

func (t Tuple3[A, B, C]) items() []any { return []any{t.V0, t.V1, t.V2} }

func (t Tuple4[A, B, C, D]) items() []any { return []any{t.V0, t.V1, t.V2, t.V3} }

// A Releaser is a value that holds counted memory: a block, or something made
// of blocks.
type Releaser interface{ Release() }

// A Retainer is a Releaser that may be retained: each Retain asks for one more
// Release.
type Retainer interface {
	Releaser
	Retain()
}

// Release gives back the memory that v holds, if it holds any: v is a
// Releaser, or a list, tuple or dict that contains some. The caller must not
// use v afterwards.
func Release[V any](v V) {
	if r, ok := any(v).(Releaser); ok {
		r.Release()
		return
	}
	each(reflect.ValueOf(v), func(e any) { Release(e) })
}

// Retain asks for one more Release of v, if it holds memory, and returns it: a
// kernel that returns an operand, or a part of one, retains it.
func Retain[V any](v V) V {
	if r, ok := any(v).(Retainer); ok {
		r.Retain()
	} else {
		each(reflect.ValueOf(v), func(e any) { Retain(e) })
	}
	return v
}

// each calls f for the members of a list or dict whose members may hold
// memory.
func each(v reflect.Value, f func(any)) {
	switch v.Kind() {
	case reflect.Slice:
		if holds(v.Type().Elem()) {
			for i := range v.Len() {
				f(v.Index(i).Interface())
			}
		}
	case reflect.Map:
		if holds(v.Type().Elem()) {
			for it := v.MapRange(); it.Next(); {
				f(it.Value().Interface())
			}
		}
	}
}

var releaserType = reflect.TypeFor[Releaser]()

// holds says whether values of a type may hold memory.
func holds(t reflect.Type) bool { return holdsWithin(t, 16) }

// holdsWithin is holds for types nested so deep at most: a type may contain
// itself.
func holdsWithin(t reflect.Type, depth int) bool {
	switch t.Kind() {
	case reflect.Interface:
		return true
	case reflect.Slice, reflect.Map:
		return t.Implements(releaserType) || depth > 0 && holdsWithin(t.Elem(), depth-1)
	default:
		return t.Implements(releaserType)
	}
}
