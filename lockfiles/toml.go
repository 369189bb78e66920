package lockfiles

import (
	"bytes"
	"errors"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// maxNesting bounds brackets within brackets where a parser below us recurses.
const maxNesting = 500

// parseTOML decodes data into v. Duplicate keys and wrong types are errors
// with their line.
func parseTOML(path string, data []byte, v any) error {
	if line := tooDeep(data); line > 0 {
		return parseErrorf(path, line, "values are nested deeper than %d levels", maxNesting)
	}
	if line := tooMuchWork(data); line > 0 {
		return parseErrorf(path, line, "one table holds more keys than any lockfile's")
	}
	err := toml.Unmarshal(data, v)
	if err == nil {
		return nil
	}
	if decode, ok := errors.AsType[*toml.DecodeError](err); ok {
		line, _ := decode.Position()
		return parseErrorf(path, line, "invalid TOML: %s", strings.TrimPrefix(decode.Error(), "toml: "))
	}
	return parseErrorf(path, 0, "invalid TOML: %s", strings.TrimPrefix(err.Error(), "toml: "))
}

// maxTOMLWork bounds the comparisons that the decoder makes to find duplicate
// keys: it looks at every key that still stands, for each new one. A lockfile
// of 40 MB needs some ten million; this many take about a second.
const maxTOMLWork = 1 << 30

// tooMuchWork is the line at which the decoder would exceed maxTOMLWork, or 0.
// Only a new element of an array of tables lets go of keys: those of the
// element before it. Invalid TOML is left to the decoder to refuse.
func tooMuchWork(data []byte) int {
	var p unstable.Parser
	p.Reset(data)
	standing, work := 0, 0
	under := make(map[string]int) // keys below each top-level name
	top := ""
	for p.NextExpression() {
		e := p.Expression()
		if e.Kind == unstable.Table || e.Kind == unstable.ArrayTable {
			key := e.Key()
			key.Next()
			top = string(key.Node().Data)
			if e.Kind == unstable.ArrayTable && key.IsLast() {
				standing -= under[top]
				under[top] = 0
			}
		}
		keys := countKeys(e)
		standing += keys
		under[top] += keys
		if work += standing; work > maxTOMLWork {
			return lineAt(data, len(data)-len(p.Data()))
		}
	}
	return 0
}

// countKeys is the number of entries that the decoder keeps for an expression:
// its key, and all of its inline tables.
func countKeys(e *unstable.Node) int {
	keys := 0
	switch e.Kind {
	case unstable.KeyValue, unstable.InlineTable, unstable.Table, unstable.ArrayTable:
		keys = 1
	case unstable.Array:
	default:
		return 0
	}
	for children := e.Children(); children.Next(); {
		keys += countKeys(children.Node())
	}
	return keys
}

// tomlTableLines gives the lines of each [[name]] header, in order: the i-th
// belongs to the i-th element of that array of tables. data must be valid.
func tomlTableLines(data []byte, name string) []int {
	var lines []int
	var p unstable.Parser
	p.Reset(data)
	counted, line := 0, 1
	for p.NextExpression() {
		e := p.Expression()
		if e.Kind != unstable.ArrayTable {
			continue
		}
		key := e.Key()
		if !key.Next() || string(key.Node().Data) != name {
			continue
		}
		at := int(key.Node().Raw.Offset)
		if key.Next() {
			continue
		}
		for ; counted < at && counted < len(data); counted++ {
			if data[counted] == '\n' {
				line++
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// tooDeep is the line at which brackets nest deeper than maxNesting, or at
// which a dotted key does, whose every part is a table in a table; or 0.
// Brackets and dots in strings and comments do not count.
func tooDeep(data []byte) int {
	depth, dots, line := 0, 0, 1
	for i := 0; i < len(data); i++ {
		switch c := data[i]; c {
		case '\n':
			line++
			dots = 0
		case '.':
			if dots++; dots > maxNesting {
				return line
			}
		case ',', '=':
			dots = 0
		case '[', '{':
			dots = 0
			if depth++; depth > maxNesting {
				return line
			}
		case ']', '}':
			depth = max(depth-1, 0)
		case '#':
			for i+1 < len(data) && data[i+1] != '\n' {
				i++
			}
		case '"', '\'':
			quote := data[i : i+1]
			if i+2 < len(data) && data[i+1] == c && data[i+2] == c {
				quote = data[i : i+3]
			}
			end := stringEnd(data[i+len(quote):], quote)
			for ; end > 0 && i+1 < len(data); end-- {
				i++
				if data[i] == '\n' {
					line++
				}
			}
		}
	}
	return 0
}

// stringEnd is the number of bytes of rest that belong to a string opened by
// quote, beyond the first byte of the quote itself. A string of one line ends
// with its line at the latest.
func stringEnd(rest, quote []byte) int {
	for i := 0; i < len(rest); i++ {
		switch {
		case rest[i] == '\\' && quote[0] == '"':
			i++
		case rest[i] == '\n' && len(quote) == 1:
			return len(quote) - 1 + i
		case rest[i] == quote[0] && bytes.HasPrefix(rest[i:], quote):
			return len(quote) - 1 + i + len(quote)
		}
	}
	return len(quote) - 1 + len(rest)
}
