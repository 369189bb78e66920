package cooldown

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// parseTOML reads a TOML file. Within a table the members are sorted by name.
func parseTOML(data []byte) (*node, error) {
	if line := nested(data); line > 0 {
		return nil, invalid("TOML", line, "nested too deeply")
	}
	var document map[string]any
	if err := toml.Unmarshal(data, &document); err != nil {
		line := 0
		if decode, ok := errors.AsType[*toml.DecodeError](err); ok {
			line, _ = decode.Position()
		}
		return nil, invalid("TOML", line, strings.TrimPrefix(err.Error(), "toml: "))
	}
	return fromTOML(document, "", 1, tomlLines(data)), nil
}

// fromTOML gives the values their lines, which the decoder does not keep: a
// value without one is on that of what it stands in.
func fromTOML(value any, path string, line int, lines map[string]int) *node {
	if own, ok := lines[path]; ok {
		line = own
	}
	n := &node{line: line}
	switch v := value.(type) {
	case map[string]any:
		n.kind = table
		for _, key := range slices.Sorted(maps.Keys(v)) {
			child := fromTOML(v[key], path+"\x00"+key, line, lines)
			n.members = append(n.members, member{key, child.line, child})
		}
	case []any:
		n.kind = list
		for i, item := range v {
			n.items = append(n.items, fromTOML(item, fmt.Sprintf("%s\x00%d", path, i), line, lines))
		}
	case string:
		n.kind, n.text = str, v
	case bool:
		n.kind, n.text = word, fmt.Sprint(v)
	case int64, float64:
		n.kind, n.text = number, fmt.Sprint(v)
	default: // a date or a time
		n.kind = str
		if text, ok := v.(interface{ MarshalText() ([]byte, error) }); ok {
			written, _ := text.MarshalText()
			n.text = string(written)
		}
	}
	return n
}

// tomlLines are the lines of all keys, by their path; elements of arrays of
// tables are counted. data is valid.
func tomlLines(data []byte) map[string]int {
	lines := make(map[string]int)
	elements := make(map[string]int)
	var p unstable.Parser
	p.Reset(data)
	counted, line := 0, 1
	under := ""
	for p.NextExpression() {
		e := p.Expression()
		key := e.Key()
		path := ""
		if e.Kind == unstable.KeyValue {
			path = under
		}
		for key.Next() {
			part := key.Node()
			for at := int(part.Raw.Offset); counted < at && counted < len(data); counted++ {
				if data[counted] == '\n' {
					line++
				}
			}
			path += "\x00" + string(part.Data)
			if n, ok := elements[path]; ok && (e.Kind != unstable.ArrayTable || !key.IsLast()) {
				path = fmt.Sprintf("%s\x00%d", path, n-1)
			}
			if _, ok := lines[path]; !ok {
				lines[path] = line
			}
		}
		switch e.Kind {
		case unstable.ArrayTable:
			elements[path]++
			under = fmt.Sprintf("%s\x00%d", path, elements[path]-1)
			lines[under] = line
		case unstable.Table:
			under = path
			lines[path] = line
		}
	}
	return lines
}
