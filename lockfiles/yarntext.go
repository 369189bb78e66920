package lockfiles

import (
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// yarnText reads a string: quoted as in JSON, or a bare word.
func yarnText(s string) (text, rest string, err error) {
	if s == "" {
		return "", "", errors.New("found the end of the line where a string belongs")
	}
	if s[0] == '"' {
		for i := 1; i < len(s); i++ {
			switch s[i] {
			case '\\':
				i++
			case '"':
				text, err := jsontext.AppendUnquote(nil, s[:i+1])
				if err != nil {
					err = fmt.Errorf("found %.40q where a string belongs", s[:i+1])
				}
				return string(text), s[i+1:], err
			}
		}
		return "", "", errors.New("found a quote that is not closed")
	}
	end := strings.IndexAny(s, ": ,")
	if end < 0 {
		end = len(s)
	}
	word := s[:end]
	letter := s[0] >= 'a' && s[0] <= 'z' || s[0] >= 'A' && s[0] <= 'Z' || s[0] == '/' || s[0] == '.' || s[0] == '-'
	if !letter || strings.HasPrefix(word, "true") || strings.HasPrefix(word, "false") || strings.ContainsAny(word, "\t\"") {
		return "", "", fmt.Errorf("found %.40q where a string belongs", s)
	}
	return word, s[end:], nil
}

// yarnValue reads the value of a field: one string to the end of the line.
func yarnValue(s string) (string, error) {
	text, rest, err := yarnText(strings.TrimLeft(s, " "))
	if err == nil && !yarnBlank(rest) {
		err = fmt.Errorf("found %.40q where the end of the line belongs", rest)
	}
	return text, err
}

// yarnBlank tells whether nothing but a comment is left of a line.
func yarnBlank(s string) bool {
	s = strings.TrimLeft(s, " ")
	return s == "" || s[0] == '#'
}
