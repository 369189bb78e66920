package cooldown

import (
	"fmt"
	"slices"
	"strings"
)

// node is a value of a settings file, whatever the language of the file. A nil
// node is one that is not there, and may be asked like any other.
type node struct {
	kind    kind
	text    string // of a scalar: the string, or the number or word as written
	line    int    // 1-based
	members []member
	items   []*node
}

type member struct {
	key   string
	line  int
	value *node
}

type kind int

const (
	null kind = iota
	word      // true, false
	number
	str
	list
	table
)

var kinds = [...]string{"nothing", "a word", "a number", "a string", "a list", "a table"}

// get is the value under the keys, or nil.
func (n *node) get(keys ...string) *node {
	for _, key := range keys {
		if n == nil {
			return nil
		}
		i := slices.IndexFunc(n.members, func(m member) bool { return m.key == key })
		if i < 0 {
			return nil
		}
		n = n.members[i].value
	}
	return n
}

// is tells whether the node is there, and of the kind.
func (n *node) is(k kind) bool { return n != nil && n.kind == k }

// scalar tells whether the node is there and a single value.
func (n *node) scalar() bool { return n != nil && n.kind >= word && n.kind <= str }

// written is a value in a few words.
func (n *node) written() string {
	switch {
	case n.is(list), n.is(table):
		return "…"
	case n.is(null):
		return "null"
	case n == nil:
		return ""
	}
	return n.text
}

// put adds a member; a key that is there already is an error, because tools
// differ in which of the two they take.
func (n *node) put(key string, line int, value *node) error {
	if n.get(key) != nil {
		return errorAt(line, "duplicate key %q", key)
	}
	n.members = append(n.members, member{key, line, value})
	return nil
}

// strings are the strings of a list, or the one string that stands in its
// place. An absent list is empty; other values are an error.
func (n *node) strings(key string) ([]*node, error) {
	switch {
	case n == nil || n.kind == null:
		return nil, nil
	case n.kind == str:
		return []*node{n}, nil
	case n.kind != list:
		return nil, n.unexpected(key, "a list of names")
	}
	for _, item := range n.items {
		if item.kind != str {
			return nil, item.unexpected(key, "a name")
		}
	}
	return n.items, nil
}

func (n *node) unexpected(key, want string) error {
	return errorAt(n.line, "%s holds %s where %s belongs", key, kinds[n.kind], want)
}

// nested is the line at which brackets stand within more brackets than any
// settings have, or 0: some parsers below recurse. Brackets in strings count
// too, which does no harm at that number.
func nested(data []byte) int {
	const most = 500
	depth, line := 0, 1
	for _, c := range data {
		switch c {
		case '\n':
			line++
		case '{', '[':
			if depth++; depth > most {
				return line
			}
		case '}', ']':
			depth = max(depth-1, 0)
		}
	}
	return 0
}

// invalid is the error of a parser, without the line that it names itself.
func invalid(language string, line int, message string) error {
	return &lineError{line, fmt.Errorf("invalid %s: %s", language, strings.TrimSpace(message))}
}
