package checks

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/depreview/depreview/analysis/clients"
	"github.com/depreview/depreview/analysis/registry"
)

// noCodes are the words with a hyphen in this room that are no finding's code
// and no check's name.
var noCodes = []string{"composer-plugin", "allow-plugins", "non-standard", "upload-time", "api-version", "dev-main", "self-hosted"}

// madeUp are codes that are put together, by the word before the hyphen.
var madeUp = map[string][]string{"package-": {"quarantined", "removed", "disabled", "archived", "deprecated", "abandoned"}}

// TestReadmeKnowsEveryCode: a code that the README does not explain, or one
// that nothing emits, fails. The same holds for the checks.
func TestReadmeKnowsEveryCode(t *testing.T) {
	var checks []string
	for _, c := range All(Sources{Clients: &clients.Clients{}, Registry: &registry.Registry{}}) {
		checks = append(checks, c.Name())
	}
	emitted := map[string]bool{"malware": true}
	word := regexp.MustCompile(`^[a-z]+(-[a-z]+)+$`)
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
				text, _ := strconv.Unquote(literal.Value)
				for _, end := range madeUp[text] {
					emitted[text+end] = true
				}
				named := slices.Contains(checks, text) && !strings.HasPrefix(text, "release-age")
				if word.MatchString(text) && !named && !slices.Contains(noCodes, text) {
					emitted[text] = true
				}
			}
			return true
		})
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	table := between(t, string(readme), "### Findings\n", "\nLicences are allowed")
	listed := make(map[string]bool)
	for _, line := range strings.Split(table, "\n") {
		cells := strings.Split(line, "|")
		if len(cells) < 3 {
			continue
		}
		for _, m := range regexp.MustCompile("`([a-z-]+)`").FindAllStringSubmatch(cells[1], -1) {
			listed[m[1]] = true
		}
	}
	if len(listed) < 30 {
		t.Fatalf("only %d codes were read from the README", len(listed))
	}
	for code := range emitted {
		if !listed[code] {
			t.Errorf("the README does not explain %s", code)
		}
	}
	for code := range listed {
		if !emitted[code] {
			t.Errorf("the README explains %s, which nothing emits", code)
		}
	}
	about := between(t, string(readme), "## What it checks\n", "### Findings\n")
	for _, name := range checks {
		if !strings.Contains(about, "| `"+name+"` |") {
			t.Errorf("the README does not list the check %s", name)
		}
	}
}

func between(t *testing.T, text, from, to string) string {
	t.Helper()
	_, rest, ok := strings.Cut(text, from)
	part, _, ended := strings.Cut(rest, to)
	if !ok || !ended {
		t.Fatalf("the README has no part between %q and %q", from, to)
	}
	return part
}
