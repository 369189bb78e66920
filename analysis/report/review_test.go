package report

import (
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/diff"
	"github.com/depreview/depreview/lockfiles"
)

// hostile is what a stranger may call a package, a file or a setting.
const hostile = "evil\x1b[2J\u202e\u200b\nname"

// recorded is one review that holds every kind, cause and class, a lockfile
// that moved, one that was converted, new and deleted ones, settings, labels,
// errors with and without place and hint, and hostile text in every field.
func recorded() *analysis.Review {
	b := &recorder{}
	const npm = "web/package-lock.json"
	b.file(diff.File{Path: npm, BasePath: npm, Format: "package-lock.json", BaseFormat: "package-lock.json", Schema: "3", BaseSchema: "3", Packages: 40, BasePackages: 41,
		Settings: []diff.Field{{Name: "overrides", Head: "tiny-tools=2.0.0"}, {Name: "registry", Base: "https://a.invalid/", Head: "https://b.invalid/"}, {Name: "patched", Base: "old"}}})
	b.change(npm, "event-flow", "3.3.5", "3.3.6", diff.Upgraded, diff.Patch, direct("event-flow"), func(base, head *lockfiles.Package) {
		head.InstallScript, base.InstallScript = lockfiles.Yes, lockfiles.No
	}, diff.Field{Name: "install_script", Base: "no", Head: "yes"}, diff.Field{Name: "requirement", Base: "^3.3.5", Head: "^3.3.6"})
	b.change(npm, "flat-stream", "", "0.1.1", diff.Added, diff.NoClass, explained("event-flow", "flat-stream"), nil)
	b.change(npm, "flat-core", "", "0.1.0", diff.Added, diff.NoClass, explained("event-flow", "flat-stream", "flat-core"), nil)
	b.change(npm, "semver-lite", "7.6.0", "7.6.0", diff.Repinned, diff.NoClass, explained("event-flow", "semver-lite"), nil,
		diff.Field{Name: "integrity", Base: "sha512-" + strings.Repeat("QUJD", 22), Head: "sha512-" + strings.Repeat("REVG", 22)})
	for _, name := range []string{"mirrored-a", "mirrored-b", "mirrored-c"} {
		b.change(npm, name, "1.0.0", "1.0.0", diff.Repinned, diff.NoClass, unexplained(), nil,
			diff.Field{Name: "origin", Base: "https://a.invalid/" + name + "-1.0.0.tgz", Head: "https://b.invalid/" + name + "-1.0.0.tgz"})
	}
	b.change(npm, "other-kind-of-hash", "0.1.4", "0.1.4", diff.Repinned, diff.NoClass, direct("other-kind-of-hash"), nil,
		diff.Field{Name: "integrity", Base: "sha512-" + strings.Repeat("QUJD", 22), Head: "sha1-" + strings.Repeat("QUJD", 7)},
		diff.Field{Name: "origin", Base: "https://a.invalid/x.tgz", Head: "https://b.invalid/y.tgz?" + strings.Repeat("long", 60)})
	b.change(npm, "old-time", "3.0.0", "2.9.1", diff.Downgraded, diff.Major, direct("old-time"), nil)
	b.change(npm, "left-padz", "", "1.0.2", diff.Added, diff.NoClass, unexplained(), nil)
	b.change(npm, "right-padz", "", "1.0.0", diff.Added, diff.NoClass, diff.Cause{State: diff.Unexplained, By: id("left-padz"), HeadPath: []string{"left-padz", "right-padz"}}, nil)
	b.change(npm, "orphaned", "1.0.0", "1.1.0", diff.Upgraded, diff.Minor, explained("not-in-the-list", "orphaned"), nil)
	for _, name := range []string{"gone-a", "gone-b", "gone-c", "gone-d"} {
		b.change(npm, name, "1.0.0", "", diff.Removed, diff.NoClass, unexplained(), nil)
	}
	b.change(npm, "tiny-tools", "2.6.2", "", diff.Removed, diff.NoClass, direct("tiny-tools"), nil)
	b.change(npm, "range-parse", "7.5.1", "", diff.Removed, diff.NoClass, diff.Cause{State: diff.Explained, By: id("tiny-tools"), BasePath: []string{"tiny-tools", "range-parse"}}, nil)
	b.change(npm, "flagged", "1.0.0", "1.0.0", diff.Edited, diff.NoClass, unexplained(), func(_, head *lockfiles.Package) {
		head.Dev, head.Optional, head.Bundled = true, true, true
	}, diff.Field{Name: "dev", Base: "false", Head: "true"}, diff.Field{Name: "requires", Base: "a ^1", Head: ""})
	b.change(npm, hostile, "1.0.0\x1b[31m", "2.0.0-\u202e", diff.Upgraded, diff.Major, direct(hostile), func(base, _ *lockfiles.Package) {
		base.Label = "\x07label"
	}, diff.Field{Name: "requirement", Base: "^1\x1b]0;title\x07", Head: "\u2066^2"})
	b.changes[len(b.changes)-1].Instances = append(b.changes[len(b.changes)-1].Instances, diff.Instance{Base: "x", Head: "y"})

	const actions = ".github/workflows/test.yml"
	b.ecosystem = "githubactions"
	b.file(diff.File{Path: actions, BasePath: actions, Format: "github-actions", BaseFormat: "github-actions", Packages: 2, BasePackages: 2})
	b.change(actions, "acme/checkout", strings.Repeat("86f7e437", 5), strings.Repeat("e9d71f5e", 5), diff.Upgraded, diff.Prerelease, direct("acme/checkout"), func(base, head *lockfiles.Package) {
		base.Label, head.Label = "v4.1.6", "v4.1.7"
	})
	b.change(actions, "acme/setup", strings.Repeat("86f7e437", 5), strings.Repeat("e9d71f5e", 5), diff.Changed, diff.NoClass, direct("acme/setup"), nil)

	const terraform = "infra/.terraform.lock.hcl"
	b.ecosystem = "terraform"
	b.file(diff.File{Path: terraform, BasePath: "terraform/.terraform.lock.hcl", Format: ".terraform.lock.hcl", BaseFormat: ".terraform.lock.hcl", Packages: 2, BasePackages: 2})
	b.change(terraform, "registry.invalid/acme/cloud", "1.0.0", "1.0.0", diff.Repinned, diff.NoClass, diff.Cause{}, nil,
		diff.Field{Name: "integrity", Base: "h1:AAA= zh:" + strings.Repeat("a", 64), Head: "h1:AAA= zh:" + strings.Repeat("b", 64) + " zh:" + strings.Repeat("c", 64)})
	b.change(terraform, "registry.invalid/acme/dns", "", "", diff.Edited, diff.NoClass, diff.Cause{}, func(base, head *lockfiles.Package) {
		base.Label, head.Label = "~> 1", "~> 2"
	}, diff.Field{Name: "label", Base: "~> 1", Head: "~> 2"})

	b.ecosystem = "pypi"
	b.file(diff.File{Path: "api/uv.lock", BasePath: "api/poetry.lock", Format: "uv.lock", BaseFormat: "poetry.lock", Schema: "1", BaseSchema: "2.1", Packages: 9, BasePackages: 9})
	b.file(diff.File{Path: "new/requirements.txt", Format: "requirements.txt", Packages: 1, BasePackages: -1})
	b.change("new/requirements.txt", "alpha", "", "1.0", diff.Added, diff.NoClass, direct("alpha"), nil)
	b.file(diff.File{BasePath: "old/requirements.txt", BaseFormat: "requirements.txt", Packages: -1, BasePackages: 0})
	return b.review()
}

