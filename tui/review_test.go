package tui

import (
	"fmt"
	"io/fs"
	"strings"
	"testing/fstest"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

// maker builds a review as if it had been read from two revisions: the
// packages of each side with their lines, the changes, and the files.
type maker struct {
	base, head map[string]*lockfiles.Lockfile
	text       [2]map[string]*strings.Builder // base and head
	lines      [2]map[string]int              // of those texts; counting them anew made big reviews slow
	changes    []diff.Change
	files      []diff.File
	errors     []analysis.Error
}

func newMaker() *maker {
	return &maker{
		base: map[string]*lockfiles.Lockfile{}, head: map[string]*lockfiles.Lockfile{},
		text: [2]map[string]*strings.Builder{{}, {}}, lines: [2]map[string]int{{}, {}},
	}
}

// file adds a lockfile that exists on both sides.
func (m *maker) file(f diff.File) {
	m.files = append(m.files, f)
	path := f.Path
	m.base[path] = &lockfiles.Lockfile{Path: f.BasePath, Format: f.BaseFormat}
	m.head[path] = &lockfiles.Lockfile{Path: f.Path, Format: f.Format}
	m.text[0][f.BasePath], m.text[1][f.Path] = &strings.Builder{}, &strings.Builder{}
	m.lines[0][f.BasePath], m.lines[1][f.Path] = 0, 0
}

func (m *maker) entry(side int, path string, p lockfiles.Package) *lockfiles.Package {
	l := []*lockfiles.Lockfile{m.base[path], m.head[path]}[side]
	text := m.text[side][l.Path]
	p.Line = m.lines[side][l.Path] + 1
	before := text.Len()
	fmt.Fprintf(text, "  %s@%s:\n    resolution: {integrity: sha512-%s==}\n    engines: {node: '>=18'}\n", p.Name, p.Version, hash(p.Name+p.Version))
	if p.Origin != "" {
		fmt.Fprintf(text, "    tarball: %s\n", p.Origin)
	}
	m.lines[side][l.Path] += strings.Count(text.String()[before:], "\n") // names may hold some
	if len(p.Integrity) == 0 {
		p.Integrity = []lockfiles.Digest{{Algorithm: "sha512", Value: hash(p.Name+p.Version) + "=="}}
	}
	l.Packages = append(l.Packages, p)
	return &l.Packages[len(l.Packages)-1]
}

// hash is a text that looks like a digest and is always the same.
func hash(text string) string {
	sum := uint64(14695981039346656037)
	var b strings.Builder
	for i := range 5 {
		for _, c := range []byte(text) {
			sum = (sum ^ uint64(c) ^ uint64(i)) * 1099511628211
		}
		fmt.Fprintf(&b, "%016x", sum)
	}
	return b.String()
}

type change struct {
	file, eco, name, from, to string
	kind                      diff.Kind
	class                     diff.Class
	cause                     diff.Cause
	set                       func(base, head *lockfiles.Package)
}

func (m *maker) add(c change) {
	d := diff.Change{Lockfile: c.file, Kind: c.kind, Class: c.class, Cause: c.cause}
	id := lockfiles.ID{Ecosystem: c.eco, Name: c.name}
	var base, head lockfiles.Package
	base, head = lockfiles.Package{ID: id, Version: c.from}, lockfiles.Package{ID: id, Version: c.to}
	base.Direct, head.Direct = c.cause.State == diff.Direct, c.cause.State == diff.Direct
	if c.cause.State == diff.Direct {
		d.Cause.By = id
	}
	if c.set != nil {
		c.set(&base, &head)
	}
	var in diff.Instance
	if c.kind != diff.Added {
		d.Base = m.entry(0, c.file, base)
		in.Base = d.Base.Key()
	}
	if c.kind != diff.Removed {
		d.Head = m.entry(1, c.file, head)
		in.Head = d.Head.Key()
	}
	d.Instances = []diff.Instance{in}
	m.changes = append(m.changes, d)
}

func (m *maker) review() *analysis.Review {
	r := &analysis.Review{
		Base: analysis.Revision{Name: "main", Commit: "7c1e0d2" + strings.Repeat("0", 33)},
		Head: analysis.Revision{Name: "HEAD", Commit: "a94f3b1" + strings.Repeat("0", 33)},
		Diff: &diff.Diff{Files: m.files, Changes: m.changes, Base: map[string]*diff.Graph{}, Head: map[string]*diff.Graph{}},
	}
	for path, l := range m.base {
		r.Diff.Base[path] = diff.NewGraph(l)
	}
	for path, l := range m.head {
		r.Diff.Head[path] = diff.NewGraph(l)
	}
	side := func(n int) fs.FS {
		files := fstest.MapFS{}
		for path, text := range m.text[n] {
			files[path] = &fstest.MapFile{Data: []byte(text.String())}
		}
		return files
	}
	r.BaseFiles, r.HeadFiles = side(0), side(1)
	for _, f := range m.files {
		n := 0
		for _, c := range m.changes {
			if c.Lockfile == f.Path {
				n++
			}
		}
		r.Lockfiles = append(r.Lockfiles, analysis.Lockfile{File: f, Changed: n > 0, Changes: n})
	}
	r.Errors = m.errors
	for i, e := range m.errors {
		r.Lockfiles = append(r.Lockfiles, analysis.Lockfile{File: diff.File{Path: e.Lockfile, BasePath: e.Lockfile, Packages: -1, BasePackages: -1}, Changed: true, Error: &m.errors[i]})
	}
	return r
}

func pnpmFile() diff.File {
	return diff.File{Path: "pnpm-lock.yaml", BasePath: "pnpm-lock.yaml", Format: "pnpm-lock.yaml", BaseFormat: "pnpm-lock.yaml", Schema: "9.0", BaseSchema: "9.0", Packages: 812, BasePackages: 809}
}

func goFile() diff.File {
	return diff.File{Path: "tools/go.mod", BasePath: "tools/go.mod", Format: "go.mod", BaseFormat: "go.mod"}
}

var direct = diff.Cause{State: diff.Direct}

func because(names ...string) diff.Cause {
	return diff.Cause{State: diff.Explained, By: lockfiles.ID{Ecosystem: "npm", Name: names[0]}, HeadPath: names, BasePath: names[:1]}
}

func npm(name, from, to string, kind diff.Kind, class diff.Class, cause diff.Cause) change {
	return change{file: "pnpm-lock.yaml", eco: "npm", name: name, from: from, to: to, kind: kind, class: class, cause: cause}
}

// usual is the review that most tests look at. All packages are invented.
func usual() *analysis.Review {
	m := usualMaker()
	return m.review()
}

func usualMaker() *maker {
	m := newMaker()
	m.file(pnpmFile())
	m.file(goFile())
	dev := func(b, h *lockfiles.Package) { b.Dev, h.Dev = true, true }
	add := func(c change, set func(b, h *lockfiles.Package)) {
		c.set = set
		m.add(c)
	}
	add(npm("left-padz", "", "1.0.2", diff.Added, 0, diff.Cause{State: diff.Unexplained}), nil)
	add(npm("semver-lite", "7.6.0", "7.6.0", diff.Repinned, 0, diff.Cause{State: diff.Unexplained}), func(b, h *lockfiles.Package) {
		b.Origin, h.Origin = "https://registry.example.org/semver-lite-7.6.0.tgz", "https://mirror.example.net/semver-lite-7.6.0.tgz"
		b.Integrity = []lockfiles.Digest{{Algorithm: "sha512", Value: hash("before") + "=="}}
	})
	add(npm("acme-http", "1.7.2", "1.7.4", diff.Upgraded, diff.Patch, direct), nil)
	add(npm("make-fetch", "", "2.1.0", diff.Added, 0, because("acme-http", "make-fetch")), nil)
	add(npm("range-parse", "", "7.5.1", diff.Added, 0, because("acme-http", "make-fetch", "range-parse")), nil)
	add(npm("@acme/agent", "4.0.1", "5.0.0", diff.Upgraded, diff.Major, because("acme-http", "@acme/agent")), nil)
	add(npm("event-flow", "3.3.5", "3.3.6", diff.Upgraded, diff.Patch, direct), func(b, h *lockfiles.Package) {
		b.InstallScript, h.InstallScript = lockfiles.No, lockfiles.Yes
	})
	add(npm("flat-stream", "", "0.1.1", diff.Added, 0, because("event-flow", "flat-stream")), nil)
	add(npm("tiny-tools", "2.6.3", "2.6.2", diff.Downgraded, diff.Patch, direct), dev)
	add(npm("old-thing", "1.0.0", "", diff.Removed, 0, diff.Cause{State: diff.Unexplained}), nil)
	add(npm("flagged", "1.0.0", "1.0.0", diff.Edited, 0, diff.Cause{State: diff.Unexplained}), func(b, h *lockfiles.Package) { h.Optional = true })
	m.changes[len(m.changes)-1].Fields = []diff.Field{{Name: "optional", Base: "no", Head: "yes"}}
	gomod := func(name, from, to string, class diff.Class) {
		m.add(change{file: "tools/go.mod", eco: "golang", name: name, from: from, to: to, kind: diff.Upgraded, class: class, cause: direct})
	}
	gomod("example.org/net", "v0.30.0", "v0.33.0", diff.Minor)
	gomod("example.org/x/telemetry", "v0.0.0-20260820222146-c27c302e5fc3", "v0.0.0-20260924152758-ed294f943157", diff.Prerelease)
	gomod("example.org/sys", "v0.26.0", "v0.28.0", diff.Minor)
	head := m.head["pnpm-lock.yaml"]
	link := func(from, to string) {
		for i := range head.Packages {
			if head.Packages[i].Name == from {
				for _, p := range head.Packages {
					if p.Name == to {
						head.Packages[i].Requires = append(head.Packages[i].Requires, lockfiles.Edge{Name: to, To: p.Key()})
					}
				}
			}
		}
	}
	link("acme-http", "make-fetch")
	link("make-fetch", "range-parse")
	link("acme-http", "@acme/agent")
	link("event-flow", "flat-stream")
	head.Roots = []lockfiles.Root{
		{Path: "web/api", Name: "web-api", Requires: []lockfiles.Edge{{Name: "acme-http", To: "acme-http@1.7.4"}}},
		{Path: "web/cli", Requires: []lockfiles.Edge{{Name: "acme-http", To: "acme-http@1.7.4"}}},
	}
	return m
}

// troubled is a review of which something could not be read, with a moved and
// converted lockfile and settings that changed.
func troubled() *analysis.Review {
	m := usualMaker()
	m.files[0].BasePath, m.files[0].BaseFormat, m.files[0].BaseSchema = "pnpm-lock.yaml", "pnpm-lock.yaml", "6.0"
	m.files[0].Settings = []diff.Field{{Name: "overrides.range-parse", Base: "", Head: "7.5.1"}, {Name: "registry", Base: "https://registry.example.org", Head: "https://mirror.example.net"}}
	m.errors = []analysis.Error{{
		Lockfile: "docs/package-lock.json", Revision: "HEAD", Line: 3,
		Message: "docs/package-lock.json:3: lockfileVersion 4 is not supported (unsupported schema version; known: 1, 2, 3)",
		Hint:    `depreview knows versions 1 to 3; see "Formats" in the README`,
	}}
	return m.review()
}

// hostile is a review whose texts try to leave their place.
func hostile() *analysis.Review {
	m := newMaker()
	m.file(pnpmFile())
	for _, name := range []string{
		"red\x1b[31mname", "clear\x1b[2J\x1b[H", "bidi\u202Eexe.gpj", "zero\u200bwidth", "osc\x1b]52;c;aGk=\x07",
		strings.Repeat("long-", 60), "宽字符的包名字很长很长很长很长很长很长", "e\u0301a\u0300 combining", "line\nfeed\rreturn", "nul\x00byte\xff",
	} {
		m.add(npm(name, "1.0.0\x1b[5m", "2.0.0\u2066", diff.Upgraded, diff.Major, direct))
	}
	m.errors = []analysis.Error{{Lockfile: "evil\x1b]0;title\x07.lock", Message: "read it: \x1b[31mno\x1b[0m", Hint: "do\nthis\x1b[2J"}}
	return m.review()
}

// empty is a review in which nothing moved.
func empty() *analysis.Review {
	m := newMaker()
	m.file(pnpmFile())
	return m.review()
}

// blind is a review in which nothing moved as far as it could be read.
func blind() *analysis.Review {
	m := newMaker()
	m.file(pnpmFile())
	m.errors = []analysis.Error{{Lockfile: "go.sum", Revision: "HEAD", Line: 7, Message: "conflict markers", Hint: "finish the merge"}}
	return m.review()
}

// many is a review of n changes, a tenth of them direct.
func many(n int) *analysis.Review {
	m := newMaker()
	m.file(pnpmFile())
	for i := range n {
		name := fmt.Sprintf("package-%05d-%s", i, []string{"stream", "react", "parse", "http", "colour"}[i%5])
		c := npm(name, fmt.Sprintf("1.%d.0", i%50), fmt.Sprintf("1.%d.1", i%50+1), diff.Upgraded, diff.Minor, direct)
		switch owner := fmt.Sprintf("package-%05d-%s", i-i%10, []string{"stream", "react", "parse", "http", "colour"}[(i-i%10)%5]); {
		case i%10 == 9:
			c.cause = diff.Cause{State: diff.Unexplained}
		case i%10 != 0:
			c.cause = because(owner, name)
		}
		m.add(c)
	}
	return m.review()
}
