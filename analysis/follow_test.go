package analysis

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/depreview/depreview/diff/revision"
)

// recorded keeps the review.
type recorded struct{ review *Review }

func (r *recorded) Changes(review *Review) error             { r.review = review; return nil }
func (r *recorded) Progress(done, total int, _ string) error { return nil }
func (r *recorded) Result(int, int, Result) error            { return nil }
func (r *recorded) Done(Coverage) error                      { return nil }

// followed compares two commits of a fresh repository, whose work tree lies at
// dir; disk, if it is set, changes the work tree, which then is the head.
func followed(t *testing.T, base, head files, disk func(dir string)) *Review {
	t.Helper()
	dir := t.TempDir()
	if err := revision.Create(dir, revision.Commit{Branch: "main", Message: "base", Files: data(base)},
		revision.Commit{Branch: "next", Message: "head", Files: data(head)}); err != nil {
		t.Fatal(err)
	}
	args := []string{"main", "next"}
	if disk != nil {
		disk(dir)
		args = []string{"main", "."}
	}
	repo, err := revision.Open(t.Context(), dir, revision.GoGit)
	if err != nil {
		t.Fatal(err)
	}
	defer repo.Close()
	from, to, err := repo.Range(t.Context(), args)
	if err != nil {
		t.Fatal(err)
	}
	var r recorded
	if err := Run(t.Context(), repo, from, to, Options{}, &r); err != nil {
		t.Fatal(err)
	}
	return r.review
}

// said is what a review tells, in a line each.
func said(r *Review) string {
	var lines []string
	for _, c := range r.Diff.Changes {
		lines = append(lines, c.Lockfile+": "+c.Package().Name+" "+c.Kind.String())
	}
	for _, e := range r.Errors {
		lines = append(lines, e.String())
	}
	return strings.Join(lines, "\n")
}

// TestRunFollows: what a lockfile draws in may differ while its own text, and
// every file of a known name, is the same.
func TestRunFollows(t *testing.T) {
	xml := func(hash string) string {
		return `<verification-metadata><components><component group="g" name="a" version="1.0"><artifact name="a.jar"><sha256 value="` +
			strings.Repeat(hash, 64) + `"/></artifact></component></components></verification-metadata>`
	}
	for _, c := range []struct {
		name       string
		base, head files
		want       string
	}{
		{"an included file of any name",
			files{"requirements.txt": "-r deps/common.lst\n", "deps/common.lst": "-r more.lst", "deps/more.lst": "a==1.0\n"},
			files{"requirements.txt": "-r deps/common.lst\n", "deps/common.lst": "-r more.lst", "deps/more.lst": "a==1.0\nb==1.0\n"},
			"requirements.txt: b added"},
		{"an included file that was not there",
			files{"requirements.txt": "-r deps/common.lst\n"},
			files{"requirements.txt": "-r deps/common.lst\n", "deps/common.lst": "b==1.0\n"}, "requirements.txt: b added"},
		{"a lockfile among copies, which is left out by itself",
			files{"requirements.txt": "-r vendor/requirements.txt\n", "vendor/requirements.txt": "a==1.0\n"},
			files{"requirements.txt": "-r vendor/requirements.txt\n", "vendor/requirements.txt": "a==1.0\nb==1.0\n"},
			"requirements.txt: b added"},
		{"a file that another format claims",
			files{"requirements.txt": "-r action.yml\n", "action.yml": "# nothing\n"},
			files{"requirements.txt": "-r action.yml\n", "action.yml": "b==1.0\n"},
			"requirements.txt: b added"},
		{"a lockfile that is included says it itself",
			files{"requirements.txt": "-r requirements-dev.txt\n", "requirements-dev.txt": "a==1.0\n"},
			files{"requirements.txt": "-r requirements-dev.txt\n", "requirements-dev.txt": "a==1.0\nb==1.0\n"},
			"requirements-dev.txt: b added"},
		{"the hashes of a build further up",
			files{"app/gradle.lockfile": "g:a:1.0=x\n", "gradle/verification-metadata.xml": xml("a")},
			files{"app/gradle.lockfile": "g:a:1.0=x\n", "gradle/verification-metadata.xml": xml("b")},
			"app/gradle.lockfile: g:a repinned"},
		{"nothing of it", files{"requirements.txt": "-r deps.lst\n", "deps.lst": "a==1.0\n"},
			files{"requirements.txt": "-r deps.lst\n", "deps.lst": "a==1.0\n", "other.lst": "b==1.0\n"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := said(followed(t, c.base, c.head, nil)); got != c.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, c.want)
			}
		})
	}
}

