package revision

import (
	"context"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// shared is where repositories lie that several tests read.
var shared string

func TestMain(m *testing.M) {
	flag.Parse()
	for _, pair := range os.Environ() {
		if name, _, _ := strings.Cut(pair, "="); strings.HasPrefix(name, "GIT_") {
			os.Unsetenv(name)
		}
	}
	dir, err := os.MkdirTemp("", "revision")
	if err != nil {
		panic(err)
	}
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		panic(err)
	}
	shared = dir
	for name, value := range map[string]string{
		"HOME": filepath.Join(dir, "home"), "XDG_CONFIG_HOME": filepath.Join(dir, "home"),
		"GIT_CONFIG_GLOBAL": os.DevNull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CEILING_DIRECTORIES": dir,
		"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.com", "GIT_AUTHOR_DATE": "1700000000 +0000",
		"GIT_COMMITTER_NAME": "C", "GIT_COMMITTER_EMAIL": "c@example.com", "GIT_COMMITTER_DATE": "1700000000 +0000",
	} {
		os.Setenv(name, value)
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// lab builds a repository with the git binary.
type lab struct {
	t   testing.TB
	dir string
}

func needGit(t testing.TB) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("no git on PATH: the fixtures are built with it")
	}
}

// at is the lab in another directory, made if need be.
func (l lab) at(dir string) lab {
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(l.dir, dir)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		l.t.Fatal(err)
	}
	return lab{l.t, dir}
}

func (l lab) git(args ...string) string {
	l.t.Helper()
	return l.gitIn("", args...)
}

func (l lab) gitIn(stdin string, args ...string) string {
	l.t.Helper()
	args = append([]string{"-c", "protocol.file.allow=always", "-c", "init.defaultBranch=main", "-c", "advice.detachedHead=false"}, args...)
	cmd := exec.Command("git", args...)
	cmd.Dir = l.dir
	cmd.Stdin = strings.NewReader(stdin)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		l.t.Fatalf("git %q in %s: %v\n%s", args, l.dir, err, &stderr)
	}
	return strings.TrimSuffix(string(out), "\n")
}

func (l lab) write(path, content string) lab {
	l.t.Helper()
	full := filepath.Join(l.dir, path)
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		l.t.Fatal(err)
	}
	if err := os.WriteFile(full, []byte(content), 0o644); err != nil {
		l.t.Fatal(err)
	}
	return l
}

func (l lab) remove(path string) lab {
	l.t.Helper()
	if err := os.Remove(filepath.Join(l.dir, path)); err != nil {
		l.t.Fatal(err)
	}
	return l
}

func (l lab) link(target, path string) lab {
	l.t.Helper()
	if err := os.Symlink(target, filepath.Join(l.dir, path)); err != nil {
		l.t.Skip("no symbolic links here: ", err)
	}
	return l
}

func (l lab) init(args ...string) lab {
	l.t.Helper()
	l.git(append([]string{"init", "-q"}, args...)...)
	return l
}

// commit records everything on disk.
func (l lab) commit(message string) lab {
	l.t.Helper()
	l.git("add", "-A")
	l.git("commit", "-q", "--allow-empty", "-m", message)
	return l
}

// built keeps one repository of each builder: the tests only read them.
var built = map[string]string{}

// build gives the directory that the builder names, made once.
func build(t testing.TB, name string, make func(lab) string) string {
	t.Helper()
	needGit(t)
	dir, ok := built[name]
	if !ok {
		dir = filepath.Join(shared, strings.ReplaceAll(name, " ", "-"))
		built[name] = "" // a builder that fails, fails all its tests
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		dir = make(lab{t, dir})
		built[name] = dir
	}
	if dir == "" {
		t.Fatalf("the repository %q could not be built", name)
	}
	return dir
}

func open(t testing.TB, dir string, backend Backend) Repository {
	t.Helper()
	repo, err := Open(context.Background(), dir, backend)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { repo.Close() })
	return repo
}
