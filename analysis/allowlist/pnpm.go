package allowlist

import (
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// pnpm reads the build settings of pnpm-workspace.yaml, of the field pnpm of
// package.json (pnpm 10 and earlier) and of .npmrc (the same).
//
//	9 and earlier  run everything, unless onlyBuiltDependencies is there
//	10             runs what onlyBuiltDependencies or (10.26) allowBuilds names
//	11             runs what allowBuilds names, and knows the other lists no more
//
// (Sources: building/policy of pnpm/pnpm, and its settings page.)
type pnpm struct{}

func (pnpm) Name() string           { return "pnpm" }
func (pnpm) Serves(p *Project) bool { return p.Format == "pnpm-lock.yaml" }

// pnpmPolicy is what decides for pnpm.
type pnpmPolicy struct {
	book
	version    version
	only       bool           // a list of what may build is there
	never      bool           // neverBuiltDependencies is there: without the other, all else builds
	quiet      map[string]int // ignoredBuiltDependencies: not built, without a warning
	places     map[string]entry
	ignore     *Rule
	all        *Rule
	unsure     string // why what is not named is not known
	fromWithin map[string]bool
}

func (pnpm) Read(p *Project) (Section, error) {
	policy := &pnpmPolicy{version: p.versionOf("pnpm"), places: make(map[string]entry), quiet: make(map[string]int),
		fromWithin: make(map[string]bool)}
	if major, _, _ := strings.Cut(p.Schema, "."); !policy.version.known && (major == "5" || major == "6") {
		policy.version = version{8, 0, true} // or earlier, which decide alike
	}
	workspace, manifest := p.path("pnpm-workspace.yaml"), p.path("package.json")
	settings, err := p.yaml(workspace)
	if err != nil {
		return Section{}, err
	}
	pkg, err := p.json(manifest)
	if err != nil {
		return Section{}, err
	}
	rc, lines, err := p.npmrc()
	if err != nil {
		return Section{}, err
	}
	if err := policy.settings(p, workspace, "", settings); err != nil {
		return Section{}, at(workspace, err)
	}
	if err := policy.settings(p, manifest, "pnpm.", pkg.get("pnpm")); err != nil {
		return Section{}, at(manifest, err)
	}
	policy.rc(rc, lines)
	return Section{Rules: policy.rules, judge: policy.judge}, nil
}

// deaf is why this version of pnpm does not read a setting there, or "".
func (n *pnpmPolicy) deaf(name, prefix string) string {
	v := n.version
	says := func() string { return fmt.Sprintf("pnpm %s does not read it", v) }
	switch {
	case prefix == "pnpm." && n.fromWithin[name]:
		return "pnpm-workspace.yaml has the same setting"
	case prefix == "pnpm." && v.atLeast(11, 0), prefix == "" && v.below(10, 0):
		return says()
	case name == "allowBuilds" && v.below(10, 26), name == "dangerouslyAllowAllBuilds" && v.below(10, 0):
		return says()
	case strings.HasSuffix(name, "BuiltDependencies") && v.atLeast(11, 0):
		return says()
	case name == "onlyBuiltDependenciesFile" && v.atLeast(11, 0):
		return says()
	}
	return ""
}

// settings reads one place of settings; prefix is what their names begin with
// there.
func (n *pnpmPolicy) settings(p *Project, file, prefix string, from *node) error {
	if from == nil {
		return nil
	}
	if err := from.is(strings.TrimSuffix(prefix, "."), object); err != nil {
		return err
	}
	within := make(map[string]bool)
	for _, m := range from.members {
		if m.value.kind == null {
			continue
		}
		r := Rule{File: file, Line: m.line, Setting: prefix + m.key, Ignored: n.deaf(m.key, prefix)}
		var err error
		switch m.key {
		case "allowBuilds":
			err = n.builds(r, m.value)
		case "onlyBuiltDependencies", "neverBuiltDependencies", "ignoredBuiltDependencies":
			err = n.names(r, m.key, m.value)
		case "onlyBuiltDependenciesFile":
			if err = m.value.is(r.Setting, text); err == nil {
				err = n.file(p, r, m.value)
			}
		case "dangerouslyAllowAllBuilds", "ignoreScripts", "ignoreDepScripts":
			if err = m.value.is(r.Setting, boolean); err == nil {
				r.Value = m.value.text
				n.flag(r, m.key, m.value.text == "true")
			}
		default:
			continue
		}
		if err != nil {
			return err
		}
		within[m.key] = true
	}
	if prefix == "" && !n.version.below(10, 0) {
		n.fromWithin = within
	}
	return nil
}

// flag is a setting for all packages.
func (n *pnpmPolicy) flag(r Rule, name string, on bool) {
	n.add(r, "", entry{})
	switch {
	case r.Ignored != "" || !on:
	case name == "dangerouslyAllowAllBuilds":
		n.all = &r
	default:
		n.ignore = &r
	}
}

// builds reads allowBuilds. A value that is neither true nor false is what
// pnpm writes for a package that nobody has decided on.
func (n *pnpmPolicy) builds(r Rule, from *node) error {
	if err := from.is(r.Setting, object); err != nil {
		return err
	}
	n.only = n.only || r.Ignored == ""
	for _, m := range from.members {
		r := r
		r.Line, r.Key, r.Value = m.line, bounded(m.key), bounded(m.value.text)
		switch m.value.kind {
		case boolean:
		case text, null:
			if r.Ignored == "" {
				r.Ignored = "nobody has decided on it yet"
			}
		default:
			return errorf(m.value.line, "%s: %s holds %s where true or false belongs", r.Setting, r.Key, kindNames[m.value.kind])
		}
		n.spec(r, m.key, m.value.text == "true")
	}
	return nil
}

// names reads one of the lists of pnpm 10 and earlier.
func (n *pnpmPolicy) names(r Rule, name string, from *node) error {
	if err := from.is(r.Setting, list); err != nil {
		return err
	}
	if r.Ignored == "" {
		n.only = n.only || name == "onlyBuiltDependencies"
		n.never = n.never || name == "neverBuiltDependencies"
	}
	for _, item := range from.items {
		if err := item.is(r.Setting, text); err != nil {
			return err
		}
		r := r
		r.Line, r.Key = item.line, bounded(item.text)
		if name == "ignoredBuiltDependencies" {
			at := len(n.rules)
			if r.Ignored == "" {
				n.quiet[item.text] = at
			}
			n.add(r, "", entry{})
			continue
		}
		n.spec(r, item.text, name == "onlyBuiltDependencies")
	}
	return nil
}

// file reads onlyBuiltDependenciesFile: a JSON list of names.
func (n *pnpmPolicy) file(p *Project, r Rule, from *node) error {
	r.Value = bounded(from.text)
	n.add(r, "", entry{})
	if r.Ignored != "" {
		return nil
	}
	n.only = true
	file := path.Join(p.Dir, from.text)
	if !fs.ValidPath(file) || path.IsAbs(from.text) {
		n.unsure = fmt.Sprintf("%s names a file outside of the repository", r)
		return nil
	}
	data, ok, err := p.bytes(file)
	if err != nil {
		return err
	}
	if !ok {
		n.unsure = fmt.Sprintf("%s is not in the repository", r)
		return nil
	}
	root, err := parseJSON(data)
	if err != nil {
		return at(file, err)
	}
	return at(file, n.names(Rule{File: file, Setting: r.Setting}, "onlyBuiltDependencies", root))
}

// rc reads .npmrc, where pnpm 10 and earlier have their settings too.
func (n *pnpmPolicy) rc(file string, lines []setting) {
	for _, key := range []string{"ignore-scripts", "ignore-dep-scripts", "dangerously-allow-all-builds"} {
		s := last(lines, key)
		if s == nil {
			continue
		}
		r := s.rule(file)
		on, known := s.truth()
		switch {
		case n.version.atLeast(11, 0):
			r.Ignored = fmt.Sprintf("pnpm %s does not read it", n.version)
		case !known:
			n.unsure = r.String() + " is set by the environment"
		case on && !n.version.known:
			n.unsure = r.String() + " is for pnpm 10 and earlier, and package.json pins no version of pnpm"
		case on && key == "dangerously-allow-all-builds":
			n.all = &r
		case on:
			n.ignore = &r
		}
		n.add(r, "", entry{})
	}
}
