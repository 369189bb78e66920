package revision

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// history: five commits on main, of which one is a merge of feature.
func history(l lab) string {
	l.init().write("package-lock.json", "one lock\n").write("go.sum", "one\n").write("docs/a", "a\n").commit("first")
	l.write("package-lock.json", "two\n").commit("second").git("tag", "v1")
	l.git("checkout", "-qb", "feature")
	l.write("yarn.lock", "feature\n").commit("feature")
	l.git("checkout", "-q", "main")
	l.git("mv", "go.sum", "renamed.sum")
	l.commit("third, a rename").git("tag", "-am", "two", "v2")
	l.git("merge", "-q", "--no-ff", "-m", "merge", "feature")
	l.remove("docs/a").write("docs/deep/er/Cargo.lock", "five\n").commit("fifth, a deletion")
	l.git("tag", "-am", "a tag of a tag", "v3", "v2")
	l.git("tag", "treetag", "HEAD^{tree}")
	l.git("tag", "blobtag", "HEAD:package-lock.json")
	l.git("branch", "dir/name", "v1")
	return l.dir
}

func packed(l lab) string {
	history(l)
	l.git("gc", "-q")
	l.git("pack-refs", "--all")
	return l.dir
}

// dirty: everything that a working tree can have done.
func dirty(l lab) string {
	l.init().write(".gitignore", "ignored/\n*.log\n!keep.log\n").write("same.lock", "same\n").write("touched.lock", "touched\n").
		write("modified.lock", "old\n").write("deleted.lock", "gone\n").write("moved/from.lock", "moved\n").
		write("staged.lock", "old\n").write("both.lock", "old\n").write("tolink.lock", "file\n").write("todir.lock", "file\n").
		write("dir/x.lock", "in\n").write("untracked-again.lock", "kept\n").write("mode.lock", "mode\n").link("same.lock", "link.lock").commit("first")
	l.write("modified.lock", "new\n").remove("deleted.lock").write("staged.lock", "new\n").write("added.lock", "added\n")
	l.git("add", "staged.lock", "added.lock")
	l.write("both.lock", "staged\n").git("add", "both.lock")
	l.write("both.lock", "worktree\n")
	l.git("rm", "-q", "--cached", "untracked-again.lock")
	l.at("moved").git("mv", "from.lock", "to.lock")
	l.remove("tolink.lock").link("same.lock", "tolink.lock")
	l.remove("todir.lock").write("todir.lock/inside.lock", "inside\n")
	l.write("untracked/package-lock.json", "untracked\n").write("ignored/package-lock.json", "ignored\n").
		write("noise.log", "").write("keep.log", "kept\n").link("/etc/passwd", "outside.lock").link("dir", "linkdir")
	l.at("nested").init().write("package-lock.json", "another repository's\n")
	os.Chmod(filepath.Join(l.dir, "mode.lock"), 0o755)
	later := time.Now().Add(time.Hour)
	os.Chtimes(filepath.Join(l.dir, "touched.lock"), later, later)
	return l.dir
}

func conflict(l lab) string {
	l.init().write("yarn.lock", "base\n").write("go.sum", "x\n").commit("base")
	l.git("checkout", "-qb", "side")
	l.write("yarn.lock", "side\n").commit("side")
	l.git("checkout", "-q", "main")
	l.write("yarn.lock", "main\n").commit("main")
	l.git("update-index", "--force-remove", "yarn.lock")
	lines := ""
	for stage, rev := range []string{"main~1", "main", "side"} {
		lines += fmt.Sprintf("100644 %s %d\tyarn.lock\n", l.git("rev-parse", rev+":yarn.lock"), stage+1)
	}
	l.gitIn(lines, "update-index", "--index-info")
	return l.dir
}

func linked(l lab) string {
	main := l.at("main")
	history(main)
	main.git("worktree", "add", "-q", "../linked", "feature")
	return l.at("linked").write("untracked.lock", "u\n").dir
}

func origin(l lab) string {
	history(l.at("upstream"))
	l.git("clone", "-q", "upstream", "clone")
	clone := l.at("clone")
	clone.git("checkout", "-qb", "work", "v2")
	return clone.write("work.lock", "w\n").commit("work").dir
}

// clone of history with options.
func cloned(options ...string) func(lab) string {
	return func(l lab) string {
		up := l.at("upstream")
		history(up)
		up.git("config", "uploadpack.allowFilter", "true")
		up.git("config", "uploadpack.allowAnySHA1InWant", "true")
		l.git(append(append([]string{"clone", "-q"}, options...), "file://"+up.dir, "clone")...)
		return filepath.Join(l.dir, "clone")
	}
}

