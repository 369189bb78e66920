package allowlist

import "github.com/depreview/depreview/lockfiles"

// allowScriptsTool reads the policy of the tool allow-scripts (dominykas),
// which runs scripts after an install with ignore-scripts. It stands under the
// key that npm uses since 11.16, too; a string as value (a range) is what
// tells the two apart. Where one value is a string the tool is in use, and it
// reads the booleans as well: true is every version.
type allowScriptsTool struct{}

func (allowScriptsTool) Name() string { return "allow-scripts" }

func (allowScriptsTool) Serves(p *Project) bool { return usesPackageJSON(p) }

func usesPackageJSON(p *Project) bool {
	switch p.Format {
	case "package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock":
		return true
	}
	return false
}

func (allowScriptsTool) Read(p *Project) (Section, error) {
	section := Section{Tool: true}
	file := p.path("package.json")
	pkg, err := p.json(file)
	if err != nil {
		return section, err
	}
	field := pkg.get("allowScripts")
	if field == nil || field.kind != object {
		return section, nil
	}
	var b book
	used := false
	for _, m := range field.members {
		r := Rule{File: file, Line: m.line, Setting: "allowScripts", Key: bounded(m.key), Value: bounded(m.value.text)}
		e := entry{allow: true}
		switch m.value.kind {
		case boolean:
			e.allow = m.value.text == "true"
		case text:
			used = true
			versions, exact := disjunction(m.value.text)
			var ok bool
			if e.covers, ok = within(m.value.text); exact {
				e.covers, e.pinned = oneOf(versions), true
			} else if !ok {
				return section, at(file, errorf(m.line, "allowScripts: %s: %.80q is no range of versions", r.Key, m.value.text))
			}
		default:
			return section, at(file, errorf(m.line, "allowScripts: %s holds %s where a range belongs", r.Key, kindNames[m.value.kind]))
		}
		b.add(r, m.key, e)
	}
	if !used {
		return section, nil
	}
	section.Rules = b.rules
	section.judge = func(p *lockfiles.Package) Verdict {
		otherwise := Verdict{Allowed: lockfiles.No, Reason: "allow-scripts runs only what allowScripts names"}
		return b.look(p.Name, p.Version).verdict(otherwise)
	}
	return section, nil
}
