package cooldown

import (
	"regexp"
	"strings"
)

// glob matches a name against a pattern. In the strict form, that of minimatch
// and micromatch, a star stays within a scope (@org/* has two parts); in the
// loose form, that of pnpm and Dependabot, it stands for anything.
func glob(pattern, name string, strict bool) bool {
	if !strings.ContainsAny(pattern, "*?{[") {
		return pattern == name
	}
	within := ".*"
	if strict {
		within = "[^/]*"
	}
	var b strings.Builder
	b.WriteString("^(?:")
	braces := 0
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case c == '*' && i+1 < len(pattern) && pattern[i+1] == '*':
			b.WriteString(".*")
			for i+1 < len(pattern) && pattern[i+1] == '*' {
				i++
			}
		case c == '*':
			b.WriteString(within)
		case c == '?' && strict:
			b.WriteString("[^/]")
		case c == '{' && strict:
			braces++
			b.WriteString("(?:")
		case c == '}' && braces > 0:
			braces--
			b.WriteString(")")
		case c == ',' && braces > 0:
			b.WriteString("|")
		default:
			b.WriteString(regexp.QuoteMeta(string(c)))
		}
	}
	b.WriteString(")$")
	compiled, err := regexp.Compile(b.String())
	return err == nil && compiled.MatchString(name)
}

// versioned splits name@versions; a scope's @ is part of the name.
func versioned(entry string) (name, versions string) {
	if i := strings.LastIndexByte(entry, '@'); i > 0 {
		return strings.TrimSpace(entry[:i]), strings.TrimSpace(entry[i+1:])
	}
	return strings.TrimSpace(entry), ""
}

// amongVersions tells whether a version is one of those that "1.0.0 || 1.0.1"
// names. unread tells that the text holds a range, which only the tool reads.
func amongVersions(versions, version string) (is, unread bool) {
	for one := range strings.SplitSeq(versions, "||") {
		one = strings.TrimPrefix(strings.TrimSpace(one), "=")
		if one == version {
			return true, false
		}
		if one == "" || one[0] < '0' || one[0] > '9' || strings.ContainsAny(one, " *xX") {
			unread = true
		}
	}
	return false, unread
}

// exemption looks for the package in a list of names, patterns, and either with
// versions behind an @.
func (f *file) exemption(key string, entries []*node, q Query, strict bool) (exempt string, problems []Problem) {
	for _, entry := range entries {
		name, versions := versioned(entry.text)
		if !glob(name, q.Name, strict) {
			continue
		}
		if versions == "" {
			return f.exempt(key, entry), nil
		}
		switch is, unread := amongVersions(versions, q.Version); {
		case is:
			return f.exempt(key, entry), nil
		case unread:
			problems = append(problems, Problem{f.tool, f.path, entry.line, oneLine(key + " " + entry.text + " names a range of versions, which is not read")})
		}
	}
	return "", problems
}
