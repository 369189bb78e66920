package cooldown

import (
	"path"
	"slices"
	"strings"

	"github.com/depreview/depreview/diff"
)

// dependabotNames are the package-ecosystem values for each package-url type.
var dependabotNames = map[string][]string{
	"npm": {"npm", "bun", "deno"}, "jsr": {"deno"}, "pypi": {"pip", "uv", "conda"}, "golang": {"gomod"}, "cargo": {"cargo", "rust-toolchain"},
	"gem": {"bundler"}, "composer": {"composer"}, "nuget": {"nuget", "dotnet-sdk"}, "maven": {"maven", "gradle"},
	"hex": {"mix"}, "pub": {"pub"}, "githubactions": {"github-actions"}, "docker": {"docker", "docker-compose"},
	"swift": {"swift"}, "terraform": {"terraform", "opentofu"},
}

// readDependabot reads updates[].cooldown of dependabot.yml: default-days, or
// semver-{major,minor,patch}-days where the update is of that class; include
// and exclude, of which exclude wins. Security updates do not wait for it.
func readDependabot(f *file) (ask, error) {
	root, err := parseYAML(f.data)
	if err != nil {
		return nil, err
	}
	updates := root.get("updates")
	if updates != nil && !updates.is(list) && !updates.is(null) {
		return nil, updates.unexpected("updates", "a list")
	}
	var rules []dependabotRule
	for _, update := range itemsOf(updates) {
		rule, err := f.dependabotRule(update)
		if err != nil {
			return nil, err
		}
		if rule != nil {
			rules = append(rules, *rule)
		}
	}
	if rules == nil {
		return nil, nil
	}
	return func(q Query) ([]Demand, []Problem) {
		var demands []Demand
		for _, rule := range rules {
			if d := rule.demand(f, q); d != nil {
				demands = append(demands, *d)
			}
		}
		return demands, nil
	}, nil
}

func itemsOf(n *node) []*node {
	if n == nil {
		return nil
	}
	return n.items
}

// dependabotRule is one entry of updates that has a cooldown.
type dependabotRule struct {
	ecosystem        string
	directories      []*node
	include, exclude []*node
	days             map[string]Demand // by key
}

// dependabotDays are the keys, by the class of update that they are for.
var dependabotDays = map[diff.Class]string{
	diff.NoClass: "default-days", diff.Prerelease: "default-days",
	diff.Major: "semver-major-days", diff.Minor: "semver-minor-days", diff.Patch: "semver-patch-days",
}

func (f *file) dependabotRule(update *node) (*dependabotRule, error) {
	cooldown := update.get("cooldown")
	ecosystem := update.get("package-ecosystem")
	if cooldown == nil || cooldown.is(null) || !ecosystem.is(str) {
		return nil, nil
	}
	if !cooldown.is(table) {
		return nil, cooldown.unexpected("cooldown", "a table")
	}
	rule := &dependabotRule{ecosystem: ecosystem.text, days: make(map[string]Demand)}
	for _, key := range dependabotDays {
		value := cooldown.get(key)
		if value == nil {
			continue
		}
		d := f.demand("cooldown "+key, value)
		if err := d.setAge(key, value, day); err != nil {
			return nil, err
		}
		rule.days[key] = d
	}
	for key, names := range map[string]*[]*node{"include": &rule.include, "exclude": &rule.exclude} {
		var err error
		if *names, err = cooldown.get(key).strings(key); err != nil {
			return nil, err
		}
	}
	for _, key := range []string{"directory", "directories"} {
		found, err := update.get(key).strings(key)
		if err != nil {
			return nil, err
		}
		rule.directories = append(rule.directories, found...)
	}
	return rule, nil
}

// demand is what the rule asks of a release, or nil.
func (r *dependabotRule) demand(f *file, q Query) *Demand {
	if !slices.Contains(dependabotNames[q.Ecosystem], r.ecosystem) || !r.covers(f.lockfile, q.Ecosystem) {
		return nil
	}
	d, ok := r.days[dependabotDays[q.Class]]
	if !ok {
		if d, ok = r.days["default-days"]; !ok {
			return nil
		}
	}
	named := func(names []*node) *node {
		i := slices.IndexFunc(names, func(n *node) bool { return glob(n.text, q.Name, false) })
		if i < 0 {
			return nil
		}
		return names[i]
	}
	if entry := named(r.exclude); entry != nil {
		d.Exempt = f.exempt("exclude", entry)
	} else if len(r.include) > 0 && named(r.include) == nil {
		return nil
	}
	return &d
}

// covers tells whether the entry is about the directory of the lockfile. For
// actions the directory "/" means the workflows.
func (r *dependabotRule) covers(lockfile, ecosystem string) bool {
	dir := path.Clean("/" + path.Dir(lockfile))
	if ecosystem == "githubactions" {
		if rest, ok := strings.CutPrefix("/"+lockfile, "/.github/workflows/"); ok && !strings.Contains(rest, "/") {
			dir = "/"
		}
	}
	return slices.ContainsFunc(r.directories, func(n *node) bool {
		return glob(path.Clean("/"+n.text), dir, true)
	})
}