func treeless(l lab) string {
	up := l.at("upstream").init().write("package-lock.json", "one\n").commit("first")
	up.write("package-lock.json", "two\n").commit("second").git("config", "uploadpack.allowFilter", "true")
	l.git("clone", "-q", "--filter=tree:0", "--no-checkout", "file://"+up.dir, "clone")
	return filepath.Join(l.dir, "clone")
}

func borrowed(l lab) string {
	history(l.at("upstream"))
	l.git("clone", "-q", "--shared", "upstream", "clone")
	return filepath.Join(l.dir, "clone")
}

func sparseFiles(l lab) {
	l.init().write("package-lock.json", "root\n").write("app/package-lock.json", "app\n").write("lib/package-lock.json", "lib\n").write("lib/src/x", "x\n").commit("first")
	l.write("lib/package-lock.json", "lib 2\n").commit("second")
}

func sparse(l lab) string {
	sparseFiles(l)
	l.git("sparse-checkout", "set", "--cone", "app")
	return l.dir
}

func sparseIndex(l lab) string {
	sparseFiles(l)
	l.git("sparse-checkout", "set", "--cone", "--sparse-index", "app")
	return l.dir
}

// oldSparse is a sparse work tree as git before 2.36 made it: no extension.
func oldSparse(l lab) string {
	sparseFiles(l)
	l.git("config", "core.sparseCheckout", "true")
	l.write(".git/info/sparse-checkout", "/app/\n/package-lock.json\n")
	l.git("read-tree", "-mu", "HEAD")
	return l.dir
}

// skipped is a file left out by its bit alone.
func skipped(l lab) string {
	sparseFiles(l)
	l.git("update-index", "--skip-worktree", "lib/package-lock.json")
	return l.remove("lib/package-lock.json").dir
}

func submodule(l lab) string {
	history(l.at("upstream"))
	super := l.at("super").init().write("package-lock.json", "super\n").commit("first")
	super.git("submodule", "--quiet", "add", l.dir+"/upstream", "vendor/sub")
	super.git("submodule", "--quiet", "add", l.dir+"/upstream", "deep/yarn.lock")
	super.commit("second")
	super.at("vendor/sub").git("checkout", "-q", "v1")
	super.commit("third")
	super.at("vendor/sub").git("checkout", "-q", "v2")
	return super.dir
}

func insideSubmodule(l lab) string {
	return filepath.Join(submodule(l), "vendor", "sub")
}

func sha256Repo(l lab) string {
	l.init("--object-format=sha256").write("a/package-lock.json", "one\n").commit("first")
	return l.write("a/package-lock.json", "two\n").commit("second").write("untracked.lock", "u\n").dir
}

// configured is history with settings in its own configuration.
func configured(settings ...string) func(lab) string {
	return func(l lab) string {
		history(l)
		for i := 0; i < len(settings); i += 2 {
			l.git("config", settings[i], settings[i+1])
		}
		return l.dir
	}
}

// claims is configured with settings under which git of today may not run.
func claims(text string) func(lab) string {
	return func(l lab) string {
		history(l)
		config, err := os.ReadFile(filepath.Join(l.dir, ".git", "config"))
		if err != nil {
			l.t.Fatal(err)
		}
		l.write(".git/config", strings.Replace(string(config), "repositoryformatversion = 0", "repositoryformatversion = 1", 1)+text)
		return l.dir
	}
}

func indexForm(args ...string) func(lab) string {
	return func(l lab) string {
		history(l)
		l.git(append([]string{"update-index"}, args...)...)
		return l.write("package-lock.json", "staged\n").dir
	}
}

var oddNames = []string{"-dash.lock", ":colon.lock", "a\nb.lock", "a\tb.lock", "\"quoted\".lock", "latin-\xe9.lock", "sp ace.lock", "back\\slash.lock", "HEAD", "*.lock", "ünï.lock", "dir.x/lock", "dir/lock", "dir-x/lock"}

func odd(l lab) string {
	l.init().commit("empty")
	for _, name := range oddNames {
		l.write(name, "content of "+name)
	}
	return l.commit("odd").dir
}

// hostileScript is run by nobody; it leaves a mark beside the repository.
func hostileScript(l lab) string {
	l.at("..").write(filepath.Base(l.dir)+".sh", "#!/bin/sh\necho \"$0 $*\" >> "+l.dir+".ran\ncat\n")
	os.Chmod(l.dir+".sh", 0o755)
	return l.dir + ".sh"
}

