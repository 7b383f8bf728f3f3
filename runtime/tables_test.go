package runtime

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestTablesRoundTrip(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		u := rapid.SliceOf(rapid.Uint32()).Draw(rt, "u32")
		i := rapid.SliceOf(rapid.Int64()).Draw(rt, "i64")
		name := rapid.String().Draw(rt, "name")
		data := AppendTables([]byte("before"), Column{Name: "u" + name, U32: u}, Column{Name: "i", I64: append([]int64{}, i...)})
		got, err := ParseTables(data[len("before"):])
		if err != nil {
			rt.Fatal(err)
		}
		if d := cmp.Diff(u, got.Uint32("u"+name)) + cmp.Diff(i, got.Int64("i")); d != "" {
			rt.Error(d)
		}
	})
}

func TestTablesLimits(t *testing.T) {
	u := []uint32{0, math.MaxUint32, 0, 1}
	i := []int64{math.MinInt64, math.MaxInt64, -1, math.MinInt64}
	got, err := ParseTables(AppendTables(nil, Column{Name: "u", U32: u}, Column{Name: "i", I64: i}))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(u, got.Uint32("u")) + cmp.Diff(i, got.Int64("i")); d != "" {
		t.Error(d)
	}
	defer func() {
		if v := recover(); v != `tables: no column "x": run daskgen gen again` {
			t.Errorf("got %v", v)
		}
	}()
	got.Uint32("x")
}

// A regular table takes about a byte for each entry.
func TestTablesAreSmall(t *testing.T) {
	ids := make([]uint32, 100000)
	for n := range ids {
		ids[n] = uint32(3*n + n%7)
	}
	if n := len(AppendTables(nil, Column{Name: "ids", U32: ids})); n > len(ids)+100 {
		t.Errorf("%d entries take %d bytes", len(ids), n)
	}
}

// Any damage is noticed.
func TestTablesDamaged(t *testing.T) {
	data := AppendTables(nil, Column{Name: "ids", U32: []uint32{1, 2, 3}})
	for n := range data {
		bad := append([]byte{}, data...)
		bad[n] ^= 0x40
		if _, err := ParseTables(bad); err == nil {
			t.Errorf("byte %d was changed and nobody noticed", n)
		}
		if _, err := ParseTables(data[:n]); err == nil {
			t.Errorf("a file of %d bytes of %d was read", n, len(data))
		}
	}
	other := strings.Replace(string(data), tableMagic+"\x01", tableMagic+"\x02", 1)
	if _, err := ParseTables(resum([]byte(other))); err == nil || !strings.Contains(err.Error(), "version 2, want 1") {
		t.Errorf("another version: got %v", err)
	}
}

// resum sets the checksum that belongs to the data before it.
func resum(data []byte) []byte {
	return appendSum(data[:len(data)-4], 0)
}

// No file, with a right checksum or not, makes the reader fail other than by
// an error.
func FuzzParseTables(f *testing.F) {
	f.Add(AppendTables(nil, Column{Name: "ids", U32: []uint32{1, 2, 3}}))
	f.Add(AppendTables(nil, Column{Name: "i", I64: []int64{-1, math.MaxInt64}}))
	f.Add([]byte(tableMagic + "\x01\xff\xff\xff\xff\x0f1234"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) >= 4 {
			data = resum(append([]byte{}, data...))
		}
		tables, err := ParseTables(data)
		if err != nil {
			return
		}
		again, err := ParseTables(AppendTables(nil, tables.columns...))
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(tables.columns, again.columns); d != "" {
			t.Error(d)
		}
	})
}
