package oracle

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/depreview/depreview/lockfiles"
)

// The whole line of a `uses`, with what a person takes for its version.
var (
	usesLine  = regexp.MustCompile(`^\s*(?:- +)?uses:\s*["']?([^"'#\s]+)["']?\s*(?:#\s*(?:tag=)?(v?\d\S*)\s*|#.*)?$`)
	imageLine = regexp.MustCompile(`^\s*(?:container|image):\s*["']?([^"'#\s{]+)["']?\s*(?:#.*)?$`)
)

// TestGitHubActions holds the YAML walk against one regular expression a line;
// no extractor of osv-scalibr reads workflows.
func TestGitHubActions(t *testing.T) {
	eachFile(t, "github-actions", func(t *testing.T, tree fs.FS, path string) {
		data, err := fs.ReadFile(tree, path)
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		seen := make(map[string]bool)
		for i, line := range strings.Split(string(data), "\n") {
			m := usesLine.FindStringSubmatch(strings.TrimSuffix(line, "\r"))
			if image := imageLine.FindStringSubmatch(line); image != nil {
				m = []string{"", "docker://" + image[1], ""}
			}
			if m == nil || strings.HasPrefix(m[1], "./") || seen[m[1]+m[2]] {
				continue
			}
			seen[m[1]+m[2]] = true
			want = append(want, fmt.Sprintf("%d %s %s", i+1, m[1], m[2]))
		}
		lockfile, err := lockfiles.Read(t.Context(), tree, path)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range lockfile.Packages {
			text, label := p.Name+"@"+p.Version, p.Label
			if p.Path != "" {
				text, _, _ = strings.Cut(p.Path, " # ")
			}
			if !strings.Contains(label, ".") && !strings.HasPrefix(label, "v") {
				label = "" // a branch's name, which the expression does not know
			}
			got = append(got, fmt.Sprintf("%d %s %s", p.Line, text, label))
		}
		if !slices.Equal(got, want) {
			t.Errorf("read\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	})
}
