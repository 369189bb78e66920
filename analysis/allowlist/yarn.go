package allowlist

import (
	"fmt"
	"path"
	"strings"

	"github.com/depreview/depreview/lockfiles"
	"github.com/depreview/depreview/lockfiles/pattern"
)

// yarnBerry reads enableScripts of .yarnrc.yml and dependenciesMeta.*.built of
// the package.json beside the lockfile, for yarn 2 and later. Up to 4.13
// scripts are enabled unless the setting says otherwise, from 4.14 on they are
// not (yarnpkg/berry#7089). A package with built: false never builds; one with
// built: true builds although scripts are disabled.
type yarnBerry struct{}

func (yarnBerry) Name() string { return "yarn" }

func (yarnBerry) Serves(p *Project) bool { return p.Format == "yarn.lock" && p.Schema != "1" }

var yarnRelease = pattern.New(`yarn-(\d{1,4}\.\d{1,4}\.\d{1,4}[^/]*)\.[cm]?js$`)

func (yarnBerry) Read(p *Project) (Section, error) {
	b := &yarnPolicy{version: p.versionOf("yarn")}
	if err := b.rc(p); err != nil {
		return Section{}, err
	}
	file := p.path("package.json")
	pkg, err := p.json(file)
	if err != nil {
		return Section{}, err
	}
	if err := b.meta(file, pkg.get("dependenciesMeta")); err != nil {
		return Section{}, at(file, err)
	}
	if major, _, _ := strings.Cut(p.Schema, "."); !b.version.known && len(major) == 1 && major >= "4" && major <= "6" {
		b.version = version{3, 0, true} // or 2, which decides alike
	}
	return Section{Rules: b.rules, judge: b.judge}, nil
}

type yarnPolicy struct {
	book
	version version
	enabled lockfiles.Tri
	by      *Rule // what says so
	unsure  bool  // only the environment knows
}

// rc reads the nearest .yarnrc.yml that has each setting, as yarn does.
func (b *yarnPolicy) rc(p *Project) error {
	for _, dir := range p.upwards() {
		file := path.Join(dir, ".yarnrc.yml")
		root, err := p.yaml(file)
		if err != nil {
			return err
		}
		if n := root.get("yarnPath"); n != nil && !b.version.known {
			if m := yarnRelease.FindStringSubmatch(n.text); m != nil {
				b.version = parseVersion(m[1])
			}
		}
		n := root.get("enableScripts")
		if n == nil || b.by != nil {
			continue
		}
		if err := n.is("enableScripts", boolean, text, number); err != nil {
			return at(file, err)
		}
		r := Rule{File: file, Line: n.line, Setting: "enableScripts", Value: bounded(n.text)}
		switch {
		case n.text == "true" || n.text == "1":
			b.enabled = lockfiles.Yes
		case n.text == "false" || n.text == "0":
			b.enabled = lockfiles.No
		case strings.Contains(n.text, "${"):
			b.unsure = true
		default:
			return at(file, errorf(n.line, "enableScripts holds %.40q where true or false belongs", n.text))
		}
		b.by = &r
		b.add(r, "", entry{})
	}
	return nil
}

// meta reads dependenciesMeta: {"name" or "name@1.2.3": {built: true}}.
func (b *yarnPolicy) meta(file string, from *node) error {
	if from == nil {
		return nil
	}
	if err := from.is("dependenciesMeta", object); err != nil {
		return err
	}
	for _, m := range from.members {
		if err := m.value.is("dependenciesMeta: "+bounded(m.key), object); err != nil {
			return err
		}
		built := m.value.get("built")
		if built == nil {
			continue
		}
		if err := built.is("dependenciesMeta: "+bounded(m.key)+": built", boolean); err != nil {
			return err
		}
		r := Rule{File: file, Line: built.line, Setting: "dependenciesMeta", Key: bounded(m.key), Value: "built: " + built.text}
		name, version, at := splitSpec(m.key)
		e := entry{allow: built.text == "true"}
		if at {
			if !isVersion(version) {
				r.Ignored = "yarn takes only exact versions here"
			}
			e.covers, e.pinned = oneOf([]string{version}), true
		}
		b.add(r, name, e)
	}
	return nil
}

func (b *yarnPolicy) judge(p *lockfiles.Package) Verdict {
	// What names the version overrides what names the package alone.
	var rule *Rule
	var f found
	pinned, allow := false, false
	for _, e := range b.byName[p.Name] {
		switch {
		case e.covers != nil && !e.covers(p.Version):
			if e.allow {
				f.stale = b.rules[e.rule].String()
			}
		case rule == nil || e.pinned:
			rule, pinned, allow = &b.rules[e.rule], e.pinned, e.allow
		}
	}
	if rule != nil {
		f.stale = ""
		if f.allow, f.pinned = rule, pinned; !allow {
			f = found{deny: rule}
		}
	}
	return f.verdict(b.otherwise())
}

func (b *yarnPolicy) otherwise() Verdict {
	switch {
	case b.unsure:
		v := b.by.verdict(lockfiles.Unclaimed, false)
		v.Reason = v.Rule + " is set by the environment"
		return v
	case b.enabled == lockfiles.No:
		return b.by.verdict(lockfiles.No, false)
	case b.enabled == lockfiles.Yes:
		return b.by.verdict(lockfiles.Yes, false)
	case b.version.atLeast(4, 14):
		return Verdict{Allowed: lockfiles.No, Reason: fmt.Sprintf("yarn %s runs only what dependenciesMeta allows", b.version)}
	case b.version.known:
		return Verdict{Allowed: lockfiles.Yes, Reason: "yarn 4.13 and earlier run what nothing refuses"}
	}
	return Verdict{Reason: "yarn 4.13 and earlier run it, yarn 4.14 does not, and package.json pins no version of yarn"}
}

// yarnClassic reads ignore-scripts of .yarnrc and .npmrc: yarn 1 runs all
// scripts or none.
type yarnClassic struct{}

func (yarnClassic) Name() string           { return "yarn-classic" }
func (yarnClassic) Serves(p *Project) bool { return p.Format == "yarn.lock" && p.Schema == "1" }

func (yarnClassic) Read(p *Project) (Section, error) {
	var section Section
	said := Verdict{Allowed: lockfiles.Yes, Reason: "yarn 1 runs every script, and has no allowlist"}
	decided := false
	for _, dir := range p.upwards() {
		file := path.Join(dir, ".yarnrc")
		data, _, err := p.bytes(file)
		if err != nil {
			return section, err
		}
		line := 0
		for text := range strings.Lines(string(data)) {
			line++
			fields := strings.Fields(text)
			if len(fields) < 2 {
				continue
			}
			switch unquote(fields[0]) {
			case "ignore-scripts", "--ignore-scripts", "--install.ignore-scripts":
				r := Rule{File: file, Line: line, Setting: unquote(fields[0]), Value: bounded(unquote(fields[1]))}
				section.Rules = append(section.Rules, r)
				if !decided && r.Value == "true" {
					said, decided = r.verdict(lockfiles.No, false), true
				}
			}
		}
	}
	file, lines, err := p.npmrc()
	if err != nil {
		return section, err
	}
	if s := last(lines, "ignore-scripts"); s != nil {
		r := s.rule(file)
		section.Rules = append(section.Rules, r)
		switch on, known := s.truth(); {
		case decided:
		case !known:
			said = r.verdict(lockfiles.Unclaimed, false)
			said.Reason = said.Rule + " is set by the environment"
		case on:
			said = r.verdict(lockfiles.No, false)
		}
	}
	section.judge = func(*lockfiles.Package) Verdict { return said }
	return section, nil
}
