package runtime

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type point2 struct{ X, Y int }

func TestValues(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	negZero := math.Copysign(0, -1)
	for _, c := range []struct {
		v          any
		text, json string
	}{
		{nil, "None", "null"},
		{None{}, "None", "null"},
		{true, "True", "true"},
		{int64(12), "12", "12"},
		{int64(math.MinInt64), "-9223372036854775808", "-9223372036854775808"},
		{1.0, "1.0", "1.0"},
		{0.1, "0.1", "0.1"},
		{negZero, "-0.0", "-0.0"},
		{1e16, "1e+16", "1e+16"},
		{123456789012345678.0, "1.2345678901234568e+17", "1.2345678901234568e+17"},
		{9999999999999998.0, "9999999999999998.0", "9999999999999998.0"},
		{0.0001, "0.0001", "0.0001"},
		{0.00001, "1e-05", "1e-05"},
		{5e-324, "5e-324", "5e-324"},
		{nan, "nan", `"NaN"`},
		{inf, "inf", `"Infinity"`},
		{-inf, "-inf", `"-Infinity"`},
		{1 + 2i, "(1+2j)", "[1.0,2.0]"},
		{complex(0, -1.5), "-1.5j", "[0.0,-1.5]"},
		{complex(negZero, 1), "(-0+1j)", "[-0.0,1.0]"},
		{complex(nan, inf), "(nan+infj)", `["NaN","Infinity"]`},
		{complex(1, nan), "(1+nanj)", `[1.0,"NaN"]`},
		{"it's", "it's", `"it's"`},
		{[]string{"it's", `"`, "a\n\x01\\é\u200b"}, `["it's", '"', 'a\n\x01\\é\u200b']`, `["it's","\"","a\n\u0001\\é` + "\u200b" + `"]`},
		{[]byte("a'\xff"), `b"a'\xff"`, `"YSf/"`},
		{[]int64{}, "[]", "[]"},
		{[]int64(nil), "[]", "[]"},
		{[][]float64{{1, nan}, nil}, "[[1.0, nan], []]", `[[1.0,"NaN"],[]]`},
		{Tuple2[int64, string]{1, "a"}, "(1, 'a')", `[1,"a"]`},
		{Tuple3[bool, None, float64]{}, "(False, None, 0.0)", "[false,null,0.0]"},
		{Tuple4[bool, bool, bool, bool]{}, "(False, False, False, False)", "[false,false,false,false]"},
		{map[string]int64{"b": 1, "a": 2}, "{'a': 2, 'b': 1}", `{"a":2,"b":1}`},
		{map[int64]string{10: "x", 9: "y", -1: "z"}, "{-1: 'z', 9: 'y', 10: 'x'}", `{"-1":"z","9":"y","10":"x"}`},
		{map[float64]bool{1: true, nan: false}, "{nan: False, 1.0: True}", `{"NaN":false,"1.0":true}`},
		{map[bool]int64{true: 1, false: 0}, "{False: 0, True: 1}", `{"false":0,"true":1}`},
		{Scalar(float32(0.1)), "0.1", "0.1"},
		{Scalar(uint64(math.MaxUint64)), "18446744073709551615", "18446744073709551615"},
		{Scalar(complex64(1i)), "1j", "[0.0,1.0]"},
		{[]*Block[float64]{Scalar(1.5), FromSlice([]float64{1, 2}, 2)}, "[1.5, array([1., 2.])]", "[1.5,[1.0,2.0]]"},
		{FromSlice([]int8{1, 2, 3, 4}, 2, 2), "[[1 2]\n [3 4]]", "[[1,2],[3,4]]"},
		{FromData([]bool{true, false}, 2, 1), "[[ True]\n [False]]", "[[true],[false]]"},
		{FromData([]complex64{1, 2i}, 2), "[1.+0.j 0.+2.j]", "[[1.0,0.0],[0.0,2.0]]"},
		{New[float32](2, 0, 3), "[]", "[[],[]]"},
		{New[float32](0, 2), "[]", "[]"},
		{[]any{int64(1), "a", nil}, "[1, 'a', None]", `[1,"a",null]`},
		{point2{1, 2}, "{1 2}", `{"X":1,"Y":2}`},
		{json.RawMessage(`{"a":1}`), "", `{"a":1}`},
	} {
		var s strings.Builder
		if err := FormatValue(&s, c.v); err != nil {
			t.Error(err)
		}
		if c.text != "" && s.String() != c.text {
			t.Errorf("%#v is printed as %s, want %s", c.v, s.String(), c.text)
		}
		if c.json == "" {
			continue
		}
		if got, err := JSONValue(c.v); err != nil || string(got) != c.json {
			t.Errorf("%#v is %s in JSON (%v), want %s", c.v, got, err, c.json)
		} else if !json.Valid(got) {
			t.Errorf("%s is no JSON", got)
		}
	}
	if _, err := JSONValue([]any{func() {}}); err == nil {
		t.Error("a function was written as JSON")
	}
}

func TestNestedArraysPrintAsInPython(t *testing.T) {
	b := FromSlice([]float64{1, 2, 3, 4}, 2, 2)
	var s strings.Builder
	if err := FormatValue(&s, map[string]any{"x": b, "n": Tuple2[None, *Array[float64]]{V1: FromData([]float64{}, 0)}}); err != nil {
		t.Fatal(err)
	}
	want := "{'n': (None, array([], dtype=float64)), 'x': array([[1., 2.],\n       [3., 4.]])}"
	if diff := cmp.Diff(want, s.String()); diff != "" {
		t.Error(diff)
	}
}

func BenchmarkJSON(b *testing.B) {
	x := New[float64](100, 100)
	for i := range x.Data {
		x.Data[i] = float64(i) / 7
	}
	for b.Loop() {
		if _, err := JSONValue(x); err != nil {
			b.Fatal(err)
		}
	}
}
