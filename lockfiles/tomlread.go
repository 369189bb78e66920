package lockfiles

import (
	"slices"
	"strconv"

	"github.com/pelletier/go-toml/v2/unstable"
)

// tomlReader takes typed values out of a TOML tree. An absent key is a zero
// value; the first value of a wrong type is remembered in err, so that a
// parser reads on and looks once.
type tomlReader struct {
	path string
	err  error
}

// fail remembers an error at line, unless there is one already.
func (r *tomlReader) fail(line int, format string, args ...any) {
	if r.err == nil {
		r.err = parseErrorf(r.path, line, format, args...)
	}
}

// typed is the value of a key if it is of the kind, else nil.
func (r *tomlReader) typed(table *tomlNode, key string, kind unstable.Kind) *tomlNode {
	value := table.get(key)
	if value == nil || !r.is(value, key, kind) {
		return nil
	}
	return value
}

func (r *tomlReader) is(value *tomlNode, key string, kind unstable.Kind) bool {
	if value.kind == kind {
		return true
	}
	r.fail(value.line, "%q holds %s where %s belongs", key, value.what(), (&tomlNode{kind: kind}).what())
	return false
}

func (r *tomlReader) str(table *tomlNode, key string) string {
	if value := r.typed(table, key, unstable.String); value != nil {
		return value.text
	}
	return ""
}

// need is a string that must be there and say something.
func (r *tomlReader) need(table *tomlNode, key string) string {
	value := r.str(table, key)
	if value == "" {
		r.fail(table.line, "the entry has no %s", key)
	}
	return value
}

func (r *tomlReader) boolean(table *tomlNode, key string) bool {
	value := r.typed(table, key, unstable.Bool)
	return value != nil && value.text == "true"
}

// integer is -1 when the key is absent.
func (r *tomlReader) integer(table *tomlNode, key string) int {
	value := r.typed(table, key, unstable.Integer)
	if value == nil {
		return -1
	}
	n, err := strconv.Atoi(value.text)
	if err != nil {
		r.fail(value.line, "%q holds %s where a small integer belongs", key, value.text)
	}
	return n
}

// table is nil when the key is absent, and so are its keys.
func (r *tomlReader) table(table *tomlNode, key string) *tomlNode {
	return r.typed(table, key, unstable.Table)
}

// array gives the elements of an array, each of the kind.
func (r *tomlReader) array(table *tomlNode, key string, kind unstable.Kind) []*tomlNode {
	value := r.typed(table, key, unstable.Array)
	if value == nil {
		return nil
	}
	for _, item := range value.items {
		if !r.is(item, key, kind) {
			return nil
		}
	}
	return value.items
}

func (r *tomlReader) strs(table *tomlNode, key string) []string {
	var list []string
	for _, item := range r.array(table, key, unstable.String) {
		list = append(list, item.text)
	}
	return list
}

// digests reads the hashes of an array of tables, in its order.
func (r *tomlReader) digests(table *tomlNode, key string) []Digest {
	var digests []Digest
	for _, file := range r.array(table, key, unstable.Table) {
		digests = r.digest(digests, file)
	}
	return digests
}

// digest appends the hash of one file, if it has one.
func (r *tomlReader) digest(digests []Digest, file *tomlNode) []Digest {
	text := r.str(file, "hash")
	if text == "" {
		return digests
	}
	digest, ok := ParseDigest(text)
	if !ok {
		r.fail(file.lineOf("hash"), "the hash %.80q is not of the form algorithm:value", text)
	}
	return append(digests, digest)
}

// tomlSettings writes the members of a table as settings, in its order; an
// array is one setting for each element. Keys in skip are left out.
func tomlSettings(table *tomlNode, prefix string, skip ...string) []Setting {
	var settings []Setting
	if table == nil {
		return nil
	}
	for _, m := range table.members {
		switch {
		case slices.Contains(skip, m.key):
		case m.value.kind == unstable.Array:
			for _, item := range m.value.items {
				settings = append(settings, Setting{prefix + m.key, item.String(), item.line})
			}
		default:
			settings = append(settings, Setting{prefix + m.key, m.value.String(), m.value.line})
		}
	}
	return settings
}
