package cooldown

import (
	"slices"
	"strings"

	"github.com/depreview/depreview/lockfiles/pattern"
)

// readUV reads exclude-newer (a time, a day, a span, or false) and
// exclude-newer-package of uv.toml or of [tool.uv], and the exclude-newer of an
// index. uv takes a day to its end.
func readUV(f *file) (ask, error) {
	root, err := parseTOML(f.data)
	if err != nil {
		return nil, err
	}
	if strings.HasSuffix(f.path, "pyproject.toml") {
		root = root.get("tool", "uv")
	}
	general, err := f.uvDemand("exclude-newer", root.get("exclude-newer"))
	if err != nil {
		return nil, err
	}
	single := make(map[string]*Demand)
	packages := root.get("exclude-newer-package")
	if packages != nil && !packages.is(table) {
		return nil, packages.unexpected("exclude-newer-package", "a table of packages")
	}
	if packages != nil {
		for _, m := range packages.members {
			d, err := f.uvDemand("exclude-newer-package "+m.key, m.value)
			if err != nil {
				return nil, err
			}
			single[pythonName(m.key)] = d
		}
	}
	indexes, err := f.uvIndexes(root.get("index"))
	if err != nil {
		return nil, err
	}
	if general == nil && len(single) == 0 && len(indexes) == 0 {
		return nil, nil
	}
	return func(q Query) ([]Demand, []Problem) {
		if q.Ecosystem != "pypi" {
			return nil, nil
		}
		chosen := general
		if own := slices.IndexFunc(indexes, func(i uvIndex) bool { return i.url == strings.TrimRight(q.Origin, "/") }); own >= 0 {
			chosen = indexes[own].demand
		}
		if own := single[pythonName(q.Name)]; own != nil {
			if own.Off() && chosen != nil { // false: the package is let out of what holds for all
				exempt := *chosen
				exempt.Exempt = own.Place() + " (" + own.Setting + ")"
				return []Demand{exempt}, nil
			}
			chosen = own
		}
		if chosen == nil {
			return nil, nil
		}
		return []Demand{*chosen}, nil
	}, nil
}

type uvIndex struct {
	url    string
	demand *Demand
}

func (f *file) uvIndexes(list *node) ([]uvIndex, error) {
	if list == nil {
		return nil, nil
	}
	var indexes []uvIndex
	for _, item := range list.items {
		d, err := f.uvDemand("exclude-newer", item.get("exclude-newer"))
		if err != nil {
			return nil, err
		}
		if url := item.get("url"); d != nil && url.is(str) {
			indexes = append(indexes, uvIndex{strings.TrimRight(url.text, "/"), d})
		}
	}
	return indexes, nil
}

func (f *file) uvDemand(key string, value *node) (*Demand, error) {
	if value == nil {
		return nil, nil
	}
	d := f.demand(key, value)
	if value.is(word) && value.text == "false" {
		return &d, nil
	}
	if at, dated, ok := moment(value.text); ok {
		if dated {
			at = at.Add(day)
		}
		d.Before = at
		return &d, nil
	}
	return &d, d.setAge(key, value, 0)
}

// readPip reads uploaded-prior-to of pip.conf: a time, or a span in days as
// ISO 8601 writes it; pip 26.0. pip itself only reads the file when it is told
// to, so that a pip.conf in a repository is what the project means.
func readPip(f *file) (ask, error) {
	entries, err := parseINI(f.data, "=:")
	if err != nil {
		return nil, err
	}
	const key = "uploaded-prior-to"
	// pip takes the section of its command over [global].
	sections := []string{"global", "install", "lock", "download"}
	var value *node
	rank := -1
	for _, e := range entries {
		at := slices.Index(sections, strings.ToLower(e.section))
		if strings.ReplaceAll(strings.ToLower(e.key), "_", "-") == key && at >= rank && at >= 0 {
			value, rank = e.value, at
		}
	}
	if value == nil {
		return nil, nil
	}
	d := f.demand(key, value)
	if at, _, ok := moment(value.text); ok {
		d.Before = at
	} else if err := d.setAge(key, value, 0); err != nil {
		return nil, err
	}
	return f.one(d, key, nil, true), nil
}

// readPoetry reads solver.min-release-age (days) and
// solver.min-release-age-exclude (names) of poetry.toml; poetry 2.4.
func readPoetry(f *file) (ask, error) {
	root, err := parseTOML(f.data)
	if err != nil {
		return nil, err
	}
	solver := root.get("solver")
	age := solver.get("min-release-age")
	if age == nil {
		return nil, nil
	}
	d := f.demand("solver.min-release-age", age)
	if err := d.setAge("solver.min-release-age", age, day); err != nil {
		return nil, err
	}
	const key, sources = "min-release-age-exclude", "min-release-age-exclude-source"
	exclude, err := solver.get(key).strings(key)
	if err != nil {
		return nil, err
	}
	byName := f.named(d, key, exclude)
	source := solver.get(sources)
	return func(q Query) ([]Demand, []Problem) {
		demands, problems := byName(q)
		if source != nil && q.Origin != "" {
			problems = append(problems, Problem{f.tool, f.path, source.line, sources + " exempts package sources by their names, which the lockfile does not state"})
		}
		return demands, problems
	}, nil
}

var pythonRuns = pattern.New(`[-_.]+`)

// pythonName is a name as PEP 503 normalises it.
func pythonName(name string) string {
	return strings.ToLower(pythonRuns.ReplaceAllString(name, "-"))
}

// sameName compares a name that a person wrote with the package's.
func sameName(q Query, written string) bool {
	if q.Ecosystem == "pypi" {
		return pythonName(written) == pythonName(q.Name)
	}
	return written == q.Name
}
