package allowlist

import (
	"strconv"
	"strings"
)

// setting is a line of an .npmrc or .yarnrc.
type setting struct {
	key, value string
	line       int
}

// npmrc reads the project's .npmrc: the ini notation of npm, without sections.
// Of a key that stands twice the later line counts, as for npm.
func (p *Project) npmrc() (string, []setting, error) {
	file := p.path(".npmrc")
	data, _, err := p.bytes(file)
	if err != nil {
		return file, nil, err
	}
	var settings []setting
	line := 0
	for text := range strings.Lines(string(data)) {
		line++
		text = strings.TrimSpace(text)
		if text == "" || text[0] == ';' || text[0] == '#' {
			continue
		}
		if text[0] == '[' && strings.HasSuffix(text, "]") {
			break // what stands in a section is no setting of npm
		}
		key, value, ok := strings.Cut(text, "=")
		if !ok {
			value = "true" // a key alone
		}
		settings = append(settings, setting{unquote(strings.TrimSpace(key)), unquote(uncomment(strings.TrimSpace(value))), line})
	}
	return file, settings, nil
}

// uncomment takes off what follows an unquoted ; or #.
func uncomment(value string) string {
	if value != "" && (value[0] == '"' || value[0] == '\'') {
		return value
	}
	if i := strings.IndexAny(value, ";#"); i >= 0 {
		return strings.TrimSpace(value[:i])
	}
	return value
}

func unquote(s string) string {
	if len(s) >= 2 && (s[0] == '"' || s[0] == '\'') && s[len(s)-1] == s[0] {
		return s[1 : len(s)-1]
	}
	return s
}

// last is the setting of that key which counts, or nil.
func last(settings []setting, key string) *setting {
	for i := len(settings) - 1; i >= 0; i-- {
		if settings[i].key == key {
			return &settings[i]
		}
	}
	return nil
}

// all are the values of a list setting: key[] = value, and the last key = value.
func all(settings []setting, key string) (values []setting) {
	if s := last(settings, key); s != nil {
		values = append(values, *s)
	}
	for _, s := range settings {
		if s.key == key+"[]" {
			values = append(values, s)
		}
	}
	return values
}

// truth is the value as npm reads a boolean. ok is false when an environment
// variable decides, which is not expanded here.
func (s *setting) truth() (value, ok bool) {
	if strings.Contains(s.value, "${") {
		return false, false
	}
	switch s.value {
	case "", "null", "false", "undefined":
		return false, true
	}
	if n, err := strconv.ParseFloat(s.value, 64); err == nil {
		return n != 0, true
	}
	return true, true
}

// rule is the setting as a rule for all packages.
func (s *setting) rule(file string) Rule {
	return Rule{File: file, Line: s.line, Setting: bounded(s.key), Value: bounded(s.value)}
}
