package lockfiles

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// yamlLines finds the comment behind a scalar in the text itself: the YAML
// library hands comments to the node it deems nearest, which is not always the
// one on the same line.
type yamlLines struct{ lines [][]byte }

func newYAMLLines(data []byte) yamlLines { return yamlLines{bytes.Split(data, []byte("\n"))} }

// maxCommentLine bounds the lines looked at: thousands of scalars on one long
// line would make each a walk along it.
const maxCommentLine = 4096

// comment is the text behind the # on the line of a scalar that begins and
// ends there, or "".
func (y yamlLines) comment(node *yaml.Node) string {
	if node.Line < 1 || node.Line > len(y.lines) || node.Kind != yaml.ScalarNode {
		return ""
	}
	if len(y.lines[node.Line-1]) > maxCommentLine {
		return ""
	}
	rest := strings.TrimSuffix(string(y.lines[node.Line-1]), "\r")
	for range node.Column - 1 { // columns count characters
		_, size := utf8.DecodeRuneInString(rest)
		rest = rest[size:]
	}
	for strings.HasPrefix(rest, "&") || strings.HasPrefix(rest, "!") { // an anchor or a tag
		_, after, _ := strings.Cut(rest, " ")
		rest = strings.TrimLeft(after, " \t")
	}
	switch {
	case node.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return ""
	case node.Style&yaml.DoubleQuotedStyle != 0:
		rest = afterQuote(rest, '"')
	case node.Style&yaml.SingleQuotedStyle != 0:
		rest = afterQuote(rest, '\'')
	case !strings.HasPrefix(rest, node.Value):
		return ""
	default:
		rest = rest[len(node.Value):]
	}
	return trailingComment(rest)
}

// afterQuote is what follows the string that text begins with, or "".
func afterQuote(text string, quote byte) string {
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '\\' && quote == '"':
			i++
		case text[i] == quote:
			return text[i+1:]
		}
	}
	return ""
}

// trailingComment finds the first # behind white space and outside of quotes;
// anything else before it is the rest of a mapping in braces.
func trailingComment(text string) string {
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '#' && i > 0 && (text[i-1] == ' ' || text[i-1] == '\t'):
			return text[i+1:]
		case c == '"' || c == '\'':
			after := afterQuote(text[i:], c)
			if after == "" {
				return ""
			}
			i = len(text) - len(after) - 1
		}
	}
	return ""
}
