package posture

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/cooldown"
	"github.com/depreview/depreview/lockfiles"
	"github.com/depreview/depreview/lockfiles/pattern"
)

// ecosystems are the package-url types of the formats.
var ecosystems = map[string]string{
	"package-lock.json": "npm", "npm-shrinkwrap.json": "npm", "pnpm-lock.yaml": "npm", "yarn.lock": "npm", "bun.lock": "npm", "deno.lock": "npm",
	"requirements.txt": "pypi", "Pipfile.lock": "pypi", "poetry.lock": "pypi", "pdm.lock": "pypi", "uv.lock": "pypi", "pylock.toml": "pypi",
	"go.mod": "golang", "Cargo.lock": "cargo", "Gemfile.lock": "gem", "composer.lock": "composer", "packages.lock.json": "nuget",
	"gradle.lockfile": "maven", "mix.lock": "hex", "pubspec.lock": "pub", "Package.resolved": "swift", ".terraform.lock.hcl": "terraform",
	"github-actions": "githubactions",
}

// someone is a package that no setting names: what is said of it holds for all.
func someone(ecosystem string) lockfiles.ID {
	return lockfiles.ID{Ecosystem: ecosystem, Name: "a-package-that-nobody-named"}
}

// classic tells a lockfile of yarn 1.
func classic(d *document) bool {
	return slices.ContainsFunc(d.lines[:min(len(d.lines), 10)], func(l string) bool { return strings.Contains(l, "yarn lockfile v1") })
}

// set is the Edit that gives a key of a YAML file's top level its value.
func (r *repo) set(file, key, text string) []Edit {
	d := r.document(file)
	if v := d.Get(key); v.There() && d.err == nil {
		if v.IsScalar() && strings.HasPrefix(d.line(v.Line()), key+":") {
			return []Edit{{Replace, file, v.Line(), text}}
		}
		return nil
	}
	return r.appendTo(file, text)
}

// section is the Edit that adds a line to a table of a TOML file.
func (r *repo) section(file, table, text string) []Edit {
	d := r.document(file)
	if d.err == nil {
		for i, l := range d.lines {
			if strings.TrimSpace(l) == "["+table+"]" {
				return []Edit{{After, file, i + 1, text}}
			}
		}
		if d.Get(strings.Split(table, ".")...).There() { // written in another way
			return nil
		}
	}
	return r.appendTo(file, "["+table+"]\n"+text)
}

// manager is a package manager that has a cooldown.
type manager struct {
	name    string
	formats []string
	put     func(r *repo, l lock) []Edit
}

// managers are those that can wait, with a week in their own words.
var managers = []manager{
	{"npm", []string{"package-lock.json", "npm-shrinkwrap.json"}, func(r *repo, l lock) []Edit {
		return r.appendTo(path.Join(l.dir, ".npmrc"), "min-release-age=7")
	}},
	{"pnpm", []string{"pnpm-lock.yaml"}, func(r *repo, l lock) []Edit {
		return r.set(r.nearest(l.dir, "pnpm-workspace.yaml"), "minimumReleaseAge", "minimumReleaseAge: 10080")
	}},
	{"yarn", []string{"yarn.lock"}, func(r *repo, l lock) []Edit {
		return r.set(r.nearest(l.dir, ".yarnrc.yml"), "npmMinimalAgeGate", `npmMinimalAgeGate: "7d"`)
	}},
	{"bun", []string{"bun.lock"}, func(r *repo, l lock) []Edit {
		return r.section(path.Join(l.dir, "bunfig.toml"), "install", "minimumReleaseAge = 604800")
	}},
	{"deno", []string{"deno.lock"}, func(r *repo, l lock) []Edit {
		return r.member(r.nearest(l.dir, "deno.json"), `"minimumDependencyAge": "P7D"`)
	}},
	{"uv", []string{"uv.lock"}, func(r *repo, l lock) []Edit {
		if file := path.Join(l.dir, "uv.toml"); r.has(file) {
			return []Edit{{How: After, File: file, Text: `exclude-newer = "7 days"`}}
		}
		return r.section(path.Join(l.dir, "pyproject.toml"), "tool.uv", `exclude-newer = "7 days"`)
	}},
	{"poetry", []string{"poetry.lock"}, func(r *repo, l lock) []Edit {
		return r.section(path.Join(l.dir, "poetry.toml"), "solver", "min-release-age = 7")
	}},
}

// nearest is the file of that name in the directory or the next one above it
// that has one; in the directory itself where none has.
func (r *repo) nearest(dir, name string) string {
	for above := dir; ; above = path.Dir(above) {
		if file := path.Join(above, name); r.has(file) {
			return file
		}
		if above == "." {
			return path.Join(dir, name)
		}
	}
}

