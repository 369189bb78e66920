package cooldown

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/depreview/depreview/lockfiles/pattern"
)

var yamlLine = pattern.New(`^yaml: (?:line (\d+): )?`)

// parseYAML reads the one document of a YAML file. An empty file is a nil node.
func parseYAML(data []byte) (*node, error) {
	if line := nested(data); line > 0 {
		return nil, invalid("YAML", line, "nested too deeply")
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var document, second yaml.Node
	switch err := dec.Decode(&document); {
	case errors.Is(err, io.EOF):
		return nil, nil
	case err != nil:
		return nil, yamlError(err)
	}
	if err := dec.Decode(&second); err == nil {
		return nil, invalid("YAML", second.Line, "a second document")
	} else if !errors.Is(err, io.EOF) {
		return nil, yamlError(err)
	}
	visits := 4*len(data) + 100
	return fromYAML(&document, &visits)
}

func yamlError(err error) error {
	found := yamlLine.FindStringSubmatch(err.Error())
	if found == nil {
		return invalid("YAML", 0, err.Error())
	}
	line := 1 // the parser leaves the first line unsaid
	if found[1] != "" {
		line, _ = strconv.Atoi(found[1])
	}
	return invalid("YAML", line, strings.TrimPrefix(err.Error(), found[0]))
}

// fromYAML follows aliases, as the tools do, but not without end: visits are
// the nodes that may still be looked at.
func fromYAML(y *yaml.Node, visits *int) (*node, error) {
	if *visits--; *visits < 0 {
		return nil, invalid("YAML", y.Line, "aliases of aliases")
	}
	n := &node{line: y.Line}
	switch y.Kind {
	case yaml.DocumentNode:
		if len(y.Content) == 0 {
			return nil, nil
		}
		return fromYAML(y.Content[0], visits)
	case yaml.AliasNode:
		return fromYAML(y.Alias, visits)
	case yaml.SequenceNode:
		n.kind = list
		for _, child := range y.Content {
			item, err := fromYAML(child, visits)
			if err != nil {
				return nil, err
			}
			n.items = append(n.items, item)
		}
	case yaml.MappingNode:
		n.kind = table
		for i := 0; i+1 < len(y.Content); i += 2 {
			key := y.Content[i]
			if key.Kind != yaml.ScalarNode || key.Tag == "!!merge" {
				return nil, invalid("YAML", key.Line, "a key that is no plain word")
			}
			value, err := fromYAML(y.Content[i+1], visits)
			if err != nil {
				return nil, err
			}
			if err := n.put(key.Value, key.Line, value); err != nil {
				return nil, err
			}
		}
	default:
		n.text = y.Value
		switch y.ShortTag() {
		case "!!null":
			n.kind = null
		case "!!bool":
			n.kind = word
		case "!!int", "!!float":
			n.kind = number
		default:
			n.kind = str
		}
	}
	return n, nil
}
