package cooldown

import (
	"strings"
	"time"
)

// readNPM reads min-release-age (days), before (a date, which wins over it) and
// min-release-age-exclude (names and globs) of a project's .npmrc; npm 11.10.
// Environment variables in it are not expanded: what they hold is unknown.
func readNPM(f *file) (ask, error) {
	entries, err := parseINI(f.data, "=")
	if err != nil {
		return nil, err
	}
	var age, before *node
	var exclude []*node
	for _, e := range entries {
		switch {
		case e.section != "":
		case e.key == "min-release-age":
			age = e.value
		case e.key == "before":
			before = e.value
		case e.key == "min-release-age-exclude[]", e.key == "min-release-age-exclude":
			for name := range strings.SplitSeq(e.value.text, ",") {
				exclude = append(exclude, &node{kind: str, text: strings.TrimSpace(name), line: e.value.line})
			}
		}
	}
	var d Demand
	switch {
	case before != nil && before.text != "null" && before.text != "":
		d = f.demand("before", before)
		at, _, ok := moment(before.text)
		if !ok {
			return nil, errorAt(before.line, "before is %q, which is no date", oneLine(before.text))
		}
		d.Before = at
	case age != nil && age.text != "null":
		d = f.demand("min-release-age", age)
		if err := d.setAge("min-release-age", age, day); err != nil {
			return nil, err
		}
	default:
		return nil, nil
	}
	return f.one(d, "min-release-age-exclude", exclude, true), nil
}

// one is the ask of a tool with one demand for all packages, and a list of
// those that are exempt.
func (f *file) one(d Demand, key string, exclude []*node, strict bool) ask {
	return func(q Query) ([]Demand, []Problem) {
		d := d
		var problems []Problem
		d.Exempt, problems = f.exemption(key, exclude, q, strict)
		return []Demand{d}, problems
	}
}

// readPNPM reads minimumReleaseAge (minutes) and minimumReleaseAgeExclude of
// pnpm-workspace.yaml, or of "pnpm" in package.json; pnpm 10.16.
func readPNPM(f *file) (ask, error) {
	parse := parseYAML
	if strings.HasSuffix(f.path, ".json") {
		parse = parseJSON
	}
	root, err := parse(f.data)
	if err != nil {
		return nil, err
	}
	if strings.HasSuffix(f.path, ".json") {
		root = root.get("pnpm")
	}
	age := root.get("minimumReleaseAge")
	if age == nil || age.is(null) {
		return nil, nil
	}
	d := f.demand("minimumReleaseAge", age)
	if err := d.setAge("minimumReleaseAge", age, time.Minute); err != nil {
		return nil, err
	}
	exclude, err := root.get("minimumReleaseAgeExclude").strings("minimumReleaseAgeExclude")
	if err != nil {
		return nil, err
	}
	return f.one(d, "minimumReleaseAgeExclude", exclude, false), nil
}

// readYarn reads npmMinimalAgeGate (a span; a bare number is minutes) and
// npmPreapprovedPackages (descriptors and globs) of .yarnrc.yml; yarn 4.10.
func readYarn(f *file) (ask, error) {
	root, err := parseYAML(f.data)
	if err != nil {
		return nil, err
	}
	age := root.get("npmMinimalAgeGate")
	if age == nil || age.is(null) {
		return nil, nil
	}
	d := f.demand("npmMinimalAgeGate", age)
	if err := d.setAge("npmMinimalAgeGate", age, time.Minute); err != nil {
		return nil, err
	}
	approved, err := root.get("npmPreapprovedPackages").strings("npmPreapprovedPackages")
	if err != nil {
		return nil, err
	}
	for i, entry := range approved { // "pkg@npm:1.0.0" is yarn's way to say pkg@1.0.0
		plain := *entry
		plain.text = strings.Replace(entry.text, "@npm:", "@", 1)
		approved[i] = &plain
	}
	return f.one(d, "npmPreapprovedPackages", approved, true), nil
}

// readBun reads minimumReleaseAge (seconds) and minimumReleaseAgeExcludes
// (exact names) of [install] in bunfig.toml; bun 1.3.
func readBun(f *file) (ask, error) {
	root, err := parseTOML(f.data)
	if err != nil {
		return nil, err
	}
	age := root.get("install", "minimumReleaseAge")
	if age == nil {
		return nil, nil
	}
	d := f.demand("minimumReleaseAge", age)
	if err := d.setAge("minimumReleaseAge", age, time.Second); err != nil {
		return nil, err
	}
	const key = "minimumReleaseAgeExcludes"
	exclude, err := root.get("install", key).strings(key)
	if err != nil {
		return nil, err
	}
	return f.named(d, key, exclude), nil
}

// named is one for lists of exact names.
func (f *file) named(d Demand, key string, exclude []*node) ask {
	return func(q Query) ([]Demand, []Problem) {
		d := d
		for _, entry := range exclude {
			if sameName(q, entry.text) {
				d.Exempt = f.exempt(key, entry)
			}
		}
		return []Demand{d}, nil
	}
}
