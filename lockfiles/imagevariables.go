package lockfiles

import (
	"strings"
)

// substitute puts values in for $X, ${X}, ${X:-default}, ${X-default},
// ${X:+other} and ${X+other}, as Docker does in FROM and Compose in every
// value. What has no value and no default stays as it is written. Compose
// writes a plain dollar as $$; Docker escapes it with a backslash, which no
// image's name holds.
func substitute(text string, value func(name string) (string, bool)) string {
	return substituteDepth(text, value, 0)
}

// maxSubstitutes bounds defaults within defaults.
const maxSubstitutes = 8

func substituteDepth(text string, value func(name string) (string, bool), depth int) string {
	if depth > maxSubstitutes || !strings.Contains(text, "$") {
		return text
	}
	var out strings.Builder
	for {
		i := strings.IndexByte(text, '$')
		if i < 0 || i+1 == len(text) {
			return out.String() + text
		}
		out.WriteString(text[:i])
		text = text[i:]
		var whole string
		switch {
		case text[1] == '$':
			out.WriteByte('$')
			text = text[2:]
			continue
		case text[1] == '{':
			whole = braces(text)
		default:
			whole = text[:1+nameLength(text[1:])]
		}
		if len(whole) < 2 {
			out.WriteByte('$')
			text = text[1:]
			continue
		}
		text = text[len(whole):]
		out.WriteString(substituteOne(whole, value, depth))
	}
}

// substituteOne is the value of one $X or ${X...}, or what is written.
func substituteOne(whole string, value func(string) (string, bool), depth int) string {
	inner := strings.TrimPrefix(whole, "$")
	if strings.HasPrefix(inner, "{") {
		inner = inner[1 : len(inner)-1]
	}
	n := nameLength(inner)
	if n == 0 {
		return whole
	}
	name, rest := inner[:n], inner[n:]
	given, known := value(name)
	filled := strings.HasPrefix(rest, ":")
	operator := strings.TrimPrefix(rest, ":")
	has := known && (given != "" || !filled)
	switch {
	case rest == "" && known:
		return given
	case operator == "":
	case operator[0] == '-' && has, operator[0] == '?' && has:
		return given
	case operator[0] == '-':
		return substituteDepth(operator[1:], value, depth+1)
	case operator[0] == '+' && has:
		return substituteDepth(operator[1:], value, depth+1)
	case operator[0] == '+':
		return ""
	}
	return whole
}

// braces is the ${...} with which text begins, braces within it paired, or "".
func braces(text string) string {
	depth := 0
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return text[:i+1]
			}
		}
	}
	return ""
}

func nameLength(text string) (n int) {
	for n < len(text) && (text[n] == '_' || text[n] >= 'a' && text[n] <= 'z' || text[n] >= 'A' && text[n] <= 'Z' || n > 0 && text[n] >= '0' && text[n] <= '9') {
		n++
	}
	return n
}
