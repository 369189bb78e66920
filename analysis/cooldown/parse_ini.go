package cooldown

import (
	"strings"
	"unicode/utf8"
)

// iniEntry is one line of an INI file.
type iniEntry struct {
	section, key string // lower case is the reader's affair
	value        *node
}

// parseINI reads the dialect that npm's .npmrc and pip.conf share: sections,
// `key = value` or `key: value`, and comments. A key without a value is "true",
// as npm takes it.
func parseINI(data []byte, separators string) ([]iniEntry, error) {
	if !utf8.Valid(data) {
		return nil, invalid("INI", 0, "it is not UTF-8")
	}
	var entries []iniEntry
	section := ""
	for i, text := range strings.Split(string(data), "\n") {
		text = strings.TrimSpace(text)
		switch {
		case text == "" || text[0] == ';' || text[0] == '#':
			continue
		case strings.HasPrefix(text, "<<<<<<<") || strings.HasPrefix(text, ">>>>>>>"):
			return nil, errorAt(i+1, "a merge conflict that is not resolved")
		case text[0] == '[' && strings.HasSuffix(text, "]"):
			section = strings.TrimSpace(text[1 : len(text)-1])
			continue
		}
		key, value := text, "true"
		if at := strings.IndexAny(text, separators); at >= 0 {
			key, value = strings.TrimSpace(text[:at]), strings.TrimSpace(text[at+1:])
		}
		entries = append(entries, iniEntry{section, key, &node{kind: str, text: unquoteINI(value), line: i + 1}})
	}
	return entries, nil
}

// unquoteINI takes away quotes, or a comment behind the value.
func unquoteINI(value string) string {
	if len(value) >= 2 && (value[0] == '"' || value[0] == '\'') && value[len(value)-1] == value[0] {
		return value[1 : len(value)-1]
	}
	for _, mark := range []string{" ;", " #", "\t;", "\t#"} {
		value, _, _ = strings.Cut(value, mark)
	}
	return strings.TrimSpace(value)
}