// member is the Edit that adds a member to the object of a JSON file, as its
// first.
func (r *repo) member(file, text string) []Edit {
	d := r.document(file)
	if d.err != nil {
		return nil
	}
	members := d.Members()
	open := slices.IndexFunc(d.lines, func(l string) bool { return strings.TrimSpace(l) == "{" })
	if open < 0 || len(members) == 0 || members[0].Line <= open+1 {
		return nil
	}
	return []Edit{{After, file, open + 1, indent(d.line(members[0].Line)) + text + ","}}
}

// bots are the tools of package cooldown that are no package manager.
var bots = []string{"Dependabot", "Renovate"}

// waits tells which tools make the releases of a lockfile wait, and what is not
// known of that.
func (r *reading) waits(l lock) (by []string, unknown bool) {
	demands, problems := cooldown.Read(r.tree, l.path).For(cooldown.Query{ID: someone(ecosystems[l.format]), Version: "1.0.0"})
	for _, d := range demands {
		if !d.Off() && d.Exempt == "" {
			by = append(by, d.Tool)
		}
	}
	for _, p := range problems {
		r.problem(p.File, p.Line, fmt.Errorf("the cooldown of %s is not known: %s", p.Tool, p.Reason))
		unknown = true
	}
	return by, unknown
}

// managerCooldown looks only at managers whose lockfiles are there.
func managerCooldown(r *reading) {
	for _, m := range managers {
		var without []lock
		var put []Edit
		for _, l := range r.locksOf(m.formats...) {
			if m.name == "yarn" && classic(r.text(l.path)) {
				continue // it has none
			}
			r.applies = true
			by, unknown := r.waits(l)
			if unknown || slices.ContainsFunc(by, func(tool string) bool { return !slices.Contains(bots, tool) }) {
				continue
			}
			if m.name == "pnpm" && r.pinnedMajor(l, "pnpm") >= 11 {
				continue // a day, by its own default
			}
			without = append(without, l)
			for _, e := range m.put(r.repo, l) {
				if !slices.Contains(put, e) {
					put = append(put, e)
				}
			}
		}
		if len(without) == 0 {
			continue
		}
		r.add(Finding{Code: "cooldown-missing", Outcome: analysis.Info, File: without[0].path, Put: put,
			Title: m.name + " takes releases as soon as they are published" + of(without),
			Why:   "Half of all malicious releases are found and taken down within six hours, nearly all within a week: who waits never sees them. The tool's own default is not known here."})
	}
}

var pinned = pattern.New(`^(npm|pnpm|yarn|bun)@(\d+)\.`)

// pinnedMajor is the major version of a package manager that the package.json
// beside the lockfile, or at the root, pins; 0 when none does.
func (r *repo) pinnedMajor(l lock, name string) int {
	for _, dir := range []string{l.dir, "."} {
		d := r.document(path.Join(dir, "package.json"))
		if found := pinned.FindStringSubmatch(d.Get("packageManager").Text()); found != nil && found[1] == name {
			major, _ := strconv.Atoi(found[2])
			return major
		}
	}
	return 0
}

// pnpmTrust: trustPolicy and blockExoticSubdeps of pnpm-workspace.yaml.
func pnpmTrust(r *reading) {
	for _, l := range r.locksOf("pnpm-lock.yaml") {
		file := path.Join(l.dir, "pnpm-workspace.yaml")
		d, ok := r.ask(file)
		if !ok && r.has(file) {
			continue
		}
		r.applies = true
		major := r.pinnedMajor(l, "pnpm")
		if policy := d.Get("trustPolicy"); policy.Text() != "no-downgrade" {
			r.add(Finding{Code: "trust-policy-missing", Outcome: analysis.Info, File: file, Line: policy.Line(),
				Title: "trustPolicy is not no-downgrade", Put: r.set(file, "trustPolicy", "trustPolicy: no-downgrade"),
				Why: "With it pnpm (10.21 and later) refuses a release that was published with less proof of its origin than those before it, as a stolen token makes them."})
		}
		switch block := d.Get("blockExoticSubdeps"); {
		case block.Text() == "false":
			r.add(Finding{Code: "exotic-dependencies", Outcome: analysis.Warn, File: file, Line: block.Line(),
				Title: "blockExoticSubdeps is switched off", Put: r.set(file, "blockExoticSubdeps", "blockExoticSubdeps: true"),
				Why: "A dependency may then bring others from git or any address, past the registry and past every check of it."})
		case !block.There() && major > 0 && major < 11:
			r.add(Finding{Code: "exotic-dependencies", Outcome: analysis.Info, File: file,
				Title: fmt.Sprintf("pnpm %d does not block exotic dependencies of dependencies by default", major),
				Put:   r.set(file, "blockExoticSubdeps", "blockExoticSubdeps: true"),
				Why:   "A dependency may bring others from git or any address, past the registry and past every check of it."})
		}
	}
}
