package allowlist

import (
	"strings"

	"github.com/depreview/depreview/lockfiles"
)

// deno reads allowScripts of deno.json or deno.jsonc: true for all, a list of
// "npm:name" and "npm:name@1.2.3", or an object with such lists under allow
// and deny. Nothing else runs, unless the command line allows it.
type deno struct{}

func (deno) Name() string           { return "deno" }
func (deno) Serves(p *Project) bool { return p.Format == "deno.lock" }

func (deno) Read(p *Project) (Section, error) {
	var b book
	var all *Rule
	for _, name := range []string{"deno.json", "deno.jsonc"} {
		file := p.path(name)
		root, err := p.jsonc(file)
		if err != nil {
			return Section{}, err
		}
		if root == nil {
			continue
		}
		if all, err = denoScripts(&b, file, root.get("allowScripts")); err != nil {
			return Section{}, at(file, err)
		}
		break // deno takes the first of the two
	}
	judge := func(p *lockfiles.Package) Verdict {
		if p.Ecosystem != "npm" {
			return Verdict{Allowed: lockfiles.No, Reason: "deno runs scripts of npm packages alone"}
		}
		otherwise := Verdict{Allowed: lockfiles.No, Reason: "deno runs only what allowScripts names"}
		if all != nil {
			otherwise = all.verdict(lockfiles.Yes, false)
		}
		return b.look(p.Name, p.Version).verdict(otherwise)
	}
	return Section{Rules: b.rules, judge: judge}, nil
}

// denoScripts reads the value in its three forms; all is the rule that allows
// everything, or nil.
func denoScripts(b *book, file string, from *node) (all *Rule, err error) {
	if from == nil {
		return nil, nil
	}
	if err := from.is("allowScripts", boolean, list, object); err != nil {
		return nil, err
	}
	if from.kind != object {
		return denoAllow(b, Rule{File: file, Line: from.line, Setting: "allowScripts"}, from)
	}
	for _, m := range from.members {
		r := Rule{File: file, Line: m.line, Setting: "allowScripts." + bounded(m.key)}
		switch m.key {
		case "allow":
			if err = m.value.is(r.Setting, boolean, list); err == nil {
				all, err = denoAllow(b, r, m.value)
			}
		case "deny":
			if err = m.value.is(r.Setting, list); err == nil {
				err = denoList(b, r, m.value, false)
			}
		default:
			err = errorf(m.line, "allowScripts holds the key %.40q, which deno does not know", m.key)
		}
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

func denoAllow(b *book, r Rule, from *node) (all *Rule, err error) {
	if from.kind == list {
		return nil, denoList(b, r, from, true)
	}
	r.Value = from.text
	b.add(r, "", entry{})
	if from.text == "true" {
		return &r, nil
	}
	return nil, nil
}

func denoList(b *book, r Rule, from *node, allow bool) error {
	for _, item := range from.items {
		if err := item.is(r.Setting, text); err != nil {
			return err
		}
		r := r
		r.Line, r.Key = item.line, bounded(item.text)
		spec, ok := strings.CutPrefix(item.text, "npm:")
		if !ok {
			r.Ignored = "deno takes only entries that begin with npm:"
		}
		name, versions, at := splitSpec(strings.TrimPrefix(spec, "/"))
		e := entry{allow: allow}
		if at {
			if e.covers, ok = within(versions); !ok && r.Ignored == "" {
				r.Ignored = "deno takes a version or a range here"
			}
			e.pinned = isVersion(versions)
		}
		b.add(r, name, e)
	}
	return nil
}
