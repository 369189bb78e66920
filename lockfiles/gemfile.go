package lockfiles

import (
	"io/fs"
	"slices"
	"strings"

	"github.com/depreview/depreview/lockfiles/pattern"
)

// readGemfile gives the gems that a Gemfile puts into the groups development
// and test alone, or nil. A Gemfile is a program and is not run: one statement
// that is not among those known here, and nothing is concluded from any, for a
// wrong guess would call a dependency of production harmless.
func readGemfile(tree fs.FS, file string) map[string]bool {
	data, ok := readManifest(tree, file)
	if !ok {
		return nil
	}
	statements, ok := gemfileStatements(string(data))
	if !ok {
		return nil
	}
	var g gemfileReader
	g.only = make(map[string]bool)
	for _, s := range statements {
		if !g.read(s) {
			return nil
		}
	}
	if len(g.blocks) > 0 {
		return nil
	}
	for name, only := range g.only {
		if !only {
			delete(g.only, name)
		}
	}
	return g.only
}

// gemfileStatements cuts a file into statements: comments away, and lines that
// go on in the next one joined. ok is false for what would need a Ruby parser.
func gemfileStatements(text string) (list []string, ok bool) {
	var statement strings.Builder
	depth := 0
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, " \t\r\n")
		if line == "__END__" {
			break
		}
		if strings.HasPrefix(line, "=begin") {
			return nil, false
		}
		code, change, ok := gemfileCode(line)
		if !ok {
			return nil, false
		}
		depth += change
		code = strings.TrimSpace(code)
		if code == "" {
			continue
		}
		if statement.Len() > 0 {
			statement.WriteByte(' ')
		}
		before, goesOn := strings.CutSuffix(code, `\`)
		statement.WriteString(before)
		if depth > 0 || goesOn || strings.HasSuffix(code, ",") {
			continue
		}
		if depth < 0 {
			return nil, false
		}
		list = append(list, statement.String())
		statement.Reset()
	}
	return list, statement.Len() == 0 && depth == 0
}

// gemfileCode is a line without its comment, and by how much its brackets open.
// Heredocs, several statements in a line and strings that go on are not ok.
func gemfileCode(line string) (code string, opened int, ok bool) {
	var quote byte
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case quote != 0:
			if c == '\\' {
				i++
			} else if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '#':
			return line[:i], opened, true
		case c == '(' || c == '[' || c == '{':
			opened++
		case c == ')' || c == ']' || c == '}':
			opened--
		case c == ';' || c == '`' || c == '<' && strings.HasPrefix(line[i:], "<<"):
			return "", 0, false
		}
	}
	return line, opened, quote == 0
}

// gemfileDepth bounds blocks within blocks, which each gem looks through.
const gemfileDepth = 20

// gemfileReader follows the blocks that statements open.
type gemfileReader struct {
	blocks [][]string      // the groups that each open block adds
	only   map[string]bool // gem -> in no group but development and test so far
}

var (
	gemfileGem   = pattern.New(`^gem[ (] *["']([A-Za-z0-9_.-]+)["'] *\)?(.*)$`)
	gemfileGroup = pattern.New(`^group[ (] *(.*?) *\)? do$`)
	// gemfileBlock are the blocks that say nothing of groups.
	gemfileBlock = pattern.New(`^(?:platforms?|source|git|github|gist|path|install_if|env|git_source)\b.* do(?: *\|[a-z_, ]*\|)?$`)
	gemfileIf    = pattern.New(`^(?:if|unless|case)\b`)
	gemfileElse  = pattern.New(`^(?:elsif|else|when)\b`)
	// gemfilePlain are statements that add no gem to a group; an assignment
	// must not open a block of its own.
	gemfilePlain = pattern.New(`^(?:(?:source|ruby|gemspec|plugin|git_source|puts|raise|require|require_relative)\b|[a-z_]\w* *=[^=~])`)
	gemfileOpens = pattern.New(`\b(?:do|if|unless|case|begin|while|until|def)\b|\{[^}]*\bgem\b`)
	gemfileQuote = pattern.New(`"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'`)

	// gemfileLiteral is a list of arguments, strings taken out, whose last one is
	// no variable: that could be a table of options.
	gemfileLiteral = pattern.New(`(?:^|,) *(?:\w+:.*|:.*|=> *.*)?\)? *(?:\b(?:if|unless)\b.*)?$`)

	gemfileGroupOption = pattern.New(`(?:\bgroups?:|:groups? *=>) *(%[iw]\[[^\]]*\]|\[[^\]]*\]|:\w+|"\w+"|'\w+')`)
	gemfileOptional    = pattern.New(`,? *(?:optional:|:optional *=>) *(?:true|false)`)
	gemfileGroupName   = pattern.New(`^(?::(\w+)|"(\w+)"|'(\w+)')$`)
)

