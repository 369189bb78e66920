package lockfiles

import "strings"

// pylockNeeded tells from an entry's marker who needs it: dev when only a
// dependency group does that is not installed by default, optional when only
// an extra does. What a marker says of the environment may always hold. A
// marker that cannot be read says nothing.
func pylockNeeded(marker string, defaults map[string]bool) (dev, optional bool) {
	if !strings.Contains(marker, "dependency_groups") && !strings.Contains(marker, "extras") {
		return false, false
	}
	m := pylockMarker{tokens: pylockTokens(marker), defaults: defaults}
	holds, ok := m.or(0)
	if !ok || m.next < len(m.tokens) {
		return false, false
	}
	switch {
	case holds&pylockDefault != 0:
		return false, false
	case holds&pylockGroups != 0:
		return true, false
	}
	return false, true
}

// A marker is judged for two installations at once: with the default groups,
// and with all groups; both without extras.
const (
	pylockDefault = 1 << iota
	pylockGroups
	pylockBoth = pylockDefault | pylockGroups
)

type pylockMarker struct {
	tokens   []string
	next     int
	defaults map[string]bool
}

func (m *pylockMarker) peek() string {
	if m.next < len(m.tokens) {
		return m.tokens[m.next]
	}
	return ""
}

func (m *pylockMarker) take() string {
	token := m.peek()
	m.next++
	return token
}

func (m *pylockMarker) or(depth int) (holds int, ok bool) {
	holds, ok = m.and(depth)
	for ok && m.peek() == "or" {
		m.next++
		var right int
		right, ok = m.and(depth)
		holds |= right
	}
	return holds, ok
}

func (m *pylockMarker) and(depth int) (holds int, ok bool) {
	holds, ok = m.term(depth)
	for ok && m.peek() == "and" {
		m.next++
		var right int
		right, ok = m.term(depth)
		holds &= right
	}
	return holds, ok
}

func (m *pylockMarker) term(depth int) (holds int, ok bool) {
	if m.peek() == "(" {
		if depth++; depth > maxNesting {
			return 0, false
		}
		m.next++
		holds, ok = m.or(depth)
		return holds, ok && m.take() == ")"
	}
	left, operator := m.take(), m.take()
	negated := operator == "not"
	if negated {
		operator = m.take()
	}
	right := m.operand()
	if left == "" || len(right) == 0 {
		return 0, false
	}
	if operator == "in" && left == "dependency_groups" {
		return m.groups(right, negated), true // pipenv once wrote it the wrong way round
	}
	if operator == "in" && right[0] == "dependency_groups" {
		return m.groups([]string{left}, negated), true
	}
	if operator == "in" && right[0] == "extras" && !negated {
		return 0, true
	}
	return pylockBoth, true
}

// operand is a value, or a list of strings in parentheses.
func (m *pylockMarker) operand() []string {
	if m.peek() != "(" {
		if m.peek() == "" {
			return nil
		}
		return []string{m.take()}
	}
	m.next++
	var list []string
	for m.peek() != ")" {
		if m.peek() == "" {
			return nil
		}
		list = append(list, m.take())
	}
	m.next++
	return list
}

// groups judges whether one of names is installed.
func (m *pylockMarker) groups(names []string, negated bool) int {
	for _, name := range names {
		if m.defaults[strings.Trim(name, `'"`)] != negated {
			return pylockBoth
		}
	}
	if negated {
		return 0
	}
	return pylockGroups
}

// pylockTokens splits a marker. Strings keep their quotes, so that none is
// taken for a word.
func pylockTokens(marker string) (tokens []string) {
	for marker != "" {
		end := 1
		switch c := marker[0]; {
		case strings.IndexByte(" \t\r\n,", c) >= 0:
			marker = marker[1:]
			continue
		case c == '(' || c == ')':
		case c == '\'' || c == '"':
			if i := strings.IndexByte(marker[1:], c); i >= 0 {
				end = i + 2
			} else {
				end = len(marker)
			}
		case strings.IndexByte("<>=!~", c) >= 0:
			end = len(marker) - len(strings.TrimLeft(marker, "<>=!~"))
		default:
			if end = strings.IndexAny(marker, " \t\r\n,()'\"<>=!~"); end < 0 {
				end = len(marker)
			}
		}
		tokens = append(tokens, marker[:end])
		marker = marker[end:]
	}
	return tokens
}

// pylockReach marks what only dependency groups need, where the lockfile has
// edges and the manifest tells the groups apart.
func pylockReach(asked map[string]pythonRequire, entries []pylockEntry) {
	needs := make(map[string][]pylockNeed)
	var production, development []string
	edges := false
	for _, e := range entries {
		needs[e.Name] = append(needs[e.Name], e.needs...)
		edges = edges || len(e.needs) > 0
		if e.root != "" {
			production = append(production, e.Name)
		}
	}
	if !edges {
		return
	}
	for _, a := range asked {
		if a.dev {
			development = append(development, a.name)
		} else {
			production = append(production, a.name)
		}
	}
	reach := func(from []string) map[string]bool {
		reached := make(map[string]bool)
		for len(from) > 0 {
			name := from[len(from)-1]
			from = from[:len(from)-1]
			if reached[name] {
				continue
			}
			reached[name] = true
			for _, need := range needs[name] {
				from = append(from, need.name)
			}
		}
		return reached
	}
	byProduction, byDevelopment := reach(production), reach(development)
	for i := range entries {
		if name := entries[i].Name; byDevelopment[name] && !byProduction[name] {
			entries[i].Dev = true
		}
	}
}
