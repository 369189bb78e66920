package report

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// TestSchema holds both JSON documents to their published schemas, and the
// schemas to saying all: a field more or less in any object is refused.
func TestSchema(t *testing.T) {
	jsonFormat, ok := Find("json")
	if !ok {
		t.Fatal("there is no format json")
	}
	for name, document := range map[string][]byte{
		"review.v1.json":   write(t, jsonFormat, recorded(), nil),
		"packages.v1.json": write(t, jsonFormat, nil, listed()),
	} {
		t.Run(name, func(t *testing.T) {
			schema := compile(t, name)
			value, err := jsonschema.UnmarshalJSON(bytes.NewReader(document))
			if err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(value); err != nil {
				t.Fatal(err)
			}
			m := &mutation{t: t, schema: schema, root: value, seen: map[string]bool{}}
			m.walk("", value)
			if len(m.seen) < 5 {
				t.Errorf("only %d kinds of object were tried", len(m.seen))
			}
		})
	}
}

func compile(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "assets", "schema", name))
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("urn:depreview:test", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("urn:depreview:test")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// mutation spoils a valid document in one place at a time.
type mutation struct {
	t      *testing.T
	schema *jsonschema.Schema
	root   any
	seen   map[string]bool // kinds of object, by their place
}

func (m *mutation) walk(place string, value any) {
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			m.walk(place+"[]", item)
		}
	case map[string]any:
		if !m.seen[place] {
			m.seen[place] = true
			m.spoil(place, value)
		}
		for key, item := range value {
			m.walk(place+"."+key, item)
		}
	}
}

func (m *mutation) spoil(place string, object map[string]any) {
	refuse := func(what string) {
		if m.schema.Validate(m.root) == nil {
			m.t.Errorf("the schema takes a document with %s", what)
		}
	}
	for key, value := range object {
		delete(object, key)
		refuse("no " + place + "." + key)
		object[key] = map[string]any{"of": "another type"}
		refuse("another type of " + strings.TrimPrefix(place+"."+key, "."))
		object[key] = value
	}
	object["surplus"] = "x"
	refuse("a surplus field in " + place)
	delete(object, "surplus")
}
