package lockfiles

import "strings"

// NormalizePyPI spells a PyPI name as PEP 503 does: lower case, runs of "-", "_" and "." as one "-".
func NormalizePyPI(name string) string {
	var b strings.Builder
	b.Grow(len(name))
	run := false
	for _, r := range strings.ToLower(name) {
		if r == '-' || r == '_' || r == '.' {
			run = true
			continue
		}
		if run {
			b.WriteByte('-')
			run = false
		}
		b.WriteRune(r)
	}
	if run {
		b.WriteByte('-')
	}
	return b.String()
}
