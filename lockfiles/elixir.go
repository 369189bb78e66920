package lockfiles

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Elixir's literals, as far as mix.lock and the dependencies of a mix.exs are
// made of them: maps, lists, tuples, keywords, strings, atoms, numbers. Code
// is never executed.

// Kinds of tokens; brackets, commas and the rest of punctuation are their own.
const (
	exEOF     = 'e'
	exString  = 's'
	exAtom    = 'a' // :name, :"name"
	exKey     = 'k' // name: or "name":
	exWord    = 'w' // true, nil, def, a variable, a number
	exArrow   = '>' // =>
	exMap     = 'm' // %{
	exUnknown = '?' // a string with code in it, a heredoc, a sigil
	exOther   = 'o' // any other operator
	exBad     = '!' // text is the reason
)

type exToken struct {
	kind rune
	text string
	line int
}

// exLexer yields tokens. After exEOF or exBad it yields the same for ever.
type exLexer struct {
	data string
	pos  int
	line int
}

func (l *exLexer) next() exToken {
	l.space()
	if l.pos >= len(l.data) {
		return exToken{exEOF, "", l.line}
	}
	line, rest, c := l.line, l.data[l.pos:], l.data[l.pos]
	switch {
	case strings.HasPrefix(rest, `"""`) || strings.HasPrefix(rest, "'''"):
		return l.heredoc(rest[:3], 3)
	case c == '"' || c == '\'':
		text, plain, ok := l.quoted(c)
		switch {
		case !ok:
			return l.bad("a string without an end")
		case !plain || c == '\'':
			return exToken{exUnknown, "", line}
		case l.keyEnds():
			l.pos++
			return exToken{exKey, text, line}
		}
		return exToken{exString, text, line}
	case strings.HasPrefix(rest, `:"`):
		l.pos++
		text, plain, ok := l.quoted('"')
		if !ok {
			return l.bad("an atom without an end")
		} else if !plain {
			return exToken{exUnknown, "", line}
		}
		return exToken{exAtom, text, line}
	case c == ':' && len(rest) > 1 && exLetter(rest[1]):
		l.pos++
		return exToken{exAtom, l.word(), line}
	case c == '~' && len(rest) > 2 && exLetter(rest[1]):
		return l.sigil()
	case exLetter(c) || c >= '0' && c <= '9':
		word := l.word()
		if l.keyEnds() {
			l.pos++
			return exToken{exKey, word, line}
		}
		return exToken{exWord, word, line}
	case strings.HasPrefix(rest, "%{"):
		l.pos += 2
		return exToken{exMap, "%{", line}
	case strings.HasPrefix(rest, "=>"):
		l.pos += 2
		return exToken{exArrow, "=>", line}
	case strings.IndexByte("[]{}(),", c) >= 0:
		l.pos++
		return exToken{rune(c), string(c), line}
	case c == '?' && len(rest) > 1: // a character: ?" must not open a string
		l.pos++
		if rest[1] == '\\' {
			l.pos++
		}
		_, size := utf8.DecodeRuneInString(l.data[l.pos:])
		l.pos += size
		return exToken{exOther, "?", line}
	}
	_, size := utf8.DecodeRuneInString(rest)
	l.pos += size
	return exToken{exOther, rest[:size], line}
}

// space passes over white space and comments.
func (l *exLexer) space() {
	for l.pos < len(l.data) {
		switch c := l.data[l.pos]; {
		case c == '\n':
			l.line++
		case c == '#':
			for l.pos+1 < len(l.data) && l.data[l.pos+1] != '\n' {
				l.pos++
			}
		case c != ' ' && c != '\t' && c != '\r':
			return
		}
		l.pos++
	}
}

func (l *exLexer) bad(format string, args ...any) exToken {
	l.pos = len(l.data)
	return exToken{exBad, fmt.Sprintf(format, args...), l.line}
}

func exLetter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= utf8.RuneSelf
}

func (l *exLexer) word() string {
	start := l.pos
	for l.pos < len(l.data) {
		c := l.data[l.pos]
		if !exLetter(c) && (c < '0' || c > '9') && c != '@' && c != '.' && c != '?' && c != '!' {
			break
		}
		l.pos++
	}
	return l.data[start:l.pos]
}

// keyEnds: the token before was a keyword's key, as in a: 1, but not in a::b.
func (l *exLexer) keyEnds() bool {
	rest := l.data[l.pos:]
	return strings.HasPrefix(rest, ":") && !strings.HasPrefix(rest, "::")
}

// quoted reads a string from its quote on. plain is false when it holds code,
// which is passed over with the strings inside it.
func (l *exLexer) quoted(quote byte) (text string, plain, ok bool) {
	var b strings.Builder
	plain = true
	// open holds a quote for a string and '{' for braces of code, innermost last.
	open := []byte{quote}
	for l.pos++; l.pos < len(l.data); l.pos++ {
		c, inner := l.data[l.pos], open[len(open)-1]
		if c == '\n' {
			l.line++
		}
		switch {
		case c == '\\' && l.pos+1 < len(l.data):
			l.pos++
			if l.data[l.pos] == '\n' {
				l.line++
			}
			if strings.IndexByte(`"'\#`, l.data[l.pos]) < 0 {
				plain = false // \n and its kin: no lockfile writes them
			}
			b.WriteByte(l.data[l.pos])
		case inner == '{' && (c == '{' || c == '"' || c == '\''):
			open = append(open, c)
		case inner == '{' && c == '}' || c == inner:
			if open = open[:len(open)-1]; len(open) == 0 {
				l.pos++
				return b.String(), plain, true
			}
		case inner != '{' && c == '#' && strings.HasPrefix(l.data[l.pos:], "#{"):
			plain = false
			open = append(open, '{')
			l.pos++
		default:
			b.WriteByte(c)
		}
	}
	return "", false, false
}

// heredoc passes over """ ... """, whose end stands on a line of its own.
func (l *exLexer) heredoc(mark string, open int) exToken {
	line := l.line
	l.pos += open
	for {
		text, _, more := strings.Cut(l.data[l.pos:], "\n")
		if trimmed := strings.TrimLeft(text, " \t"); strings.HasPrefix(trimmed, mark) {
			l.pos += len(text) - len(trimmed) + len(mark)
			return exToken{exUnknown, "", line}
		}
		l.pos += len(text)
		if !more {
			return l.bad("a heredoc without an end")
		}
		l.pos++
		l.line++
	}
}

// sigil passes over ~s(...), ~w[...] and their like.
func (l *exLexer) sigil() exToken {
	line := l.line
	l.pos++
	for l.pos < len(l.data) && exLetter(l.data[l.pos]) {
		l.pos++
	}
	rest := l.data[l.pos:]
	if strings.HasPrefix(rest, `"""`) || strings.HasPrefix(rest, "'''") {
		return l.heredoc(rest[:3], 3)
	}
	if rest == "" || strings.IndexByte(`([{</|"'`, rest[0]) < 0 {
		return exToken{exOther, "~", line}
	}
	end := `)]}>/|"'`[strings.IndexByte(`([{</|"'`, rest[0])]
	for l.pos++; l.pos < len(l.data); l.pos++ {
		switch c := l.data[l.pos]; {
		case c == '\n':
			l.line++
		case c == '\\':
			if l.pos++; l.pos < len(l.data) && l.data[l.pos] == '\n' {
				l.line++
			}
		case c == end:
			l.pos++
			return exToken{exUnknown, "", line}
		}
	}
	return l.bad("a sigil without an end")
}
