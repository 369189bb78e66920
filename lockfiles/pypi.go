package lockfiles

import "strings"

// NormalizePyPI spells a PyPI name as PEP 503 does: lower case, runs of "-", "_" and "." as one "-".
func NormalizePyPI(name string) string {
	normal := true
	for i := 0; i < len(name) && normal; i++ {
		c := name[i]
		normal = c != '_' && c != '.' && (c < 'A' || c > 'Z') && c < 0x80 &&
			(c != '-' || i+1 == len(name) || name[i+1] != '-')
	}
	if normal {
		return name
	}
	var b strings.Builder
	b.Grow(len(name))
	run := false
	for _, r := range strings.ToLower(name) {
		separator := r == '-' || r == '_' || r == '.'
		switch {
		case separator && !run:
			b.WriteByte('-')
		case !separator:
			b.WriteRune(r)
		}
		run = separator
	}
	return b.String()
}
