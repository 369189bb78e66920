package analysis

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/diff/revision"
)

type files map[string]string

func data(f files) map[string][]byte {
	m := make(map[string][]byte)
	for name, text := range f {
		m[name] = []byte(text)
	}
	return m
}

// repository is one of two commits, main and topic, read without git.
func repository(t *testing.T, base, head files) revision.Repository {
	t.Helper()
	dir := t.TempDir()
	err := revision.Create(dir,
		revision.Commit{Branch: "main", Message: "base", Files: data(base)},
		revision.Commit{Branch: "topic", Message: "head", Files: data(head)})
	if err != nil {
		t.Fatal(err)
	}
	repo, err := revision.Open(t.Context(), dir, revision.GoGit)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { repo.Close() })
	return repo
}

// listener is a Handler made of functions; an absent one is content.
type listener struct {
	changes  func(*Review) error
	progress func(done, total int, what string) error
	result   func(change, check int, r Result) error
	done     func(Coverage) error
}

func (l listener) Result(change, check int, r Result) error {
	if l.result == nil {
		return nil
	}
	return l.result(change, check, r)
}

func (l listener) Done(c Coverage) error {
	if l.done == nil {
		return nil
	}
	return l.done(c)
}

func (l listener) Changes(r *Review) error {
	if l.changes == nil {
		return nil
	}
	return l.changes(r)
}

func (l listener) Progress(done, total int, what string) error {
	if l.progress == nil {
		return nil
	}
	return l.progress(done, total, what)
}

func run(ctx context.Context, t *testing.T, repo revision.Repository, opts Options, h Handler) error {
	t.Helper()
	base, head, err := repo.Range(t.Context(), []string{"main..topic"})
	if err != nil {
		t.Fatal(err)
	}
	return Run(ctx, repo, base, head, opts, h)
}

func review(t *testing.T, base, head files, opts Options) *Review {
	t.Helper()
	var known *Review
	calls := 0
	err := run(t.Context(), t, repository(t, base, head), opts, listener{changes: func(r *Review) error {
		known = r
		calls++
		return nil
	}})
	if err != nil || calls != 1 {
		t.Fatalf("%d calls of Changes: %v", calls, err)
	}
	return known
}

// moved names what moved: "requirements.txt alpha 1.0>1.1".
func moved(r *Review) (list []string) {
	for i := range r.Diff.Changes {
		c := &r.Diff.Changes[i]
		list = append(list, c.Lockfile+" "+c.Package().Name+" "+c.From()+">"+c.To())
	}
	return list
}

func expect(t *testing.T, r *Review, want ...string) {
	t.Helper()
	if got := moved(r); !slices.Equal(got, want) {
		t.Errorf("moved %q, want %q", got, want)
	}
}

func lockfile(t *testing.T, r *Review, name string) Lockfile {
	t.Helper()
	i := slices.IndexFunc(r.Lockfiles, func(l Lockfile) bool { return l.Name() == name })
	if i < 0 {
		t.Fatalf("%s is not listed", name)
	}
	return r.Lockfiles[i]
}

var errHandler = errors.New("the handler has had enough")

// TestHostileHandler: an error of a Handler ends the review, and is the error
// of the run; nothing is called after it.
func TestHostileHandler(t *testing.T) {
	repo := repository(t, files{"requirements.txt": "alpha==1.0\n"}, files{"requirements.txt": "alpha==1.1\n"})
	ends := 0
	for end := 1; ; end++ {
		calls := 0
		refuse := func() error {
			calls++
			if calls > end {
				t.Fatal("called after its error")
			}
			if calls == end {
				return errHandler
			}
			return nil
		}
		err := run(t.Context(), t, repo, Options{}, listener{
			changes:  func(*Review) error { return refuse() },
			progress: func(int, int, string) error { return refuse() },
		})
		if calls < end { // the review ended before: every call has been refused once
			if err != nil {
				t.Fatal(err)
			}
			break
		}
		if !errors.Is(err, errHandler) {
			t.Errorf("call %d refused, but the run says %v", end, err)
		}
		ends++
	}
	if ends < 2 {
		t.Errorf("only %d calls could be refused", ends)
	}
}

