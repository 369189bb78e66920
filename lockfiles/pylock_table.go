package lockfiles

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// pylockTable reads the values of one TOML table. The first wrong type is kept
// as the reader's error; after it every answer is empty.
type pylockTable struct {
	p      *pylockReader
	values map[string]any
	name   string // of the package, for messages
	line   int
	lines  map[string]int // of the keys, where they are known
}

func (t pylockTable) lineOf(key string) int {
	if line := t.lines[key]; line > 0 {
		return line
	}
	return max(t.line, 1)
}

func (t pylockTable) fail(key, what string) {
	if t.p.err != nil {
		return
	}
	where := key
	if t.name != "" {
		where = fmt.Sprintf("%.80s: %s", t.name, key)
	}
	t.p.err = &ParseError{Line: t.lineOf(key), Err: fmt.Errorf("%s: %s", where, what)}
}

func (t pylockTable) wrong(key string, value any, wanted string) {
	kind := "a number, a date or a boolean"
	switch value.(type) {
	case string:
		kind = "a string"
	case []any:
		kind = "an array"
	case map[string]any:
		kind = "a table"
	}
	t.fail(key, "found "+kind+" where "+wanted+" belongs")
}

// str is a string; an absent key is "".
func (t pylockTable) str(key string) string {
	value, ok := t.values[key]
	if !ok || t.p.err != nil {
		return ""
	}
	text, ok := value.(string)
	if !ok {
		t.wrong(key, value, "a string")
	}
	return text
}

func (t pylockTable) array(key string) []any {
	value, ok := t.values[key]
	if !ok || t.p.err != nil {
		return nil
	}
	array, ok := value.([]any)
	if !ok {
		t.wrong(key, value, "an array")
	}
	return array
}

func (t pylockTable) strs(key string) (list []string) {
	for _, value := range t.array(key) {
		text, ok := value.(string)
		if !ok {
			t.wrong(key, value, "a string")
			return nil
		}
		list = append(list, text)
	}
	return list
}

func (t pylockTable) tables(key string) (list []pylockTable) {
	for _, value := range t.array(key) {
		values, ok := value.(map[string]any)
		if !ok {
			t.wrong(key, value, "a table")
			return nil
		}
		list = append(list, pylockTable{p: t.p, values: values, name: t.name, line: t.lineOf(key)})
	}
	return list
}

func (t pylockTable) table(key string) (pylockTable, bool) {
	value, ok := t.values[key]
	if !ok || t.p.err != nil {
		return pylockTable{}, false
	}
	values, ok := value.(map[string]any)
	if !ok {
		t.wrong(key, value, "a table")
	}
	return pylockTable{p: t.p, values: values, name: t.name, line: t.line}, ok
}

// hashes are the digests of one file, which a table keeps in no order.
func (t pylockTable) hashes() (digests []Digest) {
	hashes, _ := t.table("hashes")
	for _, algorithm := range slices.Sorted(maps.Keys(hashes.values)) {
		digests = append(digests, Digest{strings.ToLower(algorithm), hashes.str(algorithm)})
	}
	return digests
}

// flat writes a table as sorted key=value.
func (t pylockTable) flat() string {
	var fields []string
	for _, key := range slices.Sorted(maps.Keys(t.values)) {
		fields = append(fields, fmt.Sprintf("%s=%v", key, t.values[key]))
	}
	return strings.Join(fields, " ")
}

// pylockKeyLines gives the lines of the keys before the first table, and of
// the first header of each table. data must be valid.
func pylockKeyLines(data []byte) map[string]int {
	lines := make(map[string]int)
	var p unstable.Parser
	p.Reset(data)
	counted, line, top := 0, 1, true
	for p.NextExpression() {
		e := p.Expression()
		top = top && e.Kind == unstable.KeyValue
		if e.Kind == unstable.KeyValue && !top {
			continue
		}
		key := e.Key()
		if !key.Next() {
			continue
		}
		name := string(key.Node().Data)
		for at := int(key.Node().Raw.Offset); counted < at && counted < len(data); counted++ {
			if data[counted] == '\n' {
				line++
			}
		}
		if lines[name] == 0 {
			lines[name] = line
		}
	}
	return lines
}
