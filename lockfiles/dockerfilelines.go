package lockfiles

import (
	"context"
	"fmt"
	"strings"

	"github.com/depreview/depreview/lockfiles/pattern"
)

// dockerLine is an instruction with its continuations joined, at its first line.
type dockerLine struct {
	text string
	line int
}

var (
	dockerDirective = pattern.New(`^#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*$`)
	// dockerHeredoc is a word that opens a here-document, as BuildKit knows it.
	dockerHeredoc = pattern.New(`^\d*<<(-?)(?:"([^"<\s]+)"|'([^'<\s]+)'|([^"'<\s]+))$`)
)

// dockerfileLines joins continued lines, and leaves out comments and the texts
// of here-documents. Directives are those of the parser, in comments at the
// very beginning: syntax, escape, check.
func dockerfileLines(ctx context.Context, data string) (lines []dockerLine, directives map[string]dockerLine, err error) {
	text := strings.Split(data, "\n")
	for i := range text {
		text[i] = strings.TrimSuffix(text[i], "\r")
	}
	directives, at := dockerDirectives(text)
	escape := byte('\\')
	if directives["escape"].text == "`" {
		escape = '`'
	}
	for at < len(text) {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		line := strings.TrimSpace(text[at])
		if at++; line == "" || line[0] == '#' {
			continue
		}
		l := dockerLine{line: at}
		var parts []string
		for {
			part, more := strings.CutSuffix(line, string(escape))
			parts = append(parts, part)
			if !more {
				break
			}
			// A comment or an empty line does not end what is continued.
			for at < len(text) && skippedInside(text[at]) {
				at++
			}
			if at == len(text) {
				break
			}
			line = strings.TrimRight(text[at], " \t")
			at++
		}
		l.text = strings.TrimSpace(strings.Join(parts, ""))
		if l.text == "" {
			continue
		}
		lines = append(lines, l)
		for _, end := range heredocs(l.text) {
			if at, err = heredocEnd(text, at, end); err != nil {
				return nil, nil, &ParseError{Line: l.line, Err: err}
			}
		}
	}
	return lines, directives, nil
}

func skippedInside(line string) bool {
	line = strings.TrimSpace(line)
	return line == "" || line[0] == '#'
}

// dockerDirectives reads the comments that come before all else.
func dockerDirectives(text []string) (directives map[string]dockerLine, at int) {
	directives = make(map[string]dockerLine)
	for ; at < len(text); at++ {
		line := strings.TrimSpace(text[at])
		if at == 0 && strings.HasPrefix(line, "#!") {
			continue
		}
		m := dockerDirective.FindStringSubmatch(line)
		if m == nil {
			return directives, at
		}
		name := strings.ToLower(m[1])
		if _, twice := directives[name]; twice || name != "syntax" && name != "escape" && name != "check" {
			return directives, at // a comment like any other
		}
		directives[name] = dockerLine{m[2], at + 1}
	}
	return directives, at
}

// heredoc is how a here-document ends.
type heredoc struct {
	word string
	tabs bool // those before the word are no part of it
}

// heredocs are those that an instruction opens, in their order. The words of a
// list in brackets are quoted, and open none.
func heredocs(instruction string) (ends []heredoc) {
	keyword, rest := cutWord(instruction)
	if strings.EqualFold(keyword, "ONBUILD") {
		keyword, rest = cutWord(rest)
	}
	switch strings.ToUpper(keyword) {
	case "RUN", "COPY", "ADD":
	default:
		return nil
	}
	if !strings.Contains(rest, "<<") {
		return nil
	}
	for _, word := range dockerWords(rest) {
		if m := dockerHeredoc.FindStringSubmatch(word); m != nil {
			ends = append(ends, heredoc{m[2] + m[3] + m[4], m[1] != ""})
		}
	}
	return ends
}

// heredocEnd is the index of the line behind a here-document that begins at
// start.
func heredocEnd(text []string, start int, end heredoc) (int, error) {
	at := start
	for ; at < len(text); at++ {
		line := text[at]
		if end.tabs {
			line = strings.TrimLeft(line, "\t")
		}
		if line == end.word {
			return at + 1, nil
		}
	}
	if nameLength(end.word) != len(end.word) {
		return start, nil // a shift in the shell's arithmetic, not a word
	}
	return at, fmt.Errorf("the here-document %.40q has no end", end.word)
}

// cutWord splits off the first word.
func cutWord(text string) (word, rest string) {
	text = strings.TrimLeft(text, " \t")
	if i := strings.IndexAny(text, " \t"); i >= 0 {
		return text[:i], strings.TrimLeft(text[i:], " \t")
	}
	return text, ""
}

// dockerWords splits at white space outside of quotes; the quotes stay.
func dockerWords(text string) (words []string) {
	start, quote := -1, byte(0)
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case quote != 0:
			if c == '\\' && quote == '"' {
				i++
			} else if c == quote {
				quote = 0
			}
		case c == ' ' || c == '\t':
			if start >= 0 {
				words = append(words, text[start:i])
			}
			start = -1
			continue
		case c == '\\':
			i++
		case c == '"' || c == '\'':
			quote = c
		}
		if start < 0 {
			start = i
		}
	}
	if start >= 0 {
		words = append(words, text[start:])
	}
	return words
}

// unquote takes the quotes from around a word.
func unquote(word string) string {
	if n := len(word); n >= 2 && (word[0] == '"' || word[0] == '\'') && word[n-1] == word[0] {
		return word[1 : n-1]
	}
	return word
}
