package cooldown

import (
	"errors"
	"io/fs"
	"path"
	"strings"
)

// Value is a value of a settings file with its line, whatever the language of
// the file, for those who read other settings of the same files. The zero
// Value is one that is not there, and may be asked like any other.
type Value struct{ n *node }

// Member is a key of a table, with its place and its value.
type Member struct {
	Key   string
	Line  int // 1-based
	Value Value
}

// ReadDocument reads a settings file by the end of its name: .json, .jsonc,
// .toml, .yml and .yaml; anything else is INI (.npmrc, pip.conf) and a table of
// its keys, those within a section below that section's name; of a key that
// stands twice in INI both are members. The file may be no larger than 256 KiB.
// Errors name a line where there is one: see LineOf. fs.ErrNotExist is passed
// on.
func ReadDocument(tree fs.FS, name string) (Value, []byte, error) {
	data, err := readFile(tree, name)
	if err != nil {
		return Value{}, nil, err
	}
	var n *node
	switch path.Ext(name) {
	case ".json", ".jsonc", ".json5":
		n, err = parseJSON(data)
	case ".toml":
		n, err = parseTOML(data)
	case ".yml", ".yaml":
		n, err = parseYAML(data)
	default:
		n, err = iniDocument(data, name)
	}
	if err != nil {
		return Value{}, nil, err
	}
	return Value{n}, data, nil
}

func iniDocument(data []byte, name string) (*node, error) {
	separators := "=:"
	if strings.HasSuffix(name, "npmrc") { // its keys hold colons
		separators = "="
	}
	entries, err := parseINI(data, separators)
	if err != nil {
		return nil, err
	}
	root := &node{kind: table, line: 1}
	sections := map[string]*node{"": root}
	for _, e := range entries {
		in := sections[e.section]
		if in == nil {
			in = &node{kind: table, line: e.value.line}
			sections[e.section] = in
			root.members = append(root.members, member{e.section, e.value.line, in})
		}
		in.members = append(in.members, member{e.key, e.value.line, e.value})
	}
	return root, nil
}

// LineOf is the line that an error of this room is about, or 0.
func LineOf(err error) int {
	if at, ok := errors.AsType[*lineError](err); ok {
		return at.line
	}
	return 0
}

// Get is the value under the keys.
func (v Value) Get(keys ...string) Value { return Value{v.n.get(keys...)} }

// There tells whether the file states the value at all; null counts as stated.
func (v Value) There() bool { return v.n != nil }

// IsTable, IsList, IsString, IsWord (true and false) and IsScalar tell the kind.
func (v Value) IsTable() bool  { return v.n.is(table) }
func (v Value) IsList() bool   { return v.n.is(list) }
func (v Value) IsString() bool { return v.n.is(str) }
func (v Value) IsScalar() bool { return v.n.scalar() }

// Text is a scalar as written, without quotes; "" of everything else.
func (v Value) Text() string {
	if v.n.scalar() {
		return v.n.text
	}
	return ""
}

// Line is 1-based; 0 where there is no value. In TOML and JSON it is that of the
// value, in a table of YAML that of its first key.
func (v Value) Line() int {
	if v.n == nil {
		return 0
	}
	return v.n.line
}

// Items are those of a list.
func (v Value) Items() []Value {
	var out []Value
	for _, item := range itemsOf(v.n) {
		out = append(out, Value{item})
	}
	return out
}

// Members are those of a table: of TOML by name, else in the order of the file.
func (v Value) Members() []Member {
	var out []Member
	for _, m := range rootMembers(v.n) {
		out = append(out, Member{m.key, m.line, Value{m.value}})
	}
	return out
}
