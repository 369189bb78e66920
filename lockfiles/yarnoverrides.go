package lockfiles

import (
	"strings"

	"github.com/depreview/depreview/lockfiles/pattern"
)

// yarnOverride is a member of `resolutions` in the root's manifest: what yarn
// resolves in the place of a dependency, whatever range asks for it.
type yarnOverride struct {
	parent     string // the dependant it is for, "" for all, or yarnAnyPath
	constraint string // the range it is for, or ""
	value      string // the range that is resolved instead
}

// yarnOverrideKey is parent@range/name@range, of which only the name must be.
var yarnOverrideKey = pattern.New(`^(?:((?:@[^/@]+/)?[^/@]+)(?:@[^/]+)?/)?((?:@[^/@]+/)?[^/@]+)(?:@(.+))?$`)

// yarnMaxOverrides bounds the overrides of one name: each edge asks them all.
const yarnMaxOverrides = 100

// yarnAnyPath is the parent of an override for a longer path of dependants.
const yarnAnyPath = "**"

// yarnOverrides reads "name", "name@range", "parent/name" and the globs of
// yarn 1 ("**/name", "parent/**/name").
func yarnOverrides(manifest packageJSON) map[string][]yarnOverride {
	overrides := make(map[string][]yarnOverride, len(manifest.Resolutions))
	for _, r := range manifest.Resolutions {
		key := strings.TrimPrefix(r.key, "**/")
		name, o := npmName(key), yarnOverride{yarnAnyPath, "", r.value}
		if m := yarnOverrideKey.FindStringSubmatch(key); m != nil {
			name, o.parent, o.constraint = m[2], m[1], m[3]
		}
		if len(overrides[name]) < yarnMaxOverrides {
			overrides[name] = append(overrides[name], o)
		}
	}
	return overrides
}

// overridden is the entry that an override puts in the place of a dependency,
// or -1. When strict, an override for a path of dependants does not count:
// along which path a lockfile's entry is reached is not known.
func (y *yarnReader) overridden(from string, edge Edge, strict bool) int32 {
	parent, _ := yarnName(from)
	for _, o := range y.overrides[edge.Name] {
		if strict && o.parent != "" && o.parent != parent {
			continue
		}
		if o.constraint != "" && yarnWithProtocol(edge.Name, o.constraint) != yarnWithProtocol(edge.Name, edge.Constraint) {
			continue
		}
		plain := edge.Name + "@" + o.value
		for _, pattern := range []string{plain, yarnWithProtocol(edge.Name, o.value)} {
			if at, ok := y.patterns[pattern]; ok {
				return at
			}
		}
		if at, ok := y.bound[plain]; ok && at >= 0 {
			return at
		}
	}
	return -1
}

// yarnWithProtocol is a descriptor with the protocol that yarn supplies when a
// range has none.
func yarnWithProtocol(name, constraint string) string {
	if strings.ContainsRune(constraint, ':') {
		return name + "@" + constraint
	}
	return name + "@npm:" + constraint
}

// yarnBuiltin tells whether the part of a patch after "#" is one that yarn
// brings along and applies unasked: "~builtin<compat/x>", "optional!builtin<".
func yarnBuiltin(patch string) bool {
	return strings.HasPrefix(strings.TrimPrefix(strings.TrimPrefix(patch, "~"), "optional!"), "builtin<")
}
