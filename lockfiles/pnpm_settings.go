package lockfiles

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxPnpmDepth bounds values within values where pnpm's own are three deep.
const maxPnpmDepth = 50

// setting flattens a statement of the file into one Setting for each leaf:
// {Name: "catalogs", Value: "default: left: version: 1.0.0"}.
func (d *pnpmDocument) setting(name string, within []string, node *yaml.Node, line int) error {
	return d.leaves(within, node, line, 0, func(within []string, text string, line int) {
		value := strings.Join(append(within[:len(within):len(within)], text), ": ")
		d.settings = append(d.settings, Setting{Name: name, Value: value, Line: line})
	})
}

// ignore passes over a value that tells a reviewer nothing, and still refuses
// duplicate keys in it, as pnpm does.
func (d *pnpmDocument) ignore(node *yaml.Node) error {
	return d.leaves(nil, node, 0, 0, nil)
}

// leaves calls visit, if there is one, for each scalar below node, with the
// keys on the way to it. An empty mapping or list is a leaf of its own.
func (d *pnpmDocument) leaves(within []string, node *yaml.Node, line, depth int, visit func(within []string, text string, line int)) error {
	if depth > maxPnpmDepth {
		return pnpmErrorf(node.Line, "values are nested deeper than %d levels", maxPnpmDepth)
	}
	text := node.Value
	switch {
	case isNull(node):
		text = ""
	case node.Kind == yaml.MappingNode && len(node.Content) > 0:
		return d.entries(node, func(key string, keyNode, value *yaml.Node) error {
			below := within
			if visit != nil {
				below = append(within[:len(within):len(within)], key)
			}
			return d.leaves(below, value, keyNode.Line, depth+1, visit)
		})
	case node.Kind == yaml.SequenceNode && len(node.Content) > 0:
		return d.elements(node, func(value *yaml.Node) error {
			return d.leaves(within, value, value.Line, depth+1, visit)
		})
	case node.Kind == yaml.MappingNode:
		text = "{}"
	case node.Kind == yaml.SequenceNode:
		text = "[]"
	}
	if visit != nil {
		visit(within, text, line)
	}
	return nil
}
