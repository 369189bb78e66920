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

// tooDeep is the line at which brackets nest deeper than maxNesting, or 0.
// Brackets in strings and comments do not count.
func tooDeep(data []byte) int {
	depth, line := 0, 1
	for i := 0; i < len(data); i++ {
		switch c := data[i]; c {
		case '\n':
			line++
		case '[', '{':
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
