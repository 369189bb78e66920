package lockfiles

import (
	"strings"

	"github.com/google/osv-scalibr/semantic"
)

// pypiRequirement is a requirement in the notation of PEP 508, or the same
// said in a tool's own words.
type pypiRequirement struct {
	name   string   // as written
	extras []string // asked of the package, normalised
	// rest is everything behind the name as written: extras, range, URL, marker.
	rest string
	// specifier is the range within rest, or "".
	specifier string
	optional  bool // needed for an extra of the dependant alone
	// broughtBy are the dependant's own extras that ask for it; none: always.
	broughtBy []string
	exactly   int // 1 + the place of the entry meant, where the lockfile says
	line      int
}

// parsePypiRequirement reads "name[extras] (>=1); marker" and "name @ url". ok is false
// when no name stands at its beginning.
func parsePypiRequirement(text string) (r pypiRequirement, ok bool) {
	text = strings.TrimSpace(text)
	end := 0
	for end < len(text) && isPyPINameByte(text[end]) {
		end++
	}
	if end == 0 {
		return r, false
	}
	r.name, r.rest = text[:end], strings.TrimSpace(text[end:])
	tail := r.rest
	if strings.HasPrefix(tail, "[") {
		inside, after, closed := strings.Cut(tail[1:], "]")
		if !closed {
			return r, false
		}
		for extra := range strings.SplitSeq(inside, ",") {
			if extra = strings.TrimSpace(extra); extra != "" {
				r.extras = append(r.extras, NormalizePyPI(extra))
			}
		}
		tail = strings.TrimSpace(after)
	}
	if strings.HasPrefix(tail, "@") {
		return r, true
	}
	tail, _, _ = strings.Cut(tail, ";")
	r.specifier = strings.Trim(tail, "() \t")
	return r, true
}

func isPyPINameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.'
}

// maxPyPIVersion bounds the versions that are compared, which takes more than
// linear time.
const maxPyPIVersion = 100

// pypiSatisfies tells whether a version may satisfy a range of PEP 440 or of
// Poetry. It answers true wherever it is not sure: it only picks among several
// locked versions of one name, where a missing edge is worse than one too many.
func pypiSatisfies(version, specifier string) bool {
	if len(version) > maxPyPIVersion || len(specifier) > 4*maxPyPIVersion {
		return true
	}
	parsed, err := semantic.Parse(version, "PyPI")
	if err != nil {
		return true
	}
	specifier = strings.ReplaceAll(specifier, "||", "|")
	for alternative := range strings.SplitSeq(specifier, "|") {
		all := true
		for _, clause := range pypiClauses(alternative) {
			all = all && pypiClause(parsed, version, clause)
		}
		if all {
			return true
		}
	}
	return false
}

// pypiClauses splits ">= 1, <2" and ">=1 <2" into clauses without spaces.
func pypiClauses(alternative string) []string {
	var clauses []string
	operator := ""
	for word := range strings.FieldsFuncSeq(alternative, func(r rune) bool { return r == ',' || r == ' ' }) {
		if strings.Trim(word, "<>=!~^") == "" {
			operator = word
			continue
		}
		clauses = append(clauses, operator+word)
		operator = ""
	}
	return clauses
}

func pypiClause(parsed semantic.Version, version, clause string) bool {
	at := strings.IndexFunc(clause, func(r rune) bool { return !strings.ContainsRune("<>=!~^", r) })
	if at < 0 {
		return true
	}
	operator, bound := clause[:at], clause[at:]
	if prefix, wild := strings.CutSuffix(bound, "*"); wild {
		matches := strings.HasPrefix(version+".", prefix)
		return prefix == "" || matches == (operator != "!=")
	}
	order, err := parsed.CompareStr(bound)
	if err != nil {
		return true
	}
	switch operator {
	case "", "=", "==", "===":
		// A local version ("+cpu") satisfies the public one.
		public, _, _ := strings.Cut(version, "+")
		return order == 0 || public == bound
	case "!=":
		return order != 0
	case ">=":
		return order >= 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	case "<":
		return order < 0
	case "~=", "~", "^":
		upper, ok := pypiUpper(operator, bound)
		if !ok {
			return order >= 0
		}
		below, err := parsed.CompareStr(upper)
		return order >= 0 && (err != nil || below < 0)
	}
	return true
}

// pypiUpper is the first version that a compatible-release clause shuts out.
// ok is false where the bound is no plain release.
func pypiUpper(operator, bound string) (upper string, ok bool) {
	parts := strings.Split(bound, ".")
	keep := 1
	switch operator {
	case "~=":
		keep = len(parts) - 1
	case "~":
		keep = min(2, len(parts))
	case "^": // up to the first part that is not zero
		for keep < len(parts) && strings.Trim(parts[keep-1], "0") == "" {
			keep++
		}
	}
	if keep < 1 {
		return "", false
	}
	last := []byte(parts[keep-1])
	for i := len(last) - 1; i >= 0; i-- {
		switch {
		case last[i] < '0' || last[i] > '9':
			return "", false
		case last[i] < '9':
			last[i]++
			return strings.Join(append(parts[:keep-1:keep-1], string(last)), "."), true
		}
		last[i] = '0'
	}
	return strings.Join(append(parts[:keep-1:keep-1], "1"+string(last)), "."), true
}
