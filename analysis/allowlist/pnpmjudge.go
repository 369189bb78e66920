package allowlist

import (
	"fmt"
	"strings"

	"github.com/depreview/depreview/lockfiles"
)

// spec keeps one key: a name, "name@1.0.0 || 1.0.1", or a package's whole
// place in the lockfile ("name@git+https://...#commit").
func (n *pnpmPolicy) spec(r Rule, key string, allow bool) {
	key = withoutPeers(key)
	name, versions, at := splitSpec(key)
	e := entry{allow: allow}
	switch {
	case at && !strings.Contains(versions, "||") && strings.ContainsAny(versions, ":/#"):
		if r.Ignored == "" {
			e.rule, e.pinned = len(n.rules), strings.Contains(versions, "#")
			n.places[key] = e
		}
		name = ""
	case at:
		exact, ok := disjunction(versions)
		if !ok && r.Ignored == "" {
			r.Ignored = "pnpm takes only exact versions here"
		}
		e.covers, e.pinned = oneOf(exact), true
	}
	n.add(r, name, e)
}

// withoutPeers takes "(react@18.0.0)" off a key.
func withoutPeers(key string) string {
	key, _, _ = strings.Cut(key, "(")
	return key
}

func (n *pnpmPolicy) judge(p *lockfiles.Package) Verdict {
	switch {
	case n.ignore != nil:
		return n.ignore.verdict(lockfiles.No, false)
	case n.all != nil:
		return n.all.verdict(lockfiles.Yes, false)
	}
	f := n.look(p.Name, p.Version)
	key := withoutPeers(strings.TrimPrefix(strings.TrimPrefix(p.Path, "env:"), "/"))
	place, here := n.places[key]
	outside := outsideKey(key)
	switch {
	case here && !place.allow:
		f.deny = &n.rules[place.rule]
	case here:
		f.allow, f.pinned = &n.rules[place.rule], place.pinned
	case outside && f.allow != nil && f.deny == nil && !n.version.known:
		v := f.allow.verdict(lockfiles.Unclaimed, false)
		v.Reason = "pnpm 10 and earlier let a name approve what comes from git or a URL, pnpm 11 does not"
		return v
	case outside && f.allow != nil && !n.version.below(11, 0):
		f.stale, f.allow = f.allow.String(), nil // a name never approves what no registry gave it
	}
	if at, ok := n.quiet[p.Name]; ok && f.allow == nil && f.deny == nil {
		f.deny = &n.rules[at]
	}
	if n.unsure != "" && f.deny == nil {
		return Verdict{Reason: n.unsure, Stale: f.stale}
	}
	return f.verdict(n.otherwise())
}

// outsideKey tells whether a key of the lockfile names a place that is no
// registry.
func outsideKey(key string) bool {
	_, spec, at := splitSpec(key)
	if !at {
		return strings.Contains(key, ":")
	}
	return strings.ContainsAny(spec, ":/#")
}

// otherwise is what becomes of a package that no rule names.
func (n *pnpmPolicy) otherwise() Verdict {
	v := n.version
	switch {
	case n.only:
		return Verdict{Allowed: lockfiles.No, Reason: "pnpm runs only what its list of builds allows, and no entry names it"}
	case n.never && !v.atLeast(11, 0):
		return Verdict{Allowed: lockfiles.Yes, Reason: "neverBuiltDependencies is there and does not name it, so pnpm runs it"}
	case v.atLeast(10, 0):
		return Verdict{Allowed: lockfiles.No, Reason: fmt.Sprintf("pnpm %s runs only what is allowed, and nothing is", v)}
	case v.known:
		return Verdict{Allowed: lockfiles.Yes, Reason: "pnpm 9 and earlier run what nothing refuses"}
	}
	return Verdict{Reason: "pnpm 9 runs it, pnpm 10 and later do not, and package.json pins no version of pnpm"}
}
