package posture

import "strings"

// keepsForksOut tells whether a job or step behind all of these conditions never
// runs for a fork's branch: whether, of every alternative of one of them, some
// part says so. A condition that is not understood keeps nobody out.
func keepsForksOut(conditions ...string) bool {
	for _, c := range conditions {
		c = strings.NewReplacer("${{", " ", "}}", " ").Replace(c)
		if noFork(c, 0) {
			return true
		}
	}
	return false
}

// deepestCondition bounds the parentheses that are looked into.
const deepestCondition = 20

func noFork(condition string, depth int) bool {
	if depth > deepestCondition {
		return false
	}
	alternatives := splitOutside(condition, "||")
	for _, a := range alternatives {
		if !alternativeNoFork(a, depth) {
			return false
		}
	}
	return len(alternatives) > 0
}

func alternativeNoFork(alternative string, depth int) bool {
	for _, part := range splitOutside(alternative, "&&") {
		part = strings.TrimSpace(part)
		switch {
		case strings.HasPrefix(part, "(") && strings.HasSuffix(part, ")"):
			if noFork(part[1:len(part)-1], depth+1) {
				return true
			}
		case strings.HasPrefix(part, "!") && strings.HasPrefix(strings.TrimSpace(part[1:]), "("):
			// The opposite of what stands there.
		case sameRepository.MatchString(part):
			return true
		}
	}
	return false
}

// splitOutside splits at an operator that stands outside of parentheses and
// quoted text.
func splitOutside(text, operator string) (parts []string) {
	depth, quoted, from := 0, false, 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\'':
			quoted = !quoted
		case quoted:
		case c == '(' || c == '[':
			depth++
		case c == ')' || c == ']':
			depth--
		case depth <= 0 && strings.HasPrefix(text[i:], operator):
			parts = append(parts, text[from:i])
			i += len(operator) - 1
			from = i + 1
		}
	}
	return append(parts, text[from:])
}
