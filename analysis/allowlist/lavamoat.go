package allowlist

import (
	"strings"

	"github.com/depreview/depreview/lockfiles"
)

// lavaMoat reads lavamoat.allowScripts of package.json, the policy of
// @lavamoat/allow-scripts, which runs scripts after an install with
// ignore-scripts. A key is the path by which a package comes in, with its
// version since 5.0: "keccak#3.0.4", "parent>child#1.2.3".
//
// Only the last name of a path is compared here: whether a package is the one
// that comes in by that path takes its whole dependency graph.
type lavaMoat struct{}

func (lavaMoat) Name() string           { return "lavamoat" }
func (lavaMoat) Serves(p *Project) bool { return usesPackageJSON(p) }

func (lavaMoat) Read(p *Project) (Section, error) {
	section := Section{Tool: true}
	file := p.path("package.json")
	pkg, err := p.json(file)
	if err != nil {
		return section, err
	}
	config := pkg.get("lavamoat")
	if config == nil {
		return section, nil
	}
	if err := config.is("lavamoat", object); err != nil {
		return section, at(file, err)
	}
	field := config.get("allowScripts")
	if field == nil {
		return section, nil
	}
	if err := field.is("lavamoat.allowScripts", object); err != nil {
		return section, at(file, err)
	}
	var b book
	for _, m := range field.members {
		if m.value.kind != boolean {
			return section, at(file, errorf(m.line, "lavamoat.allowScripts: %s holds %s where true or false belongs", bounded(m.key), kindNames[m.value.kind]))
		}
		r := Rule{File: file, Line: m.line, Setting: "lavamoat.allowScripts", Key: bounded(m.key), Value: m.value.text}
		name := m.key[strings.LastIndexByte(m.key, '>')+1:]
		e := entry{allow: m.value.text == "true"}
		if of, version, ok := strings.Cut(name, "#"); ok {
			name, e.covers, e.pinned = of, oneOf([]string{version}), true
		}
		b.add(r, name, e)
	}
	section.Rules = b.rules
	section.judge = func(p *lockfiles.Package) Verdict {
		// By two paths the same package may be allowed and refused; that it
		// runs at all is what a reviewer must know.
		f := b.look(p.Name, p.Version)
		if f.allow != nil {
			f.deny = nil
		}
		return f.verdict(Verdict{Allowed: lockfiles.No, Reason: "LavaMoat runs only what lavamoat.allowScripts allows"})
	}
	return section, nil
}
