package cmd

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/depreview/depreview/diff/revision"
)

// TestGoSource: what `go list` reads of a module is copied, embedded files as
// empty ones, and nothing else.
func TestGoSource(t *testing.T) {
	dir := t.TempDir()
	if err := revision.Create(dir, revision.Commit{Branch: "main", Message: "x", Files: map[string][]byte{
		"go.work": []byte("go 1.26\nuse ./api\n"), "api/go.work": nil,
		"api/go.mod": []byte("module example.org/api\n"), "api/go.sum": nil,
		"api/main.go":               []byte("package main\n\n//go:embed page.html static \"a b.txt\"\n//go:embed all:hidden\nvar x string\n//go:embedded none.txt\n"),
		"api/page.html":             []byte("<p>"),
		"api/static/css/a.css":      []byte("p"),
		"api/a b.txt":               []byte("a"),
		"api/hidden/.b":             []byte("a"),
		"api/none.txt":              []byte("a"),
		"page.html":                 []byte("of nobody"),
		"api/vendor/modules.txt":    []byte("# acme.example/http v1.0.0\n"),
		"api/vendor/acme/http.go":   []byte("package http\n"),
		"api/vendor/acme/go.mod":    nil,
		"php/vendor/acme/http.go":   []byte("package http\n"),
		"api/Makefile":              []byte("all:\n"),
		"web/node_modules/x/x.json": []byte("{}"),
	}}); err != nil {
		t.Fatal(err)
	}
	repo, err := revision.Open(t.Context(), dir, revision.GoGit)
	if err != nil {
		t.Fatal(err)
	}
	defer repo.Close()
	rev, err := repo.Revision(t.Context(), "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	to := t.TempDir()
	if some, err := goSource(t.Context(), rev, to, []string{"api/go.mod"}); !some || err != nil {
		t.Fatalf("%t, %v", some, err)
	}
	var got []string
	fs.WalkDir(os.DirFS(to), ".", func(file string, e fs.DirEntry, err error) error {
		if info, _ := e.Info(); err == nil && !e.IsDir() {
			if info.Size() > 0 {
				file += " whole"
			}
			got = append(got, file)
		}
		return err
	})
	slices.Sort(got)
	want := []string{"api/a b.txt", "api/go.sum", "api/hidden/.b", "api/main.go whole", "api/page.html", "api/static/css/a.css",
		"api/vendor/acme/http.go whole", "api/vendor/modules.txt whole", "go.work whole"}
	if !slices.Equal(got, want) {
		t.Errorf("copied %q", got)
	}
	if some, err := goSource(t.Context(), rev, t.TempDir(), []string{"package-lock.json"}); some || err != nil {
		t.Errorf("without a module: %t, %v", some, err)
	}
}

func TestEmbedPatterns(t *testing.T) {
	for source, want := range map[string][]string{
		"//go:embed a b/*.c\n":             {"a", "b/*.c"},
		"\t//go:embed\ta\n//go:embed b":    {"a", "b"},
		"//go:embed \"a b\" `c d` all:e\n": {"a b", "c d", "e"},
		"//go:embed \"a\n":                 {},
		"//go:embed\n":                     {},
		"// go:embed a\n":                  {},
		"//go:embed a\t b\t\n":             {"a", "b"},
	} {
		if got := embedPatterns([]byte(source)); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", source, got, want)
		}
	}
}

// TestEmbedPatternsAreBounded: each is held against each file of the revision.
func TestEmbedPatternsAreBounded(t *testing.T) {
	dir := t.TempDir()
	line := "//go:embed" + strings.Repeat(" a", mostEmbedPatterns+1)
	if err := os.WriteFile(filepath.Join(dir, "a.go"), []byte(line), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := placeEmbedded(t.Context(), dir, []string{"a.go"}, []string{"a.go"}, 10); !errors.Is(err, errTooManyEmbedded) {
		t.Error(err)
	}
}

func FuzzEmbedPatterns(f *testing.F) {
	f.Add([]byte("//go:embed a \"b c\" `d`\n"))
	f.Fuzz(func(t *testing.T, source []byte) {
		for _, p := range embedPatterns(source) {
			embedded(map[string][]string{"a": {p}}, "a/b/c")
		}
	})
}
