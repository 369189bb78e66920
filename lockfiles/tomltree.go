package lockfiles

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// tomlNode is a value of a TOML document. Unlike a decoded struct it keeps the
// order of keys and every line, and a key is met by its exact spelling alone:
// the decoder takes "Version" for "version", which package managers do not.
type tomlNode struct {
	kind    unstable.Kind // Table for a table of either notation, else as parsed
	line    int
	text    string // a string decoded; any other scalar as it is written
	items   []*tomlNode
	members []tomlMember
	index   map[string]*tomlNode // of members, once they are many
}

type tomlMember struct {
	key   string
	value *tomlNode
}

// tomlIndexed is the number of members from which a table keeps a map.
const tomlIndexed = 8

// lineOf is the line of a key's value, or of the table itself where the key is
// absent; 1 where there is no table either.
func (n *tomlNode) lineOf(key string) int {
	if value := n.get(key); value != nil {
		return value.line
	}
	if n == nil {
		return 1
	}
	return max(n.line, 1)
}

// get is the value of a key, or nil. A nil node has none.
func (n *tomlNode) get(key string) *tomlNode {
	if n == nil {
		return nil
	}
	if n.index != nil {
		return n.index[key]
	}
	for _, m := range n.members {
		if m.key == key {
			return m.value
		}
	}
	return nil
}

func (n *tomlNode) set(key string, value *tomlNode) {
	n.members = append(n.members, tomlMember{key, value})
	switch {
	case n.index != nil:
		n.index[key] = value
	case len(n.members) >= tomlIndexed:
		n.index = make(map[string]*tomlNode, 2*len(n.members))
		for _, m := range n.members {
			n.index[m.key] = m.value
		}
	}
}

// what names the kind of a value in an error.
func (n *tomlNode) what() string {
	switch n.kind {
	case unstable.Table:
		return "a table"
	case unstable.Array:
		return "an array"
	case unstable.String:
		return "a string"
	case unstable.Integer:
		return "an integer"
	case unstable.Float:
		return "a float"
	case unstable.Bool:
		return "a boolean"
	}
	return "a date"
}

// String writes a value on one line, for a Setting: strings bare, nested arrays
// and tables in brackets so that no two values look alike for want of them.
func (n *tomlNode) String() string {
	var b strings.Builder
	n.write(&b, false)
	return b.String()
}

// write recurses as deep as the tree, which tomlTree bounds.
func (n *tomlNode) write(b *strings.Builder, nested bool) {
	open, end := "", ""
	switch {
	case nested && n.kind == unstable.Array:
		open, end = "[", "]"
	case nested && n.kind == unstable.Table:
		open, end = "{", "}"
	}
	b.WriteString(open)
	b.WriteString(n.text)
	for i, item := range n.items {
		if i > 0 {
			b.WriteString(", ")
		}
		item.write(b, true)
	}
	for i, m := range n.members {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(m.key)
		b.WriteString(" = ")
		m.value.write(b, true)
	}
	b.WriteString(end)
}

// maxTOMLKey bounds the parts of a dotted key. The brackets within brackets are
// bounded by the parser, and both together the depth of a tree.
const maxTOMLKey = 50

var errTOMLKey = fmt.Errorf("a key has more than %d parts", maxTOMLKey)

// tomlTree parses a whole document. Validity and duplicate keys are the
// decoder's to judge; but long dotted keys cost it more than linear time, so
// the nodes are built first.
func tomlTree(path string, data []byte) (*tomlNode, error) {
	root, err := buildTOML(data)
	if errors.Is(err, errTOMLKey) {
		return nil, asParseError(path, 0, err)
	}
	var valid map[string]any
	if invalid := parseTOML(path, data, &valid); invalid != nil {
		return nil, invalid
	}
	return root, asParseError(path, 0, err)
}