// listed is one revision's packages, with the same care.
func listed() *analysis.Listing {
	return &analysis.Listing{
		Revision: analysis.Revision{Name: "v1\u202e", Commit: strings.Repeat("a94f3b10", 5)},
		Lockfiles: []lockfiles.Lockfile{
			{Path: "deno.lock", Format: "deno.lock", Schema: "5", Packages: []lockfiles.Package{
				{ID: lockfiles.ID{Ecosystem: "jsr", Name: "@acme/flags"}, Version: "1.0.0", Direct: true, Line: 4,
					Requires: []lockfiles.Edge{{Name: "tiny-tools", Constraint: "^2", To: "tiny-tools@2.0.0"}, {Name: "bare"}}},
				{ID: id("tiny-tools"), Version: "2.0.0", Dev: true, Optional: true, Bundled: true, InstallScript: lockfiles.Yes, Line: 9,
					Integrity: []lockfiles.Digest{{Algorithm: "sha512", Value: "QUJD"}}, Origin: "https://a.invalid/\x1b", Path: "node_modules/tiny-tools"},
			}, Settings: []lockfiles.Setting{{Name: "workspace", Value: hostile}}},
			{Path: hostile, Format: "requirements.txt", Packages: []lockfiles.Package{{ID: lockfiles.ID{Ecosystem: "pypi", Name: hostile}, Label: ">=1"}}},
		},
		Errors: recordedErrors(),
	}
}

