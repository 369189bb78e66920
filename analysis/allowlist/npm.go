package allowlist

import (
	"fmt"

	"github.com/depreview/depreview/lockfiles"
)

// npm reads allowScripts of package.json, which npm has since 11.16, and what
// .npmrc says of scripts. npm 11.15 and earlier know only ignore-scripts and
// run everything else; from 11.16 on a refusal is heeded; from 12 on only what
// is allowed runs. (Sources: script-allowed.js, rebuild.js and
// resolve-allow-scripts.js of npm/cli; npm/rfcs#868.)
type npm struct{}

func (npm) Name() string { return "npm" }

func (npm) Serves(p *Project) bool {
	return p.Format == "package-lock.json" || p.Format == "npm-shrinkwrap.json"
}

// npmPolicy is what decides for npm.
type npmPolicy struct {
	book
	specs   []npmSpec // keys that name git, a URL or a file
	version version
	listed  bool // allowScripts names anything at all
	ignore  *Rule
	all     *Rule // dangerously-allow-all-scripts
	unsure  *Rule // a setting whose value only the environment knows
}

func (npm) Read(p *Project) (Section, error) {
	policy := &npmPolicy{version: p.versionOf("npm")}
	pkg, err := p.json(p.path("package.json"))
	if err != nil {
		return Section{}, err
	}
	file, settings, err := p.npmrc()
	if err != nil {
		return Section{}, err
	}
	if err := policy.manifest(p.path("package.json"), pkg); err != nil {
		return Section{}, at(p.path("package.json"), err)
	}
	policy.rc(file, settings)
	return Section{Rules: policy.rules, judge: policy.judge}, nil
}

// manifest reads the booleans of allowScripts; strings are those of another
// tool (see allowScriptsTool).
func (n *npmPolicy) manifest(file string, pkg *node) error {
	field := pkg.get("allowScripts")
	if field == nil {
		return nil
	}
	if err := field.is("allowScripts", object); err != nil {
		return err
	}
	for _, m := range field.members {
		r := Rule{File: file, Line: m.line, Setting: "allowScripts", Key: bounded(m.key), Value: bounded(m.value.text)}
		switch {
		case m.value.kind == text:
			continue
		case m.value.kind != boolean:
			return errorf(m.value.line, "allowScripts: %s holds %s where true or false belongs", bounded(m.key), kindNames[m.value.kind])
		}
		n.entry(r, m.key, m.value.text == "true")
	}
	return nil
}

// entry keeps one key of the policy.
func (n *npmPolicy) entry(r Rule, key string, allow bool) {
	spec := parseNpmSpec(key)
	r.Ignored = spec.ignored
	if n.version.below(11, 16) {
		r.Ignored = "npm " + n.version.String() + " does not read it"
	}
	n.listed = n.listed || r.Ignored == ""
	if spec.place != "" && r.Ignored == "" {
		spec.rule, spec.allow = len(n.rules), allow
		n.specs = append(n.specs, spec)
	}
	n.add(r, spec.name, entry{allow: allow, covers: spec.covers, pinned: spec.pinned})
}

// rc reads what .npmrc says. Its allow-scripts counts only where package.json
// has no policy of its own.
func (n *npmPolicy) rc(file string, settings []setting) {
	listed := n.listed
	for _, key := range []string{"ignore-scripts", "dangerously-allow-all-scripts", "strict-allow-scripts"} {
		s := last(settings, key)
		if s == nil {
			continue
		}
		r := s.rule(file)
		on, known := s.truth()
		switch {
		case key != "ignore-scripts" && n.version.below(11, 16):
			r.Ignored = "npm " + n.version.String() + " does not read it"
		case key == "strict-allow-scripts":
		case !known:
			n.unsure = &r
		case on && key == "ignore-scripts":
			n.ignore = &r
		case on:
			n.all = &r
		}
		n.add(r, "", entry{})
	}
	for _, s := range all(settings, "allow-scripts") {
		for _, key := range splitList(s.value) {
			r := Rule{File: file, Line: s.line, Setting: "allow-scripts", Key: bounded(key)}
			if listed {
				r.Ignored = "package.json has a policy of its own"
				n.add(r, "", entry{})
				continue
			}
			n.entry(r, key, true)
		}
	}
}

func (n *npmPolicy) judge(p *lockfiles.Package) Verdict {
	switch {
	case n.ignore != nil:
		return n.ignore.verdict(lockfiles.No, false)
	case n.unsure != nil:
		v := n.unsure.verdict(lockfiles.Unclaimed, false)
		v.Reason = v.Rule + " is set by the environment"
		return v
	case n.all != nil:
		return n.all.verdict(lockfiles.Yes, false)
	}
	otherwise := n.otherwise(p)
	if p.Bundled {
		return otherwise // no entry ever matches what comes inside of another package
	}
	return n.find(p).verdict(otherwise)
}

// otherwise is what becomes of a package that no entry names.
func (n *npmPolicy) otherwise(p *lockfiles.Package) Verdict {
	switch {
	case n.version.atLeast(12, 0) && p.Bundled:
		return Verdict{Allowed: lockfiles.No, Reason: fmt.Sprintf("npm %s never runs scripts of bundled packages", n.version)}
	case n.version.atLeast(12, 0):
		return Verdict{Allowed: lockfiles.No, Reason: fmt.Sprintf("npm %s runs only what allowScripts allows, and no entry names it", n.version)}
	case n.version.known:
		return Verdict{Allowed: lockfiles.Yes, Reason: fmt.Sprintf("npm %s runs what nothing refuses, and no entry names it", n.version)}
	}
	return Verdict{Reason: "npm 11 and earlier run it, npm 12 does not, and package.json pins no version of npm"}
}

// find matches by what the lockfile says of the package's place, never by what
// its archive may claim.
func (n *npmPolicy) find(p *lockfiles.Package) found {
	name, version := p.Name, ""
	place := npmPlace(p.Origin)
	switch place.kind {
	case npmRegistry:
		if place.name != "" {
			name, version = place.name, place.version
		}
		return n.look(name, version)
	case npmNowhere:
		return n.look(name, "")
	}
	var f found
	for _, spec := range n.specs {
		switch covers, pinned := spec.at(place, p.Origin); {
		case !covers:
		case !spec.allow:
			f.deny = &n.rules[spec.rule]
		case f.allow == nil || pinned:
			f.allow, f.pinned = &n.rules[spec.rule], pinned
		}
	}
	return f
}