func buildTOML(data []byte) (*tomlNode, error) {
	t := tomlBuilder{data: data, line: 1}
	t.parser.Reset(data)
	root := &tomlNode{kind: unstable.Table, line: 1}
	table := root
	for t.parser.NextExpression() {
		e := t.parser.Expression()
		var err error
		switch e.Kind {
		case unstable.Table, unstable.ArrayTable:
			table, err = t.header(root, e)
		case unstable.KeyValue:
			err = t.assign(table, e)
		}
		if err != nil {
			return nil, err
		}
	}
	if err := t.parser.Error(); err != nil {
		return nil, &ParseError{Line: t.line, Err: fmt.Errorf("invalid TOML: %w", err)}
	}
	return root, nil
}

type tomlBuilder struct {
	parser unstable.Parser
	data   []byte
	at     int // up to here newlines are counted
	line   int
}

// lineOf is cheap for positions near the last one asked.
func (t *tomlBuilder) lineOf(n *unstable.Node) int {
	to := min(int(n.Raw.Offset), len(t.data))
	switch {
	case n.Raw.Length == 0: // an array or a keyword carries no position
		return t.line
	case to >= t.at:
		t.line += bytes.Count(t.data[t.at:to], []byte("\n"))
	default:
		t.line -= bytes.Count(t.data[to:t.at], []byte("\n"))
	}
	t.at = to
	return t.line
}

// header finds or makes the table that [a.b] or [[a.b]] opens.
func (t *tomlBuilder) header(root *tomlNode, e *unstable.Node) (*tomlNode, error) {
	table := root
	for key, parts := e.Key(), 0; key.Next(); parts++ {
		name, line := string(key.Node().Data), t.lineOf(key.Node())
		if parts == maxTOMLKey {
			return nil, &ParseError{Line: line, Err: errTOMLKey}
		}
		child := table.get(name)
		switch {
		case e.Kind == unstable.ArrayTable && key.IsLast():
			if child == nil {
				child = &tomlNode{kind: unstable.Array, line: line}
				table.set(name, child)
			}
			if child.kind != unstable.Array {
				return nil, duplicateTOML(name, line)
			}
			child.items = append(child.items, &tomlNode{kind: unstable.Table, line: line})
		case child == nil:
			child = &tomlNode{kind: unstable.Table, line: line}
			table.set(name, child)
		}
		if child.kind == unstable.Array && len(child.items) > 0 {
			child = child.items[len(child.items)-1]
		}
		if child.kind != unstable.Table {
			return nil, duplicateTOML(name, line)
		}
		table = child
	}
	return table, nil
}

// assign sets a.b = value within table.
func (t *tomlBuilder) assign(table *tomlNode, e *unstable.Node) error {
	for key, parts := e.Key(), 0; key.Next(); parts++ {
		name, line := string(key.Node().Data), t.lineOf(key.Node())
		if parts == maxTOMLKey {
			return &ParseError{Line: line, Err: errTOMLKey}
		}
		child := table.get(name)
		switch {
		case key.IsLast() && child == nil:
			value, err := t.value(e.Value())
			if err != nil {
				return err
			}
			table.set(name, value)
			return nil
		case child == nil:
			child = &tomlNode{kind: unstable.Table, line: line}
			table.set(name, child)
		case key.IsLast() || child.kind != unstable.Table:
			return duplicateTOML(name, line)
		}
		table = child
	}
	return nil
}

// value recurses no deeper than the parser lets brackets nest.
func (t *tomlBuilder) value(n *unstable.Node) (*tomlNode, error) {
	node := &tomlNode{kind: n.Kind, line: t.lineOf(n)}
	switch n.Kind {
	case unstable.Array:
		for it := n.Children(); it.Next(); {
			item, err := t.value(it.Node())
			if err != nil {
				return nil, err
			}
			node.items = append(node.items, item)
		}
	case unstable.InlineTable:
		node.kind = unstable.Table
		for it := n.Children(); it.Next(); {
			if err := t.assign(node, it.Node()); err != nil {
				return nil, err
			}
		}
	default:
		node.text = string(n.Data)
	}
	return node, nil
}

func duplicateTOML(name string, line int) error {
	return &ParseError{Line: line, Err: fmt.Errorf("duplicate key %q", name)}
}
