package kernel

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	rt "github.com/daskgen/daskgen/runtime"
)

// show writes a result, or the error.
func show[V any](v V, err error) string {
	if err != nil {
		return "error: " + err.Error()
	}
	return fmt.Sprintf("%T %v", v, v)
}

func TestValues(t *testing.T) {
	list, dict := []int64{10, 20, 30}, map[string]float64{"a": 1.5}
	pair := rt.Tuple2[int64, string]{V0: 7, V1: "x"}
	for _, c := range []struct{ got, want string }{
		{show(SumValues(nil, list)), "int64 60"},
		{show(SumValues(nil, []float64{})), "float64 0"},
		{show(CountTrue(nil, []bool{true, false, true})), "int64 2"},
		{show(ProdValues(nil, list)), "int64 6000"},
		{show(MinValues(nil, list)), "int64 10"},
		{show(MaxValues(nil, []string{"b", "a", "c"})), "string c"},
		{show(MaxValues(nil, []float64{})), "error: the list is empty"},
		{show(AnyValues(nil, []bool{false})), "bool false"},
		{show(AllValues(nil, []bool{})), "bool true"},
		{show(Len(nil, list)), "int64 3"},
		{show(LenString(nil, "häh")), "int64 3"},
		{show(LenDict(nil, dict)), "int64 1"},
		{show(LenBlock(nil, rt.New[int8](4, 2))), "int64 4"},
		{show(LenBlock(nil, rt.Scalar(1.0))), "error: an array of rank 0 has no length"},
		{show(ListItem(nil, list, -1)), "int64 30"},
		{show(ListItem(nil, list, 3)), "error: list index 3 is out of range for a list of 3"},
		{show(ListSlice(nil, list, By(-1, All()))), "[]int64 [30 20 10]"},
		{show(ListSlice(nil, list, Range(1, 100))), "[]int64 [20 30]"},
		{show(StringItem(nil, "häh", 1)), "string ä"},
		{show(StringItem(nil, "h", 2)), `error: string index 2 is out of range for "h"`},
		{show(StringSlice(nil, "hello", By(2, All()))), "string hlo"},
		{show(DictItem(nil, dict, "a")), "float64 1.5"},
		{show(DictItem(nil, dict, "b")), `error: key "b" is not in the dict`},
		{show(DictItem(nil, map[int64]bool{}, 5)), "error: key 5 is not in the dict"},
		{show(Tuple2Item0(nil, pair)), "int64 7"},
		{show(Tuple2Item1(nil, pair)), "string x"},
		{show(Identity(nil, "v")), "string v"},
	} {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Error(diff)
		}
	}
}
