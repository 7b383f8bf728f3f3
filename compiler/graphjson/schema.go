package graphjson

import (
	_ "embed"
	"encoding/json"
	"reflect"

	"github.com/google/jsonschema-go/jsonschema"

	"github.com/daskgen/daskgen/compiler/reroll"
	"github.com/daskgen/daskgen/ir"
)

//go:generate go test -run ^TestSchemaIsCurrent$ -update

// Schema is the JSON Schema of graph.json (schema.json in this folder). It is
// made from the types of the document; a test keeps it current.
//
//go:embed schema.json
var Schema []byte

// makeSchema makes the schema from the types of the document.
func makeSchema() ([]byte, error) {
	s, err := jsonschema.For[fileJSON](&jsonschema.ForOptions{TypeSchemas: references})
	if err != nil {
		return nil, err
	}
	s.Schema = "https://json-schema.org/draft/2020-12/schema"
	s.Title = "graph.json"
	s.Description = "A task graph for daskgen: explicit tasks, layers, or both."
	one := any(float64(Version))
	s.Properties["daskgen"].Const = &one
	delete(s.Properties["inputs"].AdditionalProperties.Properties["source"].Properties, "json")
	for _, call := range []*jsonschema.Schema{s.Properties["tasks"].Items, s.Properties["layers"].Items} {
		call.OneOf = oneOf("op", "value")
		call.DependentSchemas = map[string]*jsonschema.Schema{"value": {Not: &jsonschema.Schema{AnyOf: oneOf("args", "kwargs")}}}
	}
	s.Properties["outputs"].AdditionalProperties.OneOf = oneOf("key", "array")
	if s.Defs, err = definitions(); err != nil {
		return nil, err
	}
	withoutNull(s)
	text, err := json.MarshalIndent(s, "", "  ")
	return append(text, '\n'), err
}

// withoutNull takes null from the types that Go's nil slices and pointers are
// given: absent members are left out of a document.
func withoutNull(s *jsonschema.Schema) {
	if len(s.Types) == 2 && s.Types[0] == "null" {
		s.Type, s.Types = s.Types[1], nil
	}
	for _, m := range []map[string]*jsonschema.Schema{s.Properties, s.Defs} {
		for _, p := range m {
			withoutNull(p)
		}
	}
	for _, p := range append([]*jsonschema.Schema{s.Items, s.AdditionalProperties}, s.AnyOf...) {
		if p != nil {
			withoutNull(p)
		}
	}
}

func oneOf(members ...string) []*jsonschema.Schema {
	var s []*jsonschema.Schema
	for _, m := range members {
		s = append(s, &jsonschema.Schema{Required: []string{m}})
	}
	return s
}

func reference(name string) *jsonschema.Schema {
	return &jsonschema.Schema{Ref: "#/$defs/" + name}
}

// references says where the types of several forms are defined.
var references = map[reflect.Type]*jsonschema.Schema{
	reflect.TypeFor[dtypeName](): reference("dtype"),
	reflect.TypeFor[key]():       reference("key"),
	reflect.TypeFor[argument]():  reference("argument"),
	reflect.TypeFor[pair]():      reference("pair"),
	reflect.TypeFor[chunks]():    reference("chunks"),
	reflect.TypeFor[indexForm](): reference("index"),
	reflect.TypeFor[affine]():    reference("affine"),
}

func definitions() (map[string]*jsonschema.Schema, error) {
	opts := &jsonschema.ForOptions{TypeSchemas: references}
	object, err := jsonschema.For[argumentJSON](opts)
	if err != nil {
		return nil, err
	}
	var forms []string
	for _, m := range argumentMembers {
		if m != "index" {
			forms = append(forms, m)
		}
	}
	object.OneOf = oneOf(forms...)
	object.DependentRequired = map[string][]string{"index": {"ref"}}
	entry, err := jsonschema.For[indexJSON](opts)
	if err != nil {
		return nil, err
	}
	entry.OneOf = []*jsonschema.Schema{{Required: []string{"all"}}, {Required: []string{"start", "count"}}}
	text := &jsonschema.Schema{Type: "string"}
	whole := &jsonschema.Schema{Type: "integer"}
	list := func(of *jsonschema.Schema) *jsonschema.Schema { return &jsonschema.Schema{Type: "array", Items: of} }
	anyOf := func(s ...*jsonschema.Schema) *jsonschema.Schema { return &jsonschema.Schema{AnyOf: s} }
	parts := list(anyOf(whole, text))
	parts.PrefixItems, parts.MinItems, parts.MaxItems = []*jsonschema.Schema{text}, jsonschema.Ptr(1), jsonschema.Ptr(reroll.MaxParts+1)
	two := list(reference("argument"))
	two.MinItems, two.MaxItems = jsonschema.Ptr(2), jsonschema.Ptr(2)
	return map[string]*jsonschema.Schema{
		"dtype":    {Type: "string", Enum: dtypes()},
		"key":      describe(anyOf(text, parts), `"name", or ["name", 0, 1]`),
		"argument": describe(anyOf(&jsonschema.Schema{Types: []string{"null", "boolean", "number", "string"}}, list(reference("argument")), object), "a literal, a list of arguments, or an object"),
		"pair":     two,
		"chunks":   list(anyOf(whole, list(whole))),
		"index":    anyOf(reference("affine"), entry),
		"affine":   describe(anyOf(whole, text), `an integer, or a form of the layer's indices such as "2*i+1"`),
	}, nil
}

func describe(s *jsonschema.Schema, text string) *jsonschema.Schema {
	s.Description = text
	return s
}

func dtypes() []any {
	var names []any
	for d := ir.Bool; d <= ir.Complex128; d++ {
		names = append(names, d.String())
	}
	return names
}