// attributes: the branch asks for every conversion that git has, and the
// configuration holds a driver for each.
func attributes(l lab) string {
	l.init().write("id.lock", "$Id$ $Format:%H$\n").write("eol.lock", "a\nb\n").write("lfs.lock", "pointer\n").write("text.lock", "old\n").commit("first")
	script := hostileScript(l)
	for _, key := range []string{"filter.evil.clean", "filter.evil.smudge", "filter.evil.process", "diff.evil.textconv", "diff.evil.command", "diff.external", "merge.evil.driver"} {
		l.git("config", key, script)
	}
	l.git("config", "filter.evil.required", "true")
	l.write(".gitattributes", "* filter=evil diff=evil merge=evil ident export-subst\neol.lock eol=crlf\n*.lock working-tree-encoding=UTF-16LE\n")
	l.write("text.lock", "new\n")
	future := time.Now().Add(time.Hour)
	for _, name := range []string{"id.lock", "eol.lock", "lfs.lock"} {
		os.Chtimes(filepath.Join(l.dir, name), future, future)
	}
	return l.dir
}

// hooks: the repository's configuration names programs to start.
func hooks(l lab) string {
	history(l)
	script := hostileScript(l)
	l.git("config", "core.fsmonitor", script)
	l.git("config", "core.hooksPath", filepath.Dir(script))
	l.git("config", "core.pager", script)
	l.git("config", "core.sshCommand", script)
	l.git("config", "core.askPass", script)
	l.git("config", "core.gitProxy", script)
	l.git("config", "core.editor", script)
	l.git("config", "core.alternateRefsCommand", script)
	l.git("config", "alias.cat-file", "!"+script)
	l.write(".git/hooks/post-index-change", "#!/bin/sh\necho hook >> "+l.dir+".ran\n")
	os.Chmod(filepath.Join(l.dir, ".git/hooks/post-index-change"), 0o755)
	later := time.Now().Add(time.Hour)
	os.Chtimes(filepath.Join(l.dir, "package-lock.json"), later, later)
	return l.write("yarn.lock", "changed\n").dir
}

func autocrlf(l lab) string {
	l.init().write("crlf.lock", "a\nb\n").write("changed.lock", "a\nb\n").write("binary.lock", "a\x00\n").commit("first")
	l.git("config", "core.autocrlf", "true")
	return l.write("crlf.lock", "a\r\nb\r\n").write("changed.lock", "a\r\nc\r\n").write("binary.lock", "a\x00\r\n").dir
}

func bare(l lab) string {
	history(l.at("upstream"))
	l.git("clone", "-q", "--bare", "upstream", "bare.git")
	return filepath.Join(l.dir, "bare.git")
}

func replaced(l lab) string {
	history(l)
	l.git("replace", "HEAD~3", "HEAD~4")
	return l.dir
}

func grafted(l lab) string {
	history(l)
	return l.write(".git/info/grafts", l.git("rev-parse", "HEAD~1")+"\n").dir
}

// crossed: two branches that each merged the other, so there are two best
// common ancestors.
func crossed(l lab) string {
	l.init().write("a", "a").commit("root")
	l.git("branch", "other")
	l.write("b", "b").commit("b").git("tag", "b")
	l.git("checkout", "-q", "other")
	l.write("c", "c").commit("c").git("tag", "c")
	l.git("merge", "-q", "-m", "m1", "b")
	l.git("checkout", "-q", "main")
	l.git("merge", "-q", "-m", "m2", "c")
	return l.dir
}

func unrelated(l lab) string {
	l.init().write("a", "a").commit("root")
	l.git("checkout", "-q", "--orphan", "other")
	return l.write("b", "b").commit("b").dir
}

func trunk(l lab) string {
	history(l)
	l.git("branch", "-m", "main", "trunk")
	l.git("checkout", "-q", "feature")
	return l.dir
}

func noDefault(l lab) string {
	history(l)
	l.git("branch", "-m", "main", "elsewhere")
	return l.dir
}

// twice has a tag and a branch of one name, at different commits.
func twice(l lab) string {
	history(l)
	l.git("branch", "twin", "HEAD~1")
	l.git("tag", "twin", "v1")
	return l.dir
}

// intended is a file whose addition is announced to the index.
func intended(l lab) string {
	l.init().write("a", "a").commit("first").write("new.lock", "new\n").git("add", "-N", "new.lock")
	return l.dir
}

func unborn(l lab) string { return l.init().write("package-lock.json", "x\n").dir }

func subdirectory(l lab) string {
	history(l)
	return l.at("docs/deep").write("untracked.lock", "u\n").dir
}
