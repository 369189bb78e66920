package posture

import (
	"strings"

	"github.com/depreview/depreview/lockfiles/pattern"
)

// command is one simple command of a script, as far as it can be told without a
// shell.
type command struct {
	text  string   // as it stands in the script, from the program's name on
	words []string // the program first, without quotes
	sets  []string // assignments in front of it: "A=b"
}

// flag tells whether one of the words stands behind the program.
func (c command) flag(names ...string) bool {
	for _, w := range c.words[1:] {
		for _, n := range names {
			if w == n || strings.HasPrefix(n, "--") && strings.HasPrefix(w, n+"=") {
				return true
			}
		}
	}
	return false
}

// arguments counts the words from the n-th on that are no options. One behind
// a long option may be its value, and counts all the same: where it is not
// known, nothing is claimed.
func (c command) arguments(n int) (count int) {
	for _, w := range c.words[min(n, len(c.words)):] {
		if !strings.HasPrefix(w, "-") && !strings.HasPrefix(w, ">") && !strings.HasPrefix(w, "2>") {
			count++
		}
	}
	return count
}

var (
	heredoc    = pattern.New(`<<-?\s*["']?(\w+)["']?`)
	assignment = pattern.New(`^[A-Za-z_]\w*=`)
	separator  = pattern.New(`&&|\|\||[;|&()]`)
)

// commands takes a script apart: lines, joined where they are continued, and
// the commands between ; && || | in them. Here-documents, comments and what
// is quoted are no commands.
func commands(script string) (all []command) {
	end := ""
	script = strings.ReplaceAll(script, "\\\n", "\x01\x01")
	for line := range strings.SplitSeq(script, "\n") {
		if end != "" {
			if strings.TrimSpace(line) == end {
				end = ""
			}
			continue
		}
		if m := heredoc.FindStringSubmatch(line); m != nil {
			end = m[1]
		}
		for _, part := range parts(line) {
			if c, ok := simple(part); ok {
				all = append(all, c)
			}
		}
	}
	return all
}

// parts splits a line at its separators, where these are outside of quotes and
// of GitHub's expressions.
func parts(line string) []string {
	masked := []byte(line)
	for _, at := range expression.FindAllStringIndex(line, -1) {
		for i := at[0]; i < at[1]; i++ {
			masked[i] = 'x'
		}
	}
	quote := byte(0)
	for i := 0; i < len(masked); i++ {
		switch c := masked[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
			masked[i] = 'x'
		case c == '"' || c == '\'':
			quote = c
			masked[i] = 'x'
		case c == '#' && (i == 0 || masked[i-1] == ' '):
			masked, line = masked[:i], line[:i]
		}
	}
	var out []string
	last := 0
	for _, at := range separator.FindAllIndex(masked, -1) {
		if masked[at[0]] == '&' && at[0] > 0 && masked[at[0]-1] == '>' { // 2>&1
			continue
		}
		out = append(out, line[last:at[0]])
		last = at[1]
	}
	return append(out, line[last:])
}

// simple passes over what stands in front of a program.
func simple(part string) (command, bool) {
	rest := strings.TrimSpace(strings.ReplaceAll(part, "\x01\x01", " "))
	text := strings.TrimSpace(part)
	var sets []string
	for {
		word, after, _ := strings.Cut(rest, " ")
		switch {
		case assignment.MatchString(word) && !strings.ContainsAny(word, `"'`):
			sets = append(sets, word)
		case word == "sudo" || word == "time" || word == "exec" || word == "command" || word == "then" || word == "do" || word == "else" || word == "if" || word == "!":
		default:
			if at := strings.Index(text, word); at > 0 {
				text = text[at:]
			}
			if before, _, cut := strings.Cut(text, "\x01\x01"); cut { // the first of several lines
				text = strings.TrimSpace(before)
			}
			words := strings.Fields(expression.ReplaceAllString(rest, "$${}"))
			for i := range words {
				words[i] = strings.Trim(words[i], `"'`)
			}
			return command{strings.TrimSpace(text), words, sets}, len(words) > 0
		}
		rest = strings.TrimSpace(after)
		if rest == "" {
			return command{}, false
		}
	}
}
