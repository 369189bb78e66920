package lockfiles

import (
	"fmt"
	"strings"
)

// cargoTable is a TOML table. It is read by hand because the decoder takes
// "Source" for "source" when it fills a struct, and Cargo does not.
type cargoTable map[string]any

func (t cargoTable) str(key string, line int) (string, error) {
	value, ok := t[key]
	if !ok {
		return "", nil
	}
	text, ok := value.(string)
	if !ok {
		return "", parseErrorf("", line, "found %s where a string belongs: %s", cargoKind(value), key)
	}
	return text, nil
}

func (t cargoTable) list(key string, line int) ([]any, error) {
	value, ok := t[key]
	if !ok {
		return nil, nil
	}
	list, ok := value.([]any)
	if !ok {
		return nil, parseErrorf("", line, "found %s where an array belongs: %s", cargoKind(value), key)
	}
	return list, nil
}

func (t cargoTable) table(key string, line int) (cargoTable, error) {
	value, ok := t[key]
	if !ok {
		return nil, nil
	}
	table, ok := value.(map[string]any)
	if !ok {
		return nil, parseErrorf("", line, "found %s where a table belongs: %s", cargoKind(value), key)
	}
	return table, nil
}

func cargoKind(value any) string {
	switch value := value.(type) {
	case map[string]any:
		return "a table"
	case []any:
		return "an array"
	case string:
		return fmt.Sprintf("%.40q", value)
	}
	return fmt.Sprint(value)
}

// cargoKeyLine is the first line that begins with a key or a header, or 1.
func cargoKeyLine(data []byte, key string) int {
	if lines := cargoLinesOf(data, key); len(lines) > 0 {
		return lines[0]
	}
	return 1
}

// cargoLinesOf are the lines that begin with a key or a header. Bytes of a
// string may look like one, which costs an error its exact line, no more.
func cargoLinesOf(data []byte, start string) (lines []int) {
	number := 0
	for line := range strings.Lines(string(data)) {
		number++
		line = strings.TrimLeft(line, " \t")
		if strings.HasPrefix(line, start) || strings.HasPrefix(line, "["+start) || strings.HasPrefix(line, "[["+start) {
			lines = append(lines, number)
		}
	}
	return lines
}
