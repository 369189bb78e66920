package lockfiles

import (
	"fmt"

	"go.yaml.in/yaml/v3"
)

// maxYAMLMerges bounds << within <<.
const maxYAMLMerges = 16

// merged is a mapping with what it merges (<<): its own members first, then
// those of each mapping that it merges and that nothing before has. A node that
// is no mapping has no members.
func (d yamlDocument) merged(node *yaml.Node) (members map[string]*yaml.Node, order []string, err error) {
	members = make(map[string]*yaml.Node)
	err = d.merge(node, 0, func(key string, value *yaml.Node) {
		if _, ok := members[key]; !ok {
			members[key], order = value, append(order, key)
		}
	})
	return members, order, err
}

func (d yamlDocument) merge(node *yaml.Node, depth int, member func(string, *yaml.Node)) error {
	if depth > maxYAMLMerges {
		return &ParseError{Line: node.Line, Err: fmt.Errorf("merge keys are nested deeper than %d levels", maxYAMLMerges)}
	}
	node, err := d.resolve(node)
	if err != nil || node == nil || node.Kind != yaml.MappingNode {
		return err
	}
	var under []*yaml.Node
	err = d.entries(node, func(key string, keyNode, value *yaml.Node) error {
		switch {
		case key != "<<" || keyNode.Tag != "!!merge":
			member(key, value)
		case value != nil && value.Kind == yaml.SequenceNode:
			under = append(under, value.Content...)
		default:
			under = append(under, value)
		}
		return nil
	})
	for _, one := range under {
		if err == nil {
			err = d.merge(one, depth+1, member)
		}
	}
	return err
}