func (g *gemfileReader) read(statement string) bool {
	switch {
	case statement == "end":
		if len(g.blocks) == 0 {
			return false
		}
		g.blocks = g.blocks[:len(g.blocks)-1]
		return true
	case gemfileGem.MatchString(statement):
		return g.gem(gemfileGem.FindStringSubmatch(statement))
	case gemfileGroup.MatchString(statement):
		arguments := gemfileGroup.FindStringSubmatch(statement)[1]
		groups, ok := gemfileGroups(gemfileOptional.ReplaceAllString(arguments, ""))
		g.blocks = append(g.blocks, groups)
		return ok && len(g.blocks) < gemfileDepth
	case gemfileBlock.MatchString(statement), gemfileIf.MatchString(statement):
		g.blocks = append(g.blocks, nil)
		return len(g.blocks) < gemfileDepth
	case gemfileElse.MatchString(statement):
		return len(g.blocks) > 0
	case gemfilePlain.MatchString(statement):
		return !gemfileOpens.MatchString(gemfileQuote.ReplaceAllString(statement, `""`))
	}
	return false
}

// gem takes one declaration in: its name, then its options. Options that are
// not all in view (a splat, a variable) leave the gem to production.
func (g *gemfileReader) gem(match []string) bool {
	name, options := match[1], match[2]
	var groups []string
	for _, block := range g.blocks {
		groups = append(groups, block...)
	}
	known := true
	option := gemfileGroupOption.FindStringSubmatch(options)
	if option != nil {
		more, ok := gemfileGroups(option[1])
		groups, known = append(groups, more...), ok
		options = strings.Replace(options, option[0], "", 1)
	}
	bare := gemfileQuote.ReplaceAllString(options, "")
	if strings.Contains(options, "group") || strings.Contains(bare, "*") || !gemfileLiteral.MatchString(bare) {
		known = false
	}
	only := known && len(groups) > 0 && !slices.ContainsFunc(groups, func(group string) bool {
		return group != "development" && group != "test"
	})
	if before, declared := g.only[name]; declared {
		only = only && before
	}
	g.only[name] = only
	return !strings.HasSuffix(bare, " do")
}

// gemfileGroups reads `:a, "b"`, `[:a, :b]` and `%i[a b]`.
func gemfileGroups(text string) (groups []string, ok bool) {
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "%i[") || strings.HasPrefix(text, "%w[") {
		return strings.Fields(strings.TrimSuffix(text[3:], "]")), strings.HasSuffix(text, "]")
	}
	if inner, bracketed := strings.CutPrefix(text, "["); bracketed {
		text = strings.TrimSuffix(inner, "]")
	}
	for part := range strings.SplitSeq(text, ",") {
		m := gemfileGroupName.FindStringSubmatch(strings.TrimSpace(part))
		if m == nil {
			return nil, false
		}
		groups = append(groups, m[1]+m[2]+m[3])
	}
	return groups, len(groups) > 0
}
