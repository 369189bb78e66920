package cmd

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/depreview/depreview/"

// floors, from the top down: a room imports its own floor and those below.
var floors = []string{"cmd", "tui", "analysis", "diff", "lockfiles", "assets"}

// only says which rooms, or single files, may import a package; a trailing /
// covers what lies below it.
var only = []struct {
	imported string
	rooms    []string
	why      string
}{
	{"charm.land/", []string{"tui"}, "only tui draws"},
	{"github.com/charmbracelet/", []string{"tui"}, "only tui draws"},
	{"github.com/alecthomas/kong", []string{"cmd"}, "only cmd knows the command line"},
	{"net/http", []string{"analysis/clients", "analysis/replay", "cmd/depreview-engines/network.go"}, "only the clients speak to the network, and the engines behind their guard"},
	{"os/exec", []string{"diff/revision", "analysis/engines", "cmd/browser.go"}, "nothing else starts a program but the person's own browser"},
	{"regexp", []string{"lockfiles/pattern", "analysis/cooldown", "analysis/allowlist", "analysis/attest", "cmd/depreview-engines"}, "a fixed expression is a pattern.New, which costs no start; those rooms compile what a file or a person says"},
	{"github.com/google/osv-scanner/", []string{"cmd/depreview-engines"}, "the viewer starts without the engines' weight"},
	{"github.com/ossf/scorecard/", []string{"cmd/depreview-engines", "cmd/scorecard-texts"}, "the viewer starts without the engines' weight"},
}

// TestImportsRunDown reads the import lines of every file that is no test.
func TestImportsRunDown(t *testing.T) {
	files := 0
	tree := os.DirFS("..")
	err := fs.WalkDir(tree, ".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (strings.HasPrefix(entry.Name(), ".") && file != "." || entry.Name() == "testdata") {
			return fs.SkipDir
		}
		if !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return nil
		}
		files++
		data, err := fs.ReadFile(tree, file)
		if err != nil {
			return err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, data, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range parsed.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value)
			checkImport(t, file, imported)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 30 {
		t.Errorf("only %d files were read: is the test looking at the right place?", files)
	}
}

func checkImport(t *testing.T, file, imported string) {
	room := path.Dir(file)
	for _, rule := range only {
		if !under(imported, rule.imported) {
			continue
		}
		allowed := false
		for _, r := range rule.rooms {
			allowed = allowed || under(room, r) || file == r
		}
		if !allowed {
			t.Errorf("%s imports %s: %s", file, imported, rule.why)
		}
	}
	inside, ok := strings.CutPrefix(imported, module)
	if !ok {
		return
	}
	if from, to := floor(room), floor(inside); from < 0 || to < from {
		t.Errorf("%s imports %s, which lies on a higher floor", file, imported)
	}
	if under(room, "tui/components") && !under(inside, "tui") {
		t.Errorf("%s imports %s: components know no domain type", file, imported)
	}
}

// under tells whether a path is dir or lies below it.
func under(p, dir string) bool {
	dir = strings.TrimSuffix(dir, "/")
	return p == dir || strings.HasPrefix(p, dir+"/")
}

func floor(room string) int {
	for i, f := range floors {
		if under(room, f) {
			return i
		}
	}
	return -1
}

// TestTopLevel keeps the rooms as they are.
func TestTopLevel(t *testing.T) {
	known := "cmd tui analysis lockfiles diff assets testdata go.mod go.sum README.md .goreleaser.yaml LICENSE SECURITY.md .gitignore .github .ci .git"
	entries, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	ignored, err := os.ReadFile("../.gitignore")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		name := e.Name()
		if !strings.Contains(" "+known+" ", " "+name+" ") && !strings.Contains(string(ignored), "/"+name) {
			t.Errorf("%s is no room of the house", name)
		}
	}
}