// TestCancel: a review that is called off at any point says so, and reports
// no changes.
func TestCancel(t *testing.T) {
	repo := repository(t, files{"requirements.txt": "alpha==1.0\n"}, files{"requirements.txt": "alpha==1.1\n"})
	for at := range 3 {
		ctx, cancel := context.WithCancel(t.Context())
		calls := 0
		if at == 0 {
			cancel()
		}
		err := run(ctx, t, repo, Options{}, listener{
			changes: func(*Review) error { t.Errorf("cancelled at %d, and changes are told", at); return nil },
			progress: func(int, int, string) error {
				if calls++; calls == at {
					cancel()
				}
				return nil
			},
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled at %d: %v", at, err)
		}
		cancel()
	}
}

// TestOneSide: what can be read on one side alone says nothing of what moved.
func TestOneSide(t *testing.T) {
	good, bad := "alpha==1.0\n", "alpha==1.0\n<<<<<<< HEAD\n"
	for _, c := range []struct {
		name, base, head, revision string
	}{{"base", bad, good, "main"}, {"head", good, bad, "topic"}, {"new", "", bad, "topic"}, {"gone", bad, "", "main"}} {
		t.Run(c.name, func(t *testing.T) {
			base, head := files{"b/requirements.txt": "beta==1\n"}, files{"b/requirements.txt": "beta==2\n"}
			if c.base != "" {
				base["a/requirements.txt"] = c.base
			}
			if c.head != "" {
				head["a/requirements.txt"] = c.head
			}
			r := review(t, base, head, Options{})
			expect(t, r, "b/requirements.txt beta 1>2")
			if len(r.Errors) != 1 || r.Errors[0].Lockfile != "a/requirements.txt" || r.Errors[0].Revision != c.revision || r.Errors[0].Line != 2 {
				t.Errorf("errors %+v", r.Errors)
			}
			l := lockfile(t, r, "a/requirements.txt")
			if l.Error == nil || !l.Changed || l.Packages != -1 || l.BasePackages != -1 {
				t.Errorf("listed as %+v", l)
			}
			if want := "a/requirements.txt:2 at " + c.revision + ": "; l.Error != nil && !strings.HasPrefix(l.Error.String(), want) {
				t.Errorf("%q does not begin with %q", l.Error.String(), want)
			}
		})
	}
	t.Run("both", func(t *testing.T) {
		r := review(t, files{"requirements.txt": bad}, files{"requirements.txt": bad + "# more\n"}, Options{})
		if len(r.Errors) != 2 || r.Errors[0].Revision != "main" || r.Errors[1].Revision != "topic" {
			t.Errorf("errors %+v", r.Errors)
		}
	})
	t.Run("the same on both sides", func(t *testing.T) {
		r := review(t, files{"requirements.txt": bad}, files{"requirements.txt": bad, "README": "x"}, Options{})
		if l := lockfile(t, r, "requirements.txt"); len(r.Errors) > 0 || l.Changed {
			t.Errorf("what nobody touched was read: %+v", r.Errors)
		}
	})
}

// TestCompanions: a lockfile is read again when only a file that its reading
// depends on differs.
func TestCompanions(t *testing.T) {
	const mod = "module example.invalid/app\n\ngo 1.26\n\nrequire example.invalid/lib v1.0.0\n"
	hash := func(letter string) string {
		return "example.invalid/lib v1.0.0 h1:" + strings.Repeat(letter, 43) + "=\nexample.invalid/lib v1.0.0/go.mod h1:" + strings.Repeat("A", 43) + "=\n"
	}
	r := review(t, files{"go.mod": mod, "go.sum": hash("B")}, files{"go.mod": mod, "go.sum": hash("C")}, Options{})
	expect(t, r, "go.mod example.invalid/lib v1.0.0>v1.0.0")
	if len(r.Diff.Changes) == 1 && r.Diff.Changes[0].Kind != diff.Repinned {
		t.Errorf("another hash in go.sum is %s", r.Diff.Changes[0].Kind)
	}

	const yarn = "# yarn lockfile v1\n\n\nalpha@^1.0.0:\n  version \"1.0.0\"\n  resolved \"https://registry.invalid/alpha-1.0.0.tgz#0123456789012345678901234567890123456789\"\n"
	r = review(t, files{"yarn.lock": yarn, "package.json": `{"dependencies": {"alpha": "^1.0.0"}}`},
		files{"yarn.lock": yarn, "package.json": `{"devDependencies": {"alpha": "^1.0.0"}}`}, Options{})
	expect(t, r, "yarn.lock alpha 1.0.0>1.0.0")
	if len(r.Diff.Changes) == 1 && r.Diff.Changes[0].Kind != diff.Edited {
		t.Errorf("a dependency that became one of development is %s", r.Diff.Changes[0].Kind)
	}

	// One in another directory is no companion.
	r = review(t, files{"yarn.lock": yarn, "sub/package.json": `{}`}, files{"yarn.lock": yarn, "sub/package.json": `{"name": "sub"}`}, Options{})
	if l := lockfile(t, r, "yarn.lock"); l.Changed {
		t.Error("yarn.lock was read for a manifest elsewhere")
	}
}

// TestKnownByHeader: pip-compile writes under any name; a text of another kind
// is no lockfile.
func TestKnownByHeader(t *testing.T) {
	const header = "#\n# This file is autogenerated by pip-compile with Python 3.12\n# by the following command:\n#\n"
	base := files{"deps/prod.txt": header + "alpha==1.0\n", "deps/same.txt": header + "same==1\n", "notes.txt": "alpha==1.0\n"}
	head := files{"deps/prod.txt": header + "alpha==1.1\n", "deps/same.txt": header + "same==1\n", "notes.txt": "alpha==1.1\n"}
	r := review(t, base, head, Options{})
	expect(t, r, "deps/prod.txt alpha 1.0>1.1")
	for _, l := range r.Lockfiles {
		if l.Name() == "notes.txt" {
			t.Error("notes.txt is taken for a lockfile")
		}
	}
	topic, err := repository(t, base, head).Revision(t.Context(), "topic")
	if err != nil {
		t.Fatal(err)
	}
	listing, err := List(t.Context(), topic, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, l := range listing.Lockfiles {
		paths = append(paths, l.Path)
	}
	if want := []string{"deps/prod.txt", "deps/same.txt"}; !slices.Equal(paths, want) {
		t.Errorf("listed %q, want %q", paths, want)
	}
}

// TestVendored: what lies in somebody else's source is theirs, unless asked.
func TestVendored(t *testing.T) {
	at := func(version string) files {
		return files{"requirements.txt": "alpha==" + version + "\n", "vendor/x/requirements.txt": "beta==" + version + "\n", "node_modules/y/requirements.txt": "gamma==" + version + "\n"}
	}
	expect(t, review(t, at("1"), at("2"), Options{}), "requirements.txt alpha 1>2")
	expect(t, review(t, at("1"), at("2"), Options{Vendored: true}),
		"node_modules/y/requirements.txt gamma 1>2", "requirements.txt alpha 1>2", "vendor/x/requirements.txt beta 1>2")
}

// TestMoved: the lockfile is listed once, under the name of head.
func TestMoved(t *testing.T) {
	r := review(t, files{"requirements.txt": "alpha==1\nbeta==1\n"}, files{"api/requirements.txt": "alpha==1\nbeta==2\n"}, Options{})
	expect(t, r, "api/requirements.txt beta 1>2")
	if len(r.Lockfiles) != 1 || !r.Lockfiles[0].Moved() || r.Lockfiles[0].Changes != 1 {
		t.Errorf("listed as %+v", r.Lockfiles)
	}
}

// TestProgress: what is said while a person waits is true too.
func TestProgress(t *testing.T) {
	same := "module a.example\n"
	repo := repository(t, files{"go.mod": same, "x/go.mod": same}, files{"go.mod": same, "x/go.mod": "module b.example\n"})
	var said []string
	err := run(t.Context(), t, repo, Options{}, listener{progress: func(_, _ int, what string) error {
		said = append(said, what)
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"comparing main with topic", "reading the lockfiles that differ: 1 of 2"}
	if !slices.Equal(said, want) {
		t.Errorf("said %q, want %q", said, want)
	}
}
