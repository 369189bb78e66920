package lockfiles

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// The part of HCL's native syntax that .terraform.lock.hcl is written in.
// hashicorp/hcl would add 2.5 MB to the binary and 1.4 ms to each start (its
// dependency cty builds its tables at start-up); it is the oracle in the tests
// instead.

// Kinds of tokens; punctuation is its own kind.
const (
	hclEOF      = 'e'
	hclNewline  = 'n'
	hclIdent    = 'i'
	hclString   = 's'
	hclTemplate = 't' // a string or heredoc with more than fixed text
	hclOther    = 'o' // numbers and operators: no lockfile has them
	hclBad      = '!' // text is the reason
)

type hclToken struct {
	kind rune
	text string
	line int
}

// hclLexer yields tokens. After hclEOF or hclBad it yields the same for ever.
type hclLexer struct {
	data string
	pos  int
	line int
}

func newHCLLexer(data []byte) *hclLexer { return &hclLexer{data: string(data), line: 1} }

func (l *hclLexer) next() hclToken {
	for l.pos < len(l.data) {
		c := l.data[l.pos]
		switch {
		case c == ' ' || c == '\t' || c == '\r':
			l.pos++
		case c == '\n':
			t := hclToken{hclNewline, "", l.line}
			l.pos++
			l.line++
			return t
		case c == '#' || strings.HasPrefix(l.data[l.pos:], "//"):
			l.skipTo(strings.IndexByte(l.data[l.pos:], '\n'), 0)
		case strings.HasPrefix(l.data[l.pos:], "/*"):
			if !l.skipTo(strings.Index(l.data[l.pos+2:], "*/"), 4) {
				return l.bad("a comment without an end")
			}
		case c == '"':
			return l.str()
		case strings.HasPrefix(l.data[l.pos:], "<<"):
			return l.heredoc()
		case hclLetter(c):
			start := l.pos
			for l.pos < len(l.data) && (hclLetter(l.data[l.pos]) || l.data[l.pos] == '-' || l.data[l.pos] >= '0' && l.data[l.pos] <= '9') {
				l.pos++
			}
			return hclToken{hclIdent, l.data[start:l.pos], l.line}
		default:
			l.pos++
			if strings.IndexByte("{}[]=,", c) >= 0 {
				return hclToken{rune(c), string(c), l.line}
			}
			return hclToken{hclOther, string(rune(c)), l.line}
		}
	}
	return hclToken{hclEOF, "", l.line}
}

func hclLetter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= utf8.RuneSelf
}

// skipTo moves n+extra bytes ahead; n < 0 means to the end, and returns false.
func (l *hclLexer) skipTo(n, extra int) bool {
	end := len(l.data)
	if n >= 0 {
		end = l.pos + n + extra
	}
	l.line += strings.Count(l.data[l.pos:end], "\n")
	l.pos = end
	return n >= 0
}

func (l *hclLexer) bad(format string, args ...any) hclToken {
	l.pos = len(l.data)
	return hclToken{hclBad, fmt.Sprintf(format, args...), l.line}
}

// str reads a quoted string. What ${ or %{ opens is passed over, with the
// strings inside it, and makes the token a template.
func (l *hclLexer) str() hclToken {
	var text strings.Builder
	line, template := l.line, false
	// open holds '"' for a string and '{' for braces of a template, innermost last.
	open := []byte{'"'}
	for l.pos++; l.pos < len(l.data); l.pos++ {
		c := l.data[l.pos]
		rest := l.data[l.pos:]
		if open[len(open)-1] == '{' {
			switch c {
			case '"', '{':
				open = append(open, c)
			case '}':
				open = open[:len(open)-1]
			case '\n':
				l.line++
			}
			continue
		}
		switch {
		case c == '\n':
			return l.bad("a string without an end")
		case c == '"':
			if open = open[:len(open)-1]; len(open) == 0 {
				l.pos++
				if template {
					return hclToken{hclTemplate, "", line}
				}
				return hclToken{hclString, text.String(), line}
			}
		case c == '\\':
			s, size := hclEscape(rest)
			if size == 0 {
				return l.bad("an unknown escape in a string")
			}
			text.WriteString(s)
			l.pos += size - 1
		case strings.HasPrefix(rest, "$${") || strings.HasPrefix(rest, "%%{"):
			text.WriteString(rest[1:3])
			l.pos += 2
		case strings.HasPrefix(rest, "${") || strings.HasPrefix(rest, "%{"):
			template = true
			open = append(open, '{')
			l.pos++
		default:
			text.WriteByte(c)
		}
	}
	return l.bad("a string without an end")
}

// hclEscape decodes the escape at the start of s; size 0 means that it is none.
func hclEscape(s string) (text string, size int) {
	if len(s) < 2 {
		return "", 0
	}
	digits := 0
	switch s[1] {
	case 'n':
		return "\n", 2
	case 'r':
		return "\r", 2
	case 't':
		return "\t", 2
	case '"', '\\':
		return s[1:2], 2
	case 'u':
		digits = 4
	case 'U':
		digits = 8
	}
	if digits == 0 || len(s) < 2+digits {
		return "", 0
	}
	var r rune
	for _, c := range []byte(s[2 : 2+digits]) {
		d := strings.IndexByte("0123456789abcdef", c|0x20)
		if d < 0 {
			return "", 0
		}
		r = r<<4 | rune(d)
	}
	if !utf8.ValidRune(r) {
		return "", 0
	}
	return string(r), 2 + digits
}

// heredoc passes over <<WORD ... WORD.
func (l *hclLexer) heredoc() hclToken {
	line := l.line
	head, _, ok := strings.Cut(l.data[l.pos:], "\n")
	word := strings.TrimSpace(strings.TrimPrefix(head[2:], "-"))
	if !ok || word == "" {
		l.pos += 2
		return hclToken{hclOther, "<<", line}
	}
	l.pos += len(head) + 1
	l.line++
	for l.pos < len(l.data) {
		text, _, ok := strings.Cut(l.data[l.pos:], "\n")
		l.pos += len(text)
		if strings.TrimSpace(text) == word {
			return hclToken{hclTemplate, "", line}
		}
		if ok {
			l.pos++
			l.line++
		}
	}
	return l.bad("a heredoc without an end")
}