func recordedErrors() []analysis.Error {
	return []analysis.Error{
		{Lockfile: "broken/" + hostile, Format: "pnpm-lock.yaml", Revision: "HEAD", Line: 3, Message: "the file holds\x1b merge-conflict markers", Hint: "resolve the conflict\u202e"},
		{Lockfile: "broken/yarn.lock", Format: "yarn.lock", Revision: "main", Message: "it is larger than 64 MB"},
	}
}

// recorder collects the parts of a review.
type recorder struct {
	ecosystem string
	files     []diff.File
	changes   []diff.Change
}

func id(name string) lockfiles.ID { return lockfiles.ID{Ecosystem: "npm", Name: name} }

func direct(name string) diff.Cause {
	return diff.Cause{State: diff.Direct, By: id(name), HeadPath: []string{name}, BasePath: []string{name}}
}

func explained(path ...string) diff.Cause {
	return diff.Cause{State: diff.Explained, By: id(path[0]), HeadPath: path}
}

func unexplained() diff.Cause { return diff.Cause{State: diff.Unexplained} }

func (b *recorder) file(f diff.File) { b.files = append(b.files, f) }

func (b *recorder) change(file, name, from, to string, kind diff.Kind, class diff.Class, cause diff.Cause, set func(base, head *lockfiles.Package), fields ...diff.Field) {
	line := len(b.changes) + 1
	pid := id(name)
	if b.ecosystem != "" {
		pid.Ecosystem = b.ecosystem
		if cause.State == diff.Direct {
			cause.By.Ecosystem = b.ecosystem
		}
	}
	isDirect := cause.State == diff.Direct
	integrity := []lockfiles.Digest{{Algorithm: "sha512", Value: "QUJD"}}
	base := &lockfiles.Package{ID: pid, Version: from, Direct: isDirect, Line: line, Integrity: integrity}
	head := &lockfiles.Package{ID: pid, Version: to, Direct: isDirect, Line: line + 100, Integrity: integrity, Path: "node_modules/" + name}
	if set != nil {
		set(base, head)
	}
	c := diff.Change{Lockfile: file, Base: base, Head: head, Kind: kind, Class: class, Cause: cause, Fields: fields, Instances: []diff.Instance{{Base: base.Key(), Head: head.Key()}}}
	switch kind {
	case diff.Added:
		c.Base = nil
	case diff.Removed:
		c.Head = nil
	}
	b.changes = append(b.changes, c)
}

func (b *recorder) review() *analysis.Review {
	r := &analysis.Review{
		Base:   analysis.Revision{Name: "main\x1b", Commit: strings.Repeat("7c1e0d20", 5)},
		Head:   analysis.Revision{Name: "working tree"},
		Diff:   &diff.Diff{Files: b.files, Changes: b.changes},
		Errors: recordedErrors(),
		Checks: checked,
	}
	for _, f := range b.files {
		l := analysis.Lockfile{File: f, Changed: true}
		for _, c := range b.changes {
			if c.Lockfile == l.Name() {
				l.Changes++
			}
		}
		r.Lockfiles = append(r.Lockfiles, l)
	}
	for i, e := range r.Errors {
		r.Lockfiles = append(r.Lockfiles, analysis.Lockfile{Changed: true, Error: &r.Errors[i],
			File: diff.File{Path: e.Lockfile, BasePath: e.Lockfile, Format: e.Format, BaseFormat: e.Format, Packages: -1, BasePackages: -1}})
	}
	r.Lockfiles = append(r.Lockfiles, analysis.Lockfile{File: diff.File{Path: "same/go.mod", BasePath: "same/go.mod", Format: "go.mod", BaseFormat: "go.mod", Packages: -1, BasePackages: -1}})
	return r
}
