package cmd

import (
	"archive/zip"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "rewrite what the stories expect")

// TestMain lets the stories start this test binary as depreview, and the tests
// of the audit as its engine.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == "depreview-engines" {
		fakeEngine()
	}
	testscript.Main(m, map[string]func(){
		"depreview": func() { os.Exit(Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
	})
}

// TestStories runs what people do, one file a story.
func TestStories(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not on PATH")
	}
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("..", "testdata", "cmd"),
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup:               isolate,
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits":  exits,
			"commit": commit,
			"safe":   safe,
			"write":  write,
			"zipped": zipped,
		},
	})
}

// isolate keeps the settings of whoever runs the tests out of the stories, and
// gives commits the same hashes everywhere.
func isolate(env *testscript.Env) error {
	const date = "2026-01-02T03:04:05Z"
	for _, v := range []struct{ name, value string }{
		{"HOME", filepath.Join(env.WorkDir, ".home")},
		{"XDG_CONFIG_HOME", filepath.Join(env.WorkDir, ".home")},
		{"AppData", filepath.Join(env.WorkDir, ".home")},
		{"XDG_CACHE_HOME", filepath.Join(env.WorkDir, ".home", "cache")},
		{"LocalAppData", filepath.Join(env.WorkDir, ".home", "cache")},
		{"GIT_CONFIG_GLOBAL", os.DevNull},
		{"GIT_CONFIG_NOSYSTEM", "1"},
		{"GIT_CEILING_DIRECTORIES", env.WorkDir},
		{"GIT_AUTHOR_NAME", "A. Person"}, {"GIT_AUTHOR_EMAIL", "a@person.invalid"}, {"GIT_AUTHOR_DATE", date},
		{"GIT_COMMITTER_NAME", "A. Person"}, {"GIT_COMMITTER_EMAIL", "a@person.invalid"}, {"GIT_COMMITTER_DATE", date},
		{"LC_ALL", "C"},
	} {
		env.Setenv(v.name, v.value)
	}
	// No story reaches the network, and those that are about lockfiles do not
	// change with every new check: who wants checks names another --config. Each
	// system has its own place for settings.
	for _, dir := range []string{".home", ".home/.config", ".home/Library/Application Support"} {
		dir = filepath.Join(env.WorkDir, filepath.FromSlash(dir), "depreview")
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, "config.toml"), []byte("offline = true\nchecks = [\"none\"]\n"), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// exits is `exits CODE PROGRAM ARGS`: the program runs and exits with the code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	code := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%v", err)
		}
		code = exit.ExitCode()
	}
	if code != want || neg {
		ts.Fatalf("exit code %d, want %d\n%s%s", code, want, ts.ReadFile("stdout"), ts.ReadFile("stderr"))
	}
}

// commit is `commit MESSAGE`: everything in the current directory is committed,
// to a repository that is made where there is none.
func commit(ts *testscript.TestScript, _ bool, args []string) {
	if _, err := os.Stat(ts.MkAbs(".git")); err != nil {
		ts.Check(ts.Exec("git", "init", "--quiet", "--initial-branch=main"))
	}
	ts.Check(ts.Exec("git", "add", "--all"))
	ts.Check(ts.Exec("git", "commit", "--quiet", "--allow-empty", "--message", strings.Join(args, " ")))
}

// safe is that neither output of the program that ran last holds a character
// that a terminal would act on or that would not be seen.
func safe(ts *testscript.TestScript, neg bool, _ []string) {
	for _, stream := range []string{"stdout", "stderr"} {
		text := ts.ReadFile(stream)
		for i, r := range text {
			if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) != neg {
				ts.Fatalf("%s holds %U at byte %d:\n%q", stream, r, i, text)
			}
		}
	}
}

// write is `write FILE TEXT`, both with the escapes of a Go string: a file
// whose name or content no script can hold.
func write(ts *testscript.TestScript, _ bool, args []string) {
	for i := range args {
		text, err := strconv.Unquote(`"` + strings.ReplaceAll(args[i], `"`, `\"`) + `"`)
		ts.Check(err)
		args[i] = text
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(args[1]), 0o644))
}

// zipped is `zipped FILE DIR`: a download of the advisories in DIR, which is as
// old as a commit.
func zipped(ts *testscript.TestScript, _ bool, args []string) {
	path := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(filepath.Dir(path), 0o755))
	file, err := os.Create(path)
	ts.Check(err)
	z := zip.NewWriter(file)
	ts.Check(z.AddFS(os.DirFS(ts.MkAbs(args[1]))))
	ts.Check(z.Close())
	ts.Check(file.Close())
	then := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	ts.Check(os.Chtimes(path, then, then))
}