// TestRunFoldsCase: where the file system folds case, package managers read
// these files too, and a checkout keeps either of two.
func TestRunFoldsCase(t *testing.T) {
	head := files{
		"Go.Mod":            "module a.example\nrequire b.example v1.0.0\n",
		"x/CARGO.lock":      "version = 4\n[[package]]\nname = \"c\"\nversion = \"1.0.0\"\nsource = \"registry+https://index.example\"\n",
		"Package-lock.JSON": `{"lockfileVersion":3,"packages":{"node_modules/d":{"version":"1.0.0"}}}`,
		"Requirements.TXT":  "e==1.0\n",
		"Vendor.txt":        "no lockfile",
	}
	want := "Go.Mod: b.example added\nPackage-lock.JSON: d added\nRequirements.TXT: e added\nx/CARGO.lock: c added"
	if got := said(followed(t, files{"README": ""}, head, nil)); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

// TestRunSaysWhatIsLeftOut: a directory named vendor hides no change.
func TestRunSaysWhatIsLeftOut(t *testing.T) {
	base := files{"vendor/same/go.mod": "module a.example\n", "vendor/x/go.mod": "module a.example\n"}
	head := files{"vendor/same/go.mod": "module a.example\n", "vendor/x/go.mod": "module b.example\n", "node_modules/y/yarn.lock": "x"}
	got := followed(t, base, head, nil)
	if text := strings.Join(got.LeftOut, " "); text != "node_modules/y/yarn.lock vendor/x/go.mod" {
		t.Errorf("left out: %s", text)
	}
}

// TestRunSaysWhatIsNoFile: package managers follow a link, and so would read
// what no review shows.
func TestRunSaysWhatIsNoFile(t *testing.T) {
	const lock, moved = "module a.example\nrequire b.example v1.0.0\n", "module a.example\nrequire b.example v1.1.0\n"
	const unread = "go.mod at working tree: open go.mod: not a regular file: it is a symbolic link, which is not followed"
	for _, c := range []struct {
		name   string
		base   files
		target string
		want   string
	}{
		{"a link in the place of the lockfile", files{"go.mod": lock, "hidden/x": moved}, "hidden/x", unread},
		{"a new link", files{"hidden/x": moved}, "hidden/x", unread},
		{"a link that leads out", files{"README": ""}, "../../x", unread},
		{"a link that leads to nothing", files{"README": ""}, "x", unread},
		{"a link that leads to itself", files{"README": ""}, "go.mod", unread},
		{"a link to a lockfile that is read itself", files{"sub/go.mod": lock}, "sub/go.mod", ""},
		{"a link to a lockfile that is left out", files{"vendor/go.mod": lock}, "vendor/go.mod", unread},
		{"a link to a lockfile of another format", files{"package-lock.json": `{"lockfileVersion":3}`}, "package-lock.json", unread},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := followed(t, c.base, c.base, func(dir string) {
				os.Remove(filepath.Join(dir, "go.mod"))
				if err := os.Symlink(filepath.FromSlash(c.target), filepath.Join(dir, "go.mod")); err != nil {
					t.Skip("this system makes no symbolic links: ", err)
				}
			})
			if text := said(got); text != c.want {
				t.Errorf("got:\n%s\nwant:\n%s", text, c.want)
			}
			for _, e := range got.Errors {
				if e.Hint == "" {
					t.Errorf("%s: no hint", e)
				}
			}
		})
	}
	t.Run("a link that is included", func(t *testing.T) {
		base := files{"requirements.txt": "-r deps.lst\n", "deps.lst": "a==1.0\n", "x": "b==1.0\n"}
		got := said(followed(t, base, base, func(dir string) {
			os.Remove(filepath.Join(dir, "deps.lst"))
			if err := os.Symlink("x", filepath.Join(dir, "deps.lst")); err != nil {
				t.Skip("this system makes no symbolic links: ", err)
			}
		}))
		want := "requirements.txt:1 at working tree: cannot read what is included: open deps.lst: not a regular file: it is a symbolic link, which is not followed"
		if got != want {
			t.Errorf("got:\n%s\nwant:\n%s", got, want)
		}
	})
}
