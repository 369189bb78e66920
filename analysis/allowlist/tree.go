package allowlist

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v3"

	"github.com/depreview/depreview/lockfiles"
)

// node is a value of a JSON or YAML file with its line.
type node struct {
	kind    kind
	text    string // of a scalar, as it is written (a string without its quotes)
	line    int
	members []member // of an object
	items   []*node  // of a list
}

type member struct {
	key   string
	line  int
	value *node
}

type kind byte

const (
	null kind = iota
	boolean
	number
	text
	list
	object
)

var kindNames = [...]string{"null", "true or false", "a number", "a string", "a list", "an object"}

const (
	// maxDepth bounds values within values.
	maxDepth = 100
	// maxNodes bounds the values of one file, aliases followed.
	maxNodes = 500_000
)

// get is the value of a key, or nil; a null stands for nothing too.
func (n *node) get(key string) *node {
	if n == nil || n.kind != object {
		return nil
	}
	for i := range n.members {
		if n.members[i].key == key {
			if n.members[i].value.kind == null {
				return nil
			}
			return n.members[i].value
		}
	}
	return nil
}

// errorf is an error with a line, to which the reader of the file adds the path.
func errorf(line int, format string, args ...any) error {
	return &lockfiles.ParseError{Line: line, Err: fmt.Errorf(format, args...)}
}

// is refuses a value of another kind: what a package manager makes of it
// differs from version to version.
func (n *node) is(name string, want ...kind) error {
	var names []string
	for _, k := range want {
		if n.kind == k {
			return nil
		}
		names = append(names, kindNames[k])
	}
	return errorf(n.line, "%s holds %s where %s belongs", name, kindNames[n.kind], strings.Join(names, " or "))
}

// decisive are the fields of a manifest that say something about scripts.
var decisive = map[string]bool{
	"allowScripts": true, "packageManager": true, "devEngines": true, "pnpm": true, "dependenciesMeta": true,
	"trustedDependencies": true, "lavamoat": true, "config": true,
}

// parseJSON reads a document. A name that stands twice in what is decisive is
// an error: which of the two counts differs from reader to reader. Elsewhere
// (two dependencies of one name, which real manifests have) it is no matter.
func parseJSON(data []byte) (*node, error) {
	r := &jsonReader{dec: jsontext.NewDecoder(bytes.NewReader(data), jsontext.AllowDuplicateNames(true)), data: data, line: 1}
	n, err := r.value(0)
	if err == nil {
		if _, next := r.dec.ReadToken(); !errors.Is(next, io.EOF) {
			err = errorf(r.at(), "text after the end of the document")
		}
	}
	if syntax, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		line := 1 + bytes.Count(data[:min(int(syntax.ByteOffset), len(data))], []byte("\n"))
		return nil, errorf(line, "invalid JSON: %s", strings.TrimPrefix(syntax.Err.Error(), "jsontext: "))
	}
	if err != nil && errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return nil, errorf(r.at(), "invalid JSON: the file ends too early")
	}
	return n, err
}

type jsonReader struct {
	dec    *jsontext.Decoder
	data   []byte
	offset int
	line   int
	nodes  int
	top    string // the field of the document that is being read
}

// at is the line of the last token.
func (r *jsonReader) at() int {
	if end := min(int(r.dec.InputOffset()), len(r.data)); end > r.offset {
		r.line += bytes.Count(r.data[r.offset:end], []byte("\n"))
		r.offset = end
	}
	return r.line
}

func (r *jsonReader) value(depth int) (*node, error) {
	token, err := r.dec.ReadToken()
	if err != nil {
		return nil, err
	}
	n := &node{line: r.at()}
	if r.nodes++; r.nodes > maxNodes || depth > maxDepth {
		return nil, errorf(n.line, "the file holds more than depreview reads (%d values, %d levels)", maxNodes, maxDepth)
	}
	switch token.Kind() {
	case '{':
		n.kind = object
		seen := make(map[string]bool)
		for r.dec.PeekKind() != '}' {
			key, err := r.dec.ReadToken()
			if err != nil {
				return nil, err
			}
			m := member{key: key.String(), line: r.at()}
			if depth == 0 {
				r.top = m.key
			}
			if seen[m.key] && decisive[r.top] {
				return nil, errorf(m.line, "duplicate key %.80q", m.key)
			}
			seen[m.key] = true
			if m.value, err = r.value(depth + 1); err != nil {
				return nil, err
			}
			n.members = append(n.members, m)
		}
		_, err = r.dec.ReadToken()
	case '[':
		n.kind = list
		for r.dec.PeekKind() != ']' {
			item, err := r.value(depth + 1)
			if err != nil {
				return nil, err
			}
			n.items = append(n.items, item)
		}
		_, err = r.dec.ReadToken()
	case 'n':
		n.kind = null
	case '"':
		n.kind, n.text = text, token.String()
	case '0':
		n.kind, n.text = number, token.String()
	default:
		n.kind, n.text = boolean, token.String()
	}
	return n, err
}

// parseYAML reads the one document of a file into the same tree. Duplicate
// keys and merge keys are errors: readers take them differently.
func parseYAML(data []byte) (*node, error) {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc yaml.Node
	if err := dec.Decode(&doc); errors.Is(err, io.EOF) {
		return &node{kind: null, line: 1}, nil
	} else if err != nil {
		return nil, errorf(0, "invalid YAML: %s", strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, errorf(0, "invalid YAML: more than one document")
	}
	y := &yamlReader{}
	return y.value(&doc, 0)
}

type yamlReader struct{ nodes int }

func (y *yamlReader) value(from *yaml.Node, depth int) (*node, error) {
	n := &node{line: from.Line, text: from.Value}
	if y.nodes++; y.nodes > maxNodes || depth > maxDepth {
		return nil, errorf(n.line, "the file holds more than depreview reads (%d values, %d levels)", maxNodes, maxDepth)
	}
	switch from.Kind {
	case yaml.DocumentNode:
		return y.value(from.Content[0], depth)
	case yaml.AliasNode:
		return y.value(from.Alias, depth+1)
	case yaml.MappingNode:
		return n, y.mapping(n, from, depth)
	case yaml.SequenceNode:
		n.kind = list
		for _, item := range from.Content {
			value, err := y.value(item, depth+1)
			if err != nil {
				return nil, err
			}
			n.items = append(n.items, value)
		}
		return n, nil
	}
	switch from.ShortTag() {
	case "!!null":
		n.kind = null
	case "!!bool":
		n.kind, n.text = boolean, strings.ToLower(n.text)
	case "!!int", "!!float":
		n.kind = number
	case "!!str", "!!timestamp":
		n.kind = text
	default:
		return nil, errorf(n.line, "found the tag %.40q, which readers take differently", from.Tag)
	}
	return n, nil
}

func (y *yamlReader) mapping(n *node, from *yaml.Node, depth int) error {
	n.kind = object
	seen := make(map[string]bool, len(from.Content)/2)
	for i := 0; i+1 < len(from.Content); i += 2 {
		key := from.Content[i]
		switch {
		case key.Kind != yaml.ScalarNode:
			return errorf(key.Line, "found something else where a key belongs")
		case key.Tag == "!!merge":
			return errorf(key.Line, "found a merge key (<<), which readers take differently")
		case seen[key.Value]:
			return errorf(key.Line, "duplicate key %.80q", key.Value)
		}
		seen[key.Value] = true
		value, err := y.value(from.Content[i+1], depth+1)
		if err != nil {
			return err
		}
		n.members = append(n.members, member{key.Value, key.Line, value})
	}
	return nil
}
