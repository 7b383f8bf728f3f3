package graphjson

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/jsonschema-go/jsonschema"
)

var update = flag.Bool("update", false, "write schema.json")

func TestSchemaIsCurrent(t *testing.T) {
	want, err := makeSchema()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("schema.json", want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(want), string(Schema)); diff != "" {
		t.Errorf("schema.json is not what the types say; run go generate (-want +got):\n%s", diff)
	}
}

// compiled returns the published schema, ready to validate.
func compiled(t *testing.T) *jsonschema.Resolved {
	t.Helper()
	s := &jsonschema.Schema{}
	if err := json.Unmarshal(Schema, s); err != nil {
		t.Fatal(err)
	}
	r, err := s.Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func validate(t *testing.T, r *jsonschema.Resolved, text []byte) error {
	t.Helper()
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	return r.Validate(v)
}

func TestSchemaAcceptsExamples(t *testing.T) {
	files, err := filepath.Glob("../../examples/*/graph.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	r := compiled(t)
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if err := validate(t, r, text); err != nil {
			t.Errorf("%s: %v", f, err)
		}
	}
}

func TestSchemaRefuses(t *testing.T) {
	r := compiled(t)
	for _, text := range []string{
		`[]`,
		`{"outputs": {}}`,
		`{"daskgen": 2, "outputs": {}}`,
		`{"daskgen": 1, "outputs": {}, "task": []}`,
		`{"daskgen": 1, "outputs": {}, "tasks": [{"key": 1, "value": 1}]}`,
		`{"daskgen": 1, "outputs": {}, "tasks": [{"key": "x"}]}`,
		`{"daskgen": 1, "outputs": {}, "tasks": [{"key": "x", "op": "add", "value": 1}]}`,
		`{"daskgen": 1, "outputs": {}, "tasks": [{"key": "x", "value": {"ref": "a", "slice": [1, 2, 3]}}]}`,
		`{"daskgen": 1, "outputs": {}, "tasks": [{"key": "x", "value": {"index": ["i"]}}]}`,
		`{"daskgen": 1, "outputs": {}, "inputs": {"x": {"dtype": "float16", "shape": [1]}}}`,
		`{"daskgen": 1, "outputs": {"x": {"key": "x", "array": "y"}}}`,
	} {
		if validate(t, r, []byte(text)) == nil {
			t.Errorf("the schema accepts %s", text)
		}
	}
}
