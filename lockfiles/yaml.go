package lockfiles

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/depreview/depreview/lockfiles/pattern"
)

// maxYAMLVisits bounds how many nodes a walk may touch for each byte of the
// file, so that aliases of aliases cannot make a small file a large walk.
const maxYAMLVisits = 4

// yamlDocument walks the nodes of one YAML document. Its methods return
// *ParseError without a path; the caller's asParseError adds it.
type yamlDocument struct {
	root   *yaml.Node
	visits *int // left, shared by all documents of a file
	// merges is for readers that follow merge keys (<<) themselves.
	merges bool
	// tags is for readers whose tools give tags a meaning of their own.
	tags bool
}

// yamlDocuments parses every document of a file.
func yamlDocuments(path string, data []byte) ([]yamlDocument, error) {
	if i := unreadableYAML(data); i >= 0 { // the library would name no line
		return nil, parseErrorf(path, lineAt(data, i), "invalid YAML: a control character or no valid UTF-8")
	}
	visits := maxYAMLVisits*len(data) + 1000
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var documents []yamlDocument
	for {
		var node yaml.Node
		err := dec.Decode(&node)
		if errors.Is(err, io.EOF) {
			return documents, nil
		}
		if err != nil {
			return nil, yamlError(path, err)
		}
		root := &node
		if node.Kind == yaml.DocumentNode && len(node.Content) > 0 {
			root = node.Content[0]
		}
		documents = append(documents, yamlDocument{root: root, visits: &visits})
	}
}

// unreadableYAML is the offset of the first character that YAML does not
// allow, or -1.
func unreadableYAML(data []byte) int {
	for i := 0; i < len(data); {
		if c := data[i]; c >= ' ' && c < 0x7f || c == '\n' || c == '\t' || c == '\r' {
			i++
			continue
		}
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 || r < ' ' || r >= 0x7f && r < 0xa0 && r != 0x85 || r == 0xfeff || r == 0xfffe || r == 0xffff {
			return i
		}
		i += size
	}
	return -1
}

var yamlLine = pattern.New(`^yaml: line (\d+): `)

func yamlError(path string, err error) error {
	message := err.Error()
	line := 1 // the parser leaves the first line unsaid
	if m := yamlLine.FindStringSubmatch(message); m != nil {
		line, _ = strconv.Atoi(m[1])
		message = message[len(m[0]):]
	}
	return parseErrorf(path, line, "invalid YAML: %s", strings.TrimPrefix(message, "yaml: "))
}

// entries calls field for each member of a mapping, in its order. A null node
// has no members; a duplicate key is an error, and so is a merge key (<<):
// package managers follow it, so to take it for a name would be to read
// another file than they do.
func (d yamlDocument) entries(node *yaml.Node, field func(key string, keyNode, value *yaml.Node) error) error {
	node, err := d.resolve(node)
	if err != nil || isNull(node) {
		return err
	}
	if node.Kind != yaml.MappingNode {
		return &ParseError{Line: node.Line, Err: fmt.Errorf("found %s where a mapping belongs", yamlKind(node))}
	}
	duplicate := yamlDuplicates(node)
	for i := 0; i+1 < len(node.Content); i += 2 {
		key := node.Content[i]
		if key.Kind != yaml.ScalarNode {
			return &ParseError{Line: key.Line, Err: fmt.Errorf("found %s where a key belongs", yamlKind(key))}
		}
		if _, err := d.resolve(key); err != nil {
			return err
		}
		if key.Tag == "!!merge" && !d.merges {
			return &ParseError{Line: key.Line, Err: errors.New("found a merge key (<<), which no lockfile writer makes and which readers take differently")}
		}
		if duplicate(i) {
			return &ParseError{Line: key.Line, Err: fmt.Errorf("duplicate key %q", key.Value)}
		}
		value, err := d.resolve(node.Content[i+1])
		if err != nil {
			return err
		}
		if err := field(key.Value, key, value); err != nil {
			return err
		}
	}
	return nil
}

// yamlDuplicates tells of the key at an index, asked in order, whether it came
// before. Most mappings are small, and there a look back is cheaper than a map.
func yamlDuplicates(node *yaml.Node) func(i int) bool {
	const small = 16
	if len(node.Content) <= 2*small {
		return func(i int) bool {
			for before := 0; before < i; before += 2 {
				if node.Content[before].Value == node.Content[i].Value {
					return true
				}
			}
			return false
		}
	}
	seen := make(map[string]bool, len(node.Content)/2)
	return func(i int) bool {
		key := node.Content[i].Value
		if seen[key] {
			return true
		}
		seen[key] = true
		return false
	}
}

// elements calls element for each member of a sequence. A null node has none.
func (d yamlDocument) elements(node *yaml.Node, element func(value *yaml.Node) error) error {
	node, err := d.resolve(node)
	if err != nil || isNull(node) {
		return err
	}
	if node.Kind != yaml.SequenceNode {
		return &ParseError{Line: node.Line, Err: fmt.Errorf("found %s where a list belongs", yamlKind(node))}
	}
	for _, child := range node.Content {
		value, err := d.resolve(child)
		if err != nil {
			return err
		}
		if err := element(value); err != nil {
			return err
		}
	}
	return nil
}

// scalar is the text of a scalar as it is written; null is "".
func (d yamlDocument) scalar(node *yaml.Node) (string, error) {
	node, err := d.resolve(node)
	if err != nil || isNull(node) {
		return "", err
	}
	if node.Kind != yaml.ScalarNode {
		return "", &ParseError{Line: node.Line, Err: fmt.Errorf("found %s where a value belongs", yamlKind(node))}
	}
	return node.Value, nil
}

// boolean is a scalar that must be true or false; null is false.
func (d yamlDocument) boolean(node *yaml.Node) (bool, error) {
	text, err := d.scalar(node)
	if err != nil || text == "" {
		return false, err
	}
	value, err := strconv.ParseBool(text)
	if err != nil {
		return false, &ParseError{Line: node.Line, Err: fmt.Errorf("found %q where true or false belongs", text)}
	}
	return value, nil
}

// child is the value of a key of a mapping, or nil.
func (d yamlDocument) child(node *yaml.Node, key string) *yaml.Node {
	if node == nil || node.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == key {
			return node.Content[i+1]
		}
	}
	return nil
}

func (d yamlDocument) resolve(node *yaml.Node) (*yaml.Node, error) {
	for node != nil && node.Kind == yaml.AliasNode {
		*d.visits--
		node = node.Alias
	}
	if node == nil {
		return nil, nil
	}
	if tag := node.Tag; !d.tags && node.Style&yaml.TaggedStyle != 0 && !plainTags[tag] {
		return nil, &ParseError{Line: node.Line, Err: fmt.Errorf("found the tag %.40q, which no lockfile writer makes and which readers take differently", tag)}
	}
	if *d.visits--; *d.visits < 0 {
		return nil, &ParseError{Line: node.Line, Err: errors.New("aliases make this document larger than its file allows")}
	}
	return node, nil
}

// plainTags change nothing of what a value is written as.
var plainTags = map[string]bool{"!!str": true, "!!map": true, "!!seq": true, "!!null": true, "!!bool": true, "!!int": true, "!!float": true}

func isNull(node *yaml.Node) bool {
	return node == nil || node.Kind == 0 || node.Kind == yaml.ScalarNode && node.Tag == "!!null"
}

func yamlKind(node *yaml.Node) string {
	switch node.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	case yaml.ScalarNode:
		return fmt.Sprintf("%.40q", node.Value)
	}
	return "something else"
}
