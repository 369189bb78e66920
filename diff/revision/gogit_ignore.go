package revision

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing/format/gitignore"
)

// ignoreRules are .gitignore patterns, the strongest last. They hide a file
// only where that is certain: a lockfile too many is one more row, a hidden
// one is a change that nobody saw. So the person's own core.excludesFile is
// not read, and patterns that go-git may match more widely than git does (with
// ranges, escapes, ? or ** inside) hide nothing; as exceptions they lift all.
type ignoreRules []gitignore.Pattern

func readExclude(gitDir string) ignoreRules {
	text, err := os.ReadFile(filepath.Join(gitDir, "info", "exclude"))
	if err != nil {
		return nil
	}
	return ignoreRules(nil).with(text, ".")
}

// with adds the lines of one file, which lies in dir.
func (r ignoreRules) with(text []byte, dir string) ignoreRules {
	var domain []string
	if dir != "." {
		domain = strings.Split(dir, "/")
	}
	r = slices.Clip(r) // siblings share what is above them
	for line := range bytes.Lines(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))) {
		pattern := strings.TrimRight(strings.TrimSuffix(strings.TrimSuffix(string(line), "\n"), "\r"), " ")
		if pattern == "" || strings.HasPrefix(pattern, "#") {
			continue
		}
		exception := strings.HasPrefix(pattern, "!")
		body := strings.TrimPrefix(pattern, "!")
		// "**/name" is "name".
		if rest, ok := strings.CutPrefix(body, "**/"); ok && !strings.Contains(strings.TrimSuffix(rest, "/"), "/") {
			body = rest
		}
		if strings.ContainsAny(body, `[?\`) || strings.Contains(body, "**") || body == "" || body == "/" || strings.Contains(body, "//") {
			if !exception {
				continue
			}
			body = "*"
		}
		if exception {
			body = "!" + body
		}
		r = append(r, gitignore.ParsePattern(body, domain))
	}
	return r
}

// ignored judges one name whose directory is not ignored: parents are judged
// before, and what lies in an ignored one cannot be brought back.
func (r ignoreRules) ignored(name string, dir bool) bool {
	parts := strings.Split(name, "/")
	for _, pattern := range slices.Backward(r) {
		switch pattern.Match(parts, dir) {
		case gitignore.Exclude:
			return true
		case gitignore.Include:
			return false
		}
	}
	return false
}
